"""The agenda: the meeting, what the pool has, the wishes that are to be decided, those that wait, and the points to follow up."""

from collections.abc import Sequence
from datetime import date, datetime

from fundbank.applications.models import Application
from fundbank.applications.rules.business_case import promises
from fundbank.applications.rules.words import STATES as APPLICATION_STATES
from fundbank.applications.states import DECIDABLE, State
from fundbank.awards.queries import follow_ups_due
from fundbank.kit.clock import local_date
from fundbank.kit.formats import amount, day, kroner, number
from fundbank.kit.language import gettext as _
from fundbank.ledger.queries import balances
from fundbank.meetings.models import AgendaItem, CaseRevision, Meeting, OtherItem
from fundbank.meetings.queries.agenda import waiting_for_agenda
from fundbank.meetings.queries.others import items_on
from fundbank.meetings.queries.revisions import revisions_on
from fundbank.meetings.rules import in_order, submission_deadline
from fundbank.meetings.states import Kind, RevisionState
from fundbank.meetings.states import State as MeetingState
from fundbank.meetings.words import KINDS, NOT_HELD, REVISIONS
from fundbank.meetings.words import STATES as MEETING_STATES
from fundbank.people.models import User
from fundbank.people.queries import units_by_id
from fundbank.repayments.queries import lines_now
from fundbank.repayments.queries.waiting import loans_to_settle, overdue_lines
from fundbank.reports.blocks import Block, Bullets, Document, Facts, Heading, Pair, Table, Text, columns, joined
from fundbank.reports.papers.comments import comments
from fundbank.reports.papers.identity import bar
from fundbank.reports.papers.letterhead import document
from fundbank.reports.papers.wishes import Ranked, note, standing


def agenda(meeting: Meeting, reader: User, at: datetime) -> Document:
    """Build the agenda as it stands at the moment ``at``."""
    pool, today = meeting.pool, local_date(at)
    decided = set(meeting.decided)
    wishes = [item for item in meeting.agenda if item.application_id in decided or item.application.state in DECIDABLE]
    waiting = [one for one in waiting_for_agenda(meeting) if _was_in(one, meeting, today)]
    found = standing(reader, pool, [*(item.application for item in wishes), *waiting])
    now = balances(pool.id)
    blocks: list[Block] = [
        Facts(meeting_facts(meeting, today)),
        Heading(_("The pool's money")),
        bar(now, today, is_tabled=False),
        Heading(_("Prioritised wishes")),
        *_prioritised(in_order(wishes, blind=bool(found.hidden)), found, None if decided else now.available_ore),
        Heading(_("Unprioritised wishes")),
        *_unprioritised(waiting, found),
    ]
    if found.hidden:
        blocks.append(Text(note(found)))
    blocks += _gaining([*(item.application for item in wishes), *waiting], found)
    blocks += comments([item.application for item in wishes])
    revisions = revisions_on(meeting, today)
    if revisions:
        blocks += [Heading(_("Revised business cases")), *(block for one in revisions for block in _revision(one))]
    blocks += other_items(items_on(meeting, today))
    blocks += [Heading(_("Points to follow up")), *_follow_up(meeting, decided, today)]
    title = _("Agenda for the meeting on %(day)s", day=day(meeting.held_on))
    return document(pool, at, title, blocks, _("Agenda"), pool.name, meeting.held_on)


def _revision(revision: CaseRevision) -> list[Block]:
    """What a revised business case would change of what was promised: the forum says whether it consents."""
    application = revision.application
    said = [
        (_("Department"), application.department.name),
        (_("Put to the forum by"), revision.put_by.name),
        (_("Reason"), revision.reason),
        (_("State"), _(REVISIONS[RevisionState(revision.state)])),
    ]
    if revision.ended_at is not None:
        return [Heading(application.title, 3), Facts(said)]
    rows = promises(application.promised, application.content, revision.content)
    names = {unit.id: unit.name for unit in units_by_id({row.department_id for row in rows}, municipality_id=application.municipality_id)}
    lines = [(str(row.year), names[row.department_id], *map(amount, (row.first_ore, row.old_ore, row.new_ore))) for row in rows]
    sums = (amount(sum(row.first_ore for row in rows)), amount(sum(row.old_ore for row in rows)), amount(sum(row.new_ore for row in rows)))
    headers = (_("Year of the case"), _("Department"), _("Promised first"), _("As now"), _("New"))
    return [
        Heading(application.title, 3),
        Facts(said),
        Table(_("Promised cashable gains, in kroner"), headers, lines, columns(2, 3, 4), (_("In all"), "", *sums)),
    ]


def other_items(items: Sequence[OtherItem]) -> list[Block]:
    """The items that are no applications, with what came of them once that is recorded."""
    blocks: list[Block] = [Heading(_("Other items"))] if items else []
    for item in items:
        blocks.append(Heading(_("%(title)s (%(kind)s)", title=item.title, kind=_(KINDS[Kind(item.kind)]).lower()), 3))
        if item.text:
            blocks.append(Text(item.text))
        if item.outcome:
            by = item.recorded_by.name if item.recorded_by else None
            blocks.append(Facts([(_("Recorded"), item.outcome), (_("Recorded by"), by)]))
    return blocks


