"""A revised business case and the forum's consent, line by line of scenario.md."""

import pytest

from tests.integration.scenarios.small import PLANNED, awarded, claim, meeting, paid, playing

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def gains(social: str, koncern: str = "200000.00") -> str:
    return (
        "gains = [ "
        + ", ".join(
            f'{{ year = {year}, department = "{key}", amount = "{amount}" }}'
            for year in (1, 2, 3)
            for key, amount in (("social", social), ("koncern", koncern))
        )
        + " ]"
    )


def revise(social: str, koncern: str = "200000.00", *, by: str = "sofie", on: str = "03-02", at: str = "", more: str = "") -> str:
    meeting = f', meeting = "{at}"' if at else ""
    more = f", {more}" if more else ""
    return f'{on} revise {by} application = "a", reason = "Nyt", {gains(social, koncern)}{meeting}{more}'


def consent(outcome: str = "granted", *, by: str = "carl", on: str = "03-02", at: str = "n", reason: str = "Enige") -> str:
    return f'{on} consent {by} meeting = "{at}", application = "a", outcome = "{outcome}", reason = "{reason}"'


def annual(found) -> str:
    return found.application()["annual_gain"]["typical"]


def test_a_revision_waits_changing_nothing_until_the_forum_grants_it():
    events = f"""
        {awarded()}
        {meeting("n", "03-02")}
        {revise("150000.00")} ! consent_missing
        {revise("150000.00", at="n")}"""
    waiting = playing(events)
    assert (waiting.application()["versions"], annual(waiting)) == (1, "400000.00")
    granted = playing(f"{events}\n{consent()}\n{consent()} ! wrong_state")
    assert (granted.application()["versions"], annual(granted)) == (2, "350000.00")
    refused = playing(f"{events}\n{consent('refused')}\n{consent()} ! wrong_state")
    assert (refused.application()["versions"], annual(refused)) == (1, "400000.00")


def test_figures_of_a_department_outside_the_writers_reach_need_consent_in_either_direction():
    found = playing(f"""
        {awarded()}
        {meeting("n", "03-02")}
        {revise("200000.00", "250000.00")} ! consent_missing
        {revise("200000.00", "150000.00", by="lise")} ! consent_missing
        {revise("250000.00", by="lise")}
        {revise("250000.00", "250000.00", at="n")}
        {consent()}
    """)
    assert (found.application()["versions"], annual(found)) == (3, "500000.00")


def test_who_writes_for_a_department_writes_for_the_units_below_it():
    more = gains("200000.00")[:-2] + ', { year = 1, department = "hjem", amount = "50000.00" } ]'
    found = playing(f"""
        {awarded()}
        03-02 revise sofie application = "a", reason = "Nyt", {more}
    """)
    assert annual(found) == "450000.00"


def test_a_newer_revision_with_a_meeting_replaces_the_one_that_waits():
    found = playing(f"""
        {awarded()}
        {meeting("n", "03-02")}
        {revise("150000.00", at="n")}
        {revise("170000.00")} ! consent_missing
        {revise("160000.00", at="n")}
        {consent()}
    """)
    assert (found.application()["versions"], annual(found)) == (2, "360000.00")


def test_one_that_needs_no_consent_takes_effect_and_drops_it():
    found = playing(f"""
        {awarded()}
        {meeting("n", "03-02")}
        {revise("150000.00", at="n")}
        {revise("210000.00")}
        {consent()} ! wrong_state
        {revise("150000.00", at="n")}
        {revise("220000.00", at="n")}
        {consent()} ! wrong_state
    """)
    assert (found.application()["versions"], annual(found)) == (3, "420000.00")


def test_the_codes_of_consent_in_their_order():
    playing(f"""
        {awarded()}
        03-01 consent carl meeting = "m", application = "a", outcome = "granted", reason = "Enige" ! wrong_state
        {meeting("n", "03-02")}
        {meeting("other", "03-02")}
        {consent(by="sofie")} ! not_allowed
        {consent(by="kim")} ! not_allowed
        {consent(by="svend")} ! conflict_of_interest
        {consent()} ! wrong_state
        {revise("150000.00", at="n")}
        {consent(by="lise")} ! not_allowed
        {consent(by="svend")} ! conflict_of_interest
        {consent(at="other")} ! wrong_state
        {consent(at="m")} ! wrong_state
        {consent(reason=" ")} ! incomplete
        {consent(on="03-03")} ! wrong_state
        {meeting("late", "03-04")}
        {consent("refused", on="03-04", at="late", reason="Nej")}
    """)


def test_what_a_meeting_did_not_decide_goes_to_the_next_one():
    found = playing(f"""
        {awarded()}
        {meeting("n", "03-02")}
        {revise("150000.00", at="n")}
        {meeting("o", "03-02")}
        {consent(at="o")} ! wrong_state
        {meeting("p", "04-02")}
        {consent(on="04-02")} ! wrong_state
        {meeting("q", "05-02")}
        {consent(on="05-02", at="p")} ! wrong_state
        {consent(on="05-02", at="q")}
    """)
    assert annual(found) == "350000.00"


def test_costs_can_be_revised_and_are_kept_without_a_word_while_gain_areas_go():
    area = (
        'gain_areas = [ { name = "Sager", department = "social", before = [20, 25, 30], after = [10, 12, 15], cases = 6000, '
        'affected = "0.80", rate = "350.00", years = 3 } ]'
    )
    said = 'costs = [ { year = 0, kind = "establishment", amount = "900000.00" }, { year = 1, kind = "operation", amount = "1.00" } ]'
    found = playing(f"""
        {awarded()}
        {revise("200000.00", more=said.replace("1.00", "-1.00"))} ! invalid_amount
        {revise("200000.00", more=said.replace("year = 1,", "year = 2026,"))} ! incomplete
        {revise("200000.00", more=said)}
        {revise("200000.00", more=area)}
    """)
    assert (found.application()["versions"], found.application()["payback_months"]) == (3, 15)
    assert annual(found) == "764000.00"
    found = playing(f"""
        {awarded()}
        {revise("200000.00", more=area)}
        {meeting("n", "03-02")}
        {revise("200000.00")} ! consent_missing
        {revise("564000.00")}
    """)
    assert annual(found) == "764000.00"


def test_a_meeting_that_is_not_open_is_the_wrong_state_also_where_no_consent_is_needed():
    playing(f"""
        {awarded()}
        {revise("150000.00", at="m")} ! wrong_state
        {revise("250000.00", at="m")} ! wrong_state
        {revise("-1.00", at="m")} ! wrong_state
        {revise("150000.00", by="karen", at="m")} ! not_allowed
    """)


def test_a_planned_claim_follows_the_case_in_force_and_not_the_one_that_waits():
    found = playing(f"""
        {awarded(terms=PLANNED)}
        {paid(on="02-10")}
        {meeting("n", "2025-03-02")}
        {revise("100000.00", on="2025-03-02", at="n")}
        {claim(2025, on="2025-03-02")}
        {consent(on="2025-03-02")}
        {claim(2026, on="2026-01-11")}
    """)
    assert [due for _year, _department, due, _paid in found.dues()] == ["100000.00", "100000.00", "50000.00", "100000.00"]


def test_a_revision_is_possible_from_the_offer_on():
    offered = awarded().rpartition("\n")[0]
    found = playing(f"""
        {offered}
        {revise("250000.00", on="02-02")}
    """)
    assert found.award()["state"] == "offered" and annual(found) == "450000.00"
