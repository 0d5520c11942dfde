"""The years of a case as columns of formulas: gains, costs, and the running sums that the paybacks are read from."""

from collections.abc import Callable
from typing import NamedTuple

from fundbank.applications.rules.words import COST_KINDS
from fundbank.kit.language import gettext as _
from fundbank.workbooks.rules import formulas
from fundbank.workbooks.writing.book import Book, Place


class Line(NamedTuple):
    """A year of the case and its row."""

    place: Place
    year: int

    def __call__(self, code: str) -> str:
        """The cell of this year."""
        return self.place.cell(code, self.place.first + self.year)

    def before(self, code: str) -> str:
        """The cell of the year before; before year 0 there is nothing."""
        return self.place.cell(code, self.place.first + self.year - 1) if self.year else "0"


class Figure(NamedTuple):
    """A column of the years: its code, its title (nothing: it is not shown), and its formula."""

    code: str
    title: str
    formula: Callable[[Line], str]


def columns(book: Book) -> list[Figure]:
    """All of them: first what is read."""
    own = book.places["own_financing"]
    return [
        Figure("gains", _("Gains"), _gained(book, "typical")),
        Figure("operation", _("Running costs"), _spent(book, "=")),
        Figure("establishment", _("Set-up"), _spent(book, "<>")),
        Figure("net", _("Net"), lambda line: f"ROUND({line('gains')}-{line('operation')}-{line('establishment')},2)"),
        Figure("running", _("Running sum"), _running("running", "net")),
        Figure("cash", _("Cashable gains"), _gained(book, "typical", cash=True)),
        Figure("cash_running", _("Running sum, cashable gains"), _running("cash_running", "cash", "operation", "establishment")),
        Figure("gains_low", _("Gains, low"), _gained(book, "low")),
        Figure("gains_high", _("Gains, high"), _gained(book, "high")),
        Figure("direct", "", lambda line: _direct(book, line)),
        Figure("own", _("Own financing"), lambda line: f"SUMIF({own.all('from')},{line('year')},{own.all('ore')})"),
        Figure("own_running", _("Running sum, own financing included"), _running("own_running", "net", "own")),
    ]


def _running(code: str, gained: str, *spent: str) -> Callable[[Line], str]:
    return lambda line: f"ROUND({line.before(code)}+{'-'.join(line(one) for one in (gained, *spent))},2)"


def _spent(book: Book, sign: str) -> Callable[[Line], str]:
    costs, operation = book.places["costs"], _(COST_KINDS["operation"])
    is_kind = f'({costs.all("kind")}{sign}"{operation}")'
    return lambda line: formulas.in_year(line("year"), costs.all("from"), costs.all("to"), is_kind, costs.all("ore"))


def _gained(book: Book, end: str, *, cash: bool = False) -> Callable[[Line], str]:
    return lambda line: f"ROUND({_direct(book, line, cash=cash)}+{_of_areas(book, line, end, cash=cash)},2)"


def _direct(book: Book, line: Line, *, cash: bool = False) -> str:
    gains = book.places["gains"]
    counts = [gains.all("counts")] if cash else []
    return formulas.in_year(line("year"), gains.all("from"), gains.all("to"), *counts, gains.all("ore"))


def _of_areas(book: Book, line: Line, end: str, *, cash: bool) -> str:
    """What gain areas give in the year: nothing in year 0, and after the last share of the phase-in as that says."""
    areas = book.places.get("gain_areas")
    if areas is None or not line.year:
        return "0"
    shares = sum(code.startswith("part-") for code in areas.columns)
    part, counts = areas.all(f"part-{min(line.year, shares)}"), [areas.all("counts")] if cash else []
    return formulas.phased(line("year"), areas.all("last"), part, areas.all(end), *counts)
