"""What the ledger refuses, what a transfer's hash covers, what is lent again, and the identity that always holds (domain.md §7)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from json import JSONEncoder
from typing import Any

from fundbank.errors import N_, Code, InvalidDate, Refusal
from fundbank.ledger.chart import AccountKind, Sides

WRITTEN = JSONEncoder(separators=(",", ":"), default=repr).encode
GENESIS = ""  # the "hash before" of a pool's first transfer


class OverAvailable(Refusal):
    code = Code.OVER_AVAILABLE
    message = N_("The pool has %(limit_ore)s available, which is less than %(amount_ore)s.")


class OverReserved(Refusal):
    code = Code.OVER_RESERVED
    message = N_("Only %(limit_ore)s is still reserved for this award, which is less than %(amount_ore)s.")


class OverOutstanding(Refusal):
    code = Code.OVER_OUTSTANDING
    message = N_("Only %(limit_ore)s is outstanding, which is less than %(amount_ore)s.")


MORE_THAN_GIVEN = N_("This source has given %(limit_ore)s that is not handed back, which is less than %(amount_ore)s.")


def over(kind: str, *, amount_ore: int, limit_ore: int) -> Refusal:
    """Choose the refusal for taking ``amount_ore`` out of an account of this kind that holds only ``limit_ore``."""
    if kind == AccountKind.AVAILABLE:
        return OverAvailable(amount_ore=amount_ore, limit_ore=limit_ore)
    if kind == AccountKind.RESERVED:
        return OverReserved(amount_ore=amount_ore, limit_ore=limit_ore)
    sentence = MORE_THAN_GIVEN if kind == AccountKind.FUNDING else None
    return OverOutstanding(sentence, amount_ore=amount_ore, limit_ore=limit_ore)


def value_date(wanted: date | None, *, first: date, today: date) -> date:
    """The day that a posting counts from: today unless another is wanted. Raises InvalidDate for one to come or before ``first``."""
    if wanted is None or wanted == today:
        return today
    if wanted > today:
        raise InvalidDate(N_("The value date must not be in the future."), field="value_on")
    if wanted < first:
        raise InvalidDate(N_("The value date must not be before %(first)s."), field="value_on", first=first)
    return wanted


def are_two(
    first_id: int, second_id: int, *, bound: Collection[int], gave_first: Collection[int] = (), gave_second: Collection[int] = ()
) -> bool:
    """Are these four eyes (domain.md §7, §11)?

    Two people, neither of whom is ``bound`` by what the money follows, and neither of whom gave the other a role (``gave_first`` and
    ``gave_second`` are those who did): an account that somebody made fit for it is no second pair to them.
    """
    tied = first_id in gave_second or second_id in gave_first
    return first_id != second_id and first_id not in bound and second_id not in bound and not tied


@dataclass(frozen=True, slots=True)
class Balances:
    """A pool's money now, in øre: one whole and its five parts."""

    funding_ore: int = 0
    available_ore: int = 0
    reserved_ore: int = 0
    loans_ore: int = 0
    grants_ore: int = 0
    written_off_ore: int = 0

    @classmethod
    def of(cls, held: Mapping[str, int]) -> "Balances":
        """The whole and its parts from what the pool's accounts hold together, by kind of account; a kind that isn't there holds 0."""
        return cls(
            funding_ore=held.get(AccountKind.FUNDING, 0),
            available_ore=held.get(AccountKind.AVAILABLE, 0),
            reserved_ore=held.get(AccountKind.RESERVED, 0),
            loans_ore=held.get(AccountKind.LOAN, 0),
            grants_ore=held.get(AccountKind.GRANT, 0),
            written_off_ore=held.get(AccountKind.WRITTEN_OFF, 0),
        )

    def promising(self, ore: int) -> "Balances":
        """What an approval of ``ore`` would make of it: available money becomes reserved."""
        return replace(self, available_ore=self.available_ore - ore, reserved_ore=self.reserved_ore + ore)

    @property
    def is_whole(self) -> bool:
        """Does the identity hold? funding = available + reserved + outstanding loans + grants + written off."""
        parts = self.available_ore + self.reserved_ore + self.loans_ore + self.grants_ore + self.written_off_ore
        return self.funding_ore == parts


