"""The pool's history as a page, and that every event has a word."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import fundbank
from fundbank.history.events import SENTENCES
from fundbank.history.queries import PAGE_SIZE
from tests.integration.reports.conftest import Bank
from tests.web import Client

SOURCE = Path(fundbank.__file__).parent

# Codes that an operation does not write out where it records them: the file, the expression, what it can be.
COMPUTED = {
    ("awards/operations/payments.py", "event"): {"disbursed", "paid_on_its_day"},
    ("applications/operations/__init__.py", "event"): {"found_eligible", "returned_by_screening"},
    ("awards/steps.py", "str(to)"): {"declined", "cancelled", "taken_back"},
    ("ledger/operations/beginning.py", "f'first_day_{state}'"): {"first_day_confirmed", "first_day_refused", "first_day_withdrawn"},
    ("meetings/steps/__init__.py", "event"): {"approved", "rejected", "deferred", "returned_by_forum"},
    ("meetings/operations/revisions.py", "f'consent_{outcome}'"): {"consent_granted", "consent_refused"},
    ("people/operations/passwords.py", "f'{purpose}_made'"): {"invitation_made", "reset_made"},
    ("pools/operations/confirming.py", "f'confirmation_{state}'"): {"confirmation_refused", "confirmation_withdrawn"},
    ("repayments/steps/__init__.py", "name"): {"written_off", "converted"},
    ("scenarios/demo.py", "FILLED"): {"demo_filled"},
}


def recorded() -> Iterator[tuple[str, ast.expr]]:
    """Every event argument of ``record``, ``record_own`` and ``move``, with its file."""
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("record", "record_own", "move"):
                place = 3 if node.func.id == "move" else 1
                if len(node.args) > place:
                    yield name, node.args[place]


def codes_of(name: str, event: ast.expr) -> set[str]:
    if isinstance(event, ast.Constant):
        return {event.value}
    if isinstance(event, ast.IfExp):
        return codes_of(name, event.body) | codes_of(name, event.orelse)
    return COMPUTED[name, ast.unparse(event)]


def test_every_event_that_is_recorded_has_a_word() -> None:
    codes = {code for name, event in recorded() for code in codes_of(name, event)}
    assert len(codes) > 40
    assert codes - SENTENCES.keys() == set()
    assert SENTENCES.keys() - codes == set(), "words for events that nobody records"


def test_the_page_tells_who_what_when_from_where_to_where_and_why(client: Client, bank: Bank) -> None:
    page = client.sign_in(bank.person("revisor")).get(f"/pools/{bank.pool.id}/history")
    assert page.status_code == 200
    for words in (
        "Frode Formand The forum deferred Ready for the forum → Deferred Robot til journalnotater Afventer afklaring af datasikkerheden.",
        "Freja Finans Repayment posted Social og Sundhed, 2025, DKK 100,000.00, transfer no. 8 Award: Digital visitation af hjælpemidler",
        "Karen Koordinator Put on the agenda Tidsbestilling i Borgerservice The meeting on 9 April 2026",
    ):
        assert words in page.words, words


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_older_pages_go_on_where_the_first_ended(client: Client, bank: Bank) -> None:
    client.sign_in(bank.person("revisor"))
    url, seen = f"/pools/{bank.pool.id}/history", 0
    while url:
        page = client.get(url)
        seen += page.text.count("<tr>") - 1
        rest = page.text.partition('rel="next" href="')[2]
        url = rest.partition('"')[0].replace("&amp;", "&")
    assert seen > PAGE_SIZE
    last = client.get(f"/pools/{bank.pool.id}/history?before=1")
    assert "There is nothing more in the history." in last.words
    assert client.get(f"/pools/{bank.pool.id}/history?before=x").status_code == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_draft_is_hidden_from_the_forum(client: Client, bank: Bank) -> None:
    url, title = f"/pools/{bank.pool.id}/history", "Kladde om velfærdsteknologi"
    assert title in client.sign_in(bank.person("revisor")).get(url).words
    assert title not in client.sign_in(bank.person("formand")).get(url).words


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_may_read_the_history(client: Client, bank: Bank) -> None:
    allowed = {"koordinator", "formand", "medlem", "finans-1", "revisor"}
    url = f"/pools/{bank.pool.id}/history"
    people = ("ansoeger", "leder", "raadgiver", *allowed)
    assert {key for key in people if client.sign_in(bank.person(key)).get(url).status_code == 200} == allowed
