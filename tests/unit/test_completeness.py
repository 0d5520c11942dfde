"""What it takes to submit an application (scenario.md; domain.md §12)."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from fundbank.applications.rules.completeness import (
    MixNotOffered,
    OperationNotCovered,
    PaybackTooLong,
    PrincipleNotOffered,
    check_case,
    check_principles,
    check_submission,
    left_unsaid,
    submission_faults,
)
from fundbank.applications.rules.content import Content, Cost, GainArea, OwnFinancing, PlannedGain, QualitativeGain
from fundbank.errors import Incomplete, InvalidAmount

FIVE = ("wellbeing", "efficiency", "quality", "security", "scalability")


def policy(**changes):
    values = {
        "offers_loans": True,
        "offers_grants": True,
        "mix_offered": True,
        "scale": ("1", "2", "3", "4", "5"),
        "weights": dict.fromkeys(FIVE, Decimal("0.20")),
        "project_kinds": ("standard",),
        "own_scores_first": False,
        "it_consultation": "recorded",
        "payback_limit_years": 5,
        "frames": (),
        "content_required": False,
    }
    return SimpleNamespace(**{**values, **changes})


POLICY = policy()
GOOD = Content(
    title="ESDH-integration",
    loan_ore=600_000_00,
    costs=(Cost(0, "establishment", 600_000_00),),
    gains=tuple(PlannedGain(year, 1, 400_000_00) for year in (1, 2, 3)),
)
AREA = GainArea(
    name="Sager",
    department_id=1,
    before=(Decimal(20), Decimal(25), Decimal(30)),
    after=(Decimal(10), Decimal(12), Decimal(15)),
    cases=6000,
    affected=Decimal("0.80"),
    rate_ore=350_00,
    phase_in=(Decimal(1),),
    years=4,
)


def faults(content, rules=POLICY):
    return [(fault.code, fault.field) for fault in submission_faults(content, rules)]


def test_a_whole_application_has_no_faults():
    assert faults(GOOD) == []
    assert faults(GOOD.replace(gain_areas=(AREA,), own_financing=(OwnFinancing("Fagsystem", 0),))) == []
    check_submission(GOOD, POLICY)
    check_case(GOOD)


def test_every_fault_is_listed_in_the_order_of_the_rules_and_the_first_is_raised():
    rules = policy(
        offers_loans=False,
        mix_offered=False,
        it_consultation="required",
        own_scores_first=True,
        frames=(SimpleNamespace(code="citizen_service"),),
    )
    content = Content(
        title=" ",
        kind="pilot",
        loan_ore=5_00,
        grant_ore=5_00,
        frame="moon",
        costs=(Cost(1, "operation", 10_00),),
        gains=(PlannedGain(1, 1, None),),
    )
    assert faults(content, rules) == [
        ("invalid_amount", "gains"),
        ("incomplete", "title"),
        ("incomplete", "kind"),
        ("incomplete", "it_consulted"),
        ("incomplete", "own_scores"),
        ("incomplete", "frame"),
        ("principle_not_offered", "loan"),
        ("mix_not_offered", "grant"),
        ("operation_not_covered", "loan"),
        ("payback_too_long", "gains"),
    ]
    with pytest.raises(InvalidAmount):
        check_submission(content, rules)


@pytest.mark.parametrize("amount", [None, -1])
@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda ore: {"loan_ore": ore}, "loan"),
        (lambda ore: {"grant_ore": ore}, "grant"),
        (lambda ore: {"costs": (*GOOD.costs, Cost(1, "operation", ore))}, "costs"),
        (lambda ore: {"gains": (*GOOD.gains, PlannedGain(1, 1, ore))}, "gains"),
        (lambda ore: {"gain_areas": (GainArea.from_json({**AREA.to_json(), "rate_ore": ore}),)}, "gains"),
        (lambda ore: {"own_financing": (OwnFinancing("Fagsystem", ore),)}, "costs"),
    ],
)
def test_an_amount_that_is_missing_or_negative_is_refused(change, field, amount):
    content = GOOD.replace(**change(amount))
    assert ("invalid_amount", field) in faults(content)
    with pytest.raises(InvalidAmount):
        check_case(content)


@pytest.mark.parametrize(("lower_ore", "is_right"), [(None, True), (0, False), (-1, False), (1, True)])
def test_what_it_could_do_with_is_less_than_the_request(lower_ore, is_right):
    assert faults(GOOD.replace(lower_ore=lower_ore)) == ([] if is_right else [("invalid_amount", "lower")])
    assert faults(GOOD.replace(lower_ore=GOOD.requested_ore)) == [("invalid_amount", "lower")]
    assert faults(GOOD.replace(lower_ore=GOOD.requested_ore - 1)) == []


def test_a_request_of_0_is_refused():
    assert faults(GOOD.replace(loan_ore=0)) == [("incomplete", "loan")]


def test_an_application_needs_a_title():
    assert faults(GOOD.replace(title="  ")) == [("incomplete", "title")]


def test_the_kind_is_one_that_the_pool_takes():
    assert faults(GOOD, policy(project_kinds=("innovation", "uptake"))) == [("incomplete", "kind")]
    assert faults(GOOD.replace(kind="uptake"), policy(project_kinds=("innovation", "uptake"))) == []


@pytest.mark.parametrize("consultation", ["required", "recorded", "not_asked", "screened"])
def test_it_is_consulted_first_only_where_the_policy_requires_it(consultation):
    rules = policy(it_consultation=consultation)
    assert faults(GOOD, rules) == ([("incomplete", "it_consulted")] if consultation == "required" else [])
    assert faults(GOOD.replace(it_consulted=True), rules) == []


@pytest.mark.parametrize(
    ("own_scores", "is_full"),
    [
        (None, False),
        ({}, False),
        (dict.fromkeys(FIVE, 5), True),
        (dict.fromkeys(FIVE[:4], 5), False),
        ({**dict.fromkeys(FIVE, 5), "beauty": 5}, False),
        (dict.fromkeys(FIVE, 6), False),
        (dict.fromkeys(FIVE, 0), False),
    ],
)
def test_the_department_scores_all_five_first_where_the_policy_asks_for_it(own_scores, is_full):
    content = GOOD.replace(own_scores=own_scores)
    assert faults(content, policy(own_scores_first=True)) == ([] if is_full else [("incomplete", "own_scores")])
    assert faults(content) == []


def test_a_budget_frame_is_one_of_the_pools():
    rules = policy(frames=(SimpleNamespace(code="citizen_service"),))
    assert faults(GOOD.replace(frame="citizen_service"), rules) == []
    assert faults(GOOD.replace(frame="moon"), rules) == [("incomplete", "frame")]
    assert faults(GOOD, rules) == []


def test_a_pool_without_frames_takes_no_notice_of_one():
    assert faults(GOOD.replace(frame="citizen_service")) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"costs": (*GOOD.costs, Cost(10**9, "operation", 0))}, "costs"),
        ({"own_financing": (OwnFinancing("Fagsystem", 0, year=-1),)}, "costs"),
        ({"gains": (*GOOD.gains, PlannedGain(-1, 1, 0))}, "gains"),
        ({"gain_areas": (GainArea.from_json({**AREA.to_json(), "cases": -1}),)}, "gains"),
        ({"gain_areas": (GainArea.from_json({**AREA.to_json(), "affected": "1.01"}),)}, "gains"),
        ({"gain_areas": (GainArea.from_json({**AREA.to_json(), "years": 10**9}),)}, "gains"),
    ],
)
def test_years_and_shares_are_possible_ones(change, field):
    assert faults(GOOD.replace(**change)) == [("incomplete", field)]
    with pytest.raises(Incomplete):
        check_case(GOOD.replace(**change))


def test_a_gain_area_stays_below_the_largest_amount():
    area = GainArea.from_json({**AREA.to_json(), "cases": 2 * 10**9, "rate_ore": 10**13})
    assert faults(GOOD.replace(gain_areas=(area,))) == [("invalid_amount", "gains")]


def test_a_pool_gives_only_the_principles_that_it_offers():
    with pytest.raises(PrincipleNotOffered):
        check_principles(policy(offers_loans=False), 1, 0)
    with pytest.raises(PrincipleNotOffered):
        check_principles(policy(offers_grants=False), 0, 1)
    check_principles(policy(offers_loans=False), 0, 1)
    check_principles(policy(offers_grants=False), 1, 0)


def test_a_pool_may_refuse_a_loan_and_a_grant_together():
    with pytest.raises(MixNotOffered):
        check_principles(policy(mix_offered=False), 1, 1)
    check_principles(policy(mix_offered=False), 1, 0)
    check_principles(policy(mix_offered=False), 0, 1)
    check_principles(POLICY, 1, 1)


def test_a_principle_that_is_not_offered_comes_before_the_mix():
    with pytest.raises(PrincipleNotOffered):
        check_principles(policy(offers_loans=False, mix_offered=False), 1, 1)


def test_a_pool_pays_for_establishment_only():
    content = GOOD.replace(grant_ore=1, costs=(*GOOD.costs, Cost(1, "operation", 50_00)))
    with pytest.raises(OperationNotCovered) as refused:
        check_submission(content, POLICY)
    assert refused.value.values == {"requested_ore": 600_000_01, "establishment_ore": 600_000_00}


def test_a_loan_pays_back_within_the_limit():
    six_years = GOOD.replace(gains=tuple(PlannedGain(year, 1, 100_000_00) for year in range(1, 8)))
    assert faults(six_years, policy(payback_limit_years=6)) == []
    with pytest.raises(PaybackTooLong) as refused:
        check_submission(six_years, POLICY)
    assert refused.value.values == {"months": 72, "limit": 5}


def test_a_loan_that_never_pays_back_says_so():
    with pytest.raises(PaybackTooLong) as refused:
        check_submission(GOOD.replace(gains=(PlannedGain(1, 1, 100_00),)), POLICY)
    assert refused.value.sentence == PaybackTooLong.never


def test_only_cashable_gains_pay_a_loan_back():
    content = GOOD.replace(gains=(PlannedGain(1, 1, 900_000_00, cashable=False),))
    assert faults(content) == [("payback_too_long", "gains")]


def test_a_grant_needs_no_payback():
    assert faults(GOOD.replace(loan_ore=0, grant_ore=500_000_00, gains=())) == []


def test_the_refusals_sentences_take_the_values_that_they_carry():
    faults = submission_faults(GOOD.replace(gains=(), loan_ore=700_000_00, gain_areas=()), POLICY)
    assert [fault.code for fault in faults] == ["operation_not_covered", "payback_too_long"]
    assert all(fault.sentence % fault.values for fault in faults)


def test_an_incomplete_application_is_refused_by_that_name():
    with pytest.raises(Incomplete):
        check_submission(GOOD.replace(title=""), POLICY)


SAID = GOOD.replace(
    need="Breve lægges i hånden.",
    bought="En integration",
    gain_owner_id=1,
    system_owner_id=2,
    project_leader="Pia Projekt",
    operation_money="Forvaltningens eget budget",
)
ALL = policy(content_required=True)


def test_what_an_application_must_say_is_asked_for_where_the_policy_says_so():
    assert faults(GOOD) == [] and faults(SAID, ALL) == []
    asked = ["need", "bought", "gain_owner", "system_owner", "project_leader", "operation_money"]
    assert [fault.field for fault in submission_faults(GOOD, ALL)] == asked
    assert {fault.code for fault in submission_faults(GOOD, ALL)} == {Incomplete.code}


@pytest.mark.parametrize("field", ["need", "bought", "project_leader", "operation_money"])
def test_an_empty_text_says_nothing(field):
    assert [fault.field for fault in submission_faults(SAID.replace(**{field: " \n"}), ALL)] == [field]


def test_where_several_departments_gain_each_gain_has_an_owner():
    several = SAID.replace(gains=(*SAID.gains, PlannedGain(1, 2, 1_00)))
    assert [fault.field for fault in submission_faults(several, ALL)] == ["gain_owners"]
    assert submission_faults(several.replace(gain_owners="Lederen af Borgerservice"), ALL) == []


def test_a_gain_in_kroner_or_in_words_is_enough():
    grant = SAID.replace(loan_ore=0, grant_ore=600_000_00, gains=())
    assert [fault.field for fault in submission_faults(grant, ALL)] == ["gains"]
    assert submission_faults(grant.replace(gain_areas=(AREA,)), ALL) == []
    assert submission_faults(grant.replace(qualitative_gains=(QualitativeGain("quality", "Hurtigere svar"),)), ALL) == []
    empty = grant.replace(qualitative_gains=(QualitativeGain("quality", " "), QualitativeGain("", "Svar")))
    assert [fault.field for fault in submission_faults(empty, ALL)] == ["gains"]


@pytest.mark.parametrize(("years", "is_told"), [((), False), ((1,), True), ((1, 2), False)])
def test_operation_in_one_year_alone_is_told(years, is_told):
    content = GOOD.replace(costs=(*GOOD.costs, *(Cost(year, "operation", 60_000_00) for year in years)))
    for rules in (POLICY, policy(content_required=True)):
        rules.business_case, rules.small_case_kinds = "full", ()
        assert ("costs" in [fault.field for fault in left_unsaid(content, rules)]) is is_told


def test_a_loan_without_a_cashable_gain_asks_for_one():
    without = GOOD.replace(gains=tuple(PlannedGain(year, 1, 400_000_00, cashable=False) for year in (1, 2, 3)))
    (fault,) = submission_faults(without, POLICY)
    assert (type(fault), fault.sentence) == (PaybackTooLong, PaybackTooLong.nothing)
