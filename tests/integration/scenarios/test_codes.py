"""The codes of scenario.md where its table doesn't say them, one sentence after the other."""

import pytest

from tests.integration.scenarios.small import (
    FUND,
    MIDDLE,
    PLANNED,
    TERMS,
    applied,
    approve,
    awarded,
    claim,
    gain,
    meeting,
    number_of,
    paid,
    playing,
    ready,
    repay,
)  # fmt: skip

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

LENT = f"""
    {awarded(loan="100000.00")}
    {paid(amount="100000.00")}"""


def test_a_meeting_takes_what_is_ready_deferred_or_awarded():
    playing(f"""{FUND}
        {applied("a")}
        01-10 meeting kim meeting = "x", agenda = ["a"], present = ["carl"] ! wrong_state
        01-11 sign lise application = "a"
        01-11 submit sofie application = "a"
        01-12 meeting kim meeting = "y", agenda = ["a"], present = ["carl"] ! wrong_state
        01-13 screen kim application = "a", result = "eligible"
        01-13 score maja application = "a", {MIDDLE}
        01-14 meeting kim meeting = "z", agenda = ["a"], present = ["carl"]
        01-14 decide carl meeting = "z", application = "a", outcome = "reject", reason = "Nej"
        01-15 meeting kim meeting = "w", agenda = ["a"], present = ["carl"] ! wrong_state""")
    playing(f"""{LENT}
        {meeting("s", "04-01", "a")}""")


def test_gains_reported_corrected_and_verified():
    playing(f"""{LENT}
        2026-01-02 verify_gain freja application = "a", department = "social", year = 2025 ! wrong_state
        2026-01-02 correct_gain lise application = "a", department = "social", year = 2025, amount = "1.00", reason = "x" ! wrong_state
        2026-01-02 report_gain lise application = "a", department = "social", year = 2025, amount = "10.00"
        2026-01-02 correct_gain lise application = "a", department = "social", year = 2025, amount = "1.00", reason = "x" ! wrong_state
        2026-01-02 report_gain lise application = "a", department = "social", year = 2025, amount = "20.00"
        2026-01-03 verify_gain freja application = "a", department = "social", year = 2025
        2026-01-03 verify_gain freja application = "a", department = "social", year = 2025 ! already_posted
        2026-01-03 report_gain lise application = "a", department = "social", year = 2025, amount = "30.00" ! wrong_state
        2026-01-03 correct_gain lise application = "a", department = "social", year = 2025, amount = "30.00", reason = "x"
        2026-01-03 verify_gain kim application = "a", department = "social", year = 2025 ! not_allowed
        2026-01-03 repay freja application = "a", department = "social", year = 2025, amount = "1.00" ! wrong_state
        2026-01-03 refund freja application = "a", department = "social", year = 2025, amount = "1.00", approved_by = "finn" ! wrong_state
        2026-01-03 resolve carl meeting = "nej", application = "a", action = "write_off" ! wrong_state
        {meeting("nej", "2026-01-04")}""")


def test_a_correction_of_what_is_verified_and_not_claimed_counts_in_the_claim():
    found = playing(f"""{LENT}
        {gain("social", 2025, "80000.00")}
        2026-01-10 correct_gain lise application = "a", department = "social", year = 2025, amount = "20000.00", reason = "x"
        2026-01-10 verify_gain freja application = "a", department = "social", year = 2025
        {gain("koncern", 2025, "10000.00")}
        {claim(2025)}""")
    assert found.dues() == [(2025, "social", "10000.00", "0.00"), (2025, "koncern", "5000.00", "0.00")]


