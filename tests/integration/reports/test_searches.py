"""The ledger and the history of a pool searched: each by what it says, by what it is about, by sum, person and period."""

import re
from datetime import date
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from fundbank.extensions import db
from fundbank.history.models import AccessLine
from fundbank.kit import searching
from fundbank.ledger.models import Transfer
from fundbank.overviews.queries import searches
from tests.integration.reports.conftest import Bank
from tests.web import Client

pytestmark = pytest.mark.each_database

ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _numbers(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<tr id="t(\d+)">', page)]


def _of(bank: Bank, *conditions: object) -> set[int]:
    return set(db.session.scalars(select(Transfer.number).where(Transfer.pool_id == bank.pool.id, *conditions)))


def _asked(**values: object) -> str:
    return urlencode({name.removesuffix("_"): value for name, value in values.items()})


def test_the_ledger_is_searched_by_all_that_a_posting_is_known_by(client: Client, bank: Bank) -> None:
    finance, social = bank.world.people["finans-1"], bank.world.departments["social"]
    visitation = db.session.scalars(select(Transfer).where(Transfer.event == "approval").order_by(Transfer.number)).first()
    assert visitation is not None
    account = visitation.debit_account
    of_award = {row.number for row in db.session.scalars(select(Transfer))
                if account.award_id in (row.debit_account.award_id, row.credit_account.award_id)}  # fmt: skip
    repaid, of_100_000 = _of(bank, Transfer.event == "repayment"), _of(bank, Transfer.amount_ore == 100_000_00)
    cases = {
        _asked(words="it-invest"): _of(bank, Transfer.event == "funding"),
        _asked(event="repayment"): repaid,
        _asked(award="visitation"): of_award,
        _asked(award="visitation", event="repayment"): of_award & repaid,
        _asked(amount="100.000"): of_100_000,
        _asked(amount="100.000,01"): set(),
        _asked(person="freja"): _of(bank, (Transfer.actor_id == finance.id) | (Transfer.approver_id == finance.id)),
        _asked(person="freja", award="visitation", amount="100000", event="repayment"): of_100_000 & repaid,
        _asked(to="31-12-2024"): _of(bank, Transfer.value_date < date(2025, 1, 1)),
        _asked(from_="1-1-2025"): _of(bank, Transfer.value_date >= date(2025, 1, 1)),
        _asked(words="ingenting"): set(),
        _asked(words="–"): set(),
    }  # fmt: skip
    client.sign_in(bank.person("revisor"))
    address = f"/pools/{bank.pool.id}/ledger/search"
    for asked, wanted in cases.items():
        page = client.get(f"{address}?{asked}")
        assert page.status_code == 200
        assert set(_numbers(page.text)) == wanted, asked
    of_social = set(_numbers(client.get(f"{address}?{_asked(department=social.id)}").text))
    assert of_award <= of_social and not of_social & _of(bank, Transfer.event == "funding")
    assert client.get(f"{address}?amount=mange").status_code == 422 == client.get(f"{address}?from=i+g%C3%A5r").status_code


def test_the_history_is_searched_by_all_that_a_line_is_known_by(client: Client, bank: Bank) -> None:
    client.sign_in(bank.person("revisor"))
    address = f"/pools/{bank.pool.id}/history"
    deferred, repaid = "Afventer afklaring af datasikkerheden.", "Repayment posted"
    cases = {
        _asked(words="afventer"): ({deferred}, {repaid}),
        _asked(award="hjælpemidler"): ({repaid, "Award offered"}, {deferred, "Meeting"}),
        _asked(amount="100.000"): ({repaid}, {deferred, "Money put in"}),
        _asked(person="frode"): ({deferred}, {repaid}),
        _asked(department=bank.world.departments["social"].id): ({repaid}, {"Money put in"}),
        _asked(to="2-1-2024"): ({"Money put in"}, {repaid, deferred}),
        _asked(person="freja", words="afventer"): ({"Nothing fits."}, {repaid}),
    }
    for asked, (there, missing) in cases.items():
        words = client.get(f"{address}?{asked}").words.rpartition("Find")[2]
        assert [told for told in there if told not in words] == [], asked
        assert [told for told in missing if told in words] == [], asked


def test_what_many_lines_have_is_looked_for_a_part_at_a_time(client: Client, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = _of(bank, Transfer.actor_id == bank.world.people["finans-1"].id)
    monkeypatch.setattr(searching, "FEW", 2)
    monkeypatch.setattr(searching, "LOOKED_THROUGH", 4)
    client.sign_in(bank.person("revisor"))
    monkeypatch.setattr(searches, "NAMED_MOST", 1)
    asked = _asked(person="freja", department=bank.world.departments["social"].id)
    for address, lines in (
        (f"/pools/{bank.pool.id}/ledger/search?person=freja", _numbers),
        (f"/pools/{bank.pool.id}/history?{asked}", None),
    ):
        url, seen, pages = address, list[int](), 0
        while url:
            page = client.get(url)
            assert page.status_code == 200
            seen += lines(page.text) if lines else []
            pages += 1
            url = page.text.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
            assert bool(url) == ("The search has looked through as much as it does at once" in page.words)
        assert pages > 2
        if lines:
            approved = _of(bank, Transfer.approver_id == bank.world.people["finans-1"].id)
            assert sorted(seen) == sorted(everything | approved), "each once"


@ON_ONE
def test_what_is_found_is_taken_as_csv_and_leaves_a_line(client: Client, bank: Bank) -> None:
    client.sign_in(bank.person("revisor"))
    rows = client.get(f"/pools/{bank.pool.id}/ledger/search.csv?event=repayment").get_data().decode("utf-8-sig").splitlines()
    assert {int(row.partition(";")[0]) for row in rows[1:]} == _of(bank, Transfer.event == "repayment")
    rows = client.get(f"/pools/{bank.pool.id}/history.csv?amount=100.000").get_data().decode("utf-8-sig").splitlines()
    assert rows[0].startswith("When;Who;What;About") and any(";Freja Finans;Repayment posted;" in row for row in rows[1:])
    taken = [line.what for line in db.session.scalars(select(AccessLine).where(AccessLine.kind == "exported"))]
    assert f"GET /pools/{bank.pool.id}/ledger/search.csv" in taken and f"GET /pools/{bank.pool.id}/history.csv" in taken
    assert client.get(f"/pools/{bank.pool.id}/history.csv?from=x").status_code == 422


@ON_ONE
def test_a_search_tells_nothing_of_a_draft(client: Client, bank: Bank) -> None:
    address = f"/pools/{bank.pool.id}/history?award=velf%C3%A6rdsteknologi"
    assert "Kladde om velfærdsteknologi" in client.sign_in(bank.person("revisor")).get(address).words
    page = client.sign_in(bank.person("formand")).get(address)
    assert "Nothing fits." in page.words and 'rel="next"' not in page.text
    for address in (
        f"/pools/{bank.pool.id}/ledger/search",
        f"/pools/{bank.pool.id}/ledger/search.csv",
        f"/pools/{bank.pool.id}/history.csv",
    ):
        assert client.sign_in(bank.person("leder")).get(address).status_code == 403
