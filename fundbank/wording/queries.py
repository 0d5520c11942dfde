"""Every question about the words of letters."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from fundbank.extensions import db
from fundbank.wording.models import LetterWording
from fundbank.wording.rules import Kind


def wording_of(pool_id: int, kind: Kind, language: str) -> LetterWording | None:
    """What the pool's letters of this kind say in that language now, if anybody has said anything."""
    query = select(LetterWording).where(LetterWording.pool_id == pool_id, LetterWording.kind == kind, LetterWording.language == language)
    return db.session.scalar(query.order_by(LetterWording.id.desc()).limit(1))


def wordings(pool_id: int) -> dict[tuple[str, str], LetterWording]:
    """What holds now in the pool, by kind and language."""
    newest = select(func.max(LetterWording.id)).where(LetterWording.pool_id == pool_id).group_by(LetterWording.kind, LetterWording.language)
    query = select(LetterWording).options(joinedload(LetterWording.made_by)).where(LetterWording.id.in_(newest))
    return {(one.kind, one.language): one for one in db.session.scalars(query)}


def earlier_wordings(pool_id: int, kind: Kind, language: str, *, most: int) -> Sequence[LetterWording]:
    """The last ``most`` that were said of this kind in that language, the newest first."""
    query = select(LetterWording).where(LetterWording.pool_id == pool_id, LetterWording.kind == kind, LetterWording.language == language)
    return db.session.scalars(query.options(joinedload(LetterWording.made_by)).order_by(LetterWording.id.desc()).limit(most)).all()
