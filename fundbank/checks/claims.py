"""Claims and their lines, held against the gains, the history and the loan's terms; what was due is worked out anew."""

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import String, Text, and_, case, cast, func, select, type_coerce
from sqlalchemy.engine import Connection
from sqlalchemy.orm import aliased

from fundbank.awards.models import Award, Participant
from fundbank.checks.records import HISTORY, about, line, number, told
from fundbank.checks.same import Same
from fundbank.errors import N_
from fundbank.gains.models import GainReport
from fundbank.kit.seals.checks import Fault
from fundbank.repayments.models import Claim, ClaimEntry, ClaimLine
from fundbank.repayments.rules import claim_lines
from fundbank.repayments.states import EntryKind

AWARDS, LINES, ENTRIES = Award.__tablename__, ClaimLine.__tablename__, ClaimEntry.__tablename__
WRONG = N_("%(table)s, row %(key)s, is not what the gains of claim %(claim)s come to: %(columns)s.")


def _made() -> Same:
    """Lines from before the history told the room and the day of payment say nothing of them."""
    of = line()
    return Same(
        Claim,
        of,
        about(of, AWARDS, Claim.award_id, "claimed"),
        {
            "year": number(of, "year"),
            "pool_id": of.pool_id,
            "made_by_id": of.actor_id,
            "made_at": of.at,
            "cap_ore": func.coalesce(number(of, "cap_ore"), Claim.cap_ore),
            "due_on": func.coalesce(of.details["due_on"].as_string(), cast(Claim.due_on, Text)),
        },
        HISTORY,
        ("award_id",),
        rest=told(of, AWARDS, "claimed"),
    )


def _sharing() -> Same:
    by = and_(Participant.award_id == _award_of(ClaimLine.claim_id), Participant.department_id == ClaimLine.department_id)
    return Same(
        ClaimLine,
        Participant,
        by,
        {"position": Participant.position},
        Participant.__tablename__,
        ("department_id", "claim_id"),
        shared=True,
    )


def _gains() -> Same:
    """A claim of realised gains follows the verified report that was the department's then."""
    report = aliased(GainReport)
    first = select(func.min(report.id)).where(report.claim_id == ClaimLine.claim_id, report.department_id == ClaimLine.department_id)
    first = first.correlate(ClaimLine)
    basis = select(Award.basis).join(Claim, Claim.award_id == Award.id).where(Claim.id == ClaimLine.claim_id).correlate(ClaimLine)
    return Same(
        ClaimLine,
        GainReport,
        GainReport.id == first.scalar_subquery(),
        {"gain_ore": case((GainReport.cashable, GainReport.amount_ore), else_=0)},
        GainReport.__tablename__,
        ("claim_id", "department_id"),
        where=basis.scalar_subquery() == "realised",
    )


def _sums() -> Same:
    """The lines of a claim come to what the history says of it."""
    of, other = line(), aliased(ClaimLine)
    others = select(func.coalesce(func.sum(other.due_ore), 0)).where(other.claim_id == ClaimLine.claim_id, other.id != ClaimLine.id)
    year = select(Claim.year).where(Claim.id == ClaimLine.claim_id).correlate(ClaimLine).scalar_subquery()
    return Same(
        ClaimLine,
        of,
        and_(about(of, AWARDS, _award_of(ClaimLine.claim_id), "claimed"), number(of, "year") == year),
        {"due_ore": number(of, "amount_ore") - others.scalar_subquery()},
        HISTORY,
        ("claim_id",),
        shared=True,
    )


def _with_lines() -> Same:
    of = select(func.min(ClaimLine.id).label("id"), ClaimLine.claim_id).group_by(ClaimLine.claim_id).subquery()
    return Same(Claim, of, of.c.claim_id == Claim.id, {}, LINES, ("id",))


def _award_of(claim_id: Any) -> Any:
    claim = aliased(Claim)
    return select(claim.award_id).where(claim.id == claim_id).correlate(ClaimLine).scalar_subquery()


HELD = (_made(), _sharing(), _gains(), _sums(), _with_lines())


def differences(connection: Connection) -> Iterator[Fault]:
    """Work out again what each line was due when its claim was made, and when it was made again."""
    claimed = (
        select(
            ClaimLine.id,
            ClaimLine.claim_id.label("whole"),
            ClaimLine.gain_ore,
            ClaimLine.share_due_ore,
            ClaimLine.shortfall_ore,
            ClaimLine.due_ore,
            Claim.cap_ore,
            Claim.id.label("claim_id"),
            type_coerce(Award.share, String).label("share"),
        )
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .join(Award, Award.id == Claim.award_id)
    )
    yield from _worked_out(connection, claimed.order_by(ClaimLine.claim_id, ClaimLine.position), LINES, "due_ore")
    again = (
        select(
            ClaimEntry.id,
            ClaimEntry.gain_report_id.label("whole"),
            ClaimEntry.gain_ore,
            ClaimEntry.share_due_ore,
            ClaimEntry.shortfall_ore,
            ClaimEntry.corrected_ore,
            ClaimEntry.cap_ore,
            ClaimLine.claim_id,
            type_coerce(Award.share, String).label("share"),
        )
        .join(ClaimLine, ClaimLine.id == ClaimEntry.claim_line_id)
        .join(Claim, Claim.id == ClaimLine.claim_id)
    )
    again = again.join(Award, Award.id == Claim.award_id).where(ClaimEntry.kind == EntryKind.CORRECTION)
    yield from _worked_out(
        connection, again.order_by(ClaimEntry.gain_report_id, ClaimLine.claim_id, ClaimLine.position), ENTRIES, "corrected_ore"
    )


def _worked_out(connection: Connection, query: Any, table: str, due: str) -> Iterator[Fault]:
    for (_whole, claim_id), rows in groupby(connection.execute(query), key=attrgetter("whole", "claim_id")):
        for key, columns in off(list(rows), due):
            values = {"table": table, "key": key, "claim": claim_id, "columns": ", ".join(columns)}
            yield Fault(WRONG, values)


def off(rows: Sequence[Any], due: str) -> Iterator[tuple[int, list[str]]]:
    """Of the lines of one claim those that are not what their gains come to, and in which columns."""
    gains = [(place, row.gain_ore) for place, row in enumerate(rows)]
    try:
        dues = claim_lines(gains=gains, share=Decimal(rows[0].share), claimable_ore=rows[0].cap_ore)
    except (TypeError, ValueError, InvalidOperation):  # somebody has put there what is no amount
        yield from ((row.id, ["gain_ore", "cap_ore"]) for row in rows)
        return
    rest_ore = rows[0].cap_ore - sum(one.due_ore for one in dues)
    adds_up = sum(row.shortfall_ore for row in rows) in (0, rest_ore)
    for row, right in zip(rows, dues, strict=True):
        wrong = {
            "share_due_ore": row.share_due_ore != right.share_due_ore,
            "shortfall_ore": not adds_up,
            "cap_ore": row.cap_ore != rows[0].cap_ore,
            due: getattr(row, due) != right.due_ore + row.shortfall_ore,
        }
        if any(wrong.values()):
            yield row.id, [column for column, is_wrong in wrong.items() if is_wrong]
