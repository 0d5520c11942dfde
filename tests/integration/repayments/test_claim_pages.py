"""The pages of claims that change: domain.md's corrected example through the browser, to a refund under four eyes."""

import re

import pytest

from fundbank.extensions import db
from fundbank.repayments.checks import check_claims
from fundbank.repayments.models import ClaimEntry, ClaimLine, Refund
from fundbank.repayments.queries import lines_of, owed
from fundbank.reports.queries import letters_of_line
from tests.integration.applications.office import form_of
from tests.integration.awards.bank import Bank, a_bank, at


@pytest.fixture
def app_settings():
    return {"CLOCK": lambda: at(2028)}


@pytest.fixture
def bank(app, pictures) -> Bank:
    return pictures.of("bank", a_bank)


@pytest.fixture
def corrected(bank: Bank):
    """A owed 40,000 and B 20,000 of a loan of 100,000, and both have paid; A's gain was really 30,000."""
    award = bank.award(loan=100_000, title="Vagtplan")
    bank.pay_out(award, 100_000)
    bank.gain(award, bank.own, 2025, 80_000_00)
    bank.gain(award, bank.others, 2025, 40_000_00)
    for line in bank.claim(award, 2025).lines:
        bank.repay(line)
    bank.correct(award, bank.own, 2025, 30_000_00, verified=False)
    db.session.commit()
    return award


def test_a_correction_is_shown_before_it_is_verified_and_refunded_by_two(bank, corrected, client):
    client.sign_in(bank.finance)
    page = client.get(f"/awards/{corrected.id}")
    url = next(part.split('"')[0] for part in page.text.split('href="') if "/verification" in part.split('"')[0])
    page = client.get(url)
    assert "The claim for 2025 is made again." in page.words
    assert "Forvaltning X DKK 40,000.00 DKK 15,000.00 DKK 40,000.00" in page.words
    assert client.submit(url, form_of(page.text)).status_code == 303
    owed = client.get(f"/pools/{bank.pool.id}/owed")
    assert "Forvaltning X DKK 0.00 DKK 0.00 DKK 25,000.00" in owed.words
    line = next(line for line in lines_of(corrected) if line.overpaid_ore)
    page = client.get(f"/claim-lines/{line.id}/refunds/new")
    assert "".join(sign for sign in form_of(page.text)["amount"] if sign.isdigit()).startswith("25000")
    assert client.submit(f"/claim-lines/{line.id}/refunds/new", {**form_of(page.text), "reference": "Bilag 7"}).status_code == 303
    refund = db.session.query(Refund).one()
    assert "Somebody else must approve this" in client.get(f"/refunds/{refund.id}/approval").words
    client.sign_in(bank.finance_2)
    page = client.get(f"/refunds/{refund.id}/approval")
    assert "Outstanding loan DKK 40,000.00 DKK 65,000.00" in page.words
    assert client.submit(f"/refunds/{refund.id}/approval", form_of(page.text)).status_code == 303
    claim = client.get(f"/claims/{db.session.get_one(ClaimEntry, 1).line.claim_id}").words
    assert "first claimed: DKK 40,000.00" in claim and "How it was worked out anew" in claim
    assert [(line.due_ore, line.paid_ore) for line in lines_of(corrected)] == [(15_000_00, 15_000_00), (20_000_00, 20_000_00)]
    bank.check()


def test_a_changed_claim_has_a_letter_and_the_first_stays_to_be_read(bank, corrected, client):
    client.sign_in(bank.finance)
    page = client.get(f"/awards/{corrected.id}")
    url = next(part.split('"')[0] for part in page.text.split('href="') if "/verification" in part.split('"')[0])
    client.submit(url, form_of(client.get(url).text))
    line = db.session.get_one(ClaimEntry, 1).line
    assert [letter.event for letter in letters_of_line(line)] == ["claimed", "claim_corrected"]
    newest, first = (client.get(f"/claim-lines/{line.id}/{which}").words for which in ("letter", "letters/1"))
    assert "This letter replaces the letter before it" in newest and "It replaces: the letter of" in newest
    assert "30,000.00 × 50" in newest and "25,000.00" in newest
    assert "80,000.00 × 50" in first and "replaces" not in first


def test_the_check_names_what_does_not_follow_the_ledger(bank, corrected):
    """Behind dropped triggers, on either database."""
    assert check_claims(bank.pool.id) == []
    dialect = db.engine.dialect.name
    names = ["claim_entries_are_never_changed"] if dialect == "sqlite" else ["claim_entries_stay"]
    for name in names:
        db.session.execute(db.text(f"DROP TRIGGER {name}" + ("" if dialect == "sqlite" else " ON claim_entries")))
    db.session.execute(db.text("UPDATE claim_entries SET paid_ore = paid_ore - 1 WHERE id = 1"))
    found = [str(finding) for finding in check_claims(bank.pool.id)]
    assert any("moves 4000000, but the claims show 3999999" in finding for finding in found)
    assert any(names[0] in finding for finding in found)
    db.session.rollback()


def test_the_check_names_a_line_of_which_something_else_is_kept_than_is_owed(bank, corrected):
    line_id = db.session.query(ClaimLine.id).order_by(ClaimLine.id).first().id
    for change in ("unpaid_ore = unpaid_ore + 1", "due_on = '2030-01-01'", "department_id = (SELECT max(id) FROM departments)"):
        db.session.execute(db.text(f"UPDATE line_balances SET {change} WHERE claim_line_id = {line_id}"))  # noqa: S608
        (found,) = check_claims(bank.pool.id)
        assert str(found) == f"What is kept as owed on claim line {line_id} does not fit the line and what has happened to it."
        db.session.rollback()
    db.session.execute(db.text(f"DELETE FROM line_balances WHERE claim_line_id = {line_id}"))  # noqa: S608
    assert len(check_claims(bank.pool.id)) == 1
    db.session.rollback()


def test_what_a_department_owes_is_shown_an_award_at_a_time(bank, client, monkeypatch):
    monkeypatch.setattr(owed, "SHOWN", 1)
    titles = ("Vagtplan", "Robot", "Skanner")
    for title in titles:
        award = bank.award(loan=100_000, title=title)
        bank.pay_out(award, 100_000)
        bank.gain(award, bank.own, 2025, 80_000_00)
        bank.gain(award, bank.others, 2025, 40_000_00)
        bank.claim(award, 2025)
    db.session.commit()
    client.sign_in(bank.finance)
    address, seen = f"/pools/{bank.pool.id}/owed?department={bank.own.id}", []
    while address:
        page = client.get(address)
        assert "Forvaltning X DKK 120,000.00 DKK 120,000.00 DKK 0.00" in page.words  # however few lines are shown
        seen += [title for title in titles if title in page.words]
        more = re.search(r'rel="next" href="([^"]+)"', page.text)
        address = more and more[1].replace("&amp;", "&")
    assert seen == list(titles)
