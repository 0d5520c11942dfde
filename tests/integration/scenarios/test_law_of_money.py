"""The law of money by the sentences of domain.md §4–§8 and scenario.md: lives of loans and grants, with figures worked by hand."""

import pytest

from tests.integration.scenarios.small import (
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

pytestmark = [
    pytest.mark.usefixtures("app"),
    pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True),
]

DEPARTMENT_PAYS = TERMS.replace("years = 3", 'years = 2, shortfall = "department_pays"')

LENT = f"""
    {awarded(loan="100000.00")}
    {paid(amount="100000.00")}"""

CLAIMED = f"""{LENT}
    {gain("social", 2025, "120000.00")}
    {gain("koncern", 2025, "40000.00")}
    {claim(2025)}"""

OVERPAID = f"""{LENT}
    {gain("social", 2025, "80000.00")}
    {gain("koncern", 2025, "40000.00")}
    {claim(2025)}
    {repay("social", 2025, "40000.00")}
    {repay("koncern", 2025, "20000.00")}
    2026-02-01 correct_gain lise application = "a", department = "social", year = 2025, amount = "30000.00", reason = "Talt dobbelt"
    2026-02-02 verify_gain freja application = "a", department = "social", year = 2025"""

NEXT_YEAR = f"""
    {gain("social", 2026, "60000.00", on="2027-01-10")}
    {gain("koncern", 2026, "60000.00", on="2027-01-10")}
    {claim(2026, on="2027-01-11")}"""


def refund(amount: str, *, by: str = "freja", approved_by: str = "finn", department: str = "social", on: str = "2026-03-01") -> str:
    told = f'application = "a", department = "{department}", year = 2025, amount = "{amount}"'
    return f'{on} refund {by} {told}, approved_by = "{approved_by}"'


def reverse(number: int, *, on: str) -> str:
    return f'{on} reverse freja event = {number}, reason = "Fejl", approved_by = "finn"'


def resolve(action: str, *, more: str = "", on: str = "2026-04-01", by: str = "carl") -> str:
    return f'{on} resolve {by} meeting = "s", application = "a", action = "{action}"{more}'


def test_a_correction_lowers_its_claim_and_what_was_paid_too_much_pays_the_next():
    found = playing(OVERPAID)
    assert found.dues() == [(2025, "social", "15000.00", "40000.00"), (2025, "koncern", "20000.00", "20000.00")]
    found = playing(f"""{OVERPAID}{NEXT_YEAR}
        {repay("social", 2026, "5000.01", on="2027-01-12")} ! over_outstanding
        2027-01-12 close kim application = "a" ! wrong_state""")
    assert found.dues() == [
        (2025, "social", "15000.00", "15000.00"), (2025, "koncern", "20000.00", "20000.00"),
        (2026, "social", "30000.00", "25000.00"), (2026, "koncern", "30000.00", "0.00"),
    ]  # fmt: skip
    assert (found.award()["outstanding"], found.award()["repaid"]) == ("40000.00", "60000.00")
    found = playing(f"""{OVERPAID}{NEXT_YEAR}
        {repay("social", 2026, "5000.00", on="2027-01-12")}
        {repay("koncern", 2026, "30000.00", on="2027-01-12")}
        {gain("social", 2027, "100000.00", on="2028-01-10")}
        {gain("koncern", 2027, "100000.00", on="2028-01-10")}
        {claim(2027, on="2028-01-11")}
        {repay("social", 2027, "2500.00", on="2028-01-12")}
        {repay("koncern", 2027, "2500.00", on="2028-01-12")}
        2028-01-12 close kim application = "a" """)
    assert found.dues()[4:] == [(2027, "social", "2500.00", "2500.00"), (2027, "koncern", "2500.00", "2500.00")]
    assert (found.award()["state"], found.award()["outstanding"]) == ("closed", "0.00")


