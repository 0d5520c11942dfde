"""What a choice between the items of an agenda comes to: money, frames, and what the forum could give at all."""

from fractions import Fraction

import pytest

from fundbank.applications.rules.content import Content
from fundbank.errors import InvalidAmount
from fundbank.meetings.rules import OverRequested
from fundbank.meetings.rules.choices import Choice, Room, check_sums, level_of, room_in_pool, rooms_in_frames
from fundbank.pools.policy import Policy
from fundbank.pools.preset import load

CHOICES = [Choice(1, 300_000_00, 50_000_00, "citizen"), Choice(2, 0, 100_000_00, "systems"), Choice(3, 40_000_00, 0, "citizen")]


def test_the_pool_holds_what_is_left_after_all_that_is_chosen():
    room = room_in_pool("Puljen", 500_000_00, CHOICES)
    assert (room.chosen_ore, room.left_ore, room.missing_ore) == (490_000_00, 10_000_00, 0)


def test_what_is_chosen_beyond_the_money_is_missing():
    room = room_in_pool("Puljen", 415_400_00, [Choice(1, 600_000_00, 0)])
    assert (room.left_ore, room.missing_ore) == (0, 184_600_00)


def test_each_frame_counts_its_own():
    frames = [("citizen", "Borger", 390_000_00), ("workplace", "Arbejdsplads", 7_00), ("systems", "Systemer", 90_000_00)]
    assert rooms_in_frames(frames, CHOICES) == [
        Room("Borger", 390_000_00, 390_000_00), Room("Arbejdsplads", 7_00, 0), Room("Systemer", 90_000_00, 100_000_00),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("points", "size", "level"),
    [(0, 3, 1), (24, 3, 1), (25, 3, 2), (50, 3, 2), (75, 3, 3), (100, 3, 3), (100, 5, 5), (62, 5, 3), (63, 5, 4), (100, 2, 2)],
)
def test_points_lie_nearest_to_a_level_halves_up(points, size, level):
    assert level_of(Fraction(points), size) == level


def test_the_forum_gives_something_and_never_more_than_was_asked_for():
    policy, content = Policy.from_values(load("favrskov").values), Content(loan_ore=100_00, grant_ore=50_00)
    check_sums(policy, content, 0, 150_00)
    with pytest.raises(OverRequested):
        check_sums(policy, content, 101_00, 50_00)
    with pytest.raises(InvalidAmount):
        check_sums(policy, content, 0, 0)
