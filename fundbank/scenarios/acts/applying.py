"""Applying: an application is written, signed, submitted, screened and scored, or withdrawn."""

from collections.abc import Mapping
from datetime import datetime

from fundbank.applications.operations import (
    edit_application,
    screen_application,
    sign_application,
    start_application,
    submit_application,
    withdraw_application,
)
from fundbank.applications.permissions import writes_for
from fundbank.applications.rules.content import Content
from fundbank.errors import WrongState, require
from fundbank.people.models import User
from fundbank.pools.rights import Right
from fundbank.scenarios import keys
from fundbank.scenarios.acts.act import Act
from fundbank.scenarios.case import content
from fundbank.scenarios.reader import Event
from fundbank.scenarios.world import World
from fundbank.scoring.operations import declare_interest, hand_in_score


def _apply(world: World, by: User, at: datetime, event: Event[keys.Apply]) -> None:
    key, department = event.values.application, world.departments[event.values.department]
    require(writes_for(by, world.pool, department))
    if key in world.applications:
        raise WrongState()
    said = content(world, event.values, Content())
    world.applications[key] = start_application(actor=by, at=at, pool=world.pool, department=department, content=said)


def _edit(world: World, by: User, at: datetime, event: Event[keys.Edit]) -> None:
    application = world.application(event.values.application)
    department = world.departments[event.values.department] if event.values.department else None
    said = content(world, event.values, application.content)
    edit_application(actor=by, at=at, application=application, content=said, department=department)


def _sign(world: World, by: User, at: datetime, event: Event[keys.OfApplication]) -> None:
    sign_application(actor=by, at=at, application=world.application(event.values.application), asks_answers=False)


def _submit(world: World, by: User, at: datetime, event: Event[keys.OfApplication]) -> None:
    submit_application(actor=by, at=at, application=world.application(event.values.application), asks_answers=False)


def _screen(world: World, by: User, at: datetime, event: Event[keys.Screen]) -> None:
    values = event.values
    screen_application(
        actor=by,
        at=at,
        application=world.application(values.application),
        result=values.result,
        reason=values.reason,
        checks=values.checks,
    )


def _declare_interest(world: World, by: User, at: datetime, event: Event[keys.OfApplication]) -> None:
    declare_interest(actor=by, at=at, application=world.application(event.values.application))


def _score(world: World, by: User, at: datetime, event: Event[keys.Score]) -> None:
    values = event.values
    application = world.application(values.application)
    hand_in_score(actor=by, at=at, application=application, levels=world.levels(values.levels), comment=values.comment)


def _withdraw(world: World, by: User, at: datetime, event: Event[keys.OfApplication]) -> None:
    withdraw_application(actor=by, at=at, application=world.application(event.values.application))


ACTS: Mapping[str, Act] = {
    "apply": Act((Right.APPLICATION_WRITE,), _apply),
    "edit": Act((Right.APPLICATION_WRITE,), _edit),
    "sign": Act((Right.DEPARTMENT_LEAD,), _sign),
    "submit": Act((Right.APPLICATION_WRITE,), _submit),
    "screen": Act((Right.APPLICATION_SCREEN,), _screen),
    "declare_interest": Act((Right.APPLICATION_SCORE, Right.MEETING_CHAIR), _declare_interest),
    "score": Act((Right.APPLICATION_SCORE,), _score),
    "withdraw": Act((Right.APPLICATION_WRITE, Right.MEETING_PLAN), _withdraw),
}
