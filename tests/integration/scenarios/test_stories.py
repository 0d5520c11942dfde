"""The stories that ship with the program: each plays as its file says, on both databases, and gives the figures of the documents."""

from collections import Counter
from datetime import date
from importlib.resources import files

import pytest

from fundbank.pools.roles import Role
from fundbank.scenarios.reader import Scenario, read
from tests.integration.scenarios.small import Outcome, outcome

TODAY = date(2026, 11, 22)
MUNICIPALITIES = ("herning", "favrskov", "aabenraa", "rudersdal", "jammerbugt")
STORIES = (*MUNICIPALITIES, "saltoft", "travl")


def story(name: str) -> Scenario:
    return read(files("fundbank.scenarios").joinpath("stories", f"{name}.toml").read_text("utf-8"))


def told(name: str) -> Outcome:
    found = outcome(story(name))
    assert not found.played.differences, "\n".join(map(str, found.played.differences))
    assert found.statement["ledger"]["verified"] is True
    ore = {part: int(amount.replace(".", "")) for part, amount in found.pool.items()}
    assert ore.pop("funding") == sum(ore.values())
    return found


def states(found: Outcome, of: str) -> Counter[str]:
    return Counter(row["state"] for row in found.statement[of].values())


@pytest.mark.usefixtures("app")
class TestStories:
    """On SQLite and on PostgreSQL."""

    def test_herning_the_loan_to_its_last_krone_and_the_grant_without_a_claim(self):
        found = told("herning")
        esdh, formue = found.award("esdh"), found.award("formue")
        assert (esdh["loan"], esdh["disbursed"], esdh["repaid"], esdh["outstanding"], esdh["state"]) == (
            "600000.00", "600000.00", "600000.00", "0.00", "closed",
        )  # fmt: skip
        assert found.dues("esdh") == [
            (year, department, "100000.00", "100000.00") for year in (2023, 2024, 2025) for department in ("teknik", "oevrige")
        ]
        assert found.application("esdh")["payback_months"] == 18 and found.application("esdh")["npv"] == "520654.79"
        assert (formue["grant"], formue["state"], formue["claims"]) == ("500000.00", "closed", [])
        assert found.pool["grants"] == "500000.00" and found.pool["available"] == "2500000.00"

    def test_favrskov_the_per_mille_and_the_two_assessments(self):
        found = told("favrskov")
        assert found.pool["funding"] == "3000000.00"
        booking, scanning = found.application("tidsbestilling"), found.application("tandskanning")
        assert list(booking["criteria"].values()) == ["50.00", "100.00", "100.00", "100.00", "100.00"]
        assert list(scanning["criteria"].values()) == ["100.00", "50.00", "100.00", "100.00", "0.00"]
        assert (booking["total"], booking["rank"], scanning["total"], scanning["rank"]) == ("90.00", 1, "70.00", 2)
        assert states(found, "applications") == {"awarded": 3, "rejected": 1}
        assert states(found, "awards") == {"closed": 3}

    def test_aabenraa_a_loan_that_fell_short_and_a_grant(self):
        found = told("aabenraa")
        assert (found.award("ruter")["repaid"], found.award("ruter")["written_off"]) == ("326000.00", "214000.00")
        assert all(award["loan"] == "0.00" or award["grant"] == "0.00" for award in found.statement["awards"].values())
        codes = [refusal["code"] for refusal in found.statement["refusals"]]
        assert codes == ["mix_not_offered", "payback_too_long", "conflict_of_interest", "consent_missing", "wrong_state"]
        meetings = [event.on for event in story("aabenraa").events if event.do == "meeting"]
        assert all((later - earlier).days <= 190 for earlier, later in zip(meetings, meetings[1:], strict=False))

    def test_rudersdal_two_pilots_that_close_with_a_report(self):
        found = told("rudersdal")
        assert found.pool["funding"] == "2400000.00"
        contents = {key: application.content for key, application in found.played.world.applications.items()}
        assert {key: content.kind for key, content in contents.items()} == {
            "sansestue": "innovation", "fravaer": "uptake", "guide": "innovation",
        }  # fmt: skip
        assert contents["sansestue"].supports == ("wellbeing", "quality")
        assert states(found, "awards") == {"closed": 2}
        assert [refusal["code"] for refusal in found.statement["refusals"]] == ["incomplete", "principle_not_offered", "incomplete"]

    def test_jammerbugt_six_checks_within_a_week(self):
        found = told("jammerbugt")
        assert found.award("samtaler")["repaid"] == found.award("samtaler")["loan"] == "360000.00"
        assert states(found, "awards") == {"closed": 2}
        events = story("jammerbugt").events
        submitted = {}
        for event in events:
            if event.do == "submit" and event.refused is None:
                submitted[event.values.application] = event.on
            if event.do == "screen":
                assert len(event.values.checks) == 6
                assert (event.on - submitted[event.values.application]).days <= 7
        assert found.application("samtaler")["versions"] == 3 and found.application("foto")["versions"] == 2

    def test_saltoft_claims_that_change_after_they_were_sent(self):
        found = told("saltoft")
        assert found.dues("vagtplan") == [
            (2024, "social", "15000.00", "15000.00"), (2024, "teknik", "20000.00", "20000.00"),
            (2025, "social", "20000.00", "20000.00"), (2025, "teknik", "30000.00", "0.00"),
        ]  # fmt: skip
        assert found.dues("sensorer") == [(2024, "social", "30000.00", "30000.00"), (2024, "teknik", "10000.00", "10000.00")]
        assert found.dues("tavler") == [(2024, "social", "13333.33", "0.00"), (2024, "teknik", "6666.67", "0.00")]
        assert found.pool["written_off"] == "70000.00"

    def test_the_busy_pool_has_something_in_every_state(self):
        found = told("travl")
        assert set(states(found, "applications")) == {
            "draft", "signed", "submitted", "ready", "deferred", "returned", "rejected", "withdrawn", "awarded",
        }  # fmt: skip
        assert states(found, "applications")["ready"] >= 4
        assert set(states(found, "awards")) == {"offered", "declined", "agreed", "cancelled", "active", "realising", "closed"}
        assert found.award("byggesager")["outstanding"] == "243000.00"
        assert any(paid == "0.00" < due for _, _, due, paid in found.dues("koersel"))
        assert any("0.00" < paid != due for _, _, due, paid in found.dues("koersel"))
        assert {role for person in story("travl").people for role in person.roles} == set(Role) - {Role.DECIDER}, "its forum decides"


@pytest.mark.parametrize("name", STORIES)
def test_a_story_stays_in_the_past_and_says_what_is_invented(name: str):
    text = files("fundbank.scenarios").joinpath("stories", f"{name}.toml").read_text("utf-8")
    scenario = read(text)
    assert scenario.events[-1].on < TODAY
    assert "pdigte" in scenario.title and "# " in text and "pdigte" in text.partition("title =")[0]
    assert all(event.on.weekday() < 5 for event in scenario.events if event.do in ("meeting", "decide", "disburse"))


def test_herning_never_meets_in_july():
    months = [(event.on.year, event.on.month) for event in story("herning").events if event.do == "meeting"]
    assert all(month != 7 for _, month in months) and len(set(months)) == len(months)
