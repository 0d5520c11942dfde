"""Posting and reversing: each row of domain.md §7, each limit, and a request that comes twice."""

from datetime import UTC, date, datetime
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest

from fundbank.errors import AlreadyPosted, InvalidAmount, InvalidDate, Refusal, WrongState
from fundbank.extensions import db
from fundbank.kit.money import LIMIT_ORE
from fundbank.kit.transaction import unit_of_work
from fundbank.ledger import queries
from fundbank.ledger.chart import Event
from fundbank.ledger.checks import check
from fundbank.ledger.models import Account
from fundbank.ledger.rules import Balances, OverAvailable, OverOutstanding, OverReserved
from tests.builders import a_pool
from tests.integration.ledger.conftest import AT, Ledger
from tests.web import statements

pytestmark = pytest.mark.each_database

AWARD = 7


@pytest.fixture
def lent(ledger: Ledger) -> Ledger:
    """1,000 given, 600 promised to an award, of which 300 is lent and 100 granted."""
    ledger.fund(1_000)
    ledger.post(Event.APPROVAL, 600, award_id=AWARD)
    ledger.post(Event.DISBURSEMENT, 300, award_id=AWARD, part="loan")
    ledger.post(Event.DISBURSEMENT, 100, award_id=AWARD, part="grant")
    return ledger


BEFORE = {"funding": 1_000, "available": 400, "reserved": 200, "loans": 300, "grants": 100, "written_off": 0}
EVENTS: list[tuple[Event, dict[str, Any], dict[str, int]]] = [
    (Event.FUNDING, {"source": "Gift"}, {"funding": 40, "available": 40}),
    (Event.APPROVAL, {"award_id": AWARD}, {"available": -40, "reserved": 40}),
    (Event.DISBURSEMENT, {"award_id": AWARD, "part": "loan"}, {"reserved": -40, "loans": 40}),
    (Event.DISBURSEMENT, {"award_id": AWARD, "part": "grant"}, {"reserved": -40, "grants": 40}),
    (Event.RELEASE, {"award_id": AWARD}, {"reserved": -40, "available": 40}),
    (Event.REPAYMENT, {"award_id": AWARD}, {"loans": -40, "available": 40}),
    (Event.RETURN, {"award_id": AWARD, "part": "loan"}, {"loans": -40, "available": 40}),
    (Event.RETURN, {"award_id": AWARD, "part": "grant"}, {"grants": -40, "available": 40}),
    (Event.WRITE_OFF, {"award_id": AWARD}, {"loans": -40, "written_off": 40}),
    (Event.CONVERSION, {"award_id": AWARD}, {"loans": -40, "grants": 40}),
    (Event.FUNDING_RETURN, {"source": "Budget 2026"}, {"available": -40, "funding": -40}),
]


def whole(moves: dict[str, int] | None = None) -> Balances:
    return Balances(**{f"{kind}_ore": ore + (moves or {}).get(kind, 0) for kind, ore in BEFORE.items()})


@pytest.mark.parametrize("event, what, moves", EVENTS, ids=lambda value: str(value) if isinstance(value, Event) else None)
def test_an_event_moves_its_two_accounts_and_a_reversal_moves_them_back(
    lent: Ledger, event: Event, what: dict[str, Any], moves: dict[str, int]
) -> None:
    assert queries.balances(lent.pool_id) == whole()
    transfer = lent.post(event, 40, **what)
    assert queries.balances(lent.pool_id) == whole(moves)
    assert queries.balances(lent.pool_id).is_whole
    reversal = lent.reverse(transfer)
    assert (reversal.event, reversal.reverses_id, reversal.number) == (Event.REVERSAL, transfer.id, transfer.number + 1)
    assert queries.balances(lent.pool_id) == whole()
    assert check(lent.pool_id) == []


