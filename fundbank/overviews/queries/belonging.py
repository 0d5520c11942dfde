"""What a posting belongs to: the decision, payment, claim, movement or settlement that it carries out, and the letters that tell of it.

A reversal belongs to what the posting that it answers belongs to. Everything is looked for among what the posting's own award has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from fundbank.awards.models import Award, Disbursement
from fundbank.awards.queries import awards_by_id
from fundbank.extensions import db
from fundbank.ledger.chart import Event
from fundbank.ledger.models import Movement, Transfer
from fundbank.meetings.models import Decision, Settlement
from fundbank.meetings.queries.decisions import decision_of
from fundbank.meetings.states import Action
from fundbank.repayments.models import Claim, ClaimEntry, ClaimLine, Refund
from fundbank.reports.queries import letter_of_decision
from fundbank.reversals.models import Reversal

SETTLED = {Event.WRITE_OFF: Action.WRITE_OFF, Event.CONVERSION: Action.CONVERT}


@dataclass(frozen=True)
class Belonging:
    """What was found; what the posting has not is None or empty."""

    award: Award | None = None
    decision: Decision | None = None
    has_letter: bool = False
    disbursement: Disbursement | None = None
    movement: Movement | None = None
    refund: Refund | None = None
    settlement: Settlement | None = None
    entries: Sequence[ClaimEntry] = ()
    reversal: Reversal | None = None


def belonging_of(transfer: Transfer) -> Belonging:
    """Look up what the posting carries out, and a reversal of it that somebody has asked for, or that it is."""
    carried_out = transfer.reverses or transfer
    award_id = transfer.debit_account.award_id or transfer.credit_account.award_id
    reversal = _newest(select(Reversal).where(Reversal.transfer_id == carried_out.id), Reversal)
    movement = _newest(select(Movement).where(Movement.transfer_id == carried_out.id), Movement)
    if award_id is None:
        return Belonging(movement=movement, reversal=reversal)
    award = awards_by_id([award_id])[award_id]
    decision, event = decision_of(award), carried_out.event
    return Belonging(
        award=award,
        decision=decision,
        has_letter=decision is not None and letter_of_decision(decision) is not None,
        disbursement=_payment(carried_out, award_id) if event == Event.DISBURSEMENT else None,
        movement=movement,
        refund=_newest(_refunds(award_id).where(Refund.transfer_id == carried_out.id), Refund) if event == Event.REFUND else None,
        settlement=_settlement(carried_out, award_id),
        entries=_entries(transfer, carried_out, award_id),
        reversal=reversal,
    )


def _newest(query: Select[Any], model: Any) -> Any:
    return db.session.scalars(query.order_by(model.id.desc()).limit(1)).first()


def _payment(transfer: Transfer, award_id: int) -> Disbursement | None:
    return db.session.scalar(select(Disbursement).where(Disbursement.award_id == award_id, Disbursement.transfer_id == transfer.id))


def _refunds(award_id: int) -> Select[Refund]:
    lines = select(ClaimLine.id).join(Claim, Claim.id == ClaimLine.claim_id).where(Claim.award_id == award_id)
    return select(Refund).where(Refund.claim_line_id.in_(lines))


def _settlement(transfer: Transfer, award_id: int) -> Settlement | None:
    """The forum's word that the posting carried out: of the same moment, for it was posted as that was recorded."""
    action = SETTLED.get(Event(transfer.event))
    if action is None:
        return None
    of_award = Settlement.award_id == award_id, Settlement.action == action
    same = *of_award, Settlement.decided_at == transfer.recorded_at, Settlement.amount_ore == transfer.amount_ore
    return db.session.scalars(select(Settlement).options(joinedload(Settlement.meeting)).where(*same).limit(1)).first()


def _entries(transfer: Transfer, carried_out: Transfer, award_id: int) -> Sequence[ClaimEntry]:
    """What the posting paid, took back or credited on claims; of a reversal also what the posting had done that it answers."""
    query = (
        select(ClaimEntry)
        .join(ClaimEntry.line)
        .join(ClaimLine.claim)
        .options(
            joinedload(ClaimEntry.line).joinedload(ClaimLine.claim),
            joinedload(ClaimEntry.line).joinedload(ClaimLine.department),
        )
        .where(Claim.award_id == award_id, ClaimEntry.transfer_id.in_({transfer.id, carried_out.id}))
    )
    return db.session.scalars(query.order_by(ClaimEntry.id)).all()
