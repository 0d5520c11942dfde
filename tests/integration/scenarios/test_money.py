"""The money events, line by line of scenario.md: in, out, back, reversed, settled and closed."""

from functools import partial

import pytest

from tests.integration.scenarios.small import (
    CASE,
    FUND,
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
)

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def reverse(number: int, *, by: str = "freja", approved_by: str = "finn", on: str = "2026-06-01") -> str:
    return f'{on} reverse {by} event = {number}, reason = "Fejl", approved_by = "{approved_by}"'


def test_money_comes_in_from_finance_alone():
    found = playing(f"""
        {FUND}
        01-02 fund kim amount = "-1.00", source = "IT" ! not_allowed
        01-02 fund adam amount = "1.00", source = "IT" ! not_allowed
        01-02 fund freja amount = "0.00", source = "IT" ! invalid_amount
        01-02 fund freja amount = "-1.00", source = "IT" ! invalid_amount
        01-02 fund freja amount = "1.234", source = "IT" ! invalid_amount
        01-02 fund freja amount = "1e9", source = "IT" ! invalid_amount
        01-02 fund finn service_expenditure = "2400000000.00", source = "Promille"
        01-02 fund finn service_expenditure = "-5.00", source = "Promille" ! invalid_amount
    """)
    assert found.pool["funding"] == "6000000.00"


def test_the_per_mille_works_under_every_policy_and_an_odd_ore_goes_to_the_pool():
    for policy in ("herning", "aabenraa", "rudersdal", "jammerbugt"):
        found = playing('01-02 fund freja service_expenditure = "1000.10", source = "Promille"', policy=policy)
        assert found.pool["available"] == "1.25"  # 2.50025 → 2.50, half of it
    assert playing('01-02 fund freja service_expenditure = "1002.00", source = "P"').pool["available"] == "1.26"  # 2.505 → 2.51


def test_money_goes_back_to_where_it_came_from():
    found = playing(f"""
        {FUND}
        01-02 fund freja amount = "10.00", source = "Andet"
        01-03 return_funding kim source = "IT", amount = "1.00", approved_by = "finn" ! not_allowed
        01-03 return_funding freja source = "IT", amount = "0.00", approved_by = "finn" ! invalid_amount
        01-03 return_funding freja source = "IT", amount = "3000010.01", approved_by = "finn" ! over_available
        01-03 return_funding freja source = "IT", amount = "3000000.01", approved_by = "finn" ! over_outstanding
        01-03 return_funding freja source = "Ukendt", amount = "1.00", approved_by = "finn" ! over_outstanding
        01-03 return_funding freja source = "IT", amount = "3000000.00", approved_by = "finn"
    """)
    assert found.pool["funding"] == found.pool["available"] == "10.00"


def test_a_disbursement_needs_two_of_finance_who_did_not_decide():
    found = playing(f"""
        {FUND}
        {ready("a")}
        03-01 disburse kim approved_by = "finn", application = "a", part = "loan", amount = "1.00" ! not_allowed
        03-01 disburse freja approved_by = "freja", application = "a", part = "loan", amount = "1.00" ! four_eyes
        {paid(amount="1.00")} ! wrong_state
        {meeting("m", "03-01", "a")}
        {approve(by="dorthe").replace("02-01", "03-01")}
        {paid(amount="1.00")} ! wrong_state
        03-01 accept lise application = "a"
        03-01 disburse freja approved_by = "kim", application = "a", part = "loan", amount = "1.00" ! not_allowed
        03-01 disburse kim approved_by = "kim", application = "a", part = "loan", amount = "1.00" ! not_allowed
        03-01 disburse freja approved_by = "dorthe", application = "a", part = "loan", amount = "1.00" ! four_eyes
        03-01 disburse dorthe approved_by = "finn", application = "a", part = "loan", amount = "1.00" ! four_eyes
        03-01 disburse finn approved_by = "finn", application = "a", part = "loan", amount = "-1.00" ! four_eyes
        {paid(amount="-1.00")} ! invalid_amount
        {paid(amount="0.00")} ! invalid_amount
        {paid(amount="600000.01")} ! over_reserved
        {paid(part="grant", amount="0.01")} ! over_reserved
        {paid(amount="599999.99")}
        {paid(amount="0.02")} ! over_reserved
        {paid(amount="0.01")}
    """)
    assert (found.award()["state"], found.award()["disbursed"], found.pool["loans"]) == ("active", "600000.00", "600000.00")


