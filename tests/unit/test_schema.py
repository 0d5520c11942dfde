"""The one schema language: strict, exact, every fault at once with its place and its sentence."""

from decimal import Decimal
from typing import Annotated

import pytest
from pydantic import Field, StrictInt, ValidationError
from pydantic.dataclasses import dataclass

from fundbank.kit.schema import CLOSED, Exact, Model, Whole, exact, faults_in, says


@dataclass(frozen=True, config=CLOSED)
class Row:
    year: StrictInt


class Table(Model):
    name: str
    share: Exact
    count: Annotated[Whole, Field(ge=0)]
    yes: bool
    odd: Annotated[int, Field(lt=10), says("Write a small number.", less_than="This is no small number.")]
    rows: Annotated[tuple[Row, ...], Field(strict=False)] = ()


GOOD = {"name": "x", "share": "0.50", "count": "3", "yes": True, "odd": 1, "rows": [{"year": 1}]}


def told(**changes: object) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as raised:
        Table.model_validate({**GOOD, **changes})
    return [(fault.place, fault.sentence) for fault in faults_in(raised.value)]


def test_what_is_well_written_is_read_and_written_back_as_json_holds_it() -> None:
    read = Table.model_validate(GOOD)
    assert (read.share, read.count, read.rows) == (Decimal("0.50"), 3, (Row(1),))
    assert read.model_dump(mode="json") == {**GOOD, "count": 3}
    assert Table.model_validate(read.model_dump(mode="json")) == read


@pytest.mark.parametrize(
    ("changes", "place", "sentence"),
    [
        ({"name": 3}, "name", "Write this as text."),
        ({"count": True}, "count", "Write a whole number."),
        ({"count": 3.0}, "count", "Write a whole number."),
        ({"count": Decimal(3)}, "count", "Write a whole number."),
        ({"count": "3.0"}, "count", "Write a whole number."),
        ({"count": "-1"}, "count", "This number is too small."),
        ({"yes": 1}, "yes", "Answer yes or no."),
        ({"yes": "true"}, "yes", "Answer yes or no."),
        ({"share": 0.5}, "share", "Write a number."),
        ({"share": True}, "share", "Write a number."),
        ({"odd": "1"}, "odd", "Write a small number."),
        ({"odd": 10}, "odd", "This is no small number."),
        ({"rows": [{"year": 1}, {"year": 1.0}]}, "rows[2].year", "Write a whole number."),
        ({"rows": [{"year": True}]}, "rows[1].year", "Write a whole number."),
    ],
)
def test_nothing_is_turned_into_something_else(changes, place, sentence) -> None:
    assert told(**changes) == [(place, sentence)]


def test_every_fault_is_told_at_once_and_unknown_keys_too() -> None:
    places = [place for place, _sentence in told(name=1, yes=None, colour="red", rows=[{"year": "1", "month": 2}])]
    assert places == ["name", "yes", "rows[1].year", "rows[1].month", "colour"]


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("0.50", Decimal("0.50")), (" 1 ", Decimal(1)), (7, Decimal(7)), (Decimal("1E+2"), Decimal(100)),
        (0.5, None), (True, None), ("1e-2", None), ("NaN", None), (Decimal("Infinity"), None), ("٣", None), ("0.1234567891", None),
        (None, None),
    ],
)  # fmt: skip
def test_a_decimal_is_exact_or_none(value, number) -> None:
    assert exact(value) == number
