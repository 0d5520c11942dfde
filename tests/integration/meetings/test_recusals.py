"""Who had a conflict of interest and left the room stands in the minutes, whatever the forum decided (domain.md §4)."""

import pytest
from flask import Flask

from fundbank.kit.transaction import commit
from fundbank.meetings.operations.calendar import close_meeting, hold_meeting
from fundbank.meetings.operations.cancellations import cancel_in_meeting
from fundbank.meetings.operations.settlements import settle_shortfall
from fundbank.pools.roles import Role
from tests.builders import a_person_with
from tests.integration.awards.bank import Bank, a_bank, at
from tests.pictures import Pictures
from tests.web import Client

NOW = at(2026)


@pytest.fixture
def app_settings():
    return {"CLOCK": lambda: NOW}


@pytest.fixture
def bank(app: Flask, pictures: Pictures) -> Bank:
    return pictures.of("bank", a_bank)


@pytest.mark.parametrize("what", ["settled", "given up"])
def test_who_left_the_room_stands_in_the_minutes(bank: Bank, client: Client, what: str) -> None:
    of_the_department = a_person_with(bank.pool, Role.MEMBER, department=bank.own, name="Mia Medlem")
    award = bank.award(loan=100_000)
    if what == "settled":
        bank.pay_out(award, 100_000)
    present = [bank.chair, of_the_department]
    meeting = hold_meeting(actor=bank.coordinator, at=NOW, pool=bank.pool, applications=[award.application], present=present)
    if what == "settled":
        settled = settle_shortfall(actor=bank.chair, at=NOW, meeting=meeting, award=award, action="write_off", reason="Opgivet")
        assert settled.recused_ids == [of_the_department.id]
    else:
        cancel_in_meeting(actor=bank.chair, at=NOW, meeting=meeting, award=award, reason="Opgivet")
    close_meeting(actor=bank.chair, at=NOW, meeting=meeting)
    assert award.given_up_recused_ids == ([] if what == "settled" else [of_the_department.id])
    commit()
    said = client.sign_in(bank.chair).get(f"/meetings/{meeting.id}/minutes").words
    assert "Stayed out for a conflict of interest Mia Medlem" in said and "Opgivet" in said


def test_where_nobody_left_nobody_is_named(bank: Bank, client: Client) -> None:
    award = bank.award(loan=100_000)
    meeting = bank.meeting(award.application, NOW)
    cancel_in_meeting(actor=bank.chair, at=NOW, meeting=meeting, award=award, reason="Opgivet")
    commit()
    assert "Stayed out for a conflict of interest Nobody" in client.sign_in(bank.chair).get(f"/meetings/{meeting.id}/minutes").words
