"""Claims that become smaller, are made again, set off and refunded: to the letter of scenario.md and with the numbers of domain.md §8."""

import pytest

from tests.integration.scenarios.small import awarded, claim, gain, meeting, paid, playing, repay

pytestmark = pytest.mark.usefixtures("app")

HUNDRED = 'terms = { basis = "realised", share = "0.50", years = 3, first_year = 2025, departments = ["social", "koncern"] }'


def lent(amount: str = "100000.00", terms: str = HUNDRED) -> str:
    return f"{awarded(loan=amount, terms=terms)}\n{paid(amount=amount)}"


CORRECTED = f"""
{lent()}
{gain("social", 2025, "80000.00")}
{gain("koncern", 2025, "40000.00")}
{claim(2025)}
{repay("social", 2025, "40000.00")}
{repay("koncern", 2025, "20000.00")}
2026-02-01 correct_gain lise application = "a", department = "social", year = 2025, amount = "30000.00", reason = "Talt dobbelt"
2026-02-02 verify_gain freja application = "a", department = "social", year = 2025
"""


def test_a_corrected_gain_makes_its_claim_again_and_what_is_paid_too_much_pays_the_next() -> None:
    """domain.md §8, worked, corrected."""
    found = playing(CORRECTED)
    assert found.dues() == [(2025, "social", "15000.00", "40000.00"), (2025, "koncern", "20000.00", "20000.00")]
    found = playing(
        f"""{CORRECTED}
        {gain("social", 2026, "60000.00", on="2027-01-10")}
        {gain("koncern", 2026, "60000.00", on="2027-01-10")}
        {claim(2026, on="2027-01-11")}"""
    )
    assert found.dues() == [
        (2025, "social", "15000.00", "15000.00"), (2025, "koncern", "20000.00", "20000.00"),
        (2026, "social", "30000.00", "25000.00"), (2026, "koncern", "30000.00", "0.00"),
    ]  # fmt: skip
    assert (found.award()["outstanding"], found.award()["repaid"]) == ("40000.00", "60000.00")


def test_what_is_returned_makes_claims_smaller_by_what_is_then_due_beyond_the_principal() -> None:
    """domain.md §8, worked, credited."""
    found = playing(
        f"""{lent()}
        {gain("social", 2025, "120000.00")}
        {gain("koncern", 2025, "40000.00")}
        {claim(2025)}
        2026-02-01 return_unspent freja application = "a", part = "loan", amount = "60000.00\""""
    )
    assert found.dues() == [(2025, "social", "30000.00", "0.00"), (2025, "koncern", "10000.00", "0.00")]


def test_what_is_paid_too_much_is_refunded_by_two_people() -> None:
    wanted = 'application = "a", department = "social", year = 2025'
    found = playing(
        f"""{CORRECTED}
        2026-02-03 close kim application = "a" ! wrong_state
        2026-02-03 refund kim {wanted}, amount = "1.00", approved_by = "finn" ! not_allowed
        2026-02-03 refund freja {wanted}, amount = "1.00", approved_by = "kim" ! not_allowed
        2026-02-03 refund freja {wanted}, amount = "1.00", approved_by = "freja" ! four_eyes
        2026-02-03 refund freja application = "a", department = "stab", year = 2025, amount = "0.00", approved_by = "finn" ! wrong_state
        2026-02-03 refund freja application = "a", department = "social", year = 2026, amount = "1.00", approved_by = "finn" ! wrong_state
        2026-02-03 refund freja {wanted}, amount = "0.00", approved_by = "finn" ! invalid_amount
        2026-02-03 refund freja {wanted}, amount = "25000.01", approved_by = "finn" ! over_outstanding
        2026-02-03 refund freja {wanted}, amount = "20000.00", approved_by = "finn", reference = "Bilag 7"
        2026-02-04 refund freja {wanted}, amount = "5000.01", approved_by = "finn" ! over_outstanding
        2026-02-04 refund freja {wanted}, amount = "5000.00", approved_by = "finn\""""
    )
    assert found.dues() == [(2025, "social", "15000.00", "15000.00"), (2025, "koncern", "20000.00", "20000.00")]
    assert (found.award()["outstanding"], found.award()["repaid"]) == ("65000.00", "35000.00")


def test_a_refund_needs_money_in_the_pool() -> None:
    wanted = 'application = "a", department = "social", year = 2025, approved_by = "finn"'
    found = playing(
        f"""{CORRECTED}
        2026-02-03 return_funding freja source = "IT", amount = "2950000.00", approved_by = "finn"
        2026-02-03 refund freja {wanted}, amount = "25000.00" ! over_available
        2026-02-03 refund freja {wanted}, amount = "10000.00\""""
    )
    assert found.pool["available"] == "0.00"


