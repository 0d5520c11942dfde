"""Reading, printing, rounding and splitting amounts (domain.md §7)."""

from decimal import Decimal
from fractions import Fraction

import pytest
from babel.numbers import format_currency, format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from fundbank.errors import InvalidAmount
from fundbank.kit.money import LIMIT_ORE, parse_kroner, parse_plain, plain, round_half_up, share_of, split

amounts = st.integers(min_value=0, max_value=LIMIT_ORE - 1)


@pytest.mark.parametrize(
    ("written", "ore"),
    [
        ("1.250.000", 125_000_000),
        ("1250000,50", 125_000_050),
        ("kr. 500", 50_000),
        ("500 kr.", 50_000),
        ("kr.500", 50_000),
        ("DKK 500", 50_000),
        ("500,-", 50_000),
        ("1 250 000", 125_000_000),
        ("1\xa0250\xa0000,50\xa0kr.", 125_000_050),
        ("  1.250,5  ", 125_050),
        ("0", 0),
        ("0,01", 1),
        ("999.999.999.999,99", LIMIT_ORE - 1),
    ],
)
def test_an_amount_is_read_as_danes_write_it(written, ore):
    assert parse_kroner(written) == ore


@pytest.mark.parametrize(
    "written",
    [
        *("", " ", "kr.", "-", ",", "."),
        *("-5", "+5", "−5", "5-", "(5)"),
        *("1,250,000.5", "1,250,000", "1.25", "1.2500", "12.50", "1.250.00", "0.500", "1.250 000"),
        *("1e9", "1E9", "0x10", "1_000", "NaN", "nan", "Infinity", "inf"),
        *("1,234", "1,2345", "1250000,500", "5,", ",50", "1,5,0"),
        *("1 2", "12 34", "5 5", "1  250"),
        *("１２３", "١٢٣", "1２0", "½", "²"),
        *("500 euro", "$500", "fem", "5;--", "5\n5", "<b>5</b>"),
        *("1000000000000000", "1000000000000", "1.000.000.000.000,00", "9" * 5000, "9" * 2_000_000),
    ],
    ids=lambda written: repr(written[:20]),
)
def test_what_is_no_danish_amount_is_refused(written):
    with pytest.raises(InvalidAmount):
        parse_kroner(written)


@pytest.mark.parametrize("written", ["", "1,50", "1.234", "1.", ".5", "1e9", "+5", " 5", "5\n", "NaN", "１", "10" * 30, "1.000.000"])
def test_a_scenario_file_has_one_form_of_amount(written):
    with pytest.raises(InvalidAmount):
        parse_plain(written)


def test_a_scenario_file_may_write_a_negative_gain():
    assert parse_plain("-12.5") == -1250


@given(amounts)
@settings(deadline=None)
def test_what_the_danish_locale_prints_is_read_back_unchanged(ore):
    kroner = Decimal(ore).scaleb(-2)
    assert parse_kroner(format_currency(kroner, "DKK", locale="da")) == ore
    assert parse_kroner(format_decimal(kroner, "#,##0.00", locale="da")) == ore


@given(st.integers(min_value=1 - LIMIT_ORE, max_value=LIMIT_ORE - 1))
@settings(deadline=None)
def test_what_the_plain_form_prints_is_read_back_unchanged(ore):
    assert parse_plain(plain(ore)) == ore


@given(st.text(alphabet="0123456789.,- \xa0krKR", max_size=20))
@settings(deadline=None)
def test_any_text_is_an_amount_of_0_or_more_or_refused(written):
    try:
        assert 0 <= parse_kroner(written) < LIMIT_ORE
    except InvalidAmount:
        pass


@pytest.mark.parametrize(
    ("value", "whole"),
    [
        (Fraction(1, 2), 1),
        (Fraction(-1, 2), -1),
        (Decimal("2.5"), 3),
        (Decimal("2.4999"), 2),
        (Fraction(1, 3), 0),
        (7, 7),
    ],
)
def test_halves_round_away_from_zero(value, whole):
    assert round_half_up(value) == whole


def test_a_share_is_rounded_half_up_to_the_ore():
    assert share_of(Decimal("0.50"), 33_333_333) == 16_666_667


def test_a_capped_claim_is_split_by_what_each_department_owes():
    assert split(25_000_000, [16_666_667, 10_000_000]) == [15_625_000, 9_375_000]


def test_the_largest_remainder_gets_the_odd_ore():
    assert split(100, [1, 1, 4]) == [17, 17, 66]  # 16.67, 16.67 and 66.67: a tie goes to the earlier two
    assert split(100, [334, 333, 333]) == [34, 33, 33]


def test_a_tie_goes_to_the_earlier_department():
    assert split(1, [1, 1]) == [1, 0]
    assert split(2, [1, 1, 1]) == [1, 1, 0]


def test_without_weights_the_parts_are_equal():
    assert split(100, [0, 0, 0]) == [34, 33, 33]


@pytest.mark.parametrize("weights", [[], [1, -1]])
def test_a_split_needs_parts_of_0_or_more(weights):
    with pytest.raises(ValueError, match="needs parts"):
        split(100, weights)


@given(amounts, st.lists(st.integers(min_value=0, max_value=10**12), min_size=1, max_size=12))
@settings(deadline=None)
def test_the_parts_of_a_split_always_sum_to_the_whole(ore, weights):
    parts = split(ore, weights)
    assert sum(parts) == ore
    if whole := sum(weights):
        for part, weight in zip(parts, weights, strict=True):
            assert ore * weight // whole <= part <= ore * weight // whole + 1
            assert weight > 0 or part == 0
