"""What other operations do to an award: a decision makes it, and the first gain report or claim moves it on."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import update

from fundbank.applications.models import Application
from fundbank.applications.steps import end_matter
from fundbank.awards.models import Acceptance, Award, Disbursement, FollowUp, Participant
from fundbank.awards.queries.follow_ups import follow_ups_of
from fundbank.awards.rules import Terms
from fundbank.awards.states import NOT_POSTED, PAID_OUT, TRANSITIONS, DisbursementState, State
from fundbank.errors import WrongState
from fundbank.extensions import db
from fundbank.history.steps import move, record
from fundbank.kit.transaction import lock
from fundbank.ledger import steps as ledger
from fundbank.ledger.chart import Event
from fundbank.ledger.queries import award_balances
from fundbank.ledger.steps.movements import check_reason
from fundbank.people.models import User


def make_award(
    *,
    actor: User,
    at: datetime,
    application: Application,
    loan_ore: int,
    grant_ore: int,
    terms: Terms | None,
    conditions: str = "",
) -> Award:
    """Promise the money that the forum decided: an award, and its sum reserved in the ledger. It is offered when the meeting is closed.

    The decision has checked who may and how much; raises OverAvailable when the pool has less, also at the same instant.
    """
    award = Award(
        pool_id=application.pool_id,
        pool=application.pool,
        application=application,
        state=State.DECIDED,
        loan_ore=loan_ore,
        grant_ore=grant_ore,
        conditions=conditions,
        decided_by_id=actor.id,
        decided_at=at,
        policy_version_id=application.pool.policy_version_id,
    )
    if terms is not None:
        award.basis, award.share, award.shortfall = terms.basis, terms.share, terms.shortfall
        award.years, award.first_year = terms.years, terms.first_year
        award.participants = [Participant(department_id=id_, position=place) for place, id_ in enumerate(terms.department_ids)]
    asked = [application.department_id, *(terms.department_ids if terms and application.pool.policy.participants_accept else ())]
    award.acceptances = [Acceptance(department_id=id_, position=place) for place, id_ in enumerate(dict.fromkeys(asked))]
    db.session.add(award)
    db.session.flush()
    ledger.post(
        pool_id=award.pool_id,
        event=Event.APPROVAL,
        award_id=award.id,
        amount_ore=loan_ore + grant_ore,
        actor_id=actor.id,
        at=at,
        text=application.title,
    )
    return award


def keep_follow_up(
    *, actor: User, at: datetime, award: Award, text: str, owner: User, due_on: date, is_condition: bool
) -> FollowUp:  # fmt: skip
    """Keep what is to be followed up of an award, by whom and by when. Who may, and what, has been checked."""
    follow_up = FollowUp(
        pool_id=award.pool_id,
        award=award,
        is_condition=is_condition,
        text=text.strip(),
        owner=owner,
        due_on=due_on,
        made_by_id=actor.id,
        made_at=at,
    )
    db.session.add(follow_up)
    db.session.flush()
    return follow_up


def tell_owner(*, at: datetime, follow_up: FollowUp) -> None:
    """Let its owner know what is to be followed up."""
    record(
        follow_up.award, "follow_up_made", actor_id=follow_up.made_by_id, at=at, follow_up_id=follow_up.id, user_id=follow_up.owner_id,
        due_on=follow_up.due_on.isoformat(),
    )  # fmt: skip


def offer(*, at: datetime, award: Award, approved_by_id: int | None = None) -> None:
    """Let the departments know of an award that was decided: from now on they have their time to accept it. So have those who see to its
    conditions.
    """
    award.decided_at, award.approved_by_id = at, approved_by_id
    said: dict[str, Any] = {} if award.terms is None else award.terms.told()
    if approved_by_id is not None:
        said["approved_by_id"] = approved_by_id
    move(
        award, State.OFFERED, TRANSITIONS, "offered", actor_id=award.decided_by_id, at=at,
        loan_ore=award.loan_ore, grant_ore=award.grant_ore, conditions=award.conditions, **said,
    )  # fmt: skip
    for follow_up in follow_ups_of(award):
        tell_owner(at=at, follow_up=follow_up)


def give_up(
    *, actor: User, at: datetime, award: Award, to: State, reason: str, meeting_id: int | None = None,
    recused_ids: Collection[int] = (),
) -> None:  # fmt: skip
    """End an award of which nothing was paid: all that is reserved for it goes back to available, and payments that wait are withdrawn.

    ``recused_ids`` are those who stay out of it where a meeting gives it up.

    Raises CprNumber, and Incomplete without a reason.
    """
    check_reason(reason)
    for payment in award.disbursements:
        lock(payment)  # the award is held; what was done to the payment meanwhile is read here
        if payment.state in NOT_POSTED:
            withdraw_payment(actor=actor, at=at, payment=payment, reason=reason)
    transfer = ledger.post(
        pool_id=award.pool_id,
        event=Event.RELEASE,
        award_id=award.id,
        amount_ore=award_balances(award.id).reserved_ore,
        actor_id=actor.id,
        at=at,
        text=award.application.title,
    )
    if to != State.TAKEN_BACK:
        end_matter(award.application)
    award.given_up_by_id, award.given_up_at, award.given_up_reason, award.given_up_meeting_id = actor.id, at, reason, meeting_id
    award.given_up_recused_ids = list(recused_ids)
    said = {"amount_ore": transfer.amount_ore, "transfer": transfer.number, "meeting_id": meeting_id}
    move(award, to, TRANSITIONS, str(to), actor_id=actor.id, at=at, reason=reason, **said)


def await_closing(award: Award, *, is_decided: bool) -> None:
    """Let payments and claims of the award wait while what an open meeting has decided on it stands. Whoever calls it holds the award.

    It is no newer version of the award: a department that counts them would notice.
    """
    if award.awaits_closing != is_decided:
        db.session.execute(update(Award).where(Award.id == award.id).values(awaits_closing=is_decided))


def hold_payment(payment: Disbursement) -> None:
    """Hold a payment, and first its award, until the unit of work ends: what is done to either waits for what is done to the other."""
    lock(payment.award)
    lock(payment)


def withdraw_payment(*, actor: User, at: datetime, payment: Disbursement, reason: str) -> None:
    """Take a payment that waits for its second person, or for its day, off the list; whoever may has been asked."""
    payment.reason, was_approved = reason, payment.state == DisbursementState.APPROVED
    if was_approved:
        payment.state, payment.withdrawn_by_id, payment.withdrawn_at = DisbursementState.WITHDRAWN, actor.id, at
    else:
        payment.state, payment.settled_by_id, payment.settled_at = DisbursementState.REFUSED, actor.id, at
    record(
        payment.award, "disbursement_withdrawn" if was_approved else "disbursement_refused", actor_id=actor.id, at=at, reason=reason,
        part=payment.part, amount_ore=payment.amount_ore, pay_on=payment.pay_on.isoformat(),
    )  # fmt: skip


def start_realising(*, actor: User, at: datetime, award: Award) -> None:
    """The first gain report or claim moves an active award on; later ones leave it where it is. Raises WrongState before it is paid out."""
    if award.state not in PAID_OUT:
        raise WrongState()
    if award.state == State.ACTIVE:
        move(award, State.REALISING, TRANSITIONS, "realising", actor_id=actor.id, at=at)
