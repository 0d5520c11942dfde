"""What is kept of each promise beside its transfer: how much of it is money that is lent again (``ledger.rules.Reuse``)."""

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from fundbank.extensions import db
from fundbank.ledger.chart import AccountKind, Sides
from fundbank.ledger.models import Account, LentAgain, Transfer
from fundbank.ledger.rules import Reuse


def keep_reuse(transfer: Transfer, award_id: int, sides: Sides) -> None:
    """Note it of a transfer that has just gone in, between what is available and what is reserved for the award.

    The pool's transfers queue up, so that nothing comes between the last note and this one.
    """
    before = _reuse_before(transfer)
    of_award_ore = db.session.scalar(select(func.sum(LentAgain.change_ore)).where(LentAgain.award_id == award_id)) or 0
    after = before.after(sides, transfer.amount_ore, int(of_award_ore))
    db.session.add(
        LentAgain(
            transfer_id=transfer.id, pool_id=transfer.pool_id, number=transfer.number, award_id=award_id,
            available_ore=after.available_ore, fresh_ore=after.fresh_ore, again_ore=after.again_ore,
            change_ore=after.again_ore - before.again_ore,
        )
    )  # fmt: skip


def _reuse_before(transfer: Transfer) -> Reuse:
    """How the pool stood before the transfer: as the last note says, and after what has come and gone since."""
    of_pool = select(LentAgain).where(LentAgain.pool_id == transfer.pool_id).order_by(LentAgain.number.desc()).limit(1)
    last = db.session.scalars(of_pool).one_or_none()
    now = Reuse(last.available_ore, last.fresh_ore, last.again_ore) if last else Reuse()
    debit, credit = aliased(Account), aliased(Account)
    since = (
        select(debit.kind, credit.kind, Transfer.amount_ore)
        .join(debit, debit.id == Transfer.debit_account_id)
        .join(credit, credit.id == Transfer.credit_account_id)
        .where(Transfer.pool_id == transfer.pool_id, Transfer.number > (last.number if last else 0), Transfer.number < transfer.number)
        .order_by(Transfer.number)
    )
    for debit_kind, credit_kind, amount_ore in db.session.execute(since):
        now = now.after(Sides(AccountKind(debit_kind), AccountKind(credit_kind)), amount_ore)
    return now
