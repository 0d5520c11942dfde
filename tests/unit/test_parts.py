"""A long list, a part at a time: walked to its end it gives every row once, and what belongs together comes together."""

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundbank.kit.keyset import Part, part_of


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], Part([])),
        ([1, 2], Part([1, 2])),
        ([1, 2, 3], Part([1, 2], 2)),
        ([1, 2, 2], Part([1], 1)),
        ([1, 1, 1], Part([1, 1, 1], 1)),
        ([1, 1, 1, 1, 2], Part([1, 1, 1, 1], 1)),
    ],
)
def test_a_part_ends_between_two_keys(found: list[int], expected: Part[int]) -> None:
    assert part_of(found, key=lambda row: row, most=2) == expected


@given(st.lists(st.integers(1, 30)).map(sorted), st.integers(1, 5))
def test_the_parts_are_the_list(rows: list[int], most: int) -> None:
    seen, after = [], 0
    while after is not None:
        beyond, found = [list(group) for key, group in groupby(rows) if key > after], []
        while beyond and len(found) <= most:  # as a query: whole groups, and one row more than a part has if there is so much
            found += beyond.pop(0)
        shown, after = part_of(found, key=lambda row: row, most=most)
        seen += shown
    assert seen == rows