def test_the_verified_figure_counts_until_the_correction_is_verified_by_another():
    found = playing(f"""{CLAIMED}
        2026-02-01 correct_gain kurt application = "a", department = "social", year = 2025, amount = "1.00", reason = "x" ! not_allowed
        2026-02-01 correct_gain lise application = "a", department = "social", year = 2026, amount = "1.00", reason = "x" ! wrong_state
        2026-02-01 correct_gain lise application = "a", department = "social", year = 2025, amount = "10.001", reason = "x" ! invalid_amount
        2026-02-01 verify_gain freja application = "a", department = "social", year = 2025 ! already_posted
        2026-02-01 correct_gain lars application = "a", department = "social", year = 2025, amount = "10000.00", reason = "x"
        2026-02-01 verify_gain lars application = "a", department = "social", year = 2025 ! four_eyes""")
    assert found.dues() == [(2025, "social", "60000.00", "0.00"), (2025, "koncern", "20000.00", "0.00")]
    found = playing(f"""{CLAIMED}
        2026-02-01 correct_gain lise application = "a", department = "social", year = 2025, amount = "10000.00", reason = "x"
        2026-02-01 correct_gain lise application = "a", department = "social", year = 2025, amount = "150000.00", reason = "y"
        2026-02-01 verify_gain freja application = "a", department = "social", year = 2025""")
    assert found.dues() == [(2025, "social", "75000.00", "0.00"), (2025, "koncern", "20000.00", "0.00")]


def test_a_correction_is_capped_by_the_room_and_what_its_year_holds():
    """Room 20,000 and 80,000 in the year: 100,000 at most; 200,000 : 40,000 of gains ask 100,000 : 20,000."""
    found = playing(f"""{CLAIMED}
        2026-02-01 correct_gain lise application = "a", department = "social", year = 2025, amount = "200000.00", reason = "x"
        2026-02-01 verify_gain freja application = "a", department = "social", year = 2025""")
    assert found.dues() == [(2025, "social", "83333.33", "0.00"), (2025, "koncern", "16666.67", "0.00")]


def test_what_was_paid_too_much_is_refunded_by_two():
    found = playing(f"""{OVERPAID}
        {refund("1.00", by="kim")} ! not_allowed
        {refund("1.00", approved_by="kim")} ! not_allowed
        {refund("1.00", approved_by="freja")} ! four_eyes
        {refund("1.00", approved_by="lars")}
        {refund("0.00")} ! invalid_amount
        {refund("-1.00")} ! invalid_amount
        {refund("24999.01")} ! over_outstanding
        {refund("0.01", department="koncern")} ! over_outstanding
        {refund("0.01").replace("2025", "2026")} ! wrong_state
        2026-03-01 close kim application = "a" ! wrong_state
        {refund("24999.00")}""")
    assert found.dues() == [(2025, "social", "15000.00", "15000.00"), (2025, "koncern", "20000.00", "20000.00")]
    assert (found.award()["outstanding"], found.award()["repaid"]) == ("65000.00", "35000.00")
    assert (found.pool["loans"], found.pool["available"]) == ("65000.00", "2935000.00")


def test_a_refund_asks_for_what_was_paid_too_much_before_what_the_pool_has():
    everything = f"""{OVERPAID}
        2026-02-10 return_funding freja source = "IT", amount = "2960000.00", approved_by = "finn", reason = "Sparerunde" """
    found = playing(f"""{everything}
        {refund("25000.01")} ! over_outstanding
        {refund("25000.00")} ! over_available""")
    assert found.pool["available"] == "0.00"


def test_others_cannot_pay_what_somebody_has_paid_too_much():
    """100,000 lent; social has paid 80,000 and owes 20,000 after the correction, so 20,000 is outstanding and koncern's claim is 40,000."""
    found = playing(f"""{LENT}
        {gain("social", 2025, "160000.00")}
        {gain("koncern", 2025, "40000.00")}
        {claim(2025)}
        {repay("social", 2025, "80000.00")}
        2026-02-01 correct_gain lise application = "a", department = "social", year = 2025, amount = "40000.00", reason = "x"
        2026-02-01 verify_gain freja application = "a", department = "social", year = 2025
        2026-02-01 correct_gain kurt application = "a", department = "koncern", year = 2025, amount = "80000.00", reason = "x"
        2026-02-01 verify_gain freja application = "a", department = "koncern", year = 2025
        {repay("koncern", 2025, "20000.01", on="2026-02-02")} ! over_outstanding
        {repay("koncern", 2025, "20000.00", on="2026-02-02")}
        {refund("20000.00")}
        {repay("koncern", 2025, "20000.00", on="2026-03-02")}""")
    assert found.dues() == [(2025, "social", "20000.00", "60000.00"), (2025, "koncern", "40000.00", "40000.00")]


