"""Evidence of a reported gain: files that are kept with the award, go with the report, and stay once finance has verified it."""

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select, update

from fundbank import checks
from fundbank.errors import Code, NotAllowed, WrongState
from fundbank.extensions import db
from fundbank.files.models import File
from fundbank.files.operations import Sent
from fundbank.gains.models import GainReport
from fundbank.gains.operations import correct_gain, report_gain, return_gain, take_evidence_away
from fundbank.gains.queries import evidence_of
from fundbank.kit.cpr import CprNumber
from fundbank.repayments.operations.ending import close_award
from fundbank.repayments.operations.verification import Seen, verify_gain
from tests.annexes import PDF
from tests.integration.applications.office import field_error, form_of
from tests.integration.applications.writing import save
from tests.integration.awards.bank import LATER, Bank
from tests.web import Client, Response


def sent(*names: str) -> list[Sent]:
    return [Sent(name, BytesIO(PDF)) for name in names]


def report(bank: Bank, award: Any, *names: str, **more: Any) -> GainReport:
    values = {"actor": bank.leader, "at": LATER, "award": award, "department": bank.own, "year": 2025, "amount_ore": 100} | more
    return report_gain(**values, sent=sent(*names))


def files_of(report: GainReport) -> list[str]:
    return [file.name for file in evidence_of([report.evidence]).values()]


