"""Claims with a line for each department, what has happened to each line since, and refunds.

A claim and its lines are facts of the day on which it was made, and so is each entry: none is ever changed. What a line is due and what is
paid on it are its own sum and those of its entries; the difference is kept beside it.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundbank.awards.models import Award
from fundbank.extensions import Base
from fundbank.gains.models import GainReport
from fundbank.kit.columns import UtcDateTime, index_of_some
from fundbank.ledger.models import Transfer
from fundbank.people.models import Department, User
from fundbank.pools.models import Pool
from fundbank.repayments.states import EntryKind, RefundState


class Claim(Base):
    """What the pool claims for one year of a loan. ``cap_ore`` was the room when it was made."""

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
    """What one department was claimed for the year when the claim was made; what it owes now, its entries tell."""

    __tablename__ = "claim_lines"
    __table_args__ = (
        UniqueConstraint("claim_id", "department_id"),
        CheckConstraint("due_ore >= 0 AND shortfall_ore >= 0", name="amounts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    position: Mapped[int]
    gain_ore: Mapped[int] = mapped_column(BigInteger, doc="the gain that the claim follows")
    share_due_ore: Mapped[int] = mapped_column(BigInteger, doc="share × gain, before the cap")
    shortfall_ore: Mapped[int] = mapped_column(BigInteger, default=0, doc="added in the last year where the department pays a shortfall")
    due_ore: Mapped[int] = mapped_column(BigInteger, doc="what was claimed, shortfall included")

    claim: Mapped[Claim] = relationship(back_populates="lines")
    department: Mapped[Department] = relationship()


class ClaimEntry(Base):
    """What changed what a line is due, or what is paid on it, with its cause. Triggers keep it: it is never changed and never deleted.

    The transfer of a credit is the movement that lowered the principal. A repayment, its reversal and a refund have the transfer that moved
    the money; a set-off moves none, and has two entries that come to 0, each naming the other line. A correction tells how the line was
    worked out anew; where it raises what is due and not overdue, ``due_on`` is the new day of payment.
    """

    __tablename__ = "claim_entries"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(str(kind)) for kind in EntryKind)})", name="kind"),
        CheckConstraint(
            "CASE kind WHEN 'credit' THEN due_ore < 0 AND paid_ore = 0 WHEN 'correction' THEN paid_ore = 0"
            " WHEN 'repayment' THEN due_ore = 0 AND paid_ore > 0 WHEN 'set_off' THEN due_ore = 0 AND paid_ore <> 0"
            " ELSE due_ore = 0 AND paid_ore < 0 END",
            name="amounts",
        ),
        CheckConstraint("(transfer_id IS NULL) = (kind IN ('correction', 'set_off'))", name="moved_or_caused_by"),
        CheckConstraint("(other_line_id IS NOT NULL) = (kind = 'set_off')", name="set_off_has_two_lines"),
        CheckConstraint(
            "(kind = 'correction') = (gain_report_id IS NOT NULL AND gain_ore IS NOT NULL AND share_due_ore IS NOT NULL"
            " AND shortfall_ore IS NOT NULL AND corrected_ore IS NOT NULL AND cap_ore IS NOT NULL)",
            name="correction_is_worked_out",
        ),
        CheckConstraint("due_on IS NULL OR kind = 'correction'", name="only_a_correction_has_a_day"),
        index_of_some("ix_claim_entries_repayment", "transfer_id", where="kind = 'repayment'"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_line_id: Mapped[int] = mapped_column(ForeignKey("claim_lines.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    due_ore: Mapped[int] = mapped_column(BigInteger, default=0, doc="what is due more, or less")
    paid_ore: Mapped[int] = mapped_column(BigInteger, default=0, doc="what is paid more, or less")
    transfer_id: Mapped[int | None] = mapped_column(ForeignKey("transfers.id"))
    other_line_id: Mapped[int | None] = mapped_column(ForeignKey("claim_lines.id"))
    gain_report_id: Mapped[int | None] = mapped_column(ForeignKey("gain_reports.id"), doc="the correction that made the claim again")
    gain_ore: Mapped[int | None] = mapped_column(BigInteger)
    share_due_ore: Mapped[int | None] = mapped_column(BigInteger)
    shortfall_ore: Mapped[int | None] = mapped_column(BigInteger)
    corrected_ore: Mapped[int | None] = mapped_column(BigInteger, doc="what the line is due by the correction, shortfall included")
    cap_ore: Mapped[int | None] = mapped_column(BigInteger)
    due_on: Mapped[date | None]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    line: Mapped[ClaimLine] = relationship(foreign_keys=[claim_line_id])
    other_line: Mapped[ClaimLine | None] = relationship(foreign_keys=[other_line_id])
    transfer: Mapped[Transfer | None] = relationship()
    gain_report: Mapped[GainReport | None] = relationship()
    made_by: Mapped[User] = relationship()


class LineBalance(Base):
    """What a line is due and not paid after all that has happened to it, below 0 what was paid too much; and its day of payment by now.

    Triggers keep it: nobody writes it.
    """

    __tablename__ = "line_balances"
    __table_args__ = (
        index_of_some(
            "ix_line_balances_unsettled",
            *("pool_id", "department_id", "award_id", "claim_line_id", "unpaid_ore", "due_on"),
            where="unpaid_ore <> 0",
        ),
    )

    claim_line_id: Mapped[int] = mapped_column(ForeignKey("claim_lines.id"), primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"))
    award_id: Mapped[int] = mapped_column(ForeignKey("awards.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    unpaid_ore: Mapped[int] = mapped_column(BigInteger)
    due_on: Mapped[date]


class Refund(Base):
    """Money that a department has paid too much on a line, handed back: registered by one person, approved or refused by another."""

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint("amount_ore > 0", name="amount_above_zero"),
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in RefundState)})", name="state"),
        CheckConstraint("(state = 'approved') = (transfer_id IS NOT NULL)", name="approved_has_transfer"),
        CheckConstraint("(state = 'registered') = (settled_by_id IS NULL)", name="settled_has_person"),
        CheckConstraint("settled_by_id <> registered_by_id OR state = 'refused'", name="four_eyes"),
        index_of_some("ix_refunds_waiting", "pool_id", "id", where="state = 'registered'"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_line_id: Mapped[int] = mapped_column(ForeignKey("claim_lines.id"), index=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"), index=True)
    amount_ore: Mapped[int] = mapped_column(BigInteger)
    reference: Mapped[str] = mapped_column(Text, default="", doc="the voucher")
    state: Mapped[str] = mapped_column(String(12), default=RefundState.REGISTERED)
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refusal: Mapped[str] = mapped_column(Text, default="", server_default="", doc="why it was refused, or taken back")
    transfer_id: Mapped[int | None] = mapped_column(ForeignKey("transfers.id"))

    line: Mapped[ClaimLine] = relationship()
    pool: Mapped[Pool] = relationship()
    registered_by: Mapped[User] = relationship(foreign_keys=[registered_by_id])
    settled_by: Mapped[User | None] = relationship(foreign_keys=[settled_by_id])
    transfer: Mapped[Transfer | None] = relationship()

    @property
    def award(self) -> Award:
        """The award whose loan was repaid too much."""
        return self.line.claim.award
