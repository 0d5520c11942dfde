"""Scores, meetings, consensus and decisions, line by line of scenario.md."""

import pytest

from tests.integration.scenarios.small import (
    FUND,
    MIDDLE,
    PLANNED,
    TERMS,
    applied,
    approve,
    awarded,
    meeting,
    playing,
    ready,
)

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

HIGH = MIDDLE.replace("2", "3")
LOW = MIDDLE.replace("2", "1")


def test_scores_are_for_members_without_conflict_and_for_what_is_ready_or_deferred():
    playing(f"""
        {applied("a")}
        01-03 score maja application = "a", {MIDDLE} ! wrong_state
        01-03 score clara application = "a", {MIDDLE} ! not_allowed
        01-03 score svend application = "a", {MIDDLE} ! conflict_of_interest
        01-03 sign lise application = "a"
        01-03 submit sofie application = "a"
        01-03 score maja application = "a", {MIDDLE} ! wrong_state
        01-03 screen kim application = "a", result = "eligible"
        01-03 score kim application = "a", {MIDDLE} ! not_allowed
        01-03 score ada application = "a", {MIDDLE} ! not_allowed
        01-03 score svend application = "a", {LOW} ! conflict_of_interest
        01-03 score maja application = "a", {MIDDLE.replace("2", "0", 1)} ! incomplete
        01-03 score maja application = "a", {MIDDLE.replace("2", "4", 1)} ! incomplete
        01-03 score maja application = "a", {MIDDLE.replace(", scalability = 2", "")} ! incomplete
        01-03 score maja application = "a", {MIDDLE.replace("scalability", "beauty")} ! incomplete
        01-03 score maja application = "a", {MIDDLE}, comment = "Solidt"
        {meeting("m", "02-01", "a")}
        02-01 decide carl meeting = "m", application = "a", outcome = "defer"
        02-02 score mads application = "a", {HIGH}
    """)


def test_points_are_the_mean_per_criterion_and_a_revision_replaces_the_own_score():
    found = playing(f"""
        {ready("a")}
        01-04 score maja application = "a", {HIGH}
        01-04 score mads application = "a", {LOW}
        01-04 score carl application = "a", {LOW}
    """)
    assert found.application()["total"] == "33.33"
    assert found.application()["criteria"]["quality"] == "33.33"


def test_the_weights_of_the_policy_count():
    found = playing(
        f"""
        {ready("a")}
        01-04 score maja application = "a", levels = {{ wellbeing = 3, efficiency = 1, quality = 1, security = 1, scalability = 2 }}
        """,
        override='minimum_scores = 1, weights = { wellbeing = "0.80", efficiency = "0.05", quality = "0.05", security = "0.05", '
        'scalability = "0.05" }',
    )
    assert found.application()["total"] == "82.50"


def test_declaring_an_interest_removes_the_own_score_and_bars_from_scoring_and_deciding():
    found = playing(f"""
        {FUND}
        {ready("a")}
        01-04 declare_interest sofie application = "a" ! not_allowed
        01-04 declare_interest kim application = "a" ! not_allowed
        01-04 declare_interest maja application = "a"
        01-04 declare_interest maja application = "a" ! already_posted
        01-04 score maja application = "a", {HIGH} ! conflict_of_interest
        01-04 declare_interest carl application = "a"
        {meeting("m", "02-01", "a")}
        02-01 decide carl meeting = "m", application = "a", outcome = "defer" ! conflict_of_interest
        02-01 consensus carl meeting = "m", application = "a", criterion = "quality", level = 2, reason = "x" ! conflict_of_interest
        02-01 decide clara meeting = "m", application = "a", outcome = "reject" ! quorum_missing
    """)
    assert (found.application()["total"], found.application()["rank"], found.application()["criteria"]) == (None, None, None)


def test_a_chair_who_scores_nothing_declares_an_interest_too_and_calls_a_meeting():
    playing(f"""
        {ready("a")}
        01-04 declare_interest clara application = "a"
        02-01 meeting clara meeting = "m", agenda = ["a"], present = ["carl"]
        02-01 decide clara meeting = "m", application = "a", outcome = "defer" ! conflict_of_interest
        02-01 meeting maja meeting = "n", agenda = ["a"], present = ["carl"] ! not_allowed
        02-01 decide carl meeting = "m", application = "a", outcome = "defer"
    """)


def test_a_meeting_takes_what_is_ready_deferred_or_awarded():
    playing(
        f"""
        {FUND}
        {ready("a")}
        {applied("b")}
        01-05 meeting kim meeting = "m", agenda = ["a", "b"], present = ["carl"] ! wrong_state
        01-05 meeting kim meeting = "m", agenda = ["a"], present = ["carl"]
        01-05 decide carl meeting = "m", application = "a", outcome = "defer"
        {meeting("n", "02-01", "a")}
        {approve("a", at="n")}
        02-02 meeting kim meeting = "o", agenda = ["a"], present = ["carl"]
    """
    )


