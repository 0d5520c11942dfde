"""An award on its way: accepted or given up, its business case revised, its gains reported and verified, and its end."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fundbank.applications.permissions import can_write_application, leads
from fundbank.applications.states import State as ApplicationState
from fundbank.awards import operations as awards
from fundbank.errors import require
from fundbank.gains.operations import correct_gain, report_gain
from fundbank.meetings.operations.cancellations import cancel_in_meeting
from fundbank.meetings.operations.revisions import carry_out, revise_case
from fundbank.people.models import User
from fundbank.pools.permissions import holds
from fundbank.pools.rights import Right
from fundbank.repayments.operations.ending import close_award
from fundbank.repayments.operations.verification import verify_gain
from fundbank.scenarios import keys
from fundbank.scenarios.acts.act import Act, before_chair
from fundbank.scenarios.case import figures
from fundbank.scenarios.reader import Event
from fundbank.scenarios.world import World


def _accept(world: World, by: User, at: datetime, event: Event[keys.Accept]) -> None:
    values = event.values
    application = world.application(values.application)
    department = world.departments[values.department] if values.department else None
    if department is not None or application.state != ApplicationState.AWARDED:
        require(leads(by, world.pool, department or application.department))
    awards.accept_award(actor=by, at=at, award=world.award(values.application), department=department)


def _decline(world: World, by: User, at: datetime, event: Event[keys.Decline]) -> None:
    values = event.values
    application = world.application(values.application)
    require(leads(by, world.pool, application.department) or holds(by, world.pool, Right.AWARD_CLOSE))
    awards.decline_award(actor=by, at=at, award=world.award(values.application), reason=values.reason)


def _cancel(world: World, by: User, at: datetime, event: Event[keys.Cancel]) -> None:
    values = event.values
    if values.meeting is None:
        require(leads(by, world.pool, world.application(values.application).department))
        awards.cancel_award(actor=by, at=at, award=world.award(values.application), reason=values.reason)
    else:
        require(holds(by, world.pool, Right.MEETING_CHAIR))
        before_chair(world, by, values.application)
        meeting, award = world.meeting(values.meeting), world.award(values.application)
        cancel_in_meeting(actor=by, at=at, meeting=meeting, award=award, reason=values.reason)
        carry_out(at=at, meeting=meeting)


def _revise(world: World, by: User, at: datetime, event: Event[keys.Revise]) -> None:
    values = event.values
    application = world.application(values.application)
    require(can_write_application(by, application))
    award = world.award(values.application)
    revised = application.content.replace(**figures(world, values))
    meeting = world.meeting(values.meeting) if values.meeting else None
    revise_case(actor=by, at=at, award=award, content=revised, reason=values.reason, meeting=meeting)


def _gain(world: World, by: User, values: keys.ReportGain | keys.CorrectGain) -> dict[str, Any]:
    """The gain that a leader tells of their own department. Raises NotAllowed for another one's."""
    department = world.departments[values.department]
    require(leads(by, world.pool, department))
    award = world.award(values.application)
    return {"award": award, "department": department, "year": values.year, "amount_ore": values.amount_ore, "cashable": values.cashable}


def _report_gain(world: World, by: User, at: datetime, event: Event[keys.ReportGain]) -> None:
    report_gain(actor=by, at=at, **_gain(world, by, event.values))


def _correct_gain(world: World, by: User, at: datetime, event: Event[keys.CorrectGain]) -> None:
    correct_gain(actor=by, at=at, reason=event.values.reason, **_gain(world, by, event.values))


def _verify_gain(world: World, by: User, at: datetime, event: Event[keys.VerifyGain]) -> None:
    values = event.values
    department = world.departments[values.department]
    award = world.award(values.application)
    verify_gain(actor=by, at=at, award=award, department=department, year=values.year)


def _close(world: World, by: User, at: datetime, event: Event[keys.Close]) -> None:
    award = world.award(event.values.application)
    close_award(actor=by, at=at, award=award, report=event.values.report)


ACTS: Mapping[str, Act] = {
    "accept": Act((Right.DEPARTMENT_LEAD,), _accept),
    "decline": Act((Right.DEPARTMENT_LEAD, Right.AWARD_CLOSE), _decline),
    "cancel": Act((Right.DEPARTMENT_LEAD, Right.MEETING_CHAIR), _cancel),
    "revise": Act((Right.APPLICATION_WRITE,), _revise),
    "report_gain": Act((Right.DEPARTMENT_LEAD,), _report_gain),
    "correct_gain": Act((Right.DEPARTMENT_LEAD,), _correct_gain),
    "verify_gain": Act((Right.GAIN_VERIFY,), _verify_gain),
    "close": Act((Right.AWARD_CLOSE,), _close),
}
