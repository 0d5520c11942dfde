"""Jobs and mails, as rows: what is in the database is done, whoever is killed meanwhile."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from fundbank.extensions import Base
from fundbank.kit.columns import SECRET, UtcDateTime
from fundbank.outbox.states import State

OPEN = text("done_at IS NULL AND given_up_at IS NULL")


class Job(Base):
    """Something to be done once, not before ``run_at``. ``key`` is the business fact: who asks for it a second time asks for nothing.

    ``lease_until`` and ``token`` say who is at it: a worker that is killed is waited for until then, and what it says later counts no more.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_open", "run_at", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index(None, "given_up_at"),
        CheckConstraint("done_at IS NULL OR given_up_at IS NULL", name="one_end"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(200), unique=True)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipalities.id"), doc="none: of the whole installation")
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    run_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    token: Mapped[str | None] = mapped_column(String(36))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    given_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(Text, default="", doc="what went wrong the last time")


class Mail(Base):
    """A mail to one person: what it says, and what became of it.

    ``items`` are what it tells: a sentence, what its link is called, and where the link leads. Where one link is a secret it stands in
    ``secret`` until the mail is sent, and nowhere afterwards. Of several with one ``topic`` only the newest is sent.
    """

    __tablename__ = "mails"
    __table_args__ = (
        Index(None, "municipality_id", "id"),
        Index(None, "user_id", "state", "id"),
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in State)})", name="state"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_moment"),
        CheckConstraint("secret IS NULL OR state IN ('waiting', 'failed')", name="secret_until_sent"),
        CheckConstraint("(state = 'gathered') = (gathered_in_id IS NOT NULL)", name="gathered_in_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True, doc="the business fact: nobody is told it twice")
    message_id: Mapped[str] = mapped_column(String(32), unique=True, doc="the same each time that it is tried")
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    address: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2))
    subject: Mapped[str] = mapped_column(String(200))
    items: Mapped[list[list[str]]] = mapped_column(JSON)
    topic: Mapped[str] = mapped_column(String(100), default="")
    secret: Mapped[str | None] = mapped_column(Text, info={SECRET: True})
    state: Mapped[str] = mapped_column(String(10))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    gathered_in_id: Mapped[int | None] = mapped_column(ForeignKey("mails.id"), doc="the day's mail in which it stands")
    error: Mapped[str] = mapped_column(Text, default="")
