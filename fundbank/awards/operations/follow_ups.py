"""Conditions and follow-ups of an award: said with owner and day, and done (domain.md §11: the coordinator follows up)."""

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
from fundbank.people.models import User


def make_follow_up(
    *, actor: User, at: datetime, award: Award, text: str, owner: User, due_on: date, is_condition: bool = False
) -> FollowUp:
    """Say what is to be followed up, by whom and by when. Raises NotAllowed, WrongState, CprNumber, Incomplete without a text,
    InvalidDate.
    """
    require(can_follow_up(actor, award) and owner in owners(award.application))
    lock(award)
    if award.state not in FOLLOWED_UP:
        raise WrongState(N_("The award is over, or nobody outside the meeting knows of it yet."))
    check_no_cpr_number(text=text)
    if not text.strip():
        raise Incomplete(N_("Write what is to be followed up."), field="text")
    if due_on < local_date(at):
        raise InvalidDate(N_("The day has passed."), field="due_on")
    follow_up = keep_follow_up(actor=actor, at=at, award=award, text=text, owner=owner, due_on=due_on, is_condition=is_condition)
    tell_owner(at=at, follow_up=follow_up)
    return follow_up


def finish_follow_up(*, actor: User, at: datetime, follow_up: FollowUp, outcome: str) -> None:
    """Say what came of it: then it is done. Raises NotAllowed, CprNumber, WrongState if it is done, Incomplete without a word."""
    require(can_finish(actor, follow_up))
    lock(follow_up)
    check_no_cpr_number(outcome=outcome)
    if follow_up.done_at is not None:
        raise WrongState()
    if not outcome.strip():
        raise Incomplete(N_("Write what came of it."), field="outcome")
    follow_up.outcome, follow_up.done_by_id, follow_up.done_at = outcome.strip(), actor.id, at
    record(follow_up.award, "follow_up_done", actor_id=actor.id, at=at, follow_up_id=follow_up.id)
    db.session.flush()
