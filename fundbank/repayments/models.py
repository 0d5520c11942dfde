"""Claims with a line for each department, and the repayments that settle them."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundbank.awards.models import Award
from fundbank.extensions import Base
from fundbank.kit.columns import UtcDateTime
from fundbank.ledger.models import Transfer
from fundbank.people.models import Department, User
from fundbank.pools.models import Pool


class Claim(Base):
    """What the pool claims for one year of a loan. ``cap_ore`` was outstanding and not yet claimed when it was made."""

    __tablename__ = "claims"
    __table_args__ = (UniqueConstraint("award_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("awards.id"))
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"), index=True)
    year: Mapped[int]
    cap_ore: Mapped[int] = mapped_column(BigInteger)
    due_on: Mapped[date]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    pool: Mapped[Pool] = relationship()
    award: Mapped[Award] = relationship()
    made_by: Mapped[User] = relationship()
    lines: Mapped[list["ClaimLine"]] = relationship(back_populates="claim", order_by="ClaimLine.position")


class ClaimLine(Base):
    """What one department owes for the year. ``waived_ore`` was given up with the loan and is not unpaid."""

    __tablename__ = "claim_lines"
    __table_args__ = (
        UniqueConstraint("claim_id", "department_id"),
        CheckConstraint("due_ore >= 0 AND shortfall_ore >= 0 AND waived_ore >= 0 AND waived_ore <= due_ore", name="amounts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    position: Mapped[int]
    gain_ore: Mapped[int] = mapped_column(BigInteger, doc="the gain that the claim follows")
    share_due_ore: Mapped[int] = mapped_column(BigInteger, doc="share × gain, before the cap")
    shortfall_ore: Mapped[int] = mapped_column(BigInteger, default=0, doc="added in the last year where the department pays a shortfall")
    due_ore: Mapped[int] = mapped_column(BigInteger, doc="what is owed, shortfall included")
    waived_ore: Mapped[int] = mapped_column(BigInteger, default=0)

    claim: Mapped[Claim] = relationship(back_populates="lines")
    department: Mapped[Department] = relationship()
    repayments: Mapped[list["Repayment"]] = relationship(back_populates="line", order_by="Repayment.id")


class Repayment(Base):
    """Money from a department for one line of a claim; amount, date and reversal stand in its transfer."""

    __tablename__ = "repayments"

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_line_id: Mapped[int] = mapped_column(ForeignKey("claim_lines.id"), index=True)
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfers.id"), unique=True)

    line: Mapped[ClaimLine] = relationship(back_populates="repayments")
    transfer: Mapped[Transfer] = relationship()
