"""What two people ask for at the same instant happens once; the other is refused by name, and nothing is left between the two."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundbank.awards.models import Award, Disbursement
from fundbank.awards.operations import accept_award, approve_disbursement, close_award, return_unspent
from fundbank.errors import Refusal
from fundbank.extensions import db
from fundbank.history.models import HistoryEntry
from fundbank.kit.transaction import commit, unit_of_work
from fundbank.ledger.queries import award_balances
from fundbank.people.models import User
from fundbank.repayments.models import ClaimLine, Reversal
from fundbank.repayments.operations.claims import make_claim, post_repayment
from fundbank.repayments.operations.reversals import approve_reversal, register_reversal
from tests.integration.awards.bank import Bank, a_bank, at

NOW = at(2026)
Act = Callable[[], Callable[[], object]]


@pytest.fixture
def bank(app: Flask) -> Bank:
    return a_bank()


def at_once(app: Flask, *acts: Act) -> list[str]:
    """Do these in requests of their own, at the same instant; "done" or the refusal's code of each, sorted.

    An act reads what it needs, and returns what it then does. Where the database lets both read first, both have read before either acts.
    """
    commit()
    both_read = db.engine.dialect.name == "postgresql"
    together, answers = Barrier(len(acts)), []

    def request(act: Act) -> None:
        with app.app_context():
            if not both_read:
                together.wait()
            try:
                with unit_of_work():
                    do = act()
                    if both_read:
                        together.wait()
                    do()
                answers.append("done")
            except Refusal as refusal:
                answers.append(refusal.code)
            except Exception as error:  # a thread's own would only be printed
                answers.append(repr(error))

    threads = [Thread(target=request, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    return sorted(answers)


def count(award: Award, event: str) -> int:
    query = select(func.count()).where(HistoryEntry.subject_type == "awards", HistoryEntry.subject_id == award.id)
    return db.session.scalar(query.where(HistoryEntry.event == event)) or 0


def an(model: type, id_: int):
    """This row, as a request of its own reads it."""
    return db.session.get_one(model, id_)


def test_an_award_is_accepted_once(app, bank):
    award = bank.award(loan=600_000, accepted=False)
    award_id, leader = award.id, bank.leader.id

    def accepting():
        actor, mine = an(User, leader), an(Award, award_id)
        return lambda: accept_award(actor=actor, at=NOW, award=mine)

    assert at_once(app, accepting, accepting) == ["done", "wrong_state"]
    assert count(award, "accepted") == 1


def test_a_disbursement_is_approved_once(app, bank):
    award = bank.award(loan=600_000)
    waiting, approver = bank.register(award, 300_000).id, bank.finance_2.id

    def approving():
        actor, mine = an(User, approver), an(Disbursement, waiting)
        return lambda: approve_disbursement(actor=actor, at=NOW, disbursement=mine)

    assert at_once(app, approving, approving) == ["already_posted", "done"]
    assert (bank.held(award).loan_ore, count(award, "disbursed")) == (300_000_00, 1)
    bank.check()


def test_a_year_is_claimed_once(app, bank):
    award = bank.award(loan=600_000, basis="planned")
    bank.pay_out(award, 600_000)
    award_id, finance = award.id, bank.finance.id

    def claiming():
        actor, mine = an(User, finance), an(Award, award_id)
        return lambda: make_claim(actor=actor, at=NOW, award=mine, year=2025)

    assert at_once(app, claiming, claiming) == ["already_posted", "done"]
    assert count(award, "claimed") == 1


def test_a_claim_is_repaid_once(app, bank):
    award = bank.award(loan=600_000, basis="planned")
    bank.pay_out(award, 600_000)
    line, finance = bank.claim(award, 2025).lines[0].id, bank.finance.id

    def repaying():
        actor, mine = an(User, finance), an(ClaimLine, line)
        return lambda: post_repayment(actor=actor, at=NOW, line=mine, amount_ore=mine.due_ore)

    assert at_once(app, repaying, repaying) == ["done", "over_outstanding"]
    assert bank.held(award).loan_ore == 500_000_00
    bank.check()


def overtaken(app: Flask, slow: Act, quick: Act) -> str:
    """``slow`` reads, then ``quick`` does all of its own, then ``slow`` acts on what it has read; "done" or the refusal of the slow one."""
    commit()
    answer = "done"
    with app.app_context():
        try:
            with unit_of_work():
                do = slow()
                with app.app_context(), unit_of_work():
                    quick()()
                do()
        except Refusal as refusal:
            answer = refusal.code
    db.session.expire_all()
    return answer


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite lets only one begin
def test_a_reversal_that_a_closing_has_overtaken_is_refused(app, bank):
    award = bank.award(loan=100_000, basis="planned", years=1)
    bank.pay_out(award, 100_000)
    repayment = bank.repay(bank.claim(award, 2025).lines[0])
    return_unspent(actor=bank.finance, at=NOW, award=award, part="loan", amount_ore=bank.held(award).loan_ore)
    wrong = register_reversal(actor=bank.finance, at=NOW, transfer=repayment.transfer, reason="Forkert beløb").id
    award_id, approver, coordinator = award.id, bank.finance_2.id, bank.coordinator.id

    def closing():
        actor, mine = an(User, coordinator), an(Award, award_id)
        return lambda: close_award(actor=actor, at=NOW, award=mine)

    def reversing():
        actor, mine, read = an(User, approver), an(Reversal, wrong), an(Award, award_id)
        return lambda: approve_reversal(actor=actor, at=NOW, reversal=mine) and read

    assert overtaken(app, reversing, closing) == "wrong_state"
    assert (award.state, award_balances(award_id).loan_ore) == ("closed", 0)
    bank.check()
