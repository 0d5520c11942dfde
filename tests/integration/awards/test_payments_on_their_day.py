"""A payment has a day: approved it waits for it, and is posted then, once, with that value date (domain.md §7)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from fundbank.awards.models import Award, Disbursement
from fundbank.awards.operations import (
    approve_disbursement,
    approve_release,
    cancel_award,
    pay_disbursement,
    pay_what_is_due,
    refuse_disbursement,
    register_disbursement,
    register_release,
    withdraw_disbursement,
)
from fundbank.awards.permissions import can_approve_disbursement
from fundbank.awards.queries import room_to_register_ore, room_to_release_ore
from fundbank.errors import Code, Refusal
from fundbank.extensions import db
from fundbank.history.models import HistoryEntry
from fundbank.jobs import HANDLERS, begin_day
from fundbank.kit.language import speaking
from fundbank.kit.transaction import commit
from fundbank.ledger.models import Transfer
from fundbank.ledger.operations import approve_return_funding, refuse_movement, register_return_funding
from fundbank.outbox.models import Mail
from fundbank.outbox.worker import Worker
from fundbank.overviews.waiting import waiting_for
from fundbank.people.operations import deactivate_user
from fundbank.pools.operations import take_role
from fundbank.pools.roles import Role
from fundbank.repayments.operations.ending import close_award
from fundbank.reports.papers.statement import Period, statement
from fundbank.reversals.operations import approve_reversal, register_reversal
from tests.at_once import an, at_once
from tests.builders import a_person_with, an_administrator
from tests.integration.awards.bank import KRONE, START, Bank, a_bank
from tests.integration.outbox.conftest import all_of

DAY = date(2024, 3, 1)
ON_DAY = START.replace(month=3, day=1)
BEFORE, LATER = ON_DAY - timedelta(days=1), ON_DAY + timedelta(days=7)


@pytest.fixture
def clock():
    """What the program takes for now: ``clock[0]``."""
    return [BEFORE]


@pytest.fixture
def app_settings(clock):
    return {"CLOCK": lambda: clock[0]}


@pytest.fixture
def bank(app, pictures) -> Bank:
    return pictures.of("bank", a_bank)


@pytest.fixture
def award(bank) -> Award:
    return bank.award(loan=600_000)


@pytest.fixture
def payment(bank, award) -> Disbursement:
    return bank.approve_for(award, 400_000, DAY)


def worked(app, when) -> None:
    """A day's work, by a worker that has just begun."""
    commit()
    all_of(Worker(app, HANDLERS, begin_day), when)
    db.session.expire_all()


def postings(award) -> list[Transfer]:
    query = select(Transfer).where(Transfer.event == "disbursement").order_by(Transfer.id)
    return [transfer for transfer in db.session.scalars(query) if transfer.credit_account.award_id == award.id]


def events(award) -> list[str]:
    query = select(HistoryEntry.event).where(HistoryEntry.subject_type == "awards", HistoryEntry.subject_id == award.id)
    return list(db.session.scalars(query.order_by(HistoryEntry.id)))


def refused(code, do, **given) -> None:
    with pytest.raises(Refusal) as no:
        do(**given)
    assert no.value.code == code
    db.session.expire_all()


def waits(bank, person) -> dict[str, list[int]]:
    groups = waiting_for(person, {bank.pool.id: [Role.FINANCE]}, DAY)
    return {group.kind: [item.subject_id for item in group.items] for group in groups}


def test_it_waits_for_its_day_and_is_posted_then_once_whoever_works(app, bank, award, payment):
    assert (payment.state, award.state, bank.held(award).reserved_ore) == ("approved", "agreed", 600_000 * KRONE)
    assert waits(bank, bank.finance)["to_come"] == waits(bank, bank.finance_2)["to_come"] == [award.id]
    worked(app, BEFORE)
    assert postings(award) == []
    bank.check()
    worked(app, ON_DAY)
    worked(app, ON_DAY)
    (transfer,) = postings(award)
    assert (transfer.value_date, transfer.actor_id, transfer.approver_id) == (DAY, bank.finance.id, bank.finance_2.id)
    assert (payment.state, award.state, bank.held(award).loan_ore) == ("paid", "active", 400_000 * KRONE)
    assert events(award)[-3:] == ["disbursement_registered", "disbursement_approved", "paid_on_its_day"]
    assert not {"to_come", "held_up"} & waits(bank, bank.finance).keys()
    bank.check()


