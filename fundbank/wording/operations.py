"""Wording the letters of a pool."""

from datetime import datetime

from fundbank.errors import N_, Incomplete, StaleVersion, require
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.language import LANGUAGES
from fundbank.kit.transaction import lock
from fundbank.people.models import User
from fundbank.pools.models import Pool
from fundbank.wording import permissions
from fundbank.wording.models import LetterWording
from fundbank.wording.queries import wording_of
from fundbank.wording.rules import LONGEST, Kind, check_placeholders


def word_letter(
    *, actor: User, at: datetime, pool: Pool, kind: Kind, language: str, opening: str, closing: str, based_on: int = 0
) -> LetterWording:
    """Let the pool's letters of one kind say this from now on, in one language. Letters that were sent stay as they are.

    ``based_on`` is the id of the wording that the change was made from, 0 for none. Raises NotAllowed, StaleVersion if another holds by
    now, UnknownPlaceholder, CprNumber, and Incomplete for a text that is too long, another language, or no change.
    """
    require(permissions.can_word_letters(actor, pool))
    lock(pool)
    current = wording_of(pool.id, kind, language)
    if based_on != (current.id if current else 0):
        raise StaleVersion()
    if language not in LANGUAGES:
        raise Incomplete(field="language")
    said = {"opening": opening.strip(), "closing": closing.strip()}
    for field, text in said.items():
        if len(text) > LONGEST:
            raise Incomplete(N_("This text is too long."), field=field)
        check_placeholders(text, kind, language, field=field)
    check_no_cpr_number(**said)
    before = (current.opening, current.closing) if current else ("", "")
    if (said["opening"], said["closing"]) == before:
        raise Incomplete(N_("Nothing has been changed."))
    wording = LetterWording(pool_id=pool.id, kind=kind, language=language, made_by_id=actor.id, made_at=at, **said)
    db.session.add(wording)
    db.session.flush()
    record(pool, "letter_worded", actor_id=actor.id, at=at, letter=str(kind), language=language, **said)
    return wording
