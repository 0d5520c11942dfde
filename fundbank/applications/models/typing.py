"""What is typed in the steps of an application, until it is part of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from fundbank.extensions import Base
from fundbank.kit.columns import UtcDateTime


class TypedText(Base):
    """What is typed in a step and is no part of the application yet, or stands beside that because two wrote at once (rules.typing).

    It goes with the step's next save, and when the application is handed in or withdrawn.
    """

    __tablename__ = "typed_texts"
    __table_args__ = (
        Index(None, "application_id", "topic"),
        Index(
            "uq_typed_texts_standing", "application_id", "name", unique=True,
            sqlite_where=text("stands"), postgresql_where=text("stands"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    topic: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(60), doc="the field's")
    text: Mapped[str] = mapped_column(Text)
    stands: Mapped[bool] = mapped_column(doc="does the step show it, or does it stand beside what the step shows?")
    writer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), doc="None: it stood in the application")
    typed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pen: Mapped[str] = mapped_column(String(16), default="", doc="the page that it was typed in")
    turn: Mapped[int] = mapped_column(default=0, doc="how often that page had sent something")
