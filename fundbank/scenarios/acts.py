"""What each event does: its keys are read, and the operation that the pages call is called.

Where a thing that the event names is not there (no application, no award yet, a meeting that was refused) the event is refused with
``wrong_state``; whose roles never allow it is told so first (the order of scenario.md).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from fundbank.applications.models import Application
from fundbank.applications.operations import (
    edit_application,
    screen_application,
    sign_application,
    start_application,
    submit_application,
    withdraw_application,
)
from fundbank.applications.permissions import can_write_application, leads, writes_for
from fundbank.applications.rules.content import Content
from fundbank.applications.states import State as ApplicationState
from fundbank.awards import operations as awards
from fundbank.awards.queries import bound_people
from fundbank.awards.rules import Terms
from fundbank.errors import WrongState, require
from fundbank.gains.operations import correct_gain, report_gain
from fundbank.ledger.operations import approve_return_funding, check_pair, fund_pool, fund_pool_per_mille, register_return_funding
from fundbank.ledger.rules import described
from fundbank.meetings.operations.calendar import hold_meeting
from fundbank.meetings.operations.cancellations import cancel_in_meeting
from fundbank.meetings.operations.decisions import decide, set_consensus
from fundbank.meetings.operations.revisions import carry_out, decide_consent, revise_case
from fundbank.meetings.operations.settlements import settle_shortfall
from fundbank.people.models import User
from fundbank.pools.permissions import holds
from fundbank.pools.rights import Right
from fundbank.repayments.operations.claims import make_claim, post_repayment
from fundbank.repayments.operations.ending import close_award, return_unspent
from fundbank.repayments.operations.refunds import approve_refund, register_refund
from fundbank.repayments.operations.verification import verify_gain
from fundbank.repayments.queries import line_of
from fundbank.reversals.operations import approve_reversal, check_reversal_pair, register_reversal
from fundbank.scenarios import keys
from fundbank.scenarios.case import content, figures
from fundbank.scenarios.reader import Event
from fundbank.scenarios.world import World
from fundbank.scoring.operations import check_no_conflict, declare_interest, hand_in_score

UNSAID = "–"
"""Stands for a reason where a file need not give one."""


def _fund(world: World, by: User, at: datetime, event: Event[keys.Fund]) -> None:
    values = event.values
    if values.amount_ore is not None:
        transfer = fund_pool(actor=by, at=at, pool=world.pool, source=values.source, amount_ore=values.amount_ore, text=values.reference)
    else:
        transfer = fund_pool_per_mille(
            actor=by,
            at=at,
            pool=world.pool,
            source=values.source,
            service_expenditure_ore=values.service_expenditure_ore or 0,  # the file says one of the two
            text=values.reference,
        )
    world.transfers[event.number] = transfer


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
    sign_application(actor=by, at=at, application=world.application(event.values.application))


def _submit(world: World, by: User, at: datetime, event: Event[keys.OfApplication]) -> None:
    submit_application(actor=by, at=at, application=world.application(event.values.application))


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


def _meeting(world: World, by: User, at: datetime, event: Event[keys.HoldMeeting]) -> None:
    key = event.values.meeting
    if key in world.meetings:
        raise WrongState()
    agenda = [world.application(name) for name in dict.fromkeys(event.values.agenda)]
    present = [world.people[name] for name in event.values.present]
    world.meetings[key] = hold_meeting(actor=by, at=at, pool=world.pool, applications=agenda, present=present)


def _consensus(world: World, by: User, at: datetime, event: Event[keys.Consensus]) -> None:
    values = event.values
    application = _before_chair(world, by, values.application)
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
    values = event.values
    application = _before_chair(world, by, values.application)
    decide(
        actor=by,
        at=at,
        meeting=world.meeting(values.meeting),
        application=application,
        outcome=values.outcome,
        reason=values.reason,
        conditions=values.conditions,
        loan_ore=values.loan_ore,
        grant_ore=values.grant_ore,
        terms=_terms(world, values.terms) if values.terms else None,
    )


def _before_chair(world: World, by: User, key: str) -> Application:
    """The application, before a chair who is free of conflict. Raises WrongState, ConflictOfInterest."""
    application = world.application(key)
    check_no_conflict(by, application)
    return application


def _terms(world: World, terms: keys.TermsTable) -> Terms:
    policy = world.pool.policy
    return Terms(
        basis=terms.basis,
        share=policy.repayment_share if terms.share is None else terms.share,
        years=terms.years,
        first_year=terms.first_year,
        department_ids=[world.departments[key].id for key in terms.departments],
        shortfall=terms.shortfall or policy.shortfall,
    )


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
        _before_chair(world, by, values.application)
        meeting, award = world.meeting(values.meeting), world.award(values.application)
        cancel_in_meeting(actor=by, at=at, meeting=meeting, award=award, reason=values.reason)


def _disburse(world: World, by: User, at: datetime, event: Event[keys.Disburse]) -> None:
    values = event.values
    approver = world.people[values.approved_by]
    check_pair(first=by, second=approver, pool=world.pool)
    award = world.award(values.application)
    awards.check_pair(registrar=by, approver=approver, award=award)
    disbursement = awards.register_disbursement(actor=by, at=at, award=award, part=values.part, amount_ore=values.amount_ore)
    world.transfers[event.number] = awards.approve_disbursement(actor=approver, at=at, disbursement=disbursement)


def _report_gain(world: World, by: User, at: datetime, event: Event[keys.ReportGain]) -> None:
    values = event.values
    department = world.departments[values.department]
    require(leads(by, world.pool, department))
    report_gain(
        actor=by,
        at=at,
        award=world.award(values.application),
        department=department,
        year=values.year,
        amount_ore=values.amount_ore,
        cashable=values.cashable,
    )


def _correct_gain(world: World, by: User, at: datetime, event: Event[keys.CorrectGain]) -> None:
    values = event.values
    department = world.departments[values.department]
    require(leads(by, world.pool, department))
    correct_gain(
        actor=by,
        at=at,
        award=world.award(values.application),
        department=department,
        year=values.year,
        amount_ore=values.amount_ore,
        cashable=values.cashable,
        reason=values.reason,
    )


def _verify_gain(world: World, by: User, at: datetime, event: Event[keys.VerifyGain]) -> None:
    values = event.values
    department = world.departments[values.department]
    award = world.award(values.application)
    verify_gain(actor=by, at=at, award=award, department=department, year=values.year)


def _claim(world: World, by: User, at: datetime, event: Event[keys.Claim]) -> None:
    make_claim(actor=by, at=at, award=world.award(event.values.application), year=event.values.year)


def _repay(world: World, by: User, at: datetime, event: Event[keys.Repay]) -> None:
    values = event.values
    award = world.award(values.application)
    line = line_of(award, world.departments[values.department].id, values.year)
    if line is None:
        raise WrongState()
    world.transfers[event.number] = post_repayment(actor=by, at=at, line=line, amount_ore=values.amount_ore, reference=values.reference)


def _refund(world: World, by: User, at: datetime, event: Event[keys.Refund]) -> None:
    values = event.values
    approver = world.people[values.approved_by]
    check_pair(first=by, second=approver, pool=world.pool)
    award = world.award(values.application)
    check_pair(first=by, second=approver, pool=world.pool, bound=bound_people(award))
    line = line_of(award, world.departments[values.department].id, values.year)
    if line is None:
        raise WrongState()
    refund = register_refund(actor=by, at=at, line=line, amount_ore=values.amount_ore, reference=values.reference)
    approve_refund(actor=approver, at=at, refund=refund)


def _release(world: World, by: User, at: datetime, event: Event[keys.Release]) -> None:
    values = event.values
    approver = world.people[values.approved_by]
    check_pair(first=by, second=approver, pool=world.pool)
    award = world.award(values.application)
    awards.check_pair(registrar=by, approver=approver, award=award)
    movement = awards.register_release(actor=by, at=at, award=award, amount_ore=values.amount_ore, reason=values.reason)
    world.transfers[event.number] = awards.approve_release(actor=approver, at=at, movement=movement)


def _return_unspent(world: World, by: User, at: datetime, event: Event[keys.ReturnUnspent]) -> None:
    values = event.values
    world.transfers[event.number] = return_unspent(
        actor=by,
        at=at,
        award=world.award(values.application),
        part=values.part,
        amount_ore=values.amount_ore,
        reference=values.reference,
    )


def _return_funding(world: World, by: User, at: datetime, event: Event[keys.ReturnFunding]) -> None:
    """A file need not say why; the ledger has a reason for it all the same."""
    values = event.values
    approver, reason = world.people[values.approved_by], described(values.reason, values.reference) or UNSAID
    check_pair(first=by, second=approver, pool=world.pool)
    movement = register_return_funding(actor=by, at=at, pool=world.pool, source=values.source, amount_ore=values.amount_ore, reason=reason)
    approve_return_funding(actor=approver, at=at, movement=movement)


def _reverse(world: World, by: User, at: datetime, event: Event[keys.Reverse]) -> None:
    values = event.values
    approver = world.people[values.approved_by]
    check_reversal_pair(registrar=by, approver=approver, pool=world.pool)
    transfer = world.transfers.get(values.event)
    if transfer is None:
        raise WrongState()
    reversal = register_reversal(actor=by, at=at, transfer=transfer, reason=values.reason)
    approve_reversal(actor=approver, at=at, reversal=reversal)


def _revise(world: World, by: User, at: datetime, event: Event[keys.Revise]) -> None:
    values = event.values
    application = world.application(values.application)
    require(can_write_application(by, application))
    award = world.award(values.application)
    revised = application.content.replace(**figures(world, values))
    meeting = world.meeting(values.meeting) if values.meeting else None
    revise_case(actor=by, at=at, award=award, content=revised, reason=values.reason, meeting=meeting)


def _consent(world: World, by: User, at: datetime, event: Event[keys.Consent]) -> None:
    """A file has no word for the end of a meeting: what the forum says takes effect at once."""
    values = event.values
    _before_chair(world, by, values.application)
    meeting, award = world.meeting(values.meeting), world.award(values.application)
    decide_consent(actor=by, at=at, meeting=meeting, award=award, outcome=values.outcome, reason=values.reason)
    carry_out(at=at, meeting=meeting)


def _resolve(world: World, by: User, at: datetime, event: Event[keys.Resolve]) -> None:
    values = event.values
    _before_chair(world, by, values.application)
    settle_shortfall(
        actor=by,
        at=at,
        meeting=world.meeting(values.meeting),
        award=world.award(values.application),
        action=values.action,
        years=values.years,
        amount_ore=values.amount_ore,
    )


def _withdraw(world: World, by: User, at: datetime, event: Event[keys.OfApplication]) -> None:
    withdraw_application(actor=by, at=at, application=world.application(event.values.application))


def _close(world: World, by: User, at: datetime, event: Event[keys.Close]) -> None:
    award = world.award(event.values.application)
    close_award(actor=by, at=at, award=award, report=event.values.report)


def act(world: World, by: User, at: datetime, event: Event[Any]) -> None:
    """Do what the event says. Raises NotAllowed first, whatever the event names, for a person without the right to it."""
    require(holds(by, world.pool, *RIGHTS[event.do]))
    ACTS[event.do](world, by, at, event)


RIGHTS: dict[str, tuple[Right, ...]] = {
    "fund": (Right.MONEY_FUND,),
    "apply": (Right.APPLICATION_WRITE,),
    "edit": (Right.APPLICATION_WRITE,),
    "sign": (Right.DEPARTMENT_LEAD,),
    "submit": (Right.APPLICATION_WRITE,),
    "screen": (Right.APPLICATION_SCREEN,),
    "declare_interest": (Right.APPLICATION_SCORE, Right.MEETING_CHAIR),
    "score": (Right.APPLICATION_SCORE,),
    "meeting": (Right.MEETING_PLAN, Right.MEETING_CHAIR),
    "consensus": (Right.MEETING_CHAIR,),
    "decide": (Right.MEETING_CHAIR,),
    "accept": (Right.DEPARTMENT_LEAD,),
    "decline": (Right.DEPARTMENT_LEAD, Right.AWARD_CLOSE),
    "cancel": (Right.DEPARTMENT_LEAD, Right.MEETING_CHAIR),
    "disburse": (Right.MONEY_MOVE,),
    "report_gain": (Right.DEPARTMENT_LEAD,),
    "correct_gain": (Right.DEPARTMENT_LEAD,),
    "verify_gain": (Right.GAIN_VERIFY,),
    "claim": (Right.MONEY_MOVE,),
    "repay": (Right.MONEY_MOVE,),
    "refund": (Right.MONEY_MOVE,),
    "release": (Right.MONEY_MOVE,),
    "return_unspent": (Right.MONEY_MOVE,),
    "return_funding": (Right.MONEY_FUND,),
    "reverse": (Right.MONEY_MOVE,),
    "revise": (Right.APPLICATION_WRITE,),
    "consent": (Right.MEETING_CHAIR,),
    "resolve": (Right.MEETING_CHAIR,),
    "withdraw": (Right.APPLICATION_WRITE, Right.MEETING_PLAN),
    "close": (Right.AWARD_CLOSE,),
}
"""Who may do it at all (domain.md §11); of which department, the operations ask."""

ACTS: dict[str, Callable[[World, User, datetime, Event[Any]], None]] = {
    "fund": _fund,
    "apply": _apply,
    "edit": _edit,
    "sign": _sign,
    "submit": _submit,
    "screen": _screen,
    "declare_interest": _declare_interest,
    "score": _score,
    "meeting": _meeting,
    "consensus": _consensus,
    "decide": _decide,
    "accept": _accept,
    "decline": _decline,
    "cancel": _cancel,
    "disburse": _disburse,
    "report_gain": _report_gain,
    "correct_gain": _correct_gain,
    "verify_gain": _verify_gain,
    "claim": _claim,
    "repay": _repay,
    "refund": _refund,
    "release": _release,
    "return_unspent": _return_unspent,
    "return_funding": _return_funding,
    "reverse": _reverse,
    "revise": _revise,
    "consent": _consent,
    "resolve": _resolve,
    "withdraw": _withdraw,
    "close": _close,
}
