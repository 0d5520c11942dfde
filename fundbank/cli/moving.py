"""Moving a database, or one municipality of it, to another."""

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from fundbank import config
from fundbank.cli.databases import engine_in, engine_of
from fundbank.cli.keeping import archive_of, require_empty, restored
from fundbank.cli.trouble import plainly


@click.command()
@click.argument("url")
@click.option("--municipality", metavar="NAME", help="Move what is this municipality's, and nothing else.")
@click.option("--schema", metavar="NAME", help="Move into this schema of a PostgreSQL database.")
@click.pass_context
@plainly
def move(context: click.Context, url: str, municipality: str | None, schema: str | None) -> None:
    """Copy the database, or one municipality of it, into the empty database at URL: from SQLite to PostgreSQL or back.

    Stop the program first: what is entered meanwhile stays behind. Every row keeps its number, is read back and compared, and every
    ledger is checked from its first row. The database that is moved from stays as it is.

    Exit code 0: all is there and well. 1: something is off, and is named.
    """
    source, target = engine_of(config.database_url()), engine_in(config.from_here(url), config.schema({"FUNDBANK_SCHEMA": schema or ""}))
    require_empty(target)
    with TemporaryDirectory(prefix="fundbank-") as folder:
        file = Path(folder) / "moving.zip"
        archive_of(source, file, municipality, with_secrets=True)
        well = restored(target, file, mail_goes_on=True)
    if well:
        click.echo("Now let FUNDBANK_DATABASE_URL name the new database. Whoever was signed in signs in again.")
    context.exit(0 if well else 1)
