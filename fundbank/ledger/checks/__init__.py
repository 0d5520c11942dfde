"""The ledger's own audit: everything that the triggers keep, computed again from the first row (domain.md §7).

One pass over a pool's transfers in their order, each read once. What is found names the row, in a sentence for people.
Whoever may drop the triggers can also rewrite a chain from some row to its head so that it agrees with itself: that shows
only against an end of the chain noted elsewhere before (``queries.chain_head``, printed on statements), given as ``anchors``.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, select

from fundbank.errors import N_
from fundbank.extensions import db
from fundbank.kit import triggers
from fundbank.ledger.chart import OF_AN_AWARD, PARTS, AccountKind, Event
from fundbank.ledger.checks.findings import Finding, Report
from fundbank.ledger.checks.reuse import Followed, notes
from fundbank.ledger.checks.stored import Entry, Held, accounts, entries, find
from fundbank.ledger.models import Account, ChainHead, PerMille, Transfer, words_of_transfer
from fundbank.ledger.rules import GENESIS, HASHES, written_moment
from fundbank.pools.funding import per_mille

TRIGGERS: Mapping[str, frozenset[str]] = {
    "sqlite": frozenset(
        {
            "transfers_are_never_changed",
            "transfers_are_never_deleted",
            "transfers_are_checked",
            "transfers_move_balances",
            "transfers_words_added",
            "accounts_begin_at_zero",
            "accounts_follow_transfers",
            "accounts_stay",
            "chain_heads_begin_at_zero",
            "chain_heads_follow_transfers",
            "chain_heads_stay",
            "per_mille_is_never_changed",
            "per_mille_is_never_deleted",
            "per_mille_is_never_replaced",
            "lent_again_is_never_changed",
            "lent_again_is_never_deleted",
            "lent_again_is_never_replaced",
        }
    ),
    "postgresql": frozenset(
        {
            "transfers_stay",
            "transfers_are_not_emptied (once a statement)",
            "transfers_are_checked",
            "transfers_move_balances",
            "accounts_follow_transfers",
            "accounts_stay",
            "accounts_are_not_emptied (once a statement)",
            "chain_heads_follow_transfers",
            "chain_heads_stay",
            "chain_heads_are_not_emptied (once a statement)",
            "per_mille_stays",
            "per_mille_is_not_emptied (once a statement)",
            "lent_again_stays",
            "lent_again_is_not_emptied (once a statement)",
        }
    ),
}


def check(pool_id: int, *, anchors: Mapping[int, str] | None = None) -> list[Finding]:
    """Recompute one pool's ledger; ``anchors`` are hashes by number, as noted outside the database."""
    return _report(pool_id, anchors or {}, missing_triggers()).findings


def check_all(anchors: Mapping[int, Mapping[int, str]] | None = None) -> dict[int, Report]:
    """Recompute every pool's ledger; ``anchors``: what was noted of each, by pool."""
    anchors, missing = anchors or {}, missing_triggers()
    pools = db.session.scalars(select(ChainHead.pool_id).union(select(Transfer.pool_id), select(Account.pool_id)))
    return {pool_id: _report(pool_id, anchors.get(pool_id, {}), missing) for pool_id in sorted({*pools, *anchors})}


def missing_triggers() -> list[Finding]:
    """The triggers that should guard the ledger and aren't there, or are switched off."""
    sentence = N_("The database has lost the trigger %(trigger)s, which guards the ledger.")
    return [Finding(sentence, {"trigger": name}) for name in triggers.missing(TRIGGERS)]


def _report(pool_id: int, anchors: Mapping[int, str], missing: list[Finding]) -> Report:
    report, held = Report(pool_id, findings=list(missing)), accounts(Account.pool_id == pool_id)
    number, last_hash = 0, GENESIS
    reversed_ids: set[int] = set()
    reuse = Followed(notes(pool_id))
    for entry in entries(pool_id):
        report.transfers += 1
        _check_place(report, entry, number, last_hash)
        debit, credit = find(held, entry.debit_account_id), find(held, entry.credit_account_id)
        if debit is None or credit is None:
            report.add(N_("Transfer %(number)s names an account that does not exist."), at=entry.number)
        else:
            _check_hash(report, entry, debit, credit)
            _check_sides(report, entry, debit, credit)
            _check_words(report, entry, debit, credit)
            _count(report, entry, debit, credit)
            reuse.follow(entry, debit, credit)
        if entry.reverses_id is not None:
            _check_reversal(report, entry, reversed_ids)
        if anchors.get(entry.number, entry.hash) != entry.hash:
            report.add(N_("Transfer %(number)s is not the one whose hash was noted elsewhere."), at=entry.number)
        number, last_hash = entry.number, entry.hash
    for noted in anchors:
        if noted > number:
            report.add(N_("Transfer %(number)s was noted elsewhere, but is not in the ledger."), at=noted)
    head = db.session.execute(select(*ChainHead.__table__.c).where(ChainHead.pool_id == pool_id)).one_or_none()
    _check_head(report, head, number, last_hash)
    _check_accounts(report, held)
    if head is not None:
        _check_sums(report, head, held)
    reuse.finish(report)
    _check_per_mille(report)
    return report


