"""Policies: the five presets are what domain.md §3 says, with their origins; senseless rules are refused."""

import io
from decimal import Decimal

import pytest
from babel.messages.pofile import read_po

from fundbank.paths import PACKAGE
from fundbank.pools import policy, preset, words
from fundbank.pools.criteria import CODES
from fundbank.pools.frames import Frame, frame_code
from fundbank.pools.policy import FIELDS, Policy, PolicyInvalid, UnknownPolicyKey, faults, with_overrides
from fundbank.pools.roles import Role

NAMES = ("aabenraa", "favrskov", "herning", "jammerbugt", "rudersdal")
ANY = ("standard", "pilot", "innovation", "uptake")
WORDS = ("low", "medium", "high")
DOCUMENT, ADAPTED, DEFAULT = "document", "adapted", "default"


def policy_of(name: str) -> Policy:
    return Policy.from_values(preset.load(name).values)


def values(**changes: object) -> dict[str, object]:
    return {**preset.load("herning").values, **changes}


def test_the_five_presets_ship():
    assert preset.names() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_preset_is_whole_and_reads_back_unchanged(name):
    loaded = preset.load(name)
    assert faults(loaded.values) == {}
    assert policy_of(name).to_values() == loaded.values
    assert set(loaded.origins) == set(FIELDS) == set(loaded.values)
    assert set(loaded.origins.values()) <= {DOCUMENT, ADAPTED, DEFAULT}
    assert loaded.municipality == f"{name.capitalize()} Kommune"
    assert loaded.pool_name and loaded.title and loaded.source


