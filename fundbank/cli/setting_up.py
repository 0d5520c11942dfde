"""Setting up an empty database with its first administrator, and letting in an administrator who has no way in any more."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click

from fundbank import config
from fundbank.cli.databases import bring_up, engine_of, working_on
from fundbank.cli.linking import is_of, which_there_are
from fundbank.cli.serving import HOST, PORT, is_demo
from fundbank.cli.trouble import Trouble, plainly, refusals, sentence_of
from fundbank.errors import Refusal
from fundbank.kit.clock import now
from fundbank.kit.transaction import unit_of_work

QUESTIONS = {
    "email": "E-mail of the first administrator",
    "municipality": "Name of the municipality",
    "name": "Name of the first administrator",
}


@click.command()
@click.option("--email", help="The administrator's e-mail: the name to sign in with.")
@click.option("--municipality", help="The municipality's name.")
@click.option("--name", help="The administrator's name.")
@click.option("--department", default="Administration", show_default=True, help="The administrator's department.")
@click.option("--address", default=f"http://{HOST}:{PORT}", show_default=True, help="Where people will open fundbank: the link begins so.")
@plainly
def init(email: str | None, municipality: str | None, name: str | None, department: str, address: str) -> None:
    """Set up an empty database with a municipality and its first administrator.

    Prints a link with which the administrator chooses a password; it works once, within seven days. What no option says is asked for.

    Is the link lost, or the password forgotten? Run the command again with the administrator's --email: it changes nothing else, and
    prints a new link, which works within a day if there was a password. The older ones stop working.
    """
    engine = engine_of(config.database_url())
    bring_up(engine)
    answers = {"email": email, "municipality": municipality, "name": name}
    asked = {question for question, answer in answers.items() if answer is None}
    with working_on(engine), refusals():
        with unit_of_work():
            if is_demo():
                raise Trouble(
                    "this database is the demo's, and anybody knows the password of its people. "
                    "For real use, run the command in another folder, or name another database in FUNDBANK_DATABASE_URL."
                )
        while True:
            try:
                token = _link_again(answers, now()) or _set_up(answers, department, now())
                break
            except Refusal as refusal:
                if refusal.field not in asked:
                    raise
                click.echo(sentence_of(refusal), err=True)
                answers[refusal.field] = None
    click.echo(f"Start the program with: fundbank run\nThe administrator chooses a password here:\n{address.rstrip('/')}/link/{token}")


def _link_again(answers: dict[str, str | None], at: datetime) -> str | None:
    """The token of a new link for an administrator who is there already."""
    from fundbank.people.operations import invite, reset
    from fundbank.people.queries import people_by_email

    email, municipality = _answer(answers, "email"), answers["municipality"]
    with unit_of_work():
        people = [person for person in people_by_email(email) if person.is_administrator and is_of(person, municipality)]
        if not people:
            return None
        if len(people) > 1:
            raise Trouble(f"{email} is an administrator of several municipalities. {which_there_are(people)}")
        (person,) = people
        make, life = (reset, "a day") if person.password_hash else (invite, "seven days")
        token = make(actor=None, at=at, user=person)
        click.echo(f"{person.name} is administrator of {person.municipality.name} already. The new link below works once, within {life}.")
        return token


def _set_up(answers: dict[str, str | None], department: str, at: datetime) -> str:
    """Make the municipality and its first administrator, and the token of the administrator's link.

    A municipality that a scenario file has made, and that nobody can sign in to as an administrator, gets its first one too.
    """
    from fundbank.people.operations import create_department, create_municipality, create_user, invite
    from fundbank.people.queries import has_reachable_administrator, municipality_by_name, namesake

    municipality, name = _answer(answers, "municipality"), _answer(answers, "name")
    with unit_of_work():
        known = municipality_by_name(municipality)
        if known is not None and has_reachable_administrator(known.id):
            raise Trouble(f"{municipality} is set up already. For a new link, give the e-mail of one of its administrators as --email.")
        with _about("municipality"):
            owner = known or create_municipality(actor=None, at=at, name=municipality)
        with _about("department"):
            unit = namesake(municipality_id=owner.id, parent_id=None, name=department)
            unit = unit or create_department(actor=None, at=at, municipality=owner, name=department)
        person = create_user(
            actor=None, at=at, municipality=owner, department=unit, name=name, email=answers["email"], is_administrator=True
        )
        token = invite(actor=None, at=at, user=person)
    click.echo("The database is ready. The link below works once, within seven days.")
    return token


def _answer(answers: dict[str, str | None], question: str) -> str:
    """What has been answered, or else is answered now."""
    answer = answers[question]
    if answer is None:
        answer = answers[question] = click.prompt(QUESTIONS[question])
    return answer


@contextmanager
def _about(question: str) -> Iterator[None]:
    """Whatever is refused within is an answer to ``question``."""
    try:
        yield
    except Refusal as refusal:
        refusal.field = question
        raise
