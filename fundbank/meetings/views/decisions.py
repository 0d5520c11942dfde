"""What a meeting that is open decides on an application: the consensus on a criterion, and the outcome with its terms."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from fundbank.applications import queries as applications
from fundbank.applications.forms.levels import level_choices
from fundbank.applications.models import Application
from fundbank.applications.operations import newest_version
from fundbank.applications.queries.gainers import answers_on, comments_on
from fundbank.applications.queries.questions import questions_on
from fundbank.awards.permissions import owners
from fundbank.awards.rules import Terms
from fundbank.errors import WrongState
from fundbank.kit.clock import local_date
from fundbank.kit.language import gettext as _
from fundbank.kit.web import asked_number, done, ensure, found, me, moment, refusals_on, requires
from fundbank.ledger.queries import balances
from fundbank.ledger.rules import Balances
from fundbank.meetings.forms.decisions import ConsensusForm, DecisionForm, TakeBackForm
from fundbank.meetings.models import Meeting
from fundbank.meetings.operations import decisions as operations
from fundbank.meetings.operations.grounds import Grounds
from fundbank.meetings.operations.wanted import Wanted, check_agreeable, check_decidable
from fundbank.meetings.permissions import can_chair
from fundbank.meetings.queries.decisions import left_in_frame_ore
from fundbank.meetings.queries.pending import pending_decision
from fundbank.meetings.rules import ExpectedYear, expected_repayments, terms_by_rules
from fundbank.meetings.views import CHAIR, blueprint, meeting_or_404
from fundbank.people import queries as people
from fundbank.people.models import Department
from fundbank.pools import queries as pools
from fundbank.pools.criteria import CRITERIA
from fundbank.pools.rights import Right
from fundbank.scoring.permissions import can_see_scores, conflicts_among, has_conflict
from fundbank.scoring.queries import assessment, gaining_scorers, set_aside, sheets


@dataclass(frozen=True)
class Promise:
    """What an approval does to the pool, and how a loan would be repaid, and by whom, if gains come as planned and if they come in low."""

    before: Balances
    after: Balances
    terms: Terms | None
    planned: list[ExpectedYear]
    low: list[ExpectedYear]
    repaying: list[Department]


@blueprint.route("/meetings/<int:meeting_id>/applications/<int:application_id>/decision", methods=["GET", "POST"])
@requires(f"{CHAIR}, without a conflict of interest")
def decide(meeting_id: int, application_id: int) -> ResponseReturnValue:
    meeting, application = _matter(meeting_id, application_id)
    if has_conflict(me(), application):
        return conflict_page(meeting, application)
    content = newest_version(application).content
    available_ore = balances(application.pool_id).available_ore
    first = _proposal(application, meeting)
    units = people.departments(municipality_id=application.pool.municipality_id, active_only=True)
    form = DecisionForm(
        units, first.pop("concerned"), owners(application), meeting.held_on.year, content.requested_ore, data=first
    )  # fmt: skip
    if not form.is_submitted():
        form.is_seen(*form.figures())
    checked = False
    if form.validate_on_submit():
        with refusals_on(form):
            asked: dict[str, Any] = {"actor": me(), "at": moment(), "meeting": meeting, "wanted": _wanted(application, form)}
            operations.check_decision(**asked)
            if not form.is_approval or form.is_seen(*form.figures()):
                operations.decide(**asked)
                return done(_("The decision has been recorded."), "meetings.show", meeting_id=meeting.id)
            checked = True
    return render_template(
        "meetings/decide.html",
        answers=answers_on([application.id])[application.id],
        said=comments_on([application.id])[application.id],
        asked=questions_on([application.id])[application.id],
        meeting=meeting,
        application=application,
        pool=application.pool,
        policy=application.pool.policy,
        content=content,
        form=form,
        checked=checked,
        available_ore=available_ore,
        frame=_frame(application),
        effect=_effect(application, form, units),
        in_sight=can_see_scores(me(), application),
        assessment=assessment(application) if can_see_scores(me(), application) else None,
        scorers=gaining_scorers([application.id])[application.id] if can_see_scores(me(), application) else (),
        leaving=conflicts_among(meeting.present, [application])[application.id],
        **_readiness(meeting, application),
    )


@blueprint.route("/meetings/<int:meeting_id>/applications/<int:application_id>/consensus", methods=["GET", "POST"])
@requires(f"{CHAIR}, without a conflict of interest")
def consensus(meeting_id: int, application_id: int) -> ResponseReturnValue:
    meeting, application = _matter(meeting_id, application_id)
    if has_conflict(me(), application):
        return conflict_page(meeting, application)
    form = ConsensusForm(application.pool.policy)
    if form.validate_on_submit():
        with refusals_on(form):
            operations.set_consensus(
                actor=me(),
                at=moment(),
                meeting=meeting,
                application=application,
                criterion=form.criterion.data,
                level=form.level.data,
                reason=form.reason.data,
            )
            return done(_("The consensus has been set."), "meetings.consensus", meeting_id=meeting.id, application_id=application.id)
    return render_template(
        "meetings/consensus.html",
        meeting=meeting,
        application=application,
        form=form,
        criteria=CRITERIA,
        in_sight=can_see_scores(me(), application),
        assessment=assessment(application) if can_see_scores(me(), application) else None,
        levels=dict(level_choices(application.pool.policy.scale)),
        sheets=sheets([application])[application.id] if can_see_scores(me(), application) else (),
        set_aside=set_aside(application) if can_see_scores(me(), application) else (),
        **_readiness(meeting, application, is_consensus=True),
    )


@blueprint.route("/meetings/<int:meeting_id>/decisions/<int:pending_id>/take-back", methods=["GET", "POST"])
@requires(f"{CHAIR}, without a conflict of interest")
def take_back(meeting_id: int, pending_id: int) -> ResponseReturnValue:
    meeting, pending = meeting_or_404(meeting_id), found(pending_decision(pending_id, municipality_id=me().municipality_id))
    ensure(can_chair(me(), meeting.pool))
    found(pending if pending.meeting_id == meeting.id else None)
    if has_conflict(me(), pending.application):
        return conflict_page(meeting, pending.application)
    form = TakeBackForm()
    if form.validate_on_submit():
        with refusals_on(form):
            operations.take_back(actor=me(), at=moment(), pending=pending, reason=form.reason.data)
            return done(_("The decision has been taken back. The forum can decide anew."), "meetings.show", meeting_id=meeting.id)
    elif not form.is_submitted():
        with refusals_on(form):
            operations.check_take_back(actor=me(), at=moment(), pending=pending)
    return render_template("meetings/take_back.html", meeting=meeting, pending=pending, application=pending.application, form=form)


def _matter(meeting_id: int, application_id: int) -> tuple[Meeting, Application]:
    """The meeting and an application on its agenda; 404 for one that is not on it, 403 for who is not the chair."""
    meeting = meeting_or_404(meeting_id)
    ensure(can_chair(me(), meeting.pool))
    application = applications.application(application_id, municipality_id=me().municipality_id)
    on_agenda = any(item.application_id == application_id for item in meeting.agenda)
    return meeting, found(application if on_agenda else None)


def _wanted(application: Application, form: DecisionForm) -> Wanted:
    """What the form says of the application; sums and terms of an approval alone."""
    said = Wanted(application, form.outcome.data, form.reason.data or "", form.conditions.data or "")
    if not form.is_approval:
        return said
    return replace(said, loan_ore=form.loan_ore, grant_ore=form.grant_ore, terms=form.terms(), **form.seen_to)


def _readiness(meeting: Meeting, application: Application, *, is_consensus: bool = False) -> dict[str, bool]:
    """Is the meeting open, and does the application still wait for it? A form that could only be refused is not shown."""
    check = check_agreeable if is_consensus else check_decidable
    try:
        check(Grounds(me(), moment(), meeting, [application]), application)
    except WrongState:
        return {"is_open": meeting.is_open(local_date(moment())), "is_ready": False}
    return {"is_open": True, "is_ready": True}


def conflict_page(meeting: Meeting, application: Application) -> ResponseReturnValue:
    chairs = [person for person in pools.people_with(meeting.pool, Right.MEETING_CHAIR) if not has_conflict(person, application)]
    return render_template("meetings/conflict.html", meeting=meeting, application=application, chairs=chairs), 403


def _proposal(application: Application, meeting: Meeting) -> dict[str, Any]:
    """What the form begins with: what was asked for or chosen, never lowered, and terms from the policy and the business case."""
    content = newest_version(application).content
    loan_ore, grant_ore = (_chosen("loan", content.loan_ore), _chosen("grant", content.grant_ore))
    terms = terms_by_rules(
        application.pool.policy, content, loan_ore=loan_ore, first_year=meeting.held_on.year + 1, department_id=application.department_id
    )  # fmt: skip
    return {
        "loan": loan_ore or None,
        "grant": grant_ore or None,
        "basis": terms.basis,
        "share": terms.share,
        "years": terms.years,
        "first_year": terms.first_year,
        "shortfall": terms.shortfall,
        "departments": list(terms.department_ids),
        "concerned": list(dict.fromkeys([*terms.department_ids, application.department_id])),
    }


def _chosen(part: str, asked_ore: int | None) -> int:
    """The sum that the address brings from the forum's choice, in øre, or what was asked for."""
    chosen = asked_number(part)
    return (asked_ore or 0) if chosen is None else chosen


def _frame(application: Application) -> tuple[str, int] | None:
    """The application's budget frame and what it has left this year, in øre, where its amount is set."""
    frame = application.pool.policy.frame(newest_version(application).content.frame or "")
    left_ore = left_in_frame_ore(application.pool, frame.code, local_date(moment()).year) if frame else None
    return None if frame is None or left_ore is None else (frame.name, max(left_ore, 0))


def _effect(application: Application, form: DecisionForm, units: Sequence[Department]) -> Promise | None:
    """What an approval as the form stands would do; None while its figures cannot be. One of ``units`` repays if it shares its gains."""
    before, promised_ore = balances(application.pool_id), form.loan_ore + form.grant_ore
    terms = form.terms_as_typed()
    if form.errors or not 0 < promised_ore <= before.available_ore:
        return None
    content = newest_version(application).content
    planned, low = (expected_repayments(content, terms, form.loan_ore, end) if terms else [] for end in ("typical", "low"))
    return Promise(
        before, before.promising(promised_ore), terms, planned, low, [unit for unit in units if terms and unit.id in terms.department_ids]
    )
