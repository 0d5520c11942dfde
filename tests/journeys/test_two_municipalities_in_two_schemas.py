"""Two municipalities on one PostgreSQL, each in a schema of its own: a loan goes its way from the application to the first repayment, and a
grant from its application to the award that is closed, step by step beside each other; nothing of one is in the other.

The loan goes through a browser, in the first municipality and with ``--whole`` in both; the grant goes through in both by the same forms
without one.
"""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from fundbank.applications.models import Application
from fundbank.awards.models import Award, Disbursement
from fundbank.extensions import Base, db
from fundbank.ledger.checks import check_all
from fundbank.meetings.models import Meeting
from fundbank.pools.criteria import CRITERIA
from fundbank.pools.models import Pool
from tests.journeys import steps
from tests.journeys import test_grant_is_never_claimed as grant
from tests.journeys import test_loan_from_application_to_last_repayment as loan
from tests.journeys.conftest import Window, served
from tests.journeys.counter import Counter
from tests.journeys.desk import Desk
from tests.journeys.town import Town, a_town_with_pool
from tests.schemas import SCHEMAS, in_town, programs_of, rows

Step = Callable[[Desk, Town], None]
LENT = ("claims", "claim_entries")


@pytest.fixture
def desks(schemas: str, catalogue: Path, window_of: Callable[..., Window]) -> Iterator[dict[str, Desk]]:
    with programs_of(schemas, CATALOGUES=str(catalogue)) as apps, served(apps["egeby"]) as first, served(apps["lindby"]) as second:
        yield dict(zip(SCHEMAS, (Desk(window_of(first)), Desk(window_of(second))), strict=True))


@pytest.mark.timeout(300)
def test_a_loan_and_a_grant_go_their_way_in_each_and_leave_nothing_in_another(desks: dict[str, Desk], schemas: str, whole: bool) -> None:
    before = {schema: rows(schemas, schema) for schema in (*SCHEMAS, "public")}
    towns: dict[str, Town] = {}
    for schema, desk in desks.items():
        with in_town(desk.window.live.app):
            towns[schema] = a_town_with_pool(minimum_scores=1)[0]
    of_the_loan = (applies, decides, is_paid_out, is_repaid)
    for step in (puts_money_in, *of_the_loan, a_grant_is_applied_for, is_granted, is_paid_and_closed):
        for schema, desk in list(desks.items())[: 1 if step in of_the_loan and not whole else None]:
            others = {other: rows(schemas, other) for other in before if other != schema}
            with in_town(desk.window.live.app):
                step(desk, towns[schema])
            assert {other: rows(schemas, other) for other in others} == others
    for schema, desk in desks.items():
        with in_town(desk.window.live.app):
            assert all(report.is_clean for report in check_all().values())
            assert db.session.get_one(Award, newest(Award)).state == "closed"
        after = rows(schemas, schema)
        assert after.keys() == Base.metadata.tables.keys()
        written = ["transfers", "letters", "history_entries", *(LENT if whole or schema == SCHEMAS[0] else ())]
        assert all(after[table] > before[schema][table] for table in written)
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
    steps.closes_the_meeting(desk)
    steps.accepts(desk, town.leader, loan.TITLE)
    desk.sees_part("reserved", "600.000,00 kr.")


def is_paid_out(desk: Desk, town: Town) -> None:
    steps.registers_a_disbursement(desk.on(date(2024, 3, 1)), town.finance[0], loan.TITLE, "600.000")
    steps.approves_the_disbursement(desk, town.finance[1], loan.TITLE)
    desk.sees_part("loans", "600.000,00 kr.")


def is_repaid(desk: Desk, town: Town) -> None:
    loan.is_repaid(desk, town, 2025, loan.GAINS[2025])


def a_grant_is_applied_for(desk: Desk, town: Town) -> None:
    counter = Counter(desk.window.live.app).on(date(2026, 3, 2))
    pool_id = newest(Pool)
    quality = {"qualitative_gains-0-criterion": "quality", "qualitative_gains-0-text": "Borgeren skal ikke længere i banken."}
    cost = {"costs-0-text": "Modul", "costs-0-amount": "500.000"}
    own = {f"own_{criterion.code}": "4" for criterion in CRITERIA}
    counter.sends(town.applicant, f"/pools/{pool_id}/applications/new", title=grant.TITLE)
    page = f"/applications/{newest(Application)}"
    project = {"summary": "Borgerne spares for en tur."}
    written = {"project": project, "need": own, "money": {"grant": "500.000"} | cost, "gains": quality, "who": {"it_consulted": "y"}}
    for step, typed in written.items():
        counter.sends(town.applicant, f"{page}/write/{step}", **typed)
    counter.sends(town.leader, page, f"{page}/sign")
    counter.sends(town.leader, page, f"{page}/submit")
    counter.sends(town.coordinator, f"{page}/screening", result="eligible")
    counter.sends(town.chair, f"{page}/score", **{criterion.code: "4" for criterion in CRITERIA})
    counter.sends(town.coordinator, f"/pools/{pool_id}/meetings/new", proposed="2026-04-09")
    meeting = f"/meetings/{newest(Meeting)}"
    counter.sends(town.coordinator, meeting, f"{meeting}/agenda/all")


def is_granted(desk: Desk, town: Town) -> None:
    counter = Counter(desk.window.live.app).on(date(2026, 4, 9))
    meeting = f"/meetings/{newest(Meeting)}"
    counter.sends(town.chair, meeting, f"{meeting}/open", present=town.chair.id)
    counter.sends(town.chair, f"{meeting}/applications/{newest(Application)}/decision", outcome="approve")
    counter.sends(town.chair, meeting, f"{meeting}/close")
    counter.sends(town.leader, f"/awards/{newest(Award)}/accept", agreed="y")


def is_paid_and_closed(desk: Desk, town: Town) -> None:
    counter = Counter(desk.window.live.app).on(date(2026, 5, 4))
    award = f"/awards/{newest(Award)}"
    counter.sends(town.finance[0], f"{award}/disbursements/new", amount="500.000")
    counter.sends(town.finance[1], f"/disbursements/{newest(Disbursement)}/approval")
    assert desk.say("The award has no loan, so nothing is claimed.") in counter.sees(town.finance[0], f"{award}/claims/new").words
    counter.sends(town.coordinator, f"{award}/close", report="Test med rigtige sager, før systemet tages i brug.")


def newest(model: type[Base]) -> int:
    """The number of the row that was made last."""
    return db.session.scalar(select(func.max(model.id))) or 0  # type: ignore[attr-defined]