# domain.md §3, row by row: field, then value and origin of herning, favrskov, aabenraa, rudersdal, jammerbugt
TABLE = {
    "forum_name": (
        ("Styregruppen for Digital Forvaltning", DOCUMENT), ("Digitaliseringsforum", DOCUMENT),
        ("Den Digitale Styregruppe", DOCUMENT), ("Digitaliseringsudvalget", DOCUMENT),
        ("Digital Innovationsbank", DEFAULT),
    ),
    "funding": (
        ("fixed_yearly", DOCUMENT), ("per_mille", DOCUMENT), ("fixed_yearly", DEFAULT), ("fixed_yearly", DOCUMENT),
        ("fixed_yearly", DEFAULT),
    ),
    "yearly_amount_ore": ((None, DEFAULT), (None, DEFAULT), (None, DEFAULT), (80_000_000, DOCUMENT), (None, DEFAULT)),
    "per_mille": ((Decimal("2.5"), DEFAULT), (Decimal("2.5"), DOCUMENT), *[(Decimal("2.5"), DEFAULT)] * 3),
    "per_mille_to_pool": ((Decimal("0.5"), DEFAULT), (Decimal("0.5"), DOCUMENT), *[(Decimal("0.5"), DEFAULT)] * 3),
    "offers_loans": ((True, DOCUMENT), (True, DEFAULT), (True, DOCUMENT), (False, DEFAULT), (True, DEFAULT)),
    "offers_grants": ((True, DOCUMENT), (True, DEFAULT), (True, DOCUMENT), (True, DEFAULT), (True, DEFAULT)),
    "mix_offered": ((True, DEFAULT), (True, DEFAULT), (False, ADAPTED), (False, DEFAULT), (True, DEFAULT)),
    "proposes_grant_first": ((False, DEFAULT), (True, DEFAULT), (False, DEFAULT), (True, DEFAULT), (False, DEFAULT)),
    "scale": (
        (("1", "2", "3", "4", "5"), DEFAULT), (WORDS, DOCUMENT), (WORDS, DEFAULT), (WORDS, DEFAULT), (WORDS, DEFAULT),
    ),
    "bottom_lines": (
        ((), DEFAULT), ((), DEFAULT), ((), DEFAULT), ((), DEFAULT), (("wellbeing", "efficiency", "quality"), DEFAULT),
    ),
    "supports_asked": ((False, DEFAULT), (False, DEFAULT), (False, DEFAULT), (True, DOCUMENT), (False, DEFAULT)),
    "own_scores_first": ((True, DEFAULT), (False, DEFAULT), (False, DEFAULT), (False, DEFAULT), (False, DEFAULT)),
    "project_kinds": (
        (ANY, DEFAULT), (ANY, DEFAULT), (ANY, DEFAULT), (("innovation", "uptake"), DOCUMENT), (ANY, DEFAULT),
    ),
    "it_consultation": (
        ("required", DOCUMENT), ("recorded", DOCUMENT), ("recorded", DEFAULT), ("recorded", DEFAULT),
        ("screened", ADAPTED),
    ),
    "screening_checks": (
        ((), DEFAULT), ((), DEFAULT), ((), DEFAULT), ((), DEFAULT),
        (("security", "user_management", "support", "contract", "installation", "implementation"), DOCUMENT),
    ),
    "screening_days": ((None, DEFAULT), (None, DEFAULT), (None, DEFAULT), (None, DEFAULT), (7, DOCUMENT)),
    "business_case": (*[("full", DOCUMENT)] * 2, ("full", DEFAULT), ("short", DOCUMENT), ("full", DEFAULT)),
    "small_case_kinds": (((), DEFAULT), (("pilot",), DEFAULT), ((), DEFAULT), ((), DEFAULT), ((), DEFAULT)),
    "knowledge_report": (*[("asked", DEFAULT)] * 3, ("required", ADAPTED), ("asked", DEFAULT)),
    "follow_up": (
        ("gains", DEFAULT), ("gains", DEFAULT), ("half_yearly", ADAPTED), ("experience", DOCUMENT), ("gains", DEFAULT),
    ),
    "meetings": (("monthly_not_july", DOCUMENT), *[("set_by_pool", DEFAULT)] * 4),
    "frames": (
        (
            (
                Frame("citizen_service", "Borger- og virksomhedsservice"),
                Frame("digital_workplace", "Den digitale arbejdsplads"),
                Frame("systems_architecture", "Systemer og arkitektur"),
            ),
            DOCUMENT,
        ),
        *[((), DEFAULT)] * 4,
    ),
    # what every preset takes from the project
    "baseline_required": ((False, DEFAULT),) * 5,
    "content_required": ((True, DEFAULT),) * 5,
    "repayment_share": ((Decimal("0.5"), DEFAULT),) * 5,
    "payback_limit_years": ((5, DEFAULT),) * 5,
    "discount_rate": ((Decimal("0.035"), DEFAULT),) * 5,
    "minimum_scores": ((3, DEFAULT),) * 5,
    "submission_working_days": ((10, DEFAULT),) * 5,
    "claim_due_days": ((30, DEFAULT),) * 5,
    "shortfall": (("forum_decides", DEFAULT),) * 5,
}  # fmt: skip
COLUMNS = ("herning", "favrskov", "aabenraa", "rudersdal", "jammerbugt")


@pytest.mark.parametrize("field", TABLE)
def test_the_table_of_the_domain(field):
    for name, (value, origin) in zip(COLUMNS, TABLE[field], strict=True):
        assert (getattr(policy_of(name), field), preset.load(name).origins[field]) == (value, origin), name


@pytest.mark.parametrize("name", NAMES)
def test_the_five_criteria_weigh_the_same(name):
    assert policy_of(name).weights == dict.fromkeys(CODES, Decimal("0.2"))
    assert preset.load(name).origins["weights"] == (ADAPTED if name == "favrskov" else DEFAULT)


@pytest.mark.parametrize("name", NAMES)
def test_the_forum_and_the_rule_on_operation_are_in_the_documents_words(name):
    assert preset.load(name).origins["forum_members"] == (DEFAULT if name == "jammerbugt" else DOCUMENT)
    assert policy_of(name).forum_members
    assert bool(policy_of(name).operation_note) == (preset.load(name).origins["operation_note"] == DOCUMENT)
    assert bool(policy_of(name).funding_note) == (preset.load(name).origins["funding_note"] == DOCUMENT)


def test_no_preset_of_another_name():
    with pytest.raises(KeyError):
        preset.load("../herning")


