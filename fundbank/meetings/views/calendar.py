"""The forum's calendar: the list of meetings, a new one, and the page of one meeting from its plan to its signed minutes."""

from datetime import date

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from fundbank.applications.queries.advice import advice_given_on
from fundbank.applications.queries.gainers import answers_on, comments_on
from fundbank.applications.queries.questions import questions_on
from fundbank.applications.states import DECIDABLE
from fundbank.awards.models import Award
from fundbank.awards.queries.follow_ups import follow_ups_due, seen_to_as_decided
from fundbank.errors import N_, InvalidDate, WrongState
from fundbank.kit.clock import local_date
from fundbank.kit.formats import day
from fundbank.kit.language import gettext as _
from fundbank.kit.web import asked_number, check_version, done, ensure, found, me, moment, refusals_on, requires, shows_form
from fundbank.ledger.permissions import can_see_ledger
from fundbank.ledger.queries import approvals_of, available_ore
from fundbank.meetings.forms.calendar import OTHER_DAY, AttendanceForm, MeetingEditForm, MeetingForm
from fundbank.meetings.models import Meeting, PendingDecision
from fundbank.meetings.operations import calendar as operations
from fundbank.meetings.permissions import (
    can_approve,
    can_chair,
    can_change_agenda,
    can_plan_meetings,
    can_readmit,
    can_see_meetings,
    lapsed,
    may_decide,
    unsaid,
    without_decider,
)
from fundbank.meetings.queries import agenda, calendar
from fundbank.meetings.queries.approvals import goes_to_deciders, refusals_of, words_of
from fundbank.meetings.queries.candidates import decided_on
from fundbank.meetings.queries.decisions import assessments_then, given_up_in
from fundbank.meetings.queries.others import items_on
from fundbank.meetings.queries.revisions import awards_of_revisions, revisions_on
from fundbank.meetings.rules import closed_months, doubts, in_order, submission_deadline
from fundbank.meetings.states import ENDED, State
from fundbank.meetings.views import CHAIR, COORDINATOR, MEETING_READERS, blueprint, meeting_or_404
from fundbank.pools import queries as pools
from fundbank.pools.models import Pool
from fundbank.pools.rights import Right
from fundbank.pools.words import ROLES, SEATS
from fundbank.repayments.queries.waiting import loans_to_settle
from fundbank.scoring.permissions import can_see_ranking, conflicts_among, hidden_among, scores_in, scores_in_sight
from fundbank.scoring.queries import gaining_scorers, ranking

PROPOSED = 6  # months ahead
PAST = 25  # meetings a page
SHOWN = 20  # applications that are not on the agenda: those that could be, and those that go elsewhere


@blueprint.route("/pools/<int:pool_id>/meetings")
@requires(MEETING_READERS)
def index(pool_id: int) -> ResponseReturnValue:
    pool = _pool(pool_id)
    ensure(can_see_meetings(me(), pool))
    today, before_id = _today(), asked_number("before")
    past = calendar.past_meetings(pool.id, today, before_id=before_id, limit=PAST)
    return render_template(
        "meetings/index.html",
        pool=pool,
        today=today,
        upcoming=[] if before_id else calendar.coming_meetings(pool.id, today),
        past=past[:PAST],
        older=url_for("meetings.index", pool_id=pool.id, before=past[PAST - 1].meeting.id) if len(past) > PAST else None,
        newest=url_for("meetings.index", pool_id=pool.id) if before_id else None,
        deadline_of=lambda meeting: submission_deadline(meeting.held_on, pool.policy.submission_working_days),
        can_plan=can_plan_meetings(me(), pool),
        kept=calendar.rhythm_of(pool.id),
    )


@blueprint.route("/pools/<int:pool_id>/meetings/new", methods=["GET", "POST"])
@requires(COORDINATOR)
def new(pool_id: int) -> ResponseReturnValue:
    pool = _pool(pool_id)
    ensure(can_plan_meetings(me(), pool))
    form = MeetingForm()
    form.propose([(one.isoformat(), day(one)) for one in _proposed_days(pool)])
    asked: list[str] = []
    if form.validate_on_submit():
        with refusals_on(form):
            held_on = _chosen_day(form)
            asked = _doubts(pool, held_on)
            if not asked or form.is_seen(held_on):
                meeting = operations.plan_meeting(
                    actor=me(), at=moment(), pool=pool, held_on=held_on, place=form.place.data or "",
                    is_ordinary=form.kind.data == "ordinary",
                )  # fmt: skip
                return done(_("The meeting has been planned."), "meetings.show", meeting_id=meeting.id)
    return render_template("meetings/new.html", pool=pool, form=form, days=pool.policy.submission_working_days, asked=asked)