def test_a_part_is_paid_from_its_own_part_and_within_what_is_still_reserved():
    found = playing(f"""
        {awarded(loan="400000.00", grant="200000.00")}
        {paid(part="grant", amount="200000.01")} ! over_reserved
        {paid(part="grant", amount="100000.00")}
        03-02 release freja application = "a", amount = "0.00", reason = "Rest", approved_by = "finn" ! invalid_amount
        03-02 release kim application = "a", amount = "1.00", reason = "Rest", approved_by = "finn" ! not_allowed
        03-02 release freja application = "a", amount = "500000.01", reason = "Rest", approved_by = "finn" ! over_reserved
        03-02 release freja application = "a", amount = "450000.00", reason = "Rest", approved_by = "finn"
        {paid(amount="50000.01", on="03-03")} ! over_reserved
        {paid(amount="50000.00", on="03-03")}
        03-04 return_unspent freja application = "a", part = "loan", amount = "50000.01" ! over_outstanding
        03-04 return_unspent freja application = "a", part = "grant", amount = "100000.01" ! over_outstanding
        03-04 return_unspent kim application = "a", part = "grant", amount = "1.00" ! not_allowed
        03-04 return_unspent freja application = "a", part = "grant", amount = "0.00" ! invalid_amount
        03-04 return_unspent freja application = "a", part = "grant", amount = "40000.00"
        {paid(part="grant", amount="1.00", on="03-05")} ! over_reserved
        03-05 return_unspent freja application = "a", part = "loan", amount = "50000.00"
        03-06 close freja application = "a" ! not_allowed
        03-06 close kim application = "a"
        03-06 close kim application = "a" ! wrong_state
        03-07 return_unspent freja application = "a", part = "grant", amount = "1.00" ! wrong_state
        03-07 release freja application = "a", amount = "1.00", reason = "Rest", approved_by = "finn" ! wrong_state
        {paid(part="grant", amount="1.00", on="03-07")} ! wrong_state
    """)
    assert found.award() == {
        "state": "closed", "loan": "400000.00", "grant": "200000.00", "disbursed": "150000.00", "repaid": "0.00",
        "outstanding": "0.00", "written_off": "0.00", "claims": [],
    }  # fmt: skip
    assert found.pool["grants"] == "60000.00" and found.pool["available"] == "2940000.00"


def test_what_needs_an_award_is_in_the_wrong_state_without_one_but_permission_comes_first():
    playing(f"""
        {FUND}
        {ready("a")}
        02-01 release freja application = "a", amount = "1.00", reason = "Rest", approved_by = "finn" ! wrong_state
        02-01 release kim application = "a", amount = "1.00", reason = "Rest", approved_by = "finn" ! not_allowed
        02-01 return_unspent freja application = "a", part = "loan", amount = "1.00" ! wrong_state
        02-01 report_gain lise application = "a", department = "social", year = 2025, amount = "1.00" ! wrong_state
        02-01 report_gain kurt application = "a", department = "social", year = 2025, amount = "1.00" ! not_allowed
        02-01 verify_gain freja application = "a", department = "social", year = 2025 ! wrong_state
        02-01 verify_gain kim application = "a", department = "social", year = 2025 ! not_allowed
        02-01 claim freja application = "a", year = 2025 ! wrong_state
        02-01 claim kim application = "a", year = 2025 ! not_allowed
        02-01 repay freja application = "a", department = "social", year = 2025, amount = "1.00" ! wrong_state
        02-01 repay lise application = "a", department = "social", year = 2025, amount = "1.00" ! not_allowed
        02-01 revise sofie application = "a", gains = [], reason = "x" ! wrong_state
        02-01 revise karen application = "a", gains = [], reason = "x" ! not_allowed
        02-01 resolve carl meeting = "m", application = "a", action = "write_off" ! wrong_state
        02-01 resolve kim meeting = "m", application = "a", action = "write_off" ! not_allowed
        02-01 resolve svend meeting = "m", application = "a", action = "write_off" ! conflict_of_interest
        02-01 close kim application = "a" ! wrong_state
        02-01 close carl application = "a" ! not_allowed
        {meeting("m", "02-01", "a")}
    """)


