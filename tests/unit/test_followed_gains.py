"""Gains by year and department: promised, reported, verified, missing."""

from dataclasses import dataclass

import pytest

from fundbank.gains.rules import follow, next_to_report


@dataclass
class Report:
    is_verified: bool


@pytest.mark.parametrize(
    ("is_closed", "states"),
    [
        (False, ["verified", "verified", "missing", "not_reported", "coming", "reported"]),
        (True, ["verified", "verified", "missing", "not_reported", "not_reported", "not_verified"]),
    ],
)
def test_each_year_and_department_has_its_state_in_order(is_closed, states):
    rows = follow(
        years=[2025, 2026], department_ids=[7, 3, 5], promised={(2025, 7): 120}, planned={(2025, 7): 100},
        reports={(2025, 7): Report(True), (2026, 3): Report(False), (2024, 9): Report(True), (2026, 5): Report(True)},
        missing={(2025, 3)}, this_year=2026, is_closed=is_closed,
    )  # fmt: skip
    assert [(row.year, row.department_id, row.planned_ore) for row in rows] == [
        (2024, 9, 0),
        (2025, 7, 100),
        (2025, 3, 0),
        (2025, 5, 0),
        (2026, 7, 0),
        (2026, 3, 0),
        (2026, 5, 0),
    ]
    assert [row.state for row in rows] == [*states, "verified"]
    assert [row.promised_ore for row in rows if row.planned_ore] == [120]


def test_the_earliest_gain_that_is_not_reported_is_asked_for_next() -> None:
    assert next_to_report(range(2024, 2026), [7, 8], set()) == (2024, 7)
    assert next_to_report(range(2024, 2026), [7, 8], {(2024, 7), (2024, 8)}) == (2025, 7)
    assert next_to_report(range(2024, 2025), [7], {(2024, 7)}) is None
