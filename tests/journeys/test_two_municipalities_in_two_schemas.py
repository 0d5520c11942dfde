"""Two municipalities on one PostgreSQL, each in a schema of its own: a loan goes its way in both, from the application to the first
repayment, step by step beside each other, and nothing of one is in the other.
"""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from fundbank.extensions import Base
from fundbank.ledger.checks import check_all
from tests.journeys import steps
from tests.journeys import test_loan_from_application_to_last_repayment as loan
from tests.journeys.conftest import Window, served
from tests.journeys.desk import Desk
from tests.journeys.town import Town, a_town_with_pool
from tests.schemas import SCHEMAS, in_town, programs_of, rows

Step = Callable[[Desk, Town], None]


@pytest.fixture
def desks(schemas: str, catalogue: Path, window_of: Callable[..., Window]) -> Iterator[dict[str, Desk]]:
    with programs_of(schemas, CATALOGUES=str(catalogue)) as apps, served(apps["egeby"]) as first, served(apps["lindby"]) as second:
        yield dict(zip(SCHEMAS, (Desk(window_of(first)), Desk(window_of(second))), strict=True))


@pytest.mark.timeout(300)
def test_a_loan_goes_its_way_in_each_and_leaves_nothing_in_another(desks: dict[str, Desk], schemas: str) -> None:
    before = {schema: rows(schemas, schema) for schema in (*SCHEMAS, "public")}
    towns: dict[str, Town] = {}
    for schema, desk in desks.items():
        with in_town(desk.window.live.app):
            towns[schema] = a_town_with_pool(minimum_scores=1)[0]
    for step in (puts_money_in, applies, decides, is_paid_out, is_repaid):
        for schema, desk in desks.items():
            others = {other: rows(schemas, other) for other in before if other != schema}
            with in_town(desk.window.live.app):
                step(desk, towns[schema])
            assert {other: rows(schemas, other) for other in others} == others
    for schema, desk in desks.items():
        with in_town(desk.window.live.app):
            assert all(report.is_clean for report in check_all().values())
        after = rows(schemas, schema)
        assert after.keys() == Base.metadata.tables.keys()
        assert all(after[table] > before[schema][table] for table in ("transfers", "claims", "claim_entries", "letters", "history_entries"))
    assert rows(schemas, "public") == before["public"]


def puts_money_in(desk: Desk, town: Town) -> None:
    steps.puts_money_in(desk.on(date(2024, 1, 2)), town.finance[0], "3.000.000", "IT-investeringspuljen")


def applies(desk: Desk, town: Town) -> None:
    loan.writes(desk.on(date(2024, 1, 10)), town)
    steps.signs(desk, town.leader, loan.TITLE)
    steps.submits(desk, town.applicant, loan.TITLE)
    steps.screens(desk, town.coordinator, loan.TITLE)


def decides(desk: Desk, town: Town) -> None:
    steps.plans_a_meeting(desk, town.coordinator, date(2024, 2, 8))
    steps.scores(desk, town.chair, loan.TITLE)
    steps.opens_the_meeting(desk.on(date(2024, 2, 8)), town.chair, [town.chair])
    desk.follow("Decide")
    loan.approves(desk)
    steps.accepts(desk, town.leader, loan.TITLE)
    desk.sees_part("reserved", "600.000,00 kr.")


def is_paid_out(desk: Desk, town: Town) -> None:
    steps.registers_a_disbursement(desk.on(date(2024, 3, 1)), town.finance[0], loan.TITLE, "600.000")
    steps.approves_the_disbursement(desk, town.finance[1], loan.TITLE)
    desk.sees_part("loans", "600.000,00 kr.")


def is_repaid(desk: Desk, town: Town) -> None:
    loan.is_repaid(desk, town, 2025, loan.GAINS[2025])
