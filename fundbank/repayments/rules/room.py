"""What may still be claimed of a loan: never more is due than the principal (domain.md §8)."""

from collections.abc import Collection

from fundbank.repayments.rules.lines import Line


def principal_ore(outstanding_ore: int, lines: Collection[Line]) -> int:
    """What was paid out, less what was returned, written off and turned into a grant: what is outstanding, and what has been repaid."""
    return outstanding_ore + sum(line.paid_ore for line in lines)


def room_ore(outstanding_ore: int, lines: Collection[Line]) -> int:
    """The principal less all that is due already. Below 0 once the principal has fallen, until what is due is credited."""
    return principal_ore(outstanding_ore, lines) - sum(line.due_ore for line in lines)
