"""Which two people may move money together (domain.md §7, §11)."""

import pytest

from fundbank.ledger.rules import are_two

FREJA, FINN, CHAIR = 1, 2, 3


@pytest.mark.parametrize(
    "first, second, bound, gave_first, gave_second, may",
    [
        (FREJA, FINN, (), (), (), True),
        (FREJA, FREJA, (), (), (), False),
        (FREJA, FINN, (CHAIR,), (CHAIR,), (CHAIR,), True),
        (FREJA, FINN, (FREJA,), (), (), False),
        (FREJA, FINN, (FINN,), (), (), False),
        (FREJA, FINN, (), (FINN,), (), False),
        (FREJA, FINN, (), (), (FREJA,), False),
    ],
    ids=["two", "one", "a third is bound, and gave both their roles", "bound first", "bound second", "the second gave", "the first gave"],
)
def test_four_eyes(
    first: int, second: int, bound: tuple[int], gave_first: tuple[int], gave_second: tuple[int], may: bool
) -> None:  # fmt: skip
    assert are_two(first, second, bound=bound, gave_first=gave_first, gave_second=gave_second) is may
