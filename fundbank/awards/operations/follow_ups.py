"""Conditions and follow-ups of an award: said with owner and day, done, and put right (domain.md §11: the coordinator follows up).

What is to be followed up, and whether it is a condition of the award, never changes. Who sees to it, and by when, may: the history keeps
what it was before, and so it does of an outcome that is taken back.
"""

from datetime import date, datetime

from fundbank.awards.models import Award, FollowUp
from fundbank.awards.permissions import can_finish, can_follow_up, owners
from fundbank.awards.states import FOLLOWED_UP
from fundbank.awards.steps import keep_follow_up, tell_owner
from fundbank.errors import N_, Incomplete, InvalidDate, WrongState, require
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.kit.clock import local_date
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.transaction import lock
from fundbank.ledger.steps.movements import check_reason
from fundbank.people.models import User


def make_follow_up(
    *, actor: User, at: datetime, award: Award, text: str, owner: User, due_on: date, is_condition: bool = False
) -> FollowUp:
    """Say what is to be followed up, by whom and by when. Raises NotAllowed, WrongState, CprNumber, Incomplete without a text,
    InvalidDate.
    """
    require(can_follow_up(actor, award) and owner in owners(award.application))
    lock(award)
    _check_followed(award)
    check_no_cpr_number(text=text)
    if not text.strip():
        raise Incomplete(N_("Write what is to be followed up."), field="text")
    _check_to_come(due_on, at)
    follow_up = keep_follow_up(actor=actor, at=at, award=award, text=text, owner=owner, due_on=due_on, is_condition=is_condition)
    tell_owner(at=at, follow_up=follow_up)
    return follow_up


def finish_follow_up(*, actor: User, at: datetime, follow_up: FollowUp, outcome: str) -> None:
    """Say what came of it: then it is done. Raises NotAllowed, CprNumber, WrongState if it is done, Incomplete without a word."""
    _hold(follow_up)
    require(can_finish(actor, follow_up))
    check_no_cpr_number(outcome=outcome)
    if follow_up.done_at is not None:
        raise WrongState()
    if not outcome.strip():
        raise Incomplete(N_("Write what came of it."), field="outcome")
    follow_up.outcome, follow_up.done_by_id, follow_up.done_at = outcome.strip(), actor.id, at
    record(follow_up.award, "follow_up_done", actor_id=actor.id, at=at, follow_up_id=follow_up.id)
    db.session.flush()


def check_change_follow_up(*, actor: User, follow_up: FollowUp) -> None:
    """May the person name another to see to it, or another day? Raises NotAllowed, and WrongState if it is done or the award is over."""
    require(can_follow_up(actor, follow_up.award))
    _check_followed(follow_up.award)
    if follow_up.done_at is not None:
        raise WrongState(N_("It is done. Whoever may say so can take that back, and then it can be changed."))


def change_follow_up(*, actor: User, at: datetime, follow_up: FollowUp, owner: User, due_on: date, reason: str = "") -> None:
    """Name who sees to it from now on, and by when. Of a condition it takes a reason: the forum has decided on both.

    Raises what ``check_change_follow_up`` raises, NotAllowed for an owner who could not see to it, CprNumber, Incomplete if nothing is
    changed or the reason is missing, InvalidDate for another day that has passed.
    """
    _hold(follow_up)
    award, former, former_day = follow_up.award, follow_up.owner_id, follow_up.due_on
    check_change_follow_up(actor=actor, follow_up=follow_up)
    require(owner in owners(award.application))
    check_no_cpr_number(reason=reason)
    if (owner.id, due_on) == (former, former_day):
        raise Incomplete(N_("Nothing has been changed."), field="owner")
    if due_on != former_day:
        _check_to_come(due_on, at)
    if follow_up.is_condition:
        check_reason(reason)
    follow_up.owner, follow_up.due_on = owner, due_on
    record(
        award, "follow_up_changed", actor_id=actor.id, at=at, reason=reason.strip(), follow_up_id=follow_up.id, user_id=owner.id,
        former_owner_id=former, due_on=due_on.isoformat(), former_due_on=former_day.isoformat(),
    )  # fmt: skip
    db.session.flush()


def check_reopen_follow_up(*, actor: User, follow_up: FollowUp) -> None:
    """May the person take back that it is done? Raises NotAllowed, and WrongState if it is not done, or the award is over."""
    require(can_finish(actor, follow_up))
    _check_followed(follow_up.award)
    if follow_up.done_at is None:
        raise WrongState(N_("It is not done."))


def reopen_follow_up(*, actor: User, at: datetime, follow_up: FollowUp, reason: str) -> None:
    """Take back that it is done: it waits for its owner again. What was said to have come of it stays in the history.

    Raises what ``check_reopen_follow_up`` raises, CprNumber, Incomplete without a reason.
    """
    _hold(follow_up)
    check_reopen_follow_up(actor=actor, follow_up=follow_up)
    check_reason(reason)
    record(
        follow_up.award, "follow_up_reopened", actor_id=actor.id, at=at, reason=reason.strip(), follow_up_id=follow_up.id,
        user_id=follow_up.owner_id, done_by_id=follow_up.done_by_id, outcome=follow_up.outcome,
    )  # fmt: skip
    follow_up.outcome, follow_up.done_by, follow_up.done_at = "", None, None
    db.session.flush()


def _hold(follow_up: FollowUp) -> None:
    """Hold it, and first its award, until the unit of work ends."""
    lock(follow_up.award)
    lock(follow_up)


def _check_followed(award: Award) -> None:
    if award.state not in FOLLOWED_UP:
        raise WrongState(N_("The award is over, or nobody outside the meeting knows of it yet."))


def _check_to_come(due_on: date, at: datetime) -> None:
    if due_on < local_date(at):
        raise InvalidDate(N_("The day has passed."), field="due_on")
