"""Ideas; beside them the calls that ask for some."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundbank.applications.models import Application
from fundbank.extensions import Base
from fundbank.ideas.models.calls import Call, LetIn, Need, NoNeeds
from fundbank.ideas.states import State
from fundbank.kit.columns import UtcDateTime
from fundbank.people.models import Department, User
from fundbank.pools.models import Pool


class Idea(Base):
    """What a department thinks of, in a few lines, and the application that was made of it."""

    __tablename__ = "ideas"
    __table_args__ = (
        Index(None, "pool_id", "id"),
        Index(None, "pool_id", "department_id", "id"),
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in State)})", name="state"),
        CheckConstraint("(state = 'applied') = (application_id IS NOT NULL)", name="applied_has_application"),
        CheckConstraint("(state = 'idea') = (ended_by_id IS NULL)", name="ended_by_somebody"),
        CheckConstraint("title <> ''", name="has_title"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    state: Mapped[str] = mapped_column(String(10), default=State.IDEA)
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text, doc="what, and why")
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), doc="who withdrew it, or applied with it")
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id"), unique=True)
    revision: Mapped[int] = mapped_column(default=1)

    pool: Mapped[Pool] = relationship()
    department: Mapped[Department] = relationship(lazy="joined")
    made_by: Mapped[User] = relationship(lazy="joined", foreign_keys=[made_by_id])
    application: Mapped[Application | None] = relationship()
    need: Mapped[Need | None] = relationship(back_populates="idea", lazy="joined")

    __mapper_args__ = {"version_id_col": revision}

    @property
    def municipality_id(self) -> int:
        """Whose it is."""
        return self.pool.municipality_id

    @property
    def is_unsent(self) -> bool:
        """Is it an answer to a call that its department has not sent?"""
        return self.need is not None and self.need.sent_at is None

    @property
    def is_sent(self) -> bool:
        """Is it an answer to a call that its department has sent, whatever became of it afterwards?"""
        return self.need is not None and self.need.sent_at is not None

    @property
    def is_answer(self) -> bool:
        """Does it answer a call, or may it still? Not once it has been withdrawn, or has become an application before it was sent."""
        return self.need is not None and (self.state == State.IDEA or (self.state == State.APPLIED and not self.is_unsent))


__all__ = ["Call", "Idea", "LetIn", "Need", "NoNeeds"]