def test_money_that_is_returned_credits_what_is_unpaid():
    returned = f"""{CLAIMED}
        2026-02-01 return_unspent freja application = "a", part = "loan", amount = "60000.00" """
    found = playing(f"""{returned}
        {repay("social", 2025, "30000.01", on="2026-02-02")} ! over_outstanding""")
    assert found.dues() == [(2025, "social", "30000.00", "0.00"), (2025, "koncern", "10000.00", "0.00")]
    number = number_of(returned, "return_unspent")
    found = playing(f"""{returned}
        {reverse(number, on="2026-02-03")}
        {reverse(number, on="2026-02-03")} ! already_posted
        {gain("social", 2026, "200000.00", on="2027-01-10")}
        {gain("koncern", 2026, "0.00", on="2027-01-10")}
        {claim(2026, on="2027-01-11")}""")
    assert found.dues() == [
        (2025, "social", "30000.00", "0.00"), (2025, "koncern", "10000.00", "0.00"),
        (2026, "social", "60000.00", "0.00"), (2026, "koncern", "0.00", "0.00"),
    ]  # fmt: skip


def test_a_credit_takes_the_latest_claimed_year_first():
    """Claimed 60,000 and 30,000; 45,000 back leaves 55,000 of principal, 35,000 too much: all of 2026, 5,000 of 2025 at 2 : 1."""
    found = playing(f"""{LENT}
        {gain("social", 2025, "80000.00")}
        {gain("koncern", 2025, "40000.00")}
        {claim(2025)}
        {gain("social", 2026, "40000.00", on="2027-01-10")}
        {gain("koncern", 2026, "20000.00", on="2027-01-10")}
        {claim(2026, on="2027-01-11")}
        2027-02-01 return_unspent freja application = "a", part = "loan", amount = "45000.00" """)
    assert found.dues() == [
        (2025, "social", "36666.67", "0.00"), (2025, "koncern", "18333.33", "0.00"),
        (2026, "social", "0.00", "0.00"), (2026, "koncern", "0.00", "0.00"),
    ]  # fmt: skip


@pytest.mark.parametrize(("action", "account"), [("write_off", "written_off"), ("convert", "grants")])
def test_the_forum_settles_a_part_at_any_time(action: str, account: str):
    """Of 100,000 with 80,000 claimed 30,000 is settled: 70,000 may be due, 10,000 is credited at 60 : 20."""
    found = playing(f"""{CLAIMED}
        {resolve(action)} ! wrong_state
        {meeting("s", "2026-04-01")}
        {resolve(action, by="kim")} ! not_allowed
        {resolve(action, more=', amount = "0.00"')} ! invalid_amount
        {resolve(action, more=', amount = "100000.01"')} ! over_outstanding
        {resolve(action, more=', amount = "30000.00"')}""")
    assert found.dues() == [(2025, "social", "52500.00", "0.00"), (2025, "koncern", "17500.00", "0.00")]
    assert (found.pool[account], found.award()["outstanding"]) == ("30000.00", "70000.00")
    found = playing(f"""{CLAIMED}
        {repay("social", 2025, "10000.00")}
        {meeting("s", "2026-04-01")}
        {resolve(action)}
        {resolve(action)} ! wrong_state
        2026-04-02 close kim application = "a" """)
    assert found.dues() == [(2025, "social", "10000.00", "10000.00"), (2025, "koncern", "0.00", "0.00")]
    assert (found.pool[account], found.award()["state"]) == ("90000.00", "closed")


def test_a_reversed_repayment_is_taken_from_its_line_and_then_from_the_latest():
    number = number_of(OVERPAID, "repay freja")
    found = playing(f"""{OVERPAID}{NEXT_YEAR}
        {reverse(number, on="2027-02-01")}""")
    assert found.dues() == [
        (2025, "social", "15000.00", "0.00"), (2025, "koncern", "20000.00", "20000.00"),
        (2026, "social", "30000.00", "0.00"), (2026, "koncern", "30000.00", "0.00"),
    ]  # fmt: skip
    assert found.award()["outstanding"] == "80000.00"
    playing(f"""{OVERPAID}
        {refund("0.01")}
        {reverse(number, on="2026-04-01")} ! over_outstanding""")


