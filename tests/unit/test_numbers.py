"""Numbers are read in one grammar; shares in a list are never read for one that was meant as two."""

from decimal import Decimal

import pytest
import wtforms

from fundbank.applications.forms.row_fields import SharesField
from fundbank.kit.numbers import LONGEST, read_number
from fundbank.kit.web.forms import InvalidNumber


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0", "0"), ("007", "7"), ("6000", "6000"), ("6.000", "6000"), ("6 000", "6000"), ("1.250.000,50", "1250000.50"), ("12,5", "12.5"),
        *((f"1{space}250{space}000", "1250000") for space in "\xa0\u2007\u2008\u2009\u200a\u202f"), ("1\xa0250 000", "1250000"),
    ],
)  # fmt: skip
def test_a_number_as_danes_write_it(written, number):
    assert read_number(written, decimals=2) == Decimal(number)


@pytest.mark.parametrize(
    "written",
    [
        "", " ", "-1", "+1", "−1", "1.25", "12.50", "1.2500", "0.500", "1.250 000", "1 25", "1  250", "1,", ",5", "1,5,0", "1,250.5",
        "1.250,000",        "1e9", "NaN", "1_000", "٣", "１", "½", "5\n", "9" * (LONGEST + 1),
    ],
)  # fmt: skip
def test_what_is_no_number(written):
    assert read_number(written, decimals=2) is None


def test_decimals_are_taken_only_where_they_make_sense():
    assert read_number("12,5") is None
    assert read_number("12,50", decimals=1) is None


class Years(wtforms.Form):
    shares = SharesField()


@pytest.mark.parametrize(
    ("written", "percents"),
    [
        ("50; 100", ["50", "100"]), ("50;75;100;", ["50", "75", "100"]), ("100", ["100"]), ("12,5", ["12.5"]),
        ("33,33; 66,67", ["33.33", "66.67"]), ("50 %; 100%", ["50", "100"]), ("33,3333 %", ["33.3333"]),
        ("33,3333 %; 100", ["33.3333", "100"]), ("50,75%", ["50.75"]), ("0;100", ["0", "100"]),
    ],
)  # fmt: skip
def test_shares_of_the_years(written, percents):
    field = Years()["shares"]
    shares = field.read(written)
    assert shares == tuple(Decimal(one) / 100 for one in percents)
    assert field.read(field.show(shares)) == shares, "what is stored can be saved again as it is shown"


@pytest.mark.parametrize("written", ["50,100", "50,75", "50,100; 100", "33,333", "12,50"])
def test_a_comma_that_could_part_two_shares_is_refused(written):
    with pytest.raises(InvalidNumber, match="Write a semicolon between the years"):
        Years()["shares"].read(written)


@pytest.mark.parametrize("written", [";", "half", "50 75", "50.5", "-5", "1,2,3", "50/100", "150", "1.000", "; ".join(["1"] * 51)])
def test_what_is_no_list_of_shares(written):
    with pytest.raises(InvalidNumber, match=r"Write a share in per cent for each year|Write shares from 0 to 100|Write a semicolon"):
        Years()["shares"].read(written)
