"""A link for somebody who has no way in, made by whoever runs the server: the one place where it is printed."""

import click

from fundbank import config, migrations
from fundbank.cli.databases import engine_of, working_on
from fundbank.cli.serving import HOST, PORT
from fundbank.cli.trouble import Trouble, plainly, refusals
from fundbank.kit.clock import now
from fundbank.kit.transaction import unit_of_work


@click.command()
@click.option("--email", required=True, help="The e-mail with which the person signs in.")
@click.option("--address", help="Where people open fundbank: the link begins so. [default: FUNDBANK_ADDRESS, or this machine]")
@plainly
def link(email: str, address: str | None) -> None:
    """Print a link with which a person chooses a password: once, within seven days, or within a day if there was a password.

    Links of those who hold a role such as finance, chair, auditor or administrator are shown in no page. They are mailed; where no mail
    server is set, this command makes them. Give the link to the person and to nobody else. Older links of the person stop working.
    """
    from fundbank.people.operations import invite, reset
    from fundbank.people.queries import person_by_email

    begins = (address or config.address() or f"http://{HOST}:{PORT}").rstrip("/")
    engine = engine_of(config.database_url())
    migrations.require_current(engine)
    with working_on(engine), refusals(), unit_of_work():
        person = person_by_email(email)
        if person is None:
            raise Trouble(f"nobody signs in with {email}.")
        token = (reset if person.password_hash else invite)(actor=None, at=now(), user=person)
        said = f"{person.name} of {person.municipality.name} chooses a password here:\n{begins}/link/{token}"
    click.echo(said)