def test_claims_come_in_the_order_of_the_years_and_not_before_they_are_over():
    playing(f"""{LENT}
        2025-12-31 report_gain lise application = "a", department = "social", year = 2025, amount = "1.00" ! invalid_date
        2025-12-31 claim freja application = "a", year = 2025 ! invalid_date
        2025-12-31 claim freja application = "a", year = 2026 ! invalid_date
        2025-12-31 claim freja application = "a", year = 2024 ! wrong_state
        2025-12-31 claim freja application = "a", year = 2028 ! wrong_state
        2026-01-01 claim freja application = "a", year = 2025 ! incomplete
        {gain("social", 2025, "10.00")}
        2026-01-10 claim freja application = "a", year = 2025 ! incomplete
        {gain("koncern", 2025, "10.00")}
        {gain("social", 2026, "10.00", on="2027-01-10")}
        {gain("koncern", 2026, "10.00", on="2027-01-10")}
        2027-01-11 claim freja application = "a", year = 2026 ! incomplete
        2027-01-11 claim freja application = "a", year = 2025
        2027-01-11 claim freja application = "a", year = 2025 ! already_posted
        2027-01-11 claim freja application = "a", year = 2026
        2027-01-11 report_gain lise application = "a", department = "social", year = 2023, amount = "5.00" """)
    found = playing(f"""
        {awarded(loan="100000.00", terms=PLANNED)}
        {paid(amount="100000.00")}
        2024-12-31 claim freja application = "a", year = 2025 ! invalid_date
        2025-01-01 claim freja application = "a", year = 2026 ! invalid_date
        2025-01-01 claim freja application = "a", year = 2025""")
    assert found.dues() == [(2025, "social", "50000.00", "0.00"), (2025, "koncern", "50000.00", "0.00")]


def test_a_last_year_under_department_pays_is_made_again_with_the_correction_of_an_earlier():
    """Planned gains are equal, so what the last year adds is halved: first 100,000 − 60,000 − 10,000 = 30,000, then 55,000."""
    played = f"""
        {awarded(loan="100000.00", terms=DEPARTMENT_PAYS)}
        {paid(amount="100000.00")}
        {gain("social", 2025, "80000.00")}
        {gain("koncern", 2025, "40000.00")}
        {claim(2025)}
        {gain("social", 2026, "10000.00", on="2027-01-10")}
        {gain("koncern", 2026, "10000.00", on="2027-01-10")}
        {claim(2026, on="2027-01-11")}"""
    assert playing(played).dues()[2:] == [(2026, "social", "20000.00", "0.00"), (2026, "koncern", "20000.00", "0.00")]
    found = playing(f"""{played}
        2027-02-01 correct_gain lise application = "a", department = "social", year = 2025, amount = "30000.00", reason = "x"
        2027-02-02 verify_gain freja application = "a", department = "social", year = 2025
        {meeting("s", "2027-03-01")}
        {resolve("extend", more=", years = 1", on="2027-03-01")} ! wrong_state""")
    assert found.dues() == [
        (2025, "social", "15000.00", "0.00"), (2025, "koncern", "20000.00", "0.00"),
        (2026, "social", "32500.00", "0.00"), (2026, "koncern", "32500.00", "0.00"),
    ]  # fmt: skip


ALL_ACCEPT = "minimum_scores = 1, participants_accept = true"

OFFERED = f"""
    {FUND}
    {ready("a", loan="100000.00")}
    {meeting("m", "02-01", "a")}
    {approve(loan="100000.00")}"""


