"""The page of one meeting, from its plan to its signed minutes: the chair opens it, corrects who is there, closes it, and signs."""

from datetime import date

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from fundbank.awards.models import Award
from fundbank.awards.queries.follow_ups import follow_ups_due
from fundbank.kit.clock import local_date
from fundbank.kit.language import gettext as _
from fundbank.kit.web import done, ensure, me, moment, refusals_on, requires, shows_form
from fundbank.ledger.queries import available_ore
from fundbank.meetings.forms.calendar import AttendanceForm
from fundbank.meetings.models import Meeting
from fundbank.meetings.operations import calendar as operations
from fundbank.meetings.permissions import can_chair, can_see_meetings
from fundbank.meetings.queries import agenda
from fundbank.meetings.queries.approvals import refusals_of
from fundbank.meetings.queries.decisions import given_up_in
from fundbank.meetings.queries.others import items_on
from fundbank.meetings.rules import submission_deadline
from fundbank.meetings.states import ENDED, State
from fundbank.meetings.views import CHAIR, MEETING_READERS, blueprint, meeting_or_404
from fundbank.meetings.views.matters import Matters, Recommended, Revised, rights_in
from fundbank.pools import queries as pools
from fundbank.pools.rights import Right
from fundbank.pools.words import ROLES, SEATS
from fundbank.repayments.queries.waiting import loans_to_settle

SHOWN = 20  # applications that are not on the agenda: those that could be, and those that go elsewhere


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
    pool, today, reader = meeting.pool, _today(), me()
    is_over = meeting.is_over(today)
    matters = Matters(meeting, reader, today)
    wishes = None if is_over else agenda.wishes(meeting, today, most=SHOWN)
    return render_template(
        "meetings/show.html",
        meeting=meeting,
        pool=pool,
        today=today,
        is_open=meeting.is_open(today),
        is_over=is_over,
        deadline=submission_deadline(meeting.held_on, pool.policy.submission_working_days) if meeting.is_ordinary else None,
        available_ore=available_ore(pool.id),
        form=form,
        may=rights_in(meeting, reader, today),
        matters=matters,
        revised=Revised(meeting, reader, today),
        recommended=Recommended(meeting, reader),
        given_up=given_up_in(meeting),
        loans=_loans(meeting, today),
        others=items_on(meeting, today),
        follow_ups=() if is_over else follow_ups_due(pool.id, meeting.held_on, most=SHOWN + 1),
        shown=SHOWN,
        wishes=wishes,
        sent_back=refusals_of([*matters.ids, *(one.id for one in (wishes.proposals if wishes else ()))], but_in=meeting.id),
    )


def _today() -> date:
    return local_date(moment())


def _loans(meeting: Meeting, today: date) -> list[tuple[Award, int]]:
    """The loans that ask for a decision at a meeting that is not over, with what is outstanding, in øre."""
    if meeting.is_over(today):
        return []
    return [(award, facts.outstanding_ore) for award, facts in loans_to_settle(meeting.pool_id, today, most=SHOWN + 1)]
