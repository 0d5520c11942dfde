"""The business case and the rest of an application, as an event's keys say it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from fundbank.applications.rules.content import Content, Cost, GainArea, OwnFinancing, PlannedGain
from fundbank.errors import InvalidAmount
from fundbank.kit.money import LIMIT_ORE, parse_plain
from fundbank.scenarios.world import World

NO_AMOUNT = -LIMIT_ORE
"""Stands for an amount that cannot be read: every operation refuses it, each in its own order of refusals."""


def amount_ore(text: str) -> int:
    """An event's amount in øre, or NO_AMOUNT."""
    try:
        return parse_plain(text)
    except InvalidAmount:
        return NO_AMOUNT


def _content_amount(text: str) -> int | None:
    amount = amount_ore(text)
    return None if amount == NO_AMOUNT else amount


def content(world: World, values: Mapping[str, Any], said: Content) -> Content:
    """Lay an event's keys over what the application says already."""
    changes: dict[str, Any] = {
        name: values[name] for name in ("title", "summary", "kind", "frame", "it_consulted", "own_scores", "initiative") if name in values
    }
    if "request" in values:
        changes["loan_ore"] = _content_amount(values["request"].get("loan", "0.00"))
        changes["grant_ore"] = _content_amount(values["request"].get("grant", "0.00"))
    if "supports" in values:
        changes["supports"] = tuple(values["supports"])
    if "facts" in values:
        facts = values["facts"]
        changes["facts"] = tuple(facts if isinstance(facts, list) else (code for code, holds in facts.items() if holds is True))
    if "own_financing" in values:
        changes["own_financing"] = _own_financing(values["own_financing"])
    return said.replace(**changes, **case(world, values))


def case(world: World, values: Mapping[str, Any]) -> dict[str, Any]:
    """The costs, gains and gain areas among an event's keys."""
    found: dict[str, Any] = {}
    if "costs" in values:
        found["costs"] = tuple(Cost(row["year"], row["kind"], _content_amount(row["amount"])) for row in values["costs"])
    if "gains" in values:
        found["gains"] = tuple(
            PlannedGain(
                row["year"],
                world.departments[row["department"]].id,
                _content_amount(row["amount"]),
                row.get("cashable", True),
            )
            for row in values["gains"]
        )
    if "gain_areas" in values:
        found["gain_areas"] = tuple(_gain_area(world, row) for row in values["gain_areas"])
    return found


def _gain_area(world: World, row: Mapping[str, Any]) -> GainArea:
    return GainArea(
        name=row["name"],
        department_id=world.departments[row["department"]].id,
        before=_minutes(row["before"]),
        after=_minutes(row["after"]),
        cases=row["cases"],
        affected=Decimal(row.get("affected", "1")),
        rate_ore=_content_amount(row["rate"]),
        phase_in=tuple(map(Decimal, row.get("phase_in") or ["1"])),
        years=row["years"],
        cashable=row.get("cashable", True),
    )


def _minutes(values: Sequence[int | float]) -> tuple[Decimal, Decimal, Decimal]:
    low, typical, high = (Decimal(str(value)) for value in values)
    return low, typical, high


def _own_financing(value: str | dict[str, Any] | list[dict[str, Any]]) -> tuple[OwnFinancing, ...]:
    rows: list[dict[str, Any]] = value if isinstance(value, list) else [{"amount": value} if isinstance(value, str) else value]
    return tuple(OwnFinancing(row.get("text", ""), _content_amount(row["amount"]), row.get("year", 0)) for row in rows)
