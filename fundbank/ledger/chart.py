"""The chart of accounts and the events that move money between them, as plain data (domain.md §7)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class AccountKind(StrEnum):
    """What an account means. ``funding`` is the credit account; no account may fall below 0."""

    FUNDING = "funding"
    AVAILABLE = "available"
    RESERVED = "reserved"
    LOAN = "loan"
    GRANT = "grant"
    WRITTEN_OFF = "written_off"


class Event(StrEnum):
    """Why money moved."""

    FUNDING = "funding"
    APPROVAL = "approval"
    DISBURSEMENT = "disbursement"
    RELEASE = "release"
    REPAYMENT = "repayment"
    RETURN = "return"
    WRITE_OFF = "write_off"
    CONVERSION = "conversion"
    FUNDING_RETURN = "funding_return"
    REFUND = "refund"
    REVERSAL = "reversal"


class Sides(NamedTuple):
    """The two kinds of account that an event moves money between: into ``debit``, out of ``credit``."""

    debit: AccountKind
    credit: AccountKind


OF_AN_AWARD = frozenset({AccountKind.RESERVED, AccountKind.LOAN, AccountKind.GRANT, AccountKind.WRITTEN_OFF})

# The table of domain.md §7. An event that can concern either part of an award stands once for each part.
SIDES: Mapping[tuple[Event, AccountKind | None], Sides] = {
    (Event.FUNDING, None): Sides(AccountKind.AVAILABLE, AccountKind.FUNDING),
    (Event.APPROVAL, None): Sides(AccountKind.RESERVED, AccountKind.AVAILABLE),
    (Event.DISBURSEMENT, AccountKind.LOAN): Sides(AccountKind.LOAN, AccountKind.RESERVED),
    (Event.DISBURSEMENT, AccountKind.GRANT): Sides(AccountKind.GRANT, AccountKind.RESERVED),
    (Event.RELEASE, None): Sides(AccountKind.AVAILABLE, AccountKind.RESERVED),
    (Event.REPAYMENT, None): Sides(AccountKind.AVAILABLE, AccountKind.LOAN),
    (Event.RETURN, AccountKind.LOAN): Sides(AccountKind.AVAILABLE, AccountKind.LOAN),
    (Event.RETURN, AccountKind.GRANT): Sides(AccountKind.AVAILABLE, AccountKind.GRANT),
    (Event.WRITE_OFF, None): Sides(AccountKind.WRITTEN_OFF, AccountKind.LOAN),
    (Event.CONVERSION, None): Sides(AccountKind.GRANT, AccountKind.LOAN),
    (Event.FUNDING_RETURN, None): Sides(AccountKind.FUNDING, AccountKind.AVAILABLE),
    (Event.REFUND, None): Sides(AccountKind.LOAN, AccountKind.AVAILABLE),
}

# Wrong postings of these kinds are answered by a reversal (domain.md §7); decisions are not postings, and stand.
REVERSIBLE = frozenset({Event.FUNDING, Event.DISBURSEMENT, Event.REPAYMENT, Event.RELEASE, Event.RETURN})

PARTS: Mapping[tuple[Event, Sides], AccountKind | None] = {(event, sides): part for (event, part), sides in SIDES.items()}


def sides(event: Event, part: str | None = None) -> Sides:
    """Look up the accounts of ``event``; ``part`` is ``loan`` or ``grant`` where the event has parts, else None.

    Raises ValueError for a pair that the table doesn't have. A reversal has no row: it swaps another's sides.
    """
    try:
        return SIDES[event, part]  # type: ignore[index]  # a StrEnum equals its text
    except KeyError:
        raise ValueError(f"the chart has no event {event} with part {part}") from None
