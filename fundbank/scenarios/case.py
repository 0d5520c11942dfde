"""The business case and the rest of an application, as an event says it."""

from decimal import Decimal
from typing import Any

from fundbank.applications.rules.content import Content, Cost, GainArea, OwnFinancing, PlannedGain
from fundbank.scenarios.keys import Edit, Revise
from fundbank.scenarios.kinds import NO_AMOUNT
from fundbank.scenarios.tables import AreaRow, GainRow
from fundbank.scenarios.world import World

AS_SAID = ("title", "summary", "kind", "frame", "it_consulted", "initiative", "supports", "facts")


def content(world: World, event: Edit, said: Content) -> Content:
    """Lay what an event says over what the application says already."""
    changes: dict[str, Any] = {name: getattr(event, name) for name in AS_SAID if getattr(event, name) is not None}
    if event.own_scores is not None:
        changes["own_scores"] = world.levels(event.own_scores)
    if event.request is not None:
        changes |= {"loan_ore": _known(event.request.loan_ore), "grant_ore": _known(event.request.grant_ore)}
    if event.own_financing is not None:
        changes["own_financing"] = tuple(OwnFinancing(row.text, _known(row.amount_ore), row.year) for row in event.own_financing)
    return said.replace(**changes, **figures(world, event))


def figures(world: World, event: Edit | Revise) -> dict[str, Any]:
    """The costs, gains and gain areas that an event says."""
    found: dict[str, Any] = {}
    if event.costs is not None:
        found["costs"] = tuple(Cost(row.year, row.kind, _known(row.amount_ore)) for row in event.costs)
    if event.gains is not None:
        found["gains"] = tuple(_gain(world, row) for row in event.gains)
    if event.gain_areas is not None:
        found["gain_areas"] = tuple(_gain_area(world, row) for row in event.gain_areas)
    return found


def _gain(world: World, row: GainRow) -> PlannedGain:
    return PlannedGain(row.year, world.departments[row.department].id, _known(row.amount_ore), row.cashable)


def _gain_area(world: World, row: AreaRow) -> GainArea:
    return GainArea(
        name=row.name,
        department_id=world.departments[row.department].id,
        before=row.before,
        after=row.after,
        cases=row.cases,
        affected=row.affected,
        rate_ore=_known(row.rate_ore),
        phase_in=row.phase_in or (Decimal(1),),
        years=row.years,
        cashable=row.cashable,
    )


def _known(amount_ore: int) -> int | None:
    """An application keeps an amount that cannot be read as none; its submission is refused."""
    return None if amount_ore == NO_AMOUNT else amount_ore
