"""Reporting, replacing, verifying and correcting gains (domain.md §8)."""

import pytest
from sqlalchemy import select

from fundbank.awards.states import State
from fundbank.errors import AlreadyPosted, FourEyes, Incomplete, InvalidAmount, NotAllowed, WrongState
from fundbank.extensions import db
from fundbank.gains.models import GainReport
from fundbank.gains.operations import correct_gain, report_gain, return_gain
from fundbank.gains.queries import current_report, current_reports, page_of_reports, returned_reports, unverified_reports
from fundbank.kit.clock import local_date
from fundbank.kit.money import LIMIT_ORE
from fundbank.pools.operations import give_role
from fundbank.pools.roles import Role
from fundbank.repayments.operations.verification import verify_gain
from fundbank.repayments.queries.waiting import missing_gains
from tests.integration.awards.bank import KRONE, LATER, START


def test_the_first_report_moves_the_award_on_and_a_new_one_replaces_it(bank, award):
    bank.gain(award, bank.own, 2025, 100, verified=False)
    assert award.state == State.REALISING
    bank.gain(award, bank.own, 2025, 200, verified=False)
    assert current_report(award, bank.own.id, 2025).amount_ore == 200
    assert db.session.scalars(select(GainReport.amount_ore).order_by(GainReport.id)).all() == [100, 200]
    assert [report.amount_ore for report in unverified_reports(bank.pool.id).rows] == [200]


def test_a_verified_gain_takes_a_correction_with_a_reason_and_counts_until_that_is_verified(bank, award):
    bank.gain(award, bank.own, 2025, 100)
    with pytest.raises(WrongState):
        bank.gain(award, bank.own, 2025, 200, verified=False)
    new = {
        "actor": bank.leader, "at": LATER, "award": award, "department": bank.own, "year": 2025, "amount_ore": 300, "cashable": True,
    }  # fmt: skip
    with pytest.raises(Incomplete):
        correct_gain(**new, reason=" ")
    corrected = correct_gain(**new, reason="Talt igen")
    assert not corrected.is_verified
    assert current_report(award, bank.own.id, 2025).amount_ore == 100
    newer = correct_gain(**{**new, "amount_ore": 400}, reason="Talt en gang til")
    assert corrected.ended_at is not None
    verify_gain(actor=bank.finance, at=LATER, award=award, department=bank.own, year=2025)
    assert current_report(award, bank.own.id, 2025).id == newer.id
    assert [row.amount_ore for row in current_reports(award)] == [400]


def test_finance_sends_a_report_back_with_a_reason(bank, award):
    bank.gain(award, bank.own, 2025, 100, verified=False)
    report = current_report(award, bank.own.id, 2025)
    for person, refusal in ((bank.leader, NotAllowed), (bank.auditor, NotAllowed)):
        with pytest.raises(refusal):
            return_gain(actor=person, at=LATER, report=report, reason="Uklart")
    with pytest.raises(Incomplete):
        return_gain(actor=bank.finance, at=LATER, report=report, reason=" ")
    return_gain(actor=bank.finance, at=LATER, report=report, reason="Uklart")
    assert current_report(award, bank.own.id, 2025) is None
    assert [row.return_reason for row in returned_reports(award)] == ["Uklart"]
    with pytest.raises(WrongState):
        return_gain(actor=bank.finance, at=LATER, report=report, reason="Uklart")
    bank.gain(award, bank.own, 2025, 200)
    assert returned_reports(award) == []


def test_a_gain_keeps_the_claim_that_was_made_from_it(bank, award):
    bank.gain(award, bank.own, 2025, 100)
    bank.gain(award, bank.others, 2025, 200)
    bank.gain(award, bank.own, 2026, 300)
    claim = bank.claim(award, 2025)
    kept = {(report.department_id, report.year): report.claim_id for report in current_reports(award)}
    assert kept == {(bank.own.id, 2025): claim.id, (bank.others.id, 2025): claim.id, (bank.own.id, 2026): None}
    new = {"actor": bank.leader, "at": LATER, "award": award, "department": bank.own, "amount_ore": 1, "cashable": True, "reason": "Ny"}
    correct_gain(**new, year=2025)
    report = verify_gain(actor=bank.finance, at=LATER, award=award, department=bank.own, year=2025)
    assert report.claim_id == claim.id
    assert correct_gain(**new, year=2026).claim_id is None


def test_a_claim_that_follows_the_plan_uses_no_gain(bank):
    award = bank.award(loan=600_000, basis="planned")
    bank.pay_out(award, 600_000)
    bank.gain(award, bank.own, 2025, 100)
    bank.claim(award, 2025)
    assert [report.claim_id for report in current_reports(award)] == [None]


def test_who_reports_and_who_verifies(bank, award):
    for person, department in ((bank.applicant, bank.own), (bank.leader, bank.others), (bank.finance, bank.own), (bank.auditor, bank.own)):
        with pytest.raises(NotAllowed):
            report_gain(actor=person, at=LATER, award=award, department=department, year=2025, amount_ore=1)
    give_role(actor=None, at=START, pool=bank.pool, user=bank.leader, role=Role.FINANCE)
    bank.gain(award, bank.own, 2025, 100, verified=False)
    with pytest.raises(FourEyes):
        verify_gain(actor=bank.leader, at=LATER, award=award, department=bank.own, year=2025)
    with pytest.raises(NotAllowed):
        verify_gain(actor=bank.coordinator, at=LATER, award=award, department=bank.own, year=2025)
    verify_gain(actor=bank.finance, at=LATER, award=award, department=bank.own, year=2025)
    with pytest.raises(AlreadyPosted):
        verify_gain(actor=bank.finance, at=LATER, award=award, department=bank.own, year=2025)


def test_what_cannot_be_reported(bank):
    award = bank.award(loan=600_000)
    with pytest.raises(WrongState):  # nothing is paid out
        bank.gain(award, bank.own, 2025, 100)
    bank.pay_out(award, 600_000)
    with pytest.raises(InvalidAmount):
        bank.gain(award, bank.own, 2025, LIMIT_ORE)
    with pytest.raises(WrongState):  # nobody has reported
        verify_gain(actor=bank.finance, at=LATER, award=award, department=bank.own, year=2025)


def test_years_that_are_over_without_a_report(bank, award):
    bank.gain(award, bank.own, 2025, 200_000 * KRONE)
    missing = [(year, department.name) for year, department, _award in missing_gains(bank.pool.id, local_date(LATER)).rows]
    assert missing == [(2025, "Øvrige forvaltninger")]


def test_a_department_pages_through_what_concerns_it_alone(bank, award):
    """Narrowed before a page is cut off: newer gains of others would else leave the page empty."""
    bank.gain(award, bank.others, 2025, 100)
    alone = bank.award(loan=100_000, departments=[bank.own])
    bank.pay_out(alone, 100_000)
    for year in (2025, 2026):
        bank.gain(alone, bank.own, year, 200)
    bank.gain(award, bank.own, 2025, 300, verified=False)
    bank.gain(alone, bank.own, 2027, 400, verified=False)
    found = {unit: page_of_reports(bank.pool.id, seen_from=unit, limit=1) for unit in (None, bank.own, bank.others)}
    assert {unit: [report.amount_ore for report in page] for unit, page in found.items()} == {
        None: [200, 200], bank.own: [200, 200], bank.others: [100],
    }  # fmt: skip
    waiting = {unit: [report.amount_ore for report in unverified_reports(bank.pool.id, seen_from=unit).rows] for unit in found}
    assert waiting == {None: [300, 400], bank.own: [300, 400], bank.others: [300]}
