"""Gains by year and department: promised, reported, verified, missing."""

from dataclasses import dataclass

from fundbank.gains.rules import follow


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
