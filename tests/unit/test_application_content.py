"""What an application says, to JSON and back, and what follows from it (domain.md §3)."""

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from fundbank.applications.rules.content import (
    DERIVED_FACTS,
    FACTS,
    IMPORTANCE_FACTS,
    PROJECT_FACTS,
    Content,
    Cost,
    GainArea,
    OwnFinancing,
    PlannedGain,
    QualitativeGain,
    importance_reasons,
    project_reasons,
)
from fundbank.kit.schema import faults_in

AREA = GainArea(
    name="Sagsbehandling",
    department_id=3,
    before=(Decimal(20), Decimal("25.5"), Decimal(30)),
    after=(Decimal(10), Decimal(12), Decimal(15)),
    cases=6000,
    affected=Decimal("0.80"),
    rate_ore=350_00,
    phase_in=(Decimal("0.5"), Decimal(1)),
    years=4,
    cashable=False,
)
FULL = Content(
    title="Tidsbestilling",
    summary="Borgere bestiller selv tid",
    kind="pilot",
    loan_ore=100_00,
    grant_ore=None,
    frame="citizen_service",
    it_consulted=True,
    supports=("quality", "wellbeing"),
    own_scores={"wellbeing": 2},
    initiative="may",
    facts=("complex_system", "aimed_at_citizens"),
    costs=(Cost(0, "establishment", 600_00, "Integration"), Cost(1, "operation", None)),
    gains=(PlannedGain(1, 7, 200_00, cashable=False, text="Porto"),),
    gain_areas=(AREA,),
    own_financing=(OwnFinancing("Fagsystem", 1_000_00, 1),),
    qualitative_gains=(QualitativeGain("quality", "Kortere ventetid"),),
    purchases=True,
    gain_owner_id=11,
    system_owner_id=12,
)

optional_ore = st.none() | st.integers(0, 10**13)
fractions = st.integers(0, 100).map(lambda n: Decimal(n) / 100)
contents = st.builds(
    Content,
    title=st.text(),
    loan_ore=optional_ore,
    grant_ore=optional_ore,
    supports=st.lists(st.text(), max_size=3).map(tuple),
    own_scores=st.none() | st.dictionaries(st.text(), st.integers(1, 5)),
    facts=st.lists(st.sampled_from(sorted(FACTS))).map(tuple),
    costs=st.lists(st.builds(Cost, st.integers(0, 9), st.just("operation"), optional_ore, st.text())).map(tuple),
    gains=st.lists(st.builds(PlannedGain, st.integers(0, 9), st.integers(1, 9), optional_ore)).map(tuple),
    gain_areas=st.lists(
        st.builds(
            GainArea,
            name=st.text(),
            department_id=st.integers(1, 9),
            before=st.tuples(fractions, fractions, fractions),
            after=st.tuples(fractions, fractions, fractions),
            cases=st.integers(0, 10**6),
            affected=fractions,
            rate_ore=optional_ore,
            phase_in=st.lists(fractions, max_size=3).map(tuple),
            years=st.integers(0, 9),
        ),
        max_size=3,
    ).map(tuple),
)


def test_everything_an_application_says_survives_json():
    assert Content.from_json(json.loads(json.dumps(FULL.to_json()))) == FULL


@given(contents)
@settings(deadline=None)
def test_any_application_survives_json(content):
    assert Content.from_json(json.loads(json.dumps(content.to_json()))) == content


def test_json_holds_exact_digits_and_never_a_float():
    area = FULL.to_json()["gain_areas"][0]
    assert (area["affected"], area["before"], area["phase_in"]) == ("0.80", ["20", "25.5", "30"], ["0.5", "1"])
    assert area["rate_ore"] == 350_00


def test_json_is_free_of_the_value_that_it_came_from():
    FULL.to_json()["own_scores"]["wellbeing"] = 5
    assert FULL.own_scores == {"wellbeing": 2}


@pytest.mark.parametrize("part", [*FULL.costs, *FULL.gains, AREA, *FULL.own_financing, *FULL.qualitative_gains])
def test_each_part_survives_json_alone(part):
    assert type(part).from_json(json.loads(json.dumps(part.to_json()))) == part


