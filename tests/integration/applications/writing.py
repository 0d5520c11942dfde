"""Writing an application through its pages: which step asks for a field, and an application that is begun and written step by step."""

from typing import Any

from fundbank.applications import queries
from fundbank.applications.models import Application
from fundbank.applications.rules.topics import TOPICS
from fundbank.extensions import db
from tests.integration.applications.office import Office, form_of
from tests.web import Client, Response

ROWS = {"costs": "money", "own_financing": "money", "split": "gains", "split_shares": "gains", "gains": "gains", "gain_areas": "gains",
        "qualitative_gains": "gains", "own": "need", "department": "project"}  # fmt: skip


def new(office: Office) -> str:
    return f"/pools/{office.pool.id}/applications/new"


def step(application: Application, code: str) -> str:
    return f"/applications/{application.id}/write/{code}"


def step_of(name: str) -> str:
    """The step that asks for a field of this name."""
    for beginning in (name.partition("-")[0], name.partition("_")[0]):
        if beginning in ROWS:
            return ROWS[beginning]
    return next(topic.code for topic in TOPICS if topic.owns(name))


def started(office: Office, answer: Response) -> Application:
    """The application that the answer leads to."""
    assert answer.status_code == 303, answer.words[:1500]
    db.session.expire_all()
    found = queries.application(int(answer.location.split("/applications/")[1].split("/")[0]), municipality_id=office.pool.municipality_id)
    assert found is not None
    return found


def save(client: Client, page: str, **typed: Any) -> Response:
    """Open the page of a step, fill in some of its fields, and save it."""
    return client.submit(page, form_of(client.get(page).text) | typed)


def write(office: Office, client: Client, **typed: Any) -> Response:
    """Begin an application and write these fields, each in its step: the answer of the last step, or of the first that was refused."""
    client.sign_in(office.person("applicant"))
    answer = save(client, new(office), title="Ny blanket")
    application = started(office, answer)
    for code in [topic.code for topic in TOPICS]:
        if here := {name: value for name, value in typed.items() if step_of(name) == code}:
            answer = save(client, step(application, code), **here)
            if answer.status_code != 303:
                return answer
    return answer
