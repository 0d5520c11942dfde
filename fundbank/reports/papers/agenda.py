"""The agenda with its annexes: what is to be decided and followed up, the pool's money and coming months, the decision matrix, what else
waits, and a page for each application.
"""

from collections.abc import Sequence
from datetime import date, datetime

from fundbank.applications.models import Application
from fundbank.applications.rules.words import STATES as APPLICATION_STATES
from fundbank.applications.states import State
from fundbank.kit.clock import local_date
from fundbank.kit.formats import amount, day, number
from fundbank.kit.language import gettext as _
from fundbank.ledger.permissions import can_see_ledger
from fundbank.meetings.models import Meeting
from fundbank.meetings.queries.agenda import waiting_for_agenda
from fundbank.meetings.queries.candidates import Candidate, candidates
from fundbank.meetings.queries.others import items_on
from fundbank.meetings.queries.revisions import revisions_on
from fundbank.meetings.rules import in_order
from fundbank.people.models import User
from fundbank.pools.policy import Policy
from fundbank.reports.blocks import Block, Bullets, Contents, Document, Facts, Heading, NewPage, Table, Text, columns, joined
from fundbank.reports.papers.due import loans_to_decide, to_follow_up
from fundbank.reports.papers.letterhead import document
from fundbank.reports.papers.matrix import matrix
from fundbank.reports.papers.matter import matters
from fundbank.reports.papers.meeting import meeting_facts, other_items, revised_case
from fundbank.reports.papers.pool_money import coming_months, money
from fundbank.reports.papers.wishes import Ranked, note, standing


def agenda(meeting: Meeting, reader: User, at: datetime) -> Document:
    """Build the agenda as it stands at the moment ``at``."""
    pool, today = meeting.pool, local_date(at)
    items = candidates(meeting)
    waiting = [one for one in waiting_for_agenda(meeting) if _was_in(one, meeting, today)]
    found = standing(reader, pool, [*(one.application for one in items), *waiting])
    items = list(in_order(items, blind=bool(found.hidden)))
    on_it = {one.id for one in items}
    followed = [item for item in meeting.agenda if item.application.state == State.AWARDED and item.application_id not in on_it]
    is_to_come = not meeting.is_over(today)
    open_items = [one for one in items if one.is_open]
    waiting_ore = sum(one.requested_ore for one in waiting)
    parts: list[Block] = [
        Heading(_("Prioritised wishes"), key="wishes"),
        *_prioritised(items, found),
        *([Text(note(found))] if found.hidden else []),
        *_gaining([*(one.application for one in items), *waiting], found),
        *_revisions(meeting, today),
        *other_items(items_on(meeting, today)),
        *loans_to_decide(pool, today),
        *to_follow_up(pool, meeting.held_on, today, followed),
        *money(pool, open_items, waiting_ore, today, is_to_come=is_to_come),
        *(coming_months(pool, today) if is_to_come and can_see_ledger(reader, pool) else []),
        Heading(_("Unprioritised wishes"), key="unprioritised"),
        *_unprioritised(waiting, found),
        *_annexes(items, found, pool.policy),
    ]
    blocks = [Facts(meeting_facts(meeting, today)), Contents.of(_("Contents"), parts), *parts]
    title = _("Agenda for the meeting on %(day)s", day=day(meeting.held_on))
    return document(pool, at, title, blocks, _("Agenda"), pool.name, meeting.held_on)


def _annexes(items: Sequence[Candidate], found: Ranked, policy: Policy) -> list[Block]:
    """The matrix on pages that lie, and a page for each application; nothing where there is none."""
    if not items:
        return []
    return [NewPage(is_lying=True), Heading(_("The decision matrix"), key="matrix"), matrix(items, found, policy), *matters(items, policy)]


def _revisions(meeting: Meeting, today: date) -> list[Block]:
    revisions = revisions_on(meeting, today)
    if not revisions:
        return []
    return [Heading(_("Revised business cases"), key="revised"), *(block for one in revisions for block in revised_case(one))]


def _was_in(application: Application, meeting: Meeting, today: date) -> bool:
    """Had the application been submitted by the day of a meeting that is over? The agenda of one to come takes them all."""
    return meeting.held_on >= today or application.submitted_at is None or local_date(application.submitted_at) <= meeting.held_on


def _prioritised(items: Sequence[Candidate], found: Ranked) -> list[Block]:
    if not items:
        return [Text(_("No application is up for decision."))]
    rows = [
        (
            number(place),
            joined((one.title, one.application.department.name)),
            amount(one.loan_ore),
            amount(one.grant_ore),
            amount(one.asked_ore),
            found.total(one.id),
            found.rank(one.id),
        )
        for place, one in enumerate(items, start=1)
    ]
    headers = ("", _("Application"), _("Loan"), _("Grant"), _("Requested"), _("Score"), _("Rank"))
    sums = (sum(one.loan_ore for one in items), sum(one.grant_ore for one in items), sum(one.asked_ore for one in items))
    totals = ("", _("In all"), *map(amount, sums), "", "")
    return [Table(_("Prioritised wishes, in kroner"), headers, rows, columns(0, 2, 3, 4, 5, 6), totals)]


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
