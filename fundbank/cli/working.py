"""Working without serving: the mail, the reminders and the cleaning, in as many processes as one likes."""

import signal
from threading import Event
from types import FrameType

import click

from fundbank import config, migrations
from fundbank.cli.databases import engine_of
from fundbank.cli.serving import never_mailed, require_writable, whole_program
from fundbank.cli.trouble import plainly


@click.command()
@plainly
def work() -> None:
    """Send the mail and do the jobs of the minute and the day, until it is stopped (Ctrl-C, or SIGTERM).

    "fundbank run" does so beside serving. Where a server of your own serves the program, or "fundbank run --no-work" does, let this run
    too: once or several times, each job is done once. What it is at when it is stopped is ended first. It reads the same environment.
    """
    from fundbank.jobs import HANDLERS, begin_day
    from fundbank.outbox.worker import Worker

    engine = engine_of(config.database_url())
    config.settings()
    migrations.require_current(engine)
    require_writable(engine)
    engine.dispose()
    application = whole_program(**never_mailed(engine))
    stop = Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    for wanted in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wanted, end)
    click.echo("fundbank works — stop it with Ctrl-C.")
    Worker(application, HANDLERS, begin_day).run(stop)
