"""Tampering by somebody who may drop the triggers: the check finds it and says where."""

import pytest
from sqlalchemy import select

from fundbank.extensions import db
from fundbank.ledger import queries
from fundbank.ledger.chart import AccountKind, Event
from fundbank.ledger.checks import TRIGGERS, check, check_all
from fundbank.ledger.models import Transfer
from tests.integration.ledger.conftest import Ledger

pytestmark = pytest.mark.each_database

HASH = "Transfer {} is not as it was written: its hash does not fit."


@pytest.fixture
def books(ledger: Ledger) -> Ledger:
    """Nine transfers, the sixth of them reversed by the seventh."""
    ledger.fund(1_000)
    ledger.post(Event.APPROVAL, 600, award_id=7)
    ledger.post(Event.APPROVAL, 100, award_id=8)
    ledger.post(Event.DISBURSEMENT, 300, award_id=7, part="loan")
    ledger.post(Event.DISBURSEMENT, 100, award_id=7, part="grant")
    ledger.reverse(ledger.post(Event.REPAYMENT, 50, award_id=7))
    ledger.post(Event.REPAYMENT, 60, award_id=7)
    ledger.post(Event.RELEASE, 40, award_id=8)
    ledger.fund(500, pool_id=ledger.other_pool_id)
    db.session.commit()
    assert check(ledger.pool_id) == []
    return ledger


def found(books: Ledger) -> list[str]:
    return [str(finding) for finding in check(books.pool_id)]


def of_pool(books: Ledger, statement: str) -> str:
    return f"{statement} AND pool_id = {books.pool_id}"


@pytest.mark.parametrize(
    "change",
    [
        "text = 'Something else'",
        "value_date = '2025-12-31'",
        "recorded_at = '2026-03-02 09:30:00.000001'",
        "idempotency_key = 'another'",
        "approver_id = actor_id",
        "event = 'return'",
        "hash = '" + "0" * 64 + "'",
    ],
)
def test_a_changed_transfer_is_found(books: Ledger, change: str) -> None:
    books.tamper(of_pool(books, f"UPDATE transfers SET {change} WHERE number = 8"))  # noqa: S608
    findings = check(books.pool_id)
    assert HASH.format(8) in map(str, findings)
    assert {finding.number for finding in findings if "as repaid" not in finding.sentence} <= {8, 9}


def test_a_changed_amount_is_found_with_the_accounts_that_it_puts_wrong(books: Ledger) -> None:
    books.tamper(of_pool(books, "UPDATE transfers SET amount_ore = 61 WHERE number = 8"))
    assert found(books) == [
        HASH.format(8),
        "The account available shows 400, but its transfers come to 401.",
        "The account loan:7 shows 240, but its transfers come to 239.",
        "The pool shows 60 as repaid, but its transfers come to 61.",
    ]


def test_an_overdraft_in_the_past_is_found_where_it_happened(books: Ledger) -> None:
    books.tamper(of_pool(books, "UPDATE transfers SET amount_ore = 650 WHERE number = 1"))
    assert found(books)[:2] == [HASH.format(1), "Transfer 3 overdraws the account available."]


def test_a_transfer_hidden_from_searches_is_found(books: Ledger) -> None:
    assert (
        db.session.scalars(select(Transfer.search_text).where(Transfer.number == 1, Transfer.pool_id == books.pool_id)).one()
        == "budget 2026"
    )
    books.tamper(of_pool(books, "UPDATE transfers SET search_text = 'nothing' WHERE number = 1"))
    assert [str(finding) for finding in check(books.pool_id)] == ["Transfer 1 is found by other words than its own."]


def test_a_deleted_transfer_is_found(books: Ledger) -> None:
    books.tamper(of_pool(books, "DELETE FROM transfers WHERE number = 8"))
    assert found(books)[0] == "Transfers are missing: 8 to 8 are not there."


def test_a_deleted_transfer_is_found_although_the_rest_moved_up(books: Ledger) -> None:
    books.tamper(
        of_pool(books, "DELETE FROM transfers WHERE number = 8"),
        of_pool(books, "UPDATE transfers SET number = 8 WHERE number = 9"),
    )
    assert found(books)[:2] == ["Transfer 8 does not continue from the one before it.", HASH.format(8)]