def test_gains_are_reported_by_the_leader_and_verified_by_somebody_else_of_finance():
    report = 'application = "a", department = "social", year = 2025, amount'
    found = playing(f"""
        {awarded()}
        03-01 report_gain lise {report} = "1.00" ! wrong_state
        {paid()}
        2026-01-10 report_gain kurt {report} = "1.00" ! not_allowed
        2026-01-10 report_gain sofie {report} = "1.00" ! not_allowed
        2026-01-10 report_gain hanne {report} = "1.00" ! not_allowed
        2026-01-10 report_gain lise {report} = "lidt" ! invalid_amount
        2026-01-10 report_gain lise {report} = "1.00"
        2026-01-10 report_gain lars {report} = "-500.00"
        2026-01-11 verify_gain lise application = "a", department = "social", year = 2025 ! not_allowed
        2026-01-11 verify_gain lars application = "a", department = "social", year = 2025 ! four_eyes
        2026-01-11 verify_gain freja application = "a", department = "koncern", year = 2025 ! wrong_state
        2026-01-11 verify_gain freja application = "a", department = "social", year = 2025
        2026-01-11 verify_gain freja application = "a", department = "social", year = 2025 ! already_posted
        2026-01-12 report_gain lise {report} = "2.00" ! wrong_state
        {claim(2025, on="2026-01-12")} ! incomplete
        2026-01-12 report_gain kurt application = "a", department = "koncern", year = 2025, amount = "90.00", cashable = false
        {claim(2025, on="2026-01-12")} ! incomplete
        2026-01-12 verify_gain lars application = "a", department = "koncern", year = 2025
        {claim(2025, on="2026-01-12")}
    """)
    assert found.award()["state"] == "realising"
    assert found.dues() == [(2025, "social", "0.00", "0.00"), (2025, "koncern", "0.00", "0.00")]


def test_a_claim_within_the_term_once_a_year_in_the_order_of_the_years():
    found = playing(f"""
        {awarded(terms=PLANNED)}
        {claim(2025, on="03-01")} ! wrong_state
        {paid()}
        {claim(2024)} ! wrong_state
        {claim(2028)} ! wrong_state
        {claim(2026)} ! incomplete
        {claim(2027)} ! invalid_date
        {claim(2025)}
        {claim(2025)} ! already_posted
        {claim(2026)}
        2026-01-12 repay kim application = "a", department = "social", year = 2025, amount = "1.00" ! not_allowed
        {repay("social", 2027, "1.00")} ! wrong_state
        {repay("hjem", 2025, "1.00")} ! wrong_state
        {repay("social", 2025, "0.00")} ! invalid_amount
        {repay("social", 2025, "100000.01")} ! over_outstanding
        {repay("social", 2025, "60000.00")}
        {repay("social", 2025, "40000.01")} ! over_outstanding
        {repay("social", 2025, "40000.00")}
        2026-01-13 close kim application = "a" ! wrong_state
    """)
    assert found.dues() == [
        (2025, "social", "100000.00", "100000.00"),
        (2025, "koncern", "100000.00", "0.00"),
        (2026, "social", "100000.00", "0.00"),
        (2026, "koncern", "100000.00", "0.00"),
    ]
    assert (found.award()["repaid"], found.award()["outstanding"]) == ("100000.00", "500000.00")


def test_a_grant_is_never_claimed():
    playing(f"""
        {awarded(loan="0.00", grant="500000.00", terms="")}
        {paid(part="grant", amount="500000.00")}
        {claim(2025)} ! wrong_state
        2026-01-13 close kim application = "a"
    """)


