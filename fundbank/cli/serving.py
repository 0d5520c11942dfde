"""Serving the program: the demo and the real thing."""

import errno
import logging
import socket
import sqlite3
from pathlib import Path
from typing import Any

import click
from sqlalchemy import insert
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from fundbank import config, migrations
from fundbank.cli.databases import bring_up, engine_of, files_of, keep_private, working_on
from fundbank.cli.server import serve, url_of
from fundbank.cli.trouble import Trouble, plainly
from fundbank.kit import database
from fundbank.kit.clock import now
from fundbank.kit.once import AnsweredRequest
from fundbank.kit.transaction import unit_of_work
from fundbank.kit.web import tries

HOST, PORT = "127.0.0.1", 8000

NO_WORK = click.option("--no-work", is_flag=True, help='Send no mail and do no jobs: "fundbank work" does.')


@click.command()
@click.option("--host", default=HOST, show_default=True, help="The address to listen on.")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@click.option("--reset", is_flag=True, help="Throw away what was entered and fill the demo anew.")
@NO_WORK
@plainly
def demo(host: str, port: int, reset: bool, no_work: bool) -> None:
    """Fill the database with seven demo pools and serve them.

    Five pools tell the stories of Herning, Favrskov, Aabenraa, Rudersdal and Jammerbugt from the first application to the last
    repayment, one of claims that change: corrected, made smaller, set off, refunded. The last is a busy pool of today. Running it again
    keeps what was entered; --reset starts over. A database with other data is left alone.
    """
    from fundbank.scenarios import demo as demonstration

    require_free_port(host, port)
    require_settings(host)
    engine = engine_of(config.database_url())
    if reset:
        _forget_demo(engine)
    bring_up(engine)
    require_key()
    with working_on(engine):
        with unit_of_work():
            if demonstration.is_empty():
                click.echo("Filling the demo …")
                demonstration.fill(at=now())
            elif others := demonstration.strangers():
                raise Trouble(f"this database holds {others[0]}, which is not of the demo. Run the demo in another folder.")
        address = url_of(host, port)
        click.echo(f"\nfundbank's demo runs on {address} — stop it with Ctrl-C.\n")
        click.echo(demonstration.how_to_sign_in())
    logging.getLogger("fundbank.requests").setLevel(logging.ERROR)  # so that who is who stays in sight
    serve(host, port, with_worker=not no_work, **never_mailed(engine))


@click.command()
@click.option("--host", default=HOST, show_default=True, help="The address to listen on.")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@NO_WORK
@plainly
def run(host: str, port: int, no_work: bool) -> None:
    """Serve the program. The database must be at this program's version ("fundbank init" or "fundbank upgrade").

    The program speaks plain HTTP and is meant for one machine. To let others in, put a web server with TLS (nginx, Apache, IIS, Caddy) on
    the same machine and let it pass requests on to this address. It must also stop what would keep others out: requests that come too
    slowly, too many connections and too many sign-ins from one address (docs/decisions/0014). Set in the environment:

    \b
      FUNDBANK_ADDRESS       where people find the program, such as
                             https://digitaliseringsbank.kommune.dk. Only this host
                             is answered. Without it only this machine is served.
      FUNDBANK_PROXIES       the number of proxies in front, mostly 1. They must set
                             X-Forwarded-For, X-Forwarded-Proto and X-Request-ID,
                             and pass Host on.
      FUNDBANK_SECRET_KEY    what signs sessions: at least 32 random characters.
                             Without it a key is kept in ./instance/secret_key.
      FUNDBANK_DATABASE_URL  the database: see "fundbank --help".
      FUNDBANK_PLAIN_HTTP    1 lets people sign in without TLS: on a closed network alone.
      FUNDBANK_MAIL_URL      the mail server, such as
                             smtp+starttls://name:password@mail.kommune.dk
                             (or smtp://, smtps://). Without it nothing is sent.
      FUNDBANK_MAIL_FROM     whom mail is from, such as bank@kommune.dk.

    \b
    For example:
      FUNDBANK_ADDRESS=https://bank.kommune.dk FUNDBANK_PROXIES=1 fundbank run
    """
    require_free_port(host, port)
    require_settings(host)
    engine = engine_of(config.database_url())
    migrations.require_current(engine)
    require_writable(engine)
    keep_private(engine)
    require_key()
    kept_from = never_mailed(engine)
    if kept_from:
        click.echo("This is the demo's database: anybody knows the password of its people. Put nothing real into it.", err=True)
    click.echo(f"fundbank runs on {url_of(host, port)} — stop it with Ctrl-C.")
    serve(host, port, with_worker=not no_work, **kept_from)


