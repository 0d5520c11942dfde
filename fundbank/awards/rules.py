"""The terms of a loan, as the forum decides them (domain.md §8), and when an award can be paid out and closed (domain.md §4, §7)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from fundbank.awards.states import PAID_OUT, PAYABLE
from fundbank.errors import N_, Incomplete, WrongState

BASES = ("realised", "planned")
SHORTFALLS = ("forum_decides", "department_pays")
LONGEST_TERM_YEARS = 40


class AwaitsClosing(WrongState):
    """An open meeting has decided on the award. Finance knows, and waits; whoever does not know is never told so."""

    message = N_("What the forum has decided on this award is not known yet. Until it is, nothing of it is paid out, claimed or reversed.")


@dataclass(frozen=True)
class Terms:
    """Basis, share of the gains (0 < share ≤ 1), number of years, first calendar year, participating departments, shortfall rule."""

    basis: str
    share: Decimal
    years: int
    first_year: int
    department_ids: Sequence[int]
    shortfall: str

    def check(self) -> None:
        """Raise Incomplete, at its field, for terms that no loan can have."""
        if self.basis not in BASES:
            raise Incomplete(N_("Choose whether claims follow realised or planned gains."), field="basis")
        if not 0 < self.share <= 1:
            raise Incomplete(N_("The share must be above 0 % and at most 100 %."), field="share")
        if not 1 <= self.years <= LONGEST_TERM_YEARS:
            raise Incomplete(N_("The number of years must be between 1 and 40."), field="years")
        if not 2000 <= self.first_year <= 2199:
            raise Incomplete(N_("Write the first year of gains with four digits."), field="first_year")
        if not self.department_ids or len(set(self.department_ids)) != len(self.department_ids):
            raise Incomplete(N_("Choose the departments that share their gains with the pool, each once."), field="departments")
        if self.shortfall not in SHORTFALLS:
            raise Incomplete(N_("Choose what happens if the gains fall short."), field="shortfall")

    def told(self) -> dict[str, Any]:
        """The terms as plain values: the history keeps what was offered beside the award, whose years the forum may extend."""
        return {**asdict(self), "share": format(self.share, "f"), "department_ids": list(self.department_ids)}


def left_to_register_ore(state: str, *, reserved_ore: int, registered_ore: int) -> int:
    """What can still be registered for payment, in øre: what is reserved of an accepted award and not registered already (domain.md §7)."""
    return max(reserved_ore - registered_ore, 0) if state in PAYABLE else 0


def may_be_declined_late(accept_by: date, today: date) -> bool:
    """Are more days gone since the decision than the departments had to accept (domain.md §4)?"""
    return today > accept_by


def can_be_closed(state: str, *, reserved_ore: int, outstanding_ore: int) -> bool:
    """Is nothing reserved or outstanding of an award that has been paid out (domain.md §4)?"""
    return state in PAID_OUT and not reserved_ore and not outstanding_ore
