"""How money, dates and shares look in the language that is being written. Whole numbers and decimals only; no float comes near."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from babel.dates import format_date, format_datetime
from babel.lists import format_list

from fundbank.kit import language
from fundbank.kit.clock import TIMEZONE
from fundbank.kit.money import round_half_up

DANISH_SIGNS = str.maketrans(",.", ".,")
NO_BREAK = "\xa0"


def amount(ore: int) -> str:
    """Øre as kroner without the unit: ``1.234.567,89``, in English ``1,234,567.89``."""
    sign, ore = ("-", -ore) if ore < 0 else ("", ore)
    return _local(f"{sign}{ore // 100:,}.{ore % 100:02d}")


def kroner(ore: int) -> str:
    """Øre with the unit: ``1.234.567,89 kr.``, in English ``DKK 1,234,567.89``. Number and unit stay on one line."""
    return f"{amount(ore)}{NO_BREAK}kr." if _danish() else f"DKK{NO_BREAK}{amount(ore)}"


def number(value: int | Decimal) -> str:
    """A count or a plain decimal with the language's separators: ``6.000``, ``2,5``."""
    if isinstance(value, Decimal):
        value = value.normalize()
        return _local(f"{value:,f}")
    return _local(f"{value:,}")


def whole(ore: int) -> str:
    """Øre as whole kroner without the unit, half up: ``1.234.568``. For overviews; where money moves each øre is shown."""
    return number(round_half_up(Fraction(ore, 100)))


def millions(ore: int) -> str:
    """Øre as millions of kroner for an axis, exact: ``2,5``."""
    return number(Decimal(ore).scaleb(-8))


def filesize(size: int) -> str:
    """Bytes as people say them, rounded up: ``340 kB``, ``1,3 MB``."""
    if size < 1024 * 1024:
        return f"{number(-(-size // 1024))}{NO_BREAK}kB"
    return f"{number(Decimal(-(-size * 10 // (1024 * 1024))).scaleb(-1))}{NO_BREAK}MB"


def month(first: date) -> str:
    """A month by one of its days: ``marts 2027``."""
    return format_date(first, "MMMM y", locale=language.current())


def month_name(number: int) -> str:
    """A month of the year by its number: ``marts``."""
    return format_date(date(2024, number, 1), "LLLL", locale=language.current())


def weekday_name(number: int) -> str:
    """A day of the week, Monday being 0: ``torsdag``."""
    return format_date(date(2024, 1, 1 + number), "cccc", locale=language.current())


def listed(words: Iterable[str]) -> str:
    """Words in a row: ``juli, august og december``."""
    return format_list(list(words), locale=language.current())


def day(value: date | datetime) -> str:
    """A date in full: ``3. december 2026``. Day and month stay on one line."""
    return _day(_local_day(value), f"d.{NO_BREAK}MMMM y" if _danish() else f"d{NO_BREAK}MMMM y", language.current())


def shortday(value: date | datetime) -> str:
    """A date for tables: ``03-12-2026``, in English ``3 Dec 2026``."""
    return _day(_local_day(value), "dd-MM-y" if _danish() else "d MMM y", language.current())


def moment(value: datetime) -> str:
    """A point in time on Denmark's clocks: ``3. december 2026 kl. 14.05``."""
    pattern = f"d.{NO_BREAK}MMMM y 'kl.'{NO_BREAK}HH.mm" if _danish() else f"d{NO_BREAK}MMMM y, HH:mm"
    return format_datetime(value.astimezone(TIMEZONE), pattern, locale=language.current())


def clock(value: datetime) -> str:
    """A time of the day, in Denmark: ``14:03``."""
    return value.astimezone(TIMEZONE).strftime("%H:%M")


def percent(fraction: Decimal | Fraction | int) -> str:
    """A fraction as per cent, at most two decimals: ``50 %``, ``12,5 %``."""
    hundredths = round_half_up(Fraction(fraction) * 10_000)
    text = number(Decimal(hundredths).scaleb(-2))
    return f"{text}{NO_BREAK}%" if _danish() else f"{text}%"


def share(fraction: Decimal) -> str:
    """A share as per cent, with each decimal that was written: ``12,345 %``."""
    text = number(Decimal(fraction).scaleb(2))
    return f"{text}{NO_BREAK}%" if _danish() else f"{text}%"


def points(score: Decimal | Fraction | int) -> str:
    """Points with two decimals, half up (domain.md §5): ``90,00``."""
    return _local(f"{Decimal(round_half_up(Fraction(score) * 100)).scaleb(-2):f}")


def period(months: int) -> str:
    """So many months as years and months: ``1 år og 6 måneder``."""
    years, rest = divmod(months, 12)
    said = [language.ngettext("%(num)s year", "%(num)s years", years)] if years else []
    if rest or not years:
        said.append(language.ngettext("%(num)s month", "%(num)s months", rest))
    return listed(said)


def _danish() -> bool:
    return language.current() == "da"


def _local(text: str) -> str:
    return text.translate(DANISH_SIGNS) if _danish() else text


@lru_cache(maxsize=4096)
def _local_day(value: date | datetime) -> date:
    """The day on Denmark's clocks. A list asks for the same moments again and again, and each takes longer than the row around it."""
    return value.astimezone(TIMEZONE).date() if isinstance(value, datetime) else value


@lru_cache(maxsize=4096)
def _day(value: date, pattern: str, spoken: str) -> str:
    """Babel takes far longer over a date than a list has time for, and a list shows few days."""
    return format_date(value, pattern, locale=spoken)


SHOWN = (amount, filesize, kroner, number, whole, millions, month, day, shortday, moment, percent, period, share, points)
"""What templates know as filters."""
