"""The way of an application up to the forum, line by line of scenario.md: draft, signature, submission, screening, withdrawal."""

import pytest

from tests.integration.scenarios.small import CASE, FUND, applied, meeting, playing, ready

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def test_a_draft_is_made_by_an_applicant_or_a_leader_of_the_department():
    found = playing(f"""
        {applied("a")}
        {applied("b").replace("sofie", "lise")}
        {applied("c").replace("sofie", "karen")} ! not_allowed
        {applied("d").replace("sofie", "kurt")} ! not_allowed
        {applied("e").replace("sofie", "hanne")} ! not_allowed
        {applied("f").replace("sofie", "kim")} ! not_allowed
        {applied("g").replace("sofie", "adam")} ! not_allowed
        {applied("h").replace('department = "social", request', 'department = "hjem", request').replace("sofie", "lise")}
        {applied("i").replace('department = "social", request', 'department = "hjem", request')}
        {applied("j").replace("sofie", "hanne")} ! not_allowed
    """)
    assert list(found.statement["applications"]) == ["a", "b", "h", "i"]
    assert found.application()["state"] == "draft"
    assert found.statement["refusals"][0] == {"event": 3, "code": "not_allowed"}


def test_an_event_on_an_application_whose_apply_was_refused_is_in_the_wrong_state_and_its_key_stays_free():
    found = playing(f"""
        {applied("a", more='summary = "Borger 010190-1234 venter"')} ! cpr_number
        01-03 sign lise application = "a" ! wrong_state
        01-03 score maja application = "a", levels = {{ wellbeing = 1 }} ! wrong_state
        {meeting("m", "01-03", "a")} ! wrong_state
        01-03 accept lise application = "a" ! wrong_state
        01-03 claim freja application = "a", year = 2025 ! wrong_state
        {applied("a")}
    """)
    assert found.application()["versions"] == 0


def test_whose_roles_never_allow_an_event_is_told_so_even_where_there_is_no_application():
    levels = "levels = { wellbeing = 1, efficiency = 1, quality = 1, security = 1, scalability = 1 }"
    playing(f"""
        {applied("a", more='summary = "Borger 010190-1234 venter"')} ! cpr_number
        01-03 edit freja application = "a", title = "Ny" ! not_allowed
        01-03 sign sofie application = "a" ! not_allowed
        01-03 submit kim application = "a" ! not_allowed
        01-03 screen sofie application = "a", result = "eligible" ! not_allowed
        01-03 declare_interest kim application = "a" ! not_allowed
        01-03 score kim application = "a", {levels} ! not_allowed
        {meeting("m", "01-03", "a").replace("kim", "maja")} ! not_allowed
        01-03 accept sofie application = "a" ! not_allowed
        01-03 revise aud application = "a", gains = [], reason = "x" ! not_allowed
        01-03 withdraw adam application = "a" ! not_allowed
        01-03 edit sofie application = "a", title = "Ny" ! wrong_state
        01-03 submit sofie application = "a" ! wrong_state
        01-03 screen ada application = "a", result = "eligible" ! wrong_state
        01-03 declare_interest maja application = "a" ! wrong_state
        01-03 withdraw lise application = "a" ! wrong_state
    """)


def test_an_event_before_the_apply_and_a_second_apply_are_in_the_wrong_state():
    playing(f"""
        01-02 sign lise application = "a" ! wrong_state
        {applied("a")}
        {applied("a")} ! wrong_state
        {applied("a").replace("sofie", "karen")} ! not_allowed
    """)


def test_a_cpr_number_is_refused_at_edit_too():
    found = playing(f"""
        {applied("a")}
        01-04 edit sofie application = "a", title = "Sag om 0101901234" ! cpr_number
        01-04 edit sofie application = "a", costs = [ {{ year = 0, kind = "establishment", amount = "500000.00" }} ]
    """)
    assert found.application()["payback_months"] == 15


def test_an_edit_takes_the_signature_away_and_needs_a_draft_a_signed_or_a_returned_one():
    found = playing(f"""
        {applied("a")}
        01-03 sign lise application = "a"
        01-03 sign lise application = "a" ! wrong_state
        01-04 edit karen application = "a", title = "Ny" ! not_allowed
        01-04 edit sofie application = "a", title = "Ny"
        01-04 submit sofie application = "a" ! wrong_state
        01-05 sign lise application = "a"
        01-05 submit lise application = "a"
        01-05 submit lise application = "a" ! wrong_state
        01-05 edit sofie application = "a", title = "For sent" ! wrong_state
        01-06 screen ada application = "a", result = "returned", reason = "Beskriv gevinsten"
        01-07 edit sofie application = "a", summary = "Nu med gevinst"
        01-07 submit sofie application = "a" ! wrong_state
        01-08 sign lise application = "a"
        01-08 submit sofie application = "a"
        01-09 screen kim application = "a", result = "eligible"
    """)
    assert (found.application()["state"], found.application()["versions"]) == ("ready", 2)


