"""Working without serving: the mail, the reminders and the cleaning, in as many processes as one likes."""

import signal
from threading import Event
from types import FrameType

import click
from flask import Flask

from fundbank import config, migrations
from fundbank.cli.databases import engine_of, schemas_of
from fundbank.cli.server import whole_program
from fundbank.cli.serving import never_mailed, require_writable
from fundbank.cli.trouble import plainly


@click.command()
@click.option("--all-schemas", is_flag=True, help="Work for every municipality that has a schema of its own in the database, in turn.")
@plainly
def work(all_schemas: bool) -> None:
    """Send the mail and do the jobs of the minute and the day, until it is stopped (Ctrl-C, or SIGTERM).

    "fundbank run" does so beside serving. Where a server of your own serves the program, or "fundbank run --no-work" does, let this run
    too: once or several times, each job is done once. What it is at when it is stopped is ended first. It reads the same environment.

    With --all-schemas each municipality has its own address, FUNDBANK_ADDRESS_LINDBY for the schema lindby, and may have its own
    FUNDBANK_MAIL_FROM_LINDBY and FUNDBANK_MAIL_URL_LINDBY. New ones are found as they come. One that cannot be worked for is told of in the
    log, and the others go on.
    """
    from fundbank.cli.rounds import Rounds
    from fundbank.jobs import HANDLERS, begin_day
    from fundbank.outbox.worker import Rests, Worker

    rests: Rests = {}

    def worker_of(application: Flask) -> Worker:
        return Worker(application, HANDLERS, begin_day, rests=rests)

    stop = Event()
    works: Worker | Rounds
    if all_schemas:
        schemas_of(config.database_url())
        works = Rounds(config.database_url(), worker_of)
    else:
        works = worker_of(_program())

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    for wanted in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wanted, end)
    click.echo("fundbank works — stop it with Ctrl-C.")
    works.run(stop)


def _program() -> Flask:
    engine = engine_of(config.database_url())
    config.settings()
    migrations.require_current(engine)
    require_writable(engine)
    engine.dispose()
    return whole_program(**never_mailed(engine))