def is_demo() -> bool:
    """Is the database the demo's?"""
    from fundbank.scenarios import demo as demonstration

    return demonstration.is_demo()


def never_mailed(engine: Engine) -> dict[str, Any]:
    """The settings that keep mail from the demo's people, who do not exist: theirs is read in the outbox. Of a real database none."""
    with working_on(engine), database.reading_only():
        return {"MAIL_SERVER": None} if is_demo() else {}


def require_free_port(host: str, port: int) -> None:
    """Raise Trouble if the address cannot be listened on."""
    if not host.strip():
        raise Trouble("--host is empty: write an address of this machine, such as 127.0.0.1.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Trouble(f"port {port} is taken by another program. Choose another: --port {port + 1}") from error
            raise Trouble(f"cannot listen on {host}:{port} ({error.strerror}). Choose another --host or --port.") from error


def require_writable(engine: Engine) -> None:
    """Raise Trouble if the program's user may only read the database: better before anybody has typed something."""
    try:
        with engine.connect() as connection, connection.begin() as transaction:
            connection.execute(insert(AnsweredRequest).values(token="", user_id=0, at=now(), location=""))
            transaction.rollback()
    except (DBAPIError, sqlite3.Error) as error:
        said = database.reason_of(error)
        raise Trouble(f"the database cannot be written to: {said}. Give the program's own user the right to write.") from error


def require_settings(host: str) -> None:
    """Raise BadSetting for a setting of the environment that cannot be used, before anything is begun.

    Raises Trouble where others than this machine are to be served and nobody has said under which address: the links that the program
    gives would lead wherever the one who asks says.
    """
    said = config.settings()
    tries.storage_of(said["LIMITS_URL"])
    if not said["ADDRESS"] and ":" in host:
        raise Trouble(
            "without FUNDBANK_ADDRESS the program answers under names and IPv4 addresses alone. "
            "Use --host 127.0.0.1, or set FUNDBANK_ADDRESS to the name under which people find the program."
        )
    if not said["ADDRESS"] and (said["PROXIES"] or host not in config.THIS_MACHINE):
        raise Trouble(
            "without FUNDBANK_ADDRESS only this machine is served. Set it to where people find the program, such as "
            "FUNDBANK_ADDRESS=https://digitaliseringsbank.kommune.dk, or leave out --host and FUNDBANK_PROXIES."
        )


def require_key() -> None:
    """See to it that there is a key to sign sessions with: the first start makes it. Raises BadSetting."""
    if not config.named_key():
        config.secret_key(config.database_url())


def _forget_demo(engine: Engine) -> None:
    """Throw the embedded demo database away. Raises Trouble if it is not the demo, or not embedded."""
    from fundbank.scenarios import demo as demonstration

    file = engine.url.database
    if engine.dialect.name != "sqlite" or not file:
        raise Trouble("--reset works on the embedded database only. Make an empty database and run the demo on that.")
    if not Path(file).exists():
        return
    if not migrations.is_empty(engine):
        migrations.require_current(engine)
        with working_on(engine), database.reading_only():
            if others := demonstration.strangers():
                raise Trouble(f"this database holds {others[0]}, which is not of the demo, so it is not thrown away.")
    engine.dispose()
    for each in files_of(engine):
        each.unlink(missing_ok=True)
