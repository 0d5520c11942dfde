"""Money, dates and shares in Danish and English, without a program around them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from fundbank.kit import formats
from fundbank.kit.language import speaking


@pytest.mark.parametrize(
    "name, value, danish, english",
    [
        ("kroner", 123_456_789, "1.234.567,89 kr.", "DKK 1,234,567.89"),
        ("kroner", -125_000_050, "-1.250.000,50 kr.", "DKK -1,250,000.50"),
        ("amount", 5, "0,05", "0.05"),
        ("amount", 10**16 + 1, "100.000.000.000.000,01", "100,000,000,000,000.01"),
        ("number", 6000, "6.000", "6,000"),
        ("number", Decimal("2.50"), "2,5", "2.5"),
        ("day", date(2026, 12, 3), "3. december 2026", "3 December 2026"),
        ("day", datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "1. januar 2027", "1 January 2027"),
        ("shortday", date(2026, 12, 3), "03-12-2026", "3 Dec 2026"),
        ("moment", datetime(2026, 7, 3, 12, 5, tzinfo=UTC), "3. juli 2026 kl. 14.05", "3 July 2026, 14:05"),
        ("percent", Decimal("0.5"), "50 %", "50%"),
        ("percent", Fraction(1, 3), "33,33 %", "33.33%"),
        ("percent", Decimal("0.0025"), "0,25 %", "0.25%"),
        ("percent", 1, "100 %", "100%"),
        ("points", Fraction(270, 3), "90,00", "90.00"),
        ("points", Fraction(200, 3), "66,67", "66.67"),
    ],
)
def test_formats(name: str, value: Any, danish: str, english: str) -> None:
    shown = getattr(formats, name)
    for language, expected in (("da", danish), ("en", english)):
        with speaking(language):
            assert shown(value).replace("\xa0", " ") == expected


def test_a_day_and_its_month_stay_on_one_line() -> None:
    at = datetime(2026, 12, 3, 13, 5, tzinfo=UTC)
    with speaking("da"):
        assert (formats.day(at), formats.moment(at)) == ("3.\xa0december 2026", "3.\xa0december 2026 kl.\xa014.05")
    with speaking("en"):
        assert (formats.day(at), formats.moment(at)) == ("3\xa0December 2026", "3\xa0December 2026, 14:05")
