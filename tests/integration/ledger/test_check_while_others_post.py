"""Whoever reads sees one moment: the check finds nothing wrong, and a statement agrees with itself, while others post."""

from itertools import count
from threading import Event, Thread

import pytest
from flask import Flask
from sqlalchemy import select

from fundbank.extensions import db
from fundbank.kit.database import reading_only
from fundbank.kit.transaction import commit, unit_of_work
from fundbank.ledger.checks import check_all
from fundbank.ledger.operations import fund_pool
from fundbank.ledger.queries import balances, chain_head
from fundbank.people.models import User
from fundbank.pools.models import Pool
from fundbank.pools.operations import give_role
from fundbank.pools.roles import Role
from tests.builders import AT, a_department, a_pool, a_user
from tests.pictures import Pictures

pytestmark = pytest.mark.each_database

ROUNDS = 60
ENOUGH = 3  # postings meanwhile, however slow the machine is


@pytest.fixture
def pool(app: Flask, pictures: Pictures) -> Pool:
    return pictures.of("a pool with a person of finance", _pool)


def _pool() -> Pool:
    pool = a_pool()
    give_role(actor=None, at=AT, pool=pool, user=a_user(a_department(pool.municipality), "Freja Finans"), role=Role.FINANCE)
    return pool


def test_a_reader_sees_one_moment_while_two_post(app: Flask, pool: Pool, whole: bool) -> None:
    pool_id, finance_id = pool.id, db.session.scalars(select(User.id).where(User.name == "Freja Finans")).one()
    commit()
    stop, keys, posted = Event(), count(), list[str]()

    def post(number: int) -> None:
        with app.app_context():
            while not stop.is_set():
                key = f"{number}-{next(keys)}"
                with unit_of_work():
                    fund_pool(
                        actor=db.session.get_one(User, finance_id), at=AT, pool=db.session.get_one(Pool, pool_id), source=f"Kilde {number}",
                        amount_ore=100, key=key,
                    )  # fmt: skip
                posted.append(key)
                db.session.remove()

    threads = [Thread(target=post, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    try:
        rounds = count(1)
        while next(rounds) <= (ROUNDS if whole else ROUNDS // 10) or len(posted) < ENOUGH:
            with app.app_context(), reading_only():
                reports = check_all()
                assert {pool_id: report.findings for pool_id, report in reports.items() if report.findings} == {}
                head, sums = chain_head(pool_id), balances(pool_id)
                assert sums.funding_ore == sums.available_ore == 100 * head[0]
                db.session.remove()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert len(posted) >= ENOUGH
