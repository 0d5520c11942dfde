"""How a member's scores compare with the others': worked by hand."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from fundbank.pools.criteria import CODES
from fundbank.scoring.rules import leanings


def sheet(*levels):
    return dict(zip(CODES, levels if len(levels) == 5 else levels * 5, strict=True))


def test_worked():
    """Two applications on low/medium/high. Ann gives 100 where the others' mean is 50 and 25: 50 and 75 apart, 62.5 on average."""
    both = [
        ({"ann": sheet(3), "bo": sheet(2)}, 3),
        ({"ann": sheet(3), "bo": sheet(2), "cai": sheet(1)}, 3),
        ({"ann": sheet(1)}, 3),  # nobody to compare with
    ]
    found = {one.member: one for one in leanings(both)}
    assert (found["ann"].applications, found["ann"].overall) == (2, Fraction(125, 2))
    assert (found["bo"].applications, found["bo"].overall) == (2, Fraction(-25))  # 50 below Ann, then 50 against a mean of 50
    assert (found["cai"].applications, found["cai"].overall) == (1, Fraction(-75))


def test_each_criterion_is_compared_by_itself():
    (ann, bo) = leanings([({"ann": sheet(5, 1, 1, 1, 1), "bo": sheet(1)}, 5)])
    assert ann.criteria["wellbeing"] == 100 and ann.criteria["quality"] == 0 and ann.overall == 20
    assert bo.criteria["wellbeing"] == -100


@given(st.lists(st.lists(st.integers(1, 3), min_size=5, max_size=5), min_size=2, max_size=6))
def test_over_one_application_they_come_to_nothing_together(rows):
    found = leanings([({number: sheet(*levels) for number, levels in enumerate(rows)}, 3)])
    assert sum(one.overall for one in found) == 0
