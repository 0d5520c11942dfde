"""The ledger and the claims as CSV, read back."""

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from re import fullmatch

import pytest

from fundbank.ledger import queries as ledger
from fundbank.ledger.operations import fund_pool
from fundbank.reports.spreadsheets import BOM, harmless
from tests.integration.reports.conftest import NOW, Bank
from tests.web import Client


def rows_of(client: Client, url: str) -> list[dict[str, str]]:
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    text = answer.get_data().decode("utf-8")
    assert text.startswith(BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline=""), delimiter=";"))


def ore(text: str) -> int:
    assert "." not in text
    return int(Decimal(text.replace(",", ".")) * 100)


def test_the_ledger_read_back_is_the_ledger(client: Client, bank: Bank) -> None:
    client.sign_in(bank.person("revisor"))
    read = rows_of(client, f"/pools/{bank.pool.id}/ledger.csv")
    kept = list(reversed(ledger.transfers(bank.pool.id, limit=100)))
    assert [
        (int(row["No."]), row["Value date"], ore(row["Amount"]), row["Registered by"], row["Approved by"], row["Text"], row["Hash"])
        for row in read
    ] == [
        (
            one.number,
            one.value_date.isoformat(),
            one.amount_ore,
            one.actor.name,
            one.approver.name if one.approver else "",
            one.text,
            one.hash,
        )
        for one in kept
    ]
    assert read[4]["Into"].startswith("Loan: ") and read[4]["Out of"].startswith("Reserved: ")
    assert read[4]["Award"] == "Digital visitation af hjælpemidler"
    assert all(fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", row["Recorded"]) for row in read), "a spreadsheet reads it as a moment"
    assert read[-1]["Hash"] == ledger.chain_head(bank.pool.id)[1]


def test_the_claims_read_back_are_the_claims(client: Client, bank: Bank) -> None:
    client.sign_in(bank.person("finans-1"))
    read = rows_of(client, f"/pools/{bank.pool.id}/claims.csv")
    columns = ("Gain", "Share before the cap", "Due", "Paid", "Left to pay")
    assert [(row["Department"], row["Year"], *(ore(row[name]) for name in columns), row["Overdue"]) for row in read] == [
        ("Social og Sundhed", "2025", 33333333, 16666667, 15625000, 10000000, 5625000, "Yes"),
        ("Borgerservice", "2025", 20000000, 10000000, 9375000, 0, 9375000, "Yes"),
        ("Social og Sundhed", "2025", 10000000, 5000000, 5000000, 0, 5000000, "Yes"),
    ]


def test_a_formula_in_a_text_is_only_text(client: Client, bank: Bank) -> None:
    freja = bank.person("finans-1")
    fund_pool(actor=freja, at=NOW, pool=bank.pool, source="=cmd|' /C calc'!A0", amount_ore=100, text='+1;2"x"', key="formel")
    read = rows_of(client.sign_in(freja), f"/pools/{bank.pool.id}/ledger.csv")
    assert read[-1]["Text"] == '\'+1;2"x"'
    assert read[-1]["Out of"] == "Funding: =cmd|' /C calc'!A0"
    assert read[-1]["Amount"] == "1,00"


@pytest.mark.parametrize(("text", "shown"), [
    ("=1+1", "'=1+1"), ("+45 12", "'+45 12"), ("-5", "'-5"), ("@SUM(A1)", "'@SUM(A1)"), ("\tx", "'\tx"), ("\rx", "'\rx"),
    (" =1", "' =1"), ("\u00a0=1", "'\u00a0=1"), ("\u200b=1", "'\u200b=1"), ("\ufeff\u2009=1", "'\ufeff\u2009=1"), ("\x01=1", "'\x01=1"),
    ("\uff1d1", "'\uff1d1"), ("\uff0b1", "'\uff0b1"), ("\uff0d1", "'\uff0d1"), ("\uff20A1", "'\uff20A1"), ("\ufe661", "'\ufe661"),
    ("almindelig - tekst", "almindelig - tekst"), ("", ""),
])  # fmt: skip
def test_which_texts_could_be_formulas(text: str, shown: str) -> None:
    assert harmless(text) == shown


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_may_have_the_files(client: Client, bank: Bank) -> None:
    allowed = {"koordinator", "formand", "medlem", "finans-1", "revisor"}
    people = ("ansoeger", "leder", "raadgiver", *allowed)
    for name in ("ledger", "claims"):
        url = f"/pools/{bank.pool.id}/{name}.csv"
        assert {key for key in people if client.sign_in(bank.person(key)).get(url).status_code == 200} == allowed


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_longer_ledger_asks_no_more(client: Client, bank: Bank, query_counter: Callable) -> None:
    freja, counts = bank.person("finans-1"), []
    client.sign_in(freja)
    for name in ("ledger.csv", "statement"):
        for more in (0, 20):
            for number in range(more):
                fund_pool(actor=freja, at=NOW, pool=bank.pool, source=f"Kilde {number}", amount_ore=100, key=f"{name}{number}")
            with query_counter() as queries:
                assert client.get(f"/pools/{bank.pool.id}/{name}").status_code == 200
            counts.append(len(queries))
    assert counts[1] <= counts[0] and counts[3] <= counts[2]  # the first request of a test asks once more: who is this?