def test_two_swapped_transfers_are_found(books: Ledger) -> None:
    books.tamper(
        of_pool(books, "UPDATE transfers SET number = 100 WHERE number = 4"),
        of_pool(books, "UPDATE transfers SET number = 4 WHERE number = 5"),
        of_pool(books, "UPDATE transfers SET number = 5 WHERE number = 100"),
    )
    findings = check(books.pool_id)
    assert {finding.number for finding in findings} == {4, 5, 6}
    assert HASH.format(4) in map(str, findings) and HASH.format(5) in map(str, findings)


def test_swapped_accounts_are_found(books: Ledger) -> None:
    books.tamper(
        of_pool(
            books,
            "UPDATE transfers SET debit_account_id = credit_account_id, credit_account_id = debit_account_id WHERE number = 8",
        )
    )
    findings = found(books)
    assert HASH.format(8) in findings
    assert "Transfer 8 moves money between accounts that its event does not." in findings


def test_a_transfer_hashed_in_a_way_that_nobody_knows_is_found(books: Ledger) -> None:
    books.tamper(of_pool(books, "UPDATE transfers SET hash_version = 2 WHERE number = 4"))
    assert found(books) == ["Transfer 4 is hashed in a way that this program does not know."]


def test_a_cut_tail_is_found_by_the_head(books: Ledger) -> None:
    books.tamper(of_pool(books, "DELETE FROM lent_again WHERE number > 7"), of_pool(books, "DELETE FROM transfers WHERE number > 7"))
    assert found(books)[0] == "The ledger is cut off: its last transfer should be 9, but is 7."


def test_a_chain_rewritten_to_its_head_is_found_by_what_was_noted_elsewhere(books: Ledger) -> None:
    noted = dict([queries.chain_head(books.pool_id)])
    last_but_one = queries.transfers(books.pool_id, limit=2)[1].hash
    books.tamper(
        of_pool(books, "DELETE FROM lent_again WHERE number = 9"),
        of_pool(books, "DELETE FROM transfers WHERE number = 9"),
        f"UPDATE chain_heads SET number = 8, hash = '{last_but_one}', available_ore = available_ore - 40, reserved_ore = reserved_ore + 40"  # noqa: S608
        f" WHERE pool_id = {books.pool_id}",  # noqa: S608
        of_pool(books, "UPDATE accounts SET balance_ore = balance_ore - 40 WHERE kind = 'available'"),
        of_pool(books, "UPDATE accounts SET balance_ore = balance_ore + 40 WHERE kind = 'reserved' AND award_id = 8"),
    )
    assert found(books) == []
    assert [str(finding) for finding in check(books.pool_id, anchors=noted)] == [
        "Transfer 9 was noted elsewhere, but is not in the ledger."
    ]
    books.post(Event.RELEASE, 39, award_id=8)
    assert [str(finding) for finding in check(books.pool_id, anchors=noted)] == [
        "Transfer 9 is not the one whose hash was noted elsewhere."
    ]


def test_a_changed_running_total_is_found(books: Ledger) -> None:
    books.tamper(of_pool(books, "UPDATE accounts SET balance_ore = balance_ore + 5 WHERE kind = 'grant'"))
    assert found(books) == [
        "The account grant:7 shows 105, but its transfers come to 100.",
        "The pool does not add up: 1000 was given, but its parts come to 1005.",
        "The pool shows 100 for all accounts of the kind grant, but they come to 105.",
    ]


@pytest.mark.parametrize("kind", AccountKind)
def test_a_changed_sum_of_a_kind_is_found(books: Ledger, kind: AccountKind) -> None:
    (kept_ore,) = books.sql(f"SELECT {kind}_ore FROM chain_heads WHERE pool_id = {books.pool_id}").scalars()  # noqa: S608
    books.tamper(f"UPDATE chain_heads SET {kind}_ore = {kept_ore + 5} WHERE pool_id = {books.pool_id}")  # noqa: S608
    assert found(books) == [f"The pool shows {kept_ore + 5} for all accounts of the kind {kind}, but they come to {kept_ore}."]


def test_a_changed_sum_of_what_was_repaid_is_found(books: Ledger) -> None:
    assert queries.repaid_ore(books.pool_id) == 60
    books.tamper(f"UPDATE chain_heads SET repaid_ore = 110 WHERE pool_id = {books.pool_id}")  # noqa: S608
    assert found(books) == ["The pool shows 110 as repaid, but its transfers come to 60."]