def test_an_interest_is_declared_at_any_time_before_the_decision():
    found = playing(f"""
        {applied("a")}
        01-03 declare_interest maja application = "a"
        01-03 sign lise application = "a"
        01-03 submit sofie application = "a"
        01-03 declare_interest svend application = "a"
        01-03 screen kim application = "a", result = "returned"
        01-03 edit sofie application = "a", title = "Igen"
        01-03 sign lise application = "a"
        01-03 submit sofie application = "a"
        01-03 screen kim application = "a", result = "eligible"
        01-03 score maja application = "a", {HIGH} ! conflict_of_interest
        01-03 score mads application = "a", {HIGH}
        {meeting("m", "02-01", "a")}
        02-01 decide carl meeting = "m", application = "a", outcome = "reject"
        02-01 declare_interest mads application = "a" ! wrong_state
    """)
    assert found.application()["total"] == "100.00"


def test_scores_of_those_whom_the_application_has_moved_to_do_not_count():
    found = playing(
        f"""
        {FUND}
        {applied("a")}
        01-03 sign lise application = "a"
        01-03 submit sofie application = "a"
        01-03 screen kim application = "a", result = "eligible"
        01-03 score maja application = "a", {HIGH}
        01-03 score kaj application = "a", {LOW}
        {meeting("m", "02-01", "a")}
        02-01 consensus carl meeting = "m", application = "a", criterion = "quality", level = 3, reason = "Enige"
        02-01 decide carl meeting = "m", application = "a", outcome = "return", reason = "Hvem?"
        02-02 edit sofie application = "a", department = "koncern"
        02-02 sign kurt application = "a"
        02-02 submit karen application = "a"
        02-02 screen kim application = "a", result = "eligible"
        {meeting("n", "02-03", "a")}
        02-03 decide carl meeting = "n", application = "a", outcome = "reject" ! quorum_missing
        02-04 score mads application = "a", {MIDDLE}
        """,
        override="minimum_scores = 2",
    )
    assert found.application()["total"] == "75.00" and found.application()["versions"] == 2
    assert found.application()["criteria"]["quality"] == "75.00"


def test_a_consensus_replaces_the_mean():
    found = playing(f"""
        {ready("a")}
        01-04 score mads application = "a", {LOW}
        02-01 consensus carl meeting = "m", application = "a", criterion = "quality", level = 3, reason = "Enige" ! wrong_state
        {meeting("m", "02-01", "a")}
        {meeting("other", "02-01")}
        02-01 consensus kim meeting = "m", application = "a", criterion = "quality", level = 3, reason = "Enige" ! not_allowed
        02-01 consensus carl meeting = "other", application = "a", criterion = "quality", level = 3, reason = "Enige" ! wrong_state
        02-01 consensus carl meeting = "m", application = "a", criterion = "quality", level = 4, reason = "Enige" ! incomplete
        02-01 consensus carl meeting = "m", application = "a", criterion = "quality", level = 3, reason = " " ! incomplete
        02-01 consensus carl meeting = "m", application = "a", criterion = "quality", level = 2, reason = "Enige"
        02-01 consensus carl meeting = "m", application = "a", criterion = "quality", level = 3, reason = "Helt enige"
        02-02 consensus carl meeting = "m", application = "a", criterion = "quality", level = 1, reason = "For sent" ! wrong_state
    """)
    assert (found.application()["criteria"]["quality"], found.application()["total"]) == ("100.00", "40.00")


def test_a_score_is_revised_until_the_meeting_opens_and_again_after_it():
    found = playing(f"""
        {ready("a")}
        {meeting("m", "02-01", "a")}
        02-01 score maja application = "a", {HIGH} ! wrong_state
        02-01 score mads application = "a", {HIGH}
        02-01 decide carl meeting = "m", application = "a", outcome = "defer"
        02-02 score maja application = "a", {HIGH}
    """)
    assert found.application()["total"] == "100.00"