def test_nobody_is_bound_unasked():
    found = playing(
        f"""{OFFERED}
        02-02 accept sofie application = "a" ! not_allowed
        02-02 accept hanne application = "a" ! not_allowed
        02-02 accept lise application = "a", department = "koncern" ! not_allowed
        02-02 accept lise application = "a"
        02-02 accept lise application = "a" ! already_posted
        02-03 disburse freja application = "a", part = "loan", amount = "1.00", approved_by = "finn" ! wrong_state""",
        override=ALL_ACCEPT,
    )
    assert found.award()["state"] == "offered"
    found = playing(
        f"""{OFFERED}
        02-02 accept kurt application = "a", department = "koncern"
        02-02 accept lise application = "a"
        02-02 accept lise application = "a" ! wrong_state""",
        override=ALL_ACCEPT,
    )
    assert found.award()["state"] == "agreed"
    found = playing(f'{OFFERED}\n02-02 accept kurt application = "a" ! not_allowed\n02-02 accept lise application = "a"')
    assert found.award()["state"] == "agreed"


def test_an_offer_can_end():
    declined = 'decline {by} application = "a", reason = "Vi gør det selv"'
    found = playing(f"""{OFFERED}
        02-02 {declined.format(by="sofie")} ! not_allowed
        02-02 {declined.format(by="kurt")} ! not_allowed
        02-02 {declined.format(by="kim")} ! wrong_state
        04-01 {declined.format(by="kim")} ! wrong_state
        04-02 {declined.format(by="kim")}
        04-02 {declined.format(by="lise")} ! wrong_state
        04-02 accept lise application = "a" ! wrong_state""")
    assert (found.award()["state"], found.application()["state"], found.pool["available"]) == ("declined", "awarded", "3000000.00")
    found = playing(f"""{OFFERED}
        02-02 {declined.format(by="lise")}
        {reverse(1, on="02-03")}""")
    assert (found.award()["state"], found.pool["reserved"], found.pool["funding"]) == ("declined", "0.00", "0.00")
    playing(f"""{OFFERED}
        02-02 accept lise application = "a"
        02-03 {declined.format(by="lise")} ! wrong_state""")


def test_an_accepted_award_is_given_up_before_anything_is_paid():
    cancelled = 'cancel {by} application = "a", reason = "Projektet er opgivet"{more}'
    by_forum = ', meeting = "c"'
    found = playing(f"""{OFFERED}
        02-02 {cancelled.format(by="lise", more="")} ! wrong_state
        02-02 accept lise application = "a"
        02-03 {cancelled.format(by="sofie", more="")} ! not_allowed
        02-03 {cancelled.format(by="carl", more="")} ! not_allowed
        02-03 {cancelled.format(by="lise", more="")}
        02-03 {cancelled.format(by="lise", more="")} ! wrong_state""")
    assert (found.award()["state"], found.pool["available"]) == ("cancelled", "3000000.00")
    found = playing(f"""{OFFERED}
        02-02 accept lise application = "a"
        {meeting("c", "02-05", "a")}
        02-05 {cancelled.format(by="lise", more=by_forum)} ! not_allowed
        02-05 {cancelled.format(by="svend", more=by_forum)} ! conflict_of_interest
        02-05 {cancelled.format(by="clara", more=by_forum)}""")
    assert found.award()["state"] == "cancelled"
    playing(f"""{OFFERED}
        02-02 accept lise application = "a"
        {paid(amount="1.00")}
        03-02 {cancelled.format(by="lise", more="")} ! wrong_state""")


def test_a_release_is_of_the_rest_of_something_paid_and_by_two():
    release = '{on} release {by} application = "a", amount = "{amount}", reason = "Billigere", approved_by = "{approved_by}"'
    asked = {"on": "03-02", "by": "freja", "amount": "40000.00", "approved_by": "finn"}
    found = playing(f"""{OFFERED}
        {release.format(**asked | {"on": "02-02"})} ! wrong_state
        02-03 accept lise application = "a"
        {release.format(**asked | {"on": "02-03"})} ! wrong_state
        {paid(amount="60000.00")}
        {release.format(**asked | {"by": "kim"})} ! not_allowed
        {release.format(**asked | {"approved_by": "kim"})} ! not_allowed
        {release.format(**asked | {"approved_by": "freja"})} ! four_eyes
        {release.format(**asked | {"amount": "0.00"})} ! invalid_amount
        {release.format(**asked | {"amount": "40000.01"})} ! over_reserved
        {release.format(**asked)}""")
    assert (found.pool["reserved"], found.pool["available"]) == ("0.00", "2940000.00")


