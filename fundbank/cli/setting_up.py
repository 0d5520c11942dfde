"""Setting up an empty database with its first administrator."""

import click

from fundbank import config
from fundbank.cli.databases import bare_app, bring_up, engine_of
from fundbank.cli.serving import HOST, PORT, refuse_demo
from fundbank.cli.trouble import plainly, refusals
from fundbank.kit.clock import now
from fundbank.kit.transaction import unit_of_work


@click.command()
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
    bring_up(engine)
    at = now()
    with bare_app(engine.url.render_as_string(hide_password=False)).app_context(), unit_of_work(), refusals():
        refuse_demo()
        owner = create_municipality(actor=None, at=at, name=municipality)
        unit = create_department(actor=None, at=at, municipality=owner, name=department)
        person = create_user(actor=None, at=at, municipality=owner, department=unit, name=name, email=email, is_administrator=True)
        token = invite(actor=None, at=at, user=person)
    click.echo(f"The database is ready. Start the program with: fundbank run\n{name} chooses a password here, within seven days:")
    click.echo(f"{address.rstrip('/')}/link/{token}")