def _check_place(report: Report, entry: Entry, number: int, last_hash: str) -> None:
    if entry.number != number + 1:
        if entry.number == number:
            report.add(N_("Transfer %(number)s is there twice."), at=entry.number)
        else:
            sentence = N_("Transfers are missing: %(first)s to %(last)s are not there.")
            report.add(sentence, at=number + 1, first=number + 1, last=entry.number - 1)
    elif entry.previous_hash != last_hash:
        report.add(N_("Transfer %(number)s does not continue from the one before it."), at=entry.number)


def _check_hash(report: Report, entry: Entry, debit: Held, credit: Held) -> None:
    hashed = HASHES.get(entry.hash_version)
    if hashed is None:
        report.add(N_("Transfer %(number)s is hashed in a way that this program does not know."), at=entry.number)
        return
    computed = hashed(
        entry.previous_hash,
        pool_id=report.pool_id,
        number=entry.number,
        event=entry.event,
        debit=debit.name,
        credit=credit.name,
        amount_ore=entry.amount_ore,
        value_date=entry.value_date.isoformat() if isinstance(entry.value_date, date) else entry.value_date,
        recorded_at=_moment(entry.recorded_at),
        actor_id=entry.actor_id,
        approver_id=entry.approver_id,
        text=entry.text,
        reverses=entry.reversed_number,
        key=entry.key,
    )
    if computed != entry.hash:
        report.add(N_("Transfer %(number)s is not as it was written: its hash does not fit."), at=entry.number)


def _check_words(report: Report, entry: Entry, debit: Held, credit: Held) -> None:
    if entry.search_text != words_of_transfer(entry.text, debit, credit):
        report.add(N_("Transfer %(number)s is found by other words than its own."), at=entry.number)


def _moment(stored: Any) -> str:
    """SQLite stores exactly the text that was hashed; PostgreSQL a naive moment in UTC."""
    return written_moment(stored) if isinstance(stored, datetime) else stored


def _check_sides(report: Report, entry: Entry, debit: Held, credit: Held) -> None:
    for account in (debit, credit):
        if account.pool_id != report.pool_id:
            report.add(N_("Transfer %(number)s moves the account %(account)s of another pool."), **_at(entry, account))
    sides = (debit.kind, credit.kind)
    if entry.event != Event.REVERSAL and (entry.event, sides) not in PARTS:
        report.add(N_("Transfer %(number)s moves money between accounts that its event does not."), at=entry.number)
    if debit.award_id != credit.award_id and None not in (debit.award_id, credit.award_id):
        report.add(N_("Transfer %(number)s moves money from one award to another."), at=entry.number)


def _count(report: Report, entry: Entry, debit: Held, credit: Held) -> None:
    if type(entry.amount_ore) is not int or entry.amount_ore <= 0:
        report.add(N_("Transfer %(number)s has an amount that is not above 0 in whole øre."), at=entry.number)
        return
    debit.counted_ore += -entry.amount_ore if debit.kind == AccountKind.FUNDING else entry.amount_ore
    credit.counted_ore -= -entry.amount_ore if credit.kind == AccountKind.FUNDING else entry.amount_ore
    if Event.REPAYMENT in (entry.event, entry.reversed_event) or entry.event == Event.REFUND:
        report.repaid_ore += entry.amount_ore if entry.event == Event.REPAYMENT else -entry.amount_ore
    for account in (debit, credit):
        if account.counted_ore < 0 and not account.was_overdrawn:
            account.was_overdrawn = True
            report.add(N_("Transfer %(number)s overdraws the account %(account)s."), **_at(entry, account))


