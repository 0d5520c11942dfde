"""Are claims, repayments and refunds as the ledger says? Each entry is held against its transfer, and each loan against its accounts.

What is wrong is named by its row. Whether the triggers are there that keep the entries is asked too; what two people say of a refund,
``fundbank.checks`` holds against its transfer.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import aliased, joinedload

from fundbank.errors import N_
from fundbank.extensions import db
from fundbank.kit import triggers
from fundbank.ledger.chart import Event
from fundbank.ledger.checks.findings import Finding
from fundbank.ledger.models import Transfer
from fundbank.ledger.queries import award_balances_of
from fundbank.repayments.models import Claim, ClaimEntry, ClaimLine, LineBalance
from fundbank.repayments.queries import award_lines, due_on_column, unpaid_column
from fundbank.repayments.rules import Line, room_ore
from fundbank.repayments.states import EntryKind

TRIGGERS: Mapping[str, frozenset[str]] = {
    "sqlite": frozenset(
        {
            "claim_entries_are_never_changed",
            "claim_entries_are_never_deleted",
            "claim_entries_are_never_replaced",
            "claim_lines_begin_balances",
            "claim_entries_move_balances",
        }
    ),
    "postgresql": frozenset(
        {
            "claim_entries_stay",
            "claim_entries_are_not_emptied (once a statement)",
            "claim_lines_begin_balances",
            "claim_entries_move_balances",
        }
    ),
}
LOWERS = frozenset({Event.RETURN, Event.WRITE_OFF, Event.CONVERSION, Event.REVERSAL})
"""What can lower the principal, and so the claims."""

SIGNS = {EntryKind.REPAYMENT: (Event.REPAYMENT, 1), EntryKind.REVERSAL: (Event.REVERSAL, -1), EntryKind.REFUND: (Event.REFUND, -1)}
"""The entries that move money: the event of their transfer, and whether it pays or takes back."""


def check_claims(pool_id: int) -> list[Finding]:
    """What is wrong with the claims, repayments and refunds of a pool."""
    lost = N_("The database has lost the trigger %(trigger)s, which guards the claims.")
    findings = [Finding(lost, {"trigger": name}) for name in triggers.missing(TRIGGERS)]
    entries = _entries(pool_id)
    of_entries = [*_transfers(pool_id, entries), *_set_offs(entries), *_corrections(entries)]
    return [*findings, *of_entries, *_balances(pool_id), *_loans(pool_id)]


def _entries(pool_id: int) -> list[ClaimEntry]:
    query = select(ClaimEntry).join(ClaimLine, ClaimLine.id == ClaimEntry.claim_line_id).join(Claim, Claim.id == ClaimLine.claim_id)
    query = query.options(
        joinedload(ClaimEntry.line).joinedload(ClaimLine.claim),
        joinedload(ClaimEntry.other_line),
        joinedload(ClaimEntry.gain_report),
        joinedload(ClaimEntry.transfer).joinedload(Transfer.debit_account),
        joinedload(ClaimEntry.transfer).joinedload(Transfer.credit_account),
    )
    query = query.where(Claim.pool_id == pool_id).order_by(ClaimEntry.id).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def _transfers(pool_id: int, entries: list[ClaimEntry]) -> Iterator[Finding]:
    """Each entry that moves money has its transfer, and each transfer that is a repayment, its reversal or a refund its entries."""
    other, sums = N_("Entry %(number)s of a claim does not follow its transfer."), dict[int, int]()
    for entry in entries:
        if (transfer := entry.transfer) is None:
            continue
        award_id = transfer.debit_account.award_id or transfer.credit_account.award_id
        event, sign = SIGNS.get(EntryKind(entry.kind), (None, 0))
        fits = transfer.event in LOWERS if event is None else transfer.event == event
        if award_id != entry.line.claim.award_id or not fits:
            yield Finding(other, {"number": entry.id})
        if event is not None:
            sums[transfer.id] = sums.get(transfer.id, 0) + sign * entry.paid_ore
    posted = select(Transfer.id, Transfer.number, Transfer.amount_ore).where(
        Transfer.pool_id == pool_id, Transfer.event.in_([Event.REPAYMENT, Event.REFUND])
    )
    for transfer_id, number, amount_ore in db.session.execute(posted.union_all(_reversed_repayments(pool_id))):
        if sums.get(transfer_id, 0) != amount_ore:
            yield Finding(
                N_("Transfer %(number)s moves %(amount_ore)s, but the claims show %(shown_ore)s of it."),
                {"number": number, "amount_ore": amount_ore, "shown_ore": sums.get(transfer_id, 0)},
                number,
            )


def _reversed_repayments(pool_id: int) -> Select[int, int, int]:
    repayment = aliased(Transfer)
    query = select(Transfer.id, Transfer.number, Transfer.amount_ore).join(repayment, repayment.id == Transfer.reverses_id)
    return query.where(Transfer.pool_id == pool_id, repayment.event == Event.REPAYMENT)


def _set_offs(entries: list[ClaimEntry]) -> Iterator[Finding]:
    """What a set-off takes from one line it gives to another, of the same department and loan."""
    sums: dict[tuple[int, int], int] = defaultdict(int)
    for entry in entries:
        if entry.kind == EntryKind.SET_OFF and entry.other_line is not None:
            pair = sorted((entry.claim_line_id, entry.other_line.id))
            sums[pair[0], pair[1]] += entry.paid_ore
            if entry.other_line.department_id != entry.line.department_id:
                yield Finding(N_("Entry %(number)s of a claim sets off money of another department."), {"number": entry.id})
    for (one, other), ore in sums.items():
        if ore:
            sentence = N_("What claim lines %(one)s and %(other)s have set off against each other does not come to 0.")
            yield Finding(sentence, {"one": one, "other": other})


def _corrections(entries: list[ClaimEntry]) -> Iterator[Finding]:
    """Each correction says what its line was due by it, and follows a verified report of the loan."""
    due: dict[int, int] = {}
    for entry in entries:
        due[entry.claim_line_id] = due.get(entry.claim_line_id, entry.line.due_ore) + entry.due_ore
        if entry.kind != EntryKind.CORRECTION:
            continue
        report = entry.gain_report
        follows = report is not None and report.is_verified and report.award_id == entry.line.claim.award_id
        if due[entry.claim_line_id] != entry.corrected_ore or not follows:
            yield Finding(N_("Entry %(number)s of a claim does not follow the corrected gain."), {"number": entry.id})


def _balances(pool_id: int) -> Iterator[Finding]:
    """Of each line it is kept what it lacks, by when, and whose it is."""
    told = (Claim.pool_id, Claim.award_id, ClaimLine.department_id, unpaid_column(), due_on_column())
    kept = (LineBalance.pool_id, LineBalance.award_id, LineBalance.department_id, LineBalance.unpaid_ore, LineBalance.due_on)
    query = (
        select(ClaimLine.id).join(Claim, Claim.id == ClaimLine.claim_id).outerjoin(LineBalance, LineBalance.claim_line_id == ClaimLine.id)
    )
    query = query.where(Claim.pool_id == pool_id, or_(*(one.is_distinct_from(other) for one, other in zip(kept, told, strict=True))))
    for line_id in db.session.scalars(query.order_by(ClaimLine.id)):
        yield Finding(
            N_("What is kept as owed on claim line %(number)s does not fit the line and what has happened to it."), {"number": line_id}
        )


def _loans(pool_id: int) -> Iterator[Finding]:
    """No loan has more due than its principal, no line is due or paid less than nothing, and what is paid is what the ledger says."""
    by_award = award_lines(Claim.pool_id == pool_id)
    held = award_balances_of(by_award)
    for award_id, lines in by_award.items():
        if room_ore(held[award_id].loan_ore, lines) < 0:
            yield Finding(N_("More is due on award %(award)s than what is left of its loan."), {"award": award_id})
        yield from _lines(lines)


def _lines(lines: list[Line]) -> Iterator[Finding]:
    for line in lines:
        if line.due_ore < 0 or line.paid_ore < 0:
            yield Finding(N_("Claim line %(number)s is due or paid less than nothing."), {"number": line.id})