def test_ranks_count_over_all_scored_ones_and_a_tie_keeps_the_earlier_submission():
    found = playing(f"""
        {applied("late")}
        {applied("early")}
        {applied("unscored")}
        {ready("best")}
        01-03 score maja application = "best", {HIGH}
        01-03 sign lise application = "late"
        01-03 sign lise application = "early"
        01-03 submit sofie application = "early"
        01-03 submit sofie application = "late"
        01-03 screen kim application = "late", result = "eligible"
        01-03 score maja application = "late", {MIDDLE}
        01-03 screen kim application = "early", result = "eligible"
        01-03 score maja application = "early", {MIDDLE}
        {ready("worst")}
        01-03 score maja application = "worst", {LOW}
        {meeting("m", "02-01", "best")}
        02-01 decide carl meeting = "m", application = "best", outcome = "reject"
        02-01 withdraw sofie application = "worst"
    """)
    ranks = {key: row["rank"] for key, row in found.statement["applications"].items()}
    assert ranks == {"late": 3, "early": 2, "unscored": None, "best": 1, "worst": 4}


def test_a_meeting_is_called_by_the_coordinator_or_the_chair_and_closes_when_the_date_moves_on():
    playing(f"""
        {FUND}
        {ready("a")}
        {applied("draft")}
        {meeting("m", "02-01", "a").replace("kim", "maja")} ! not_allowed
        02-01 decide carl meeting = "m", application = "a", outcome = "defer" ! wrong_state
        {meeting("early", "02-01").replace("kim", "carl")}
        02-01 decide carl meeting = "early", application = "draft", outcome = "defer" ! wrong_state
        {meeting("m", "02-01", "a")}
        {meeting("m", "02-01", "a")} ! wrong_state
        {approve().replace("02-01", "02-02")} ! wrong_state
        {meeting("m2", "02-03")}
        {approve(at="m2").replace("02-01", "02-03")} ! wrong_state
    """)


def test_who_decides():
    playing(f"""
        {FUND}
        {ready("a")}
        02-01 decide kim meeting = "m", application = "a", outcome = "defer" ! not_allowed
        02-01 decide svend meeting = "m", application = "a", outcome = "defer" ! conflict_of_interest
        {meeting("m", "02-01", "a")}
        02-01 decide maja meeting = "m", application = "a", outcome = "defer" ! not_allowed
        02-01 decide svend meeting = "m", application = "a", outcome = "defer" ! conflict_of_interest
        02-01 decide carl meeting = "m", application = "a", outcome = "defer"
        02-01 decide carl meeting = "m", application = "a", outcome = "reject" ! wrong_state
        {meeting("same day", "02-01", "a")}
        02-01 decide carl meeting = "same day", application = "a", outcome = "defer"
        {meeting("m2", "02-08", "a")}
        02-08 decide clara meeting = "m2", application = "a", outcome = "return", reason = "Tal mangler"
    """)


def test_scores_stay_through_a_return_and_a_new_version():
    found = playing(f"""
        {FUND}
        {ready("a")}
        {meeting("m", "02-01", "a")}
        02-01 decide carl meeting = "m", application = "a", outcome = "return", reason = "Tal mangler"
        02-02 edit sofie application = "a", summary = "Tal"
        02-02 sign lise application = "a"
        02-02 submit sofie application = "a"
        02-02 screen kim application = "a", result = "eligible"
        {meeting("m2", "02-08", "a")}
        {approve(at="m2").replace("02-01", "02-08")}
    """)
    assert (found.application()["versions"], found.application()["total"], found.application()["state"]) == (2, "50.00", "awarded")


def test_the_minimum_of_scores_binds_approval_and_rejection():
    found = playing(
        f"""
        {ready("a", loan="600000.00")}
        01-04 score mads application = "a", {MIDDLE}
        {meeting("m", "02-01", "a")}
        {approve(loan="-5.00")} ! quorum_missing
        02-01 decide carl meeting = "m", application = "a", outcome = "reject" ! quorum_missing
        02-01 decide carl meeting = "m", application = "a", outcome = "defer"
        {meeting("m2", "02-01", "a")}
        02-01 score carl application = "a", {MIDDLE}
        02-01 decide carl meeting = "m2", application = "a", outcome = "reject"
        """,
        override="minimum_scores = 3",
    )
    assert found.application()["state"] == "rejected"


def test_a_minimum_of_no_scores_binds_nothing():
    found = playing(
        f"""
        {FUND}
        {applied("a")}
        01-03 sign lise application = "a"
        01-03 submit sofie application = "a"
        01-03 screen kim application = "a", result = "eligible"
        {meeting("m", "02-01", "a")}
        {approve()}
        """,
        override="minimum_scores = 0",
    )
    assert (found.application()["state"], found.application()["total"], found.application()["rank"]) == ("awarded", None, None)


