"""Which departments gain by what another one applies for (domain.md §4)."""

import pytest

from fundbank.applications.rules.content import Content, GainArea, PlannedGain
from fundbank.applications.rules.gainers import gainers, gains


def test_whom_a_business_case_names_but_for_the_one_that_applies():
    area = GainArea("Sagsgang", 3, ("10", "10", "10"), ("5", "5", "5"), 100, "1", 400_00, ("1",), 3)
    content = Content(gains=(PlannedGain(1, 1, 100), PlannedGain(1, 2, 100), PlannedGain(2, 2, None)), gain_areas=(area,))
    assert gainers(content, 1) == {2, 3}
    assert gainers(content, 9) == {1, 2, 3}
    assert gainers(Content(), 1) == frozenset()


@pytest.mark.parametrize(
    ("path", "gaining", "expected"),
    [
        ("/1/4/", ["/1/4/"], True),
        ("/1/", ["/1/4/"], True),  # above
        ("/1/4/7/", ["/2/", "/1/4/"], True),  # below
        ("/1/5/", ["/1/4/"], False),  # beside
        ("/11/", ["/1/"], False),
        ("/1/", [], False),
    ],
)
def test_a_unit_gains_in_line_as_for_a_conflict_of_interest(path, gaining, expected):
    assert gains(path, gaining) is expected