PROMISED = Sides(AccountKind.RESERVED, AccountKind.AVAILABLE)
"""The way of an approval, and of a release that is reversed."""
GIVEN_UP = Sides(AccountKind.AVAILABLE, AccountKind.RESERVED)
"""The way of a release, of a declined offer and of a cancelled award."""


@dataclass(frozen=True, slots=True)
class Reuse:
    """What a pool has available, how much of it was never promised, and what has been lent again in all: in øre, after some transfer.

    A pool's transfers are gone through in their order. An approval takes fresh money first, which comes from the sources and goes back to
    them before other money does; what it takes beyond had been promised before, and is lent again. What is given up gives back in reverse.
    Money that comes back from awards is available but not fresh. What was lent again changes by no funding and by nothing that is handed
    back (domain.md §7).
    """

    available_ore: int = 0
    fresh_ore: int = 0
    again_ore: int = 0

    def after(self, sides: Sides, amount_ore: int, again_of_award_ore: int = 0) -> "Reuse":
        """The same after one more transfer; ``again_of_award_ore`` is what the award that gives something up holds of money lent again."""
        if sides == PROMISED:
            fresh_ore = min(amount_ore, self.fresh_ore)
            return Reuse(self.available_ore - amount_ore, self.fresh_ore - fresh_ore, self.again_ore + amount_ore - fresh_ore)
        if sides == GIVEN_UP:
            again_ore = min(amount_ore, again_of_award_ore)
            return Reuse(self.available_ore + amount_ore, self.fresh_ore + amount_ore - again_ore, self.again_ore - again_ore)
        if sides.debit == AccountKind.AVAILABLE:
            from_a_source_ore = amount_ore if sides.credit == AccountKind.FUNDING else 0
            return replace(self, available_ore=self.available_ore + amount_ore, fresh_ore=self.fresh_ore + from_a_source_ore)
        if sides.credit == AccountKind.AVAILABLE:
            left_ore = self.available_ore - amount_ore
            to_a_source_ore = amount_ore if sides.debit == AccountKind.FUNDING else 0
            return replace(self, available_ore=left_ore, fresh_ore=min(max(self.fresh_ore - to_a_source_ore, 0), left_ore))
        return self


def described(*parts: str) -> str:
    """What a transfer's text tells, a part after the other, the voucher last; what is empty is left out."""
    return " · ".join(part.strip() for part in parts if part.strip())


def account_name(kind: str, holder: str) -> str:
    """Name an account as domain.md §7 does: ``available``, ``loan:17``, ``funding:Budget 2026``."""
    return f"{kind}:{holder}" if holder else kind


def written_moment(at: datetime) -> str:
    """Write a moment in one way only: UTC, to the microsecond."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


def chain_hash(
    previous_hash: str,
    *,
    pool_id: int,
    number: int,
    event: str,
    debit: str,
    credit: str,
    amount_ore: int,
    value_date: str,
    recorded_at: str,
    actor_id: int,
    approver_id: int | None,
    text: str,
    reverses: int | None,
    key: str,
) -> str:
    """Compute a transfer's hash: SHA-256 over a JSON list of what it says and the hash before it.

    ``debit`` and ``credit`` are account names, ``value_date`` an ISO date, ``recorded_at`` a ``written_moment``,
    ``reverses`` the number of the transfer that this one reverses. JSON quotes every text, so no two transfers share a
    serialisation.
    """
    said: list[Any] = [
        *(previous_hash, pool_id, number, event, debit, credit, amount_ore, value_date, recorded_at),
        *(actor_id, approver_id, text, reverses, key),
    ]
    return sha256(WRITTEN(said).encode()).hexdigest()


HASHES: Mapping[int, Callable[..., str]] = {1: chain_hash}
"""How transfers are and were hashed, by the version that stands beside each hash. A later way also hashes its version, so that no row
passes for one of another way; the earlier ones stay, for the rows that have them."""

HASH_VERSION = 1
"""How a transfer is hashed that is posted now."""
