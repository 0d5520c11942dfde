"""The pool's coming months as page, PDF and CSV: what stands in the ledger and in the cases, on both databases."""

from datetime import date
from fractions import Fraction

import pytest
from flask import Flask

from fundbank.forecast.queries import commitments_of, forecast_of, records_of
from fundbank.forecast.rules import Assumptions, Cause, Forecast
from fundbank.kit.clock import local_date
from fundbank.ledger.queries import balances
from tests.integration.awards.bank import KRONE, START, Bank, a_bank, at
from tests.integration.reports.test_spreadsheets import ore, rows_of
from tests.web import Client


@pytest.fixture
def bank(app: Flask) -> Bank:
    return a_bank(yearly_amount_ore=500_000 * KRONE)


def look(bank: Bank, day: date, assumed: Assumptions | None = None) -> Forecast:
    return forecast_of(bank.pool, day, commitments_of(bank.pool, day), assumed or Assumptions(with_funding=False))


def comes_in(found: Forecast) -> dict[date, int]:
    return {month.first: month.added().typical // KRONE for month in found.months if month.added().typical}


def test_hernings_story_from_the_promise_to_the_last_claim(bank: Bank) -> None:
    today = local_date(START)
    award = bank.award(loan=600_000)
    promised = look(bank, today)
    assert (promised.available_ore, promised.reserved_ore) == (2_400_000 * KRONE, 600_000 * KRONE)
    assert [month.paid_ore for month in promised.months[:2]] == [5454545 + 1, 5454545 + 1], "over the eleven months left of the year"
    assert sum(month.paid_ore for month in promised.months) == 600_000 * KRONE
    years = {day: 200_000 for day in (date(2026, 2, 1), date(2027, 2, 1), date(2028, 1, 1))}  # the 31st is twice no working day
    assert comes_in(promised) == years

    bank.register(award, 600_000)
    assert [month.paid_ore for month in look(bank, today).months[:2]] == [600_000 * KRONE, 0]

    assert comes_in(look(bank, today)) == years


def test_what_has_happened_takes_the_place_of_what_was_expected(bank: Bank) -> None:
    award = bank.award(loan=600_000)
    bank.pay_out(award, 600_000)
    bank.gain(award, bank.own, 2025, 100_000 * KRONE)
    bank.gain(award, bank.others, 2025, 200_000 * KRONE)
    assert records_of(bank.pool.id) == {bank.own.id: Fraction(1, 2), bank.others.id: Fraction(1)}
    day = local_date(at(2026, 1, 20))
    measured = look(bank, day)
    assert comes_in(measured) == {date(2026, 2, 1): 150_000, date(2027, 2, 1): 200_000, date(2028, 1, 1): 200_000}
    last = measured.months[-1].available
    assert (last.low // KRONE, last.typical // KRONE) == (2_400_000 + 150_000 + 2 * 150_000, 2_400_000 + 150_000 + 2 * 200_000)

    claim = bank.claim(award, 2025)
    claimed = look(bank, day)
    assert comes_in(claimed) == comes_in(measured)
    assert {flow.cause for month in claimed.months[:2] for flow in month.flows} == {Cause.UNPAID}
    bank.repay(claim.lines[0], 50_000 * KRONE)
    paid = look(bank, local_date(at(2026, 2, 1)))
    assert paid.available_ore == 2_450_000 * KRONE and comes_in(paid)[date(2026, 2, 1)] == 100_000


def test_the_first_value_is_what_the_ledger_holds_available(bank: Bank) -> None:
    award = bank.award(loan=600_000, grant=100_000)
    bank.pay_out(award, 300_000)
    bank.pay_out(award, 100_000, "grant")
    bank.award(grant=50_000, accepted=False)
    for day in (local_date(START), date(2027, 5, 5)):
        found = look(bank, day)
        assert (found.available_ore, found.reserved_ore) == (balances(bank.pool.id).available_ore, balances(bank.pool.id).reserved_ore)
        assert found.months[-1].reserved_ore == 0, "all that is promised is paid"


def test_the_page_shows_the_months_and_each_opens_to_its_rows(client: Client, bank: Bank) -> None:
    award = bank.award(loan=600_000, title="Integration")
    bank.pay_out(award, 600_000)
    client.sign_in(bank.auditor)
    page = client.get(f"/pools/{bank.pool.id}/forecast")
    assert page.status_code == 200 and page.text.count('role="img" aria-labelledby="curves-') == 2
    assert "Even if gains come in low, nothing is missing in any of the 60 months." in page.text
    rows = rows_of(client, f"/pools/{bank.pool.id}/forecast.csv")
    assert len(rows) == 60 and ore(rows[0]["Available, low"]) == 2_400_000 * KRONE
    with_claims = [number for number, row in enumerate(rows) if ore(row["Expected, typical"])]
    assert len(with_claims) == 3
    month = client.get(f"/pools/{bank.pool.id}/forecast/months/{with_claims[0]}")
    assert "Integration" in month.text and "50% of a cashable gain of" in month.text
    assert client.get(f"/pools/{bank.pool.id}/forecast/months/60").status_code == 404
    pdf = client.get(f"/pools/{bank.pool.id}/forecast.pdf")
    assert pdf.mimetype == "application/pdf" and pdf.data.startswith(b"%PDF")


def test_assumptions_change_the_page_and_are_stored_nowhere(client: Client, bank: Bank) -> None:
    award = bank.award(loan=600_000, title="Integration")
    bank.pay_out(award, 600_000)
    client.sign_in(bank.finance)
    address = f"/pools/{bank.pool.id}/forecast.csv"

    def last(query: str = "") -> int:
        return ore(rows_of(client, f"{address}{query}")[-1]["Available, typical"]) // KRONE

    as_it_is = last()
    assert last("?no_funding=y") == as_it_is - 5 * 500_000
    assert last("?no_funding=y&failing=20") == last("?no_funding=y") - 120_000
    assert last(f"?no_funding=y&as_grants={award.id}") == last("?no_funding=y") - 600_000
    assert last() == as_it_is
    said = client.get(f"/pools/{bank.pool.id}/forecast?failing=20&as_grants={award.id}").text
    assert "20% of the gains that have not been measured yet fail." in said and "The loan of Integration becomes a grant" in said


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("failing=120", "Write a share from 0 to 100 per cent."),
        ("failing=-5", "Write a share in per cent"),
        ("failing=meget", "Write a share in per cent"),
        ("as_grants=999", "Choose one of the possibilities."),
        ("as_grants=x", "Choose one of the possibilities."),
    ],
)
def test_what_makes_no_sense_gets_a_sentence_and_changes_nothing(client: Client, bank: Bank, query: str, sentence: str) -> None:
    bank.award(loan=600_000)
    client.sign_in(bank.finance)
    page = client.get(f"/pools/{bank.pool.id}/forecast?{query}")
    assert sentence in page.text
    assert "Available today" in page.text and f"forecast.csv?{query}" not in page.text
    for file in ("csv", "pdf"):
        refused = client.get(f"/pools/{bank.pool.id}/forecast.{file}?{query}")
        assert refused.status_code == 422 and sentence in refused.text
