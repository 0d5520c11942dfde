"""The chain of seals of each municipality, and its end."""

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fundbank.extensions import Base


class Seal(Base):
    """What one unit of work has written, as JSON (``chain``). Added alone, never changed."""

    __tablename__ = "seals"

    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, doc="1, 2, 3 … within the municipality, without a gap")
    content: Mapped[str] = mapped_column(Text)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class SealHead(Base):
    """The end of a municipality's chain: locked while a seal is added. ``layout`` says which tables and columns the last one knew."""

    __tablename__ = "seal_heads"

    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(default=0)
    hash: Mapped[str] = mapped_column(String(64), default="")
    layout: Mapped[str] = mapped_column(String(64), default="")
