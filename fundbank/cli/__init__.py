"""The command line: start the demo, set up, serve, work, replay, check, upgrade, keep. What a command enters is one unit of work."""

import os
import signal
import sys

import click

from fundbank import __version__
from fundbank.cli.checking import check
from fundbank.cli.confirming import confirm
from fundbank.cli.databases import upgrade
from fundbank.cli.keeping import backup, restore
from fundbank.cli.linking import link
from fundbank.cli.moving import move
from fundbank.cli.replaying import replay
from fundbank.cli.serving import demo, run
from fundbank.cli.setting_up import init
from fundbank.cli.working import work


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="fundbank")
@click.pass_context
def main(context: click.Context) -> None:
    """fundbank runs a municipality's digitalisation bank: applications, the forum's decisions, loans, grants and repayments.

    Try it with "fundbank demo". For real use: "fundbank init" once, then "fundbank run".

    The database is ./instance/fundbank.sqlite unless FUNDBANK_DATABASE_URL names another: a SQLAlchemy URL such as
    postgresql://name:password@server/fundbank. FUNDBANK_SCHEMA names a schema in it. Every command reads both.
    """
    mask = os.umask(0o077)  # what a command makes is its owner's alone
    context.call_on_close(lambda: os.umask(mask))
    # Told to end, as a machine that is shut down tells everybody, a command takes away what it has half made, as after Ctrl-C.
    handler = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    context.call_on_close(lambda: signal.signal(signal.SIGTERM, handler))


for command in (demo, init, link, confirm, run, work, replay, check, upgrade, backup, restore, move):
    main.add_command(command)
