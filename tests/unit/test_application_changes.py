"""Rows written once for several years, gains split by shares, and what changed from one version to the next."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundbank.applications.rules.changes import Change, MovedAnnexes, changes, moved_annexes
from fundbank.applications.rules.content import Content, Cost, PlannedGain, QualitativeGain
from fundbank.applications.rules.spans import CostSpan, GainSpan, SharesNotWhole, cost_spans, gain_spans, split_gain
from fundbank.files.models import File


def test_the_same_cost_in_successive_years_is_one_row():
    costs = [Cost(0, "establishment", 100, "A"), *(Cost(year, "operation", 5, "B") for year in (1, 2, 3)), Cost(5, "operation", 5, "B")]
    assert cost_spans(costs) == [
        CostSpan(0, 0, "establishment", 100, "A"),
        CostSpan(1, 3, "operation", 5, "B"),
        CostSpan(5, 5, "operation", 5, "B"),
    ]


def test_gains_that_are_written_year_by_year_gather_by_department():
    gains = [PlannedGain(year, department, 200) for year in (1, 2, 3) for department in (7, 8)]
    assert gain_spans(gains) == [GainSpan(1, 3, 7, 200, True, ""), GainSpan(1, 3, 8, 200, True, "")]


def test_a_file_that_replaces_another_of_its_name_is_another_and_what_stays_has_not_moved():
    one, other, kept = (File(id=number, name="Tilbud.pdf") for number in (1, 2, 3))
    assert moved_annexes([one, kept], [kept, other]) == MovedAnnexes((one,), (other,))
    assert moved_annexes([], [one]) and moved_annexes([one], [])
    assert not moved_annexes([one, kept], [one, kept])


rows = st.builds(
    PlannedGain, st.integers(0, 5), st.integers(1, 2), st.integers(1, 2), cashable=st.booleans(), text=st.sampled_from(["", "A"])
)


@given(st.lists(rows, max_size=12))
def test_gathering_loses_and_doubles_nothing(gains):
    back = [gain for span in gain_spans(gains) for gain in span.gains()]
    assert sorted(back, key=repr) == sorted(gains, key=repr)


def test_a_gain_is_split_by_shares_to_the_last_ore():
    shares = [(1, Decimal("0.3333")), (2, Decimal("0.3333")), (3, Decimal("0.3334"))]
    spans = split_gain(100_00, shares, first=1, last=3, cashable=True, text="A")
    assert [span.amount_ore for span in spans] == [33_33, 33_33, 33_34]
    assert {(span.first, span.last, span.cashable, span.text) for span in spans} == {(1, 3, True, "A")}


@given(st.integers(1, 10**12), st.lists(st.integers(1, 1000), min_size=1, max_size=6))
def test_the_parts_of_a_split_always_sum_to_the_whole(ore, weights):
    shares = [(number, Decimal(weight) / 1000) for number, weight in enumerate(weights)]
    rest = 1 - sum(share for _number, share in shares)
    if rest < 0:
        with pytest.raises(SharesNotWhole):
            split_gain(ore, shares, first=1, last=1, cashable=True, text="")
    else:
        spans = split_gain(ore, [*shares, (99, rest)], first=1, last=1, cashable=True, text="")
        assert sum(span.amount_ore for span in spans) == ore


def test_shares_that_leave_something_over_are_refused():
    with pytest.raises(SharesNotWhole) as refusal:
        split_gain(100, [(1, Decimal("0.5")), (2, Decimal("0.45"))], first=1, last=1, cashable=True, text="")
    assert (refusal.value.code, refusal.value.values) == ("incomplete", {"total": "95"})


def test_what_changed_is_told_field_by_field():
    old = Content(
        title="A", loan_ore=100, costs=(Cost(0, "establishment", 100, "X"), Cost(1, "operation", 5)), facts=("legal_requirement",),
        qualitative_gains=(QualitativeGain("quality", "Kort ventetid"),),
    )  # fmt: skip
    new = old.replace(title="B", loan_ore=200, costs=(Cost(1, "operation", 5), Cost(0, "establishment", 200, "X")), qualitative_gains=())
    found = {change.field: change.pairs for change in changes(old, new)}
    assert list(found) == ["title", "loan_ore", "costs", "qualitative_gains"]
    assert found["title"] == (("A", "B"),)
    assert found["costs"] == (
        (CostSpan(0, 0, "establishment", 100, "X"), None),
        (None, CostSpan(0, 0, "establishment", 200, "X")),
    )
    assert found["qualitative_gains"] == ((QualitativeGain("quality", "Kort ventetid"), None),)


def test_rows_in_another_order_and_empty_answers_are_no_change():
    costs = (Cost(0, "establishment", 1), Cost(0, "establishment", 2))
    assert changes(Content(costs=costs, own_scores=None, frame=None), Content(costs=costs[::-1], own_scores={}, frame="")) == []
    assert [change.field for change in changes(Content(costs=costs), Content(costs=(*costs, costs[0])))] == ["costs"]


GAINS = tuple(PlannedGain(year, 7, 100, text="Porto", key=f"g{year}") for year in (1, 2, 3))


def gains(*rows: PlannedGain) -> Content:
    return Content(gains=rows)


def test_a_row_is_known_by_its_key():
    other = PlannedGain(1, 8, 50, key="g9")
    renamed = [replace(gain, text="Papir", amount_ore=200) for gain in GAINS]
    assert changes(gains(*GAINS, other), gains(other, *renamed)) == [
        Change("gains", ((GainSpan(1, 3, 7, 100, True, "Porto"), GainSpan(1, 3, 7, 200, True, "Papir")),))
    ]
    longer = PlannedGain(4, 7, 100, text="Porto", key="g4")
    assert changes(gains(*GAINS), gains(*GAINS, longer)) == [
        Change("gains", ((GainSpan(1, 3, 7, 100, True, "Porto"), GainSpan(1, 4, 7, 100, True, "Porto")),))
    ]


def test_two_rows_that_say_what_the_other_said_have_both_changed():
    one, two = PlannedGain(1, 7, 100, key="g1"), PlannedGain(1, 8, 200, key="g2")
    swapped = (replace(two, key="g1"), replace(one, key="g2"))
    assert [len(change.pairs) for change in changes(gains(one, two), gains(*swapped))] == [2]


def test_what_was_taken_out_and_written_again_as_it_was_is_no_change():
    assert changes(gains(*GAINS), gains(*(replace(gain, key=f"g{gain.year + 5}") for gain in GAINS))) == []
