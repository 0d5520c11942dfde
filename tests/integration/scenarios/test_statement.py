"""The statement, and playing under another policy: scenario.md's contract key by key."""

import json
from pathlib import Path

import pytest

from fundbank.scenarios.reader import read, read_file
from tests.integration.scenarios.small import FUND, applied, awarded, claim, gain, meeting, outcome, paid, playing, ready, repay, written

HERNING = Path(__file__).parent / "herning-esdh.toml"


@pytest.mark.usefixtures("app")
def test_herning_gives_the_figures_of_its_strategy():
    found = outcome(read_file(HERNING))
    assert found.played.differences == []
    assert found.statement == {
        "pool": {
            "funding": "3000000.00", "available": "2600000.00", "reserved": "0.00", "loans": "400000.00", "grants": "0.00",
            "written_off": "0.00",
        },
        "applications": {
            "esdh": {
                "state": "awarded", "versions": 1, "total": "75.00", "rank": 1,
                "criteria": {
                    "wellbeing": "50.00", "efficiency": "100.00", "quality": "75.00", "security": "75.00", "scalability": "75.00",
                },
                "payback_months": 18, "npv": "520654.79",
                "annual_gain": {"low": "400000.00", "typical": "400000.00", "high": "400000.00"},
            }
        },
        "awards": {
            "esdh": {
                "state": "realising", "loan": "600000.00", "grant": "0.00", "disbursed": "600000.00", "repaid": "200000.00",
                "outstanding": "400000.00", "written_off": "0.00",
                "claims": [
                    {"year": 2025, "department": "forvaltning-x", "due": "100000.00", "paid": "100000.00"},
                    {"year": 2025, "department": "oevrige", "due": "100000.00", "paid": "100000.00"},
                ],
            }
        },
        "refusals": [{"event": 3, "code": "wrong_state"}, {"event": 9, "code": "over_requested"}, {"event": 12, "code": "four_eyes"}],
        "ledger": {"transfers": 5, "verified": True},
    }  # fmt: skip
    assert list(json.loads(json.dumps(found.statement))) == ["pool", "applications", "awards", "refusals", "ledger"]