def frame(code: str, name: str, amount_ore: object = None) -> dict[str, object]:
    return {"code": code, "name": name, "amount_ore": amount_ore}


def weights(**changes: object) -> dict[str, object]:
    return {**dict.fromkeys(CODES, "0.20"), **changes}


FAULTS = [
    ("forum_name", "  ", "Fill this in."),
    ("forum_name", "x" * 121, "This text is too long."),
    ("forum_name", 7, "Write this as text."),
    ("forum_members", "x" * 1001, "This text is too long."),
    ("funding", "lottery", "Choose one of the options."),
    ("funding", [], "Choose one of the options."),
    ("yearly_amount_ore", -1, "This number is too small."),
    ("yearly_amount_ore", 10**14, "This number is too large."),
    ("yearly_amount_ore", True, "Write a whole number."),
    ("per_mille", "0", "Write a number above 0 and at most 1,000 per mille."),
    ("per_mille", "1000.1", "Write a number above 0 and at most 1,000 per mille."),
    ("per_mille_to_pool", "0", "Write a share above 0 and at most 100 %."),
    ("frames", [frame("a", "A"), frame("a", "B")], "Two budget frames have the same name or code."),
    ("frames", [frame("a", "A"), frame("b", "A")], "Two budget frames have the same name or code."),
    ("frames", [frame("a", "Ådal IT"), frame("b", "A\u030adal\u00a0it")], "Two budget frames have the same name or code."),
    ("frames", [frame("a", "A", -1)], "The amount of a budget frame cannot be negative."),
    ("frames", [frame("a", "A", 10**14)], "The amount of a budget frame is too large."),
    ("frames", [frame("a", "A", "100")], "Write the amount of a budget frame in kroner."),
    ("frames", [frame("a", " ")], "A budget frame needs a name."),
    ("frames", [frame("Å 1", "A")], "The code of a budget frame is a short word of small letters."),
    ("frames", [{"name": "A", "color": "red"}], "A budget frame has a code, a name and perhaps an amount."),
    ("frames", [frame(f"a{i}", f"A{i}") for i in range(9)], "A pool has at most eight budget frames."),
    ("frames", "a", "Write the budget frames as a list."),
    ("offers_loans", "yes", "Answer yes or no."),
    ("project_kinds", [], "Choose at least one."),
    ("project_kinds", ["hobby"], "Choose among the options."),
    ("project_kinds", "pilot", "Choose among the options."),
    ("business_case", "", "Choose one of the options."),
    ("payback_limit_years", 0, "This number is too small."),
    ("payback_limit_years", 51, "This number is too large."),
    ("payback_limit_years", "two", "Write a whole number."),
    ("discount_rate", "-0.01", "Write a rate from 0 to 100 %."),
    ("discount_rate", "1.01", "Write a rate from 0 to 100 %."),
    ("discount_rate", "NaN", "Write a rate from 0 to 100 %."),
    ("discount_rate", Decimal("Infinity"), "Write a rate from 0 to 100 %."),
    ("discount_rate", "1e-2", "Write a rate from 0 to 100 %."),
    ("it_consultation", "perhaps", "Choose one of the options."),
    ("screening_days", -1, "This number is too small."),
    ("submission_working_days", -1, "This number is too small."),
    ("meetings", None, "Choose one of the options."),
    ("scale", ["1"], "A scale needs at least two levels."),
    ("scale", [], "A scale needs at least two levels."),
    ("scale", ["1", "1"], "Each level stands only once."),
    ("scale", [str(level) for level in range(11)], "A scale has at most ten levels."),
    ("scale", ["1", ""], "Write the levels from the lowest to the highest."),
    ("scale", ["1,2", "3"], "Write the levels from the lowest to the highest."),
    ("scale", "12345", "Write the levels from the lowest to the highest."),
    ("weights", weights(quality="0.30"), "The weights must sum to 100 %."),
    ("weights", {}, "The weights must sum to 100 %."),
    ("weights", weights(quality="-0.20", security="0.60"), "A weight cannot be negative."),
    ("weights", weights(beauty="0"), "There is no such criterion."),
    ("weights", weights(quality="much"), "Write each weight as a number."),
    ("weights", "0.2", "Write a weight for each criterion."),
    ("bottom_lines", ["beauty"], "Choose among the options."),
    ("minimum_scores", -1, "This number is too small."),
    ("repayment_share", "0", "Write a share above 0 and at most 100 %."),
    ("repayment_share", "-0.5", "Write a share above 0 and at most 100 %."),
    ("repayment_share", "1.5", "Write a share above 0 and at most 100 %."),
    ("repayment_share", "half", "Write a share above 0 and at most 100 %."),
    ("shortfall", "nobody_pays", "Choose one of the options."),
    ("claim_due_days", -1, "This number is too small."),
    ("follow_up", "never", "Choose one of the options."),
    ("knowledge_report", "", "Choose one of the options."),
]