def test_a_reversed_repayment_is_taken_from_its_own_line_and_from_where_it_was_set_off() -> None:
    events = f"""{CORRECTED}
        {gain("social", 2026, "60000.00", on="2027-01-10")}
        {gain("koncern", 2026, "60000.00", on="2027-01-10")}
        {claim(2026, on="2027-01-11")}"""
    first = 1 + [line.strip() for line in events.splitlines() if line.strip()].index(repay("social", 2025, "40000.00"))
    found = playing(f"""{events}\n2027-01-12 reverse freja event = {first}, reason = "Forkert konto", approved_by = "finn\"""")
    assert found.dues() == [
        (2025, "social", "15000.00", "0.00"), (2025, "koncern", "20000.00", "20000.00"),
        (2026, "social", "30000.00", "0.00"), (2026, "koncern", "30000.00", "0.00"),
    ]  # fmt: skip
    refunded = f"""{CORRECTED}
        2026-02-03 refund freja application = "a", department = "social", year = 2025, amount = "25000.00", approved_by = "finn"
        2026-02-04 reverse freja event = {first}, reason = "Forkert konto", approved_by = "finn" ! over_outstanding"""
    playing(refunded)


def test_years_are_claimed_in_their_order_and_when_they_are_over() -> None:
    playing(
        f"""{lent("600000.00")}
        2025-06-01 report_gain lise application = "a", department = "social", year = 2025, amount = "1.00" ! invalid_date
        2025-06-01 claim freja application = "a", year = 2025 ! invalid_date
        2025-06-01 claim freja application = "a", year = 2024 ! wrong_state
        {gain("social", 2025, "1000.00")}
        2026-01-11 claim freja application = "a", year = 2025 ! incomplete
        {gain("koncern", 2025, "1000.00", on="2026-01-12")}
        {gain("social", 2026, "1000.00", on="2027-01-10")}
        {gain("koncern", 2026, "1000.00", on="2027-01-10")}
        2027-01-11 claim freja application = "a", year = 2026 ! incomplete
        2027-01-11 claim freja application = "a", year = 2027 ! invalid_date
        2027-01-11 claim freja application = "a", year = 2025
        2027-01-11 claim freja application = "a", year = 2025 ! already_posted
        2027-01-11 claim freja application = "a", year = 2026"""
    )


def test_a_correction_waits_and_a_newer_one_replaces_it() -> None:
    wanted = 'application = "a", department = "social", year = 2025'
    found = playing(
        f"""{lent()}
        2026-01-05 correct_gain lise {wanted}, amount = "1.00", reason = "Fejl" ! wrong_state
        {gain("social", 2025, "80000.00")}
        {gain("koncern", 2025, "40000.00")}
        2026-01-11 verify_gain freja {wanted} ! already_posted
        2026-01-11 correct_gain kurt {wanted}, amount = "1.00", reason = "Fejl" ! not_allowed
        2026-01-11 correct_gain lise {wanted}, amount = "1.00", reason = "" ! incomplete
        2026-01-11 correct_gain lise {wanted}, amount = "1.00", reason = "Fejl"
        2026-01-11 correct_gain lars {wanted}, amount = "60000.00", reason = "Ny fejl"
        {claim(2025)}
        2026-01-12 verify_gain lars {wanted} ! four_eyes
        2026-01-12 verify_gain freja {wanted}
        2026-01-12 verify_gain freja {wanted} ! already_posted"""
    )
    assert found.dues() == [(2025, "social", "30000.00", "0.00"), (2025, "koncern", "20000.00", "0.00")]


def test_under_department_pays_a_correction_makes_the_last_year_again_too() -> None:
    terms = (
        'terms = { basis = "realised", share = "0.50", years = 2, first_year = 2025, departments = ["social"],'
        ' shortfall = "department_pays" }'
    )
    found = playing(
        f"""{lent("100000.00", terms)}
        {gain("social", 2025, "80000.00")}
        {claim(2025)}
        {gain("social", 2026, "20000.00", on="2027-01-10")}
        {claim(2026, on="2027-01-11")}
        2027-01-12 correct_gain lise application = "a", department = "social", year = 2025, amount = "60000.00", reason = "Fejl"
        2027-01-12 verify_gain freja application = "a", department = "social", year = 2025"""
    )
    assert found.dues() == [(2025, "social", "30000.00", "0.00"), (2026, "social", "70000.00", "0.00")]


def test_the_forum_settles_at_any_time_in_whole_or_in_part() -> None:
    at_m2 = 'meeting = "m2", application = "a"'
    found = playing(
        f"""{lent()}
        {gain("social", 2025, "120000.00")}
        {gain("koncern", 2025, "40000.00")}
        {claim(2025)}
        {meeting("m2", "2026-03-02", "a")}
        2026-03-02 resolve carl {at_m2}, action = "extend", years = 0 ! invalid_amount
        2026-03-02 resolve carl {at_m2}, action = "extend", years = 1
        2026-03-02 resolve carl {at_m2}, action = "write_off", amount = "0.00" ! invalid_amount
        2026-03-02 resolve carl {at_m2}, action = "write_off", amount = "100000.01" ! over_outstanding
        2026-03-02 resolve carl {at_m2}, action = "write_off", amount = "10000.00"
        2026-03-02 resolve carl {at_m2}, action = "convert", amount = "50000.00"
        2026-03-02 resolve carl {at_m2}, action = "write_off"
        2026-03-02 resolve carl {at_m2}, action = "convert" ! wrong_state
        2026-03-03 close kim application = "a\""""
    )
    assert found.dues() == [(2025, "social", "0.00", "0.00"), (2025, "koncern", "0.00", "0.00")]
    assert (found.award()["written_off"], found.pool["grants"]) == ("50000.00", "50000.00")
