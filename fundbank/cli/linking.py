"""A link for somebody who has no way in, made by whoever runs the server: the one place where it is printed."""

from typing import TYPE_CHECKING

import click

from fundbank import config, migrations
from fundbank.cli.databases import engine_of, working_on
from fundbank.cli.serving import HOST, PORT
from fundbank.cli.trouble import Trouble, plainly, refusals
from fundbank.kit.clock import now
from fundbank.kit.names import name_key
from fundbank.kit.transaction import unit_of_work

if TYPE_CHECKING:
    from fundbank.people.models import User


@click.command()
@click.option("--email", required=True, help="The e-mail with which the person signs in.")
@click.option("--municipality", metavar="NAME", help="The person's municipality, where several in the database know the address.")
@click.option("--address", help="Where people open fundbank: the link begins so. [default: FUNDBANK_ADDRESS, or this machine]")
@plainly
def link(email: str, municipality: str | None, address: str | None) -> None:
    """Print a link with which a person chooses a password: once, within seven days, or within a day if there was a password.

    Links of those who hold a role such as finance, chair, auditor or administrator are shown in no page. They are mailed; where no mail
    server is set, this command makes them. Give the link to the person and to nobody else. Older links of the person stop working.
    """
    from fundbank.people.operations import invite, reset

    begins = (address or config.settings()["ADDRESS"] or f"http://{HOST}:{PORT}").rstrip("/")
    engine = engine_of(config.database_url())
    migrations.require_current(engine)
    with working_on(engine), refusals(), unit_of_work():
        person = the_one(email, municipality)
        token = (reset if person.password_hash else invite)(actor=None, at=now(), user=person)
        said = f"{person.name} of {person.municipality.name} chooses a password here:\n{begins}/link/{token}"
    click.echo(said)


def the_one(email: str, municipality: str | None) -> "User":
    """Whoever signs in with that address, in the municipality of that name if one is named. Raises Trouble unless it is one person."""
    from fundbank.people.queries import people_by_email

    people = [person for person in people_by_email(email) if is_of(person, municipality)]
    if not people:
        raise Trouble(f"nobody signs in with {email}{f' in {municipality}' if municipality else ''}.")
    if len(people) > 1:
        raise Trouble(f"{email} signs in in several municipalities. {which_there_are(people)}")
    return people[0]


def is_of(person: "User", municipality: str | None) -> bool:
    """Is the person of the municipality of that name, however it is written? Of any, if none is named."""
    return municipality is None or person.municipality.name_key == name_key(municipality)


def which_there_are(people: "list[User]") -> str:
    """What is to be said with --municipality, and what can be."""
    return f"Say which with --municipality: {', '.join(person.municipality.name for person in people)}."
