"""What a workbook works out is what the program says, to the øre: LibreOffice works it out anew, with nothing true beside the formulas."""

from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from fundbank.applications.models import Application
from fundbank.applications.rules.business_case import annual_gain, figures, loan_payback_months, yearly
from fundbank.applications.rules.content import LAST_YEAR, Content, Cost, GainArea, OwnFinancing, PlannedGain
from fundbank.applications.rules.spans import CostSpan, GainSpan, cost_of_hours
from fundbank.extensions import db
from tests.integration.applications.office import Office, an_office
from tests.integration.workbooks.books import export, upload
from tests.libreoffice import Grid, grids, saved_anew

ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # no SQL of its own behind it
RESULTS, FIRST_YEAR = "What it comes to", 25
NEVER = "–"


def ends(*minutes: str) -> tuple[Decimal, Decimal, Decimal]:
    low, typical, high = map(Decimal, minutes)
    return low, typical, high


def worked_area(office: Office) -> GainArea:
    """domain.md §6."""
    return GainArea(
        "Tidsbestilling", office.own.id, ends("20", "25", "30"), ends("10", "12", "15"), 6_000, Decimal("0.8"), 350_00, (Decimal(1),), 4
    )  # fmt: skip


def worked_payback(office: Office) -> Content:
    """domain.md §6: 600,000 in year 0, 400,000 a year from year 1: 18 months."""
    gains = tuple(PlannedGain(year, office.own.id, 400_000_00) for year in (1, 2, 3))
    return Content(title="Værket", loan_ore=600_000_00, costs=(Cost(0, "establishment", 600_000_00),), gains=gains)


def some_case(office: Office, luck: Random) -> Content:
    """Anything that the forms take: hours, halves of an øre, gains that are losses, years without anything."""

    def ore(most: int) -> int:
        return luck.choice([luck.randrange(1, most) * 100, luck.randrange(1, most * 100), luck.randrange(1, 40)])

    def part() -> Decimal:
        return luck.choice([Decimal(1), Decimal(luck.randrange(0, 101)) / 100, Decimal(luck.randrange(0, 100_001)) / 100_000])

    def minutes() -> tuple[Decimal, Decimal, Decimal]:
        low, typical, high = sorted(Decimal(luck.randrange(0, 4_000)) / luck.choice([1, 10, 100]) for _ in range(3))
        return luck.choice([(low, typical, high), (typical, typical, typical)])

    costs: list[Cost] = []
    for number in range(luck.randrange(0, 5)):
        first = luck.choice([0, 0, 1, luck.randrange(0, 20)])
        kind, hours = luck.choice(["establishment", "operation"]), luck.choice([None, None, Decimal(luck.randrange(1, 9_999)) / 4])
        rate = None if hours is None else ore(900)
        amount = ore(900_000) if hours is None or rate is None else cost_of_hours(hours, rate)
        costs += CostSpan(first, min(first + luck.randrange(0, 6), LAST_YEAR), kind, amount, f"Post {number}", {}, hours, rate).costs()
    gains: list[PlannedGain] = []
    for number in range(luck.randrange(0, 4)):
        first, unit = luck.randrange(0, 9), luck.choice([office.own, office.other])
        gains += GainSpan(first, first + luck.randrange(0, 9), unit.id, ore(400_000), luck.random() < 0.7, f"Gevinst {number}").gains()
    areas = [
        GainArea(
            f"Område {number}", luck.choice([office.own, office.other]).id, minutes(), minutes(), luck.choice([1, 7, 6_000, 123_457]),
            part(), ore(900), tuple(part() for _ in range(luck.randrange(1, 6))), luck.choice([1, 3, 10, LAST_YEAR]), luck.random() < 0.7,
        )
        for number in range(luck.randrange(0, 5))
    ]  # fmt: skip
    own = [OwnFinancing(f"Eget {number}", ore(300_000), luck.randrange(0, 12)) for number in range(luck.randrange(0, 3))]
    return Content(
        title="Sag", loan_ore=luck.choice([0, ore(900_000)]), grant_ore=luck.choice([0, ore(500_000)]), costs=tuple(costs),
        gains=tuple(gains), gain_areas=tuple(areas), own_financing=tuple(own),
    )  # fmt: skip