def test_the_capped_claim_of_the_domain_and_a_claim_of_nothing_after_it():
    found = playing(f"""
        {awarded(loan="250000.00")}
        {paid(amount="250000.00")}
        {gain("social", 2025, "333333.33")}
        {gain("koncern", 2025, "200000.00")}
        {claim(2025)}
        {repay("social", 2025, "156250.00")}
        {repay("koncern", 2025, "93750.00")}
        {gain("social", 2026, "100.00", on="2027-01-01")}
        {gain("koncern", 2026, "-100.00", on="2027-01-01")}
        {claim(2026, on="2027-01-02")}
        {repay("social", 2026, "0.01", on="2027-01-02")} ! over_outstanding
        2027-01-03 close kim application = "a"
        {claim(2027, on="2027-01-04")} ! wrong_state
        {repay("social", 2026, "0.01", on="2027-01-04")} ! wrong_state
        2027-01-04 report_gain lise application = "a", department = "social", year = 2027, amount = "1.00" ! wrong_state
    """)
    assert found.dues()[:2] == [(2025, "social", "156250.00", "156250.00"), (2025, "koncern", "93750.00", "93750.00")]
    assert found.dues()[2:] == [(2026, "social", "0.00", "0.00"), (2026, "koncern", "0.00", "0.00")]


def test_a_planned_claim_follows_the_case_as_revised():
    lower = (
        'gains = [ { year = 1, department = "social", amount = "80000.00" }, { year = 1, department = "koncern", amount = "200000.01" } ]'
    )
    found = playing(f"""
        {awarded(terms=PLANNED)}
        {paid()}
        2025-01-01 revise sofie application = "a", {lower}, reason = "Forsinket" ! consent_missing
        2025-01-01 revise kim application = "a", {lower}, reason = "Forsinket" ! not_allowed
        2025-01-01 revise sofie application = "a", {lower}, reason = " " ! incomplete
        2025-01-01 revise sofie application = "a", {lower.replace("80000.00", "-1.00")}, reason = "x" ! invalid_amount
        2025-01-01 revise sofie application = "a", {lower}, reason = "Forsinket", meeting = "m" ! wrong_state
        {meeting("consent", "2025-01-02")}
        2025-01-02 revise sofie application = "a", {lower}, reason = "Forsinket", meeting = "consent"
        2025-01-02 consent carl meeting = "consent", application = "a", outcome = "granted", reason = "Enige"
        {claim(2025)}
        {claim(2026)}
        2026-01-12 revise lise application = "a", {lower.replace("80000", "90000")}, reason = "Bedre"
    """)
    assert found.application()["versions"] == 3
    assert [due for _, _, due, _ in found.dues()] == ["40000.00", "100000.01", "0.00", "0.00"]
    assert found.application()["annual_gain"]["typical"] == "290000.01"


def test_a_revision_replaces_areas_and_compares_a_year_and_department_and_cashable_only():
    area = (
        'gain_areas = [ { name = "Sager", department = "social", before = [20, 25, 30], after = [10, 12, 15], cases = 6000, '
        'affected = "0.80", rate = "350.00", phase_in = ["0.5", "1"], years = 3 } ]'
    )
    case = 'costs = [ { year = 0, kind = "establishment", amount = "600000.00" } ], gains = [], ' + area
    said = 'application = "a", reason = "Nyt", gains = '
    moved = said + '[ { year = 1, department = "koncern", amount = "900000.00" } ]'
    kept = said + (
        '[ { year = 1, department = "social", amount = "182000.00" }, { year = 2, department = "social", amount = "364000.00" }, '
        '{ year = 3, department = "social", amount = "364000.00" } ]'
    )
    found = playing(f"""
        {awarded(case=case)}
        02-03 revise sofie {moved} ! consent_missing
        02-03 revise sofie {kept.replace("364000.00", "363999.99", 1)} ! consent_missing
        02-03 revise sofie {kept.replace('"364000.00" }', '"364000.00", cashable = false }', 1)} ! consent_missing
        02-03 revise sofie {kept}
        02-03 revise sofie {said} [], {area}
    """)
    assert found.application()["annual_gain"] == {"low": "140000.00", "typical": "364000.00", "high": "560000.00"}
    assert found.application()["versions"] == 3


