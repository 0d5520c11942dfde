"""What a posting asks for: money out of one account into another, and how much (domain.md §7)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, NotRequired, TypedDict
from uuid import uuid4

from fundbank.errors import N_, WrongState
from fundbank.kit.clock import local_date
from fundbank.ledger import chart
from fundbank.ledger.chart import AccountKind, Event
from fundbank.ledger.models import Account, Transfer

REVERSAL_OF_REVERSAL = N_("A reversal cannot be reversed: register what happened again instead.")


class Place(NamedTuple):
    """An account by what it is; ``holder`` is the award's id, the source's name, or empty."""

    kind: AccountKind
    holder: str
    award_id: int | None


@dataclass(frozen=True, slots=True)
class Posting:
    """A transfer that somebody wants: ``amount_ore`` out of ``credit`` into ``debit``, counting from ``value_date``.

    ``key`` is its idempotency key. ``reverses`` is the transfer that it answers.
    """

    pool_id: int
    event: Event
    debit: Place
    credit: Place
    amount_ore: int
    at: datetime
    value_date: date
    key: str
    reverses: Transfer | None = None


class Wanted(TypedDict):
    """What is asked for by who posts, or looks whether they could. What an event does not move may be left out."""

    pool_id: int
    event: Event
    amount_ore: int
    at: datetime
    award_id: NotRequired[int | None]
    part: NotRequired[str | None]
    source: NotRequired[str | None]
    value_date: NotRequired[date | None]
    key: NotRequired[str | None]


def posting(
    *, pool_id: int, event: Event, amount_ore: int, at: datetime, award_id: int | None = None, part: str | None = None,
    source: str | None = None, value_date: date | None = None, key: str | None = None,
) -> Posting:  # fmt: skip
    """One event of domain.md §7, between the accounts that it moves; from today and with a key of its own, unless told otherwise."""
    debit, credit = chart.sides(event, part)
    sides = _place(debit, award_id, source), _place(credit, award_id, source)
    return Posting(pool_id, event, *sides, amount_ore, at, value_date or local_date(at), key or str(uuid4()))


def counter(transfer: Transfer, at: datetime, key: str | None) -> Posting:
    """What answers a transfer: the same amount between the same accounts, the other way. Raises WrongState for a reversal."""
    if transfer.event == Event.REVERSAL:
        raise WrongState(REVERSAL_OF_REVERSAL)
    sides = _place_of(transfer.credit_account), _place_of(transfer.debit_account)
    return Posting(transfer.pool_id, Event.REVERSAL, *sides, transfer.amount_ore, at, local_date(at), key or str(uuid4()), transfer)


def _place(kind: AccountKind, award_id: int | None, source: str | None) -> Place:
    if kind in chart.OF_AN_AWARD:
        if award_id is None:
            raise ValueError(f"an account of kind {kind} belongs to an award")
        return Place(kind, str(award_id), award_id)
    if kind == AccountKind.FUNDING:
        if not source:
            raise ValueError("funding has a source")
        return Place(kind, source, None)
    return Place(kind, "", None)


def _place_of(account: Account) -> Place:
    return Place(AccountKind(account.kind), account.holder, account.award_id)
