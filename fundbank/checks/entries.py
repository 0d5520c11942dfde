"""What has changed the lines of claims since: each entry held against its transfer, the history, and the report or refund behind it."""

from typing import Any

from sqlalchemy import Text, and_, case, cast, func, or_, select
from sqlalchemy.orm import aliased

from fundbank.awards.models import Award
from fundbank.checks.records import HISTORY, TRANSFERS, about, line, named, number, postings, told
from fundbank.checks.same import Same
from fundbank.gains.models import GainReport
from fundbank.history.models import HistoryEntry
from fundbank.ledger.chart import Event
from fundbank.ledger.models import Transfer
from fundbank.repayments.models import Claim, ClaimEntry, ClaimLine, Refund
from fundbank.repayments.states import EntryKind
from fundbank.reports.models import Letter

AWARDS, ENTRIES = Award.__tablename__, ClaimEntry.__tablename__
EVENTS = (
    "repaid",
    "reversed",
    "refunded",
    "set_off",
    "credited",
    "claim_corrected",
    "written_off",
    "converted",
    "returned_unspent",
)
LOWERS = (Event.RETURN, Event.WRITE_OFF, Event.CONVERSION, Event.REVERSAL)
MOVES = {Event.REPAYMENT: EntryKind.REPAYMENT, Event.REFUND: EntryKind.REFUND, Event.REVERSAL: EntryKind.REVERSAL}
WORKED_OUT = (
    ClaimEntry.gain_report_id,
    ClaimEntry.gain_ore,
    ClaimEntry.share_due_ore,
    ClaimEntry.shortfall_ore,
    ClaimEntry.corrected_ore,
    ClaimEntry.cap_ore,
    ClaimEntry.due_on,
)


def _entries() -> Same:
    """Whatever changed a line is in the award's history, at that moment and by that person, or by who registered its transfer."""
    of = line()
    registered = select(Transfer.actor_id).where(Transfer.id == ClaimEntry.transfer_id, Transfer.actor_id == ClaimEntry.made_by_id)
    made_by = func.coalesce(registered.correlate(ClaimEntry).scalar_subquery(), of.actor_id)
    return Same(
        ClaimEntry,
        of,
        about(of, AWARDS, _award_of_line(), *EVENTS),
        {"made_by_id": made_by, "made_at": of.at},
        HISTORY,
        ("claim_line_id",),
        shared=True,
    )


def _totals() -> Any:
    """What the entries of each kind come to of each transfer."""
    sums = func.sum(ClaimEntry.paid_ore).label("paid_ore"), func.sum(ClaimEntry.due_ore).label("due_ore")
    return select(ClaimEntry.transfer_id, ClaimEntry.kind, *sums).group_by(ClaimEntry.transfer_id, ClaimEntry.kind).subquery()


def _moved() -> Same:
    """The entries that move money come to what their transfer moved."""
    total, kind = _totals(), named(Transfer.event, MOVES)
    missing = case((Transfer.event == Event.REPAYMENT, Transfer.amount_ore), else_=-Transfer.amount_ore) - total.c.paid_ore
    moves = select(Transfer.id, Transfer.event, Transfer.recorded_at, kind.label("kind"), missing.label("missing_ore"))
    moves = moves.outerjoin(total, and_(total.c.transfer_id == Transfer.id, total.c.kind == kind)).where(Transfer.event.in_(MOVES))
    of = moves.subquery()
    return Same(
        ClaimEntry,
        of,
        of.c.id == ClaimEntry.transfer_id,
        {"kind": of.c.kind, "paid_ore": ClaimEntry.paid_ore + of.c.missing_ore, "due_ore": 0, "made_at": of.c.recorded_at},
        TRANSFERS,
        ("transfer_id",),
        where=ClaimEntry.kind.in_(MOVES.values()),
        rest=of.c.event != Event.REVERSAL,
        shared=True,
    )


