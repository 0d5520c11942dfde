"""Whom a revised business case names first is told of it, reads it and says what they think, as with what was handed in (domain.md §4)."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from fundbank.applications.models import Application, Consulted
from fundbank.applications.operations import comment_on
from fundbank.applications.permissions import can_see_application
from fundbank.applications.rules.content import PlannedGain
from fundbank.applications.rules.gainers import Answer
from fundbank.awards.models import Award
from fundbank.awards.operations import cancel_award, decline_award
from fundbank.awards.permissions import can_see_award
from fundbank.checks import check
from fundbank.errors import NotAllowed, WrongState
from fundbank.extensions import db
from fundbank.kit.transaction import commit
from fundbank.meetings.models import Meeting
from fundbank.meetings.operations.calendar import close_meeting
from fundbank.meetings.operations.revisions import decide_consent, revise_case
from fundbank.outbox.models import Mail
from fundbank.people.models import Department, User
from fundbank.pools.roles import Role
from fundbank.repayments.operations.ending import close_award
from tests.builders import a_department, a_person_with
from tests.integration.applications.office import form_of
from tests.integration.awards.bank import START, Bank, a_bank
from tests.pictures import Pictures
from tests.post import setting
from tests.web import Client

SAYS = "Vi kan nå det halve."
FIRST, PUT, REFUSED = "Your department gains by: Projekt 1", "A revised business case: Projekt 1", "Consent refused: Projekt 1"


@pytest.fixture
def app_settings():
    return {"CLOCK": lambda: START + timedelta(minutes=5)}


@pytest.fixture
def bank(app: Flask, pictures: Pictures) -> Bank:
    app.config["MAIL_SERVER"] = setting(1)
    app.config["ADDRESS"] = "https://bank.kommune.dk"
    return pictures.of("bank", a_bank)


def somebody(bank: Bank, name: str, department: Department) -> User:
    return a_person_with(bank.pool, Role.LEADER, department=department, name=name, language="en")


def revised(bank: Bank, award: Award, *units: Department, meeting: Meeting | None = None) -> None:
    """The business case with a gain of these departments in place of all others' but the own."""
    content = award.application.content
    own = tuple(one for one in content.gains if one.department_id == bank.own.id)
    gains = (*own, *(PlannedGain(1, unit.id, 500_00, True, "") for unit in units))
    made = revise_case(
        actor=bank.leader, at=START, award=award, content=content.replace(gains=gains), reason="Flere er med", meeting=meeting
    )
    commit()
    return made  # type: ignore[return-value]  (without a meeting nobody looks at it)


def told(person: User) -> list[str]:
    commit()
    return list(db.session.scalars(select(Mail.subject).where(Mail.user_id == person.id).order_by(Mail.id)))


def faults() -> list[str]:
    commit()
    return [str(fault) for fault in check(db.session.connection())]


@pytest.mark.parametrize("outcome", ["granted", "refused"])
def test_they_are_told_read_it_and_are_heard_until_the_forum_has_said_what_it_thinks(bank: Bank, client: Client, outcome: str) -> None:
    third = a_department(bank.pool.municipality, "Park og Vej")
    leader, stranger = somebody(bank, "Palle Park", third), somebody(bank, "Sten Fremmed", a_department(bank.pool.municipality, "Havnen"))
    award = bank.award(loan=100_000)
    application = award.application
    meeting = bank.meeting(application, START)
    pages = [f"/applications/{application.id}", f"/applications/{application.id}/comment", f"/awards/{award.id}"]
    assert {client.sign_in(leader).get(page).status_code for page in pages} == {404}
    revised(bank, award, third, meeting=meeting)
    assert (told(leader), told(bank.leader_of_others)[-1], told(stranger)) == ([FIRST], PUT, [])
    assert {client.get(page).status_code for page in pages} == {200}
    assert {client.sign_in(stranger).get(page).status_code for page in pages} == {404}
    assert f'href="{pages[1]}"' in client.sign_in(leader).get("/").text
    assert "Projekt 1" in client.get(f"/pools/{bank.pool.id}/applications/gained").text
    assert "Projekt 1" in client.get(f"/pools/{bank.pool.id}/awards").text
    shown = client.get(pages[0]).words
    assert "A revised business case waits" in shown and "Park og Vej 0.00 0.00 500.00" in shown
    assert client.submit(pages[1], form_of(client.get(pages[1]).text) | {"answer": "no", "text": SAYS}).status_code == 303
    assert f'href="{pages[1]}"' not in client.get("/").text
    assert SAYS in client.sign_in(bank.chair).get(f"/meetings/{meeting.id}/awards/{award.id}/consent").text
    assert client.sign_in(bank.leader_of_others).get(pages[1]).status_code == 200, "who would gain no more is heard, too"
    assert faults() == []
    decide_consent(actor=bank.chair, at=START, meeting=meeting, award=award, outcome=outcome, reason="Drøftet")
    close_meeting(actor=bank.chair, at=START + timedelta(minutes=10), meeting=meeting)
    assert told(leader)[1:] == ["Consent given: Projekt 1" if outcome == "granted" else REFUSED]
    assert can_see_application(leader, application) == can_see_award(leader, award) == (outcome == "granted")
    assert {client.sign_in(leader).get(page).status_code for page in pages} == ({200} if outcome == "granted" else {404})
    assert SAYS in client.sign_in(bank.leader).get(pages[0]).text, "what was said stays on record"
    assert faults() == []


