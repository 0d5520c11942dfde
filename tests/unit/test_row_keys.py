"""Each cost, planned gain and gain area has a key that lives with it through edits, and is never given again."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundbank.applications.rules.content import Content, Cost, GainArea, PlannedGain
from fundbank.applications.rules.row_keys import keyed, of_years
from fundbank.applications.rules.spans import cost_spans, gain_spans


def area(name: str, department_id: int = 1, **changes: object) -> GainArea:
    minutes = (Decimal(20), Decimal(20), Decimal(20))
    made = GainArea(name, department_id, minutes, minutes, 100, Decimal(1), 350_00, (Decimal(1),), 4)
    return replace(made, **changes)


def keys(content: Content) -> list[str]:
    return [row.key for row in (*content.costs, *content.gains, *content.gain_areas)]


FIRST = keyed(
    Content(
        costs=(Cost(0, "establishment", 600_00), Cost(1, "operation", 5_00)),
        gains=(PlannedGain(1, 7, 100), PlannedGain(1, 8, 100), PlannedGain(2, 7, 100)),
        gain_areas=(area("Breve"), area("Opslag")),
    ),
    Content(),
)


def test_each_row_gets_a_key_in_the_order_in_which_it_stands():
    assert keys(FIRST) == ["c1", "c2", "g3", "g4", "g5", "a6", "a7"]
    assert FIRST.keys_made == 7
    assert keyed(FIRST, FIRST) == FIRST and keys(keyed(FIRST, FIRST)) == keys(FIRST)


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        # what the form sends: the row comes with its key
        ({"gains": (replace(FIRST.gains[0], department_id=9, amount_ore=5, year=4, text="Nyt"), *FIRST.gains[1:])}, ["g3", "g4", "g5"]),
        ({"gains": FIRST.gains[::-1]}, ["g5", "g4", "g3"]),
        ({"gains": FIRST.gains[1:]}, ["g4", "g5"]),
        ({"gains": (*FIRST.gains, PlannedGain(3, 7, 100))}, ["g3", "g4", "g5", "g8"]),
        # whoever sends what is not theirs to send
        ({"gains": (replace(FIRST.gains[0], key="g999"), *FIRST.gains[1:])}, ["g3", "g4", "g5"]),
        ({"gains": (PlannedGain(9, 9, 1, key="g999"),)}, ["g8"]),
        ({"gains": (PlannedGain(9, 9, 1, key="c1"), PlannedGain(9, 9, 1, key="a6"))}, ["g8", "g9"]),
        ({"gains": (replace(FIRST.gains[0], text="A"), replace(FIRST.gains[0], text="B"))}, ["g3", "g8"]),
        # what a scenario file says: rows without keys
        ({"gains": (PlannedGain(1, 8, 50), PlannedGain(1, 7, 60), PlannedGain(3, 7, 70))}, ["g4", "g3", "g8"]),
        ({"gains": (PlannedGain(1, 7, 1), PlannedGain(1, 7, 2))}, ["g3", "g8"]),
        ({"gains": ()}, []),
        ({"gain_areas": (area("Opslag", cases=9), area("Nyt"))}, ["a7", "a8"]),
        ({"costs": (Cost(1, "operation", 6_00), Cost(0, "operation", 1), Cost(0, "establishment", 1))}, ["c2", "c8", "c1"]),
    ],
)  # fmt: skip
def test_a_row_keeps_its_key(changes, wanted):
    content = keyed(FIRST.replace(**changes), FIRST)
    assert [row.key for row in getattr(content, next(iter(changes)))] == wanted


def test_a_key_is_never_given_again():
    without = keyed(FIRST.replace(gains=()), FIRST)
    again = keyed(without.replace(gains=FIRST.gains), without)
    assert [gain.key for gain in again.gains] == ["g8", "g9", "g10"]


def test_how_many_keys_were_made_is_not_for_the_writer_to_say():
    assert keyed(Content(gains=(PlannedGain(5, 7, 1),)), FIRST).keys_made == 8


any_key = st.sampled_from(["", "g3", "g4", "c1", "a6", "g77", "x", "g0"])
rows = st.builds(PlannedGain, st.integers(0, 3), st.integers(7, 8), st.integers(0, 5), key=any_key)


@given(st.lists(st.lists(rows, max_size=6), max_size=4))
def test_keys_are_unique_and_well_formed_whatever_is_sent(edits):
    said, seen = FIRST, set(keys(FIRST))
    for gains in edits:
        before = said
        said = keyed(said.replace(gains=tuple(gains)), said)
        assert len(set(keys(said))) == len(keys(said)) and all(re.fullmatch(r"[acg][1-9]\d*", key) for key in keys(said))
        new = set(keys(said)) - set(keys(before))
        assert not new & seen
        seen |= new


@pytest.mark.parametrize(
    ("first", "last", "wanted"),
    [
        (1, 3, {1: "g1", 2: "g2", 3: "g3"}),
        (2, 4, {2: "g1", 3: "g2", 4: "g3"}),  # it moved, as a whole
        (1, 4, {1: "g1", 2: "g2", 3: "g3"}),
        (0, 3, {1: "g1", 2: "g2", 3: "g3"}),
        (2, 3, {2: "g2", 3: "g3"}),
        (2, 2, {2: "g2"}),
        (7, 8, {}),
    ],
)
def test_a_row_of_several_years_keeps_the_keys_of_its_years(first, last, wanted):
    assert of_years({1: "g1", 2: "g2", 3: "g3"}, first, last) == wanted


def test_a_row_of_several_years_carries_the_key_of_each():
    content = keyed(Content(gains=tuple(PlannedGain(year, unit, 5) for year in (1, 2) for unit in (7, 8)), costs=(Cost(0, "a", 1),)), FIRST)
    spans = gain_spans(content.gains)
    assert [span.keys for span in spans] == [{1: "g3", 2: "g5"}, {1: "g4", 2: "g9"}]
    back = [gain for span in spans for gain in span.gains()]
    assert {(gain.year, gain.department_id, gain.key) for gain in back} == {(g.year, g.department_id, g.key) for g in content.gains}
    assert [cost.key for span in cost_spans(content.costs) for cost in span.costs()] == ["c8"]