def test_after_a_week_without_work_nothing_is_lost_and_the_value_date_is_its_day(app, bank, award, payment):
    second = bank.approve_for(award, 100_000, DAY + timedelta(days=2))
    withdrawn = bank.approve_for(award, 50_000, DAY)
    withdraw_disbursement(actor=bank.finance, at=BEFORE, disbursement=withdrawn, reason="Regningen er kun én.")
    worked(app, LATER)
    assert [(one.value_date, one.amount_ore) for one in postings(award)] == [(DAY, 40_000_000), (second.pay_on, 10_000_000)]
    assert withdrawn.state == "withdrawn"
    bank.check()


@pytest.mark.each_database
def test_two_workers_and_finance_post_it_once(app, bank, award, payment):
    number, person = payment.id, bank.finance.id

    def by_work():
        return lambda: pay_what_is_due(at=ON_DAY, disbursement_id=number)

    def by_hand():
        actor, mine = an(type(bank.finance), person), an(Disbursement, number)
        return lambda: pay_disbursement(actor=actor, at=ON_DAY, disbursement=mine)

    assert at_once(app, by_work, by_work) == ["done", "done"]
    assert len(postings(award)) == 1
    third = bank.approve_for(award, 100_000, DAY)
    number = third.id
    assert at_once(app, by_work, by_hand) in (["done", "done"], ["already_posted", "done"])
    assert len(postings(award)) == 2
    bank.check()


def test_what_it_takes_is_spoken_for(bank, award, payment):
    assert room_to_register_ore(award, "loan") == 200_000 * KRONE
    refused(Code.OVER_RESERVED, register_disbursement, actor=bank.finance, at=START, award=award, part="loan", amount_ore=200_000_01)
    bank.pay_out(award, 50_000)
    assert room_to_release_ore(award) == 150_000 * KRONE
    release = {"actor": bank.finance, "at": BEFORE, "award": award, "reason": "Billigere."}
    refused(Code.OVER_RESERVED, register_release, **release, amount_ore=150_000_01)
    refused(Code.WRONG_STATE, close_award, actor=bank.coordinator, at=BEFORE, award=award)
    movement = register_release(**release, amount_ore=150_000 * KRONE)
    late = register_disbursement(actor=bank.finance, at=BEFORE, award=award, part="loan", amount_ore=1)
    refused(Code.OVER_RESERVED, approve_release, actor=bank.finance_2, at=BEFORE, movement=movement)
    refuse_disbursement(actor=bank.finance, at=BEFORE, disbursement=late, reason="Ikke nu.")
    approve_release(actor=bank.finance_2, at=BEFORE, movement=movement)
    assert pay_disbursement(actor=bank.finance, at=ON_DAY, disbursement=payment).amount_ore == 400_000 * KRONE
    assert bank.held(award).reserved_ore == 0
    bank.check()


def test_who_may_post_it_and_who_may_take_it_back(bank, award, payment):
    refused(Code.NOT_ALLOWED, pay_disbursement, actor=bank.coordinator, at=ON_DAY, disbursement=payment)
    refused(Code.INVALID_DATE, pay_disbursement, actor=bank.finance, at=BEFORE, disbursement=payment)
    award.decided_by_id, chair = bank.finance.id, award.decided_by_id
    refused(Code.FOUR_EYES, pay_disbursement, actor=bank.finance, at=ON_DAY, disbursement=payment)
    award.decided_by_id = chair
    back = {"at": BEFORE, "disbursement": payment}
    refused(Code.NOT_ALLOWED, withdraw_disbursement, actor=bank.leader, reason="Nej.", **back)
    refused(Code.INCOMPLETE, withdraw_disbursement, actor=bank.finance, reason=" ", **back)
    refused(Code.CPR_NUMBER, withdraw_disbursement, actor=bank.finance, reason="010190-1234", **back)
    refused(Code.ALREADY_POSTED, approve_disbursement, actor=bank.finance_2, **back)
    refused(Code.WRONG_STATE, refuse_disbursement, actor=bank.finance, reason="Nej.", **back)
    withdraw_disbursement(actor=bank.finance, reason="Leverandøren er skiftet.", **back)
    assert (payment.state, payment.withdrawn_by_id, payment.settled_by_id) == ("withdrawn", bank.finance.id, bank.finance_2.id)
    assert (room_to_register_ore(award, "loan"), events(award)[-1]) == (600_000 * KRONE, "disbursement_withdrawn")
    for do in (pay_disbursement, approve_disbursement):
        refused(Code.WRONG_STATE, do, actor=bank.finance_2, at=ON_DAY, disbursement=payment)
    refused(Code.WRONG_STATE, withdraw_disbursement, actor=bank.finance, reason="Igen.", **back)
    paid = register_disbursement(actor=bank.finance, at=START, award=award, part="loan", amount_ore=100, pay_on=START.date())
    approve_disbursement(actor=bank.finance_2, at=START, disbursement=paid)
    refused(Code.ALREADY_POSTED, pay_disbursement, actor=bank.finance, at=ON_DAY, disbursement=paid)
    refused(Code.WRONG_STATE, withdraw_disbursement, actor=bank.finance, at=ON_DAY, disbursement=paid, reason="For sent.")
    bank.check()


