"""How an offer ends, line by line of scenario.md: accepted by each department that it asks, declined, given up."""

import pytest

from fundbank.ledger.queries import transfers
from tests.integration.scenarios.small import FUND, PLANNED, approve, awarded, meeting, paid, playing, ready

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

ALL_ACCEPT = "minimum_scores = 1, participants_accept = true"
OFFERED = f"""{FUND}
{ready("a")}
{meeting("m", "02-01", "a")}
{approve()}"""


def test_an_offer_is_agreed_when_every_department_that_it_asks_has_accepted():
    found = playing(
        f"""
        {OFFERED}
        02-02 accept sofie application = "a" ! not_allowed
        02-02 accept lise application = "a", department = "koncern" ! not_allowed
        02-02 accept hanne application = "a" ! not_allowed
        02-02 accept lise application = "a"
        02-02 accept lise application = "a" ! already_posted
        02-02 accept lise application = "a", department = "social" ! already_posted
        {paid()} ! wrong_state
        03-02 accept kurt application = "a", department = "koncern"
        03-02 accept kurt application = "a" ! wrong_state
        {paid(on="03-03")}
        """,
        override=ALL_ACCEPT,
    )
    assert found.award()["state"] == "active"


def test_a_leader_of_a_unit_that_was_not_asked_accepts_nothing_for_it():
    playing(f'{OFFERED}\n02-02 accept lise application = "a", department = "hjem" ! wrong_state', override=ALL_ACCEPT)


def test_unless_a_file_says_so_the_department_that_applied_accepts_for_all():
    assert playing(f'{OFFERED}\n02-02 accept lise application = "a"').award()["state"] == "agreed"


def test_a_declined_offer_gives_the_whole_reservation_back():
    found = playing(f"""
        {OFFERED}
        02-02 decline sofie application = "a", reason = "Nej" ! not_allowed
        02-02 decline kurt application = "a", reason = "Nej" ! not_allowed
        04-01 decline kim application = "a", reason = "For sent" ! wrong_state
        04-01 decline lise application = "a", reason = " " ! incomplete
        04-01 cancel lise application = "a", reason = "Nej" ! wrong_state
        04-01 decline lise application = "a", reason = "Vi vil ikke"
        04-01 accept lise application = "a" ! wrong_state
        04-01 decline lise application = "a", reason = "Igen" ! wrong_state
        04-01 revise lise application = "a", gains = [], reason = "Nej" ! wrong_state
    """)
    assert found.award() | {"claims": []} == found.award()
    assert (found.award()["state"], found.application()["state"]) == ("declined", "awarded")
    assert found.pool["available"] == "3000000.00"


def test_the_coordinator_declines_for_a_department_that_does_not_answer():
    override = "minimum_scores = 1, acceptance_days = 10"
    found = playing(
        f"""
        {OFFERED}
        02-11 decline kim application = "a", reason = "Intet svar" ! wrong_state
        02-12 decline kim application = "a", reason = "Intet svar"
        """,
        override=override,
    )
    assert found.award()["state"] == "declined"


def test_an_agreed_award_is_given_up_while_nothing_is_paid():
    found = playing(f"""
        {awarded()}
        02-03 cancel sofie application = "a", reason = "Nej" ! not_allowed
        02-03 cancel kim application = "a", reason = "Nej" ! not_allowed
        02-03 cancel lise application = "a", reason = "Nej", meeting = "m" ! not_allowed
        02-03 cancel carl application = "a", reason = "Nej" ! not_allowed
        02-03 cancel carl application = "a", reason = "Nej", meeting = "m" ! wrong_state
        {meeting("n", "02-04")}
        02-04 cancel svend application = "a", reason = "Nej", meeting = "n" ! conflict_of_interest
        02-04 cancel carl application = "a", reason = "", meeting = "n" ! incomplete
        02-04 cancel carl application = "a", reason = "Forummet opgiver det", meeting = "n"
        02-04 cancel lise application = "a", reason = "Nej" ! wrong_state
        02-04 decline lise application = "a", reason = "Nej" ! wrong_state
        {paid()} ! wrong_state
    """)
    assert found.award()["state"] == "cancelled"
    assert found.pool["available"] == "3000000.00"


def test_a_paid_award_is_not_given_up():
    found = playing(f"""
        {awarded(terms=PLANNED)}
        {paid(amount="1.00")}
        03-01 cancel lise application = "a", reason = "Nej" ! wrong_state
    """)
    assert found.award()["state"] == "active"


def test_what_was_deferred_or_never_answered_comes_to_an_end():
    found = playing(
        f"""
        {FUND}
        {ready("a")}
        {ready("b")}
        {meeting("m", "02-01", "a", "b")}
        02-01 decide carl meeting = "m", application = "a", outcome = "defer", reason = "Senere"
        02-01 decide carl meeting = "m", application = "b", outcome = "return", reason = "Hvorfor?"
        02-02 withdraw kim application = "a" ! wrong_state
        02-02 withdraw kurt application = "a" ! not_allowed
        02-02 withdraw sofie application = "a"
        02-11 withdraw kim application = "b" ! wrong_state
        02-12 withdraw kim application = "b"
        02-12 withdraw kim application = "b" ! wrong_state
        """,
        override="minimum_scores = 1, answer_days = 10",
    )
    assert {found.application(key)["state"] for key in "ab"} == {"withdrawn"}


def test_a_posting_of_money_that_came_or_went_tells_its_voucher():
    found = playing(f"""
        {awarded(terms=PLANNED)}
        02-02 fund freja amount = "7.00", source = "Mere", reference = "B-1"
        {paid()}
        2026-01-10 return_unspent freja application = "a", part = "loan", amount = "1.00", reference = "B-2"
        2026-01-11 claim freja application = "a", year = 2025
        2026-01-12 repay freja application = "a", department = "social", year = 2025, amount = "1.00", reference = "B-3"
        2026-01-12 return_funding freja source = "Mere", amount = "7.00", approved_by = "finn", reference = "B-4"
    """)
    told = [transfer.text for transfer in transfers(found.played.world.pool.id, limit=20)]
    assert [sum(voucher in text for text in told) for voucher in ("B-1", "B-2", "B-3", "B-4")] == [1] * 4