def test_settling_needs_something_outstanding_and_a_year_at_least():
    playing(f"""{awarded(loan="100000.00")}
        {meeting("s", "02-03", "a")}
        02-03 resolve carl meeting = "s", application = "a", action = "write_off" ! wrong_state
        {paid(amount="100000.00")}
        {meeting("t", "03-02")}
        03-02 resolve carl meeting = "s", application = "a", action = "write_off" ! wrong_state
        03-02 resolve carl meeting = "t", application = "a", action = "extend", years = 0 ! invalid_amount
        03-02 resolve svend meeting = "t", application = "a", action = "write_off" ! conflict_of_interest
        03-02 resolve carl meeting = "t", application = "a", action = "extend", years = 1
        03-02 resolve carl meeting = "t", application = "a", action = "convert", amount = "40000.00"
        03-03 return_unspent freja application = "a", part = "grant", amount = "40000.00"
        03-03 return_unspent freja application = "a", part = "grant", amount = "0.01" ! over_outstanding""")


def test_a_score_is_revised_until_the_day_of_the_meeting_and_a_first_one_is_taken_then():
    playing(f"""{FUND}
        {ready("a")}
        01-20 score maja application = "a", {MIDDLE}
        {meeting("m", "02-01", "a")}
        02-01 score maja application = "a", {MIDDLE} ! wrong_state
        02-01 score mads application = "a", {MIDDLE}
        02-01 score svend application = "a", {MIDDLE} ! conflict_of_interest
        02-02 consensus carl meeting = "m", application = "a", criterion = "quality", level = 3, reason = "Enige" ! wrong_state""")


def test_what_is_incomplete_to_decide_comes_after_what_is_over_available():
    def no_terms(terms: str, code: str) -> str:
        return f"{approve(terms=terms)} ! {code}"

    playing(f"""01-02 fund freja amount = "700000.00", source = "IT"
        {ready("a")}
        {ready("b")}
        {meeting("m", "02-01", "a", "b")}
        {no_terms("", "incomplete")}
        {no_terms(TERMS.replace("0.50", "0.00"), "incomplete")}
        {no_terms(TERMS.replace("0.50", "1.01"), "incomplete")}
        {no_terms(TERMS.replace("years = 3", "years = 0"), "incomplete")}
        {no_terms(TERMS.replace("years = 3", "years = 41"), "incomplete")}
        {no_terms(TERMS.replace('["social", "koncern"]', "[]"), "incomplete")}
        {no_terms(TERMS.replace('["social", "koncern"]', '["social", "social"]'), "incomplete")}
        {approve("b", loan="600000.00")}
        {no_terms("", "over_available")}
        {approve(loan="600000.01", terms="")} ! over_requested
        {approve(loan="0.00", terms="")} ! invalid_amount
        {approve(loan="-1.00", terms="")} ! invalid_amount""")


def test_an_edit_takes_the_signature_away_and_needs_reach():
    found = playing(f"""{FUND}
        {applied("a")}
        01-03 edit karen application = "a", title = "Ny" ! not_allowed
        01-03 edit hanne application = "a", title = "Ny" ! not_allowed
        01-03 sign lise application = "a"
        01-03 edit sofie application = "a", title = "Ny"
        01-03 submit sofie application = "a" ! wrong_state
        01-03 sign lise application = "a"
        01-03 submit sofie application = "a"
        01-03 edit sofie application = "a", title = "Nyere" ! wrong_state
        01-04 screen kim application = "a", result = "returned", reason = "Hvorfor?"
        01-04 sign lise application = "a"
        01-04 edit sofie application = "a", title = "Nyere" """)
    assert found.application()["state"] == "draft"


def test_a_revision_with_a_meeting_that_is_not_open_is_refused_also_where_no_consent_is_needed():
    gains = (
        'gains = [ { year = 1, department = "social", amount = "900000.00" }, { year = 1, department = "koncern", amount = "200000.00" } ]'
    )
    playing(f"""{awarded(loan="100000.00")}
        02-03 revise sofie application = "a", {gains}, reason = "x", meeting = "m" ! wrong_state
        02-03 revise sofie application = "a", {gains}, reason = "x" ! consent_missing
        {applied("b").replace("01-03", "02-04")}
        02-04 revise sofie application = "b", {gains}, reason = "x" ! wrong_state""")


