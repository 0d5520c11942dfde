"""Reporting and correcting realised gains, and sending a report back.

That they are verified concerns the claims made from them, and stands there (repayments).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fundbank.awards.models import Award
from fundbank.awards.operations import check_paid_out
from fundbank.awards.steps import start_realising
from fundbank.errors import N_, FourEyes, Incomplete, InvalidAmount, InvalidDate, WrongState, require
from fundbank.extensions import db
from fundbank.files.models import File
from fundbank.files.operations import Sent, attach_files, take_file_away
from fundbank.files.rules import name_of
from fundbank.gains.models import GainReport
from fundbank.gains.permissions import can_report_gain, can_verify_gain
from fundbank.gains.queries import current_report, evidence_so_far, verified_reports, waiting_correction
from fundbank.gains.rules import planned_keys
from fundbank.history.steps import record
from fundbank.kit.clock import local_date
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.money import LIMIT_ORE
from fundbank.kit.transaction import lock
from fundbank.ledger.steps.movements import check_reason
from fundbank.people.models import Department, User

EVIDENCE = "evidence"
REPLACED = N_("This report has been replaced by a later one.")


def check_report_gain(*, actor: User, at: datetime, award: Award, department: Department, year: int) -> None:
    """May the person report this gain now?

    Raises NotAllowed, WrongState before the award is paid out, closed, or once it is verified, InvalidDate before the year is over.
    """
    require(can_report_gain(actor, award, department))
    check_paid_out(award)
    earlier = current_report(award, department.id, year)
    if earlier is not None and earlier.is_verified:
        raise WrongState(N_("This gain has been verified. Correct it with a reason instead."))
    if year >= local_date(at).year:
        raise InvalidDate(N_("A gain is reported when its year is over, and %(year)s is not over yet."), field="year", year=str(year))


def report_gain(
    *,
    actor: User,
    at: datetime,
    award: Award,
    department: Department,
    year: int,
    amount_ore: int,
    cashable: bool = True,
    note: str = "",
    sent: Sequence[Sent] = (),
) -> GainReport:
    """Report a department's measured gain of a calendar year, in øre; a loss is negative. What was ``sent`` is evidence of it.

    Until it is verified a new report replaces the old, and has its evidence too. Raises what ``check_report_gain`` raises; InvalidAmount,
    CprNumber, UnfitFile.
    """
    lock(award)
    check_report_gain(actor=actor, at=at, award=award, department=department, year=year)
    return _report(actor, at, award, department, year, amount_ore, cashable, note, sent, current_report(award, department.id, year))


def check_correct_gain(*, actor: User, award: Award, department: Department, year: int) -> GainReport:
    """May the person correct this gain now, whether it has been claimed or not? Returns the verified report.

    Raises NotAllowed, WrongState for a gain that is not verified, or of an award that is closed.
    """
    require(can_report_gain(actor, award, department))
    check_paid_out(award)
    report = current_report(award, department.id, year)
    if report is None or not report.is_verified:
        raise WrongState(N_("This gain is not verified: a new report replaces it."))
    return report


def correct_gain(
    *,
    actor: User,
    at: datetime,
    award: Award,
    department: Department,
    year: int,
    amount_ore: int,
    cashable: bool,
    reason: str,
    sent: Sequence[Sent] = (),
) -> GainReport:
    """Report another figure for a verified gain. Until it is verified in turn the first one counts; a newer correction replaces it.

    Raises what ``check_correct_gain`` raises, InvalidAmount, CprNumber, UnfitFile, Incomplete without a reason.
    """
    lock(award)
    verified = check_correct_gain(actor=actor, award=award, department=department, year=year)
    if not reason.strip():
        raise Incomplete(N_("Write the reason for the correction."), field="reason")
    earlier = waiting_correction(award, department.id, year)
    return _report(actor, at, award, department, year, amount_ore, cashable, reason, sent, earlier, corrects=verified)


def take_evidence_away(*, actor: User, at: datetime, report: GainReport, file: File) -> None:
    """Say that a file is no evidence of what was reported. What finance has verified stays as it was, and so does an award that is closed.

    Raises NotAllowed, WrongState.
    """
    award = report.award
    lock(award)
    require(can_report_gain(actor, award, report.department) and file.id in report.evidence)
    check_paid_out(award)
    if any(file.id in one.evidence for one in verified_reports(award)):
        raise WrongState(N_("This gain has been verified with this file. Correct it with a reason instead."))
    take_file_away(actor_id=actor.id, at=at, subject=award, file=file)


def check_return_gain(*, actor: User, report: GainReport) -> None:
    """May the person send the report back? Raises NotAllowed, FourEyes for the reporter, WrongState unless it waits to be verified."""
    require(can_verify_gain(actor, report.award))
    if report.reported_by_id == actor.id:
        raise FourEyes()
    check_paid_out(report.award)
    check_newest(report)
    if report.is_verified:
        raise WrongState(N_("This gain has been verified."))


def return_gain(*, actor: User, at: datetime, report: GainReport, reason: str) -> None:
    """Send a report back to the department with a reason, so that it reports anew. Of a correction the verified figure goes on counting.

    Raises what ``check_return_gain`` raises, CprNumber, Incomplete without a reason.
    """
    lock(report.award)
    lock(report)
    check_return_gain(actor=actor, report=report)
    check_reason(reason)
    report.ended_at, report.returned_by_id, report.return_reason = at, actor.id, reason
    db.session.flush()
    record(report.award, "gain_returned", actor_id=actor.id, at=at, reason=reason, **details(report))


def check_newest(report: GainReport) -> None:
    """Raise WrongState for a figure that is no longer the one that counts: it is not what the person sees that would be changed."""
    if report.ended_at is not None:
        raise WrongState(REPLACED)


def _report(
    actor: User,
    at: datetime,
    award: Award,
    department: Department,
    year: int,
    amount_ore: int,
    cashable: bool,
    note: str,
    sent: Sequence[Sent],
    earlier: GainReport | None,
    *,
    corrects: GainReport | None = None,
) -> GainReport:
    if abs(amount_ore) >= LIMIT_ORE:
        raise InvalidAmount()
    check_no_cpr_number(**{"reason" if corrects else "note": note})
    for one in sent:
        check_no_cpr_number(files=name_of(one.name))
    if earlier is not None:
        earlier.ended_at = at
        db.session.flush()
    report = GainReport(
        award_id=award.id,
        pool_id=award.pool_id,
        department_id=department.id,
        year=year,
        amount_ore=amount_ore,
        cashable=cashable,
        note=note,
        evidence=_evidence(actor, at, award, department, year, sent),
        planned_keys=planned_keys(award.application.content, award.year_1, year=year, department_id=department.id),
        reported_by_id=actor.id,
        reported_at=at,
        corrects=corrects,
    )
    db.session.add(report)
    start_realising(actor=actor, at=at, award=award)
    record(
        award,
        "gain_corrected" if corrects or earlier else "gain_reported",
        actor_id=actor.id,
        at=at,
        reason=note,
        **details(report),
    )
    return report


def _evidence(actor: User, at: datetime, award: Award, department: Department, year: int, sent: Sequence[Sent]) -> list[int]:
    """The ids of what was sent, and of what the department had attached before to its reports of this year."""
    attached = attach_files(actor_id=actor.id, at=at, subject=award, sent=sent, purpose=EVIDENCE) if sent else []
    return [*evidence_so_far(award, department.id, year), *(file.id for file in attached)]


def details(report: GainReport) -> dict[str, Any]:
    """What the history says of a report."""
    return {
        "department_id": report.department_id, "year": report.year, "amount_ore": report.amount_ore, "cashable": report.cashable,
        **({"evidence": report.evidence} if report.evidence else {}),
    }  # fmt: skip
