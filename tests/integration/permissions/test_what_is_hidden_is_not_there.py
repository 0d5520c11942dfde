"""What somebody may not know of is answered as what does not exist: the same status, the same page, at every address and for every role."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from fundbank.applications.models import Application
from fundbank.applications.models.questions import Question
from fundbank.awards.models import FollowUp
from fundbank.extensions import db
from fundbank.kit.web.permission import knows
from fundbank.outbox.models import Job, Mail
from fundbank.overviews.navigation import SUBJECTS
from fundbank.people.models import Confirmation, Department, User
from tests.web import Client, Response

NAMED = {
    **SUBJECTS, "mail_id": Mail, "job_id": Job, "user_id": User, "department_id": Department, "confirmation_id": Confirmation,
    "follow_up_id": FollowUp, "question_id": Question,
}  # fmt: skip
NOT_A_THING = {
    "number",
    "file_id",
    "evidence_id",
    "topic",
    "token",
    "filename",
}  # a version and an annex are looked for in their application
NOWHERE = 999_999_937
OWN = re.compile(r'name="(csrf_token|once)"[^>]*>|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}')


def _hidden(person: User) -> Iterator[tuple[str, list[int]]]:
    """Of each kind of thing those that the person may not know of."""
    for name, model in NAMED.items():
        yield name, [thing.id for thing in db.session.scalars(select(model).order_by(model.id)) if not knows(person, thing)]


def _said(response: Response, address: str) -> tuple[int, str, str | None]:
    """The answer without its tokens and without the address that was asked for."""
    return response.status_code, OWN.sub("", response.text.replace(address, "ADDRESS")), response.headers.get("Location")


def _addresses(app: Flask, things: dict[str, Any], name: str, value: int) -> list[tuple[str, str]]:
    """Every method and address that names a thing of this kind, with ``value`` in its place."""
    with app.test_request_context():
        adapter = app.create_url_adapter(None) or app.url_map.bind("localhost")
        return [
            (method, adapter.build(rule.endpoint, {**{key: things[key] for key in rule.arguments}, name: value}))
            for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
            if name in rule.arguments
            for method in sorted((rule.methods or set()) & {"GET", "POST"})
        ]


def test_every_kind_of_thing_in_an_address_has_a_rule(app: Flask) -> None:
    named = {name for rule in app.url_map.iter_rules() for name in rule.arguments}
    assert named - NOT_A_THING == set(NAMED)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.timeout(600)
@pytest.mark.usefixtures("unwritten")
def test_what_is_hidden_is_answered_like_what_does_not_exist(
    app: Flask, client: Client, people: dict[str, User | None], things: dict[str, Any]
) -> None:
    compared, told = 0, []
    for role, person in people.items():
        if person is None:
            continue
        hidden = dict(_hidden(person))
        assert role in ("auditor",) or hidden["application_id"] or hidden["award_id"], f"nothing is hidden from {role}"
        client.sign_in(person)
        for name, ids in hidden.items():
            if not ids:
                continue
            for (method, there), (_method, nowhere) in zip(
                _addresses(app, things, name, ids[0]), _addresses(app, things, name, NOWHERE), strict=True
            ):
                ask = client.get if method == "GET" else client.submit
                first, second = _said(ask(there), there), _said(ask(nowhere), nowhere)
                compared += 1
                if first != second or first[0] not in (403, 404):
                    told.append(f"{role}: {method} {there} {first[0]}, {nowhere} {second[0]}")
    assert not told, "\n".join(told)
    assert compared > 500


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("unwritten")
def test_a_draft_is_not_there_for_the_forum(client: Client, people: dict[str, User | None]) -> None:
    draft = db.session.scalars(select(Application).where(Application.submitted_at.is_(None))).first()
    assert draft is not None
    for column in ("no role", "member", "finance", "administrator"):
        person = people[column]
        assert person is not None
        client.sign_in(person)
        for path in (
            "",
            "/edit",
            "/write/project",
            "/write/annexes",
            "/write/check",
            "/paper",
            "/paper.pdf",
            "/score",
            "/screening",
            "/versions/1",
            "/withdraw",
        ):
            assert client.get(f"/applications/{draft.id}{path}").status_code == 404, (column, path)
        for path in ("/write/project", "/score", "/screening", "/sign", "/submit", "/copy", "/interest", "/withdraw"):
            assert client.submit(f"/applications/{draft.id}{path}").status_code == 404, (column, path)
