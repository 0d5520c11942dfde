"""What would happen to the claims of a loan, before it happens: by the same rules that then decide it (domain.md §8)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundbank.awards.models import Award
from fundbank.extensions import db
from fundbank.ledger.chart import AccountKind, Event
from fundbank.ledger.models import Transfer
from fundbank.ledger.queries import award_balances
from fundbank.repayments.models import ClaimLine
from fundbank.repayments.queries import line_repaid_by, lines_of
from fundbank.repayments.rules import credits, room_ore, set_offs, taken_back

Changes = list[tuple[ClaimLine, int]]


def credits_if(award: Award, lowered_ore: int) -> Changes:
    """What each line would be credited, in øre, if the principal fell by ``lowered_ore``."""
    lines = lines_of(award)
    given = credits(lines, room_ore(award_balances(award.id).loan_ore - lowered_ore, lines))
    return _with_lines({credit.line_id: credit.ore for credit in given})


def credits_if_reversed(award: Award | None, transfer: Transfer) -> Changes:
    """What each line would be credited, in øre, if the transfer were reversed: where it paid out of the loan."""
    lowers = award is not None and transfer.event == Event.DISBURSEMENT and transfer.debit_account.kind == AccountKind.LOAN
    return credits_if(award, transfer.amount_ore) if award is not None and lowers else []


def paid_if_reversed(transfer: Transfer) -> Changes:
    """How much more or less, in øre, each line would be paid if this repayment were reversed; nothing for another transfer."""
    line = line_repaid_by(transfer)
    if line is None:
        return []
    lines, change = lines_of(line.claim.award), Counter[int]()
    for line_id, ore in taken_back(lines, line.id, transfer.amount_ore):
        change[line_id] -= ore
    for moved in set_offs([replace(one, paid_ore=one.paid_ore + change[one.id]) for one in lines]):
        change[moved.from_id] -= moved.ore
        change[moved.to_id] += moved.ore
    return _with_lines({line_id: ore for line_id, ore in change.items() if ore})


def _with_lines(change: Mapping[int, int]) -> Changes:
    if not change:
        return []
    query = select(ClaimLine).options(joinedload(ClaimLine.claim), joinedload(ClaimLine.department)).where(ClaimLine.id.in_(change))
    return [(line, change[line.id]) for line in db.session.scalars(query.order_by(ClaimLine.id))]
