"""Verifying what a department has reported, or corrected: a corrected gain makes the claim of its year again (domain.md §8)."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from fundbank.awards.models import Award
from fundbank.awards.operations import check_known, check_paid_out
from fundbank.errors import N_, AlreadyPosted, FourEyes, StaleVersion, WrongState, require
from fundbank.gains.models import GainReport
from fundbank.gains.operations import REPLACED, details
from fundbank.gains.permissions import can_verify_gain
from fundbank.gains.queries import current_report, evidence_of, waiting_correction
from fundbank.gains.steps import confirm, keep_claim
from fundbank.history.steps import record
from fundbank.kit.transaction import lock
from fundbank.ledger.queries import award_balances
from fundbank.people.models import Department, User
from fundbank.repayments.operations.claims import gains_of, pays_the_rest, planned_of_term
from fundbank.repayments.queries import claim_of_year, lines_of
from fundbank.repayments.rules import Again, Line, made_again, with_dues
from fundbank.repayments.steps.entries import correct_claim, set_off


def check_verify_gain(*, actor: User, award: Award, department: Department, year: int) -> GainReport:
    """May the person verify the gain now? Returns its report, or the correction that waits.

    Raises NotAllowed, FourEyes for who reported or corrected it, WrongState when there is nothing to verify, AlreadyPosted the second time,
    AwaitsClosing where it would make claims again of an award on which an open meeting has decided.
    """
    require(can_verify_gain(actor, award))
    report = waiting_correction(award, department.id, year) or current_report(award, department.id, year)
    if report is not None and report.reported_by_id == actor.id:
        raise FourEyes()
    check_paid_out(award)
    if report is None:
        raise WrongState()
    if report.is_verified:
        raise AlreadyPosted(N_("This gain has been verified."))
    if work_out_correction(report):
        check_known(award)
    return report


class Seen(NamedTuple):
    """What somebody has read before they verify: the report with this id, and how many pieces of evidence of it; no more can come to it."""

    report_id: int
    evidence: int | None


def verify_gain(
    *, actor: User, at: datetime, award: Award, department: Department, year: int, seen: Seen | None = None
) -> GainReport:  # fmt: skip
    """Confirm a reported gain. One that corrects another takes its place, and the claim of its year is made again.

    ``seen`` is what the person read. Raises what ``check_verify_gain`` raises, WrongState for a report that has been replaced since,
    StaleVersion for evidence that has been taken away.
    """
    lock(award)
    report = check_verify_gain(actor=actor, award=award, department=department, year=year)
    if seen is not None and seen.report_id != report.id:
        raise WrongState(REPLACED)
    if seen is not None and seen.evidence != len(evidence_of([report.evidence])):
        raise StaleVersion(N_("Evidence has been taken away since you opened the page. Look at the gain again before you verify it."))
    worked_out = work_out_correction(report)
    confirm(report, actor_id=actor.id, at=at)
    record(award, "gain_verified", actor_id=actor.id, at=at, **details(report))
    for lines, again in worked_out:
        claim = claim_of_year(award, again.year)
        assert claim is not None, "only a year that has been claimed is claimed again"  # noqa: S101  (an invariant)
        if again.year == year:
            keep_claim([report], claim.id)
        of_year = {line.department_id: line for line in lines if line.year == again.year}
        correct_claim(actor=actor, at=at, claim=claim, again=again, report_id=report.id, lines=of_year)
    if worked_out:
        set_off(actor=actor, at=at, award=award)
    return report


def work_out_correction(report: GainReport) -> list[tuple[Sequence[Line], Again]]:
    """What a correction would make of the claims: each that is made again, with the lines as they stood before it.

    That of its own year, and under ``department_pays`` the last year's, which takes what the correction leaves open. Nothing where no claim
    was made from the gain.
    """
    award = report.award
    if report.corrects_id is None or award.basis != "realised" or award.share is None:
        return []
    sharing = {part.department_id for part in award.participants}
    lines: Sequence[Line] = lines_of(award)
    claimed = {line.year for line in lines}
    if report.department_id not in sharing or report.year not in claimed:
        return []
    outstanding_ore = award_balances(award.id).loan_ore
    later = award.last_year if award.shortfall == "department_pays" and award.last_year in claimed else None
    worked_out = []
    for year in dict.fromkeys(year for year in (report.year, later) if year is not None):
        again = made_again(
            lines,
            outstanding_ore=outstanding_ore,
            year=year,
            gains=gains_of(award, year, instead=report),
            share=award.share,
            last_year_rest=pays_the_rest(award, year),
            planned_weights=planned_of_term(award),
        )
        worked_out.append((lines, again))
        lines = with_dues(lines, again)
    return worked_out