def that_says(office: Office, content: Content) -> Application:
    application = office.application()
    application.content = content
    db.session.flush()
    return application


def found_in(book: dict[str, Grid]) -> dict[str, Any]:
    """What the sheet of results says: its sums and paybacks by what they are called, each area's gains, and the years."""
    grid = book[RESULTS]
    areas = book["Gain areas"]
    at = {label: number for number, label in enumerate(areas[3])}
    named = {str(row[1]): row[2] for row in grid[:FIRST_YEAR] if row[1] and row[2] != ""}
    gained = [[row[at[f"Gain a year: {end}"]] for end in ("low", "typical", "high")] for row in areas[6:] if row[1] != ""]
    return {"named": named, "areas": gained, "years": [row[2:9] for row in grid[FIRST_YEAR : FIRST_YEAR + LAST_YEAR + 1]]}


def said_of(content: Content, rate: Decimal) -> dict[str, Any]:
    """The same as the program has it."""
    found, rows, cash = figures(content, rate), yearly(content), yearly(content, cashable_only=True)

    def months(number: int | None) -> Any:
        return NEVER if number is None else number

    def kroner(ore: int) -> float:
        return ore / 100

    named = {
        "Applied for in all": kroner(content.requested_ore), "Set-up in all": kroner(content.establishment_ore),
        "Own financing in all": kroner(sum(own.amount_ore or 0 for own in content.own_financing)),
        "Gain in a full year, low": kroner(found.annual.low_ore), "Gain in a full year, typical": kroner(found.annual.typical_ore),
        "Gain in a full year, high": kroner(found.annual.high_ore), "Net present value, all gains": kroner(found.npv_ore),
        "Net present value, cashable gains": kroner(found.cashable_npv_ore), "Payback, all gains": months(found.payback_months),
        "Payback, cashable gains": months(found.cashable_payback_months), "Payback of the loan": months(loan_payback_months(content)),
        "Payback with own financing": months(found.payback_months_with_own_financing),
    }  # fmt: skip
    years = [
        [row.gains_ore, row.operation_ore, row.establishment_ore, row.net_ore, row.running_ore, other.gains_ore, other.running_ore]
        for row, other in zip(rows, cash, strict=True)
    ]
    rest = [[0, 0, 0, 0, rows[-1].running_ore, 0, cash[-1].running_ore]] * (LAST_YEAR + 1 - len(rows))
    return {
        "named": named, "areas": [[kroner(annual_gain(area, end)) for end in ("low", "typical", "high")] for area in content.gain_areas],
        "years": [[kroner(ore) for ore in row] for row in [*years, *rest]],
    }  # fmt: skip


@ON_ONE
@pytest.mark.timeout(300)
def test_libreoffice_works_out_what_the_program_says_and_what_it_saves_comes_back(app, client, whole, tmp_path: Path):
    office = an_office()
    client.sign_in(office.person("applicant"))
    luck = Random(6)  # noqa: S311  # the same cases each time
    cases = {
        "area": Content(title="Tid", gain_areas=(worked_area(office),)), "payback": worked_payback(office), "nothing": Content(title="Tom"),
        **{f"case{number}": some_case(office, luck) for number in range(100 if whole else 15)},
    }  # fmt: skip
    applications = {name: that_says(office, content) for name, content in cases.items()}
    books = {name: export(client, application) for name, application in applications.items()}
    rate = office.pool.policy.discount_rate
    saved = saved_anew(books, tmp_path)
    found = {name: grids(book) for name, book in saved.items()}
    for name, content in cases.items():
        said = said_of(content, rate)
        beside, anew = found_in(grids(books[name])), found_in(found[name])
        for key in said:
            assert beside[key].items() >= said[key].items() if key == "named" else beside[key] == said[key], (
                name,
                key,
                "beside the formula",
            )
            assert {k: anew[key].get(k) for k in said[key]} == said[key] if key == "named" else anew[key] == said[key], (name, key, content)
    assert found_in(found["area"])["areas"] == [[140_000, 364_000, 560_000]]
    assert found_in(found["payback"])["named"]["Payback, all gains"] == 18
    for name, application in applications.items():
        answered = upload(client, application, saved[name])
        assert "It says nothing that the steps do not say already." in answered.words, (name, answered.words)