@pytest.mark.usefixtures("app")
def test_a_small_loan_to_its_last_krone():
    found = playing(f"""
        {awarded()}
        {paid()}
        {gain("social", 2025, "600000.00")}
        {gain("koncern", 2025, "600000.00")}
        {claim(2025)}
        {repay("social", 2025, "300000.00")}
        {repay("koncern", 2025, "300000.00")}
        2026-01-13 close kim application = "a"
    """)
    assert found.pool["available"] == found.pool["funding"] == "3000000.00"
    assert found.award()["state"] == "closed"


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestOnOneDatabase:
    """What no database can change."""

    def test_an_empty_pool(self):
        found = playing("")
        assert found.statement == {
            "pool": dict.fromkeys(("funding", "available", "reserved", "loans", "grants", "written_off"), "0.00"),
            "applications": {},
            "awards": {},
            "refusals": [],
            "ledger": {"transfers": 0, "verified": True},
        }

    def test_a_draft_has_nulls_where_nothing_is_known(self):
        found = playing("""
            01-03 apply sofie application = "a", title = "", department = "social", request = {}, costs = [], gains = []
        """)
        assert found.application() == {
            "state": "draft", "versions": 0, "total": None, "rank": None, "criteria": None, "payback_months": None, "npv": "0.00",
            "annual_gain": {"low": "0.00", "typical": "0.00", "high": "0.00"},
        }  # fmt: skip

    def test_payback_and_npv_count_all_gains_and_areas_by_their_phase_in(self):
        case = (
            'costs = [ { year = 0, kind = "establishment", amount = "364000.00" }, '
            '{ year = 1, kind = "operation", amount = "10000.00" } ], '
            'gains = [ { year = 1, department = "social", amount = "10000.00", cashable = false } ], '
            'gain_areas = [ { name = "Sager", department = "social", before = [20, 25, 30], after = [10, 12, 15], cases = 6000, '
            'affected = "0.80", rate = "350.00", phase_in = ["0.5", "1"], years = 4, cashable = true } ]'
        )
        found = playing(applied(case=case), override='discount_rate = "0"')
        assert found.application()["payback_months"] == 18
        assert found.application()["npv"] == "910000.00"  # 0.5 + 1 + 1 + 1 of 364,000, less the investment
        assert found.application()["annual_gain"] == {"low": "150000.00", "typical": "374000.00", "high": "570000.00"}

    def test_the_present_value_at_a_rate_that_halves_each_year(self):
        found = playing(applied(), override='discount_rate = "1"')
        assert found.application()["npv"] == "-250000.00"  # 200,000 + 100,000 + 50,000 less the investment of 600,000

    def test_the_order_is_the_files(self):
        found = playing(f"""
            {FUND}
            {applied("z")}
            {ready("m")}
            {applied("a")}
        """)
        assert list(found.statement["applications"]) == ["z", "m", "a"]

    def test_another_policy_keeps_the_overrides_and_tells_the_differences(self):
        scenario = read(written(f"{FUND}\n{ready('a')}\n{applied('b', loan='1.00', grant='1.00')}\n"))
        assert outcome(scenario).played.differences == []
        found = outcome(scenario_named(scenario, "Igen"), policy="herning")
        assert found.application("a")["state"] == "signed"
        assert [str(difference) for difference in found.played.differences] == [
            "event 4 (2024-01-03, submit by sofie): expected to be done, but it was refused with incomplete",
            "event 5 (2024-01-03, screen by kim): expected to be done, but it was refused with wrong_state",
            "event 6 (2024-01-03, score by maja): expected to be done, but it was refused with wrong_state",
        ]
        assert found.played.world.pool.policy.minimum_scores == 1

    def test_a_refusal_that_does_not_come_or_has_another_code_is_a_difference(self):
        found = outcome(
            read(
                written(
                    '01-02 fund freja amount = "1.00", source = "IT" ! not_allowed\n'
                    '01-02 fund kim amount = "1.00", source = "IT" ! four_eyes'
                )
            )
        )
        assert [(difference.expected, difference.got) for difference in found.played.differences] == [
            ("not_allowed", None),
            ("four_eyes", "not_allowed"),
        ]
        assert found.statement["refusals"] == [{"event": 2, "code": "not_allowed"}]

    def test_a_second_file_of_a_municipality_uses_its_departments(self):
        first = written(FUND).replace('policy = "favrskov"', 'policy = "favrskov"\nmunicipality = "Lindby Kommune"')
        second = written(ready("a")).replace('policy = "favrskov"', 'policy = "favrskov"\nmunicipality = "Lindby Kommune"')
        one, two = outcome(read(first)), outcome(read(second))
        assert one.played.world.departments["hjem"] is two.played.world.departments["hjem"]
        assert one.pool["funding"] == "3000000.00" and two.pool["funding"] == "0.00"

    def test_two_departments_of_one_name_stay_two(self):
        text = written(f"{FUND}\n{applied('a').replace('sofie', 'karen')} ! not_allowed").replace("Koncern", "Social og Sundhed")
        text = text.replace('policy = "favrskov"', 'policy = "favrskov"\nmunicipality = "Lindby Kommune"')
        found, again = outcome(read(text)), outcome(read(text.replace('name = "Pulje', 'name = "En anden pulje')))
        assert found.played.differences == again.played.differences == []
        assert found.played.world.departments == again.played.world.departments


def scenario_named(scenario, name):
    """The same scenario for another pool."""
    return type(scenario)(
        scenario.title, scenario.pool.model_copy(update={"name": name}), scenario.departments, scenario.people, scenario.events
    )


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("policy", "first"),
    [("herning", None), ("favrskov", None), ("aabenraa", None), ("rudersdal", (5, "incomplete"))],
)
def test_herning_under_another_policy(policy: str, first: tuple[int, str] | None):
    """Levels are taken by their place on the other scale. Rudersdal takes no standard project; what follows from that is refused too."""
    found = outcome(read_file(HERNING), policy=policy)
    differences = [(difference.event.number, difference.got) for difference in found.played.differences]
    assert (differences[0] if differences else None) == first
    assert found.statement["ledger"]["verified"] is True


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_if_across_scales_takes_each_level_by_its_place():
    events = f"""
        {FUND}
        {ready()}
        {meeting("m", "02-01", "a")}
        02-01 consensus carl meeting = "m", application = "a", criterion = "quality", level = 3, reason = "Enige"
    """
    rules = 'minimum_scores = 1, own_scores_first = false, it_consultation = "recorded"'
    found = outcome(read(written(events, override=rules)), policy="herning")
    assert not found.played.differences and found.played.world.has_other_scale
    assert (found.application()["criteria"]["quality"], found.application()["criteria"]["security"]) == ("100.00", "50.00")
    assert not playing(events).played.world.has_other_scale
