"""The line that each sheet of rows begins with, as an example: what the pages of the steps tell, and domain.md §6 works out."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from fundbank.kit.language import gettext as _
from fundbank.workbooks.layout import Table

LINES: Mapping[str, Callable[[], dict[str, Any]]] = {
    "costs": lambda: {"text": _("Licence"), "kind": "operation", "amount": 40_000_00, "first": 1, "last": 4},
    "own_financing": lambda: {"text": _("Furniture for the new office"), "amount": 60_000_00, "year": 0},
    "gains": lambda: {"text": _("No more postage"), "amount": 25_000_00, "first": 1, "last": 4, "cashable": True},
    "gain_areas": lambda: {
        "name": _("Booking of appointments"),
        "before_low": Decimal(20), "before": Decimal(25), "before_high": Decimal(30),
        "after_low": Decimal(10), "after": Decimal(12), "after_high": Decimal(15),
        "cases": 6_000, "affected": Decimal("0.8"), "rate": 350_00, "phase_in": (Decimal("0.5"), Decimal(1)), "years": 4, "cashable": True,
    },
    "qualitative_gains": lambda: {"text": _("Citizens get their answer the same day.")},
}  # fmt: skip


def example_of(table: Table) -> dict[str, Any]:
    """What the example says, with the first of the choices where one is chosen."""
    said = LINES[table.code]()
    chosen = {one.code: one.choices[0][0] for one in table.columns if one.choices and one.code not in said}
    return {**chosen, **said}