def test_an_award_that_is_given_up_takes_it_along(app, bank, award, payment):
    cancel_award(actor=bank.leader, at=BEFORE, award=award, reason="Projektet er opgivet.")
    assert (payment.state, payment.reason, bank.held(award).reserved_ore) == ("withdrawn", "Projektet er opgivet.", 0)
    worked(app, LATER)
    assert (postings(award), award.state) == ([], "cancelled")
    bank.check()


def test_what_the_ledger_refuses_on_its_day_lies_there_with_the_reason_and_can_be_taken_back(app, client, bank, award, payment, clock):
    payment.amount_ore = 700_000 * KRONE  # behind the program's back
    db.session.flush()
    worked(app, ON_DAY)
    worked(app, ON_DAY + timedelta(days=1))
    assert (payment.state, postings(award), events(award).count("payment_held_up")) == ("approved", [], 1)
    told = select(Mail.user_id).where(Mail.subject.contains("on its day"))
    assert set(db.session.scalars(told)) <= {bank.finance.id, bank.finance_2.id}
    assert waits(bank, bank.finance)["held_up"] == [award.id]
    clock[0] = LATER
    client.sign_in(bank.finance)
    page = client.get(f"/awards/{award.id}").words
    assert "Could not be posted Only DKK 600,000.00 is still reserved" in page
    assert "An approved payment was not made on its day: it must be posted or withdrawn." in page
    assert client.get(f"/disbursements/{payment.id}/payment").code == "over_reserved"
    answer = client.submit(f"/disbursements/{payment.id}/withdrawal", {"reason": "Beløbet er forkert."})
    assert answer.status_code == 303
    assert "withdrawn by Ole Økonomi" in client.get(f"/pools/{bank.pool.id}/disbursements").words
    db.session.expire_all()
    bank.check()


def test_the_pages_say_when_and_the_papers_too(client, bank, award, clock):
    client.sign_in(bank.finance)
    url = f"/awards/{award.id}/disbursements/new"
    assert client.submit(url, {"part": "loan", "amount": "400.000", "pay_on": "01-03-2024", "text": "Rate"}).status_code == 303
    payment = db.session.scalars(select(Disbursement)).one()
    client.sign_in(bank.finance_2)
    approval = f"/disbursements/{payment.id}/approval"
    assert "It waits for 1 March 2024." in client.get(approval).words
    assert client.submit(approval).status_code == 303
    page = client.get(f"/awards/{award.id}")
    assert "has been approved. It is paid out on 1 March 2024." in page.words
    assert "An approved payment is paid out on its day." in page.words and "Waits for its day" in page.words
    assert f"/disbursements/{payment.id}/payment" not in page.text and f"/disbursements/{payment.id}/withdrawal" in page.text
    assert client.get(f"/disbursements/{payment.id}/payment").code == "invalid_date"
    assert "Payments that wait for their day 1" in client.get(f"/pools/{bank.pool.id}").words
    paper = statement(bank.pool, Period(date(2024, 1, 1), BEFORE.date()), BEFORE)
    assert "400.000,00" in str(paper) or "400,000.00" in str(paper)
    assert ";2024-03-01;Waits for its day;" in client.get(f"/pools/{bank.pool.id}/payments.csv").text
    clock[0] = ON_DAY
    client.sign_in(bank.finance_2)
    paying = f"/disbursements/{payment.id}/payment"
    assert paying in client.get(f"/pools/{bank.pool.id}/disbursements").text
    assert "It counts from 1 March 2024." in client.get(paying).words
    assert client.submit(paying).status_code == 303
    assert client.submit(paying).code == "already_posted"
    assert "Approved disbursement paid out" in client.get(f"/awards/{award.id}").words
    assert ";2024-03-01;Paid out;" in client.get(f"/pools/{bank.pool.id}/payments.csv").text
    db.session.expire_all()
    bank.check()


