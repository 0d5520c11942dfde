"""Reports of realised gains."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundbank.awards.models import Award
from fundbank.extensions import Base
from fundbank.kit.columns import UtcDateTime, index_of_some
from fundbank.people.models import Department, User

COUNTS = "ended_at IS NULL AND (corrects_id IS NULL OR verified_at IS NOT NULL)"
CORRECTS = "ended_at IS NULL AND corrects_id IS NOT NULL AND verified_at IS NULL"


class GainReport(Base):
    """One department's measured gain of one calendar year. A newer report ends the older one; both stay. May be negative.

    One that corrects a verified gain counts once it is verified itself; until then the verified one does. ``return_reason`` tells why
    finance sent a report back.
    """

    __tablename__ = "gain_reports"
    __table_args__ = (
        Index(
            "uq_gain_reports_current",
            "award_id",
            "department_id",
            "year",
            unique=True,
            sqlite_where=text(COUNTS),
            postgresql_where=text(COUNTS),
        ),
        Index(
            "uq_gain_reports_correction",
            "award_id",
            "department_id",
            "year",
            unique=True,
            sqlite_where=text(CORRECTS),
            postgresql_where=text(CORRECTS),
        ),
        index_of_some("ix_gain_reports_unverified", "pool_id", "id", where="ended_at IS NULL AND verified_at IS NULL"),
        CheckConstraint("(verified_by_id IS NULL) = (verified_at IS NULL)", name="verifier_has_date"),
        CheckConstraint("verified_by_id <> reported_by_id", name="four_eyes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("awards.id"), index=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    year: Mapped[int]
    amount_ore: Mapped[int] = mapped_column(BigInteger)
    cashable: Mapped[bool] = mapped_column(default=True)
    note: Mapped[str] = mapped_column(Text, default="")
    planned_keys: Mapped[list[str]] = mapped_column(
        JSON, default=list, server_default="[]", doc="the rows of the business case that it measures, as they stood when it was reported"
    )
    evidence: Mapped[list[int]] = mapped_column(
        JSON, default=list, server_default="[]", doc="the ids of the award's files that it was reported with"
    )
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("gain_reports.id"), doc="the verified gain that it corrects")
    returned_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    return_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    # The claims lie downstream; their table is known here by its name alone.
    claim_id: Mapped[int | None] = mapped_column(ForeignKey("claims.id"), index=True, doc="the claim that was made from it")

    award: Mapped[Award] = relationship()
    department: Mapped[Department] = relationship()
    reported_by: Mapped[User] = relationship(foreign_keys=[reported_by_id])
    verified_by: Mapped[User | None] = relationship(foreign_keys=[verified_by_id])
    returned_by: Mapped[User | None] = relationship(foreign_keys=[returned_by_id])
    corrects: Mapped["GainReport | None"] = relationship(remote_side=[id])

    @property
    def is_verified(self) -> bool:
        """Has somebody other than the reporter checked it?"""
        return self.verified_at is not None

    @property
    def is_correction(self) -> bool:
        """Does it correct a gain that was verified before?"""
        return self.corrects_id is not None

    @property
    def cashable_ore(self) -> int:
        """What counts toward repayment, in øre."""
        return self.amount_ore if self.cashable else 0
