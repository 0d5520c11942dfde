"""What a meeting is about to decide on an application, and every rule of it: nothing is locked or changed here (domain.md §4, §5, §7)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from fundbank.applications.models import Application
from fundbank.applications.operations import newest_version
from fundbank.applications.states import DECIDABLE
from fundbank.awards.rules import Terms
from fundbank.errors import N_, Incomplete, InvalidDate, Refusal, WrongState, require
from fundbank.kit.clock import local_date
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.ledger.rules import OverAvailable
from fundbank.meetings.operations.grounds import Grounds
from fundbank.meetings.permissions import can_chair
from fundbank.meetings.rules import OverFrame, QuorumMissing, check_enough
from fundbank.meetings.rules.choices import NO_DAY, NOBODY, Choice, OverrideReasonMissing, check_sums
from fundbank.meetings.states import Outcome, State
from fundbank.people.models import User
from fundbank.pools.policy import Policy
from fundbank.scoring.operations import ConflictOfInterest

AT_AN_ITEM = frozenset({"outcome", "reason", "conditions", "owner", "due_on"})


@dataclass(frozen=True)
class Wanted:
    """What is to be recorded on an application: the outcome with its reason; of an approval also sums in øre, terms and conditions.

    Of conditions also who sees to them, and by when; a scenario file has no words for that.
    """

    application: Application
    outcome: str
    reason: str = ""
    conditions: str = ""
    loan_ore: int = 0
    grant_ore: int = 0
    terms: Terms | None = None
    owner: User | None = None
    due_on: date | None = None

    @property
    def is_approval(self) -> bool:
        return self.outcome == Outcome.APPROVE

    @property
    def ore(self) -> int:
        """What it gives; nothing unless it approves."""
        return self.loan_ore + self.grant_ore if self.is_approval else 0

    @property
    def promise(self) -> Choice:
        """What it takes of the pool and of its frame."""
        return Choice(self.application.id, self.loan_ore, self.grant_ore, newest_version(self.application).content.frame)


def check_wanted(*, grounds: Grounds, wanted: Wanted, promised: Sequence[Choice] = ()) -> None:
    """Ask every rule of a decision. What is ``promised`` is about to be approved before it: that much less is available.

    Raises, in this order: NotAllowed, ConflictOfInterest, WrongState, CprNumber, QuorumMissing, InvalidAmount, PrincipleNotOffered,
    MixNotOffered, OverRequested, OverFrame, OverAvailable, Incomplete (a loan without sensible terms, conditions that nobody sees to),
    InvalidDate, OverrideReasonMissing.
    """
    application, policy = wanted.application, grounds.meeting.pool.policy
    check_decidable(grounds, application)
    check_no_cpr_number(reason=wanted.reason, conditions=wanted.conditions)
    if wanted.outcome != Outcome.DEFER and policy.minimum_present:
        check_enough(policy, len(grounds.deciding[application.id]))
    if wanted.outcome in (Outcome.APPROVE, Outcome.REJECT):
        _check_quorum(policy, grounds.scores[application.id])
    if wanted.is_approval:
        _check_amounts(grounds, wanted, promised)
        if wanted.loan_ore and wanted.terms is None:
            raise Incomplete(N_("A loan needs its terms."), field="years")
        if wanted.loan_ore and wanted.terms is not None:
            wanted.terms.check()
            require(grounds.department_ids.issuperset(wanted.terms.department_ids))
    if wanted.is_approval and (wanted.owner is not None or wanted.due_on is not None):
        _check_conditions(grounds, wanted)
    if not wanted.reason.strip() and grounds.laid.asks_why(application.id, wanted.ore):
        raise OverrideReasonMissing(grounds.laid.missing, field="reason")


def check_all_wanted(*, grounds: Grounds, wanted: Sequence[Wanted]) -> None:
    """Ask every rule of each decision as if those before it had been recorded.

    Raises what ``check_wanted`` raises, at a field that ends in the application's id: ``reason_12``.
    """
    promised: list[Choice] = []
    for one in wanted:
        with _named(one.application):
            check_wanted(grounds=grounds, wanted=one, promised=promised)
        if one.is_approval:
            promised.append(one.promise)


def check_decidable(grounds: Grounds, application: Application) -> None:
    """Has the chair, free of conflict, the application on the agenda of the open meeting, undecided there and in any other?

    Raises NotAllowed, ConflictOfInterest, WrongState.
    """
    check_agreeable(grounds, application)
    standing = grounds.standing.get(application.id)
    if standing is not None and standing.meeting.recommended_at is not None:
        raise WrongState(N_("It is not known yet what the forum has said of it: it waits for a decider, and for no meeting."))
    if standing is not None:
        raise WrongState(N_("The forum has decided it already. The chair can take the decision back until the meeting is closed."))


def check_agreeable(grounds: Grounds, application: Application) -> None:
    """Can the chair, free of conflict, say now on which level the open meeting agrees?

    Raises NotAllowed, ConflictOfInterest, WrongState.
    """
    meeting, today = grounds.meeting, local_date(grounds.at)
    require(can_chair(grounds.actor, application.pool))
    if application.id in grounds.in_conflict:
        raise ConflictOfInterest()
    on_agenda = any(item.application_id == application.id for item in meeting.agenda)
    decided = any(decision.application_id == application.id for decision in meeting.decisions)
    if meeting.is_over(today) and meeting.state != State.PLANNED:
        raise WrongState(N_("The meeting is over. Nothing more can be decided in it."))
    if not meeting.is_open(today) or not on_agenda or decided or application.state not in DECIDABLE:
        raise WrongState(N_("The application must be on the agenda of a meeting that is open today, and not yet decided there."))


def _check_conditions(grounds: Grounds, wanted: Wanted) -> None:
    if not wanted.conditions.strip():
        raise Incomplete(N_("Write the conditions, or leave out who sees to them and by when."), field="conditions")
    if wanted.owner is None:
        raise Incomplete(NOBODY, field="owner")
    if wanted.due_on is None:
        raise Incomplete(NO_DAY, field="due_on")
    require(wanted.owner in grounds.owners[wanted.application.id])
    if wanted.due_on < local_date(grounds.at):
        raise InvalidDate(N_("The day has passed."), field="due_on")


def _check_quorum(policy: Policy, scores: int) -> None:
    if scores < policy.minimum_scores:
        raise QuorumMissing(field="outcome", scores=str(scores), minimum=str(policy.minimum_scores))


def _check_amounts(grounds: Grounds, wanted: Wanted, promised: Sequence[Choice]) -> None:
    policy, content = grounds.meeting.pool.policy, newest_version(wanted.application).content
    check_sums(policy, content, wanted.loan_ore, wanted.grant_ore)
    frame = policy.frame(content.frame or "")
    room_ore = grounds.frames_ore.get(frame.code) if frame is not None else None
    if frame is not None and room_ore is not None:
        left_ore = room_ore - sum(one.total_ore for one in promised if one.frame == frame.code)
        if wanted.ore > left_ore:
            raise OverFrame(field="loan", frame=frame.name, limit_ore=max(left_ore, 0))
    available_ore = grounds.available_ore - sum(one.total_ore for one in promised)
    if wanted.ore > available_ore:
        raise OverAvailable(field="loan", amount_ore=wanted.ore, limit_ore=available_ore)


@contextmanager
def _named(application: Application) -> Iterator[None]:
    """Let a refusal within the block name the application."""
    try:
        yield
    except Refusal as refusal:
        field = refusal.field if refusal.field in AT_AN_ITEM else "outcome"
        refusal.field = f"{field}_{application.id}"
        raise
