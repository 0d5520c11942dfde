"""Whatever is posted in whatever order: the pool adds up, and the check finds nothing."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fundbank.errors import AlreadyPosted, Refusal, WrongState
from fundbank.extensions import db
from fundbank.ledger import queries
from fundbank.ledger.chart import OF_AN_AWARD, SIDES, AccountKind, Event
from fundbank.ledger.checks import check
from fundbank.ledger.models import Transfer
from fundbank.ledger.rules import Balances
from tests.integration.ledger.conftest import Ledger

PARTS = {
    AccountKind.FUNDING: "funding_ore",
    AccountKind.AVAILABLE: "available_ore",
    AccountKind.RESERVED: "reserved_ore",
    AccountKind.LOAN: "loans_ore",
    AccountKind.GRANT: "grants_ore",
    AccountKind.WRITTEN_OFF: "written_off_ore",
}
POSTINGS = st.tuples(st.sampled_from(sorted(SIDES, key=str)), st.integers(1, 60), st.integers(1, 2), st.booleans())
REVERSALS = st.integers(0, 30)


class Book:
    """The same books kept as plainly as possible."""

    def __init__(self) -> None:
        self.held: dict[tuple[AccountKind, object], int] = {}
        self.posted: list[tuple[Transfer, tuple[AccountKind, object], tuple[AccountKind, object]]] = []
        self.reversed: set[int] = set()

    def can_move(self, debit: tuple[AccountKind, object], credit: tuple[AccountKind, object], ore: int) -> bool:
        falling = [account for account in (credit,) if account[0] != AccountKind.FUNDING]
        falling += [account for account in (debit,) if account[0] == AccountKind.FUNDING]
        return all(self.held.get(account, 0) >= ore for account in falling)

    def move(self, debit: tuple[AccountKind, object], credit: tuple[AccountKind, object], ore: int) -> None:
        self.held[debit] = self.held.get(debit, 0) + (-ore if debit[0] == AccountKind.FUNDING else ore)
        self.held[credit] = self.held.get(credit, 0) - (-ore if credit[0] == AccountKind.FUNDING else ore)

    def balances(self) -> Balances:
        sums = dict.fromkeys(PARTS.values(), 0)
        for (kind, _), ore in self.held.items():
            sums[PARTS[kind]] += ore
        return Balances(**sums)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(POSTINGS, REVERSALS), max_size=40))
def test_any_sequence_of_postings_leaves_the_books_in_order(ledger: Ledger, steps: list[object]) -> None:
    db.session.rollback()  # what the example before did
    book = Book()
    book.posted.append((ledger.fund(100, source="a"), (AccountKind.AVAILABLE, None), (AccountKind.FUNDING, "a")))
    book.move(*book.posted[0][1:], 100)
    for step in steps:
        if isinstance(step, int):
            reverse(ledger, book, step % len(book.posted))
        else:
            post(ledger, book, *step)  # type: ignore[misc]
        assert queries.balances(ledger.pool_id) == book.balances()
    assert queries.balances(ledger.pool_id).is_whole
    assert check(ledger.pool_id) == []


def post(ledger: Ledger, book: Book, what: tuple[Event, AccountKind | None], ore: int, award_id: int, gift: bool) -> None:
    event, part = what
    source = "a" if gift else "b"
    debit, credit = ((kind, award_id if kind in OF_AN_AWARD else source if kind == AccountKind.FUNDING else None) for kind in SIDES[what])
    if not book.can_move(debit, credit, ore):
        with pytest.raises(Refusal):
            ledger.post(event, ore, part=part, award_id=award_id, source=source)
        return
    book.posted.append((ledger.post(event, ore, part=part, award_id=award_id, source=source), debit, credit))
    book.move(debit, credit, ore)


def reverse(ledger: Ledger, book: Book, index: int) -> None:
    transfer, debit, credit = book.posted[index]
    if transfer.event == Event.REVERSAL:
        with pytest.raises(WrongState):
            ledger.reverse(transfer)
    elif index in book.reversed:
        with pytest.raises(AlreadyPosted):
            ledger.reverse(transfer)
    elif not book.can_move(credit, debit, transfer.amount_ore):
        with pytest.raises(Refusal):
            ledger.reverse(transfer)
    else:
        book.posted.append((ledger.reverse(transfer), credit, debit))
        book.move(credit, debit, transfer.amount_ore)
        book.reversed.add(index)
