"""Every URL with every role, compared with a table that a person can read: docs/permissions.md.

After a deliberate change write the table anew: ``FUNDBANK_WRITE_TABLE=1 .venv/bin/python -m pytest -n 0 tests/integration/permissions``,
and read the difference before it is committed.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from fundbank.applications.models import Application
from fundbank.awards.models import Award, Disbursement
from fundbank.extensions import db
from fundbank.gains.models import GainReport
from fundbank.kit.transaction import commit, rollback
from fundbank.kit.web import edge
from fundbank.ledger.models import Transfer
from fundbank.meetings.models import AgendaItem, Decision, Meeting
from fundbank.people.models import Department, User
from fundbank.pools.operations import give_role
from fundbank.pools.queries import has_role
from fundbank.pools.roles import Role
from fundbank.repayments.models import Claim, ClaimLine, Reversal
from fundbank.repayments.operations.reversals import register_reversal
from fundbank.scenarios import demo
from fundbank.scenarios.player import play
from fundbank.scenarios.reader import read
from tests.builders import AT, a_department, a_municipality, a_pool, a_user
from tests.web import Client

TABLE = Path(__file__).parents[3] / "docs" / "permissions.md"
COLUMNS = ("guest", "no role", *(str(role) for role in Role), "other municipality")
MARKS = {"yes": "●", "no": "–", "hidden": "·", "sign in": "→"}
HEADER = """# Who may open and send what

Every address of the program with every role, as a test finds it (`tests/integration/permissions/`). The applicant and the leader belong to
the department whose application it is; the others belong to another one. Whoever holds several roles may do what each of them may.

● may · – is refused (403) · `·` is told that there is no such thing (404) · → is asked to sign in
"""


@pytest.fixture
def unwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no request change anything, so that each cell of the table meets the same database."""
    monkeypatch.setattr(edge, "commit", rollback)


@pytest.fixture
def people(app: Flask) -> dict[str, User | None]:
    """One person for each column, in the municipality of the busy pool."""
    world = play(read(demo.story(demo.BUSY))).world
    demo.let_things_wait(world, AT.replace(month=11, day=23))
    pool, home = world.pool, _application().department
    elsewhere = a_department(pool.municipality, "Et helt andet sted")
    found: dict[str, User | None] = {"guest": None, "no role": a_user(elsewhere, "Ingen Rolle")}
    for role in Role:
        at_home = role in (Role.APPLICANT, Role.LEADER)
        person = a_user(home if at_home else elsewhere, f"Kun {role}", is_administrator=role == Role.ADMINISTRATOR)
        give_role(actor=None, at=AT, pool=pool, user=person, role=role)
        found[str(role)] = person
    stranger_pool = a_pool(a_municipality("En anden kommune"))
    stranger = a_user(a_department(stranger_pool.municipality), "Fremmed", is_administrator=True)
    for role in Role:
        give_role(actor=None, at=AT, pool=stranger_pool, user=stranger, role=role)
    found["other municipality"] = stranger
    finance = next(person for person in world.people.values() if has_role(person, pool.id, Role.FINANCE))
    transfer = db.session.scalars(select(Transfer).where(Transfer.event == "funding")).first()
    assert transfer is not None
    register_reversal(actor=finance, at=AT, transfer=transfer, reason="Forkert kilde")
    commit()
    return found


def _application() -> Application:
    """One that is on the agenda of a meeting to come, of a department that also has an award with a reported gain."""
    reported = select(Application.department_id).join(Award, Award.application_id == Application.id).join(GainReport)
    query = select(Application).join(AgendaItem).join(Meeting).where(Meeting.state == "planned", Application.department_id.in_(reported))
    found = db.session.scalars(query.order_by(Application.id)).first()
    assert found is not None
    return found


def _first(model: type[Any], *conditions: Any) -> Any:
    return db.session.scalars(select(model.id).where(*conditions).order_by(model.id)).first()


@pytest.fixture
def things(people: dict[str, User | None]) -> dict[str, int | str]:
    """What stands for each placeholder of an address."""
    application = _application()
    own = Award.application_id.in_(select(Application.id).where(Application.department_id == application.department_id))
    award = _first(Award, own, Award.id.in_(select(GainReport.award_id)))
    report = db.session.scalars(select(GainReport).where(GainReport.award_id == award)).first()
    meeting = db.session.scalars(select(AgendaItem.meeting_id).where(AgendaItem.application_id == application.id)).first()
    someone = people["no role"]
    assert someone is not None and report is not None
    found: dict[str, Any] = {
        "pool_id": application.pool_id, "application_id": application.id, "award_id": award, "meeting_id": meeting,
        "disbursement_id": _first(Disbursement, Disbursement.state == "registered"), "report_id": report.id,
        "claim_id": _first(Claim), "line_id": _first(ClaimLine), "transfer_id": _first(Transfer), "reversal_id": _first(Reversal),
        "decision_id": _first(Decision), "user_id": someone.id, "department_id": _first(Department), "number": 1, "token": "nobody",
        "filename": "css/fundbank.css",
    }  # fmt: skip
    missing = [name for name, value in found.items() if value is None]
    assert not missing, f"the busy pool has no {missing}"
    return found


def _rows(app: Flask, things: dict[str, int | str]) -> Iterator[tuple[str, str, str]]:
    """Method, rule and a real address, for every address of the program."""
    with app.test_request_context():
        adapter = app.create_url_adapter(None) or app.url_map.bind("localhost")
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
            address = adapter.build(rule.endpoint, {name: things[name] for name in rule.arguments})
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield method, rule.rule.replace("int:", "").replace("path:", ""), address


def _answer(client: Client, method: str, address: str, person: User | None) -> str:
    client.sign_out() if person is None else client.sign_in(person)
    response = client.get(address) if method == "GET" else client.submit(address)
    if response.status_code in (401, 302, 303) and "/sign-in" in response.headers.get("Location", "") and person is None:
        return "sign in"
    if response.status_code == 401:
        return "sign in"
    return {403: "no", 404: "hidden"}.get(response.status_code, "yes")


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.timeout(300)
@pytest.mark.usefixtures("unwritten")
def test_every_page_with_every_role(
    app: Flask, client: Client, clients: Callable[[], Client], people: dict[str, User | None], things: dict[str, int | str]
) -> None:
    lines = [HEADER, _line(["", *COLUMNS]), _line(["---", *(":-:" for _ in COLUMNS)])]
    for method, rule, address in _rows(app, things):
        found = [MARKS[_answer(client, method, address, people[column])] for column in COLUMNS]
        lines.append(_line([f"{method} `{rule}`", *found]))
    table = "\n".join(lines) + "\n"
    if os.environ.get("FUNDBANK_WRITE_TABLE"):
        TABLE.write_text(table, "utf-8")
    assert TABLE.read_text("utf-8").splitlines() == table.splitlines()