def _credits() -> Same:
    """The credits of a movement come to what the history says of them. Those from before there were entries have no line of their own."""
    total = _totals()
    of = (
        select(
            HistoryEntry.id, Transfer.id.label("transfer_id"), (-number(HistoryEntry, "amount_ore") - total.c.due_ore).label("missing_ore")
        )
        .join(Transfer, and_(Transfer.pool_id == HistoryEntry.pool_id, Transfer.number == number(HistoryEntry, "transfer")))
        .join(total, and_(total.c.transfer_id == Transfer.id, total.c.kind == EntryKind.CREDIT))
        .where(told(HistoryEntry, AWARDS, "credited"))
        .subquery()
    )
    return Same(
        ClaimEntry,
        of,
        of.c.transfer_id == ClaimEntry.transfer_id,
        {"due_ore": ClaimEntry.due_ore + func.coalesce(of.c.missing_ore, 0), "paid_ore": 0},
        HISTORY,
        where=ClaimEntry.kind == EntryKind.CREDIT,
        shared=True,
        optional=True,
    )


def _lowered() -> Same:
    """A credit has the movement that lowered the principal."""
    of = postings()
    by = and_(of.c.id == ClaimEntry.transfer_id, of.c.award_id == _award_of_line(), of.c.event.in_(LOWERS))
    return Same(
        ClaimEntry,
        of,
        by,
        {"made_at": of.c.recorded_at},
        TRANSFERS,
        ("transfer_id",),
        where=ClaimEntry.kind == EntryKind.CREDIT,
        shared=True,
    )


def _set_offs() -> Same:
    other = aliased(ClaimEntry)
    by = and_(
        other.claim_line_id == ClaimEntry.other_line_id,
        other.other_line_id == ClaimEntry.claim_line_id,
        other.made_at == ClaimEntry.made_at,
    )
    return Same(
        ClaimEntry,
        other,
        by,
        {
            "kind": other.kind,
            "paid_ore": -other.paid_ore,
            "made_at": other.made_at,
            "made_by_id": other.made_by_id,
            "due_ore": 0,
            "transfer_id": None,
        },
        ENTRIES,
        ("claim_line_id", "other_line_id"),
        where=(ClaimEntry.kind == EntryKind.SET_OFF) | ClaimEntry.other_line_id.is_not(None),
    )


def _corrected() -> Same:
    """A claim is made again from a verified report of the loan, with the figure of its department."""
    claimed, before = aliased(ClaimLine), aliased(ClaimEntry)
    earlier = select(func.coalesce(func.sum(before.due_ore), 0)).where(
        before.claim_line_id == ClaimEntry.claim_line_id, before.id < ClaimEntry.id
    )
    due_ore = select(claimed.due_ore).where(claimed.id == ClaimEntry.claim_line_id).scalar_subquery() + earlier.scalar_subquery()
    of_line = select(claimed.department_id, Claim.year).join(Claim, Claim.id == claimed.claim_id)
    of_line = of_line.where(
        claimed.id == ClaimEntry.claim_line_id, claimed.department_id == GainReport.department_id, Claim.year == GainReport.year
    )
    figure = case((GainReport.cashable, GainReport.amount_ore), else_=0)
    return Same(
        ClaimEntry,
        GainReport,
        and_(GainReport.id == ClaimEntry.gain_report_id, GainReport.award_id == _award_of_line()),
        {
            "kind": str(EntryKind.CORRECTION),
            "gain_ore": case((of_line.exists(), figure), else_=ClaimEntry.gain_ore),
            "paid_ore": 0,
            "due_ore": ClaimEntry.corrected_ore - due_ore,
            "made_by_id": GainReport.verified_by_id,
            "made_at": GainReport.verified_at,
            "transfer_id": None,
        },
        GainReport.__tablename__,
        ("gain_report_id",),
        where=or_(*(column.is_not(None) for column in WORKED_OUT)),
        shared=True,
    )