@pytest.mark.parametrize(("field", "value", "message"), FAULTS)
def test_a_senseless_value_is_a_fault_of_its_field(field, value, message):
    assert faults(values(**{field: value})) == {field: message}


NASTY = [
    *(None, True, 0, -1, 10**30, 0.5, Decimal("NaN"), "", " ", "x", "x" * 9999, "\0"),
    *([], [1], ["x", "x"], [[]], {}, {"x": {}}, {1: 2}, object()),
]


@pytest.mark.parametrize("field", FIELDS)
def test_whatever_a_field_is_given_is_answered_by_a_sentence_of_our_own(field):
    """The schema language has English sentences too; none of them shows."""
    danish = read_po(io.BytesIO((PACKAGE / "translations" / "da" / "LC_MESSAGES" / "messages.po").read_bytes()), "da")
    for value in NASTY:
        for sentence in faults(values(**{field: value})).values():
            assert sentence in danish, (value, sentence)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"offers_loans": False, "offers_grants": False, "mix_offered": False}, "offers_loans"),
        ({"offers_loans": False, "mix_offered": True}, "mix_offered"),
        ({"offers_grants": False, "mix_offered": True}, "mix_offered"),
        ({"offers_grants": False, "mix_offered": False, "proposes_grant_first": True}, "proposes_grant_first"),
        ({"project_kinds": ["standard"], "small_case_kinds": ["pilot"]}, "small_case_kinds"),
        ({"it_consultation": "screened", "screening_days": 7}, "screening_checks"),
        ({"it_consultation": "screened", "screening_checks": ["security"]}, "screening_days"),
    ],
)
def test_two_fields_may_contradict_each_other(changes, field):
    assert list(faults(values(**changes))) == [field]


def test_all_faults_are_found_at_once_in_the_order_of_the_fields():
    wrong = values(minimum_scores=-1, forum_name="", repayment_share="2", nonsense=1)
    del wrong["scale"]
    assert list(faults(wrong)) == ["forum_name", "scale", "minimum_scores", "repayment_share", "nonsense"]
    with pytest.raises(PolicyInvalid) as refused:
        Policy.from_values(wrong)
    refusal = refused.value
    assert (refusal.code, refusal.field, refusal.sentence) == ("policy_invalid", "forum_name", "Fill this in.")
    assert list(refusal.faults) == list(faults(wrong))


def test_overrides_of_a_scenario_file():
    overridden = Policy.from_values(
        with_overrides(
            preset.load("herning").values,
            {
                "minimum_scores": 1,
                "repayment_share": "0.40",
                "payback_limit_years": 7,
                "discount_rate": "0.05",
                "shortfall": "department_pays",
                "weights": {"efficiency": "0.60", "quality": "0.40"},
                "mix_offered": False,
            },
        )
    )
    assert overridden.minimum_scores == 1
    assert overridden.repayment_share == Decimal("0.4")
    assert overridden.payback_limit_years == 7
    assert overridden.discount_rate == Decimal("0.05")
    assert overridden.shortfall == "department_pays"
    assert overridden.weights == dict.fromkeys(CODES, Decimal(0)) | {
        "efficiency": Decimal("0.6"),
        "quality": Decimal("0.4"),
    }
    assert len(overridden.changed_fields(policy_of("herning"))) == 7
    assert policy_of("herning").minimum_scores == 3


