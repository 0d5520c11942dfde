"""Money of a department that moves from one of its lines to another: nothing is paid, and nothing is repaid anew (domain.md §8)."""

from collections.abc import Collection
from dataclasses import dataclass

from fundbank.repayments.rules.lines import Line


@dataclass(frozen=True)
class SetOff:
    """So much that was paid on ``from_id`` pays ``to_id``; both lines are of one department."""

    from_id: int
    to_id: int
    ore: int


def set_offs(lines: Collection[Line]) -> list[SetOff]:
    """What each department has paid too much pays its other unpaid lines of the loan, the earliest year first on both sides."""
    moved = []
    for department_id in dict.fromkeys(line.department_id for line in lines):
        own = sorted((line for line in lines if line.department_id == department_id), key=lambda line: line.year)
        unpaid = {line.id: line.unpaid_ore for line in own if line.unpaid_ore}
        for line in own:
            too_much_ore = line.overpaid_ore
            for to_id, lacking_ore in unpaid.items():
                if ore := min(too_much_ore, lacking_ore):
                    moved.append(SetOff(line.id, to_id, ore))
                    too_much_ore -= ore
                    unpaid[to_id] -= ore
    return moved


def taken_back(lines: Collection[Line], line_id: int, ore: int) -> list[tuple[int, int]]:
    """From which lines a repayment of ``ore`` on ``line_id`` is taken back: (line, øre); what no line holds is not taken.

    From its own line, and what is missing there (it was set off) from the department's other lines, the latest year first.
    """
    own = next(line for line in lines if line.id == line_id)
    others = sorted(
        (line for line in lines if line.department_id == own.department_id and line.id != line_id), key=lambda line: line.year, reverse=True
    )
    taken = []
    for line in (own, *others):
        if part_ore := min(ore, line.paid_ore):
            taken.append((line.id, part_ore))
            ore -= part_ore
    return taken