def _corrected_together() -> Same:
    """Lines from before the history told the room and the day of payment say nothing of them."""
    of = line()
    year = select(Claim.year).join(ClaimLine, ClaimLine.claim_id == Claim.id).where(ClaimLine.id == ClaimEntry.claim_line_id)
    by = and_(about(of, AWARDS, _award_of_line(), "claim_corrected"), number(of, "year") == year.correlate(ClaimEntry).scalar_subquery())
    due_on = case((ClaimEntry.due_on.is_(None), None), else_=func.coalesce(of.details["due_on"].as_string(), cast(ClaimEntry.due_on, Text)))
    return Same(
        ClaimEntry,
        of,
        by,
        {"cap_ore": func.coalesce(number(of, "cap_ore"), ClaimEntry.cap_ore), "due_on": due_on, "made_at": of.at},
        HISTORY,
        ("claim_line_id",),
        where=ClaimEntry.kind == EntryKind.CORRECTION,
        shared=True,
    )


def _repaid() -> Same:
    """Money pays the line of the department and the year that the history names."""
    of, claim, claimed = line(), aliased(Claim), aliased(ClaimLine)
    moved = select(Transfer.number).where(Transfer.id == ClaimEntry.transfer_id).correlate(ClaimEntry).scalar_subquery()
    paid = (
        select(claimed.id)
        .join(claim, claim.id == claimed.claim_id)
        .where(claim.award_id == of.subject_id, claim.year == number(of, "year"), claimed.department_id == number(of, "department_id"))
    )
    return Same(
        ClaimEntry,
        of,
        and_(about(of, AWARDS, _award_of_line(), "repaid"), number(of, "transfer") == moved),
        {"claim_line_id": paid.scalar_subquery(), "made_by_id": of.actor_id, "made_at": of.at},
        HISTORY,
        ("claim_line_id", "transfer_id"),
        where=ClaimEntry.kind == EntryKind.REPAYMENT,
    )


def _refunded() -> Same:
    return Same(
        ClaimEntry,
        Refund,
        Refund.transfer_id == ClaimEntry.transfer_id,
        {"claim_line_id": Refund.claim_line_id, "made_by_id": Refund.settled_by_id, "made_at": Refund.settled_at},
        Refund.__tablename__,
        ("transfer_id",),
        where=ClaimEntry.kind == EntryKind.REFUND,
        rest=Refund.transfer_id.is_not(None),
    )


def _told_to_departments() -> Same:
    """What changed a line was written to its department."""
    return Same(
        ClaimEntry,
        Letter,
        Letter.claim_entry_id == ClaimEntry.id,
        {
            "claim_line_id": func.coalesce(Letter.claim_line_id, ClaimEntry.claim_line_id),
            "made_at": func.coalesce(Letter.made_at, ClaimEntry.made_at),
        },
        Letter.__tablename__,
        where=ClaimEntry.kind.in_([EntryKind.CREDIT, EntryKind.CORRECTION]),
        optional=True,
    )


def _of_departments() -> Same:
    """A set-off is between lines of one department, as the history names them."""
    of, claim, claimed = line(), aliased(Claim), aliased(ClaimLine)
    paid = (
        select(claimed.id)
        .join(claim, claim.id == claimed.claim_id)
        .where(claim.award_id == of.subject_id, claim.year == number(of, "year"), claimed.department_id == number(of, "department_id"))
    )
    return Same(
        ClaimEntry,
        of,
        about(of, AWARDS, _award_of_line(), "set_off"),
        {
            "claim_line_id": paid.scalar_subquery(),
            "paid_ore": number(of, "amount_ore"),
            "made_by_id": of.actor_id,
            "made_at": of.at,
        },
        HISTORY,
        ("claim_line_id",),
        where=and_(ClaimEntry.kind == EntryKind.SET_OFF, ClaimEntry.paid_ore > 0),
        rest=told(of, AWARDS, "set_off"),
    )


def _award_of_line() -> Any:
    claim, of = aliased(Claim), aliased(ClaimLine)
    found = select(claim.award_id).join(of, of.claim_id == claim.id).where(of.id == ClaimEntry.claim_line_id)
    return found.correlate(ClaimEntry).scalar_subquery()


HELD = (
    _entries(),
    _moved(),
    _credits(),
    _lowered(),
    _set_offs(),
    _corrected(),
    _corrected_together(),
    _repaid(),
    _refunded(),
    _told_to_departments(),
    _of_departments(),
)