def test_an_override_of_an_unknown_field():
    with pytest.raises(UnknownPolicyKey, match="interest_rate"):
        with_overrides(preset.load("herning").values, {"interest_rate": "0.05"})


def test_a_senseless_override():
    with pytest.raises(PolicyInvalid) as refused:
        with_overrides(preset.load("herning").values, {"repayment_share": "1.50"})
    assert refused.value.field == "repayment_share"


def test_half_is_half_however_it_is_written():
    assert Policy.from_values(values(repayment_share="0.5")).changed_fields(policy_of("herning")) == []


def test_a_frame_is_found_by_its_code():
    assert policy_of("herning").frame("digital_workplace") == Frame("digital_workplace", "Den digitale arbejdsplads")
    assert policy_of("herning").frame("moon_base") is None


def test_favrskovs_per_mille():
    """domain.md §10: service expenditure 2,400,000,000 gives 3,000,000 to the pool and as much to the treasury."""
    assert policy_of("favrskov").split_of_service_expenditure(2_400_000_000_00) == (3_000_000_00, 3_000_000_00)


@pytest.mark.parametrize(("expenditure_ore", "shares"), [(400, (1, 0)), (200, (1, 0)), (199, (0, 0)), (1200, (2, 1))])
def test_the_per_mille_is_rounded_half_up_and_an_odd_ore_goes_to_the_pool(expenditure_ore, shares):
    assert policy_of("favrskov").split_of_service_expenditure(expenditure_ore) == shares


def test_every_field_and_every_code_has_words():
    assert list(words.FIELDS) == list(FIELDS)
    assert set(words.ORIGINS) == {*preset.ORIGINS, preset.CHANGED}
    assert set(words.ROLES) == set(words.ROLE_MAY) == set(Role)
    for options, labels in (
        (policy.FUNDING, words.FUNDING),
        (policy.PROJECT_KINDS, words.PROJECT_KINDS),
        (policy.BUSINESS_CASE, words.BUSINESS_CASE),
        (policy.IT_CONSULTATION, words.IT_CONSULTATION),
        (policy.SCREENING_CHECKS, words.SCREENING_CHECKS),
        (policy.MEETINGS, words.MEETINGS),
        (policy.SHORTFALL, words.SHORTFALL),
        (policy.FOLLOW_UP, words.FOLLOW_UP),
        (policy.KNOWLEDGE_REPORT, words.KNOWLEDGE_REPORT),
        (CODES, words.BOTTOM_LINES),
    ):
        assert tuple(labels) == options


def test_every_field_stands_in_one_section():
    sections = [name for names in words.SECTIONS.values() for name in names]
    assert sorted(sections) == sorted(FIELDS)


def test_fields_that_say_nothing_beside_the_others_are_left_out():
    of_herning = {"per_mille", "per_mille_to_pool", "screening_checks", "screening_days", "advice_required"}
    of_herning |= {"baseline_required", "level_guidance"}
    assert policy_of("herning").silent_fields() == of_herning
    assert policy_of("favrskov").silent_fields() >= {"yearly_amount_ore", "operation_note"}
    assert policy_of("rudersdal").silent_fields() >= {"repayment_share", "payback_limit_years", "shortfall"}
    assert not policy_of("jammerbugt").silent_fields() & {"screening_checks", "screening_days", "forum_members"}


@pytest.mark.parametrize(
    ("name", "taken", "code"),
    [
        ("Ældre & sundhed", (), "aeldre_sundhed"),
        ("Skole", {"skole", "skole_2"}, "skole_3"),
        ("2026", (), "frame_2026"),
        ("—", {"frame"}, "frame_2"),
        ("x" * 120, (), "x" * 30),
    ],
)
def test_a_new_frame_gets_a_code_of_its_own(name, taken, code):
    assert frame_code(name, taken) == code
    assert faults(values(frames=[frame(code, name)])) == {}
