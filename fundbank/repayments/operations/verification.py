"""Verifying what a department has reported (domain.md §8)."""

from datetime import datetime

from fundbank.awards.models import Award
from fundbank.awards.operations import check_paid_out
from fundbank.errors import N_, FourEyes, WrongState, require
from fundbank.gains.models import GainReport
from fundbank.gains.operations import details
from fundbank.gains.permissions import can_verify_gain
from fundbank.gains.queries import current_report
from fundbank.history.steps import record
from fundbank.kit.transaction import lock
from fundbank.people.models import Department, User


def check_verify_gain(*, actor: User, award: Award, department: Department, year: int) -> GainReport:
    """May the person verify the gain now? Returns its report.

    Raises NotAllowed, FourEyes for the reporter, WrongState when there is nothing to verify.
    """
    require(can_verify_gain(actor, award))
    report = current_report(award, department.id, year)
    if report is not None and report.reported_by_id == actor.id:
        raise FourEyes()
    check_paid_out(award)
    if report is None:
        raise WrongState()
    if report.is_verified:
        raise WrongState(N_("This gain has been verified."))
    return report


def verify_gain(*, actor: User, at: datetime, award: Award, department: Department, year: int) -> GainReport:
    """Confirm a reported gain. Raises what ``check_verify_gain`` raises."""
    lock(award)
    report = check_verify_gain(actor=actor, award=award, department=department, year=year)
    report.verified_by_id, report.verified_at = actor.id, at
    record(award, "gain_verified", actor_id=actor.id, at=at, **details(report))
    return report
