"""The coordinator's words stand in letters from the day they are written; letters that were sent keep what they were sent with."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from fundbank.errors import Incomplete, NotAllowed, Refusal, StaleVersion
from fundbank.extensions import db
from fundbank.history.models import HistoryEntry
from fundbank.kit.transaction import attempt, commit
from fundbank.pools.roles import Role
from fundbank.reports.models import Letter
from fundbank.wording.operations import word_letter
from fundbank.wording.queries import wording_of
from fundbank.wording.rules import LONGEST, Kind, UnknownPlaceholder
from tests.builders import AT, a_person_with
from tests.integration.awards.bank import Bank, a_bank
from tests.pictures import Pictures
from tests.web import Client


@pytest.fixture
def bank(app: Flask, pictures: Pictures) -> Bank:
    return pictures.of("bank", a_bank)


def word(bank: Bank, **said: Any) -> None:
    coordinator = a_person_with(bank.pool, Role.COORDINATOR, name="Kirsten Koordinator")
    given = {"kind": Kind.APPROVE, "language": "en", "opening": "", "closing": "", "based_on": 0}
    word_letter(actor=coordinator, at=AT, pool=bank.pool, **{**given, **said})


def test_an_award_says_what_the_coordinator_added_and_keeps_it(bank: Bank, client: Client) -> None:
    """The department's leader reads English; the other department's letter has none of it."""
    word(bank, opening="You asked for {asked} for {title} and are given {given}.", closing="Ask Kirsten on 12 34 56 78, by {deadline}.")
    first = bank.award(loan=250_000)
    commit()
    now = wording_of(bank.pool.id, Kind.APPROVE, "en")
    assert now is not None
    word(bank, opening="Welcome.", closing="", based_on=now.id)
    second = bank.award(loan=250_000)
    commit()
    leader = client.sign_in(bank.leader)
    pages = {award.id: leader.get(f"/decisions/{_decision(award.id)}/letter").words for award in (first, second)}
    assert (
        "You asked for DKK 250,000.00 for Projekt 1 and are given DKK 250,000.00." in pages[first.id] and "Ask Kirsten" in pages[first.id]
    )
    assert "Welcome." in pages[second.id] and "Ask Kirsten" not in pages[second.id]
    assert all(
        "12 34 56 78" not in str(letter.document) for letter in db.session.scalars(select(Letter)) if letter.department == bank.others
    )


def test_a_claim_says_what_the_coordinator_added(bank: Bank) -> None:
    word(bank, kind=Kind.CLAIM, language="en", closing="{department} pays {amount} for {year}. Questions: Kirsten.")
    award = bank.award(loan=250_000, basis="planned")
    bank.pay_out(award, 250_000)
    bank.claim(award, 2025)
    commit()
    said = [str(letter.document) for letter in db.session.scalars(select(Letter)) if letter.event == "claimed" and letter.language == "en"]
    assert said and all("for 2025. Questions: Kirsten." in document for document in said)


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"opening": "{nothing}"}, UnknownPlaceholder),
        ({"opening": "x" * (LONGEST + 1)}, Incomplete),
        ({}, Incomplete),
        ({"opening": "Hej", "based_on": 99}, StaleVersion),
        ({"opening": "Hej", "language": "fr"}, Incomplete),
    ],
)
def test_what_cannot_be_said_is_refused_and_changes_nothing(bank: Bank, said: dict[str, Any], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        word(bank, **said)
    assert wording_of(bank.pool.id, Kind.APPROVE, "en") is None


def test_only_the_coordinator_words_letters(bank: Bank) -> None:
    for role in (role for role in Role if role != Role.COORDINATOR):
        with pytest.raises(NotAllowed):
            word_letter(
                actor=a_person_with(bank.pool, role), at=AT, pool=bank.pool, kind=Kind.REJECT, language="da", opening="Hej", closing=""
            )


def test_what_was_said_stays(bank: Bank) -> None:
    word(bank, opening="Welcome.")
    commit()
    for statement in ("UPDATE letter_wordings SET opening = 'x'", "DELETE FROM letter_wordings"):
        with pytest.raises(DBAPIError), attempt():
            db.session.execute(text(statement))
    line = db.session.scalars(select(HistoryEntry).where(HistoryEntry.event == "letter_worded")).one()
    assert line.details == {"letter": "approve", "language": "en", "opening": "Welcome.", "closing": ""}


def test_the_coordinator_sees_how_it_reads_before_it_is_kept(bank: Bank, client: Client) -> None:
    coordinator = a_person_with(bank.pool, Role.COORDINATOR)
    commit()
    client.sign_in(coordinator)
    url = f"/pools/{bank.pool.id}/letters/edit?letter=approve&language=en"
    seen = client.submit(url, {"act": "see", "opening": "{given} of {asked}.", "closing": "", "based_on": "0"})
    assert "DKK 450,000.00 of DKK 600,000.00." in seen.words and wording_of(bank.pool.id, Kind.APPROVE, "en") is None
    wrong = client.submit(url, {"act": "keep", "opening": "{nothing}", "closing": "Kept as typed", "based_on": "0"})
    assert wrong.status_code == 422 and "“{nothing}” stands for nothing in this letter" in wrong.words and "Kept as typed" in wrong.text
    kept = client.submit(url, {"act": "keep", "opening": "{given} of {asked}.", "closing": "", "based_on": "0"})
    assert kept.status_code == 303
    stale = client.submit(url, {"act": "keep", "opening": "Mine", "closing": "", "based_on": "0"})
    assert stale.status_code == 409 and "{given} of {asked}." in stale.words and "Mine" in stale.text
    listed = client.get(f"/pools/{bank.pool.id}/letters").words
    assert "{given} of {asked}." in listed
    assert client.get(f"/pools/{bank.pool.id}/letters/edit?letter=x").status_code == 404
    assert "Words of a letter changed" in client.get(f"/pools/{bank.pool.id}/history").words


def _decision(award_id: int) -> int:
    return db.session.execute(text("SELECT id FROM decisions WHERE award_id = :award"), {"award": award_id}).scalar_one()
