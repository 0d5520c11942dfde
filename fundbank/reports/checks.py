"""Are the letters there, and as they were sent? Recomputes the hash of each, and looks whether the triggers that keep them are there."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import undefer

from fundbank.errors import N_
from fundbank.extensions import db
from fundbank.kit import triggers
from fundbank.ledger.checks.findings import Finding
from fundbank.reports import queries
from fundbank.reports.models import Letter, letter_hash

TRIGGERS: Mapping[str, frozenset[str]] = {
    "sqlite": frozenset({"letters_are_never_changed", "letters_are_never_deleted", "letters_are_never_replaced"}),
    "postgresql": frozenset({"letters_stay", "letters_are_not_emptied (once a statement)"}),
}


def check_letters(pool_id: int) -> list[Finding]:
    """What is wrong with the letters of a pool."""
    lost = N_("The database has lost the trigger %(trigger)s, which guards the letters.")
    findings = [Finding(lost, {"trigger": name}) for name in triggers.missing(TRIGGERS)]
    changed = N_("Letter %(number)s is not as it was sent: its hash does not match.")
    numbers = db.session.scalars(select(Letter.id).where(Letter.pool_id == pool_id).order_by(Letter.id)).all()
    findings += [Finding(changed, {"number": number}) for number in numbers if not _is_as_it_was_sent(number)]
    return findings + _missing(pool_id)


def _is_as_it_was_sent(number: int) -> bool:
    try:
        letter = db.session.get_one(Letter, number, options=[undefer(Letter.pdf)], populate_existing=True)
        return letter_hash(letter) == letter.hash
    except (ValueError, TypeError):  # what somebody put there is no letter: no JSON, no moment, a paper of text
        return False


def _missing(pool_id: int) -> list[Finding]:
    """An upgrade may have been cut off before its last step, or somebody has put the trigger back afterwards."""
    of_decision = N_("Decision %(number)s has no letter. The command fundbank upgrade makes what is missing.")
    of_line = N_("Claim line %(number)s has no letter. The command fundbank upgrade makes what is missing.")
    decisions = [decision for decision in queries.decisions_without_letter() if decision.application.pool_id == pool_id]
    lines = [line for line in queries.lines_without_letter() if line.claim.pool_id == pool_id]
    of_entry = N_("Entry %(number)s of a claim has no letter. The command fundbank upgrade makes what is missing.")
    entries = [entry for entry in queries.entries_without_letter() if entry.line.claim.pool_id == pool_id]
    return [
        *(Finding(of_entry, {"number": entry.id}) for entry in entries),
        *(Finding(of_decision, {"number": decision.id}) for decision in decisions),
        *(Finding(of_line, {"number": line.id}) for line in lines),
    ]
