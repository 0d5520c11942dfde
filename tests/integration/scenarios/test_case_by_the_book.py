"""What scenario.md says of the business case, the scores and their codes, sentence by sentence, as files that are written from it alone."""

import pytest

from fundbank.scenarios.reader import read
from tests.integration.scenarios.small import CASE, FUND, MIDDLE, applied, approve, awarded, meeting, outcome, playing, ready, written

pytestmark = [
    pytest.mark.usefixtures("app"),
    pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True),
]

FIVE_YEARS = 'costs = [ { year = 0, kind = "establishment", amount = "500000.00" } ], gains = [ ' + ", ".join(
    f'{{ year = {year}, department = "social", amount = "100000.00" }}' for year in range(1, 6)
)
MIXED = {"loan": "300000.00", "grant": "200000.00", "case": FIVE_YEARS + " ]"}


@pytest.mark.parametrize(("limit", "code"), [(3, ""), (2, " ! payback_too_long")])
def test_the_loans_payback_starts_with_the_grant_asked_for(limit, code):
    events = f"""
        {applied("a", **MIXED)}
        01-03 sign lise application = "a"
        01-03 submit sofie application = "a"{code}"""
    found = playing(events, override=f"minimum_scores = 1, payback_limit_years = {limit}")
    assert found.application()["payback_months"] == 60, "the whole case, grant and all"


def test_the_limit_refuses_no_grant():
    late = CASE.replace("200000.00", "10000.00")
    playing(f"""
        {applied("a", loan="0.00", grant="600000.00", case=late)}
        01-03 sign lise application = "a"
        01-03 submit sofie application = "a"
    """)


def test_a_full_years_gain_is_the_areas_at_100_percent_and_the_year_with_the_largest_sum_of_direct_gains():
    area = (
        'gain_areas = [ { name = "Sager", department = "social", before = [20, 25, 30], after = [10, 12, 15], cases = 6000, '
        'affected = "0.80", rate = "350.00", phase_in = ["0.1"], years = 3 } ]'
    )
    direct = """gains = [ { year = 1, department = "social", amount = "1.00" }, { year = 2, department = "social", amount = "2.00" },
        { year = 2, department = "koncern", amount = "3.00", cashable = false }, { year = 3, department = "koncern", amount = "4.00" } ]"""
    case = 'costs = [ { year = 0, kind = "establishment", amount = "600000.00" } ], ' + " ".join(direct.split()) + ", " + area
    found = playing(applied("a", case=case))
    assert found.application()["annual_gain"] == {"low": "140005.00", "typical": "364005.00", "high": "560005.00"}


def test_an_edit_needs_reach_to_the_department_before_it_and_leads_a_signed_application_to_draft():
    found = playing(f"""
        {applied("a")}
        01-03 edit karen application = "a", department = "koncern" ! not_allowed
        01-03 edit hanne application = "a", title = "Fra neden" ! not_allowed
        01-03 sign lise application = "a"
        01-03 submit sofie application = "a"
        01-03 edit sofie application = "a", title = "For sent" ! wrong_state
        01-03 screen kim application = "a", result = "returned", reason = "Hvem?"
        01-03 sign lise application = "a"
        01-03 edit sofie application = "a", department = "koncern"
        01-03 submit karen application = "a" ! wrong_state
        01-03 edit sofie application = "a", title = "Ikke længere vores" ! not_allowed
        01-03 edit karen application = "a", title = "Nu vores"
    """)
    assert found.application()["state"] == "draft"


def test_any_event_of_a_meeting_on_another_day_is_in_the_wrong_state():
    playing(f"""
        {FUND}
        {ready("a")}
        {ready("b")}
        {meeting("m", "02-01", "a", "b")}
        {approve("a", at="m")}
        02-02 consensus carl meeting = "m", application = "b", criterion = "quality", level = 2, reason = "Enige" ! wrong_state
        02-02 decide carl meeting = "m", application = "b", outcome = "defer" ! wrong_state
        02-02 revise sofie application = "a", gains = [], reason = "Nyt", meeting = "m" ! wrong_state
        02-02 consent carl meeting = "m", application = "a", outcome = "granted", reason = "Enige" ! wrong_state
    """)