def test_a_revision_promises_only_what_a_case_can_hold():
    area = (
        '{ name = "Sager", department = "social", before = [20, 25, 30], after = [10, 12, 15], cases = 6000, '
        'affected = "0.80", rate = "350.00", years = 3 }'
    )
    said = f'application = "a", reason = "Nyt", {CASE.partition("], ")[2]}, gain_areas = [ {area} ]'
    playing(f"""
        {awarded()}
        02-03 revise sofie {said.replace("6000", "-6000")} ! incomplete
        02-03 revise sofie {said.replace("0.80", "80")} ! incomplete
        02-03 revise sofie {said.replace("years = 3", "years = 300")} ! incomplete
        02-03 revise sofie {said.replace("year = 1,", "year = 2025,")} ! incomplete
        02-03 revise sofie {said.replace("6000", "2000000000").replace("350.00", "999999999999.99")} ! invalid_amount
        02-03 revise sofie {said}
    """)


def test_department_pays_the_rest_in_the_last_year_by_planned_gains():
    terms = PLANNED.replace(" }", ', shortfall = "department_pays" }').replace("0.50", "0.20")
    uneven = CASE.replace('"koncern", amount = "200000.00"', '"koncern", amount = "100000.00"')
    found = playing(f"""
        {awarded(terms=terms, loan="300000.00", case=uneven)}
        {paid(amount="300000.00")}
        {claim(2025)}
        {claim(2026)}
        {claim(2027, on="2027-01-11")}
    """)
    # 40,000 + 20,000 a year; after two years 180,000 remain: 60,000 in the last year, and 120,000 more, split 2 : 1
    assert [due for _, _, due, _ in found.dues()] == ["40000.00", "20000.00", "40000.00", "20000.00", "120000.00", "60000.00"]


def test_department_pays_equally_where_nothing_was_planned():
    terms = (
        TERMS.replace(" }", ', shortfall = "department_pays" }').replace('"koncern"', '"koncern", "stab"').replace("years = 3", "years = 1")
    )
    found = playing(f"""
        {awarded(terms=terms)}
        {paid(amount="100.00")}
        03-02 release freja application = "a", amount = "599900.00", reason = "Rest", approved_by = "finn"
        {meeting("tom", "03-03")}
        03-03 revise lise application = "a", gains = [], reason = "Ingen gevinst", meeting = "tom"
        03-03 consent carl meeting = "tom", application = "a", outcome = "granted", reason = "Enige"
        {gain("social", 2025, "0.00")}
        {gain("koncern", 2025, "0.00")}
        2026-01-10 report_gain lise application = "a", department = "stab", year = 2025, amount = "0.00" ! not_allowed
        {claim(2025)} ! incomplete
    """)
    assert found.award()["claims"] == []
    two = TERMS.replace(" }", ', shortfall = "department_pays" }').replace("years = 3", "years = 1")
    found = playing(f"""
        {awarded(terms=two)}
        {paid(amount="100.01")}
        03-02 release freja application = "a", amount = "599899.99", reason = "Rest", approved_by = "finn"
        {meeting("tom", "03-03")}
        03-03 revise lise application = "a", gains = [], reason = "Ingen gevinst", meeting = "tom"
        03-03 consent carl meeting = "tom", application = "a", outcome = "granted", reason = "Enige"
        {gain("social", 2025, "10.00")}
        {gain("koncern", 2025, "-10.00")}
        {claim(2025)}
    """)
    assert [due for _, _, due, _ in found.dues()] == ["52.51", "47.50"]  # 5.00 of the gain, then 95.01 in two, the øre to the first


SHORT = f"""
{awarded(terms=PLANNED.replace("years = 3", "years = 1"))}
{paid()}
{claim(2025)}
{repay("social", 2025, "30000.00")}"""


