"""Nothing that a member without a sheet can open depends on another's levels (domain.md §5): two databases that differ only in those
give the same bytes, page by page, paper by paper.
"""

from collections.abc import Iterator
from itertools import count, product
from typing import Any

import pytest
from flask import Flask

from fundbank.app import create_app
from fundbank.extensions import db
from fundbank.kit.transaction import commit
from fundbank.meetings.operations import calendar
from fundbank.meetings.operations.decisions import set_consensus
from fundbank.people.models import User
from fundbank.pools.criteria import CODES
from fundbank.pools.roles import Role
from tests import builders
from tests.builders import AT
from tests.databases import Databases
from tests.integration.scoring.forum import TODAY, Forum
from tests.lasting import lasting
from tests.web import WITHOUT_CATALOGUE, new_cookie

# What is another each time: tokens of forms, and the seals of a ledger.
WITH_SEAL = "reports.statement_pdf"  # a paper with the ledger's hash, which is another in each database
CHOSEN = {  # what an address may ask for beyond its path
    "meetings.choice": "?chosen=1&chosen=3",
    "meetings.proposal": "?show=reasons&show=frontier&show=stability",
}
FIRST, SECOND = ((1, 2, 3), (1, 2, 3)), ((3, 2, 1), (3, 1, 1))  # what Mads and the chair give the three: their order is turned round


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("is_open", [False, True], ids=["planned", "open"])
def test_no_answer_to_somebody_who_may_not_know_depends_on_levels(
    databases: Databases, monkeypatch: pytest.MonkeyPatch, kind: str, is_open: bool
) -> None:
    answers = []
    for levels in (FIRST, SECOND):
        monkeypatch.setattr(builders, "numbers", count(1))  # names are the same in both
        address = databases.make(kind)
        app = create_app(
            {"TESTING": True, "SECRET_KEY": "tests" * 8, "SQLALCHEMY_DATABASE_URI": address, "CLOCK": lambda: TODAY, **WITHOUT_CATALOGUE}
        )
        with app.app_context():
            names, ids = _town(levels, is_open)
            cookies = {name: new_cookie(app, person) for name, person in names.items()}
            db.session.remove()
        answers.append(dict(_answers(app, cookies, ids)))
        with app.app_context():
            db.engine.dispose()
        databases.drop(address)
    first, second = answers
    assert len(first) > 60 and first.keys() == second.keys()
    assert sum(status == 200 for status, _body in first.values()) > 40, "most of them are there"
    assert [place for place in first if first[place] != second[place]] == []


def _town(levels: tuple[tuple[int, ...], ...], is_open: bool) -> tuple[dict[str, User], dict[str, list[int]]]:
    """Three applications on the agenda, in the order of their ranking, scored by two of three members; and who may not know."""
    forum = Forum(minimum_scores=1)
    applications = [forum.application(title, grant_ore=100_000_00 * number) for number, title in enumerate(("Alfa", "Beta", "Gamma"), 1)]
    for member, given in zip((forum.mads, forum.chair), levels, strict=True):
        for application, level in zip(applications, given, strict=True):
            forum.score(application, level, by=member, comment=f"Niveau {level}")
    meeting = forum.meeting(*applications)
    calendar.rank_agenda(actor=forum.coordinator, at=AT, meeting=meeting)
    if is_open:
        calendar.open_meeting(actor=forum.chair, at=TODAY, meeting=meeting, present=[forum.chair, forum.mads, forum.maja])
        agreed = levels[0][0]
        set_consensus(
            actor=forum.chair, at=TODAY, meeting=meeting, application=applications[0], criterion=CODES[0], level=agreed,
            reason=f"Enige om {agreed}",
        )  # fmt: skip
    ids = {
        "pool_id": [forum.pool.id], "application_id": [one.id for one in applications], "meeting_id": [meeting.id], "number": [1],
        "user_id": [forum.mads.id], "department_id": [forum.unit.id],
    }  # fmt: skip
    both = forum.person("Clara Formand", Role.CHAIR, Role.MEMBER)
    people = [forum.maja, both, forum.applicant, forum.leader]
    commit()
    return {person.name: person for person in people}, ids


def _answers(app: Flask, cookies: dict[str, str], ids: dict[str, list[int]]) -> Iterator[tuple[tuple[str, str], tuple[int, Any]]]:
    adapter = app.url_map.bind("localhost")
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.arguments <= ids.keys()]
    for rule in sorted(rules, key=lambda rule: rule.rule):
        for values in product(*(ids[name] for name in rule.arguments)):
            path = adapter.build(rule.endpoint, dict(zip(rule.arguments, values, strict=True))) + CHOSEN.get(rule.endpoint, "")
            for name, cookie in cookies.items():
                client = app.test_client()
                client.set_cookie("fundbank", cookie)
                answer = client.get(path)
                if rule.endpoint != WITH_SEAL:
                    body = lasting(answer.mimetype, answer.data)
                    yield (name, path), (answer.status_code, body)
