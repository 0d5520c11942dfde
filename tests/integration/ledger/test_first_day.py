"""The first day of a pool that moves in with a past: an administrator asks for it, finance confirms it."""

from datetime import date

import pytest
from flask import Flask

from fundbank.errors import AlreadyPosted, FourEyes, Incomplete, InvalidDate, NotAllowed, WrongState
from fundbank.kit.clock import local_date
from fundbank.kit.transaction import commit
from fundbank.ledger.operations import ask_first_day, confirm_first_day, fund_pool, refuse_first_day, withdraw_first_day
from fundbank.ledger.queries import first_day_wanted
from fundbank.people.models import User
from fundbank.pools.roles import Role
from tests.builders import a_person_with
from tests.integration.awards.bank import LATER, Bank, a_bank
from tests.web import Client

DAY = date(2021, 1, 1)


@pytest.fixture
def bank(app: Flask) -> Bank:
    return a_bank()


@pytest.fixture
def boss(bank: Bank) -> User:
    return a_person_with(bank.pool, Role.ADMINISTRATOR, department=bank.own, name="Adam Administrator", language="en")


def ask(bank: Bank, by: User, day: date = DAY, reason: str = "Kom fra regnearket") -> None:
    ask_first_day(actor=by, at=LATER, pool=bank.pool, day=day, reason=reason)


def test_two_people_set_it_and_money_counts_from_it(bank: Bank, boss: User) -> None:
    old = {"actor": bank.finance, "at": LATER, "pool": bank.pool, "source": "Budget 2021", "amount_ore": 100, "value_on": DAY}
    with pytest.raises(InvalidDate):
        fund_pool(**old)
    for who in (bank.finance, bank.coordinator, bank.leader):
        with pytest.raises(NotAllowed):
            ask(bank, who)
    with pytest.raises(Incomplete):
        ask(bank, boss, reason=" ")
    with pytest.raises(InvalidDate):
        ask(bank, boss, day=date(2030, 1, 1))
    ask(bank, boss)
    with pytest.raises(AlreadyPosted):
        ask(bank, boss)
    wanted = first_day_wanted(bank.pool.id)
    assert wanted is not None
    with pytest.raises(InvalidDate):
        fund_pool(**old)
    for act in (confirm_first_day, refuse_first_day):
        with pytest.raises(NotAllowed):
            act(actor=boss, at=LATER, wanted=wanted)
    confirm_first_day(actor=bank.finance, at=LATER, wanted=wanted)
    assert fund_pool(**old).value_date == bank.pool.begins_on == DAY
    with pytest.raises(WrongState):
        withdraw_first_day(actor=boss, at=LATER, wanted=wanted)
    with pytest.raises(InvalidDate):
        ask(bank, boss, day=date(2021, 1, 2))


def test_it_can_be_refused_and_taken_back_and_who_asked_is_not_the_second(bank: Bank) -> None:
    both = a_person_with(bank.pool, Role.ADMINISTRATOR, Role.FINANCE, department=bank.own, name="Bo Begge", language="en")
    for end, who in ((refuse_first_day, bank.finance), (withdraw_first_day, both)):
        ask(bank, both)
        wanted = first_day_wanted(bank.pool.id)
        assert wanted is not None
        with pytest.raises(FourEyes):
            confirm_first_day(actor=both, at=LATER, wanted=wanted)
        end(actor=who, at=LATER, wanted=wanted)
        assert first_day_wanted(bank.pool.id) is None
    assert bank.pool.begins_on == local_date(bank.pool.created_at)


def test_it_is_asked_for_and_confirmed_on_its_page(bank: Bank, boss: User, client: Client) -> None:
    commit()
    url = f"/pools/{bank.pool.id}/first-day"
    client.sign_in(boss)
    wrong = client.submit(url, {"day": "32-01-2021", "reason": "Kom fra regnearket"})
    assert wrong.status_code == 422 and 'id="day-error"' in wrong.text and "Kom fra regnearket" in wrong.text
    assert client.submit(url, {"day": "01-01-2021", "reason": "Kom fra regnearket"}).status_code == 303
    assert "I take it back" in client.get(url).words and "I confirm it" not in client.get(url).words
    client.sign_in(bank.finance)
    assert "First days of pools to confirm" in client.get("/").words
    assert client.submit(url, {"answer": "confirm"}).status_code == 303
    assert "Money in the pool counts from 1 January 2021 at the earliest" in client.get(url).words
    client.sign_in(bank.leader)
    assert client.get(url).status_code == 403
