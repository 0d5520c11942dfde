"""What a meeting is about to decide on an application, and every rule of it: nothing is locked or changed here (domain.md §4, §5, §7)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from fundbank.applications.models import Application
from fundbank.applications.operations import newest_version
from fundbank.applications.states import DECIDABLE
from fundbank.awards.permissions import owners
from fundbank.awards.rules import Terms
from fundbank.errors import N_, Incomplete, InvalidDate, Refusal, WrongState, require
from fundbank.kit.clock import local_date
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.ledger.queries import balances
from fundbank.ledger.rules import OverAvailable
from fundbank.meetings.models import Meeting
from fundbank.meetings.permissions import can_chair, check_enough_present
from fundbank.meetings.queries.decisions import left_in_frame_ore
from fundbank.meetings.queries.pending import standing_decision
from fundbank.meetings.rules import OverFrame, QuorumMissing
from fundbank.meetings.rules.choices import NO_DAY, NOBODY, Choice, Laid, OverrideReasonMissing, check_sums
from fundbank.meetings.states import Outcome, State
from fundbank.people.models import User
from fundbank.people.queries import are_departments_of
from fundbank.scoring.operations import check_no_conflict
from fundbank.scoring.queries import counting

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


def check_wanted(*, actor: User, at: datetime, meeting: Meeting, wanted: Wanted, laid: Laid, promised: Sequence[Choice] = ()) -> None:
    """Ask every rule of a decision.

    ``laid`` lies before the meeting. What is ``promised`` is about to be approved before it: that much less is available.

    Raises, in this order: NotAllowed, ConflictOfInterest, WrongState, CprNumber, QuorumMissing, InvalidAmount, PrincipleNotOffered,
    MixNotOffered, OverRequested, OverFrame, OverAvailable, Incomplete (a loan without sensible terms, conditions that nobody sees to),
    InvalidDate, OverrideReasonMissing.
    """
    application = wanted.application
    check_decidable(actor=actor, at=at, meeting=meeting, application=application)
    check_no_cpr_number(reason=wanted.reason, conditions=wanted.conditions)
    if wanted.outcome != Outcome.DEFER:
        check_enough_present(meeting, application)
    if wanted.outcome in (Outcome.APPROVE, Outcome.REJECT):
        _check_quorum(application)
    if wanted.is_approval:
        _check_amounts(wanted, at, promised)
        if wanted.loan_ore and wanted.terms is None:
            raise Incomplete(N_("A loan needs its terms."), field="years")
        if wanted.loan_ore and wanted.terms is not None:
            wanted.terms.check()
            require(are_departments_of(application.pool.municipality_id, wanted.terms.department_ids))
    if wanted.is_approval and (wanted.owner is not None or wanted.due_on is not None):
        _check_conditions(wanted, at)
    if not wanted.reason.strip() and laid.asks_why(application.id, wanted.ore):
        raise OverrideReasonMissing(laid.missing, field="reason")


def check_all_wanted(*, actor: User, at: datetime, meeting: Meeting, wanted: Sequence[Wanted], laid: Laid) -> None:
    """Ask every rule of each decision as if those before it had been recorded.

    Raises what ``check_wanted`` raises, at a field that ends in the application's id: ``reason_12``.
    """
    promised: list[Choice] = []
    for one in wanted:
        with _named(one.application):
            check_wanted(actor=actor, at=at, meeting=meeting, wanted=one, laid=laid, promised=promised)
        if one.is_approval:
            promised.append(one.promise)


def check_decidable(*, actor: User, at: datetime, meeting: Meeting, application: Application) -> None:
    """Has the chair, free of conflict, the application on the agenda of the open meeting, undecided there and in any other?

    Raises NotAllowed, ConflictOfInterest, WrongState.
    """
    check_agreeable(actor=actor, at=at, meeting=meeting, application=application)
    standing = standing_decision(application.id)
    if standing is not None and standing.meeting.recommended_at is not None:
        raise WrongState(N_("It is not known yet what the forum has said of it: it waits for a decider, and for no meeting."))
    if standing is not None:
        raise WrongState(N_("The forum has decided it already. The chair can take the decision back until the meeting is closed."))


def check_agreeable(*, actor: User, at: datetime, meeting: Meeting, application: Application) -> None:
    """Can the chair, free of conflict, say now on which level the open meeting agrees?

    Raises NotAllowed, ConflictOfInterest, WrongState.
    """
    require(can_chair(actor, application.pool))
    check_no_conflict(actor, application)
    on_agenda = any(item.application_id == application.id for item in meeting.agenda)
    decided = any(decision.application_id == application.id for decision in meeting.decisions)
    if meeting.is_over(local_date(at)) and meeting.state != State.PLANNED:
        raise WrongState(N_("The meeting is over. Nothing more can be decided in it."))
    if not meeting.is_open(local_date(at)) or not on_agenda or decided or application.state not in DECIDABLE:
        raise WrongState(N_("The application must be on the agenda of a meeting that is open today, and not yet decided there."))


def _check_conditions(wanted: Wanted, at: datetime) -> None:
    if not wanted.conditions.strip():
        raise Incomplete(N_("Write the conditions, or leave out who sees to them and by when."), field="conditions")
    if wanted.owner is None:
        raise Incomplete(NOBODY, field="owner")
    if wanted.due_on is None:
        raise Incomplete(NO_DAY, field="due_on")
    require(wanted.owner in owners(wanted.application))
    if wanted.due_on < local_date(at):
        raise InvalidDate(N_("The day has passed."), field="due_on")


def _check_quorum(application: Application) -> None:
    policy = application.pool.policy
    scores = len(counting(application))
    if scores < policy.minimum_scores:
        raise QuorumMissing(field="outcome", scores=str(scores), minimum=str(policy.minimum_scores))


def _check_amounts(wanted: Wanted, at: datetime, promised: Sequence[Choice]) -> None:
    pool, content = wanted.application.pool, newest_version(wanted.application).content
    check_sums(pool.policy, content, wanted.loan_ore, wanted.grant_ore)
    frame = pool.policy.frame(content.frame or "")
    room_ore = left_in_frame_ore(pool, frame.code, local_date(at).year) if frame is not None else None
    if frame is not None and room_ore is not None:
        left_ore = room_ore - sum(one.total_ore for one in promised if one.frame == frame.code)
        if wanted.ore > left_ore:
            raise OverFrame(field="loan", frame=frame.name, limit_ore=max(left_ore, 0))
    available_ore = balances(pool.id).available_ore - sum(one.total_ore for one in promised)
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
