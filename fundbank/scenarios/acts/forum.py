"""The forum: it meets, agrees on scores, decides, and says what becomes of a revised business case or of a loan."""

from collections.abc import Mapping
from datetime import datetime

from fundbank.awards.rules import Terms
from fundbank.errors import WrongState
from fundbank.meetings.operations.calendar import hold_meeting
from fundbank.meetings.operations.decisions import decide, set_consensus
from fundbank.meetings.operations.revisions import carry_out, decide_consent
from fundbank.meetings.operations.settlements import settle_shortfall
from fundbank.meetings.operations.wanted import Wanted
from fundbank.people.models import User
from fundbank.pools.rights import Right
from fundbank.scenarios import keys
from fundbank.scenarios.acts.act import Act, before_chair
from fundbank.scenarios.reader import Event
from fundbank.scenarios.tables import TermsTable
from fundbank.scenarios.world import World


def _meeting(world: World, by: User, at: datetime, event: Event[keys.HoldMeeting]) -> None:
    key = event.values.meeting
    if key in world.meetings:
        raise WrongState()
    agenda = [world.application(name) for name in dict.fromkeys(event.values.agenda)]
    present = [world.people[name] for name in event.values.present]
    world.meetings[key] = hold_meeting(actor=by, at=at, pool=world.pool, applications=agenda, present=present)


def _consensus(world: World, by: User, at: datetime, event: Event[keys.Consensus]) -> None:
    values = event.values
    application = before_chair(world, by, values.application)
    set_consensus(
        actor=by,
        at=at,
        meeting=world.meeting(values.meeting),
        application=application,
        criterion=values.criterion,
        level=world.level(values.level),
        reason=values.reason,
    )


def _decide(world: World, by: User, at: datetime, event: Event[keys.Decide]) -> None:
    """A file has no word for the end of a meeting: what the forum decides is known at once."""
    values = event.values
    application, meeting = before_chair(world, by, values.application), world.meeting(values.meeting)
    decide(
        actor=by,
        at=at,
        meeting=meeting,
        wanted=Wanted(
            application,
            values.outcome,
            values.reason,
            conditions=values.conditions,
            loan_ore=values.loan_ore,
            grant_ore=values.grant_ore,
            terms=_terms(world, values.terms) if values.terms else None,
        ),
    )
    carry_out(at=at, meeting=meeting)


def _terms(world: World, terms: TermsTable) -> Terms:
    policy = world.pool.policy
    return Terms(
        basis=terms.basis,
        share=policy.repayment_share if terms.share is None else terms.share,
        years=terms.years,
        first_year=terms.first_year,
        department_ids=[world.departments[key].id for key in terms.departments],
        shortfall=terms.shortfall or policy.shortfall,
    )


def _consent(world: World, by: User, at: datetime, event: Event[keys.Consent]) -> None:
    """A file has no word for the end of a meeting: what the forum says takes effect at once."""
    values = event.values
    before_chair(world, by, values.application)
    meeting, award = world.meeting(values.meeting), world.award(values.application)
    decide_consent(actor=by, at=at, meeting=meeting, award=award, outcome=values.outcome, reason=values.reason)
    carry_out(at=at, meeting=meeting)


def _resolve(world: World, by: User, at: datetime, event: Event[keys.Resolve]) -> None:
    """What the forum decides on a loan takes effect at once, too."""
    values = event.values
    before_chair(world, by, values.application)
    meeting = world.meeting(values.meeting)
    settle_shortfall(
        actor=by,
        at=at,
        meeting=meeting,
        award=world.award(values.application),
        action=values.action,
        years=values.years,
        amount_ore=values.amount_ore,
    )
    carry_out(at=at, meeting=meeting)


ACTS: Mapping[str, Act] = {
    "meeting": Act((Right.MEETING_PLAN, Right.MEETING_CHAIR), _meeting),
    "consensus": Act((Right.MEETING_CHAIR,), _consensus),
    "decide": Act((Right.MEETING_CHAIR,), _decide),
    "consent": Act((Right.MEETING_CHAIR,), _consent),
    "resolve": Act((Right.MEETING_CHAIR,), _resolve),
}
