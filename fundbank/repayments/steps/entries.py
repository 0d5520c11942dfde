"""What happens to the lines of a loan's claims, written down as entries: the only place that adds them (domain.md §8).

Each step asks the rules what follows, writes it, and records it in the award's history. Whoever calls one holds the award's lock.
"""

from datetime import datetime
from typing import Any

from fundbank.awards.models import Award
from fundbank.errors import N_
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.kit.clock import local_date
from fundbank.ledger.models import Transfer
from fundbank.ledger.queries import award_balances
from fundbank.ledger.rules import OverOutstanding
from fundbank.people.models import User
from fundbank.repayments.models import Claim, ClaimEntry, ClaimLine, Refund
from fundbank.repayments.queries import line_repaid_by, lines_of
from fundbank.repayments.rules import Again, Line, credits, day_of_payment, is_put_off, room_ore, set_offs, taken_back
from fundbank.repayments.states import EntryKind

REFUNDED = N_("The department's claims hold only %(limit_ore)s of it, because the rest was refunded.")


def add_repayment(*, actor: User, at: datetime, line: ClaimLine, transfer: Transfer) -> ClaimEntry:
    """Money from a department pays its line."""
    return _add(line.id, EntryKind.REPAYMENT, actor, at, paid_ore=transfer.amount_ore, transfer_id=transfer.id)


def add_refund(*, actor: User, at: datetime, refund: Refund, transfer: Transfer) -> ClaimEntry:
    """Money that was paid too much on a line is handed back."""
    return _add(refund.claim_line_id, EntryKind.REFUND, actor, at, paid_ore=-transfer.amount_ore, transfer_id=transfer.id)


def credit_claims(*, actor: User, at: datetime, award: Award, transfer: Transfer) -> None:
    """Make the claims smaller by what is due beyond the principal, now that ``transfer`` has lowered it."""
    lines = lines_of(award)
    given = credits(lines, room_ore(award_balances(award.id).loan_ore, lines))
    for credit in given:
        _add(credit.line_id, EntryKind.CREDIT, actor, at, due_ore=-credit.ore, transfer_id=transfer.id)
    if given:
        record(award, "credited", actor_id=actor.id, at=at, amount_ore=sum(credit.ore for credit in given), transfer=transfer.number)


def check_take_back(transfer: Transfer) -> None:
    """Raise OverOutstanding for a repayment that its department's lines of the loan no longer hold, because it was refunded."""
    if (line := line_repaid_by(transfer)) is None:
        return
    held_ore = sum(ore for _line_id, ore in taken_back(lines_of(line.claim.award), line.id, transfer.amount_ore))
    if held_ore < transfer.amount_ore:
        raise OverOutstanding(REFUNDED, amount_ore=transfer.amount_ore, limit_ore=held_ore)


def take_back_repayment(*, actor: User, at: datetime, award: Award, repayment: Transfer, counter: Transfer) -> None:
    """A repayment has been reversed: what it paid is taken back, and what then is paid too much elsewhere pays what is unpaid."""
    if (line := line_repaid_by(repayment)) is not None:
        for taken_id, ore in taken_back(lines_of(award), line.id, counter.amount_ore):
            _add(taken_id, EntryKind.REVERSAL, actor, at, paid_ore=-ore, transfer_id=counter.id)
        set_off(actor=actor, at=at, award=award)


def set_off(*, actor: User, at: datetime, award: Award) -> None:
    """Let what each department has paid too much pay its other unpaid lines of the loan."""
    lines = {line.id: line for line in lines_of(award)}
    for moved in set_offs(lines.values()):
        _add(moved.from_id, EntryKind.SET_OFF, actor, at, paid_ore=-moved.ore, other_line_id=moved.to_id)
        _add(moved.to_id, EntryKind.SET_OFF, actor, at, paid_ore=moved.ore, other_line_id=moved.from_id)
        told = lines[moved.to_id]
        record(
            award, "set_off", actor_id=actor.id, at=at, department_id=told.department_id, year=told.year,
            from_year=lines[moved.from_id].year, amount_ore=moved.ore,
        )  # fmt: skip


def correct_claim(*, actor: User, at: datetime, claim: Claim, again: Again, report_id: int, lines: dict[int, Line]) -> None:
    """Write down a claim that has been made again; ``lines`` are those of the claim as they stood, by department.

    What is raised is to be paid as a claim of today would be, unless something of it is overdue already (``rules.is_put_off``).
    """
    today = local_date(at)
    due_on = day_of_payment(today, claim.award.policy.claim_due_days)
    for due in again.dues:
        line = lines[due.department_id]
        _add(
            line.id, EntryKind.CORRECTION, actor, at, due_ore=due.due_ore - line.due_ore, gain_report_id=report_id, gain_ore=due.gain_ore,
            share_due_ore=due.share_due_ore, shortfall_ore=due.shortfall_ore,
            corrected_ore=due.due_ore, cap_ore=again.cap_ore,
            due_on=due_on if is_put_off(line, due.due_ore, today) else None,
        )  # fmt: skip
    due_ore = sum(due.due_ore for due in again.dues)
    record(
        claim.award, "claim_corrected", actor_id=actor.id, at=at, year=claim.year, amount_ore=due_ore, cap_ore=again.cap_ore,
        due_on=due_on.isoformat(),
    )  # fmt: skip


def _add(line_id: int, kind: EntryKind, actor: User, at: datetime, **values: Any) -> ClaimEntry:
    entry = ClaimEntry(claim_line_id=line_id, kind=kind, made_by_id=actor.id, made_at=at, **values)
    db.session.add(entry)
    db.session.flush()
    return entry
