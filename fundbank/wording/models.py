"""The words of a pool's letters, as they were from one moment on."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundbank.extensions import Base
from fundbank.kit.columns import UtcDateTime
from fundbank.people.models import User
from fundbank.wording.rules import LONGEST, Kind


class LetterWording(Base):
    """What a kind of letter says in one language beside its facts. Never changed: the newest row holds, and the earlier ones tell what did.

    ``opening`` stands after the sentence that says what was decided or claimed, ``closing`` before the signature. Both empty: nothing.
    """

    __tablename__ = "letter_wordings"
    __table_args__ = (
        Index(None, "pool_id", "kind", "language", "id"),
        CheckConstraint(f"kind IN ({', '.join(repr(str(kind)) for kind in Kind)})", name="kind"),
        CheckConstraint(f"length(opening) <= {LONGEST} AND length(closing) <= {LONGEST}", name="length"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"))
    kind: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(2))
    opening: Mapped[str] = mapped_column(Text, default="")
    closing: Mapped[str] = mapped_column(Text, default="")
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    made_by: Mapped[User] = relationship()