def test_only_a_leader_of_the_department_or_above_signs():
    playing(f"""
        {applied("a")}
        01-03 sign sofie application = "a" ! not_allowed
        01-03 sign kurt application = "a" ! not_allowed
        01-03 sign hanne application = "a" ! not_allowed
        01-03 submit sofie application = "a" ! wrong_state
        01-03 sign lise application = "a"
        01-03 submit karen application = "a" ! not_allowed
        01-03 submit kim application = "a" ! not_allowed
    """)


def test_a_leader_of_the_unit_above_signs_for_the_unit_below():
    found = playing("""
        01-03 apply hanne application = "a", title = "Hjem", department = "hjem", request = { grant = "10.00" }, costs = [], gains = []
        01-03 sign lise application = "a"
    """)
    assert found.application()["state"] == "signed"


def test_screening_is_for_coordinator_and_adviser_and_for_what_is_submitted():
    playing(f"""
        {applied("a")}
        01-03 screen kim application = "a", result = "eligible" ! wrong_state
        01-03 sign lise application = "a"
        01-03 submit sofie application = "a"
        01-03 screen sofie application = "a", result = "eligible" ! not_allowed
        01-03 screen maja application = "a", result = "eligible" ! not_allowed
        01-03 screen ada application = "a", result = "eligible", checks = {{ security = true, support = false }}
        01-03 screen kim application = "a", result = "eligible" ! wrong_state
    """)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"loan": "-1.00"}, "invalid_amount"),
        ({"loan": "100.005"}, "invalid_amount"),
        ({"loan": "1.000,00"}, "invalid_amount"),
        ({"loan": "1000000000000000.00"}, "invalid_amount"),
        ({"loan": "0.00"}, "incomplete"),
        ({"case": CASE.replace('"600000.00"', '"-600000.00"')}, "invalid_amount"),
        ({"case": CASE.replace('"200000.00"', '"to"')}, "invalid_amount"),
        ({"loan": "600000.01"}, "operation_not_covered"),
        ({"loan": "300000.00", "grant": "300000.01"}, "operation_not_covered"),
        ({"loan": "600000.00", "case": CASE.replace('kind = "establishment"', 'kind = "operation"')}, "operation_not_covered"),
        ({"case": CASE.replace("200000.00", "20000.00")}, "payback_too_long"),
        ({"case": CASE.replace('"200000.00" }', '"200000.00", cashable = false }')}, "payback_too_long"),
    ],
)
def test_what_stands_in_the_way_of_submitting(asked: dict[str, str], code: str):
    playing(f"""
        {applied("a", **asked)}
        01-03 sign lise application = "a"
        01-03 submit sofie application = "a" ! {code}
    """)


def test_a_grant_needs_no_payback():
    playing(f"""
        {applied("a", loan="0.00", grant="600000.00", case=CASE.replace("200000.00", "1.00"))}
        01-03 sign lise application = "a"
        01-03 submit sofie application = "a"
    """)


def test_the_payback_limit_is_the_policys_and_counts_what_is_due_on_the_last_day():
    exact = CASE.replace("600000.00", "1200000.00")  # 36 months
    for limit, code in ((3, ""), (2, " ! payback_too_long")):
        playing(
            f"""
            {applied("a", case=exact)}
            01-03 sign lise application = "a"
            01-03 submit sofie application = "a"{code}
            """,
            override=f"payback_limit_years = {limit}",
        )


def test_herning_asks_for_own_scores_and_for_it():
    own = "own_scores = { wellbeing = 1, efficiency = 5, quality = 3, security = 3, scalability = 3 }"
    for more, code in (
        ("", "incomplete"),
        ("it_consulted = true", "incomplete"),
        (own, "incomplete"),
        (f"it_consulted = true, {own.replace('5', '6')}", "incomplete"),
        (f"it_consulted = true, {own.replace(', scalability = 3', '')}", "incomplete"),
        (f'it_consulted = true, frame = "moon", {own}', "incomplete"),
        (f'it_consulted = true, frame = "citizen_service", {own}', ""),
    ):
        playing(
            f"""
            {applied("a", more=more)}
            01-03 sign lise application = "a"
            01-03 submit sofie application = "a"{f" ! {code}" if code else ""}
            """,
            policy="herning",
        )


