"""What each department owes for a year, worked out from the gains, and when it is overdue (domain.md §8)."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from fundbank.kit.money import shares_of, split
from fundbank.kit.working_days import working_day_from


class Due(NamedTuple):
    """One department's line of a claim, with the arithmetic behind it.

    ``share_due_ore`` is the share of the gain before the cap, ``due_ore`` what is claimed, and ``shortfall_ore`` the
    part of ``due_ore`` that the last year adds because the gains fell short.
    """

    department_id: int
    gain_ore: int
    share_due_ore: int
    due_ore: int
    shortfall_ore: int


def claim_lines(
    *,
    gains: Sequence[tuple[int, int]],
    share: Decimal,
    claimable_ore: int,
    last_year_rest: bool = False,
    planned_weights: Sequence[int] = (),
) -> list[Due]:
    """What each department owes for one year, in the order of ``gains``: (department id, gain in øre).

    A department owes ``share`` (a fraction) of its gain, half up to the øre; a negative gain counts as 0. The total
    is capped at ``claimable_ore`` (the room; of a year that is claimed again also what it holds already); if the cap bites, the
    capped total is split by the dues. With ``last_year_rest`` (rule ``department_pays``) what then remains is added, split by
    the planned cashable gains of the whole term, or equally if none were planned. Never more than ``claimable_ore`` in all
    (domain.md §8).
    """
    if not gains:
        return []
    claimable_ore = max(claimable_ore, 0)
    shares = shares_of(share, [max(gain, 0) for _department, gain in gains])
    dues = split(claimable_ore, shares) if sum(shares) > claimable_ore else shares
    rests = [0] * len(gains)
    if last_year_rest:
        weights = [max(weight, 0) for weight in planned_weights] or [0] * len(gains)
        rests = split(claimable_ore - sum(dues), weights)
    return [
        Due(department_id, gain, share_due, due + rest, rest)
        for (department_id, gain), share_due, due, rest in zip(gains, shares, dues, rests, strict=True)
    ]


def day_of_payment(today: date, days: int) -> date:
    """By when a claim of today is to be paid: so many days later, or on the first working day after that."""
    return working_day_from(today + timedelta(days=days))


def is_overdue(due_on: date, unpaid_ore: int, today: date) -> bool:
    """Tells whether something is unpaid after its due date; on the date itself it is not yet late (domain.md §8)."""
    return unpaid_ore > 0 and today > due_on
