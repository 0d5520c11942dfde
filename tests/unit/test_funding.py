"""Money in per mille of service expenditure (domain.md §10)."""

from hypothesis import given, settings
from hypothesis import strategies as st

from fundbank.pools.funding import per_mille


def test_favrskov_sets_2_5_per_mille_aside_and_halves_it_with_the_treasury():
    assert per_mille(2_400_000_000_00) == (3_000_000_00, 3_000_000_00)


def test_an_odd_ore_goes_to_the_pool():
    assert per_mille(3 * 400) == (2, 1)


def test_half_an_ore_is_rounded_up():
    assert per_mille(200) == (1, 0)
    assert per_mille(199) == (0, 0)


@given(st.integers(min_value=0, max_value=10**14))
@settings(deadline=None)
def test_the_pool_gets_as_much_as_the_treasury_or_one_ore_more(expenditure_ore):
    pool, treasury = per_mille(expenditure_ore)
    assert pool - treasury in (0, 1)
    assert abs((pool + treasury) * 400 - expenditure_ore) <= 200
