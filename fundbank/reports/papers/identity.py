"""The pool's money as one bar: funding = available + reserved + outstanding loans + grants + written off (domain.md §7)."""

from datetime import date

from fundbank.kit.formats import day, kroner
from fundbank.kit.language import gettext as _
from fundbank.ledger.rules import Balances
from fundbank.ledger.words import PARTS
from fundbank.reports.blocks import Bar, Part


def bar(balances: Balances, today: date, is_tabled: bool = True) -> Bar:
    """Show where each krone of the pool is on the day ``today``; on paper with a table too if ``is_tabled``."""
    parts = [Part(key, _(PARTS[key]), ore) for key, ore in five_parts(balances).items()]
    said = ", ".join(f"{part.name} {kroner(part.ore)}" for part in parts)
    caption = _("Where the pool's money is on %(day)s", day=day(today))
    return Bar(caption, parts, _("Funding"), balances.funding_ore, f"{caption}: {said}", is_tabled)


def five_parts(balances: Balances) -> dict[str, int]:
    """The five parts in øre, by the names that the bar and its colours know."""
    return {
        "available": balances.available_ore,
        "reserved": balances.reserved_ore,
        "loans": balances.loans_ore,
        "grants": balances.grants_ore,
        "written_off": balances.written_off_ore,
    }
