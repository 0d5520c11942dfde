"""What two people do with money (payments, releases, money handed back, refunds, reversals), held against the ledger and the history."""

from typing import Any

from sqlalchemy import Text, and_, case, cast, false, func, or_, select
from sqlalchemy.orm import aliased

from fundbank.awards.models import Award, Disbursement
from fundbank.checks.records import HISTORY, TRANSFERS, about, line, named, number, postings, told, word
from fundbank.checks.same import Same
from fundbank.ledger.chart import Event
from fundbank.ledger.models import Movement, Transfer
from fundbank.pools.models import Pool
from fundbank.repayments.models import Claim, ClaimLine, Refund
from fundbank.reversals.models import Reversal

AWARDS, POOLS = Award.__tablename__, Pool.__tablename__
APPROVED = "approved"
NEVER = false()
TAKEN_BACK = Disbursement.withdrawn_by_id.is_not(None) | Disbursement.withdrawn_at.is_not(None)
REGISTERED = {"release_registered": Event.RELEASE, "funding_return_registered": Event.FUNDING_RETURN}


def _paid() -> Same:
    of = postings()
    return Same(
        Disbursement,
        of,
        and_(of.c.id == Disbursement.transfer_id, of.c.event == Event.DISBURSEMENT),
        {
            "state": "paid",
            "award_id": of.c.award_id,
            "pool_id": of.c.pool_id,
            "part": of.c.debit,
            "amount_ore": of.c.amount_ore,
            "registered_by_id": of.c.actor_id,
            "settled_by_id": of.c.approver_id,
        },
        TRANSFERS,
        ("transfer_id", "state"),
        where=(Disbursement.state == "paid") | Disbursement.transfer_id.is_not(None),
        rest=of.c.event == Event.DISBURSEMENT,
    )


def _payments_registered() -> Same:
    of = line()
    return Same(
        Disbursement,
        of,
        about(of, AWARDS, Disbursement.award_id, "disbursement_registered"),
        {
            "id": number(of, "disbursement_id"),
            "part": word(of, "part"),
            "amount_ore": number(of, "amount_ore"),
            "pay_on": func.coalesce(word(of, "pay_on"), cast(Disbursement.pay_on, Text)),  # older lines say nothing of it
            "pool_id": of.pool_id,
            "registered_by_id": of.actor_id,
            "registered_at": of.at,
        },
        HISTORY,
        ("award_id",),
        rest=told(of, AWARDS, "disbursement_registered"),
    )


def _payment_lines(events: tuple[str, ...], states: tuple[str, ...], by: str, at: str, also: Any = NEVER) -> Same:
    """Who approved a payment (at once, or for its day), refused it or took it back."""
    of = line()
    return Same(
        Disbursement,
        of,
        about(of, AWARDS, Disbursement.award_id, *events),
        {"part": word(of, "part"), "amount_ore": number(of, "amount_ore"), by: of.actor_id, at: of.at},
        HISTORY,
        ("state",),
        where=Disbursement.state.in_(states) | also,
        rest=told(of, AWARDS, *events),
    )


def _moved() -> Same:
    """What was posted before it took two people has nobody who approved it."""
    of = postings()
    return Same(
        Movement,
        of,
        and_(of.c.id == Movement.transfer_id, of.c.event.in_([Event.RELEASE, Event.FUNDING_RETURN])),
        {
            "state": APPROVED,
            "event": of.c.event,
            "pool_id": of.c.pool_id,
            "award_id": of.c.award_id,
            "amount_ore": of.c.amount_ore,
            "source": case((of.c.event == Event.FUNDING_RETURN, of.c.holder), else_=""),
            "value_on": case((Movement.value_on.is_(None), None), else_=of.c.value_date),
            "registered_by_id": of.c.actor_id,
            "settled_by_id": of.c.approver_id,
            "settled_at": of.c.recorded_at,
        },
        TRANSFERS,
        ("transfer_id", "state"),
        where=(Movement.state == APPROVED) | Movement.transfer_id.is_not(None),
        rest=and_(of.c.event.in_([Event.RELEASE, Event.FUNDING_RETURN]), of.c.approver_id.is_not(None)),
    )


def _movements_registered() -> Same:
    of = line()
    by = or_(
        about(of, AWARDS, Movement.award_id, "release_registered"),
        and_(Movement.award_id.is_(None), about(of, POOLS, Movement.pool_id, "funding_return_registered")),
    )
    return Same(
        Movement,
        of,
        by,
        {
            "event": named(of.event, REGISTERED),
            "pool_id": of.pool_id,
            "source": func.coalesce(word(of, "source"), ""),
            "amount_ore": number(of, "amount_ore"),
            "reason": of.reason,
            "registered_by_id": of.actor_id,
            "registered_at": of.at,
        },
        HISTORY,
        ("award_id", "pool_id"),
        rest=of.event.in_(REGISTERED),
    )


