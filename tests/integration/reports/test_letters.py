"""Letters are made as their event happens, in the addressee's language, and are the same afterwards whoever opens them."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import undefer

from fundbank.applications.operations import edit_application
from fundbank.applications.rules.content import PlannedGain
from fundbank.awards.models import Award
from fundbank.extensions import db
from fundbank.following import FOLLOWERS
from fundbank.kit.clock import noon
from fundbank.kit.language import speaking
from fundbank.kit.transaction import attempt, commit, follow, rollback
from fundbank.meetings.operations.calendar import close_meeting
from fundbank.meetings.operations.revisions import revise_case
from fundbank.meetings.queries.decisions import decision_of
from fundbank.people.operations import rename_department
from fundbank.pools.operations import change_policy
from fundbank.pools.roles import Role
from fundbank.reports.blocks import Document, Table
from fundbank.reports.checks import check_letters
from fundbank.reports.letters import language_of, write_earlier_letters
from fundbank.reports.models import Letter
from fundbank.reports.papers.claim_letter import claim_letter
from tests.builders import AT, a_department, a_person_with
from tests.integration.awards.bank import START, Bank, a_bank, at
from tests.integration.scoring.forum import THURSDAY, Forum, decide_openly
from tests.pictures import Pictures
from tests.web import Client


@pytest.fixture
def bank(app: Flask, pictures: Pictures) -> Bank:
    return pictures.of("bank", a_bank)


def letters() -> list[Letter]:
    return list(db.session.scalars(select(Letter).options(undefer(Letter.pdf)).order_by(Letter.id)))


def test_a_decision_and_a_claim_send_letters_in_the_same_transaction(bank: Bank) -> None:
    award = bank.award(loan=250_000, basis="planned")
    assert letters() == []
    commit()
    decided, told = letters()
    assert (told.event, told.department, told.decision_id) == ("approved", bank.others, decided.decision_id)
    assert (decided.event, decided.department, decided.made_at, decided.kept_at) == ("approved", bank.own, START, START)
    assert decided.language == "en", "the department's leader reads English"
    bank.pay_out(award, 250_000)
    bank.claim(award, 2025)
    commit()
    claimed = letters()[2:]
    assert [(letter.event, letter.department) for letter in claimed] == [("claimed", bank.own), ("claimed", bank.others)]
    assert {letter.made_at for letter in claimed} == {at(2026, 1, 20)}
    commit()
    assert len(letters()) == 4, "nothing is sent twice"
    assert check_letters(bank.pool.id) == []


def test_a_claim_of_planned_gains_tells_the_first_promise_beside_the_revised_one(bank: Bank) -> None:
    award = bank.award(loan=250_000, basis="planned")
    bank.pay_out(award, 250_000)
    case = award.application.content
    first, *rest = case.gains
    raised = case.replace(gains=(replace(first, amount_ore=240_000_00), *rest))
    revise_case(actor=bank.leader, at=START, award=award, content=raised, reason="Flere sager.")
    with speaking("en"):
        own, others = (claim_letter(line) for line in bank.claim(award, 2025).lines)
    assert _steps(own)[:2] == [("Gain originally promised for 2025", "200,000.00"), ("Gain planned for 2025, revised", "240,000.00")]
    assert _steps(others)[0] == ("Gain planned for 2025", "200,000.00")


def _steps(letter: Document) -> list[Any]:
    return next(list(block.rows) for block in letter.blocks if isinstance(block, Table))


def test_each_department_that_gains_gets_its_own_letter_of_what_is_decided_for_good(bank: Bank, client: Client) -> None:
    """Of a loan, of a grant, and of a rejection; not of what is only put off. Another department finds no letter."""
    loan = bank.award(loan=250_000)
    grant = bank.award(grant=50_000, planned={(1, bank.others.id): 20_000})
    alone = bank.award(loan=100_000, departments=[bank.own])
    commit()
    said = {
        loan.id: "the application “Projekt 1” from Forvaltning X. Your department gains by it, and is to repay the loan out of its gains",
        grant.id: "the application “Projekt 2” from Forvaltning X. Your department gains by it. The award",
    }
    stranger = a_person_with(bank.pool, Role.LEADER)
    for award in (loan, grant, alone):
        decision = decision_of(award)
        assert decision is not None
        letter = f"/decisions/{decision.id}/letters/{bank.others.id}"
        if award is alone:
            assert client.sign_in(bank.leader).get(letter).status_code == 404
            continue
        text = client.sign_in(bank.leader_of_others).get(letter).words
        assert said[award.id] in text and "There is nothing that your department must do now." in text
        assert client.get(f"{letter}.pdf").mimetype == "application/pdf"
        for page in (f"/awards/{award.id}", f"/applications/{award.application_id}"):
            assert f'href="{letter}"' in client.get(page).text
        assert client.sign_in(stranger).get(letter).status_code == 404
    forum = Forum()
    rejected = forum.application("Robot", gains=(PlannedGain(1, forum.citizens.id, 400_000_00),))
    for member in (forum.chair, forum.maja, forum.mads):
        forum.score(rejected, 1, by=member)
    before = len(letters())
    for held_on, outcome, number in ((THURSDAY, "defer", 1), (THURSDAY + timedelta(weeks=1), "reject", 2)):
        meeting = forum.open_meeting(rejected, day=held_on)
        decision = decide_openly(
            actor=forum.chair, at=noon(held_on), meeting=meeting, application=rejected, outcome=outcome, reason="For dyrt"
        )
        commit()
        assert len(letters()) - before == number
        before = len(letters())
    leader = forum.person("Bo Leder", Role.LEADER, department=forum.citizens)
    text = client.sign_in(leader).get(f"/decisions/{decision.id}/letters/{forum.citizens.id}").words
    assert "by which your department would have gained" in text and "There is nothing that your department must do." in text


def test_a_letter_stays_with_whom_it_was_sent_to_when_the_application_is_handed_on(app: Flask, client: Client) -> None:
    """Both departments read it, and whoever sees the application; somebody of a third one does not."""
    forum = Forum()
    handed_on = forum.scored(3)
    meeting = forum.open_meeting(handed_on)
    chair, noon_ = forum.chair, noon(THURSDAY)
    decision = decide_openly(actor=chair, at=noon_, meeting=meeting, application=handed_on, outcome="return", reason="Hvem driver det?")
    close_meeting(actor=chair, at=noon_, meeting=meeting)
    commit()
    page, former = f"/decisions/{decision.id}/letter", f"/decisions/{decision.id}/letters/{forum.unit.id}"
    heir = forum.person("Bo Leder", Role.LEADER, department=forum.citizens)
    stranger = forum.person("Palle Park", Role.LEADER, department=a_department(forum.pool.municipality, "Park og Vej"))
    content = handed_on.content
    edit_application(actor=forum.applicant, at=noon_, application=handed_on, content=content, department=forum.citizens)
    commit()
    for person in (heir, forum.applicant, forum.leader, forum.coordinator, forum.maja):
        for letter in (page, former):
            assert "Hvem driver det?" in client.sign_in(person).get(letter).words
            assert client.get(f"{letter}.pdf").mimetype == "application/pdf"
    assert client.sign_in(forum.applicant).get(f"/applications/{handed_on.id}").status_code == 404
    for link in re.findall(r'class="breadcrumbs__link" href="([^"]+)"', client.get(page).text):
        assert client.get(link).status_code == 200
    assert f'href="{page}"' in client.sign_in(heir).get(f"/applications/{handed_on.id}").text
    assert f'href="{former}"' not in client.get(f"/applications/{handed_on.id}").text, "it is the letter to the department that had applied"
    assert client.sign_in(stranger).get(page).status_code == client.get(f"{former}.pdf").status_code == 404


def test_what_is_undone_sends_nothing(bank: Bank) -> None:
    with pytest.raises(ZeroDivisionError), attempt():
        bank.award(loan=100_000)
        raise ZeroDivisionError
    commit()
    assert letters() == []
    bank.award(loan=100_000)
    rollback()
    commit()
    assert letters() == []


def test_a_follower_that_fails_lets_nothing_be_committed(app: Flask, bank: Bank) -> None:
    commit()

    def fail(_lines: object) -> None:
        raise ZeroDivisionError

    follow(app, fail)
    award_id = bank.award(loan=100_000).id
    with pytest.raises(ZeroDivisionError):
        commit()
    rollback()
    assert db.session.get(Award, award_id) is None


def test_a_letter_is_the_same_whoever_opens_it_and_whatever_has_changed(bank: Bank, client: Client) -> None:
    award = bank.award(loan=250_000, basis="planned")
    bank.pay_out(award, 250_000)
    line = bank.claim(award, 2025).lines[0]
    commit()
    urls = [f"/decisions/{letters()[0].decision_id}/letter", f"/claim-lines/{line.id}/letter"]
    opened = {url: client.sign_in(bank.leader).get(f"{url}.pdf").data for url in urls}
    shown = {url: client.get(url).words.partition("Download as PDF")[2] for url in urls}
    bank.repay(line, 1_000_00)
    values = {**bank.pool.policy.to_values(), "forum_name": "Det nye råd", "claim_due_days": 7}
    change_policy(actor=None, at=AT, pool=bank.pool, values=values, reason="Nyt navn", based_on=1)
    rename_department(actor=None, at=AT, department=bank.own, name="Et andet navn")
    award.application.title = "En anden titel"
    bank.leader.name, bank.chair.language = "Et nyt navn", "da"
    for person in (bank.leader, bank.chair, bank.finance, bank.auditor):
        client.sign_in(person)
        for url in urls:
            assert client.get(f"{url}.pdf").data == opened[url]
            assert client.get(url).words.partition("PDF")[2].strip().startswith(shown[url].strip()[:200])
    page = client.get(urls[0]).text
    assert 'lang="en"' in page and "Et andet navn" not in page


def test_the_database_lets_nobody_change_a_letter(bank: Bank) -> None:
    bank.award(loan=250_000, departments=[bank.own])
    commit()
    for statement in (
        "UPDATE letters SET language = 'da'",
        "DELETE FROM letters",
        *(["INSERT OR REPLACE INTO letters SELECT * FROM letters"] if db.engine.dialect.name == "sqlite" else ["TRUNCATE letters"]),
    ):
        with pytest.raises(DBAPIError, match="letters: "):
            db.session.execute(text(statement))
        db.session.rollback()
    assert len(letters()) == 1


CHANGES = {
    "what it says": 'document = \'{"title": "Afslag"}\'',
    "its paper": "pdf = ''",
    "its addressee": "department_id = department_id + 1",
    "its decision": "decision_id = decision_id + 1",
    "its pool's event": "event = 'rejected'",
    "its language": "language = 'da'",
    "its day": "made_at = '2020-01-01 12:00:00'",
    "the day that it was kept": "kept_at = '2020-01-01 12:00:00'",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_the_check_names_a_letter_that_is_not_as_it_was_sent(bank: Bank, app: Flask, change: str) -> None:
    bank.award(loan=250_000, departments=[bank.own])
    bank.award(loan=250_000, departments=[bank.own])
    commit()
    letter, _other = letters()
    without_guard()
    db.session.execute(text(f"UPDATE letters SET {change} WHERE id = {letter.id}"))  # noqa: S608
    db.session.expire_all()
    triggers, told = found(bank)
    assert triggers, "the check names them too"
    assert told[0] == f"Letter {letter.id} is not as it was sent: its hash does not match."
    assert len(told) == (2 if "decision_id" in change else 1), "the decision that it told of has no letter now"
    db.session.commit()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL keeps no JSON that is none
def test_the_check_names_a_letter_that_cannot_be_read(bank: Bank, app: Flask) -> None:
    bank.award(loan=250_000)
    commit()
    without_guard()
    db.session.execute(text("UPDATE letters SET document = '{'"))
    db.session.expire_all()
    assert "its hash does not match" in str(found(bank)[1])
    db.session.commit()


def test_the_check_names_what_has_no_letter(bank: Bank, app: Flask) -> None:
    award = bank.award(loan=250_000, basis="planned")
    bank.pay_out(award, 250_000)
    lines = bank.claim(award, 2025).lines
    commit()
    decision_id = letters()[0].decision_id
    without_guard()
    db.session.execute(text("DELETE FROM letters"))
    upgrade = "The command fundbank upgrade makes what is missing."
    assert found(bank)[1] == [
        f"Decision {decision_id} has no letter. {upgrade}",
        *(f"Claim line {line.id} has no letter. {upgrade}" for line in lines),
    ]
    db.session.commit()


def found(bank: Bank) -> tuple[list[str], list[str]]:
    """What the check says of the triggers, and of the letters."""
    said = [str(finding) for finding in check_letters(bank.pool.id)]
    return [one for one in said if "has lost the trigger letters_" in one], [one for one in said if "trigger" not in one]


def without_guard() -> None:
    """Takes away the trigger that lets no letter be changed; on PostgreSQL it lets none be deleted either."""
    names = (
        ["letters_are_never_deleted", "letters_are_never_changed"] if db.engine.dialect.name == "sqlite" else ["letters_stay ON letters"]
    )
    for name in names:
        db.session.execute(text(f"DROP TRIGGER {name}"))


def test_an_upgrade_makes_the_letters_of_what_happened_before_and_marks_them(app: Flask, bank: Bank, client: Client) -> None:
    follow(app)  # as the program was before it kept letters
    award = bank.award(loan=250_000, basis="planned")
    bank.pay_out(award, 250_000)
    line = bank.claim(award, 2025).lines[0]
    bank.repay(line, 1_000_00)
    commit()
    assert db.session.scalar(select(func.count(Letter.id))) == 0
    later = at(2026, 6)
    assert (write_earlier_letters(at=later), write_earlier_letters(at=later)) == (3, 0)
    assert {(letter.kept_at, letter.is_afterwards) for letter in letters()} == {(later, True)}
    assert letters()[0].made_at == START
    page = client.sign_in(bank.finance).get(f"/claim-lines/{line.id}/letter").words
    assert "Made afterwards" in page and "This one was made on 15 June 2026" in page
    assert "100,000.00" in page and "99,000.00" not in page, "of the claim's own moment, when nothing had been paid"


def test_a_letter_that_was_missing_is_marked_when_the_next_one_of_the_award_brings_it(app: Flask, bank: Bank) -> None:
    follow(app)
    award = bank.award(loan=250_000, basis="planned")
    bank.pay_out(award, 250_000)
    bank.claim(award, 2025)
    commit()
    follow(app, *FOLLOWERS)
    bank.claim(award, 2026)
    commit()
    assert {(letter.line.claim.year, letter.is_afterwards) for letter in letters() if letter.line} == {(2025, True), (2026, False)}


def test_a_department_is_written_to_in_its_leaders_language(bank: Bank) -> None:
    assert language_of(bank.own, bank.pool) == "en"
    bank.leader.language = "da"
    db.session.flush()
    assert (language_of(bank.own, bank.pool), language_of(bank.others, bank.pool)) == ("da", "en")
    bank.leader_of_others.is_active = False
    db.session.flush()
    assert language_of(bank.others, bank.pool) == "da", "nobody leads it: Danish"
