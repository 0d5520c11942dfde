"""Help that a department asks of the pool's advisers while it writes, and what they advise."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundbank.applications.rules.content import Content
from fundbank.extensions import Base
from fundbank.kit.columns import UtcDateTime
from fundbank.people.models import User
from fundbank.pools.models import Pool

if TYPE_CHECKING:
    from fundbank.applications.models import Application


class AdviceRequest(Base):
    """What a writer asks the advisers, and what the application said then: that they read, and nothing that is written afterwards."""

    __tablename__ = "advice_requests"
    __table_args__ = (CheckConstraint("text <> ''", name="text"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    content_json: Mapped[dict[str, Any]] = mapped_column("content", JSON)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date]

    application: Mapped["Application"] = relationship()
    pool: Mapped[Pool] = relationship()
    asked_by: Mapped[User] = relationship(lazy="joined")
    advice: Mapped[list["Advice"]] = relationship(order_by="Advice.id", lazy="selectin")

    @property
    def content(self) -> Content:
        """What the application said when advice was asked for."""
        return Content.from_json(self.content_json)


class Advice(Base):
    """What an adviser found of each of the six checks, and says. It stays as it was given: more may follow."""

    __tablename__ = "advice"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("advice_requests.id"), index=True)
    adviser_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    results: Mapped[dict[str, str]] = mapped_column(JSON, doc="by check, the code of a Found")
    comments: Mapped[dict[str, str]] = mapped_column(JSON, doc="by check, where something was said")
    text: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)

    adviser: Mapped[User] = relationship(lazy="joined")