def test_what_takes_effect_at_once_tells_whom_it_names_first(bank: Bank) -> None:
    below = a_department(bank.pool.municipality, "Team Nord", parent=bank.own)
    leader, award = somebody(bank, "Nora Nord", below), bank.award(loan=100_000, departments=[bank.own])
    assert told(leader) == []
    with pytest.raises(NotAllowed):
        comment_on(actor=leader, at=START, application=award.application, answer=Answer.YES, text="Før tiden")
    revised(bank, award, below)
    assert told(leader) == [FIRST]
    comment_on(actor=leader, at=START, application=award.application, answer=Answer.YES, text=SAYS)
    revised(bank, award, below)
    assert told(leader) == [FIRST], "once"
    meeting = bank.meeting(award.application, START)
    revised(bank, award, meeting=meeting)
    decide_consent(actor=bank.chair, at=START, meeting=meeting, award=award, outcome="granted", reason="Drøftet")
    close_meeting(actor=bank.chair, at=START, meeting=meeting)
    assert can_see_application(leader, award.application), "it may have gained by what was in force"


def test_whom_only_a_replaced_revision_names_reads_it_no_more(bank: Bank) -> None:
    one, other = (a_department(bank.pool.municipality, name) for name in ("Park og Vej", "Havnen"))
    first, second = somebody(bank, "Palle Park", one), somebody(bank, "Hans Havn", other)
    award = bank.award(loan=100_000)
    meeting = bank.meeting(award.application, START)
    revised(bank, award, one, meeting=meeting)
    revised(bank, award, other, meeting=meeting)
    assert [can_see_application(person, award.application) for person in (first, second)] == [False, True]
    with pytest.raises(NotAllowed):
        comment_on(actor=first, at=START, application=award.application, answer=Answer.YES, text=SAYS)
    assert faults() == []


@pytest.mark.parametrize("how", ["declined", "cancelled", "closed"])
def test_nothing_is_said_of_a_revised_case_once_the_award_is_over(bank: Bank, client: Client, how: str) -> None:
    below = a_department(bank.pool.municipality, "Team Nord", parent=bank.own)
    leader = somebody(bank, "Nora Nord", below)
    award = bank.award(grant=100_000, departments=[bank.own], accepted=how != "declined")
    revised(bank, award, below)
    comment_on(actor=leader, at=START, application=award.application, answer=Answer.YES, text=SAYS)
    page = f"/applications/{award.application_id}"
    assert f'href="{page}/comment"' in client.sign_in(leader).get(page).text
    typed = form_of(client.get(f"{page}/comment").text) | {"text": "For sent"}
    if how == "declined":
        decline_award(actor=bank.leader, at=START, award=award, reason="Nej tak")
    elif how == "cancelled":
        cancel_award(actor=bank.leader, at=START, award=award, reason="Opgivet")
    else:
        bank.pay_out(award, 100_000, "grant")
        close_award(actor=bank.coordinator, at=START, award=award, report="Det gik godt.")
    assert [one for one in faults() if "is_over" in one] == []
    with pytest.raises(WrongState, match="what came of it is over"):
        comment_on(actor=leader, at=START, application=award.application, answer=Answer.YES, text="For sent")
    assert client.get(f"{page}/comment").code == "wrong_state"
    assert client.submit(f"{page}/comment", typed).code == "wrong_state"
    assert f'href="{page}/comment"' not in client.get(page).text and SAYS in client.get(page).text
    db.session.execute(update(Application).where(Application.id == award.application_id).values(is_over=False))
    assert [one for one in faults() if "is_over" in one] != []


def test_nothing_waits_when_the_award_is_over(bank: Bank) -> None:
    third = a_department(bank.pool.municipality, "Park og Vej")
    leader, award = somebody(bank, "Palle Park", third), bank.award(loan=100_000)
    revised(bank, award, third, meeting=bank.meeting(award.application, START))
    assert can_see_application(leader, award.application)
    cancel_award(actor=bank.leader, at=START, award=award, reason="Opgivet")
    assert not can_see_application(leader, award.application)
    assert db.session.scalars(select(Consulted)).all() == []
    assert faults() == []
