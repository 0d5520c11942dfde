"""The picture of a business case on paper: drawn, said in words, kept with the paper, and left out where there is nothing to draw."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from fundbank.applications.rules.content import Content, Cost, PlannedGain
from fundbank.kit.language import speaking
from fundbank.reports.blocks import Document, Table, YearBars
from fundbank.reports.papers.business_case import business_case
from fundbank.reports.pdf import render
from tests.builders import a_pool
from tests.unit.test_completeness import AREA

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

AT = datetime(2026, 11, 29, 12, tzinfo=UTC)
CASE = Content(costs=(Cost(0, "establishment", 600_000_00),), gains=tuple(PlannedGain(year, 1, 400_000_00) for year in (1, 2, 3)))


def pictures(content: Content) -> list[YearBars]:
    with speaking("en"):
        return [block for block in business_case(content, a_pool().policy, {}) if isinstance(block, YearBars)]


def test_it_says_in_words_what_it_shows(app):
    [drawn] = pictures(CASE)
    assert "the running sum as a line: it ends at DKK" in drawn.alt
    assert (drawn.names[-1], drawn.crossing, drawn.has_ends) == ("Paid back after 18 months", (18, 36), False)


def test_low_and_high_gains_are_drawn_where_there_are_some(app):
    [drawn] = pictures(CASE.replace(gain_areas=(AREA,)))
    assert drawn.has_ends and "between DKK" in drawn.alt


def test_without_gains_there_is_none(app):
    assert pictures(CASE.replace(gains=())) == []


@pytest.mark.parametrize("content", [CASE, CASE.replace(gain_areas=(AREA,)), CASE.replace(gains=CASE.gains[:1])])
def test_it_is_kept_with_its_paper_and_drawn_the_same(app, content):
    paper = Document("Application", "Blanket", "Pulje", tuple(pictures(content)), "", "blanket")
    assert render(Document.from_json(paper.to_json()), at=AT) == render(paper, at=AT)


def test_what_comes_back_every_year_is_one_row(app):
    licence = tuple(Cost(year, "operation", 40_000_00, "Licens") for year in (1, 2, 3))
    hours = Cost(0, "establishment", 54_000_00, "Projektledelse", hours=Decimal(120), rate_ore=450_00)
    content = CASE.replace(costs=(*CASE.costs, hours, *licence))
    with speaking("en"):
        tables = {
            block.caption: block for block in business_case(content, a_pool().policy, {1: "Borgerservice"}) if isinstance(block, Table)
        }
    costs = tables["Costs that the case counts"]
    assert costs.rows[1][0].replace("\xa0", " ") == "Projektledelse\nSet-up\n120 hours at DKK 450.00"
    assert costs.rows[2] == ("Licens\nRunning costs", "1–3", "40,000.00", "120,000.00")
    assert costs.totals == ("In all", "", "", "774,000.00")
    assert tables["Gains by year and department"].rows == [("Borgerservice", "1–3", "Yes", "400,000.00", "1,200,000.00")]
