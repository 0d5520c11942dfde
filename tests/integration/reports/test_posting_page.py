"""A posting's page leads to what it belongs to, and what it belongs to leads back."""

import re

import pytest
from sqlalchemy import select

from fundbank.extensions import db
from fundbank.kit.transaction import commit
from fundbank.ledger.models import Transfer
from fundbank.repayments.models import ClaimEntry
from fundbank.reversals.operations import approve_reversal, register_reversal
from tests.integration.reports.conftest import NOW, Bank
from tests.web import Client

ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _first(bank: Bank, event: str) -> Transfer:
    query = select(Transfer).where(Transfer.pool_id == bank.pool.id, Transfer.event == event).order_by(Transfer.number).limit(1)
    return db.session.scalars(query).one()


def _links(page: str) -> set[str]:
    return set(re.findall(r'href="(/[^"]+)"', page))


def test_a_repayment_leads_to_its_award_decision_claim_letter_and_people_and_each_leads_back(client: Client, bank: Bank) -> None:
    transfer = _first(bank, "repayment")
    here, line = f"/transfers/{transfer.id}", bank.line("visitation", "social")
    claim, award = (
        f"/claims/{db.session.scalar(select(ClaimEntry).where(ClaimEntry.claim_line_id == line)).line.claim_id}",
        (f"/awards/{transfer.credit_account.award_id}"),
    )
    decision = bank.decision("visitation")
    meeting, letter, claim_letter = f"/meetings/{bank.held.id}", f"/decisions/{decision}/letter", f"/claim-lines/{line}/letter"
    person, history = f"/people/{transfer.actor_id}", f"/pools/{bank.pool.id}/history"
    ledger = f"/pools/{bank.pool.id}/ledger"
    page = client.sign_in(bank.person("revisor")).get(here)
    assert {award, meeting, letter, claim, claim_letter, person} <= _links(page.text)
    for told in (
        f"Posting no. {transfer.number}: Repayment", "Amount DKK 100,000.00", "Into (debit) Available", "Out of (credit) Loan",
        "Registered by Freja Finans", "Recorded", "Value date", f"Seal {transfer.hash}", f"Seal of the one before {transfer.previous_hash}",
    ):  # fmt: skip
        assert told in page.words, told
    for back in (claim, claim_letter, history, ledger):
        assert here in _links(client.get(back).text), back
    began = f"/transfers/{_approval_of(bank, transfer).id}"
    for back in (meeting, letter):
        assert began in _links(client.get(back).text), back
    assert f"{ledger}?award={transfer.credit_account.award_id}" in _links(client.get(award).text)
    assert {letter, meeting} <= _links(client.get(began).text)


def _approval_of(bank: Bank, transfer: Transfer) -> Transfer:
    query = select(Transfer).where(Transfer.event == "approval").order_by(Transfer.number)
    return next(one for one in db.session.scalars(query) if one.debit_account.award_id == transfer.credit_account.award_id)


@ON_ONE
def test_a_payment_money_in_a_write_off_and_a_reversal_say_what_they_are(client: Client, bank: Bank) -> None:
    paid, funded = _first(bank, "disbursement"), _first(bank, "funding")
    first, second = (bank.world.people[key] for key in ("finans-1", "finans-2"))
    registered = register_reversal(actor=first, at=NOW, transfer=funded, reason="Forkert kilde")
    commit()
    client.sign_in(bank.person("revisor"))
    assert "A reversal waits for approval" in client.get(f"/transfers/{funded.id}").words
    words = client.get(f"/transfers/{paid.id}").words
    assert "Payment: registered by Freja Finans on" in words and "Approved by Finn Finans" in words
    repaid = _first(bank, "repayment")
    wrong = register_reversal(actor=first, at=NOW, transfer=repaid, reason="Forkert beløb")
    counter = approve_reversal(actor=second, at=NOW, reversal=wrong)
    commit()
    page = client.get(f"/transfers/{counter.id}")
    assert f"Reverses no. {repaid.number}" in page.words and f"/transfers/{repaid.id}" in _links(page.text)
    assert "Reversal: asked for by Freja Finans on 2 March 2026: Forkert beløb" in page.words
    assert "Claim for 2025" in page.words
    assert f"Reversed by no. {counter.number}" in client.get(f"/transfers/{repaid.id}").words
    assert registered.state == "registered"


@ON_ONE
def test_who_may_not_see_the_ledger_is_shown_no_way_to_it(client: Client, bank: Bank) -> None:
    transfer = _first(bank, "repayment")
    award, line = transfer.credit_account.award_id, bank.line("visitation", "social")
    claim = db.session.scalar(select(ClaimEntry).where(ClaimEntry.claim_line_id == line)).line.claim_id
    client.sign_in(bank.person("leder"))
    assert client.get(f"/transfers/{transfer.id}").status_code == 404
    for page in (f"/awards/{award}", f"/claims/{claim}", f"/claim-lines/{line}/letter", f"/decisions/{bank.decision('visitation')}/letter"):
        shown = client.get(page)
        assert shown.status_code == 200 and not any("transfers" in link or "ledger" in link for link in _links(shown.text)), page
