"""Fields whose text is read: amounts, numbers, shares and dates, as people write them."""

import re
from abc import ABC, abstractmethod
from datetime import date
from decimal import Decimal
from typing import Any

from wtforms import Field
from wtforms.widgets import TextInput

from fundbank.errors import N_, Code, InvalidAmount, InvalidDate, Refusal
from fundbank.kit import formats
from fundbank.kit.language import gettext as _
from fundbank.kit.money import parse_kroner
from fundbank.kit.numbers import DECIMALS, read_number, read_share
from fundbank.kit.text import visible
from fundbank.kit.web.forms.described import Described
from fundbank.kit.web.sentences import sentence

DAY_FORMS = (
    re.compile(r"(?P<day>\d{1,2})(?P<sign>[-./])(?P<month>\d{1,2})(?P=sign)(?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII),
)
YEARS = range(1900, 2200)  # beyond them no calendar of working days goes, and a year was mistyped
MOST_DECIMAL = 10**6


class ReadField(Described, Field, ABC):
    """A field whose text, of at most ``longest`` characters, is read by ``read``; what was typed is shown again as it was typed."""

    longest = 100
    widget = TextInput()
    data: Any
    unread_code: str | None = None
    """The name of the refusal by which it could not be read, for programs."""

    @abstractmethod
    def read(self, text: str) -> Any:
        """The value of what was typed. Raises a Refusal that says how to write it."""

    @abstractmethod
    def show(self, value: Any) -> str:
        """The value as it stands in the field."""

    def _value(self) -> str:
        if self.raw_data:
            return visible(self.raw_data[0])
        return "" if self.data is None else self.show(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        text = visible(valuelist[0]).strip() if valuelist else ""
        if not text:
            return
        if len(text) > self.longest:
            raise ValueError(_("Write at most %(most)s characters; there are %(count)s.", most=self.longest, count=len(text)))
        try:
            self.data = self.read(text)
        except Refusal as refusal:
            self.unread_code = refusal.code
            raise ValueError(sentence(refusal)) from refusal


class KronerField(ReadField):
    """An amount as people write it; ``data`` is whole øre. ``positive=True`` refuses 0."""

    kind = "money"

    def __init__(self, *args: Any, positive: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **{"suffix": "kr.", **kwargs})
        self.positive = positive

    def read(self, text: str) -> int:
        ore = parse_kroner(text)
        if self.positive and ore == 0:
            raise InvalidAmount(N_("Write an amount above 0."))
        return ore

    def show(self, value: int) -> str:
        kroner, ore = divmod(value, 100)
        whole = f"{kroner:,}".replace(",", ".")
        return f"{whole},{ore:02d}" if ore else whole


class InvalidNumber(Refusal):
    """A number that cannot be read; it stands at its field only."""

    code = Code.INCOMPLETE
    message = N_("Write a whole number.")
    status = 422


class WholeNumberField(ReadField):
    """A whole number from ``least`` to ``most``."""

    kind = "number"

    def __init__(self, *args: Any, least: int = 0, most: int = 10**9, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.least, self.most = least, most

    def read(self, text: str) -> int:
        number = read_number(text)
        if number is None:
            raise InvalidNumber()
        if not self.least <= number <= self.most:
            bounds = {"least": formats.number(self.least), "most": formats.number(self.most)}
            raise InvalidNumber(N_("Write a whole number from %(least)s to %(most)s."), **bounds)
        return int(number)

    def show(self, value: int) -> str:
        return str(value)


class DecimalNumberField(ReadField):
    """A number with a decimal comma, 0 or more; ``data`` is an exact Decimal."""

    kind = "number"

    def read(self, text: str) -> Decimal:
        number = read_number(text, decimals=DECIMALS)
        if number is None or number >= MOST_DECIMAL:
            raise InvalidNumber(N_("Write a number with a decimal comma, for example 12,5."))
        return number

    def show(self, value: Decimal) -> str:
        return f"{Decimal(value).normalize():f}".replace(".", ",")


class PercentField(ReadField):
    """A share written in per cent, ``12,5``; ``data`` is the exact fraction, ``Decimal("0.125")``. From 0 to 100 unless told otherwise;
    ``above`` refuses ``least`` itself.
    """

    kind = "percent"

    def __init__(self, *args: Any, least: int = 0, most: int = 100, above: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **{"suffix": "%", **kwargs})
        self.least, self.most, self.above = Decimal(least), Decimal(most), above

    def read(self, text: str) -> Decimal:
        hundredths = read_share(text)
        if hundredths is None:
            raise InvalidNumber(N_("Write a share in per cent, for example 50 or 12,5."))
        if not self.least <= hundredths <= self.most or (self.above and hundredths == self.least):
            bounds = {"least": formats.number(self.least), "most": formats.number(self.most)}
            if self.above:
                raise InvalidNumber(N_("Write a share above %(least)s and at most %(most)s per cent."), **bounds)
            raise InvalidNumber(N_("Write a share from %(least)s to %(most)s per cent."), **bounds)
        return hundredths / 100

    def show(self, value: Decimal) -> str:
        return f"{(Decimal(value) * 100).normalize():f}".replace(".", ",")


class DayField(ReadField):
    """A date: 31-12-2026, 31.12.2026, 31/12/2026 or 2026-12-31; once it could be read it is shown in the first of these ways."""

    kind = "day"

    def _value(self) -> str:
        return super()._value() if self.data is None else self.show(self.data)

    def read(self, text: str) -> date:
        for form in DAY_FORMS:
            if (match := form.fullmatch(text)) and int(match["year"]) in YEARS:
                try:
                    return date(int(match["year"]), int(match["month"]), int(match["day"]))
                except ValueError:
                    break
        raise InvalidDate()

    def show(self, value: date) -> str:
        return value.strftime("%d-%m-%Y")
