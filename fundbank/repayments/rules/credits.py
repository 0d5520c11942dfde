"""What claims become smaller by when the principal falls: a payment reversed, money returned, a write-off, a conversion (domain.md §8)."""

from collections.abc import Collection
from dataclasses import dataclass

from fundbank.kit.money import split
from fundbank.repayments.rules.lines import Line


@dataclass(frozen=True)
class Credit:
    """The line ``line_id`` is due so much less."""

    line_id: int
    ore: int


def credits(lines: Collection[Line], room_ore: int) -> list[Credit]:
    """What each line is credited when more is due than the principal by ``-room_ore``; nothing while there is room.

    The latest claimed year first, within the year split by what is unpaid. What is unpaid always suffices: it is at least what is due
    beyond the principal.
    """
    left_ore, given = max(-room_ore, 0), []
    for year in sorted({line.year for line in lines}, reverse=True):
        unpaid = [line for line in lines if line.year == year and line.unpaid_ore]
        weights = [line.unpaid_ore for line in unpaid]
        taken_ore = min(left_ore, sum(weights))
        given += [Credit(line.id, ore) for line, ore in zip(unpaid, split(taken_ore, weights), strict=True) if ore] if taken_ore else []
        left_ore -= taken_ore
    return given