def test_a_payment_that_was_reversed_says_so_wherever_it_stands(client, bank, award):
    transfer = bank.pay_out(award, 400_000)
    bank.leader.email = "lars@kommune.dk"
    reversal = register_reversal(actor=bank.finance, at=BEFORE, transfer=transfer, reason="Forkert modtager.")
    counter = approve_reversal(actor=bank.finance_2, at=BEFORE, reversal=reversal)
    said = f"no. {counter.number}"
    with speaking("en"):
        assert f"reversed by {said}" in str(statement(bank.pool, Period(date(2024, 1, 1), BEFORE.date()), BEFORE))
    commit()
    mails = db.session.scalars(select(Mail.subject).where(Mail.user_id == bank.leader.id)).all()
    assert f"Reversed: {award.application.title}" in mails
    client.sign_in(bank.finance)
    here = f"/pools/{bank.pool.id}"
    for page in (f"/awards/{award.id}", f"{here}/disbursements", f"{here}/ledger"):
        assert "Reversed" in client.get(page).words, page
    for page in (f"/awards/{award.id}", f"{here}/history"):
        assert f"reversed by {said}" in client.get(page).words, page
    (row,) = (line for line in client.get(f"{here}/ledger.csv").text.splitlines() if line.startswith(f"{transfer.number};"))
    assert f";;{counter.number};" in row
    assert ";Reversed;" in client.get(f"{here}/payments.csv").text


@pytest.mark.parametrize("who", ["finance", "finance_2"])
def test_nothing_is_paid_in_the_name_of_who_has_left_finance(app, bank, award, payment, client, who):
    """It says why, and waits for finance, which withdraws it and registers it anew."""
    gone, colleague = getattr(bank, who), bank.finance_2 if who == "finance" else bank.finance
    third = a_person_with(bank.pool, Role.FINANCE, department=gone.department, name="Tine Tredje", language="en")
    boss = an_administrator(bank.own)
    take_role(actor=boss, at=BEFORE, pool=bank.pool, user=gone, role=Role.FINANCE)
    worked(app, ON_DAY)
    worked(app, LATER)
    assert (payment.state, postings(award), events(award).count("payment_held_up")) == ("approved", [], 1)
    assert gone.name in payment.reason
    for person in (third, colleague):
        refused(Code.FOUR_EYES, pay_disbursement, actor=person, at=ON_DAY, disbursement=payment)
    page = client.sign_in(colleague).get(f"/awards/{award.id}")
    assert f"{gone.name}, who registered or approved this payment, is no longer in finance." in page.words
    assert f"/disbursements/{payment.id}/withdrawal" in page.text and f"/disbursements/{payment.id}/payment" not in page.text
    withdraw_disbursement(actor=colleague, at=ON_DAY, disbursement=payment, reason="Registreres på ny")
    anew = register_disbursement(actor=third, at=ON_DAY, award=award, part="loan", amount_ore=400_000 * KRONE)
    approve_disbursement(actor=colleague, at=ON_DAY, disbursement=anew)
    assert [one.actor_id for one in postings(award)] == [third.id]
    bank.check()


def test_nothing_is_approved_in_the_name_of_who_has_left_finance(bank, award):
    payment, third = bank.register(award, 100_000), a_person_with(bank.pool, Role.FINANCE, department=bank.others)
    back = register_return_funding(actor=bank.finance, at=START, pool=bank.pool, source="Budget 2024", amount_ore=100, reason="Besluttet")
    deactivate_user(actor=an_administrator(bank.own), at=BEFORE, user=bank.finance)
    for person in (bank.finance_2, third):
        assert not can_approve_disbursement(person, payment)
        refused(Code.FOUR_EYES, approve_disbursement, actor=person, at=BEFORE, disbursement=payment)
        refused(Code.FOUR_EYES, approve_return_funding, actor=person, at=BEFORE, movement=back)
    refuse_disbursement(actor=third, at=BEFORE, disbursement=payment, reason="Registreres på ny")
    refuse_movement(actor=third, at=BEFORE, movement=back, reason="Registreres på ny")
    assert (payment.state, back.state) == ("refused", "refused")
