"""Points, totals, spread, consensus and rank (domain.md §5)."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundbank.errors import Incomplete
from fundbank.pools.criteria import CODES
from fundbank.scoring.rules import assess, check_levels, consensus_counts, counts, member_total, moved_level, own_order, points, rank, shown

LOW, MEDIUM, HIGH = 1, 2, 3
EQUAL = dict.fromkeys(CODES, Decimal("0.20"))


def sheet(*levels):
    return dict(zip(CODES, levels, strict=True))


def test_the_criteria_are_the_five_in_their_order():
    assert CODES == ("wellbeing", "efficiency", "quality", "security", "scalability")


def test_low_medium_and_high_are_0_50_and_100_points():
    assert [points(level, 3) for level in (LOW, MEDIUM, HIGH)] == [0, 50, 100]


def test_a_scale_of_five_gives_0_25_50_75_and_100_points():
    assert [points(level, 5) for level in range(1, 6)] == [0, 25, 50, 75, 100]


@pytest.mark.parametrize(
    ("levels", "total"),
    [
        (sheet(MEDIUM, HIGH, HIGH, HIGH, HIGH), "90.00"),  # Tidsbestilling i Borgerservice
        (sheet(HIGH, MEDIUM, HIGH, HIGH, LOW), "70.00"),  # 3D-tandskanning
    ],
)
def test_favrskovs_table_gives_its_totals(levels, total):
    assert str(shown(member_total(levels, EQUAL, 3))) == total
    assert str(shown(assess([levels], {}, EQUAL, 3).total)) == total


def test_hernings_esdh_integration_scores_75():
    assessment = assess([sheet(3, 5, 4, 4, 4)], {}, EQUAL, 5)
    assert str(shown(assessment.total)) == "75.00"
    assert [str(shown(score.points)) for score in assessment.criteria.values()] == [
        "50.00", "100.00", "75.00", "75.00", "75.00",
    ]  # fmt: skip


def test_a_criterion_is_the_mean_over_its_members():
    assessment = assess([sheet(1, 1, 1, 1, 1), sheet(1, 1, 1, 1, 1), sheet(2, 3, 3, 3, 3)], {}, EQUAL, 3)
    assert assessment.criteria["wellbeing"].mean == Fraction(50, 3)
    assert str(shown(assessment.criteria["wellbeing"].points)) == "16.67"
    assert str(shown(assessment.total)) == "30.00"
    assert assessment.members == 3


def test_the_total_follows_the_weights():
    weights = {**dict.fromkeys(CODES, Decimal("0.10")), "efficiency": Decimal("0.60")}
    assert member_total(sheet(LOW, HIGH, LOW, LOW, LOW), weights, 3) == 60


def test_a_spread_of_two_levels_asks_for_a_discussion():
    assessment = assess([sheet(1, 2, 3, 3, 3), sheet(3, 3, 3, 3, 3)], {}, EQUAL, 3)
    assert [score.spread for score in assessment.criteria.values()] == [2, 1, 0, 0, 0]
    assert [score.discuss for score in assessment.criteria.values()] == [True, False, False, False, False]


def test_a_consensus_replaces_the_mean_and_both_are_kept():
    score = assess([sheet(1, 1, 1, 1, 1), sheet(3, 1, 1, 1, 1)], {"wellbeing": HIGH}, EQUAL, 3).criteria["wellbeing"]
    assert (score.mean, score.consensus_level, score.consensus_points, score.points) == (50, HIGH, 100, 100)


def test_a_consensus_counts_in_the_total():
    assert assess([sheet(1, 1, 1, 1, 1)], {"wellbeing": HIGH}, EQUAL, 3).total == 20


def test_a_consensus_on_the_lowest_level_counts_too():
    assert assess([sheet(3, 3, 3, 3, 3)], {"wellbeing": LOW}, EQUAL, 3).total == 80


def test_there_is_no_assessment_before_the_first_score():
    assert assess([], {"wellbeing": HIGH}, EQUAL, 3) is None


def test_points_are_shown_with_two_decimals_half_up():
    assert str(shown(Fraction(90))) == "90.00"
    assert str(shown(Fraction(1, 200))) == "0.01"
    assert str(shown(Fraction(200, 3))) == "66.67"
    assert str(shown(Fraction(0))) == "0.00"


def test_the_highest_total_ranks_first_and_a_tie_keeps_the_earlier_submission_first():
    entries = [("late", Fraction(70), 3), ("best", Fraction(90), 2), ("early", Fraction(70), 1)]
    assert list(rank(entries).items()) == [("best", 1), ("early", 2), ("late", 3)]


def test_totals_that_look_alike_are_still_ranked_by_their_exact_value():
    assert rank([("a", Fraction(70), 1), ("b", Fraction(70) + Fraction(1, 1000), 2)]) == {"b": 1, "a": 2}


def test_five_levels_on_the_scale_are_accepted():
    check_levels(sheet(1, 2, 3, 4, 5), 5)


@pytest.mark.parametrize(
    "levels",
    [
        {},
        {"wellbeing": 1},
        {**sheet(1, 1, 1, 1, 1), "beauty": 1},
        sheet(0, 1, 1, 1, 1),
        sheet(1, 1, 1, 1, 4),
        sheet(1, 1, 1, 1, -1),
        sheet(1, 1, 1, 1, True),
        sheet(1, 1, 1, 1, 2.0),
        sheet(1, 1, 1, 1, "2"),
        sheet(1, 1, 1, 1, None),
    ],
)
def test_anything_but_five_levels_on_the_scale_is_incomplete(levels):
    with pytest.raises(Incomplete):
        check_levels(levels, 3)


@given(st.lists(st.lists(st.integers(1, 5), min_size=5, max_size=5), min_size=1, max_size=9))
@settings(deadline=None)
def test_with_equal_weights_the_total_is_the_mean_of_the_members_totals(members):
    sheets = [sheet(*levels) for levels in members]
    total = assess(sheets, {}, EQUAL, 5).total
    assert total == sum(member_total(one, EQUAL, 5) for one in sheets) / len(sheets)
    assert 0 <= total <= 100


@pytest.mark.parametrize(
    ("size", "member", "is_decided", "answer"),
    [
        (3, "/1/9/", False, True),
        (5, "/1/9/", False, False),  # another scale
        (3, "/1/2/", False, False),  # the unit itself, one above it, one below it
        (3, "/1/", False, False),
        (3, "/1/2/3/", False, False),
        (3, "/1/2/", True, True),  # what it was decided on stays
        (5, "/1/9/", True, False),
    ],
)
def test_a_score_counts_on_the_policys_scale_while_its_member_may_score_the_application(size, member, is_decided, answer):
    found = counts(scale_size=size, member_path=member, unit_path="/1/2/", policy_scale_size=3, is_decided=is_decided)
    assert found is answer


def test_a_consensus_counts_for_the_version_that_it_was_agreed_on():
    assert consensus_counts(scale_size=3, version_number=2, policy_scale_size=3, submitted_version=2)
    assert not consensus_counts(scale_size=3, version_number=1, policy_scale_size=3, submitted_version=2)
    assert not consensus_counts(scale_size=5, version_number=2, policy_scale_size=3, submitted_version=2)


@pytest.mark.parametrize(
    ("level", "from_size", "to_size", "moved"),
    [
        (1, 3, 5, 1),
        (2, 3, 5, 3),
        (3, 3, 5, 5),
        (2, 5, 3, 2),
        (3, 5, 3, 2),
        (4, 5, 3, 3),
        (2, 5, 2, 1),
        (3, 5, 2, 2),
        (0, 3, 5, 0),
        (4, 3, 5, 0),
    ],
)
def test_a_level_keeps_its_place_on_another_scale_halves_up(level, from_size, to_size, moved):
    assert moved_level(level, from_size, to_size) == moved


def test_each_person_has_an_order_of_their_own_that_stays():
    orders = {tuple(own_order(person, range(1, 9))) for person in range(1, 20)}
    assert len(orders) > 10 and all(sorted(order) == list(range(1, 9)) for order in orders)
    assert own_order(3, [1, 2, 3, 4]) == own_order(3, [4, 3, 2, 1])
