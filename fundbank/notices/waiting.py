"""What waits in a pool on a day and is reminded of: a few questions, however many people it waits for.

Whether something of an award waits, its facts say (``repayments.facts``), here as on the first screen.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundbank.applications.models import Application
from fundbank.applications.operations import answer_by
from fundbank.applications.queries.advice import work_list
from fundbank.applications.states import DECIDABLE
from fundbank.applications.states import State as ApplicationState
from fundbank.awards.models import Acceptance, Award, Disbursement, FollowUp
from fundbank.awards.permissions import without_owner
from fundbank.awards.queries.follow_ups import follow_ups_due
from fundbank.awards.states import NOT_POSTED
from fundbank.awards.states import State as AwardState
from fundbank.extensions import db
from fundbank.gains.models import GainReport
from fundbank.gains.queries import waits_for_verification
from fundbank.ideas.models import Call
from fundbank.ideas.queries.calls import let_in_until, needs_half_done, running_calls, standings
from fundbank.kit.clock import local_date
from fundbank.kit.columns import among
from fundbank.meetings.models import AgendaItem, Meeting
from fundbank.meetings.permissions import may_decide, unsaid, without_decider
from fundbank.meetings.queries.approvals import meetings_with_deciders
from fundbank.meetings.states import State as MeetingState
from fundbank.notices.rules import SOON
from fundbank.people.models import Department
from fundbank.pools.queries import people_with
from fundbank.pools.rights import Right
from fundbank.repayments.facts import AwardFacts, ClaimedLine, Unit
from fundbank.repayments.models import LineBalance
from fundbank.repayments.queries.conditions import may_lack_gains, may_owe
from fundbank.repayments.queries.facts import facts_of_pool
from fundbank.scoring.models import Score
from fundbank.scoring.queries import interested_in


class Due(NamedTuple):
    """One thing that waits: under which fact it is reminded of, whose page it is on, its unit, and the day it waits for or since.

    ``not_for`` are people who may not do it, or have; ``owner_id`` is who sees to it, where it is one person.
    """

    fact: str
    subject_id: int
    title: str
    unit: Department | Unit
    day: date
    amount_ore: int = 0
    year: int = 0
    not_for: frozenset[int] = frozenset()
    owner_id: int = 0


class Waiting:
    """What waits in one pool on one day. The facts of its awards are read once."""

    def __init__(self, pool_id: int, today: date) -> None:
        self._pool_id, self.today = pool_id, today
        self._facts: Sequence[AwardFacts] = facts_of_pool(
            pool_id, today, may_owe(LineBalance.due_on <= today + SOON), may_lack_gains(today)
        )

    def lines_to_pay(self) -> Iterator[Due]:
        """Not overdue yet; due within a week or later."""
        for facts in self._facts:
            late = facts.overdue_lines
            yield from (_of_line(facts, line) for line in facts.lines_to_pay if line not in late)

    def overdue_lines(self) -> Iterator[Due]:
        return (_of_line(facts, line) for facts in self._facts for line in facts.overdue_lines)

    def missing_gains(self) -> Iterator[Due]:
        """Since the last day of their year."""
        for facts in self._facts:
            for year, unit in facts.missing_gains:
                yield Due(f"gain:{facts.id}:{year}:{unit.id}", facts.id, facts.title, unit, date(year, 12, 31), year=year)

    def unverified_gains(self) -> Iterator[Due]:
        query = select(GainReport).where(GainReport.pool_id == self._pool_id, waits_for_verification()).order_by(GainReport.id)
        query = query.options(joinedload(GainReport.award).joinedload(Award.application), joinedload(GainReport.department))
        for report in db.session.scalars(query):
            title, since = report.award.application.title, local_date(report.reported_at)
            reporter = frozenset({report.reported_by_id})
            yield Due(f"report:{report.id}", report.award_id, title, report.department, since, year=report.year, not_for=reporter)

    def late_payments(self) -> Iterator[Due]:
        """Registered or approved for a day that has passed, and not posted; but for what waits for the end of a meeting."""
        query = select(Disbursement).where(Disbursement.pool_id == self._pool_id, among(Disbursement.state, NOT_POSTED))
        query = query.where(Disbursement.pay_on < self.today, Disbursement.award.has(~Award.awaits_closing)).order_by(Disbursement.id)
        read = joinedload(Disbursement.award).joinedload(Award.application).joinedload(Application.department)
        for payment in db.session.scalars(query.options(read)):
            application = payment.award.application
            fact = f"payment:{payment.id}"
            yield Due(fact, payment.award_id, application.title, application.department, payment.pay_on, payment.amount_ore)

    def follow_ups(self) -> Iterator[Due]:
        """Due within a week, or later than they should be."""
        return (_of_follow_up("follow_up", one, one.owner_id) for one in self._follow_ups_due if one not in self._follow_ups_of_nobody)

    def follow_ups_of_nobody(self) -> Iterator[Due]:
        """The same of those whose owner can no longer see to them."""
        return (_of_follow_up("nobody_follows_up", one) for one in self._follow_ups_of_nobody)

    @cached_property
    def _follow_ups_of_nobody(self) -> Sequence[FollowUp]:
        return without_owner(self._follow_ups_due)

    @cached_property
    def _follow_ups_due(self) -> Sequence[FollowUp]:
        return follow_ups_due(self._pool_id, self.today + SOON)

    def missing_scores(self) -> Iterator[Due]:
        """Of what is on the agenda of a meeting within a week."""
        query = select(Application, Meeting.id, Meeting.held_on).join(AgendaItem, AgendaItem.application_id == Application.id)
        query = query.join(Meeting, Meeting.id == AgendaItem.meeting_id).options(joinedload(Application.department))
        query = query.where(Meeting.pool_id == self._pool_id, Meeting.held_on >= self.today, Meeting.held_on <= self.today + SOON)
        query = query.where(Meeting.state != MeetingState.CANCELLED)
        found = db.session.execute(query.where(among(Application.state, DECIDABLE)).order_by(Application.id)).all()
        numbers = [application.id for application, _meeting_id, _day in found]
        done = interested_in(numbers)
        scored = select(Score.application_id, Score.member_id).where(Score.application_id.in_(numbers), Score.ended_at.is_(None))
        for application_id, member_id in db.session.execute(scored):
            done[application_id].add(member_id)
        for application, meeting_id, held_on in found:
            fact, not_for = f"score:{application.id}:{meeting_id}", frozenset(done[application.id])
            yield Due(fact, application.id, application.title, application.department, held_on, not_for=not_for)

    def recommendations(self) -> Iterator[Due]:
        """What the forum recommends, matter by matter, since it went to the deciders."""
        for meeting in meetings_with_deciders(self._pool_id):
            matters, able = unsaid(meeting), people_with(meeting.pool, Right.DECISION_APPROVE)
            decided = may_decide(able, meeting, matters)
            since = local_date(meeting.recommended_at) if meeting.recommended_at else self.today
            for matter in matters:
                application = matter.application
                not_for = frozenset(person.id for person in able if matter not in decided[person.id])
                yield Due(f"recommended:{meeting.id}", meeting.id, application.title, application.department, since, not_for=not_for)

    def without_decider(self) -> Iterator[Due]:
        """The first of what a meeting recommends and nobody with the role may decide."""
        for meeting in meetings_with_deciders(self._pool_id):
            since = local_date(meeting.recommended_at) if meeting.recommended_at else self.today
            for matter in without_decider(meeting, unsaid(meeting))[:1]:
                application = matter.application
                yield Due(f"nobody_decides:{meeting.id}", self._pool_id, application.title, application.department, since)

    def unanswered(self) -> Iterator[Due]:
        """What was returned, until the day on which the coordinator may end it."""
        query = select(Application).where(Application.pool_id == self._pool_id, Application.state == ApplicationState.RETURNED)
        for application in db.session.scalars(query.options(joinedload(Application.department)).order_by(Application.id)):
            last = answer_by(application)
            yield Due(f"answer:{application.id}:{last}", application.id, application.title, application.department, last)

    def advice(self) -> Iterator[Due]:
        """What nobody has advised on, due within a week or late."""
        for asked in work_list(self._pool_id, until=self.today + SOON):
            fact = f"advice:{asked.id}:{asked.due_on}"
            yield Due(fact, asked.id, asked.content.title, asked.application.department, asked.due_on)

    def calls(self) -> Iterator[Due]:
        """Calls for needs that are due within a week, or let a department in late: one for each that has not begun to answer."""
        for call in running_calls(self._pool_id, self.today, until=self.today + SOON):
            begun = {idea.department_id for idea in needs_half_done(call)}
            for one in standings(call):
                last = _last_day(call, one.until)
                if last is not None and self.today <= last and not one.has_answered and one.department.id not in begun:
                    yield Due(f"call:{call.id}:{one.department.id}:{last}", call.id, call.title, one.department, last)

    def half_done_needs(self) -> Iterator[Due]:
        """The same calls, for each department that has written a need and not sent it, whatever else it has sent."""
        for call in running_calls(self._pool_id, self.today, until=self.today + SOON):
            until = let_in_until(call)
            for idea in {idea.department_id: idea for idea in needs_half_done(call)}.values():
                department, last = idea.department, _last_day(call, until.get(idea.department_id))
                if department.is_active and last is not None and self.today <= last:
                    fact = f"half_done:{call.id}:{department.id}:{last}"
                    yield Due(fact, call.id, call.title, department, last, owner_id=idea.made_by_id)

    def offers(self) -> Iterator[Due]:
        """Until the last day of the time to accept: one for each department that was asked and has not answered."""
        query = select(Acceptance).join(Acceptance.award).where(Award.pool_id == self._pool_id, Award.state == AwardState.OFFERED)
        query = query.where(Acceptance.accepted_at.is_(None)).order_by(Acceptance.id)
        read = joinedload(Acceptance.award)
        for asked in db.session.scalars(query.options(read.joinedload(Award.application), read.joinedload(Award.policy_version))):
            award = asked.award
            ore = award.loan_ore + award.grant_ore
            yield Due(f"offer:{asked.id}", award.id, award.application.title, asked.department, award.accept_by, ore)


def _last_day(call: Call, until: date | None) -> date | None:
    """The last day of a department that was let in ``until`` a day; None for one that can no longer answer."""
    return max(filter(None, (call.due_on if call.is_open else None, until)), default=None)


def _of_follow_up(kind: str, one: FollowUp, owner_id: int = 0) -> Due:
    application = one.award.application
    return Due(f"{kind}:{one.id}:{one.due_on}", one.award_id, application.title, application.department, one.due_on, owner_id=owner_id)


def _of_line(facts: AwardFacts, line: ClaimedLine) -> Due:
    unit = next(unit for unit in facts.units if unit.id == line.department_id)
    return Due(f"claim:{line.claim_id}", line.claim_id, facts.title, unit, line.due_on, line.unpaid_ore, line.year)
