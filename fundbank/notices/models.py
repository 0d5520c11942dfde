"""What people have chosen, and where they read their calendar."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from fundbank.extensions import Base
from fundbank.kit.columns import UtcDateTime
from fundbank.notices.rules import Choice


class MailChoice(Base):
    """How a person wants to be told. Whoever has no row is told at once."""

    __tablename__ = "mail_choices"
    __table_args__ = (CheckConstraint(f"choice IN ({', '.join(repr(str(choice)) for choice in Choice)})", name="choice"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, autoincrement=False)
    choice: Mapped[str] = mapped_column(String(10))


class CalendarAddress(Base):
    """The secret address under which a person's calendar is read without signing in. Only its hash is kept."""

    __tablename__ = "calendar_addresses"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, autoincrement=False)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