def resolve(action: str, *, by: str = "carl", at: str = "efter", on: str = "2026-02-01") -> str:
    return f'{on} resolve {by} meeting = "{at}", application = "a", action = {action}'


def test_the_forum_settles_a_loan_in_an_open_meeting_while_something_is_outstanding():
    found = playing(f"""
        {awarded(terms=PLANNED)}
        {paid()}
        {claim(2025)}
        {meeting("efter", "2026-02-01", "a")}
        {resolve('"write_off"', by="kim")} ! not_allowed
        {resolve('"write_off"', by="svend")} ! conflict_of_interest
        {resolve('"write_off"').replace("2026-02-01", "2026-02-02")} ! wrong_state
        {meeting("igen", "2026-02-02")}
        {resolve('"write_off"', at="igen", on="2026-02-02")}
        {resolve('"write_off"', at="igen", on="2026-02-02")} ! wrong_state
        {repay("social", 2025, "1.00", on="2026-02-02")} ! over_outstanding
        {claim(2026, on="2026-02-02")}
        2026-02-02 close kim application = "a"
    """)
    assert (found.award()["written_off"], found.award()["outstanding"], found.pool["written_off"]) == ("600000.00", "0.00", "600000.00")
    assert [due for _, _, due, _ in found.dues()] == ["0.00"] * 4


def test_a_write_off_takes_unpaid_claims_with_it():
    found = playing(f"""
        {SHORT}
        {meeting("efter", "2026-02-01")}
        {resolve('"write_off"')}
        {repay("social", 2025, "1.00", on="2026-02-02")} ! over_outstanding
        2026-02-02 return_unspent freja application = "a", part = "loan", amount = "1.00" ! over_outstanding
    """)
    assert found.dues() == [(2025, "social", "30000.00", "30000.00"), (2025, "koncern", "0.00", "0.00")]
    assert (found.award()["repaid"], found.award()["written_off"]) == ("30000.00", "570000.00")


def test_a_conversion_makes_a_grant_that_can_be_returned():
    found = playing(f"""
        {SHORT}
        {meeting("efter", "2026-02-01")}
        {resolve('"convert"')}
        2026-02-02 return_unspent freja application = "a", part = "grant", amount = "570000.01" ! over_outstanding
        2026-02-02 return_unspent freja application = "a", part = "grant", amount = "70000.00"
    """)
    assert (found.pool["grants"], found.award()["outstanding"], found.award()["grant"]) == ("500000.00", "0.00", "0.00")


def test_an_extension_opens_more_years():
    found = playing(f"""
        {SHORT}
        {meeting("efter", "2026-02-01")}
        {resolve('"extend", years = 0')} ! invalid_amount
        {resolve('"extend", years = 40')} ! incomplete
        {resolve('"extend", years = 2')}
        {claim(2028, on="2026-02-02")} ! wrong_state
        {claim(2026, on="2026-02-02")}
        {claim(2027, on="2027-02-02")}
        {meeting("mere", "2027-02-03")}
        {resolve('"convert"', at="mere", on="2027-02-03")}
    """)
    assert [year for year, *_ in found.dues()] == [2025, 2025, 2026, 2026, 2027, 2027]


def test_a_repaid_loan_needs_no_settlement():
    playing(f"""
        {awarded(terms=PLANNED.replace("years = 3", "years = 1"), loan="200000.00")}
        {paid(amount="200000.00")}
        {claim(2025)}
        {repay("social", 2025, "100000.00")}
        {repay("koncern", 2025, "100000.00")}
        {meeting("efter", "2026-02-01")}
        {resolve('"write_off"')} ! wrong_state
    """)