def _movements_refused() -> Same:
    of = line()
    return Same(
        Movement,
        of,
        about(of, POOLS, Movement.pool_id, "movement_refused"),
        {"amount_ore": number(of, "amount_ore"), "settled_by_id": of.actor_id, "settled_at": of.at},
        HISTORY,
        ("state",),
        where=Movement.state == "refused",
        rest=told(of, POOLS, "movement_refused"),
    )


def _refunded() -> Same:
    of = postings()
    return Same(
        Refund,
        of,
        and_(of.c.id == Refund.transfer_id, of.c.event == Event.REFUND, of.c.award_id == _award_of_refund()),
        {
            "state": APPROVED,
            "pool_id": of.c.pool_id,
            "amount_ore": of.c.amount_ore,
            "registered_by_id": of.c.actor_id,
            "settled_by_id": of.c.approver_id,
            "settled_at": of.c.recorded_at,
        },
        TRANSFERS,
        ("transfer_id", "state", "claim_line_id"),
        where=(Refund.state == APPROVED) | Refund.transfer_id.is_not(None),
        rest=of.c.event == Event.REFUND,
    )


def _award_of_refund() -> Any:
    claim, claimed = aliased(Claim), aliased(ClaimLine)
    found = select(claim.award_id).join(claimed, claimed.claim_id == claim.id).where(claimed.id == Refund.claim_line_id)
    return found.correlate(Refund).scalar_subquery()


def _refund_lines(event: str, by: str, at: str, **more: Any) -> Same:
    """Each refund is of the line of a department and a year of a loan."""
    of, claim, claimed = line(), aliased(Claim), aliased(ClaimLine)
    lines = (
        select(claimed.id)
        .join(claim, claim.id == claimed.claim_id)
        .where(claim.award_id == of.subject_id, claim.year == number(of, "year"), claimed.department_id == number(of, "department_id"))
    )
    return Same(
        Refund,
        of,
        about(of, AWARDS, _award_of_refund(), event),
        {
            "pool_id": of.pool_id,
            "claim_line_id": lines.scalar_subquery(),
            "amount_ore": number(of, "amount_ore"),
            by: of.actor_id,
            at: of.at,
        },
        HISTORY,
        ("claim_line_id",),
        rest=told(of, AWARDS, event),
        **more,
    )


def _reversed() -> Same:
    of = postings()
    return Same(
        Reversal,
        of,
        and_(of.c.id == Reversal.reversing_transfer_id, of.c.event == Event.REVERSAL),
        {
            "state": APPROVED,
            "transfer_id": of.c.reverses_id,
            "pool_id": of.c.pool_id,
            "reason": of.c.text,
            "registered_by_id": of.c.actor_id,
            "settled_by_id": of.c.approver_id,
            "settled_at": of.c.recorded_at,
        },
        TRANSFERS,
        ("reversing_transfer_id", "state"),
        where=(Reversal.state == APPROVED) | Reversal.reversing_transfer_id.is_not(None),
        rest=of.c.event == Event.REVERSAL,
    )


def _reversal_lines(event: str, by: str, at: str, **more: Any) -> Same:
    of, wrong = line(), aliased(Transfer)
    transfer_id = select(wrong.id).where(wrong.pool_id == of.pool_id, wrong.number == number(of, "transfer")).scalar_subquery()
    said = {"transfer_id": transfer_id, by: of.actor_id, at: of.at}
    if event == "reversal_registered":
        said["reason"] = of.reason
    return Same(
        Reversal, of, and_(of.pool_id == Reversal.pool_id, of.event == event), said, HISTORY, ("pool_id",), rest=of.event == event, **more
    )


HELD = (
    _paid(),
    _payments_registered(),
    _payment_lines(("disbursed", "disbursement_approved"), ("approved", "paid", "withdrawn"), "settled_by_id", "settled_at"),
    _payment_lines(("disbursement_refused",), ("refused",), "settled_by_id", "settled_at"),
    _payment_lines(("disbursement_withdrawn",), ("withdrawn",), "withdrawn_by_id", "withdrawn_at", TAKEN_BACK),
    _moved(),
    _movements_registered(),
    _movements_refused(),
    _refunded(),
    _refund_lines("refund_registered", "registered_by_id", "registered_at"),
    _refund_lines("refund_refused", "settled_by_id", "settled_at", where=Refund.state == "refused"),
    _reversed(),
    _reversal_lines("reversal_registered", "registered_by_id", "registered_at"),
    _reversal_lines("reversal_refused", "settled_by_id", "settled_at", where=Reversal.state == "refused"),
)