def test_an_empty_application_takes_its_defaults():
    assert Content.from_json({}) == Content()


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"title": None}, "title"),
        ({"loan_ore": 1.0}, "loan_ore"),
        ({"loan_ore": True}, "loan_ore"),
        ({"own_scores": {"quality": True}}, "own_scores.quality"),
        ({"purchases": 1}, "purchases"),
        ({"colour": "red"}, "colour"),
        ({"costs": [{"year": 0, "kind": "operation", "amount_ore": "1"}]}, "costs[1].amount_ore"),
        ({"gain_areas": [AREA.to_json() | {"affected": 0.8}]}, "gain_areas[1].affected"),
        ({"gain_areas": [AREA.to_json() | {"before": ["1", "2"]}]}, "gain_areas[1].before[3]"),
    ],
)
def test_what_an_application_cannot_say_is_not_read(changes, place):
    with pytest.raises(ValidationError) as raised:
        Content.from_json(FULL.to_json() | changes)
    assert [fault.place for fault in faults_in(raised.value)] == [place]


def test_an_amount_that_is_missing_counts_as_0():
    assert FULL.requested_ore == 100_00
    assert FULL.establishment_ore == 600_00
    assert Content(loan_ore=None, grant_ore=5_00).requested_ore == 5_00


def test_a_change_leaves_the_rest_as_it_was():
    assert FULL.replace(title="Ny titel").replace(title="Tidsbestilling") == FULL


def test_every_free_text_is_there_to_be_checked():
    assert set(FULL.texts()) == {
        *("Tidsbestilling", "Borgere bestiller selv tid", "Integration", "", "Porto"),
        *("Sagsbehandling", "Fagsystem", "Kortere ventetid"),
    }


def test_any_one_reason_makes_a_project_and_any_one_makes_it_important():
    for fact in PROJECT_FACTS:
        if fact in FACTS:
            assert project_reasons(Content(facts=(fact,))) == (fact,)
    for fact in IMPORTANCE_FACTS:
        if fact in FACTS:
            assert importance_reasons(Content(facts=(fact,))) == (fact,)


def test_without_a_reason_it_is_neither_project_nor_important():
    assert project_reasons(Content(facts=("aimed_at_citizens",))) == ()
    assert importance_reasons(Content(facts=("start_and_end",))) == ()


def test_a_legal_requirement_is_both():
    content = Content(facts=("legal_requirement",))
    assert project_reasons(content) == importance_reasons(content) == ("legal_requirement",)


def test_own_financing_counts_toward_500000_kroner():
    case = Content(costs=(Cost(0, "establishment", 400_000_00),), own_financing=(OwnFinancing("System", 100_000_00),))
    assert project_reasons(case) == ()
    assert project_reasons(case.replace(own_financing=(OwnFinancing("System", 100_000_01),))) == ("above_500000",)


@pytest.mark.parametrize(("ore", "reasons"), [(500_000_00, ()), (500_000_01, ("above_500000",))])
def test_above_500000_kroner_of_establishment_is_a_project(ore, reasons):
    assert project_reasons(Content(costs=(Cost(0, "establishment", ore), Cost(1, "operation", ore)))) == reasons


def test_what_is_derived_cannot_be_ticked():
    ticked = Content(facts=("above_500000", "economic_gain"))
    assert project_reasons(ticked) == importance_reasons(ticked) == ()


def test_an_expected_gain_makes_it_important():
    assert importance_reasons(Content(gains=(PlannedGain(1, 1, 1),))) == ("economic_gain",)
    assert importance_reasons(Content(gain_areas=(AREA,))) == ("economic_gain",)
    assert importance_reasons(Content(gains=(PlannedGain(1, 1, 0), PlannedGain(1, 1, None)))) == ()


def test_each_reason_has_a_name_to_show():
    assert set(PROJECT_FACTS) | set(IMPORTANCE_FACTS) == set(FACTS) | set(DERIVED_FACTS)