def meeting_facts(meeting: Meeting, today: date) -> list[Pair]:
    """Say what meeting it is on the day ``today``; the deadline only of an ordinary one."""
    policy = meeting.pool.policy
    deadline = day(submission_deadline(meeting.held_on, policy.submission_working_days)) if meeting.is_ordinary else None
    return [
        (_("Forum"), policy.forum_name),
        (_("Day"), day(meeting.held_on)),
        (_("Place"), meeting.place),
        (_("Kind"), _("Ordinary") if meeting.is_ordinary else _("Extra")),
        (_("Deadline for applications"), deadline),
        (_("State"), _(_state(meeting, today))),
        (_("Cancelled because"), meeting.cancelled_because),
    ]


def _state(meeting: Meeting, today: date) -> str:
    """A meeting is over when its day is (scenario.md), whatever nobody got round to saying."""
    if meeting.state == MeetingState.OPEN and not meeting.is_open(today):
        return MEETING_STATES[MeetingState.CLOSED]
    if meeting.state == MeetingState.PLANNED and meeting.held_on < today:
        return NOT_HELD
    return MEETING_STATES[MeetingState(meeting.state)]


def _was_in(application: Application, meeting: Meeting, today: date) -> bool:
    """Had the application been submitted by the day of a meeting that is over? The agenda of one to come takes them all."""
    return meeting.held_on >= today or application.submitted_at is None or local_date(application.submitted_at) <= meeting.held_on


def _prioritised(wishes: Sequence[AgendaItem], found: Ranked, available_ore: int | None) -> list[Block]:
    if not wishes:
        return [Text(_("No application is up for decision."))]
    asked = [item.application for item in wishes]
    total_ore = sum(application.requested_ore for application in asked)
    rows = [
        (
            number(place),
            joined((application.title, application.department.name)),
            amount(application.requested_loan_ore),
            amount(application.requested_grant_ore),
            amount(application.requested_ore),
            found.total(application.id),
            found.rank(application.id),
        )
        for place, application in enumerate(asked, start=1)
    ]
    headers = ("", _("Application"), _("Loan"), _("Grant"), _("Requested"), _("Score"), _("Rank"))
    totals = (
        "",
        _("In all"),
        amount(sum(application.requested_loan_ore for application in asked)),
        amount(sum(application.requested_grant_ore for application in asked)),
        amount(total_ore),
        "",
        "",
    )
    blocks: list[Block] = [
        Table(_("Prioritised wishes, in kroner"), headers, rows, columns(0, 2, 3, 4, 5, 6), totals),
    ]
    if available_ore is not None:
        left_ore = available_ore - total_ore
        if left_ore >= 0:
            told = _("If all of it is approved, %(left)s of %(available)s is left.", left=kroner(left_ore), available=kroner(available_ore))
        else:
            told = _(
                "The pool cannot pay for all of it: %(missing)s is missing beyond the %(available)s available.",
                missing=kroner(-left_ore),
                available=kroner(available_ore),
            )
        blocks.append(Text(told))
    return blocks


def _unprioritised(waiting: Sequence[Application], found: Ranked) -> list[Block]:
    if not waiting:
        return [Text(_("No other application is ready."))]
    rows = [
        (
            joined((application.title, application.department.name)),
            _(APPLICATION_STATES[State(application.state)]),
            amount(application.requested_ore),
            found.total(application.id),
            found.rank(application.id),
        )
        for application in waiting
    ]
    headers = (_("Application"), _("State"), _("Requested"), _("Score"), _("Rank"))
    totals = (_("In all"), "", amount(sum(application.requested_ore for application in waiting)), "", "")
    return [Table(_("Ready or deferred, and not on this agenda, in kroner"), headers, rows, columns(2, 3, 4), totals)]


def _gaining(applications: Sequence[Application], found: Ranked) -> list[Block]:
    """Whose own department gains by what they scored: the forum knows it, and it blocks nothing."""
    rows = [_("“%(title)s”: %(names)s", title=one.title, names=found.gaining(one.id)) for one in applications if found.gaining(one.id)]
    return [Text(_("These have scored it, and their own department gains:")), Bullets(rows)] if rows else []


def _follow_up(meeting: Meeting, decided: set[int], today: date) -> list[Block]:
    """What the forum decided earlier and must look at again: loans that fell short, awards on the agenda, overdue claims."""
    to_settle = loans_to_settle(meeting.pool_id, today)
    points = [
        _(
            "“%(title)s”: the loan's last year has been claimed, and %(amount)s is outstanding. The forum decides what happens to it.",
            title=award.application.title,
            amount=kroner(facts.outstanding_ore),
        )
        for award, facts in to_settle
    ]
    settling = {award.application_id for award, _facts in to_settle}
    points += [
        _("“%(title)s”: follow-up on the award.", title=item.application.title)
        for item in meeting.agenda
        if item.application.state == State.AWARDED and item.application_id not in decided | settling
    ]
    points += [
        _(
            "“%(title)s”: %(text)s (%(name)s, by %(day)s)",
            title=one.award.application.title,
            text=one.text,
            name=one.owner.name,
            day=day(one.due_on),
        )
        for one in follow_ups_due(meeting.pool_id, meeting.held_on)
    ]
    late = overdue_lines(meeting.pool_id, today)
    stands = lines_now(late)
    points += [
        _(
            "%(department)s owes %(amount)s of the claim for %(year)s on “%(title)s”, due %(day)s.",
            department=line.department.name,
            amount=kroner(stands[line.id].unpaid_ore),
            year=str(line.claim.year),
            title=line.claim.award.application.title,
            day=day(stands[line.id].due_on or line.claim.due_on),
        )
        for line in late
    ]
    return [Bullets(points)] if points else [Text(_("There is nothing to follow up."))]
