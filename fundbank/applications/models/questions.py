"""What screening and the forum ask the department that applies, and what it answers."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundbank.extensions import Base
from fundbank.kit.columns import UtcDateTime
from fundbank.people.models import Department, User

if TYPE_CHECKING:
    from fundbank.applications.models import Application


class Question(Base):
    """What somebody asked of a version. It stays as it was asked: who wants to know more asks again.

    One that ``is_return`` came with what returned the application, and is answered before it is signed again.
    """

    __tablename__ = "questions"
    __table_args__ = (CheckConstraint("text <> ''", name="text"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    version_number: Mapped[int]
    asker_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    is_return: Mapped[bool]
    text: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)

    application: Mapped["Application"] = relationship()
    asker: Mapped[User] = relationship(lazy="joined")
    answers: Mapped[list["QuestionAnswer"]] = relationship(order_by="QuestionAnswer.id", lazy="selectin")


class QuestionAnswer(Base):
    """What a writer of the department answers. It stays as it was written: another one may follow."""

    __tablename__ = "question_answers"
    __table_args__ = (CheckConstraint("text <> ''", name="text"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), doc="the one that applied, as they wrote it")
    text: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)

    author: Mapped[User] = relationship(lazy="joined")
    department: Mapped[Department] = relationship(lazy="joined")
