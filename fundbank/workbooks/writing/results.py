"""What the case comes to: year by year, and in sum. Each figure is a formula, with the value that the program gives beside it."""

from decimal import Decimal

from xlsxwriter.worksheet import Worksheet

from fundbank.applications.rules.business_case import figures, yearly
from fundbank.applications.rules.words import FIGURES
from fundbank.kit.language import gettext as _
from fundbank.pools import words
from fundbank.workbooks.rules import formulas
from fundbank.workbooks.rules.values import YEARS, paybacks, values_by_year
from fundbank.workbooks.writing.book import Book, Place, fit, widths
from fundbank.workbooks.writing.years import Line, columns

RULES_ROW, SUMS_ROW, PAYBACK_ROW, HEADS_ROW = 3, 8, 18, 24  # counted from 0; the years stand below their heads
NEVER = "–"
DRAWN = 10  # years at least
DASHES = {"running": "solid", "cash_running": "dash"}
RULES = {"rate": "discount_rate", "limit": "payback_limit_years"}


def write_results(book: Book) -> None:
    """The sheet of results, with the pool's rules as cells that have names."""
    sheet, asked, values = book.sheet(_("What it comes to")), columns(book), values_by_year(book.content)
    codes = {"year": 1, **{one.code: at for at, one in enumerate(asked, start=2)}}
    place = book.places["year"] = Place("year", sheet.get_name(), codes, HEADS_ROW + 2, HEADS_ROW + 1 + len(YEARS))
    widths(sheet, [44] + [18] * len(asked))
    sheet.write_string(0, 1, _("What it comes to"), book.looks["title"])
    sheet.write_string(1, 1, _("Everything here is worked out from the other sheets."), book.looks["words"])
    _write_rules(book, sheet)
    _write_sums(book, sheet, place)
    _write_paybacks(book, sheet, place)
    _draw(book, sheet, place)
    sheet.write_string(HEADS_ROW, 1, _("Year"), book.looks["label"])
    fit(sheet, HEADS_ROW, ((one.title, 16) for one in asked))
    for year in YEARS:
        sheet.write_number(HEADS_ROW + 1 + year, 1, year, book.looks["year"])
    for at, one in enumerate(asked, start=2):
        if one.title:
            sheet.write_string(HEADS_ROW, at, one.title, book.looks["label"])
        else:
            sheet.set_column(at, at, None, None, {"hidden": True})
        look = book.looks["sum" if "running" in one.code else "calculated"]
        for year in YEARS:
            said = f"={one.formula(Line(place, year))}"
            sheet.write_formula(HEADS_ROW + 1 + year, at, said, look, values[one.code][year])


def rule_names() -> dict[str, str]:
    """What the cells with the pool's rules are called."""
    return {"rate": _("discount_rate"), "limit": _("payback_limit_years")}


def _write_rules(book: Book, sheet: Worksheet) -> None:
    names = rule_names()
    sheet.write_string(RULES_ROW, 1, _("The pool's rules"), book.looks["heading"])
    rules = [("rate", book.policy.discount_rate, "share", "")]
    if book.policy.offers_loans:
        rules.append(("limit", Decimal(book.policy.payback_limit_years), "number", _("years")))
    for row, (code, value, look, unit) in enumerate(rules, start=RULES_ROW + 1):
        sheet.write_string(row, 1, _(words.FIELDS[RULES[code]]), book.looks["words"])
        sheet.write_number(row, 2, value, book.looks[look])
        sheet.write_string(row, 3, unit, book.looks["words"])
        book.workbook.define_name(names[code], f"='{sheet.get_name()}'!$C${row + 1}")


