"""What the rules of a meeting's decisions look at: each thing is read once, and only if a rule asks, for any number of applications."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from fundbank.applications.models import Application
from fundbank.applications.operations import newest_version
from fundbank.awards.permissions import owners_among
from fundbank.kit.clock import local_date
from fundbank.ledger.queries import available_ore
from fundbank.meetings.models import Meeting, MeetingProposal, PendingDecision
from fundbank.meetings.permissions import as_known_to, deciding_each, staying_out_of_each
from fundbank.meetings.queries.decisions import left_in_frame_ore
from fundbank.meetings.queries.pending import standing_decisions_on
from fundbank.meetings.queries.proposals import lying_proposals
from fundbank.meetings.rules.choices import Laid
from fundbank.people.models import User
from fundbank.people.queries import department_ids
from fundbank.scoring.permissions import conflicts_among
from fundbank.scoring.queries import counting_on


@dataclass(frozen=True)
class Grounds:
    """Who is about to record decisions on which applications in a meeting, and when. Whoever records holds them all (``lock``)."""

    actor: User
    at: datetime
    meeting: Meeting
    applications: Sequence[Application]

    @cached_property
    def in_conflict(self) -> frozenset[int]:
        """The ids of those that the actor stays out of."""
        return frozenset(id_ for id_, people in conflicts_among([self.actor], self.applications).items() if people)

    @cached_property
    def deciding(self) -> Mapping[int, Sequence[User]]:
        """The members and chairs who are present and free of conflict, by application."""
        return deciding_each(self.meeting, self.applications)

    @cached_property
    def recused(self) -> Mapping[int, Sequence[User]]:
        """Who stays out for a conflict of interest, by application."""
        return staying_out_of_each(self.meeting, self.applications)

    @cached_property
    def standing(self) -> Mapping[int, PendingDecision]:
        """What a meeting has decided and nobody outside it knows yet, by application."""
        return standing_decisions_on([one.id for one in self.applications])

    @cached_property
    def scores(self) -> Mapping[int, int]:
        """How many scores count, by application."""
        return {id_: len(scores) for id_, scores in counting_on(self.applications).items()}

    @cached_property
    def owners(self) -> Mapping[int, Collection[User]]:
        """Who can see to the conditions of an award, by application."""
        return owners_among(self.meeting.pool, self.applications)

    @cached_property
    def frames_ore(self) -> Mapping[str, int]:
        """What the budget frames of the applications have left this year, in øre; those without an amount are left out."""
        pool, year = self.meeting.pool, local_date(self.at).year
        codes = {newest_version(one).content.frame for one in self.applications}
        left = {code: left_in_frame_ore(pool, code, year) for code in codes if code}
        return {code: ore for code, ore in left.items() if ore is not None}

    @cached_property
    def available_ore(self) -> int:
        """What the pool can still promise."""
        return available_ore(self.meeting.pool_id)

    @cached_property
    def department_ids(self) -> frozenset[int]:
        """Who can be named in the terms of a loan."""
        return frozenset(department_ids(self.meeting.municipality_id))

    @cached_property
    def lying(self) -> Sequence[MeetingProposal]:
        """The proposals that it is held against."""
        return lying_proposals(self.meeting)

    @cached_property
    def laid(self) -> Laid:
        """What they give, as far as the actor may know."""
        return as_known_to(self.actor, self.lying, self.applications)