def test_who_decided_signed_or_accepted_moves_none_of_its_money():
    by_lars = f"{FUND}\n{ready('a', loan='100000.00')}\n{meeting('m', '02-01', 'a')}\n{approve(loan='100000.00')}".replace(
        "sign lise", "sign lars"
    )
    playing(f"""{by_lars}
        02-02 accept lise application = "a"
        03-01 disburse lars application = "a", part = "loan", amount = "1.00", approved_by = "finn" ! four_eyes
        03-01 disburse freja application = "a", part = "loan", amount = "1.00", approved_by = "lars" ! four_eyes
        {paid(amount="60000.00")}
        03-02 release freja application = "a", amount = "1.00", reason = "x", approved_by = "lars" ! four_eyes""")
    playing(f"""{OFFERED}
        02-02 accept lars application = "a"
        03-01 disburse freja application = "a", part = "loan", amount = "1.00", approved_by = "lars" ! four_eyes""")
    decided = f"{FUND}\n{ready('a', loan='100000.00')}\n{meeting('m', '02-01', 'a')}\n{approve(loan='100000.00', by='dorthe')}"
    playing(f"""{decided}
        02-02 accept lise application = "a"
        {paid(amount="60000.00")}
        03-02 release freja application = "a", amount = "1.00", reason = "x", approved_by = "dorthe" ! four_eyes
        03-02 release dorthe application = "a", amount = "1.00", reason = "x", approved_by = "finn" ! four_eyes""")


def test_handing_back_and_reversing_need_two():
    back = 'return_funding freja source = "IT", amount = "{amount}", approved_by = "{by}"'
    found = playing(f"""{FUND}
        01-02 fund freja amount = "10.00", source = "Andet", reference = "Bilag 7"
        01-03 {back.format(amount="1.00", by="freja")} ! four_eyes
        01-03 {back.format(amount="1.00", by="kim")} ! not_allowed
        01-03 {back.format(amount="0.00", by="finn")} ! invalid_amount
        01-03 {back.format(amount="3000010.01", by="finn")} ! over_available
        01-03 {back.format(amount="3000000.01", by="finn")} ! over_outstanding
        01-03 {back.format(amount="1000000.00", by="finn")}
        01-04 reverse freja event = 2, reason = "Fejl", approved_by = "freja" ! four_eyes
        01-04 reverse freja event = 2, reason = "Fejl", approved_by = "kim" ! not_allowed
        01-04 reverse freja event = 3, reason = "Fejl", approved_by = "finn" ! wrong_state
        01-04 reverse freja event = 8, reason = "Fejl", approved_by = "finn" ! wrong_state
        01-04 reverse freja event = 1, reason = "Fejl", approved_by = "finn" ! over_available
        01-04 reverse freja event = 2, reason = "Fejl", approved_by = "finn"
        01-04 reverse freja event = 2, reason = "Fejl", approved_by = "finn" ! already_posted""")
    assert found.pool["funding"] == found.pool["available"] == "2000000.00"


def lower(amount: str, *, by: str = "sofie", more: str = "", reason: str = "Lavere", on: str = "02-05", koncern: str = "200000.00") -> str:
    gains = ", ".join(
        f'{{ year = {year}, department = "{department}", amount = "{ore}" }}'
        for year in (1, 2, 3)
        for department, ore in (("social", amount), ("koncern", koncern))
    )
    return f'{on} revise {by} application = "a", gains = [ {gains} ], reason = "{reason}"{more}'