def test_planned_claims_follow_the_case_as_revised():
    gains = ", ".join(
        f'{{ year = {year}, department = "{name}", amount = "200000.00" }}' for year in (2, 3) for name in ("social", "koncern")
    )
    raised = (
        f'gains = [ {gains}, {{ year = 1, department = "koncern", amount = "200000.00" }},'
        ' { year = 1, department = "social", amount = "250000.00" } ]'
    )
    found = playing(f"""{awarded(loan="600000.00", terms=PLANNED)}
        {paid(amount="600000.00")}
        03-02 revise sofie application = "a", {raised}, reason = "Bedre"
        2025-01-02 claim freja application = "a", year = 2025""")
    assert found.dues() == [(2025, "social", "125000.00", "0.00"), (2025, "koncern", "100000.00", "0.00")]
    assert found.award()["state"] == "realising"


def test_reversing_is_over_when_the_award_is_and_the_second_time():
    played = f"""{awarded(loan="100000.00")}
        {paid(amount="60000.00")}
        03-02 release freja application = "a", amount = "40000.00", reason = "Billigere", approved_by = "finn" """
    out, back = number_of(played, "disburse"), number_of(played, "release")

    def reverse(number: int, on: str = "03-03") -> str:
        return f'{on} reverse freja event = {number}, reason = "Fejl", approved_by = "finn"'

    found = playing(f"""{played}
        {reverse(back)}
        {reverse(out)}
        {reverse(out)} ! already_posted
        {reverse(number_of(played, "accept"))} ! wrong_state""")
    assert (found.award()["state"], found.award()["disbursed"], found.pool["reserved"]) == ("active", "0.00", "100000.00")
    found = playing(f"""{played}
        03-03 return_unspent freja application = "a", part = "loan", amount = "60000.00"
        03-03 close kim application = "a"
        {reverse(out, "03-04")} ! wrong_state""")
    assert found.award()["state"] == "closed"


def test_reversed_money_lowers_the_principal_and_credits():
    """100,000 paid in two halves and 80,000 claimed: without one half 50,000 may be due, 30,000 is credited at 60 : 20."""
    played = f"""{awarded(loan="100000.00")}
        {paid(amount="50000.00")}
        {paid(amount="50000.00", on="03-02")}
        {gain("social", 2025, "120000.00")}
        {gain("koncern", 2025, "40000.00")}
        {claim(2025)}"""
    found = playing(f"""{played}
        2026-02-01 reverse freja event = {number_of(played, "03-02 disburse")}, reason = "Fejl", approved_by = "finn" """)
    assert found.dues() == [(2025, "social", "37500.00", "0.00"), (2025, "koncern", "12500.00", "0.00")]


def test_nothing_asked_for_and_a_department_that_cannot_be_reached():
    playing(f"""{FUND}
        {applied("a", loan="0.00")}
        01-03 sign kurt application = "a" ! not_allowed
        01-03 sign lise application = "a"
        01-03 submit sofie application = "a" ! incomplete
        {applied("b", loan="600000.01")}
        01-03 sign lise application = "b"
        01-03 submit sofie application = "b" ! operation_not_covered
        01-03 screen kim application = "b", result = "eligible" ! wrong_state""")


def test_a_repayment_stays_within_its_line_and_the_outstanding():
    found = playing(f"""{LENT}
        {gain("social", 2025, "120000.00")}
        {gain("koncern", 2025, "40000.00")}
        {claim(2025)}
        {repay("social", 2025, "60000.01")} ! over_outstanding
        {repay("social", 2025, "0.00")} ! invalid_amount
        {repay("social", 2025, "59999.99")}
        2026-01-13 close kim application = "a" ! wrong_state
        {repay("social", 2025, "0.01", on="2026-01-13")}
        {repay("koncern", 2025, "20000.00", on="2026-01-13")}
        2026-01-13 close kim application = "a" ! wrong_state
        {meeting("s", "2026-01-14")}
        2026-01-14 resolve carl meeting = "s", application = "a", action = "write_off"
        2026-01-14 close kim application = "a" """)
    assert (found.award()["state"], found.pool["written_off"]) == ("closed", "20000.00")
