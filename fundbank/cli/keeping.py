"""Keeping what the program holds: a backup while it runs, and the way back."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from fundbank import config, migrations
from fundbank.cli.checking import is_well
from fundbank.cli.databases import bring_to_newest, engine_of, files_of, keep_private, make_room, working_on
from fundbank.cli.trouble import Trouble, plainly
from fundbank.extensions import db
from fundbank.kit.clock import now
from fundbank.kit.database import fold, reading_only
from fundbank.kit.transaction import unit_of_work

if TYPE_CHECKING:
    from fundbank.backup.archive import Manifest

SAID_EVERY = 2  # seconds


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@plainly
def backup(file: Path) -> None:
    """Write everything that the database holds into FILE, while the program runs.

    It is all of one moment: whatever was stored before is in it. FILE is a zip archive with a table's rows as text in each
    member, the same from SQLite and PostgreSQL, and a hash over each byte. It holds personal data and what passwords are checked
    against: keep it as you keep the database. The key that signs sessions is not in it: after a restore everybody signs in again.

    Prints the end of each ledger. Keep these lines where nobody who can write to the database can change them: "fundbank check
    --anchors" holds them against it.
    """
    from fundbank.backup import anchors

    engine = engine_of(config.database_url())
    manifest = archive_of(engine, file, with_secrets=False)
    rows = sum(member.rows for member in manifest.members)
    click.echo(f"{file} is whole: {rows:,} rows in {len(manifest.members)} tables, version {manifest.revision}.", err=True)
    for line in anchors.lines(manifest.heads):
        click.echo(line)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_context
@plainly
def restore(context: click.Context, file: Path) -> None:
    """Put the backup in FILE into an empty database.

    FUNDBANK_DATABASE_URL names an SQLite file that is not there yet, or a PostgreSQL database with nothing in it. FILE is read
    through first: a damaged one is refused, and its damaged part named. Rows go in under all the rules of the database, are read back
    and held against FILE; a backup of an earlier version is upgraded. At the end every ledger is checked from its first row.
    Mail that waited to be sent is not sent any more, and links by which people choose a password work no more: nobody knows what has gone
    out or been used since. A restore that fails leaves nothing.

    Exit code 0: all is well. 1: something is off, and is named.
    """
    engine = engine_of(config.migration_url())
    context.exit(0 if restored(engine, file, mail_goes_on=False) else 1)


def archive_of(engine: Engine, file: Path, municipality: str | None = None, *, with_secrets: bool) -> "Manifest":
    """Write an archive of a database that may be in use; ``with_secrets`` also the links that wait to be mailed."""
    from fundbank.backup.archive import written_whole
    from fundbank.backup.taking import take

    with reading_only():
        migrations.require_current(engine)
        with written_whole(file) as out, engine.connect() as connection:
            return take(
                connection, out, revision=migrations.head_revision(), at=now(), told=_progress(), municipality=municipality,
                with_secrets=with_secrets,
            )  # fmt: skip


def restored(engine: Engine, file: Path, *, mail_goes_on: bool) -> bool:
    """Fill an empty database from an archive, bring it up and check it; False if anything is off. What was found is said."""
    from fundbank.backup.archive import Archive
    from fundbank.backup.filling import fill, require_known

    require_empty(engine)
    archive = Archive(file)
    require_known(archive)
    manifest, others = archive.manifest, migrations.functions_of_triggers(engine)
    try:
        different = fill(engine, archive, _progress())
        _finish(engine, manifest, mail_goes_on)
    except BaseException:
        _leave_nothing(engine, others)
        raise
    if manifest.revision != migrations.head_revision():
        bring_to_newest(engine)
    keep_private(engine)
    noted = {head.pool_id: {head.number: head.hash} for head in manifest.heads if head.number and head.pool}
    sealed = {head.municipality: {head.number: head.hash} for head in manifest.heads if head.number and not head.pool}
    well = is_well(engine, noted, sealed)
    for table in different:
        click.echo(f"The rows of {table} are not those of {file}: the database that it was made of had been changed past the program.")
    if files_of(engine):
        fold(engine)
    if well and not different:
        rows = sum(member.rows for member in manifest.members)
        click.echo(f"All {rows:,} rows are as {file} has them, and each ledger ends where it ended on {manifest.made_at:%d-%m-%Y}.")
    return well and not different


def _finish(engine: Engine, manifest: "Manifest", mail_goes_on: bool) -> None:
    """Let the database be worked on. In the same transaction nothing that waited in a backup goes out any more: no worker comes between."""
    from fundbank.outbox.operations import hold_back_all
    from fundbank.people.operations import end_links

    tables = {member.table for member in manifest.members}
    with working_on(engine), unit_of_work(is_sealed=False):
        if not mail_goes_on and "mails" in tables and (number := hold_back_all(at=now())):
            click.echo(f"{number} mails that waited to be sent are withdrawn: they may have gone out since.")
        if not mail_goes_on and (number := end_links(at=now())):
            click.echo(f"{number} links by which people choose a password work no more: they may have been used since. Make new ones.")
        migrations.finish(db.session.connection(), manifest.revision)


def _leave_nothing(engine: Engine, others: frozenset[str]) -> None:
    """Make the place as empty as it was, after a restore that failed. Where that fails too, what is left is marked as unfinished."""
    engine.dispose()
    for each in files_of(engine):
        with suppress(OSError):
            each.unlink(missing_ok=True)
    if engine.dialect.name == "postgresql":
        with suppress(DBAPIError):
            migrations.clear(engine, others)


def require_empty(engine: Engine) -> None:
    """Raise Trouble for a database that has something in it, or another's leavings beside it."""
    make_room(engine)
    if any(each.exists() for each in files_of(engine)) or not migrations.is_empty(engine):
        migrations.require_known(engine)
        place = engine.url.render_as_string(hide_password=True)
        raise Trouble(f"{place} is not empty, and nothing is ever written over. Name a new SQLite file or an empty PostgreSQL database.")


def _progress() -> Callable[[str, int, int], None]:
    """Says on standard error how far it has come, now and then."""
    last = time.monotonic()

    def told(table: str, done: int, whole: int) -> None:
        nonlocal last
        if (moment := time.monotonic()) - last >= SAID_EVERY:
            last = moment
            click.echo(f"  {table}: {done:,} of {whole:,} rows", err=True)

    return told