@blueprint.route("/meetings/<int:meeting_id>/edit", methods=["GET", "POST"])
@requires(COORDINATOR)
def edit(meeting_id: int) -> ResponseReturnValue:
    meeting = meeting_or_404(meeting_id)
    ensure(can_plan_meetings(me(), meeting.pool))
    if meeting.state != State.PLANNED:
        raise WrongState()
    form = MeetingEditForm(obj=meeting)
    asked: list[str] = []
    if form.validate_on_submit():
        with refusals_on(form):
            check_version(form.revision, meeting)
            held_on = form.held_on.data
            asked = _doubts(meeting.pool, held_on, but_for=meeting.id) if held_on != meeting.held_on else []
            if not asked or form.is_seen(held_on):
                operations.change_meeting(actor=me(), at=moment(), meeting=meeting, held_on=held_on, place=form.place.data or "")
                return done(_("The meeting has been changed."), "meetings.show", meeting_id=meeting.id)
    return render_template("meetings/edit.html", meeting=meeting, pool=meeting.pool, form=form, asked=asked)


@blueprint.route("/meetings/<int:meeting_id>")
@requires(MEETING_READERS)
def show(meeting_id: int) -> ResponseReturnValue:
    meeting = meeting_or_404(meeting_id)
    ensure(can_see_meetings(me(), meeting.pool))
    form = None
    if can_chair(me(), meeting.pool) and meeting.held_on == _today() and meeting.state not in ENDED:
        form = _attendance(meeting)
    return _page(meeting, form)


@blueprint.route("/meetings/<int:meeting_id>/open", methods=["POST"])
@requires(CHAIR)
@shows_form
def open_meeting(meeting_id: int) -> ResponseReturnValue:
    meeting = meeting_or_404(meeting_id)
    ensure(can_chair(me(), meeting.pool))
    form = _attendance(meeting)
    if form.validate_on_submit():
        with refusals_on(form):
            operations.open_meeting(actor=me(), at=moment(), meeting=meeting, present=form.people)
            return done(
                _("The meeting is open. Scores that have been handed in can no longer be changed today."),
                "meetings.show",
                meeting_id=meeting.id,
            )
    return _page(meeting_or_404(meeting_id), form)


@blueprint.route("/meetings/<int:meeting_id>/attendance", methods=["POST"])
@requires(CHAIR)
@shows_form
def change_attendance(meeting_id: int) -> ResponseReturnValue:
    meeting = meeting_or_404(meeting_id)
    ensure(can_chair(me(), meeting.pool))
    form = _attendance(meeting)
    if form.validate_on_submit():
        with refusals_on(form):
            operations.change_attendance(actor=me(), at=moment(), meeting=meeting, present=form.people)
            return done(_("The attendance has been corrected."), "meetings.show", meeting_id=meeting.id)
    return _page(meeting_or_404(meeting_id), form)


@blueprint.route("/meetings/<int:meeting_id>/close", methods=["POST"])
@requires(CHAIR)
def close(meeting_id: int) -> ResponseReturnValue:
    meeting = meeting_or_404(meeting_id)
    ensure(can_chair(me(), meeting.pool))
    operations.close_meeting(actor=me(), at=moment(), meeting=meeting)
    told = (
        _("The meeting is closed. What it recommends has gone to the deciders; read the minutes, and sign them.")
        if meeting.recommended_at
        else _("The meeting is closed. Read the minutes, and sign them.")
    )
    return done(told, "meetings.show", meeting_id=meeting.id)


@blueprint.route("/meetings/<int:meeting_id>/minutes/signature", methods=["POST"])
@requires(CHAIR)
def sign(meeting_id: int) -> ResponseReturnValue:
    meeting = meeting_or_404(meeting_id)
    ensure(can_chair(me(), meeting.pool))
    operations.sign_minutes(actor=me(), at=moment(), meeting=meeting)
    return done(_("The minutes have been signed."), "meetings.show", meeting_id=meeting.id)


def _today() -> date:
    return local_date(moment())


def _pool(pool_id: int) -> Pool:
    return found(pools.pool(pool_id, municipality_id=me().municipality_id))


def _proposed_days(pool: Pool) -> list[date]:
    """The next days that have no meeting yet, by the pool's own rule, or monthly where the policy asks for that."""
    if pool.policy.meetings != "monthly_not_july" and calendar.rhythm_of(pool.id) is None:
        return []
    today, rhythm = _today(), calendar.usual_rhythm(pool.id)
    return [one for year in (today.year, today.year + 1) for one in calendar.free_days(pool.id, rhythm, year, today)][:PROPOSED]


def _doubts(pool: Pool, held_on: date, *, but_for: int | None = None) -> list[str]:
    """What to ask about before a meeting is planned for that day."""
    return doubts(held_on, closed_months=closed_months(pool.policy), is_taken=calendar.has_meeting_on(pool.id, held_on, but_for=but_for))


def _chosen_day(form: MeetingForm) -> date:
    """The proposed day, or the one that was written. Raises InvalidDate if there is neither."""
    if "proposed" in form and form.proposed.data not in (None, OTHER_DAY):
        return date.fromisoformat(form.proposed.data)
    if form.held_on.data is None:
        raise InvalidDate(N_("Choose a day, or write one."), field="held_on")
    return form.held_on.data


