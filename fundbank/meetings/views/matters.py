"""What the page of a meeting says to its reader: of the applications on the agenda, of revised business cases, and of what is recommended.

Each part asks for what is known of it as the page comes to it, once. What is said of several stands by the ids of their applications.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import ClassVar, NamedTuple

from fundbank.applications.models import Application
from fundbank.applications.models.advice import Advice
from fundbank.applications.queries.advice import advice_given_on
from fundbank.applications.queries.gainers import Answered, Said, answers_on, comments_on
from fundbank.applications.queries.questions import Asked, questions_on
from fundbank.applications.rules.content import Content
from fundbank.applications.states import DECIDABLE
from fundbank.awards.queries.follow_ups import SeenTo, seen_to_as_decided
from fundbank.ledger.models import Transfer
from fundbank.ledger.permissions import can_see_ledger
from fundbank.ledger.queries import approvals_of
from fundbank.meetings.models import AgendaItem, CaseRevision, DeciderWord, Decision, Meeting, PendingDecision
from fundbank.meetings.permissions import (
    can_approve,
    can_chair,
    can_change_agenda,
    can_readmit,
    lapsed,
    may_decide,
    unsaid,
    without_decider,
)
from fundbank.meetings.queries.agenda import coming_up
from fundbank.meetings.queries.approvals import Matter, goes_to_deciders, words_of
from fundbank.meetings.queries.candidates import decided_on
from fundbank.meetings.queries.decisions import assessments_then
from fundbank.meetings.queries.revisions import awards_of_revisions, revisions_on
from fundbank.meetings.rules import in_order
from fundbank.meetings.states import State
from fundbank.people.models import User
from fundbank.pools import queries as pools
from fundbank.pools.rights import Right
from fundbank.scoring.permissions import can_see_ranking, conflicts_among, hidden_among, scores_in, scores_in_sight
from fundbank.scoring.queries import gaining_scorers, ranking
from fundbank.scoring.rules import Assessment


class Rights(NamedTuple):
    """What the reader may do at a meeting: move it, change its agenda, chair it, let somebody in again, see the ranking, and score."""

    move: bool
    change: bool
    chair: bool
    readmit: bool
    rank: bool
    score: bool


def rights_in(meeting: Meeting, reader: User, today: date) -> Rights:
    """The rights of the reader on that day."""
    pool = meeting.pool
    may_move = can_change_agenda(reader, meeting, pool)
    return Rights(
        move=may_move, change=may_move and not meeting.is_over(today), chair=can_chair(reader, pool), readmit=can_readmit(reader, pool),
        rank=can_see_ranking(reader, pool), score=scores_in(reader, pool),
    )  # fmt: skip


class InConflict:
    """Some applications at a meeting, and who stays out of them."""

    def __init__(self, meeting: Meeting, reader: User, applications: Sequence[Application]) -> None:
        self.meeting, self.reader, self.applications = meeting, reader, applications

    @cached_property
    def conflicts(self) -> Mapping[int, Sequence[User]]:
        """Who of those present stays out; before it is opened, who of those that could come."""
        return {id_: [person for person in people if person in self._invited] for id_, people in self._found.items()}

    @cached_property
    def own(self) -> Collection[int]:
        """Those that the reader stays out of."""
        return {id_ for id_, people in self._found.items() if self.reader in people}

    @cached_property
    def _invited(self) -> Sequence[User]:
        return self.meeting.present or pools.people_with(self.meeting.pool, Right.DECISION_JOIN)

    @cached_property
    def _found(self) -> Mapping[int, Sequence[User]]:
        return conflicts_among([*self._invited, *({self.reader} - {*self._invited})], self.applications)


class Matters(InConflict):
    """The applications on the agenda."""

    decidable: ClassVar[Collection[str]] = DECIDABLE
    """The states in which the forum decides."""

    def __init__(self, meeting: Meeting, reader: User, today: date) -> None:
        super().__init__(meeting, reader, [item.application for item in meeting.agenda])
        self.today, self.ids = today, [one.id for one in self.applications]

    @cached_property
    def hidden(self) -> Collection[int]:
        """Those whose scores the reader may not see yet; while there are any, the agenda does not show its order."""
        return hidden_among(self.reader, self.meeting.pool, self.applications)

    @cached_property
    def items(self) -> Sequence[AgendaItem]:
        """The items of the agenda in the order in which the reader sees them."""
        return in_order(self.meeting.agenda, blind=bool(self.hidden))

    @cached_property
    def assessments(self) -> Mapping[int, Assessment]:
        """How those in sight are assessed; what was decided, as it was then."""
        pool = self.meeting.pool
        in_sight = scores_in_sight(self.reader, pool, self.applications) if can_see_ranking(self.reader, pool) else set()
        now = {place.application.id: place.assessment for place in ranking([one for one in self.applications if one.id in in_sight])}
        return now | assessments_then({id_: one for id_, one in self.decisions.items() if id_ in in_sight})

    @cached_property
    def scorers(self) -> Mapping[int, Sequence[User]]:
        """Those who scored and gain by it themselves."""
        return gaining_scorers(self.assessments)

    @cached_property
    def comments(self) -> Mapping[int, Said]:
        return comments_on(self.ids)

    @cached_property
    def answers(self) -> Mapping[int, Sequence[Answered]]:
        """What the departments that gain have answered."""
        return answers_on(self.ids)

    @cached_property
    def questions(self) -> Mapping[int, Asked]:
        return questions_on(self.ids)

    @cached_property
    def advice(self) -> Mapping[int, Sequence[Advice]]:
        return advice_given_on(self.ids)

    @cached_property
    def decisions(self) -> Mapping[int, Decision | PendingDecision]:
        """What the meeting has decided or recommended."""
        return self.meeting.decided

    @cached_property
    def decided_on(self) -> Mapping[int, Content]:
        """What the application said that was decided on."""
        return decided_on(self.meeting)

    @cached_property
    def taken_back(self) -> Mapping[int, Sequence[PendingDecision]]:
        """What was decided first, and then taken back."""
        found: dict[int, list[PendingDecision]] = {}
        for ended in self.meeting.ended:
            found.setdefault(ended.application_id, []).append(ended)
        return found

    @cached_property
    def seen_to(self) -> Mapping[int, SeenTo]:
        """Who was to see to the conditions of the awards when they were decided."""
        return seen_to_as_decided(self._awards)

    @cached_property
    def postings(self) -> Mapping[int, Transfer]:
        """The postings of the approvals by the ids of their awards, for who may see the ledger."""
        return approvals_of(self._awards) if can_see_ledger(self.reader, self.meeting.pool) else {}

    @cached_property
    def going(self) -> Mapping[int, Meeting]:
        """Where they come up instead, of a meeting that was cancelled."""
        return coming_up(self.ids, self.today) if self.meeting.state == State.CANCELLED else {}

    def is_open(self, application: Application) -> bool:
        """Does it wait for a decision?"""
        return application.state in self.decidable and application.id not in self.decisions

    @property
    def _awards(self) -> list[int]:
        return [one.award_id for one in self.decisions.values() if one.award_id]


class Revised(InConflict):
    """The revised business cases that wait for the forum's consent in the meeting."""

    def __init__(self, meeting: Meeting, reader: User, today: date) -> None:
        self.cases: Sequence[CaseRevision] = revisions_on(meeting, today)
        super().__init__(meeting, reader, [one.application for one in self.cases])

    @cached_property
    def awards(self) -> Mapping[int, int]:
        """The ids of their awards, by the ids of the revisions."""
        return awards_of_revisions(self.cases)