def test_each_kind_is_reversed_and_counts_as_if_it_had_not_happened():
    events = f"""
        {awarded(terms=PLANNED, loan="500000.00", grant="100000.00")}
        02-02 fund freja amount = "7.00", source = "Fejl"
        {paid(amount="500000.00")}
        {paid(part="grant", amount="40000.00")}
        03-02 release freja application = "a", amount = "60000.00", reason = "Rest", approved_by = "finn"
        03-03 return_unspent freja application = "a", part = "grant", amount = "10000.00"
        03-04 return_unspent freja application = "a", part = "loan", amount = "1000.00"
        {claim(2025)}
        {repay("social", 2025, "100000.00")}
        {repay("koncern", 2025, "25000.00")}"""
    at = partial(number_of, events)
    found = playing(f"""
        {events}
        {reverse(at('"Fejl"'))}
        {reverse(at("release"))}
        {reverse(at('return_unspent freja application = "a", part = "grant"'))}
        {reverse(at('return_unspent freja application = "a", part = "loan"'))}
        {reverse(at('"40000.00"'))}
        {reverse(at("repay"))}
        {reverse(at("repay"))} ! already_posted
    """)
    assert found.award()["repaid"] == "25000.00" and found.award()["disbursed"] == "500000.00"
    assert found.award()["outstanding"] == "475000.00" and found.award()["state"] == "realising"
    assert found.dues()[0][3] == "0.00"
    assert found.pool == {
        "funding": "3000000.00", "available": "2425000.00", "reserved": "100000.00", "loans": "475000.00",
        "grants": "0.00", "written_off": "0.00",
    }  # fmt: skip


def test_what_was_reversed_can_be_done_again():
    events = f"""
        {awarded(terms=PLANNED)}
        {paid(amount="600000.00")}"""
    again = f"""
        {events}
        {reverse(number_of(events, "disburse"), on="03-02")}
        {paid(amount="600000.00", on="03-03")}
        {claim(2025)}
        {repay("social", 2025, "100000.00")}"""
    found = playing(f"""
        {again}
        {reverse(number_of(again, "repay"), on="2026-01-12")}
        {repay("social", 2025, "100000.00")}
    """)
    assert (found.award()["disbursed"], found.award()["repaid"]) == ("600000.00", "100000.00")
    assert found.statement["ledger"]["transfers"] == 8
    assert found.award()["state"] == "realising"


def test_what_cannot_be_reversed():
    events = f"""
        {awarded(terms=PLANNED)}
        03-01 disburse freja approved_by = "freja", application = "a", part = "loan", amount = "1.00" ! four_eyes
        {paid()}
        03-02 return_funding freja source = "IT", amount = "1.00", approved_by = "finn"
        {claim(2025)}
        {repay("social", 2025, "100000.00")}"""
    fund, refused, disburse = number_of(events, "fund"), number_of(events, "four_eyes"), number_of(events, paid()[6:])
    playing(f"""
        {events}
        {reverse(fund, by="kim")} ! not_allowed
        {reverse(fund, approved_by="kim")} ! not_allowed
        {reverse(fund, approved_by="freja")} ! four_eyes
        {reverse(refused, approved_by="freja")} ! four_eyes
        {reverse(refused)} ! wrong_state
        {reverse(number_of(events, "return_funding"))} ! wrong_state
        {reverse(number_of(events, "decide"))} ! wrong_state
        {reverse(number_of(events, "claim"))} ! wrong_state
        {reverse(number_of(events, "apply"))} ! wrong_state
        {reverse(fund)} ! over_available
        {reverse(disburse)} ! over_outstanding
        2026-06-01 reverse freja event = {fund}, reason = " ", approved_by = "finn" ! incomplete
    """)


def test_a_reversal_of_itself_or_of_what_has_not_happened_yet_is_in_the_wrong_state():
    playing(f"""
        {reverse(1, on="01-01")} ! wrong_state
        {reverse(3, on="01-01")} ! wrong_state
        {FUND}
        {reverse(3)}
    """)


def test_a_reversal_meets_the_limit_of_its_counter_movement():
    events = f"""
        {FUND}
        01-02 fund freja amount = "5.00", source = "IT"
        01-02 return_funding freja source = "IT", amount = "2999999.00", approved_by = "finn"
        01-02 fund freja amount = "9999999.00", source = "Andet\""""
    playing(f"""
        {events}
        {reverse(1)} ! over_outstanding
        {reverse(2)}
        {reverse(2)} ! already_posted
        {reverse(len([line for line in events.splitlines() if line.strip()]) + 2)} ! wrong_state
    """)


