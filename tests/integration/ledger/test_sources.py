"""Where money comes from has one account in a pool, however its name is written."""

import pytest
from flask import Flask
from sqlalchemy import select

from fundbank.extensions import db
from fundbank.history.models import HistoryEntry
from fundbank.ledger import operations, queries
from fundbank.ledger.chart import Event
from fundbank.ledger.steps import post
from fundbank.pools.models import Pool
from fundbank.pools.roles import Role
from tests.at_once import at_once, doing
from tests.builders import AT, a_person_with, a_pool

pytestmark = pytest.mark.each_database

AS_WRITTEN = "Budget 2026 – drift"


@pytest.fixture
def pool(app: Flask) -> Pool:
    return a_pool()


def fund(pool: Pool, source: str, ore: int = 100_00) -> str:
    """Put money into the pool; what its source is called afterwards."""
    finance = a_person_with(pool, Role.FINANCE)
    operations.fund_pool(actor=finance, at=AT, pool=pool, source=source, amount_ore=ore)
    said = db.session.scalars(select(HistoryEntry.details).where(HistoryEntry.event == "funded").order_by(HistoryEntry.id)).all()
    return str(said[-1]["source"])


@pytest.mark.parametrize("source", ["BUDGET 2026 – DRIFT", "budget 2026 - drift", "Budget  2026 —  drift ", "Budget\xa02026 ‑ drift"])
def test_a_source_that_is_written_in_another_way_is_the_same(pool: Pool, source: str) -> None:
    assert fund(pool, AS_WRITTEN) == fund(pool, source, 50_00) == AS_WRITTEN
    assert queries.sources(pool.id) == [(AS_WRITTEN, 150_00)]
    finance = a_person_with(pool, Role.FINANCE)
    wanted = operations.register_return_funding(actor=finance, at=AT, pool=pool, source=source, amount_ore=120_00, reason="Tilbage")
    operations.approve_return_funding(actor=a_person_with(pool, Role.FINANCE), at=AT, movement=wanted)
    assert queries.sources(pool.id) == [(AS_WRITTEN, 30_00)]


@pytest.mark.parametrize("source", ["Budget 2027 – drift", "Budget 2026 drift", "Båndlagt budget 2026 – drift"])
def test_another_source_has_its_own(pool: Pool, source: str) -> None:
    assert (fund(pool, AS_WRITTEN), fund(pool, source)) == (AS_WRITTEN, source)
    assert len(queries.sources(pool.id)) == 2


def test_in_another_pool_it_is_another(pool: Pool) -> None:
    fund(pool, AS_WRITTEN)
    assert fund(a_pool(pool.municipality), AS_WRITTEN.upper()) == AS_WRITTEN.upper()


def test_sources_from_before_stay_as_they_are_and_each_is_found_by_its_own_name(pool: Pool) -> None:
    finance = a_person_with(pool, Role.FINANCE)
    for source in (AS_WRITTEN, AS_WRITTEN.upper()):
        post(pool_id=pool.id, event=Event.FUNDING, source=source, amount_ore=100_00, actor_id=finance.id, at=AT)
    assert fund(pool, AS_WRITTEN.upper(), 1_00) == AS_WRITTEN.upper()
    assert fund(pool, AS_WRITTEN, 2_00) == AS_WRITTEN
    assert sorted(queries.sources(pool.id)) == [(AS_WRITTEN.upper(), 101_00), (AS_WRITTEN, 102_00)]


def test_two_spellings_of_a_new_source_at_once_are_one(app: Flask, pool: Pool) -> None:
    finance = a_person_with(pool, Role.FINANCE)
    acts = [
        doing(operations.fund_pool, at=AT, actor=finance, pool=pool, source=source, amount_ore=100_00)
        for source in (AS_WRITTEN, AS_WRITTEN.upper())
    ]
    assert at_once(app, *acts) == ["done", "done"]
    ((source, ore),) = queries.sources(pool.id)
    assert source in (AS_WRITTEN, AS_WRITTEN.upper()) and ore == 200_00