def test_an_account_given_to_another_award_is_found(books: Ledger) -> None:
    books.tamper(of_pool(books, "UPDATE accounts SET award_id = 8 WHERE kind = 'grant'"))
    assert "The account grant:7 does not belong to the award that it names." in found(books)
    assert "Transfer 5 moves money from one award to another." in found(books)
    books.tamper(of_pool(books, "UPDATE accounts SET award_id = 9, holder = '9' WHERE kind = 'grant'"))
    assert HASH.format(5) in found(books)


def test_an_account_moved_to_another_pool_is_found(books: Ledger) -> None:
    move = f"UPDATE accounts SET pool_id = {books.other_pool_id} WHERE kind = 'grant'"  # noqa: S608
    books.tamper(move)
    assert "Transfer 5 moves the account grant:7 of another pool." in found(books)
    assert "Award 7 has accounts in more than one pool." in found(books)


def test_a_reversal_that_mirrors_nothing_is_found(books: Ledger) -> None:
    other = queries.transfers(books.pool_id, before_number=6)[0].id
    books.tamper(of_pool(books, f"UPDATE transfers SET reverses_id = {other} WHERE number = 7"))  # noqa: S608
    assert found(books) == [
        HASH.format(7),
        "Transfer 7 does not mirror the transfer that it reverses.",
        "The pool shows 60 as repaid, but its transfers come to 110.",
    ]


KEPT_WRONGLY = "Of transfer 9 it is kept wrongly how much of its money is lent again."


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("UPDATE lent_again SET award_id = award_id + 1", KEPT_WRONGLY),
        ("UPDATE lent_again SET available_ore = available_ore + 1", KEPT_WRONGLY),
        ("UPDATE lent_again SET fresh_ore = fresh_ore - 1", KEPT_WRONGLY),
        ("UPDATE lent_again SET again_ore = again_ore + 1", KEPT_WRONGLY),
        ("UPDATE lent_again SET change_ore = change_ore + 1", KEPT_WRONGLY),
        ("DELETE FROM lent_again", "Of transfer 9 it is not kept how much of its money is lent again."),
    ],
)
def test_what_is_kept_of_money_lent_again_is_worked_out_again(books: Ledger, change: str, sentence: str) -> None:
    books.tamper(of_pool(books, f"{change} WHERE number = 9"))
    assert found(books) == [sentence]


def test_a_head_that_was_moved_is_found(books: Ledger) -> None:
    books.tamper(f"UPDATE chain_heads SET hash = '' WHERE pool_id = {books.pool_id}")  # noqa: S608
    assert found(books) == ["The chain head does not fit transfer 9, the last one."]
    books.tamper(f"DELETE FROM chain_heads WHERE pool_id = {books.pool_id}")  # noqa: S608
    assert found(books) == ["The pool has no chain head: nothing shows where its ledger ends."]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_garbage_is_found_and_not_fallen_over(books: Ledger) -> None:
    books.tamper(of_pool(books, "UPDATE transfers SET amount_ore = 'much', value_date = 'never', recorded_at = x'00' WHERE number = 8"))
    assert found(books)[:2] == [HASH.format(8), "Transfer 8 has an amount that is not above 0 in whole øre."]


def test_each_trigger_is_missed(books: Ledger) -> None:
    dialect = db.engine.dialect.name
    for drop, _make in books.guards():
        books.sql(drop)
    lost = "The database has lost the trigger {}, which guards the ledger."
    assert found(books) == [lost.format(name) for name in sorted(TRIGGERS[dialect])]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_trigger_that_is_switched_off_is_missed(books: Ledger) -> None:
    books.sql("ALTER TABLE transfers DISABLE TRIGGER transfers_stay")
    assert found(books) == ["The database has lost the trigger transfers_stay, which guards the ledger."]


def test_all_pools_are_checked_each_for_itself(books: Ledger) -> None:
    books.tamper(of_pool(books, "UPDATE transfers SET text = 'x' WHERE number = 2"))
    reports = check_all()
    assert {pool: report.transfers for pool, report in reports.items()} == {books.pool_id: 9, books.other_pool_id: 1}
    assert not reports[books.pool_id].is_clean
    assert reports[books.other_pool_id].is_clean