def test_a_repayment_that_was_lent_again_cannot_be_reversed():
    events = f"""
        {awarded(terms=PLANNED).replace("3000000.00", "600000.00")}
        {paid()}
        {claim(2025)}
        {repay("social", 2025, "100000.00")}"""
    again = ready("b", loan="100000.00").replace("01-03", "2026-01-13")
    playing(f"""
        {events}
        {again}
        {meeting("n", "2026-02-01", "b")}
        {approve("b", loan="100000.00", at="n").replace("02-01", "2026-02-01")}
        {reverse(number_of(events, "repay"))} ! over_available
    """)


def test_nothing_of_a_closed_award_is_reversed():
    events = f"""
        {awarded(loan="0.00", grant="500.00", terms="")}
        {paid(part="grant", amount="400.00")}
        03-02 release freja application = "a", amount = "100.00", reason = "Rest", approved_by = "finn\""""
    close = '03-03 close kim application = "a"'
    playing(f"""
        {events}
        03-02 close kim application = "a"
        {reverse(number_of(events, "disburse"))} ! wrong_state
        {reverse(number_of(events, "release"))} ! wrong_state
        {reverse(number_of(events, "fund"))} ! over_available
        2026-06-01 revise lise application = "a", gains = [], reason = "x" ! wrong_state
        2026-06-01 fund freja amount = "400.00", source = "IT"
        {close.replace("03-03", "2026-06-01")} ! wrong_state
    """)


def test_a_repayment_stays_within_what_is_outstanding():
    events = f"""
        {awarded(terms=PLANNED)}
        {paid(amount="150000.00")}
        {claim(2025)}
        {repay("social", 2025, "75000.00")}
        2026-01-13 return_unspent freja application = "a", part = "loan", amount = "50000.00"
        {repay("koncern", 2025, "25000.01", on="2026-01-14")} ! over_outstanding
        {repay("koncern", 2025, "25000.00", on="2026-01-14")}"""
    found = playing(events)
    assert found.dues() == [(2025, "social", "75000.00", "75000.00"), (2025, "koncern", "25000.00", "25000.00")]
    assert found.award()["outstanding"] == "0.00"


def test_rudersdal_closes_with_a_report():
    found = playing(
        f"""
        {FUND}
        {ready("a", loan="0.00", grant="500.00", more='kind = "uptake"')}
        {meeting("m", "02-01", "a")}
        {approve(loan="0.00", grant="500.00", terms="")}
        02-02 accept lise application = "a"
        02-02 close kim application = "a", report = "For tidligt" ! wrong_state
        {paid(part="grant", amount="500.00")}
        03-02 close kim application = "a" ! incomplete
        03-02 close kim application = "a", report = " " ! incomplete
        03-02 close kim application = "a", report = "Det lærte vi"
        """,
        policy="rudersdal",
    )
    assert found.award()["state"] == "closed"


def test_what_was_never_paid_is_not_released():
    found = playing(f"""
        {FUND}
        {applied("b")}
        {ready("a")}
        {meeting("m", "02-01", "a")}
        {approve("a")}
        02-02 release freja application = "a", amount = "600000.00", reason = "Rest", approved_by = "finn" ! wrong_state
        02-02 release freja application = "a", amount = "600000.00", reason = "Rest", approved_by = "kim" ! not_allowed
        02-02 release freja application = "a", amount = "600000.00", reason = "Rest", approved_by = "freja" ! four_eyes
        02-02 release dorthe application = "a", amount = "600000.00", reason = "Rest", approved_by = "lars" ! wrong_state
        02-02 accept lars application = "a"
        02-03 release freja application = "a", amount = "600000.00", reason = "Rest", approved_by = "lars" ! four_eyes
        02-03 return_funding freja source = "IT", amount = "1.00", approved_by = "freja" ! four_eyes
    """)
    assert (found.award()["state"], found.pool["available"]) == ("agreed", "2400000.00")
