"""The second person where the program has none: whoever runs the server confirms, or refuses, what nobody else can."""

import click

from fundbank import config, migrations
from fundbank.cli.databases import engine_of, working_on
from fundbank.cli.trouble import Trouble, plainly, refusals
from fundbank.kit.clock import now
from fundbank.kit.transaction import unit_of_work


@click.command()
@click.option("--number", type=int, help="Which of them.")
@click.option("--refuse", metavar="REASON", help="Refuse it, and say why.")
@plainly
def confirm(number: int | None, refuse: str | None) -> None:
    """Show the roles and accounts that wait for a second person, or confirm one that nobody in the program can.

    A role such as finance, chair, auditor or administrator is given by one administrator and confirmed by another person. Where there is
    neither a second administrator nor an auditor, it is confirmed here. Make sure that the person is who they should be.
    """
    from fundbank.people import queries
    from fundbank.pools import operations
    from fundbank.pools.permissions import confirmers
    from fundbank.pools.words import wanted

    engine = engine_of(config.database_url())
    migrations.require_current(engine)
    with working_on(engine), refusals(), unit_of_work():
        waiting = {one.id: one for one in queries.to_confirm()}
        if number is None:
            for one in waiting.values():
                able = ", ".join(person.name for person in confirmers(one)) or "nobody in the program can confirm it"
                what = f"{one.user.name}, {one.user.email}: {wanted(one.kind, one.role)}"
                click.echo(f"{one.id}  {what} (asked by {one.asked_by.name}; {able})")
            if not waiting:
                click.echo("Nothing waits for a second person.")
            return
        if number not in waiting:
            raise Trouble(f"nothing with the number {number} waits for a second person.")
        if refuse is None:
            operations.confirm(actor=None, at=now(), confirmation=waiting[number])
        else:
            operations.refuse(actor=None, at=now(), confirmation=waiting[number], reason=refuse)
    click.echo("Done.")
