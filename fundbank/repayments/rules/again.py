"""A year's claim made again from corrected gains (domain.md §8)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from fundbank.repayments.rules.dues import Due, claim_lines, is_overdue
from fundbank.repayments.rules.lines import Line
from fundbank.repayments.rules.room import room_ore


@dataclass(frozen=True)
class Again:
    """The claim of ``year`` as it is made again, with its cap: the room of now plus what the year holds already."""

    year: int
    cap_ore: int
    dues: tuple[Due, ...]


def made_again(
    lines: Collection[Line],
    *,
    outstanding_ore: int,
    year: int,
    gains: Sequence[tuple[int, int]],
    share: Decimal,
    last_year_rest: bool = False,
    planned_weights: Sequence[int] = (),
) -> Again:
    """Work out the claim of ``year`` anew; its other claims stay as they are. The arguments are those of ``claim_lines``."""
    held_ore = sum(line.due_ore for line in lines if line.year == year)
    cap_ore = max(room_ore(outstanding_ore, lines), 0) + held_ore
    dues = claim_lines(gains=gains, share=share, claimable_ore=cap_ore, last_year_rest=last_year_rest, planned_weights=planned_weights)
    return Again(year, cap_ore, tuple(dues))


def is_put_off(line: Line, due_ore: int, today: date) -> bool:
    """Has a line a new day of payment, now that it is due ``due_ore``: nobody is overdue the moment that they learn of what was raised.

    What is lowered keeps its day, and so does what is overdue already: a correction of a krone would put off all of it.
    """
    late = line.due_on is not None and is_overdue(line.due_on, line.unpaid_ore, today)
    return due_ore > line.due_ore and not late


def with_dues(lines: Collection[Line], again: Again) -> list[Line]:
    """The lines as they are once the claim has been made again."""
    due = {one.department_id: one.due_ore for one in again.dues}
    return [replace(line, due_ore=due[line.department_id]) if line.year == again.year else line for line in lines]
