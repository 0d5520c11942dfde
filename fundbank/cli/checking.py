"""Checking every ledger from its first row."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.engine import Engine

from fundbank import config, migrations
from fundbank.backup import Unusable
from fundbank.cli.databases import each_is_well, working_on
from fundbank.cli.trouble import plainly
from fundbank.extensions import db
from fundbank.kit import database
from fundbank.kit.money import plain


@click.command()
@click.option("--all-schemas", is_flag=True, help="Check every municipality that has a schema of its own in the database.")
@click.option(
    "--anchors",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Hold the ends of ledgers noted in FILE against them.",
)
@click.pass_context
@plainly
def check(context: click.Context, all_schemas: bool, anchors: Path | None) -> None:
    """Recompute every pool's ledger from its first row: hashes, balances, reversals, triggers, and where every øre is.

    Its claims, repayments and refunds are held against it, and its letters, and the files that people have attached, against their own
    hashes. Everything else that the program
    has stored is held against the digests that it left, row by row. The database's own rules are compared with what the program made.

    First the database is asked about its own files, indexes and keys. PostgreSQL answers where its extension amcheck is installed and
    the program's role may call it; where not, that is said, and how to mend it.

    Whoever may change the database's own rules can write a chain anew so that it agrees with itself. That shows only against an end
    noted elsewhere. In FILE stands a line for each: the number of a transfer, its hash, and the pool; or of a seal, its hash, and the
    municipality; as "fundbank backup" prints them, and statements those of transfers.

    Exit code 0: all is well. 1: something is off, and the row is named.
    """
    if all_schemas and anchors:
        raise Unusable("--anchors is for one schema at a time: name it in FUNDBANK_SCHEMA.")
    check_one = partial(_check, anchors=anchors)
    context.exit(0 if each_is_well(config.database_url(), check_one, all_schemas=all_schemas) else 1)


def _check(engine: Engine, *, anchors: Path | None) -> bool:
    from fundbank.backup import anchors as noting
    from fundbank.people.models import Municipality
    from fundbank.pools.models import Pool

    with database.reading_only():
        migrations.require_current(engine)
    noted = noting.read(anchors) if anchors else []
    with working_on(engine), database.reading_only():
        pools = {pool.id: (pool.municipality.name, pool.name) for pool in db.session.scalars(select(Pool))}
        names = set(db.session.scalars(select(Municipality.name)))
    return is_well(engine, noting.by_pool(noted, pools, names), noting.by_municipality(noted, names))


def is_well(engine: Engine, anchors: Mapping[int, Mapping[int, str]], sealed: Mapping[str, Mapping[int, str]]) -> bool:
    """Say how each ledger of a database is, each letter, and everything else.

    ``anchors``: hashes of transfers noted elsewhere, by pool and number; ``sealed``: those of seals, by municipality and number.
    """
    from fundbank.ledger.checks import check_all
    from fundbank.ledger.queries import balances_of_pools
    from fundbank.pools.models import Pool
    from fundbank.repayments.checks import check_claims
    from fundbank.reports.checks import check_letters

    with working_on(engine), database.reading_only():
        is_whole = _is_whole()
        reports, held = check_all(anchors), balances_of_pools(pool.id for pool in db.session.scalars(select(Pool)))
        all_well = all(report.is_clean for report in reports.values())
        for pool in db.session.scalars(select(Pool).order_by(Pool.id)):
            report, sums = reports.get(pool.id), held[pool.id]
            state = "well" if report is None or report.is_clean else f"{len(report.findings)} faults"
            click.echo(f"{pool.municipality.name}, {pool.name}: {report.transfers if report else 0} transfers, {state}")
            click.echo(
                f"  funding {plain(sums.funding_ore)} = available {plain(sums.available_ore)} + reserved {plain(sums.reserved_ore)}"
                f" + loans {plain(sums.loans_ore)} + grants {plain(sums.grants_ore)} + written off {plain(sums.written_off_ore)}"
            )
            beside = [*check_claims(pool.id), *check_letters(pool.id)]
            all_well = all_well and not beside
            for finding in [*(report.findings if report else []), *beside]:
                click.echo(f"  {finding}")
        if not held:
            click.echo("There are no pools yet, so there is no ledger to check.")
        return all([_is_sealed(sealed), _is_told_alike(), _are_files_whole(), all_well, is_whole])


def _is_whole() -> bool:
    """Say what the database finds wrong with itself. It is asked first: what is damaged may end the rest."""
    from fundbank.kit.seals.integrity import integrity, why_not_asked

    connection = db.session.connection()
    if (reason := why_not_asked(connection)) is not None:
        click.echo(f"The database's own indexes were not checked: {reason}")
        return True
    faults = list(integrity(connection))
    click.echo(f"The database's own files, indexes and keys: {f'{len(faults)} faults' if faults else 'well'}")
    for fault in faults:
        click.echo(f"  {fault}")
    return not faults


def _are_files_whole() -> bool:
    """Say of what people have attached whether each byte of it is as it came."""
    from fundbank.files.checks import check_files, check_guards, count

    connection = db.session.connection()
    faults = [*check_guards(), *check_files(connection)]
    click.echo(f"Files: {count(connection)} contents, {f'{len(faults)} faults' if faults else 'well'}")
    for fault in faults:
        click.echo(f"  {fault}")
    return not faults


def _is_sealed(noted: Mapping[str, Mapping[int, str]]) -> bool:
    """Say of everything but the ledgers whether it is as the program wrote it."""
    from fundbank.kit.seals.checks import check as check_seals
    from fundbank.people.models import Municipality

    names = {municipality.name: municipality.id for municipality in db.session.scalars(select(Municipality))}
    faults = check_seals(db.session.connection(), {names[name]: seals for name, seals in noted.items() if name in names})
    click.echo(f"Rows, their seals and the database's rules: {f'{len(faults)} faults' if faults else 'well'}")
    for fault in faults:
        click.echo(f"  {fault}")
    return not faults


def _is_told_alike() -> bool:
    """Say whether the records that tell of one thing say the same."""
    from fundbank.checks import check as check_records

    faults = list(check_records(db.session.connection()))
    click.echo(f"What records say of each other: {f'{len(faults)} faults' if faults else 'well'}")
    for fault in faults:
        click.echo(f"  {fault}")
    return not faults