def _attendance(meeting: Meeting) -> AttendanceForm:
    form = AttendanceForm(data={"present": [attendance.user_id for attendance in meeting.attendances] or [me().id]})
    act = "meetings.open_meeting" if meeting.state == State.PLANNED else "meetings.change_attendance"
    form.sent_to = url_for(act, meeting_id=meeting.id)
    people = pools.people_with(meeting.pool, Right.MEETINGS_READ)
    held = pools.roles_of_people(people)
    first = {person.id: min(SEATS.index(role) for role in held[person.id][meeting.pool_id] if role in SEATS) for person in people}
    seated = sorted(people, key=lambda person: first[person.id])
    form.offer((person, _(ROLES[SEATS[first[person.id]]])) for person in seated)
    return form


def _page(meeting: Meeting, form: AttendanceForm | None) -> ResponseReturnValue:
    pool, today, person = meeting.pool, _today(), me()
    matters = [item.application for item in meeting.agenda]
    in_sight = scores_in_sight(person, pool, matters) if can_see_ranking(person, pool) else set()
    hidden = hidden_among(person, pool, matters)
    present = meeting.present
    revisions = revisions_on(meeting, today)
    revised = [one.application for one in revisions]
    decisions = meeting.decided
    taken_back: dict[int, list[PendingDecision]] = {}
    for ended in meeting.ended:
        taken_back.setdefault(ended.application_id, []).append(ended)
    scored = {place.application.id: place.assessment for place in ranking([one for one in matters if one.id in in_sight])}
    scored |= assessments_then({id_: one for id_, one in decisions.items() if id_ in in_sight})
    unsaid_matters = unsaid(meeting) if meeting.recommended_at else []
    wishes = None if meeting.is_over(today) else agenda.wishes(meeting, today, most=SHOWN)
    return render_template(
        "meetings/show.html",
        meeting=meeting,
        pool=pool,
        today=today,
        is_open=meeting.is_open(today),
        is_over=meeting.is_over(today),
        deadline=submission_deadline(meeting.held_on, pool.policy.submission_working_days) if meeting.is_ordinary else None,
        items=in_order(meeting.agenda, blind=bool(hidden)),
        order_hidden=bool(hidden),
        hidden=hidden,
        assessments=scored,
        scorers=gaining_scorers(scored),
        comments=comments_on([one.id for one in matters]),
        answers=answers_on([one.id for one in matters]),
        questions=questions_on([one.id for one in matters]),
        advice=advice_given_on([one.id for one in matters]),
        decisions=decisions,
        decided_on=decided_on(meeting),
        taken_back=taken_back,
        seen_to=seen_to_as_decided([one.award_id for one in decisions.values() if one.award_id]),
        postings=approvals_of([one.award_id for one in decisions.values() if one.award_id]) if can_see_ledger(person, pool) else {},
        conflicts=conflicts_among(present if present else pools.people_with(pool, Right.DECISION_JOIN), matters),
        own_conflicts={id_ for id_, people in conflicts_among([person], matters).items() if people},
        available_ore=available_ore(pool.id),
        decidable=DECIDABLE,
        on_agenda={one.id for one in matters},
        form=form,
        can_edit=can_change_agenda(person, meeting, pool),
        can_change=can_change_agenda(person, meeting, pool) and not meeting.is_over(today),
        can_chair=can_chair(person, pool),
        may_readmit=can_readmit(person, pool),
        can_rank=can_see_ranking(person, pool),
        scores=scores_in(person, pool),
        given_up=given_up_in(meeting),
        revisions=revisions,
        revision_awards=awards_of_revisions(revisions),
        revision_conflicts=conflicts_among(present if present else pools.people_with(pool, Right.DECISION_JOIN), revised),
        revision_own={id_ for id_, people in conflicts_among([person], revised).items() if people},
        loans=_loans(meeting, today),
        to_deciders=goes_to_deciders(meeting),
        unsaid=unsaid_matters,
        nobody=without_decider(meeting, unsaid_matters) if unsaid_matters else [],
        deciders=pools.people_with(pool, Right.DECISION_APPROVE) if unsaid_matters else [],
        to_decide=can_approve(person, pool) and bool(may_decide([person], meeting, unsaid_matters)[person.id]),
        going=agenda.coming_up([one.id for one in matters], today) if meeting.state == State.CANCELLED else {},
        others=items_on(meeting, today),
        follow_ups=follow_ups_due(pool.id, meeting.held_on, most=SHOWN + 1) if not meeting.is_over(today) else (),
        shown=SHOWN,
        wishes=wishes,
        sent_back=refusals_of([one.id for one in (*matters, *(wishes.proposals if wishes else ()))], but_in=meeting.id),
        lapsed=lapsed(unsaid_matters),
        words={word.revision_id: word for word in words_of(meeting.id)} if meeting.recommended_at else {},
    )


def _loans(meeting: Meeting, today: date) -> list[tuple[Award, int]]:
    """The loans that ask for a decision at a meeting that is not over, with what is outstanding, in øre."""
    if meeting.is_over(today):
        return []
    return [(award, facts.outstanding_ore) for award, facts in loans_to_settle(meeting.pool_id, today, most=SHOWN + 1)]
