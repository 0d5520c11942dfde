"""Which gains an award promises, year by year and department by department, and how far each has come. Amounts in whole øre."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from fundbank.applications.rules.business_case import planned_gains
from fundbank.applications.rules.content import Content
from fundbank.errors import N_


class Reported(Protocol):
    """What the table asks of a report."""

    @property
    def is_verified(self) -> bool: ...


Report = TypeVar("Report", bound=Reported)

STATES = {
    "coming": N_("Not yet due"),
    "missing": N_("Report missing"),
    "not_reported": N_("Not reported"),
    "reported": N_("Waiting for verification"),
    "not_verified": N_("Not verified"),
    "verified": N_("Verified"),
}
STATE_COLOURS = {"coming": "", "missing": "error", "not_reported": "", "reported": "warning", "not_verified": "", "verified": "success"}


@dataclass(frozen=True)
class Followed(Generic[Report]):
    """The gain of one department in one calendar year: what was promised first, what the case says as revised, what was reported, and where
    it stands (STATES).
    """

    year: int
    department_id: int
    promised_ore: int
    planned_ore: int
    report: Report | None
    is_over: bool
    state: str


def planned_by_calendar_year(content: Content, first_year: int, *, cashable_only: bool = False) -> dict[tuple[int, int], int]:
    """The planned gains in øre by (calendar year, department id): year 1 of the case is ``first_year``."""
    planned = planned_gains(content, cashable_only=cashable_only)
    return {(first_year + year - 1, department_id): ore for (year, department_id), ore in planned.items() if year > 0}


def planned_keys(content: Content, first_year: int, *, year: int, department_id: int) -> list[str]:
    """The keys of the gains and gain areas that the case plans for a department in a calendar year."""
    planned = year - first_year + 1
    gains = [gain.key for gain in content.gains if (gain.year, gain.department_id) == (planned, department_id)]
    return gains + [area.key for area in content.gain_areas if area.department_id == department_id and 1 <= planned <= area.years]


def measured(content: Content, keys: Container[str]) -> list[str]:
    """What the rows with these keys are called now, as far as they have a name and the case still has them."""
    called = [(gain.key, gain.text) for gain in content.gains] + [(area.key, area.name) for area in content.gain_areas]
    return list(dict.fromkeys(name for key, name in called if name and key in keys))


def follow(
    *,
    years: Iterable[int],
    department_ids: Sequence[int],
    promised: Mapping[tuple[int, int], int],
    planned: Mapping[tuple[int, int], int],
    reports: Mapping[tuple[int, int], Report],
    missing: Container[tuple[int, int]],
    this_year: int,
    is_closed: bool,
) -> list[Followed[Report]]:
    """A line for each of ``years`` and departments, and for whatever else was reported, in order of year and department.

    A year is over once ``this_year`` is later; whether its report is ``missing`` is decided where claims are known. Of a closed award
    nothing is awaited any more.
    """
    wanted = [(year, department_id) for year in years for department_id in department_ids]
    places = {department_id: place for place, department_id in enumerate(department_ids)}
    keys = sorted({*wanted, *reports}, key=lambda key: (key[0], places.get(key[1], len(places)), key[1]))

    def state(key: tuple[int, int]) -> str:
        if (report := reports.get(key)) is not None:
            return "verified" if report.is_verified else "not_verified" if is_closed else "reported"
        if key in missing:
            return "missing"
        return "not_reported" if is_closed or key[0] < this_year else "coming"

    return [Followed(*key, promised.get(key, 0), planned.get(key, 0), reports.get(key), key[0] < this_year, state(key)) for key in keys]


def next_to_report(years: Iterable[int], department_ids: Sequence[int], reported: Container[tuple[int, int]]) -> tuple[int, int] | None:
    """The earliest (year, department) whose gain is not reported yet; None if all are."""
    return next(((year, id_) for year in years for id_ in department_ids if (year, id_) not in reported), None)