class Recommended:
    """What goes to the deciders, where the pool has them, and what they have said (domain.md §5)."""

    def __init__(self, meeting: Meeting, reader: User) -> None:
        self.meeting, self.reader = meeting, reader

    @cached_property
    def is_asked(self) -> bool:
        """Does what the meeting says go to deciders?"""
        return goes_to_deciders(self.meeting)

    @cached_property
    def unsaid(self) -> Sequence[Matter]:
        """The matters on which no decider has said a word yet."""
        return unsaid(self.meeting) if self.meeting.recommended_at else []

    @cached_property
    def nobody(self) -> Sequence[Matter]:
        """Those of them that nobody may decide."""
        return without_decider(self.meeting, self.unsaid) if self.unsaid else []

    @cached_property
    def deciders(self) -> Sequence[User]:
        return pools.people_with(self.meeting.pool, Right.DECISION_APPROVE) if self.unsaid else []

    @cached_property
    def waits_for_reader(self) -> bool:
        """Is there a matter that the reader decides?"""
        may = can_approve(self.reader, self.meeting.pool)
        return may and bool(may_decide([self.reader], self.meeting, self.unsaid)[self.reader.id])

    @cached_property
    def lapsed(self) -> Collection[str]:
        """The matters on which a word was said that counts no more."""
        return lapsed(self.unsaid)

    @cached_property
    def words(self) -> Mapping[int | None, DeciderWord]:
        """What was said of revised business cases, by their ids."""
        return {word.revision_id: word for word in words_of(self.meeting.id)} if self.meeting.recommended_at else {}