def test_a_revised_score_waits_while_a_meeting_has_the_application_and_a_first_score_is_taken():
    found = playing(f"""
        {ready("a")}
        {meeting("m", "02-01", "a")}
        02-01 score maja application = "a", {MIDDLE.replace("2", "3")} ! wrong_state
        02-01 score mads application = "a", {MIDDLE.replace("2", "3")}
        02-01 consensus carl meeting = "m", application = "a", criterion = "quality", level = 0, reason = "Enige" ! incomplete
        02-01 consensus carl meeting = "m", application = "a", criterion = "quality", level = 1, reason = "Enige"
        02-01 decide carl meeting = "m", application = "a", outcome = "defer"
        02-02 score maja application = "a", {MIDDLE.replace("2", "1")}
    """)
    assert (found.application()["criteria"]["quality"], found.application()["criteria"]["security"]) == ("0.00", "50.00")


def test_a_new_submission_sets_a_consensus_aside_and_keeps_the_scores():
    found = playing(f"""
        {ready("a")}
        {meeting("m", "02-01", "a")}
        02-01 consensus carl meeting = "m", application = "a", criterion = "quality", level = 3, reason = "Enige"
        02-01 decide carl meeting = "m", application = "a", outcome = "return", reason = "Hvem?"
        02-02 edit sofie application = "a", title = "Svar"
        02-02 sign lise application = "a"
        02-02 submit sofie application = "a"
    """)
    assert (found.application()["versions"], found.application()["total"]) == (2, "50.00")
    assert found.application()["criteria"]["quality"] == "50.00"


def test_own_scores_and_requests_that_are_none_are_incomplete():
    own = "own_scores = { wellbeing = 1, efficiency = 2, quality = 3, security = 4, scalability = 5 }"
    more = f'it_consulted = true, frame = "citizen_service", {own}'
    for changed, code in (
        ({"more": more.replace("= 5", "= 6")}, " ! incomplete"),
        ({"more": more.replace(", scalability = 5", "")}, " ! incomplete"),
        ({"more": more, "loan": "0.00"}, " ! incomplete"),
        ({"more": more}, ""),
    ):
        events = f"""
            {applied("a", **changed)}
            01-03 sign lise application = "a"
            01-03 submit sofie application = "a"{code}"""
        playing(events, policy="herning")


def test_a_cpr_number_is_refused_in_title_summary_and_a_gain_areas_name():
    area = (
        'gain_areas = [ { name = "Sag 0101901234", department = "social", before = [2, 2, 2], after = [1, 1, 1], cases = 1, '
        'rate = "1.00", years = 1 } ]'
    )
    playing(f"""
        {applied("a", more=area)} ! cpr_number
        {applied("b").replace("Sag b", "Borger 010190-1234")} ! cpr_number
        {applied("c", more='summary = "010190 1234"')} ! cpr_number
        {applied("d", more='summary = "P-nummer 99010190123 og 3201901234"')}
        01-03 edit sofie application = "d", title = "010190-1234" ! cpr_number
        01-03 edit sofie application = "d", title = "Sag nr. 7"
    """)


def test_a_revision_is_counted_and_refused_once_the_award_is_closed():
    events = f"""
        {awarded(loan="0.00", grant="600000.00", terms="")}
        02-02 revise sofie application = "a", {CASE.partition("], ")[2]}, reason = "Kun omkostninger", {CASE.partition("], ")[0]} ]
        02-03 revise sofie application = "a", {CASE.partition("], ")[2]}, reason = " " ! incomplete
        03-01 disburse freja approved_by = "finn", application = "a", part = "grant", amount = "600000.00"
        04-01 close kim application = "a"
        04-02 revise sofie application = "a", {CASE.partition("], ")[2]}, reason = "For sent" ! wrong_state"""
    found = playing(events)
    assert (found.application()["versions"], found.award()["state"]) == (2, "closed")


def test_the_people_of_a_file_may_have_addresses():
    text = written(FUND).replace('key = "freja"', 'key = "freja"\nemail = "freja@herning.example"')
    assert outcome(read(text)).played.world.people["freja"].email == "freja@herning.example"
