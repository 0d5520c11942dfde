"""What only looks like a CPR number is taken once its writer ticks that it is none, and the history keeps that; never the number."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from fundbank.extensions import db
from fundbank.history.models import HistoryEntry
from fundbank.kit.cpr import CprNumber
from fundbank.pools.operations import change_policy
from fundbank.pools.roles import Role
from tests.builders import AT, a_department, a_person_with, a_pool, an_administrator
from tests.integration.applications.office import Office, an_office, field_error, form_of
from tests.pictures import Pictures
from tests.web import Client

ACCOUNT = "P-nummer 1010101234"
TICK = re.compile(r'<input class="form-checkbox" id="([^"]+)-no-cpr" name="not_cpr" type="checkbox" value="([^"]+)"( checked)?')


@pytest.fixture
def office(app: Flask, pictures: Pictures) -> Office:
    return pictures.of("office", an_office)


def denials() -> list[dict[str, Any]]:
    db.session.expire_all()
    entries = db.session.scalars(select(HistoryEntry).where(HistoryEntry.event == "no_cpr_number").order_by(HistoryEntry.id))
    return [{"who": entry.actor_id, "about": entry.subject_type, **entry.details} for entry in entries]


@pytest.mark.parametrize(
    ("step", "field", "called"),
    [("project", "title", "Title"), ("project", "summary", "What is it about?"), ("money", "costs-0-text", "Cost 1: What it is")],
)
def test_the_writer_says_that_it_is_none(office: Office, client: Client, step: str, field: str, called: str) -> None:
    writer, page = office.person("applicant"), f"/applications/{office.application(costs=(), gains=()).id}"
    url = f"{page}/write/{step}"
    client.sign_in(writer)
    opened = client.get(url)
    assert not TICK.search(opened.text)
    cost = {"costs-0-amount": "1", "costs-0-text": "A"} if step == "money" else {}
    typed = {**form_of(opened.text), **cost, field: ACCOUNT}
    refused = client.submit(url, typed)
    assert (refused.status_code, refused.code) == (422, "cpr_number")
    assert TICK.findall(refused.text) == [(field, field, "")]
    saved = client.submit(url, typed | {"not_cpr": field})
    assert saved.status_code == 303
    (denial,) = denials()
    assert denial["who"] == writer.id and denial["about"] == "applications"
    assert len(denial["fields"]) == 1 and (denial["fields"] == [called] or field == "summary")
    assert "1010101234" not in str(denial)

    more = {"initiative": "must"} if step == "project" else {"loan": "10"}
    assert client.submit(url, form_of(client.get(url).text) | more).status_code == 303, "what stands there has been answered"
    assert len(denials()) == 1
    another = client.submit(url, form_of(client.get(url).text) | {field: f"{ACCOUNT}, 0202021234"})
    assert (another.status_code, another.code) == (422, "cpr_number")
    assert "is none" in client.get(page).words


def test_a_tick_is_about_its_own_field_and_stays(office: Office, client: Client) -> None:
    url = f"/applications/{office.application().id}/write/project"
    client.sign_in(office.person("applicant"))
    typed = {**form_of(client.get(url).text), "title": ACCOUNT, "summary": "Anna 010190-1234", "not_cpr": "title"}
    refused = client.submit(url, typed)
    assert refused.code == "cpr_number"
    assert field_error(refused.text, "summary") and not field_error(refused.text, "title")
    assert TICK.findall(refused.text) == [("title", "title", " checked"), ("summary", "summary", "")]
    money = f"{url.removesuffix('project')}money"
    typed = {**form_of(client.get(money).text), "operation_money": ACCOUNT, "not_cpr": "operation_money", "row": "add:costs"}
    assert TICK.findall(client.submit(money, typed).text) == [("operation_money", "operation_money", " checked")], (
        "also where a row is added"
    )
    assert denials() == []


def test_money_and_rules(app: Flask, client: Client) -> None:
    pool = a_pool()
    finance = a_person_with(pool, Role.FINANCE)
    url = f"/pools/{pool.id}/funding/new"
    page = client.sign_in(finance).get(url)
    typed = {**form_of(page.text), "amount": "100", "source": "Budget", "text": ACCOUNT, "reference": "B-1"}
    assert client.submit(url, typed).code == "cpr_number"
    asked = client.submit(url, typed | {"not_cpr": "text"})
    assert TICK.findall(asked.text) == [("text", "text", " checked")], "the question before the money moves keeps the tick"
    assert client.submit(url, form_of(asked.text) | {"not_cpr": "text"}).status_code == 303
    assert denials() == [{"who": finance.id, "about": "pools", "fields": ["Text"]}]

    administrator = an_administrator(a_department(pool.municipality))
    url = f"/pools/{pool.id}/policy/edit"
    typed = form_of(client.sign_in(administrator).get(url).text) | {"funding_note": ACCOUNT, "reason": "Konto"}
    assert client.submit(url, typed).code == "cpr_number"
    assert client.submit(url, typed | {"not_cpr": "funding_note"}).status_code == 303
    assert [denial["who"] for denial in denials()] == [finance.id, administrator.id]


def test_nobody_has_said_it_for_a_command(app: Flask) -> None:
    pool = a_pool()
    values = pool.policy.to_values() | {"funding_note": ACCOUNT}
    with pytest.raises(CprNumber):
        change_policy(actor=None, at=AT, pool=pool, values=values, reason="Ny", based_on=1)
