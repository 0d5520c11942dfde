"""The command line: start the demo, set up, serve, replay, check, upgrade. Each command is one unit of work and commits once."""

import errno
import gc
import json
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy import create_engine, make_url, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import ArgumentError, DBAPIError

from fundbank import __version__, config, migrations
from fundbank.errors import Refusal
from fundbank.extensions import db
from fundbank.kit import database
from fundbank.kit.clock import now
from fundbank.kit.money import plain
from fundbank.kit.transaction import unit_of_work

HOST, PORT = "127.0.0.1", 8000


class Trouble(click.ClickException):
    """Something that the person at the keyboard can mend: a sentence, no traceback."""

    def show(self, file: Any = None) -> None:
        click.echo(f"fundbank: {self.message}", err=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="fundbank")
def main() -> None:
    """fundbank runs a municipality's digitalisation bank: applications, the forum's decisions, loans, grants and repayments.

    Try it with "fundbank demo". For real use: "fundbank init" once, then "fundbank run".

    The database is ./instance/fundbank.sqlite unless FUNDBANK_DATABASE_URL names another: a SQLAlchemy URL such as
    postgresql://name:password@server/fundbank. Every command reads it.
    """


def plainly(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn what can go wrong outside the program into a sentence that says what to do."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except migrations.WrongDatabase as error:
            raise Trouble(str(error)) from error
        except DBAPIError as error:
            reason = str(error.orig).strip().splitlines()[0] if error.orig else str(error)
            raise Trouble(
                f"the database cannot be used: {reason}. Is the folder writable, the server running, and FUNDBANK_DATABASE_URL right?"
            ) from error
        except OSError as error:
            place = f" ({error.filename})" if error.filename else ""
            raise Trouble(
                f"{error.strerror or error}{place}. Run the command in a folder that you may write in, or set FUNDBANK_DATABASE_URL."
            ) from error

    return run


@main.command()
@click.option("--host", default=HOST, show_default=True, help="The address to listen on.")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@click.option("--reset", is_flag=True, help="Throw away what was entered and fill the demo anew.")
@plainly
def demo(host: str, port: int, reset: bool) -> None:
    """Fill the database with six demo pools and serve them.

    Five pools tell the stories of Herning, Favrskov, Aabenraa, Rudersdal and Jammerbugt from the first application to the last
    repayment; the sixth is a busy pool of today. Running it again keeps what was entered; --reset starts over. A database with
    other data is left alone.
    """
    from fundbank.scenarios import demo as demonstration

    require_free_port(host, port)
    engine = engine_of(config.database_url())
    if reset:
        _forget_demo(engine)
    _bring_up(engine)
    app = _bare_app(engine.url.render_as_string(hide_password=False))
    with app.app_context():
        with unit_of_work():
            if demonstration.is_empty():
                click.echo("Filling the demo …")
                demonstration.fill(at=now())
            elif not demonstration.is_demo():
                raise Trouble("this database holds other data, so the demo is not put into it. Run the demo in another folder.")
        address = f"http://{host}:{port}"
        click.echo(f"\nfundbank's demo runs on {address} — stop it with Ctrl-C.\n")
        click.echo(demonstration.how_to_sign_in())
    _serve(host, port)


@main.command()
@click.option("--municipality", prompt="Name of the municipality", help="The municipality's name.")
@click.option("--department", default="Administration", show_default=True, help="The administrator's department.")
@click.option("--name", prompt="Name of the first administrator", help="The administrator's name.")
@click.option("--email", prompt="E-mail of the first administrator", help="The administrator's e-mail: the name to sign in with.")
@click.option("--address", default=f"http://{HOST}:{PORT}", show_default=True, help="Where people will open fundbank.")
@plainly
def init(municipality: str, department: str, name: str, email: str, address: str) -> None:
    """Set up an empty database with a municipality and its first administrator.

    Prints a link with which the administrator chooses a password; it works once, within seven days.
    """
    from fundbank.people.operations.departments import create_department, create_municipality
    from fundbank.people.operations.passwords import invite
    from fundbank.people.operations.persons import create_user

    engine = engine_of(config.database_url())
    _bring_up(engine)
    at = now()
    with _bare_app(engine.url.render_as_string(hide_password=False)).app_context(), unit_of_work(), _refusals():
        owner = create_municipality(actor=None, at=at, name=municipality)
        unit = create_department(actor=None, at=at, municipality=owner, name=department)
        person = create_user(actor=None, at=at, municipality=owner, department=unit, name=name, email=email, is_administrator=True)
        token = invite(actor=None, at=at, user=person)
    click.echo(f"The database is ready. Start the program with: fundbank run\n{name} chooses a password here, within seven days:")
    click.echo(f"{address.rstrip('/')}/link/{token}")


@main.command()
@click.option("--host", default=HOST, show_default=True, help="The address to listen on.")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@plainly
def run(host: str, port: int) -> None:
    """Serve the program. The database must be at this program's version ("fundbank init" or "fundbank upgrade")."""
    require_free_port(host, port)
    migrations.require_current(engine_of(config.database_url()))
    click.echo(f"fundbank runs on http://{host}:{port} — stop it with Ctrl-C.")
    _serve(host, port)


@main.command()
@plainly
def upgrade() -> None:
    """Bring the database to this program's version. Take a backup first.

    FUNDBANK_MIGRATION_URL may name a database user that owns the tables, so that the program's own user needs no such right.
    """
    engine = engine_of(config.migration_url())
    before = migrations.current_revision(engine)
    migrations.upgrade(engine)
    click.echo(f"The database went from version {before or 'nothing'} to {migrations.head_revision()}.")


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the whole statement as JSON.")
@click.option("--policy", metavar="KEY", help='Play with another preset: "what if we had had these rules".')
@click.option("--database", metavar="URL", help="Keep the result in this database (default: a throw-away one).")
@click.pass_context
@plainly
def replay(context: click.Context, file: Path, as_json: bool, policy: str | None, database: str | None) -> None:
    """Play the events of a scenario FILE through the program's own rules.

    Exit code 0: every event did what the file says. 1: not (the first differences on standard error). 2: the file cannot be read
    (each fault with its place; nothing is loaded).
    """
    from fundbank.pools.preset import names
    from fundbank.scenarios.player import play
    from fundbank.scenarios.reader import Unreadable, override_faults, read_file
    from fundbank.scenarios.statement import statement

    try:
        scenario = read_file(file)
        if policy is not None:
            if policy not in names():
                raise Unreadable([f"--policy: {policy!r} is not one of {', '.join(names())}"])
            if faults := override_faults(policy, scenario.pool.get("override", {})):
                raise Unreadable(faults)
    except Unreadable as error:
        for fault in error.faults:
            click.echo(f"{file}: {fault}", err=True)
        context.exit(2)
    with _replay_database(database) as url, _bare_app(url).app_context(), unit_of_work(), _refusals():
        played = play(scenario, policy=policy)
        found = statement(played)
    for difference in played.differences[:5]:
        click.echo(str(difference), err=True)
    click.echo(json.dumps(found, indent=2, ensure_ascii=False) if as_json else _summary(scenario.title, found, len(played.differences)))
    context.exit(1 if played.differences else 0)


@main.command()
@click.pass_context
@plainly
def check(context: click.Context) -> None:
    """Recompute every pool's ledger from its first row: hashes, balances, reversals, triggers, and where every øre is.

    Exit code 0: all is well. 1: something is off, and the row is named.
    """
    from fundbank.ledger.checks import check_all
    from fundbank.ledger.queries import balances_of_pools
    from fundbank.pools.models import Pool

    engine = engine_of(config.database_url())
    migrations.require_current(engine)
    with _bare_app(engine.url.render_as_string(hide_password=False)).app_context(), database.reading_only():
        reports, held = check_all(), balances_of_pools(pool.id for pool in db.session.scalars(select(Pool)))
        for pool in db.session.scalars(select(Pool).order_by(Pool.id)):
            report, sums = reports.get(pool.id), held[pool.id]
            state = "well" if report is None or report.is_clean else f"{len(report.findings)} faults"
            click.echo(f"{pool.municipality.name}, {pool.name}: {report.transfers if report else 0} transfers, {state}")
            click.echo(
                f"  funding {plain(sums.funding_ore)} = available {plain(sums.available_ore)} + reserved {plain(sums.reserved_ore)}"
                f" + loans {plain(sums.loans_ore)} + grants {plain(sums.grants_ore)} + written off {plain(sums.written_off_ore)}"
            )
            for finding in report.findings if report else []:
                click.echo(f"  {finding}")
    context.exit(0 if all(report.is_clean for report in reports.values()) else 1)


def require_free_port(host: str, port: int) -> None:
    """Raise Trouble if the address cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Trouble(f"port {port} is taken by another program. Choose another: --port {port + 1}") from error
            raise Trouble(f"cannot listen on {host}:{port} ({error.strerror}). Choose another --host or --port.") from error


def engine_of(url: str) -> Engine:
    """An engine for a database URL; the folder of an embedded database is made. Raises Trouble for a URL that makes no sense."""
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise Trouble(f"{parsed.get_backend_name()} is not supported: use a sqlite:/// or a postgresql:// URL.")
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        return create_engine(parsed)
    except (ValueError, LookupError, ArgumentError) as error:
        raise Trouble(f"the database URL cannot be read: {error}") from error


def _bring_up(engine: Engine) -> None:
    """Make the tables of an empty database; one of another version is refused."""
    if migrations.current_revision(engine) is None:
        own = engine_of(config.migration_url()) if config.migration_url() != config.database_url() else engine
        migrations.upgrade(own)
    migrations.require_current(engine)


def _bare_app(url: str) -> Flask:
    """An application with a database and no pages."""
    import_module("fundbank.schema")
    app = Flask("fundbank")
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db.init_app(app)
    return app


def _forget_demo(engine: Engine) -> None:
    """Throw the embedded demo database away. Raises Trouble if it is not the demo, or not embedded."""
    from fundbank.scenarios import demo as demonstration

    file = engine.url.database
    if engine.dialect.name != "sqlite" or not file:
        raise Trouble("--reset works on the embedded database only. Make an empty database and run the demo on that.")
    if not Path(file).exists():
        return
    if migrations.current_revision(engine) is not None:
        migrations.require_current(engine)
        with _bare_app(engine.url.render_as_string(hide_password=False)).app_context(), database.reading_only():
            if not demonstration.is_empty() and not demonstration.is_demo():
                raise Trouble("this database holds other data than the demo, so it is not thrown away.")
            db.engine.dispose()
    engine.dispose()
    for name in (file, f"{file}-wal", f"{file}-shm"):
        Path(name).unlink(missing_ok=True)


@contextmanager
def _replay_database(url: str | None) -> Iterator[str]:
    """The database that a replay works on, brought up; without a URL one that is thrown away."""
    folder = None if url else tempfile.mkdtemp(prefix="fundbank-")
    try:
        engine = engine_of(url or f"sqlite:///{folder}/replay.sqlite")
        if migrations.current_revision(engine) is None:
            migrations.upgrade(engine)
        migrations.require_current(engine)
        engine.dispose()
        yield engine.url.render_as_string(hide_password=False)
    finally:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _refusals() -> Iterator[None]:
    """Say a refusal as a sentence."""
    try:
        yield
    except Refusal as refusal:
        raise Trouble(f"{refusal.sentence % refusal.values} ({refusal.code})") from refusal


def _serve(host: str, port: int) -> None:
    from waitress import serve

    from fundbank.app import create_app

    application = create_app()
    gc.freeze()  # the program itself stays in memory: no page need wait while it is looked through for rubbish
    serve(application, host=host, port=port, threads=8, ident="fundbank", clear_untrusted_proxy_headers=True)


def _summary(title: str, found: dict[str, Any], differences: int) -> str:
    pool = found["pool"]
    lines = [title, f"  funding {pool['funding']} = available {pool['available']} + reserved {pool['reserved']} + loans {pool['loans']}"]
    lines[-1] += f" + grants {pool['grants']} + written off {pool['written_off']}"
    for key, application in found["applications"].items():
        points = f", {application['total']} points, rank {application['rank']}" if application["total"] else ""
        lines.append(f"  {key}: {application['state']}{points}")
    lines.append(f"  {len(found['refusals'])} refusals, {found['ledger']['transfers']} transfers")
    lines.append("Every event did what the file says." if not differences else f"{differences} events did not do what the file says.")
    return "\n".join(lines)