def test_an_approval_within_what_was_asked_for_and_what_is_there_however_it_is_divided():
    found = playing(f"""
        01-02 fund freja amount = "599999.99", source = "IT"
        {ready("a", loan="500000.00", grant="100000.00")}
        {ready("b", loan="0.00", grant="600000.00")}
        {meeting("m", "02-01", "a", "b")}
        {approve(loan="0.00")} ! invalid_amount
        {approve(loan="-1.00", grant="2.00")} ! invalid_amount
        {approve(loan="1.001")} ! invalid_amount
        {approve(loan="500000.00", grant="100000.01")} ! over_requested
        {approve(loan="700000.00", terms="")} ! over_requested
        {approve(loan="600000.00")} ! over_available
        {approve(loan="1.00", terms="")} ! incomplete
        {approve(terms=TERMS.replace("0.50", "1.01"), loan="1.00")} ! incomplete
        {approve(terms=TERMS.replace("0.50", "0"), loan="1.00")} ! incomplete
        {approve(terms=TERMS.replace("years = 3", "years = 0"), loan="1.00")} ! incomplete
        {approve(terms=TERMS.replace('"social", "koncern"', ""), loan="1.00")} ! incomplete
        {approve(loan="1.00", grant="599998.00")}
        {approve(key="b", loan="0.99", grant="0.01")} ! over_available
        {approve(key="b", loan="0.99", grant="0.00", terms=PLANNED)}
    """)
    assert found.pool["available"] == "0.00" and found.pool["reserved"] == "599999.99"
    assert (found.award()["loan"], found.award()["grant"]) == ("1.00", "599998.00")
    assert found.award("b")["state"] == "offered"


def test_principles_bind_the_approval_too():
    playing(
        f"""
        {FUND}
        {ready("a", loan="0.00", grant="500000.00", more='kind = "uptake"')}
        {meeting("m", "02-01", "a")}
        {approve(loan="500000.00", grant="500000.00")} ! principle_not_offered
        {approve(loan="0.00", grant="500000.01", terms="")} ! over_requested
        {approve(loan="0.00", grant="500000.00", terms="")}
        """,
        policy="rudersdal",
    )
    playing(
        f"""
        {FUND}
        {ready("a")}
        {meeting("m", "02-01", "a")}
        {approve(loan="600000.00", grant="600000.00")} ! mix_not_offered
        {approve(loan="0.00", grant="600000.00", terms="")}
        """,
        policy="aabenraa",
    )


def test_a_frame_with_an_amount_binds_within_a_year():
    own = "own_scores = { wellbeing = 1, efficiency = 5, quality = 3, security = 3, scalability = 3 }, it_consulted = true"
    framed = f'frame = "digital_workplace", {own}'
    found = playing(
        f"""
        {FUND}
        {ready("a", more=framed)}
        {ready("b", more=framed)}
        {ready("c", more=own)}
        {meeting("m", "02-01", "a", "b", "c")}
        {approve("a", loan="400000.00")}
        {approve("b", loan="600000.01")} ! over_requested
        {approve("b", loan="100000.01")} ! over_frame
        {approve("c", loan="600000.00")}
        {approve("b", loan="100000.00")}
        """,
        policy="herning",
        override='minimum_scores = 1, frames = [ { code = "digital_workplace", name = "Arbejdspladsen", amount_ore = 50000000 } ]',
    )
    assert found.pool["reserved"] == "1100000.00"


def test_the_award_is_accepted_by_a_leader_of_the_department():
    found = playing(f"""
        {FUND}
        {ready("a")}
        {ready("b")}
        02-01 accept kurt application = "a" ! not_allowed
        02-01 accept lise application = "a" ! wrong_state
        {meeting("m", "02-01", "a", "b")}
        {approve("a")}
        {approve("b")}
        02-02 accept sofie application = "a" ! not_allowed
        02-02 accept kurt application = "a" ! not_allowed
        02-02 accept lise application = "a"
        02-02 accept lise application = "a" ! wrong_state
    """)
    assert (found.award("a")["state"], found.award("b")["state"]) == ("agreed", "offered")
    assert found.award("a")["claims"] == []


def test_share_and_shortfall_fall_back_to_the_policy_and_the_basis_to_realised_gains():
    terms = TERMS.replace('share = "0.50", ', "").replace('basis = "realised", ', "")
    found = playing(
        f"""
        {awarded(terms=terms)}
        03-01 disburse freja approved_by = "finn", application = "a", part = "loan", amount = "600000.00"
        2026-01-01 report_gain lise application = "a", department = "social", year = 2025, amount = "100.00"
        2026-01-01 report_gain kurt application = "a", department = "koncern", year = 2025, amount = "300.00"
        2026-01-01 verify_gain freja application = "a", department = "social", year = 2025
        2026-01-01 verify_gain freja application = "a", department = "koncern", year = 2025
        2026-01-02 claim freja application = "a", year = 2025
        """,
        override='minimum_scores = 1, repayment_share = "0.25"',
    )
    assert [due for _, _, due, _ in found.dues()] == ["25.00", "75.00"]
