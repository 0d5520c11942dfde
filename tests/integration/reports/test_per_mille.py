"""Money per mille of the service expenditure, as domain.md §10 works it out: what it was made of stands wherever the posting does."""

from datetime import UTC, datetime

from flask import Flask

from fundbank.ledger.operations.funding import fund_pool_per_mille
from fundbank.pools.roles import Role
from fundbank.reversals.operations import approve_reversal, register_reversal
from tests.builders import a_person_with, a_pool
from tests.integration.reports.test_spreadsheets import rows_of
from tests.web import Client

AT = datetime(2026, 3, 3, 10, tzinfo=UTC)


def test_page_statement_and_csv_tell_of_expenditure_rate_and_both_shares_and_of_a_reversal(app: Flask, client: Client) -> None:
    pool = a_pool(preset="favrskov")
    first, second = (a_person_with(pool, Role.FINANCE) for _ in range(2))
    funded = fund_pool_per_mille(
        actor=first, at=AT, pool=pool, source="Budget 2026", service_expenditure_ore=2_400_000_000_00, text="", key="per mille"
    )  # fmt: skip
    auditor = a_person_with(pool, Role.AUDITOR, language="en")
    told = "2.5 per mille of DKK 2,400,000,000.00, 50% of it to the pool; DKK 3,000,000.00 to the treasury"
    client.sign_in(auditor)
    for page in (f"/transfers/{funded.id}", f"/pools/{pool.id}/ledger", f"/pools/{pool.id}/ledger/search?words=budget+2026"):
        assert told in client.get(page).words, page
    statement, ledger = f"/pools/{pool.id}/statement?from=2026-01-01&to=2026-12-31", f"/pools/{pool.id}/ledger.csv"
    assert "1 2,400,000,000.00 2.5 ‰ 3,000,000.00 3,000,000.00" in client.get(statement).words
    (row,) = rows_of(client, ledger)
    columns = ("Service expenditure", "Per mille", "The pool's part", "To the treasury", "Amount", "Reversed by number")
    assert [row[name] for name in columns] == ["2400000000,00", "2,5", "0,50", "3000000,00", "3000000,00", ""]
    wrong = register_reversal(actor=first, at=AT, transfer=funded, reason="Forkert år")
    approve_reversal(actor=second, at=AT, reversal=wrong)
    client.sign_in(auditor)
    words = client.get(statement).words
    assert "1 reversed by no. 2 2,400,000,000.00" in words and "Money in reversed by no. 2" in words
    assert rows_of(client, ledger)[0]["Reversed by number"] == "2"