def send(client: Client, address: str, *files: tuple[str, bytes], **more: Any) -> Response:
    data = {"amount": "100", "cashable": "yes", "files": [(BytesIO(content), name) for name, content in files], **more}
    answer = client.submit(address, data, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()
    return answer


def faults() -> list[str]:
    return [str(fault) for fault in checks.check(db.session.connection())]


def test_a_gain_is_reported_with_evidence_that_finance_takes_home(bank, award, client):
    client.sign_in(bank.leader)
    answer = send(
        client, f"/awards/{award.id}/gains/new", ("Måling.pdf", PDF), department=str(bank.own.id), year="2025", note="Talt"
    )  # fmt: skip
    assert answer.status_code == 303
    (reported,) = db.session.scalars(select(GainReport))
    assert files_of(reported) == ["Måling.pdf"] and not faults()
    client.sign_in(bank.finance)
    for page in (f"/gains/{reported.id}/verification", f"/gains/{reported.id}/return", f"/awards/{award.id}"):
        assert f"/gains/{reported.id}/evidence/{reported.evidence[0]}" in client.get(page).text
    taken = client.get(f"/gains/{reported.id}/evidence/{reported.evidence[0]}")
    assert taken.data == PDF and taken.headers["Content-Disposition"].startswith("attachment")
    taken.close()
    assert "/remove" not in client.get(f"/awards/{award.id}").text, "finance takes nothing away"


def test_what_cannot_be_taken_is_refused_at_the_field_and_nothing_is_reported(bank, award, client):
    client.sign_in(bank.leader)
    page = f"/awards/{award.id}/gains/new"
    answer = send(client, page, ("a.exe", b"MZ"), department=str(bank.own.id), year="2025", note="Talt sammen")
    assert (answer.status_code, answer.code) == (422, Code.INCOMPLETE)
    assert "of a kind that cannot be attached" in field_error(answer.text, "files") and "Talt sammen" in answer.text
    with pytest.raises(CprNumber):
        report(bank, award, "Sag 010190-1234.pdf")
    db.session.rollback()
    assert not db.session.scalars(select(GainReport)).all()


def test_a_new_report_has_what_the_one_before_had_also_when_finance_sent_it_back(bank, award):
    first = report(bank, award, "a.pdf")
    second = report(bank, award, "b.pdf")
    return_gain(actor=bank.finance, at=LATER, report=second, reason="Hvordan?")
    third = report(bank, award, "c.pdf")
    assert [files_of(one) for one in (first, second, third)] == [["a.pdf"], ["a.pdf", "b.pdf"], ["a.pdf", "b.pdf", "c.pdf"]]
    assert not files_of(report(bank, award, year=2024)), "another year's is another's"
    assert not faults()


def test_what_was_attached_by_mistake_is_taken_away_until_it_is_verified(bank, award, client):
    reported = report(bank, award, "forkert.pdf", "god.pdf")
    wrong, good = evidence_of([reported.evidence]).values()
    client.sign_in(bank.leader)
    assert "forkert.pdf" in client.get(f"/awards/{award.id}").text
    assert client.submit(f"/gains/{reported.id}/evidence/{wrong.id}/remove").status_code == 303
    assert files_of(reported) == ["god.pdf"] and client.get(f"/gains/{reported.id}/evidence/{wrong.id}").status_code == 404
    verify_gain(actor=bank.finance, at=LATER, award=award, department=bank.own, year=2025)
    assert client.submit(f"/gains/{reported.id}/evidence/{good.id}/remove").code == Code.WRONG_STATE
    corrected = correct_gain(
        actor=bank.leader,
        at=LATER,
        award=award,
        department=bank.own,
        year=2025,
        amount_ore=5,
        cashable=True,
        reason="Nyt",
        sent=sent("c.pdf"),
    )
    with pytest.raises(WrongState):
        take_evidence_away(actor=bank.leader, at=LATER, report=corrected, file=good)
    assert files_of(corrected) == ["god.pdf", "c.pdf"], "taken away, what the first figure rests on would be gone"
    assert f"/gains/{corrected.id}/evidence/{corrected.evidence[-1]}/remove" in client.get(f"/awards/{award.id}").text
    take_evidence_away(actor=bank.leader, at=LATER, report=corrected, file=db.session.get(File, corrected.evidence[-1]))
    assert files_of(corrected) == ["god.pdf"] and not faults()


def test_finance_verifies_the_evidence_that_it_has_seen(bank, award, client):
    reported = report(bank, award, "a.pdf", "b.pdf")
    page = f"/gains/{reported.id}/verification"
    client.sign_in(bank.finance)
    seen = form_of(client.get(page).text)
    take_evidence_away(actor=bank.leader, at=LATER, report=reported, file=db.session.get(File, reported.evidence[0]))
    db.session.commit()
    refused = client.submit(page, seen)
    assert refused.code == Code.STALE_VERSION and "Evidence has been taken away since you opened the page." in refused.words
    assert not reported.is_verified
    now = form_of(client.get(page).text)
    second = report(bank, award, year=2025, amount_ore=200)
    with pytest.raises(WrongState):  # the page was opened before it came
        verify_gain(actor=bank.finance, at=LATER, award=award, department=bank.own, year=2025, seen=Seen(reported.id, 1))
    db.session.commit()
    assert client.submit(page, now).code == Code.WRONG_STATE
    assert save(client, f"/gains/{second.id}/verification").status_code == 303


def test_what_was_reported_of_an_award_that_is_closed_keeps_its_evidence(bank):
    award = bank.award(grant=100_000)
    bank.pay_out(award, 100_000, "grant")
    reported = report(bank, award, "a.pdf")
    close_award(actor=bank.coordinator, at=LATER, award=award)
    with pytest.raises(WrongState):
        take_evidence_away(actor=bank.leader, at=LATER, report=reported, file=db.session.get(File, reported.evidence[0]))
    assert files_of(reported) == ["a.pdf"]


def test_nobody_else_takes_evidence_away_and_no_other_file_can_be_named(bank, award):
    reported, other = report(bank, award, "a.pdf"), report(bank, award, "b.pdf", year=2024)
    mine, theirs = (evidence_of([one.evidence]).popitem()[1] for one in (reported, other))
    for actor, file in ((bank.finance, mine), (bank.leader, theirs)):
        with pytest.raises(NotAllowed):
            take_evidence_away(actor=actor, at=LATER, report=reported, file=file)


def test_evidence_of_an_award_that_one_may_not_see_is_not_there(bank, client):
    award = bank.award(loan=600_000, departments=[bank.own])
    bank.pay_out(award, 600_000)
    reported = report(bank, award, "a.pdf")
    client.sign_in(bank.leader_of_others)
    assert client.get(f"/gains/{reported.id}/evidence/{reported.evidence[0]}").status_code == 404


def test_the_check_finds_evidence_that_was_exchanged(bank, award):
    reported, other = report(bank, award, "a.pdf"), report(bank, award, "b.pdf", year=2024)
    db.session.execute(update(GainReport).where(GainReport.id == reported.id).values(evidence=other.evidence))
    assert any("evidence" in fault for fault in faults())
