"""What other operations do to an award: a decision makes it, and the first gain report or claim moves it on."""

from datetime import datetime

from fundbank.applications.models import Application
from fundbank.awards.models import Award, Participant
from fundbank.awards.rules import Terms
from fundbank.awards.states import PAID_OUT, TRANSITIONS, State
from fundbank.errors import WrongState
from fundbank.extensions import db
from fundbank.history.steps import move, record
from fundbank.ledger import steps as ledger
from fundbank.ledger.chart import Event
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
    """Promise the money that the forum decided: an award on offer, and its sum reserved in the ledger.

    The decision has checked who may and how much; raises OverAvailable when the pool has less, also at the same instant.
    """
    award = Award(
        pool_id=application.pool_id,
        pool=application.pool,
        application=application,
        state=State.OFFERED,
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
    record(award, "offered", actor_id=actor.id, at=at, loan_ore=loan_ore, grant_ore=grant_ore)
    return award


def start_realising(*, actor: User, at: datetime, award: Award) -> None:
    """The first gain report or claim moves an active award on; later ones leave it where it is. Raises WrongState before it is paid out."""
    if award.state not in PAID_OUT:
        raise WrongState()
    if award.state == State.ACTIVE:
        move(award, State.REALISING, TRANSITIONS, "realising", actor_id=actor.id, at=at)