def _check_reversal(report: Report, entry: Entry, reversed_ids: set[int]) -> None:
    mirrors = (report.pool_id, entry.credit_account_id, entry.debit_account_id, entry.amount_ore) == (
        *(entry.reversed_pool_id, entry.reversed_debit_id, entry.reversed_credit_id, entry.reversed_ore),
    )
    if not mirrors or entry.event != Event.REVERSAL:
        report.add(N_("Transfer %(number)s does not mirror the transfer that it reverses."), at=entry.number)
    if entry.reverses_id in reversed_ids:
        sentence = N_("Transfer %(number)s reverses transfer %(reversed)s, which was reversed before.")
        report.add(sentence, at=entry.number, reversed=entry.reversed_number)
    reversed_ids.add(entry.reverses_id or 0)


def _check_head(report: Report, head: Row[Any] | None, number: int, last_hash: str) -> None:
    if head is None and number == 0:
        return
    if head is None:
        report.add(N_("The pool has no chain head: nothing shows where its ledger ends."))
    elif head.number > number:
        sentence = N_("The ledger is cut off: its last transfer should be %(head)s, but is %(number)s.")
        report.add(sentence, at=number, head=head.number)
    elif (head.number, head.hash) != (number, last_hash):
        report.add(N_("The chain head does not fit transfer %(number)s, the last one."), at=number)


def _check_accounts(report: Report, held: dict[int, Held]) -> None:
    of_pool = [account for account in held.values() if account.pool_id == report.pool_id]
    for account in of_pool:
        if account.stored_ore != account.counted_ore:
            report.add(
                N_("The account %(account)s shows %(stored_ore)s, but its transfers come to %(counted_ore)s."),
                account=account.name,
                stored_ore=account.stored_ore,
                counted_ore=account.counted_ore,
            )
        if account.kind in OF_AN_AWARD and account.holder != str(account.award_id):
            report.add(N_("The account %(account)s does not belong to the award that it names."), account=account.name)
    awards = {account.award_id for account in of_pool if account.award_id is not None}
    for award_id in _in_several_pools(awards):
        report.add(N_("Award %(award)s has accounts in more than one pool."), award=award_id)
    wholes: Counter[bool] = Counter()
    for account in of_pool:
        wholes[account.kind == AccountKind.FUNDING] += account.stored_ore
    if wholes[True] != wholes[False]:
        sentence = N_("The pool does not add up: %(funding_ore)s was given, but its parts come to %(parts_ore)s.")
        report.add(sentence, funding_ore=wholes[True], parts_ore=wholes[False])


def _check_sums(report: Report, head: Row[Any], held: dict[int, Held]) -> None:
    """Is what is kept beside the head the sum of what is kept of each account, and of the repayments?"""
    sums: Counter[str] = Counter(dict.fromkeys(AccountKind, 0))
    for account in held.values():
        if account.pool_id == report.pool_id:
            sums[account.kind] += account.stored_ore
    for kind, counted_ore in sums.items():
        stored_ore = getattr(head, f"{kind}_ore")
        if stored_ore != counted_ore:
            sentence = N_("The pool shows %(stored_ore)s for all accounts of the kind %(account)s, but they come to %(counted_ore)s.")
            report.add(sentence, account=kind, stored_ore=stored_ore, counted_ore=counted_ore)
    if head.repaid_ore != report.repaid_ore:
        sentence = N_("The pool shows %(stored_ore)s as repaid, but its transfers come to %(counted_ore)s.")
        report.add(sentence, stored_ore=head.repaid_ore, counted_ore=report.repaid_ore)


def _check_per_mille(report: Report) -> None:
    """Is the share of what came in per mille still the one that its expenditure gives?"""
    rows = select(Transfer.number, Transfer.event, Transfer.amount_ore, PerMille).join(PerMille, PerMille.transfer_id == Transfer.id)
    for number, event, amount_ore, of in db.session.execute(rows.where(Transfer.pool_id == report.pool_id).order_by(Transfer.number)):
        if event != Event.FUNDING or per_mille(of.expenditure_ore, of.rate, of.to_pool) != (amount_ore, of.treasury_ore):
            report.add(N_("Transfer %(number)s is not the share of the service expenditure that is kept beside it."), at=number)


def _in_several_pools(award_ids: set[int]) -> list[int]:
    several = (
        select(Account.award_id)
        .where(Account.award_id.is_not(None))
        .group_by(Account.award_id)
        .having(func.count(Account.pool_id.distinct()) > 1)
    )
    return sorted(award_id for award_id in db.session.scalars(several) if award_id in award_ids)


def _at(entry: Entry, account: Held) -> dict[str, Any]:
    return {"at": entry.number, "account": account.name}