def _write_sums(book: Book, sheet: Worksheet, place: Place) -> None:
    content, areas, rate = book.content, book.places.get("gain_areas"), rule_names()["rate"]
    found, years = figures(content, book.policy.discount_rate), place.all("year")
    gains, cash, spent = place.all("gains"), place.all("cash"), (place.all("operation"), place.all("establishment"))

    def annual(end: str) -> str:
        return formulas.largest_year(place.all("direct"), [areas.all(end)] if areas else [])

    sums: dict[str, tuple[str, int]] = {
        "requested_ore": (f"{book.answer('loan')}+{book.answer('grant')}", content.requested_ore),
        "establishment_ore": (f"SUM({place.all('establishment')})", content.establishment_ore),
        "own_financing_ore": (f"SUM({place.all('own')})", sum(one.amount_ore or 0 for one in content.own_financing)),
        "low_gain_ore": (annual("low"), found.annual.low_ore),
        "typical_gain_ore": (annual("typical"), found.annual.typical_ore),
        "high_gain_ore": (annual("high"), found.annual.high_ore),
        "npv_ore": (formulas.present_value(gains, *spent, years, rate), found.npv_ore),
        "cashable_npv_ore": (formulas.present_value(cash, *spent, years, rate), found.cashable_npv_ore),
    }
    sheet.write_string(SUMS_ROW - 1, 1, _("In all"), book.looks["heading"])
    for row, (code, (formula, ore)) in enumerate(sums.items(), start=SUMS_ROW):
        sheet.write_string(row, 1, _(FIGURES[code]), book.looks["words"])
        sheet.write_formula(row, 2, f"={formula}", book.looks["sum"], formulas.kroner(ore))


def _write_paybacks(book: Book, sheet: Worksheet, place: Place) -> None:
    years, invested, own = place.all("year"), place.all("establishment"), place.all("own")
    gains, cash, grant, values = place.all("gains"), place.all("cash"), book.answer("grant"), paybacks(book.content)
    first = formulas.first_year(years, invested)
    lent = formulas.first_below(years, place.all("cash_running"), grant, first)
    wanted = [
        ("all", _(FIGURES["payback_months"]), "running", first, "0", (invested, gains)),
        ("cash", _(FIGURES["cashable_payback_months"]), "cash_running", first, "0", (invested, cash)),
        ("own", _("Payback with own financing"), "own_running", formulas.first_year(years, invested, own), "0", (invested, own, gains)),
    ]
    if book.policy.offers_loans:
        wanted.append(("loan", _(FIGURES["loan_payback_months"]), "cash_running", lent, grant, (invested, cash)))
    heads = (_("Payback"), _("Months"), _("Counted from year"), _("Paid back in year"))
    for column, head in enumerate(heads, start=1):
        sheet.write_string(PAYBACK_ROW, column, head, book.looks["label"])
    for row, (code, label, running, begun, begins, needs) in enumerate(wanted, start=PAYBACK_ROW + 1):
        sum_, from_, reached = place.all(running), f"$D${row + 1}", f"$E${row + 1}"
        told = [
            formulas.months_until(reached, sum_, needs, begins, none=NEVER), begun,
            formulas.year_reached(years, sum_, from_, begins, none=NEVER),
        ]  # fmt: skip
        sheet.write_string(row, 1, label, book.looks["words"])
        for column, (formula, value) in enumerate(zip(told, values[code], strict=True), start=2):
            sheet.write_formula(row, column, f"={formula}", book.looks["count"], NEVER if value is None else value)


def _draw(book: Book, sheet: Worksheet, place: Place) -> None:
    """A picture of the running sums, over the years that are looked at."""
    chart = book.workbook.add_chart({"type": "line"})
    last = place.first - 1 + max(DRAWN, len(yearly(book.content)) - 1)
    for code, name in (("running", _("Running sum")), ("cash_running", _("Running sum, cashable gains"))):
        column = place.columns[code]
        chart.add_series(
            {
                "name": name, "categories": [place.sheet, place.first - 1, place.columns["year"], last, place.columns["year"]],
                "values": [place.sheet, place.first - 1, column, last, column], "line": {"dash_type": DASHES[code]},
            }
        )  # fmt: skip
    chart.set_x_axis({"name": _("Year"), "label_position": "low"})
    chart.set_y_axis({"num_format": "#,##0"})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 720, "height": 400})
    sheet.insert_chart(RULES_ROW, 6, chart, {"description": _("The running sum of each year, from the table below.")})