LIMITS: list[tuple[Event, dict[str, Any], int, type[Refusal]]] = [
    (Event.APPROVAL, {"award_id": AWARD}, 400, OverAvailable),
    (Event.DISBURSEMENT, {"award_id": AWARD, "part": "loan"}, 200, OverReserved),
    (Event.DISBURSEMENT, {"award_id": AWARD, "part": "grant"}, 200, OverReserved),
    (Event.RELEASE, {"award_id": AWARD}, 200, OverReserved),
    (Event.REPAYMENT, {"award_id": AWARD}, 300, OverOutstanding),
    (Event.RETURN, {"award_id": AWARD, "part": "loan"}, 300, OverOutstanding),
    (Event.RETURN, {"award_id": AWARD, "part": "grant"}, 100, OverOutstanding),
    (Event.WRITE_OFF, {"award_id": AWARD}, 300, OverOutstanding),
    (Event.CONVERSION, {"award_id": AWARD}, 300, OverOutstanding),
    (Event.FUNDING_RETURN, {"source": "Budget 2026"}, 400, OverAvailable),
    (Event.FUNDING_RETURN, {"source": "Nobody"}, 0, OverOutstanding),
    (Event.REPAYMENT, {"award_id": 8}, 0, OverOutstanding),
]


@pytest.mark.parametrize("event, what, limit_ore, refusal", LIMITS)
def test_an_account_gives_what_it_holds_and_not_an_ore_more(
    lent: Ledger, event: Event, what: dict[str, Any], limit_ore: int, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal) as refused:
        lent.post(event, limit_ore + 1, **what)
    assert refused.value.values == {"amount_ore": limit_ore + 1, "limit_ore": limit_ore}
    assert queries.count(lent.pool_id) == 4
    assert queries.balances(lent.pool_id) == whole()
    if limit_ore:
        lent.post(event, limit_ore, **what)
    assert check(lent.pool_id) == []


def test_a_source_gets_back_at_most_what_it_gave(ledger: Ledger) -> None:
    ledger.fund(500, source="Budget 2025")
    ledger.fund(200, source="Gift")
    with pytest.raises(OverOutstanding) as refused:
        ledger.post(Event.FUNDING_RETURN, 201, source="Gift")
    assert refused.value.values == {"amount_ore": 201, "limit_ore": 200}
    ledger.post(Event.FUNDING_RETURN, 200, source="Gift")
    assert queries.sources(ledger.pool_id) == [("Budget 2025", 500), ("Gift", 0)]


@pytest.mark.parametrize("amount_ore", [0, -1, LIMIT_ORE])
def test_an_amount_is_above_nothing_and_below_the_limit(ledger: Ledger, amount_ore: int) -> None:
    with pytest.raises(InvalidAmount):
        ledger.fund(amount_ore)
    assert queries.count(ledger.pool_id) == 0


def test_the_largest_amount_fits(ledger: Ledger) -> None:
    ledger.fund(LIMIT_ORE - 1)
    assert queries.balances(ledger.pool_id).available_ore == LIMIT_ORE - 1


@pytest.mark.parametrize("what", [{"event": Event.APPROVAL}, {"event": Event.FUNDING}, {"event": Event.DISBURSEMENT, "award_id": 7}])
def test_an_event_without_its_award_source_or_part_is_a_fault_in_the_program(ledger: Ledger, what: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        ledger.post(amount_ore=1, **what)


def test_money_that_has_moved_on_cannot_be_taken_back(ledger: Ledger) -> None:
    funding = ledger.fund(1_000)
    approval = ledger.post(Event.APPROVAL, 600, award_id=AWARD)
    disbursement = ledger.post(Event.DISBURSEMENT, 300, award_id=AWARD, part="loan")
    ledger.post(Event.REPAYMENT, 100, award_id=AWARD)
    with pytest.raises(OverAvailable):
        ledger.reverse(funding)
    with pytest.raises(OverReserved):
        ledger.reverse(approval)
    with pytest.raises(OverOutstanding):
        ledger.reverse(disbursement)
    assert queries.count(ledger.pool_id) == 4


def test_a_transfer_is_reversed_once_and_a_reversal_never(ledger: Ledger) -> None:
    first = ledger.fund(100)
    ledger.fund(100)
    assert not queries.is_reversed(first.id)
    reversal = ledger.reverse(first)
    assert queries.is_reversed(first.id)
    with pytest.raises(AlreadyPosted):
        ledger.reverse(first)
    with pytest.raises(WrongState):
        ledger.reverse(reversal)
    assert first.reversed_by is reversal


def test_a_request_that_comes_twice_posts_once(ledger: Ledger) -> None:
    ledger.fund(100, key="a form's key")
    for pool_id in (ledger.pool_id, ledger.other_pool_id):
        with pytest.raises(AlreadyPosted):
            ledger.fund(100, key="a form's key", pool_id=pool_id)
    assert queries.balances(ledger.pool_id).available_ore == 100
    assert check(ledger.pool_id) == []


def test_a_transfer_is_given_back_as_it_is_stored(ledger: Ledger) -> None:
    late = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)  # after midnight in Denmark
    posted = ledger.fund(100, at=late, text="Æblegrød", approver_id=ledger.approver_id)
    names = [column.name for column in posted.__table__.columns]
    before = {name: getattr(posted, name) for name in names}
    db.session.commit()
    db.session.expire_all()
    assert {name: getattr(posted, name) for name in names} == before
    assert (posted.value_date, posted.recorded_at) == (date(2026, 7, 1), late)
    assert (posted.debit_account.name, posted.credit_account.name) == ("available", "funding:Budget 2026")
    assert (posted.actor.id, posted.approver and posted.approver.id) == (ledger.actor_id, ledger.approver_id)


