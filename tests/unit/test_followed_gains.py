"""Gains by year and department: promised, reported, verified, missing."""

from dataclasses import dataclass

from fundbank.gains.rules import follow, next_to_report


@dataclass
class Report:
    is_verified: bool


def test_each_year_and_department_has_its_state_in_order():
    rows = follow(
        years=[2025, 2026], department_ids=[7, 3], planned={(2025, 7): 100},
        reports={(2025, 7): Report(True), (2026, 3): Report(False), (2024, 9): Report(True)}, this_year=2026,
    )  # fmt: skip
    assert [(row.year, row.department_id, row.planned_ore, row.state) for row in rows] == [
        (2024, 9, 0, "verified"),
        (2025, 7, 100, "verified"),
        (2025, 3, 0, "missing"),
        (2026, 7, 0, "coming"),
        (2026, 3, 0, "reported"),
    ]


def test_the_earliest_gain_that_is_not_reported_is_asked_for_next() -> None:
    assert next_to_report(range(2024, 2026), [7, 8], set()) == (2024, 7)
    assert next_to_report(range(2024, 2026), [7, 8], {(2024, 7), (2024, 8)}) == (2025, 7)
    assert next_to_report(range(2024, 2025), [7], {(2024, 7)}) is None