def test_rudersdal_takes_pilots_and_grants():
    for kind, loan, grant, code in (
        ("standard", "0.00", "100.00", "incomplete"),
        ("pilot", "0.00", "100.00", "incomplete"),
        ("uptake", "100.00", "0.00", "principle_not_offered"),
        ("uptake", "100.00", "100.00", "principle_not_offered"),
        ("innovation", "0.00", "600000.01", "operation_not_covered"),
        ("innovation", "0.00", "600000.00", ""),
    ):
        playing(
            f"""
            {applied("a", loan=loan, grant=grant, more=f'kind = "{kind}", supports = ["quality"]')}
            01-03 sign lise application = "a"
            01-03 submit sofie application = "a"{f" ! {code}" if code else ""}
            """,
            policy="rudersdal",
        )


def test_aabenraa_never_mixes_and_the_order_of_refusals_holds():
    playing(
        f"""
        {applied("a", loan="600000.00", grant="600000.00", case=CASE.replace("200000.00", "1.00"))}
        01-03 submit kurt application = "a" ! not_allowed
        01-03 submit sofie application = "a" ! wrong_state
        01-03 sign lise application = "a"
        01-03 submit sofie application = "a" ! mix_not_offered
        01-03 edit sofie application = "a", request = {{ loan = "600000.01" }}
        01-03 sign lise application = "a"
        01-03 submit sofie application = "a" ! operation_not_covered
        01-03 edit sofie application = "a", request = {{ loan = "600000.00" }}
        01-03 sign lise application = "a"
        01-03 submit sofie application = "a" ! payback_too_long
        01-03 edit sofie application = "a", request = {{ loan = "-1.00", grant = "1.00" }}, title = ""
        01-03 sign lise application = "a"
        01-03 submit sofie application = "a" ! invalid_amount
        01-03 edit sofie application = "a", request = {{ loan = "700000.00", grant = "1.00" }}
        01-03 sign lise application = "a"
        01-03 submit sofie application = "a" ! incomplete
        """,
        policy="aabenraa",
    )


def test_withdrawing_before_a_decision_or_when_returned():
    found = playing(f"""
        {applied("draft")}
        01-03 withdraw karen application = "draft" ! not_allowed
        01-03 withdraw sofie application = "draft"
        01-03 withdraw sofie application = "draft" ! wrong_state
        01-03 edit sofie application = "draft", title = "Igen" ! wrong_state
        {applied("signed")}
        01-03 sign lise application = "signed"
        01-03 withdraw lise application = "signed"
        {applied("submitted")}
        01-03 sign lise application = "submitted"
        01-03 submit lise application = "submitted"
        01-03 withdraw lise application = "submitted"
        {ready("ready")}
        01-03 withdraw sofie application = "ready"
        {ready("back")}
        {ready("no")}
        {ready("later")}
        {meeting("m", "02-01", "back", "no", "later")}
        02-01 decide carl meeting = "m", application = "back", outcome = "return", reason = "Hvem høster?"
        02-01 decide carl meeting = "m", application = "no", outcome = "reject"
        02-01 decide carl meeting = "m", application = "later", outcome = "defer"
        02-02 withdraw sofie application = "back"
        02-02 withdraw sofie application = "no" ! wrong_state
        02-02 withdraw sofie application = "later"
    """)
    states = {key: row["state"] for key, row in found.statement["applications"].items()}
    assert states == {
        "draft": "withdrawn", "signed": "withdrawn", "submitted": "withdrawn", "ready": "withdrawn", "back": "withdrawn",
        "no": "rejected", "later": "withdrawn",
    }  # fmt: skip


def test_what_the_applicant_may_write_besides():
    found = playing(f"""
        {FUND}
        {applied("a", more='summary = "Kort", kind = "pilot", initiative = "may", facts = ["cross_cutting"], own_financing = "1000000.00"')}
        {applied("b", more='facts = { cross_cutting = true }, own_financing = [ { year = 0, text = "System", amount = "1.00" } ]')}
    """)
    assert found.application("a")["payback_months"] == found.application("b")["payback_months"] == 18
