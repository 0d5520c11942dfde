"""The picture of a business case on paper: drawn, said in words, kept with the paper, and left out where there is nothing to draw."""

from datetime import UTC, datetime

import pytest

from fundbank.applications.rules.content import Content, Cost, PlannedGain
from fundbank.kit.language import speaking
from fundbank.reports.blocks import Document, YearBars
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
