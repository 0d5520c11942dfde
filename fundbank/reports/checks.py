"""Are the letters as they were sent? Recomputes the hash of each, and looks whether the triggers that keep them are there."""

from collections.abc import Mapping

from sqlalchemy import select, text
from sqlalchemy.orm import undefer

from fundbank.errors import N_
from fundbank.extensions import db
from fundbank.ledger.checks import IN_PLACE, Finding
from fundbank.reports.models import Letter, letter_hash

TRIGGERS: Mapping[str, frozenset[str]] = {
    "sqlite": frozenset({"letters_are_never_changed", "letters_are_never_deleted", "letters_are_never_replaced"}),
    "postgresql": frozenset({"letters_stay", "letters_are_not_emptied"}),
}


def check_letters(pool_id: int) -> list[Finding]:
    """What is wrong with the letters of a pool."""
    dialect = db.session.connection().dialect.name
    in_place = set(db.session.connection().scalars(text(IN_PLACE[dialect])))
    lost = N_("The database has lost the trigger %(trigger)s, which guards the letters.")
    findings = [Finding(lost, {"trigger": name}) for name in sorted(TRIGGERS[dialect] - in_place)]
    changed = N_("Letter %(number)s is not as it was sent: its hash does not match.")
    letters = select(Letter).options(undefer(Letter.pdf)).where(Letter.pool_id == pool_id).order_by(Letter.id)
    for letter in db.session.scalars(letters.execution_options(yield_per=100)):
        if letter_hash(letter.document, letter.pdf) != letter.hash:
            findings.append(Finding(changed, {"number": letter.id}))
    return findings
