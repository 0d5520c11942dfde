"""The letters, as they were sent."""

from datetime import UTC, datetime
from hashlib import sha256
from json import dumps
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundbank.extensions import Base
from fundbank.kit.columns import UtcDateTime
from fundbank.meetings.models import Decision
from fundbank.people.models import Department
from fundbank.repayments.models import ClaimEntry, ClaimLine


class Letter(Base):
    """A letter to a department, made as the event happened that it tells of. Triggers keep it: it is never changed and never deleted.

    ``document`` is what it says, in blocks (reports.blocks), in the addressee's language; ``pdf`` is the same on paper. Where several tell
    of one thing, the newest replaces the others.
    """

    __tablename__ = "letters"
    __table_args__ = (
        Index(None, "decision_id", "id"),
        Index(None, "claim_line_id", "id"),
        Index(None, "pool_id", "id"),
        CheckConstraint("(decision_id IS NULL) <> (claim_line_id IS NULL)", name="tells_of_one_thing"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"))
    event: Mapped[str] = mapped_column(String(40), doc="what happened, by the history's code")
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"))
    claim_line_id: Mapped[int | None] = mapped_column(ForeignKey("claim_lines.id"))
    claim_entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("claim_entries.id"), index=True, doc="what changed the line since the letter before"
    )
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), doc="to whom")
    language: Mapped[str] = mapped_column(String(2))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, doc="when it happened, and the letter's day")
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime, doc="later than that where an upgrade made it afterwards")
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    pdf: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    hash: Mapped[str] = mapped_column(String(64))

    decision: Mapped[Decision | None] = relationship()
    line: Mapped[ClaimLine | None] = relationship()
    entry: Mapped[ClaimEntry | None] = relationship()
    department: Mapped[Department] = relationship()

    @property
    def is_afterwards(self) -> bool:
        """Was it made by an upgrade, from what was known then?"""
        return self.kept_at > self.made_at


def letter_hash(letter: Letter) -> str:
    """The SHA-256 of a letter: of what it tells and whom, in which language and when, of what it says, and of its paper."""
    tells = [letter.pool_id, letter.event, letter.decision_id, letter.claim_line_id, letter.department_id, letter.language]
    if letter.claim_entry_id is not None:  # those from before there were any have their hashes already
        tells.append(letter.claim_entry_id)
    said = [*tells, *(at.astimezone(UTC).isoformat() for at in (letter.made_at, letter.kept_at)), letter.document]
    return sha256(dumps(said, sort_keys=True, ensure_ascii=False).encode() + b"\n" + letter.pdf).hexdigest()