def test_consent_is_the_forums_act():
    accepted = f"""{OFFERED}
        02-02 accept lise application = "a" """
    waiting = f"""{accepted}
        {lower("100000.00")} ! consent_missing
        {lower("100000.00", more=', meeting = "c"')} ! wrong_state
        {meeting("c", "02-05")}
        {lower("100000.00", more=', meeting = "c"')}"""
    assert playing(waiting).application()["versions"] == 1
    found = playing(f"""{waiting}
        02-05 consent kim meeting = "c", application = "a", outcome = "granted", reason = "Ja" ! not_allowed
        02-05 consent svend meeting = "c", application = "a", outcome = "granted", reason = "Ja" ! conflict_of_interest
        02-05 consent carl meeting = "m", application = "a", outcome = "granted", reason = "Ja" ! wrong_state
        02-05 consent carl meeting = "c", application = "a", outcome = "granted", reason = "Ja"
        02-05 consent carl meeting = "c", application = "a", outcome = "granted", reason = "Ja" ! wrong_state""")
    assert (found.application()["versions"], found.application()["annual_gain"]["typical"]) == (2, "300000.00")
    found = playing(f"""{waiting}
        02-05 consent carl meeting = "c", application = "a", outcome = "refused", reason = "Nej" """)
    assert (found.application()["versions"], found.application()["annual_gain"]["typical"]) == (1, "400000.00")
    found = playing(f"""{waiting}
        {lower("200000.00", reason="Alligevel")}
        02-05 consent carl meeting = "c", application = "a", outcome = "granted", reason = "Ja" ! wrong_state""")
    assert (found.application()["versions"], found.application()["annual_gain"]["typical"]) == (2, "400000.00")
    playing(f"""{accepted}
        {lower("200000.00", koncern="250000.00")} ! consent_missing
        {lower("250000.00")}""")


def test_a_revision_keeps_the_costs_unless_it_has_some():
    dearer = ', costs = [ { year = 0, kind = "establishment", amount = "800000.00" } ]'
    found = playing(f"""{OFFERED}
        {lower("200000.00")}
        {lower("200000.00", more=dearer)}""")
    assert (found.application()["versions"], found.application()["payback_months"]) == (3, 24)


def test_scores_of_people_now_in_conflict_count_for_nothing():
    low = "levels = { wellbeing = 1, efficiency = 1, quality = 1, security = 1, scalability = 1 }"
    scored = f"""{FUND}
        {ready("a")}
        01-04 score mads application = "a", {low}"""
    assert playing(scored, override="minimum_scores = 2").application()["total"] == "25.00"
    found = playing(
        f"""{scored}
        01-05 declare_interest mads application = "a"
        {meeting("m", "02-01", "a")}
        {approve()} ! quorum_missing""",
        override="minimum_scores = 2",
    )
    assert found.application()["total"] == "50.00"


def test_a_deferred_application_can_be_withdrawn_and_one_that_nobody_answers_is_ended_by_the_coordinator():
    deferred = f"""{FUND}
        {ready("a")}
        {meeting("m", "02-01", "a")}
        02-01 decide carl meeting = "m", application = "a", outcome = "defer", reason = "Senere" """
    found = playing(f"""{deferred}
        02-02 withdraw kim application = "a" ! wrong_state
        02-02 withdraw sofie application = "a" """)
    assert found.application()["state"] == "withdrawn"
    returned = f"""{FUND}
        {applied("a")}
        01-03 sign lise application = "a"
        01-03 submit sofie application = "a"
        01-04 screen kim application = "a", result = "returned", reason = "Hvad koster drift?" """
    found = playing(f"""{returned}
        04-03 withdraw kim application = "a" ! wrong_state
        04-04 withdraw kim application = "a" """)
    assert found.application()["state"] == "withdrawn"
    playing(f'{returned}\n01-06 withdraw kim application = "a" ', override="minimum_scores = 1, answer_days = 1")


def test_the_grant_comes_first_in_the_loans_payback():
    """300,000 of loan beside 200,000 of grant at 100,000 a year: 36 months; an øre less of grant, and it is more than three years."""
    gains = ", ".join(f'{{ year = {year}, department = "social", amount = "100000.00" }}' for year in range(1, 11))
    case = f'costs = [ {{ year = 0, kind = "establishment", amount = "500000.00" }} ], gains = [ {gains} ]'
    three_years = "minimum_scores = 1, payback_limit_years = 3"
    playing(ready("a", loan="300000.00", grant="200000.00", case=case), override=three_years)
    refused = ready("a", loan="300000.00", grant="199999.99", case=case).replace("\n01-03 screen", " ! payback_too_long\n01-03 screen")
    playing(refused.split("01-03 screen")[0], override=three_years)
