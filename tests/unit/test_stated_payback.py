"""The payback that a department states itself, held against the one that its figures give: rounding is no difference."""

import pytest

from fundbank.applications.rules.completeness import ASKED_OF_SMALL, left_unsaid, submission_faults
from fundbank.applications.rules.content import Content, Cost, PlannedGain, StatedPayback
from fundbank.applications.rules.stated_payback import differs, lacks_reason
from fundbank.kit.formats import period
from fundbank.kit.language import speaking
from tests.unit.test_completeness import policy

CASE = Content(
    title="Blanket",
    loan_ore=600_000_00,
    costs=(Cost(0, "establishment", 600_000_00),),
    gains=tuple(PlannedGain(year, 1, 400_000_00) for year in (1, 2, 3)),
)  # pays back in 18 months (domain.md §6)


@pytest.mark.parametrize(
    ("years", "months", "computed", "expected"),
    [
        (1, 6, 18, False), (1, 5, 18, False), (1, 7, 18, True), (1, 4, 18, True), (0, 0, 0, False),
        (1, None, 18, False), (2, None, 18, False), (3, None, 18, True), (2, None, 24, False), (1, None, 24, True), (3, None, 24, True),
        (5, None, None, True), (5, 3, None, True), (1, None, 23, True), (2, None, 23, False),
    ],
)  # fmt: skip
def test_months_may_be_rounded_down_and_whole_years_to_the_nearest(years, months, computed, expected):
    assert differs(StatedPayback(years, months), computed) is expected


def test_only_another_payback_without_a_reason_lacks_one():
    assert not lacks_reason(CASE)
    assert not lacks_reason(CASE.replace(stated_payback=StatedPayback(1, 6)))
    other = CASE.replace(stated_payback=StatedPayback(3))
    assert lacks_reason(other)
    assert lacks_reason(other.replace(stated_payback=StatedPayback(3, reason="  ")))
    assert not lacks_reason(other.replace(stated_payback=StatedPayback(3, reason="Første år er gratis.")))


def test_submission_asks_for_it_where_completeness_is_asked_for_and_the_page_says_it_elsewhere():
    other = CASE.replace(stated_payback=StatedPayback(3))
    strict, lax = policy(content_required=True), policy(content_required=False, business_case="full", small_case_kinds=())
    assert "stated_payback" in [fault.field for fault in submission_faults(other, strict)]
    assert "stated_payback" not in [fault.field for fault in submission_faults(other, lax)]
    assert "stated_payback" in [fault.field for fault in left_unsaid(other, lax)]
    assert "stated_payback" in ASKED_OF_SMALL


@pytest.mark.parametrize(
    ("months", "said"), [(0, "0 months"), (8, "8 months"), (12, "1 year"), (18, "1 year and 6 months"), (25, "2 years and 1 month")]
)
def test_a_period_is_said_in_years_and_months(months, said):
    with speaking("en"):
        assert period(months) == said
