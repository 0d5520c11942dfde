"""A stored business case as the rows of the form show it: what comes back every year is one row."""

from decimal import Decimal
from typing import Any

from fundbank.applications.forms.row_kinds import AreaRow, CostRow, GainRow, OwnRow, QualityRow, ShareRow
from fundbank.applications.forms.rows import RowForm
from fundbank.applications.rules.content import Content, GainArea
from fundbank.applications.rules.spans import CostSpan, GainSpan, cost_rows, gain_rows


def row_kinds(content: Content) -> list[tuple[str, type[RowForm], list[dict[str, Any]], int]]:
    """Each kind of rows with what is stored, and how many a new form begins with. The content has names for its rows (rules.row_names)."""
    own = [{"text": own.text, "amount": own.amount_ore, "year": own.year, "row": own.row} for own in content.own_financing]
    quality = [{"criterion": gain.criterion, "text": gain.text, "row": gain.row} for gain in content.qualitative_gains]
    return [
        ("costs", CostRow, [cost_values(span) for span in cost_rows(content.costs)], 2),
        ("gains", GainRow, [gain_values(span) for span in gain_rows(content.gains)], 1),
        ("split_shares", ShareRow, [], 3),
        ("gain_areas", AreaRow, [area_values(area) for area in content.gain_areas], 0),
        ("own_financing", OwnRow, own, 0),
        ("qualitative_gains", QualityRow, quality, 1),
    ]


def cost_values(span: CostSpan) -> dict[str, Any]:
    """What a row of the form shows of a cost."""
    amount = {"amount": span.amount_ore} if span.hours is None else {"hours": span.hours, "rate": span.rate_ore}
    years = {"first": span.first, "last": _last(span), "key": span.keys, "row": span.row}
    return {"text": span.text, "kind": span.kind} | amount | years


def gain_values(span: GainSpan) -> dict[str, Any]:
    """What a row of the form shows of a direct gain."""
    return {
        "text": span.text,
        "department": span.department_id,
        "amount": span.amount_ore,
        "first": span.first,
        "last": _last(span),
        "cashable": span.cashable,
        "key": span.keys,
        "row": span.row,
    }


def area_values(area: GainArea) -> dict[str, Any]:
    low, typical, high = area.before
    after_low, after_typical, after_high = area.after
    return {
        **{"name": area.name, "department": area.department_id, "cases": area.cases, "affected": area.affected},
        **{"before_low": low, "before": typical, "before_high": high},
        **{"after_low": after_low, "after": after_typical, "after_high": after_high},
        **{
            "rate": area.rate_ore,
            "phase_in": area.phase_in or (Decimal(1),),
            "years": area.years,
            "cashable": area.cashable,
            "key": area.key,
            "row": area.row,
        },
    }


def _last(span: CostSpan | GainSpan) -> int | None:
    return None if span.last == span.first else span.last
