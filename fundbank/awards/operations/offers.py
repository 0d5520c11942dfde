"""An offer is accepted by each department that it asks, or declined; an agreed one is given up while nothing was paid (domain.md §4)."""

from datetime import datetime

from fundbank.applications.permissions import leads
from fundbank.awards.models import Acceptance, Award
from fundbank.awards.permissions import can_cancel_award, can_decline_award, can_decline_late
from fundbank.awards.rules import may_be_declined_late
from fundbank.awards.states import TRANSITIONS, State
from fundbank.awards.steps import give_up
from fundbank.errors import N_, AlreadyPosted, WrongState, require
from fundbank.history.steps import check_move, move, record
from fundbank.kit.clock import local_date
from fundbank.kit.transaction import lock
from fundbank.people.models import Department, User


def check_accept(*, actor: User, award: Award, department: Department | None = None) -> list[Acceptance]:
    """What the person would accept now: for the one ``department``, or for each department asked that they lead.

    Raises NotAllowed, WrongState, and AlreadyPosted where all of that is accepted already.
    """
    if department is not None:
        require(leads(actor, award.application.pool, department))
        asked = [asked for asked in award.acceptances if asked.department_id == department.id]
    else:
        asked = [asked for asked in award.acceptances if leads(actor, award.application.pool, asked.department)]
        require(bool(asked))
    check_move(award, State.AGREED, TRANSITIONS)
    if not asked:
        raise WrongState(N_("This department was not asked."))
    waiting = [one for one in asked if one.accepted_at is None]
    if not waiting:
        raise AlreadyPosted(N_("The award has been accepted already. It waits for the other departments."))
    return waiting


def accept_award(*, actor: User, at: datetime, award: Award, department: Department | None = None) -> None:
    """A leader accepts the award with its terms; it is agreed when every department has that was asked. Raises as ``check_accept`` does."""
    lock(award.application)
    lock(award)
    for asked in check_accept(actor=actor, award=award, department=department):
        asked.accepted_by_id, asked.accepted_at = actor.id, at
        if len(award.acceptances) > 1:
            record(award, "accepted_for_department", actor_id=actor.id, at=at, department_id=asked.department_id)
    if all(asked.accepted_at is not None for asked in award.acceptances):
        award.accepted_by_id, award.accepted_at = actor.id, at
        move(award, State.AGREED, TRANSITIONS, "accepted", actor_id=actor.id, at=at)


def check_decline(*, actor: User, at: datetime, award: Award) -> None:
    """May the person decline the offer now: a leader of the department, or the coordinator once the time to accept is over?

    Raises NotAllowed, WrongState.
    """
    is_leader = can_decline_award(actor, award)
    require(is_leader or can_decline_late(actor, award))
    check_move(award, State.DECLINED, TRANSITIONS)
    if not is_leader and not may_be_declined_late(award.accept_by, local_date(at)):
        raise WrongState(N_("The departments have until %(day)s to accept the offer."), day=award.accept_by)


def decline_award(*, actor: User, at: datetime, award: Award, reason: str) -> None:
    """Say no to an offer; the whole reservation goes back to available. Raises what ``check_decline`` raises, CprNumber, Incomplete."""
    lock(award.application)
    lock(award)
    check_decline(actor=actor, at=at, award=award)
    give_up(actor=actor, at=at, award=award, to=State.DECLINED, reason=reason)


def check_cancel(*, actor: User, award: Award) -> None:
    """May the person give the award up for the department now: agreed, and nothing paid? Raises NotAllowed, WrongState."""
    require(can_cancel_award(actor, award))
    check_move(award, State.CANCELLED, TRANSITIONS)


def cancel_award(*, actor: User, at: datetime, award: Award, reason: str) -> None:
    """Give up an award of which nothing was paid; payments that wait are withdrawn with it.

    Raises what ``check_cancel`` raises, CprNumber, Incomplete.
    """
    lock(award.application)
    lock(award)
    check_cancel(actor=actor, award=award)
    give_up(actor=actor, at=at, award=award, to=State.CANCELLED, reason=reason)
