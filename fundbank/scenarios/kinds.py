"""What a value of a scenario file may be: texts, amounts, days, keys of what the file makes (scenario.md).

A sentence completes "…: must be an amount as text". An amount that cannot be read is no fault of the file: the event is played, and
refused with ``invalid_amount`` in its place among the refusals.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, TypeGuard, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationInfo, create_model

from fundbank.awards.words import PARTS
from fundbank.errors import InvalidAmount
from fundbank.kit.money import LIMIT_ORE, parse_plain
from fundbank.kit.schema import Model, exact, one_of, says, wrong
from fundbank.kit.text import clean, one_line
from fundbank.people.rules import address_as_kept
from fundbank.pools.policy import SCREENING_CHECKS

NAME_LENGTH = 120
ADDRESS_LENGTH = 254
WHOLE_LIMIT = 2**31 - 1
FIRST_YEAR, LAST_YEAR = 1900, 2999  # a claim of the year 9999 would be due after the calendar ends
FINEST = -30  # digits after the point of a number of minutes; more would be no measure, only work

NO_AMOUNT = -LIMIT_ORE
"""Stands for an amount that cannot be read: every operation refuses it, each in its own order of refusals."""

_NO_NUL = StringConstraints(pattern=r"^[^\x00]*$")


def choice(*words: str) -> BeforeValidator:
    """One of a few words."""
    return one_of(words, f"must be one of {', '.join(words)}")


def known(thing: str) -> AfterValidator:
    """The key of something that the file makes elsewhere: a department, person, application or meeting."""

    def read(key: str, info: ValidationInfo) -> str:
        if key not in (info.context or {})[thing]:
            raise wrong(f"there is no {thing} with the key {key!r}")
        return key

    return AfterValidator(read)


def _named(value: str) -> str:
    if not 0 < len(value.strip()) <= NAME_LENGTH:
        raise wrong("")
    return value


def _not_empty(value: str) -> str:
    if not value.strip():
        raise wrong("")
    return value


def _address(value: str) -> str:
    if len(value) > ADDRESS_LENGTH or not re.fullmatch(r"[^@\s]+@[^@\s]+", value):
        raise wrong("")
    return address_as_kept(value)


def _amount(value: Any) -> int:
    if not isinstance(value, str) or "\0" in value:
        raise wrong("")
    try:
        return parse_plain(value)
    except InvalidAmount:
        return NO_AMOUNT


def _text_only(value: Any) -> Decimal | None:
    return exact(value) if isinstance(value, str) else None


def _minutes(value: Any) -> Any:
    if not isinstance(value, list) or not all(isinstance(one, int | Decimal) and not isinstance(one, bool) for one in value):
        raise wrong("")
    read = tuple(Decimal(one) for one in value)
    if not all(one.is_finite() and abs(one) <= WHOLE_LIMIT and int(one.as_tuple().exponent) >= FINEST for one in read):
        raise wrong("")
    return read


def is_day(value: Any) -> TypeGuard[date]:
    """Is it a date, without a time of day, in a year that can be reckoned with?"""
    return isinstance(value, date) and not isinstance(value, datetime) and FIRST_YEAR <= value.year <= LAST_YEAR


def _day(value: Any) -> date:
    if not is_day(value):
        raise wrong("")
    return value


def _facts(value: Any) -> Any:
    """A list of facts, or a table of facts that are true or false."""
    if isinstance(value, dict) and all(isinstance(holds, bool) for holds in value.values()):
        return tuple(fact for fact, holds in value.items() if holds)
    return tuple(value) if isinstance(value, list) else value


def as_rows(value: Any) -> Any:
    if isinstance(value, str) and "\0" not in value:
        return ({"amount": value},)
    if isinstance(value, dict):
        return (value,)
    if not isinstance(value, list):
        raise wrong('must be an amount as text, a table such as { amount = "…" }, or a list of such tables')
    return tuple(value)


T = TypeVar("T")
Many = Annotated[tuple[T, ...], Field(strict=False)]
Text = Annotated[str, _NO_NUL, AfterValidator(clean), says("must be text")]
Line = Annotated[str, _NO_NUL, AfterValidator(one_line), says("must be text")]
Source = Annotated[str, _NO_NUL, AfterValidator(one_line), AfterValidator(_not_empty), says("must be a text that is not empty")]
Word = Annotated[str, _NO_NUL, AfterValidator(_not_empty), says("must be a text that is not empty")]
Name = Annotated[str, _NO_NUL, AfterValidator(_named), says(f"must be a text of 1 to {NAME_LENGTH} characters")]
Address = Annotated[str, _NO_NUL, AfterValidator(_address), says("must be an e-mail address")]
Amount = Annotated[int, BeforeValidator(_amount), says('must be an amount as text, such as "600000.00"')]
Ratio = Annotated[Decimal, BeforeValidator(_text_only), says('must be a decimal number as text, such as "0.50"')]
Whole = Annotated[int, Field(ge=-WHOLE_LIMIT, le=WHOLE_LIMIT), says("must be a whole number")]
YesNo = Annotated[bool, says("must be true or false")]
Day = Annotated[date, BeforeValidator(_day), says(f"must be a date, such as 2024-01-31, in a year from {FIRST_YEAR} to {LAST_YEAR}")]
Levels = Annotated[dict[str, Annotated[int, Field(ge=-WHOLE_LIMIT, le=WHOLE_LIMIT)]], says("must be a table of criteria and whole numbers")]
Facts = Annotated[tuple[Text, ...], BeforeValidator(_facts), says("must be a list of facts, or a table of facts that are true or false")]
Minutes = Annotated[tuple[Decimal, Decimal, Decimal], BeforeValidator(_minutes), says("must be three numbers: low, typical, high")]

_CHECKS: type[Model] = create_model(
    "Checks",
    __base__=Model,
    **{name: (YesNo | None, None) for name in SCREENING_CHECKS},  # type: ignore[call-overload]
)
Checks = Annotated[dict[str, bool], BeforeValidator(lambda value: _CHECKS.model_validate(value).model_dump(exclude_none=True))]

Department = Annotated[str, _NO_NUL, says("must be the key of a department"), known("department")]
Person = Annotated[str, _NO_NUL, says("must be the key of a person"), known("person")]
Application = Annotated[str, _NO_NUL, says("must be the key of an application"), known("application")]
Meeting = Annotated[str, _NO_NUL, says("must be the key of a meeting"), known("meeting")]
Part = Annotated[str, choice(*PARTS)]
