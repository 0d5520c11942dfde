"""Letters are made as their event happens, in the addressee's language, and are the same afterwards whoever opens them."""

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import undefer

from fundbank.extensions import db
from fundbank.kit.transaction import attempt, commit, follow, rollback
from fundbank.people.operations import rename_department
from fundbank.pools.operations import change_policy
from fundbank.reports.checks import check_letters
from fundbank.reports.letters import language_of, write_earlier_letters
from fundbank.reports.models import Letter
from tests.builders import AT
from tests.integration.awards.bank import START, Bank, a_bank, at
from tests.web import Client


@pytest.fixture
def bank(app: Flask) -> Bank:
    return a_bank()


def letters() -> list[Letter]:
    return list(db.session.scalars(select(Letter).options(undefer(Letter.pdf)).order_by(Letter.id)))


def test_a_decision_and_a_claim_send_letters_in_the_same_transaction(bank: Bank) -> None:
    award = bank.award(loan=250_000, basis="planned")
    assert letters() == []
    commit()
    (decided,) = letters()
    assert (decided.event, decided.department, decided.made_at, decided.kept_at) == ("approved", bank.own, START, START)
    assert decided.language == "en", "the department's leader reads English"
    bank.pay_out(award, 250_000)
    bank.claim(award, 2025)
    commit()
    claimed = letters()[1:]
    assert [(letter.event, letter.department) for letter in claimed] == [("claimed", bank.own), ("claimed", bank.others)]
    assert {letter.made_at for letter in claimed} == {at(2026, 1, 20)}
    commit()
    assert len(letters()) == 3, "nothing is sent twice"
    assert check_letters(bank.pool.id) == []


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
    award = bank.award(loan=100_000)
    with pytest.raises(ZeroDivisionError):
        commit()
    rollback()
    assert db.session.get(type(award), award.id) is None


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
    bank.award(loan=250_000)
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


def test_the_check_names_a_letter_that_is_not_as_it_was_sent(bank: Bank, app: Flask) -> None:
    bank.award(loan=250_000)
    commit()
    (letter,) = letters()
    is_sqlite = db.engine.dialect.name == "sqlite"
    db.session.execute(text("DROP TRIGGER letters_are_never_changed" if is_sqlite else "DROP TRIGGER letters_stay ON letters"))
    db.session.execute(text("UPDATE letters SET document = :said"), {"said": '{"title": "Afslag"}'})
    db.session.expire_all()
    told = [str(finding) for finding in check_letters(bank.pool.id)]
    assert len(told) == 2 and "has lost the trigger letters_" in told[0]
    assert told[1] == f"Letter {letter.id} is not as it was sent: its hash does not match."
    db.session.commit()


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


def test_a_department_is_written_to_in_its_leaders_language(bank: Bank) -> None:
    assert language_of(bank.own, bank.pool) == "en"
    bank.leader.language = "da"
    db.session.flush()
    assert (language_of(bank.own, bank.pool), language_of(bank.others, bank.pool)) == ("da", "en")
    bank.leader_of_others.is_active = False
    db.session.flush()
    assert language_of(bank.others, bank.pool) == "da", "nobody leads it: Danish"