def test_objects_that_were_read_before_show_the_new_balances(ledger: Ledger) -> None:
    account = ledger.fund(100).debit_account
    assert account.balance_ore == 100
    ledger.fund(50)
    assert account.balance_ore == 150


def test_what_was_rolled_back_has_never_been(ledger: Ledger) -> None:
    ledger.fund(100)
    db.session.commit()
    ledger.fund(50)
    db.session.rollback()
    assert queries.count(ledger.pool_id) == 1
    ledger.fund(25)
    assert queries.balances(ledger.pool_id).available_ore == 125
    assert check(ledger.pool_id) == []


def in_threads(ledger: Ledger, jobs: list[Any]) -> list[Any]:
    """Run the jobs at the same instant, each in its own unit of work; return what each came to."""
    results: list[Any] = [None] * len(jobs)
    barrier = Barrier(len(jobs))

    def run(index: int) -> None:
        with ledger.app.app_context():
            barrier.wait()
            try:
                with unit_of_work():
                    results[index] = jobs[index]().number
            except Exception as error:
                results[index] = type(error)
            finally:
                db.session.remove()

    threads = [Thread(target=run, args=(index,)) for index in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_two_approvals_at_the_same_instant_one_wins(ledger: Ledger) -> None:
    for _ in range(10):
        ledger.fund(1_000)
        award = ledger.sql("SELECT coalesce(max(award_id), 0) + 1 FROM accounts").scalar_one()
        already = queries.balances(ledger.pool_id).available_ore
        db.session.commit()
        jobs = [lambda award_id=award + n, ore=already - 300: ledger.post(Event.APPROVAL, ore, award_id=award_id) for n in (0, 1)]
        results = in_threads(ledger, jobs)
        assert sorted(map(str, results)) == sorted([str(queries.count(ledger.pool_id)), str(OverAvailable)])
        assert queries.balances(ledger.pool_id).available_ore == 300
        ledger.post(Event.APPROVAL, 300, award_id=award)
        db.session.commit()
    assert check(ledger.pool_id) == []


def test_of_one_request_sent_twice_at_the_same_instant_one_posts(ledger: Ledger) -> None:
    for _ in range(10):
        key = str(uuid4())
        pools = (ledger.pool_id, ledger.pool_id, ledger.other_pool_id)
        results = in_threads(ledger, [lambda key=key, pool=pool: ledger.fund(1, key=key, pool_id=pool) for pool in pools])
        assert results.count(AlreadyPosted) == 2
        assert len([result for result in results if isinstance(result, int)]) == 1
    assert check(ledger.pool_id) == check(ledger.other_pool_id) == []


def test_the_first_transfers_of_a_pool_may_come_at_the_same_instant(ledger: Ledger) -> None:
    with unit_of_work():
        pool_ids = [a_pool().id for _ in range(20)]
    for pool_id in pool_ids:
        jobs = [lambda source=source, pool_id=pool_id: ledger.fund(5, source=source, pool_id=pool_id) for source in "abcdef"]
        assert sorted(map(str, in_threads(ledger, jobs))) == list("123456")
        with unit_of_work():
            assert queries.sources(pool_id) == [(source, 5) for source in "abcdef"]
            assert check(pool_id) == []


def test_what_has_been_moved_for_an_award_leaves_out_what_was_reversed(lent: Ledger) -> None:
    mistake = lent.post(Event.DISBURSEMENT, 50, award_id=AWARD, part="loan")
    lent.post(Event.APPROVAL, 30, award_id=8)
    assert queries.moved(AWARD, Event.DISBURSEMENT, "loan") == 350
    lent.reverse(mistake)
    assert queries.moved(AWARD, Event.DISBURSEMENT, "loan") == 300
    assert queries.moved(AWARD, Event.DISBURSEMENT, "grant") == 100
    assert queries.moved(AWARD, Event.DISBURSEMENT) == 400
    assert queries.moved(AWARD, Event.REPAYMENT) == 0
    lent.post(Event.REPAYMENT, 20, award_id=AWARD)
    assert queries.moved_of([AWARD, 8]) == {
        (AWARD, Event.APPROVAL, None): 600,
        (AWARD, Event.DISBURSEMENT, "loan"): 300,
        (AWARD, Event.DISBURSEMENT, "grant"): 100,
        (AWARD, Event.REPAYMENT, None): 20,
        (8, Event.APPROVAL, None): 30,
    }
    assert queries.award_balances(AWARD) == queries.AwardBalances(200, 280, 100, 0)
    assert queries.award_balances_of([8, 9]) == {8: queries.AwardBalances(30), 9: queries.AwardBalances()}


def test_transfers_come_newest_first_by_pages_in_one_query(lent: Ledger) -> None:
    lent.reverse(lent.fund(10))
    lent.fund(1, pool_id=lent.other_pool_id)
    db.session.commit()
    with statements() as run:
        page = queries.transfers(lent.pool_id, limit=4)
        seen = [(row.number, row.debit_account.name, row.credit_account.name, row.actor.name) for row in page]
        answered = [(row.reverses and row.reverses.number, row.reversed_by and row.reversed_by.number) for row in page]
    assert len([statement for statement in run if statement.lstrip().startswith("SELECT")]) == 1
    assert [number for number, *_ in seen] == [6, 5, 4, 3]
    assert answered == [(5, None), (None, 6), (None, None), (None, None)]
    assert [row.number for row in queries.transfers(lent.pool_id, before_number=3)] == [2, 1]
    assert [row.number for row in queries.transfers(lent.pool_id, award_id=AWARD)] == [4, 3, 2]
    assert queries.transfer(page[0].id) is page[0]


def test_accounts_are_made_when_first_needed_and_once(lent: Ledger) -> None:
    accounts = db.session.query(Account).filter_by(pool_id=lent.pool_id).count()
    lent.post(Event.DISBURSEMENT, 1, award_id=AWARD, part="loan", at=AT)
    assert db.session.query(Account).filter_by(pool_id=lent.pool_id).count() == accounts == 5


def test_a_posting_that_was_rolled_back_leaves_room_for_the_next(ledger: Ledger) -> None:
    """SQLite gives the row's number out again, while somebody may still hold the object that is gone."""
    nested = db.session.begin_nested()
    undone = ledger.fund(100)
    nested.rollback()
    assert ledger.fund(200).amount_ore == 200
    assert undone is not None


def test_no_day_that_has_passed_is_left_with_less_than_nothing(ledger: Ledger) -> None:
    """The value date may lie back, but not where the money was not there yet, nor where it had already gone again."""
    ledger.fund(100, value_date=date(2026, 1, 10))
    ledger.post(Event.FUNDING_RETURN, 70, source="Budget 2026", value_date=date(2026, 2, 1))
    ledger.fund(50)
    for day, left in ((date(2026, 1, 9), 0), (date(2026, 1, 10), 30), (date(2026, 2, 1), 30)):
        with pytest.raises(InvalidDate) as refused:
            ledger.post(Event.FUNDING_RETURN, left + 1, source="Budget 2026", value_date=day)
        assert refused.value.values == {"limit_ore": left}
    ledger.post(Event.APPROVAL, 30, award_id=1, value_date=date(2026, 1, 10))
    ledger.post(Event.FUNDING_RETURN, 50, source="Budget 2026")
