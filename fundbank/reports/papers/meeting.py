"""What the papers of a meeting have in common: which meeting it is, its other items, and the revised business cases before it."""

from collections.abc import Sequence
from datetime import date

from fundbank.applications.rules.business_case import promises
from fundbank.kit.formats import amount, day
from fundbank.kit.language import gettext as _
from fundbank.meetings.models import CaseRevision, Meeting, OtherItem
from fundbank.meetings.rules import submission_deadline
from fundbank.meetings.states import Kind, RevisionState, State
from fundbank.meetings.words import KINDS, NOT_HELD, REVISIONS, STATES
from fundbank.people.queries import units_by_id
from fundbank.reports.blocks import Block, Facts, Heading, Pair, Table, Text, columns


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
    if meeting.state == State.OPEN and not meeting.is_open(today):
        return STATES[State.CLOSED]
    if meeting.state == State.PLANNED and meeting.held_on < today:
        return NOT_HELD
    return STATES[State(meeting.state)]


def other_items(items: Sequence[OtherItem]) -> list[Block]:
    """The items that are no applications, with what came of them once that is recorded."""
    blocks: list[Block] = [Heading(_("Other items"), key="others")] if items else []
    for item in items:
        blocks.append(Heading(_("%(title)s (%(kind)s)", title=item.title, kind=_(KINDS[Kind(item.kind)]).lower()), 3))
        if item.text:
            blocks.append(Text(item.text))
        if item.outcome:
            by = item.recorded_by.name if item.recorded_by else None
            blocks.append(Facts([(_("Recorded"), item.outcome), (_("Recorded by"), by)]))
    return blocks


def revised_case(revision: CaseRevision) -> list[Block]:
    """What a revised business case would change of what was promised: the forum says whether it consents."""
    application = revision.application
    said = [
        (_("Department"), application.department.name),
        (_("Put to the forum by"), revision.put_by.name),
        (_("Reason"), revision.reason),
        (_("State"), _(REVISIONS[RevisionState.REPLACED if revision.is_replaced else RevisionState(revision.state)])),
    ]
    if revision.ended_at is not None:
        return [Heading(application.title, 3), Facts(said)]
    rows = promises(application.promised, application.content, revision.content)
    names = {unit.id: unit.name for unit in units_by_id({row.department_id for row in rows}, municipality_id=application.municipality_id)}
    lines = [(str(row.year), names[row.department_id], *map(amount, (row.first_ore, row.old_ore, row.new_ore))) for row in rows]
    sums = (amount(sum(row.first_ore for row in rows)), amount(sum(row.old_ore for row in rows)), amount(sum(row.new_ore for row in rows)))
    headers = (_("Year of the case"), _("Department"), _("Promised originally"), _("As now"), _("New"))
    return [
        Heading(application.title, 3),
        Facts(said),
        Table(_("Promised cashable gains, in kroner"), headers, lines, columns(2, 3, 4), (_("In all"), "", *sums)),
    ]
