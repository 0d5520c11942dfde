"""Awards with their loan terms, the departments that share in a loan, and disbursements."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import JSON, BigInteger, CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundbank.applications.models import Application
from fundbank.awards.rules import Terms
from fundbank.awards.states import DisbursementState, State
from fundbank.extensions import Base
from fundbank.kit.clock import local_date
from fundbank.kit.columns import Ratio, UtcDateTime, index_of_some
from fundbank.ledger.models import Transfer
from fundbank.people.models import Department, User
from fundbank.pools.models import PolicyVersion, Pool
from fundbank.pools.policy import Policy


class Award(Base):
    """What an approval creates: a loan part, a grant part or both, conditions, and the terms of the loan."""

    __tablename__ = "awards"
    __table_args__ = (
        Index(None, "pool_id", "state", "id"),
        Index(None, "pool_id", "id"),
        Index(None, "pool_id", "decided_at"),
        Index("ix_awards_promised", "pool_id", "state", "loan_ore", "grant_ore"),
        index_of_some("ix_awards_open", "pool_id", "id", "state", where="state <> 'closed'"),
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in State)})", name="state"),
        CheckConstraint("loan_ore >= 0 AND grant_ore >= 0 AND loan_ore + grant_ore > 0", name="amount"),
        CheckConstraint(
            "(loan_ore > 0) = (basis IS NOT NULL AND share IS NOT NULL AND years IS NOT NULL"
            " AND first_year IS NOT NULL AND shortfall IS NOT NULL)",
            name="loan_has_terms",
        ),
        CheckConstraint("basis IN ('realised', 'planned')", name="basis"),
        CheckConstraint("shortfall IN ('forum_decides', 'department_pays')", name="shortfall"),
        index_of_some("ix_awards_decided", "pool_id", "id", where="state = 'decided'"),
        Index(
            "uq_awards_standing",
            "application_id",
            unique=True,
            sqlite_where=text("state <> 'taken_back'"),
            postgresql_where=text("state <> 'taken_back'"),
        ),
        CheckConstraint(
            "(state IN ('decided', 'taken_back', 'offered', 'declined')) = (accepted_by_id IS NULL)", name="agreed_has_acceptance"
        ),
        CheckConstraint("(accepted_by_id IS NULL) = (accepted_at IS NULL)", name="acceptance_has_date"),
        CheckConstraint(
            "(state IN ('declined', 'cancelled', 'taken_back'))"
            " = (given_up_at IS NOT NULL AND given_up_by_id IS NOT NULL AND given_up_reason <> '')",
            name="given_up_has_reason",
        ),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_has_date"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    state: Mapped[str] = mapped_column(String(12), default=State.OFFERED)
    loan_ore: Mapped[int] = mapped_column(BigInteger)
    grant_ore: Mapped[int] = mapped_column(BigInteger)
    conditions: Mapped[str] = mapped_column(Text, default="")
    basis: Mapped[str | None] = mapped_column(String(10))
    share: Mapped[Decimal | None] = mapped_column(Ratio)
    years: Mapped[int | None]
    first_year: Mapped[int | None]
    shortfall: Mapped[str | None] = mapped_column(String(20))
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), doc="the decider, where the forum only recommended")
    policy_version_id: Mapped[int] = mapped_column(ForeignKey("policy_versions.id"))
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    given_up_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), doc="who declined it, gave it up or took it back")
    given_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    given_up_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    given_up_meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id"), doc="the meeting that decided it")
    given_up_recused_ids: Mapped[list[int]] = mapped_column(
        JSON, default=list, server_default="[]", doc="who had a conflict of interest, and left the matter to the others"
    )
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    report: Mapped[str] = mapped_column(Text, default="", doc="the knowledge-sharing report")
    awaits_closing: Mapped[bool] = mapped_column(
        default=False, server_default=false(), doc="has an open meeting decided on it, which is known when that is closed (domain.md §4)?"
    )
    revision: Mapped[int] = mapped_column(default=1)

    pool: Mapped[Pool] = relationship()
    policy_version: Mapped[PolicyVersion] = relationship()
    application: Mapped[Application] = relationship()
    decided_by: Mapped[User] = relationship(foreign_keys=[decided_by_id])
    approved_by: Mapped[User | None] = relationship(foreign_keys=[approved_by_id])
    accepted_by: Mapped[User | None] = relationship(foreign_keys=[accepted_by_id])
    given_up_by: Mapped[User | None] = relationship(foreign_keys=[given_up_by_id])
    acceptances: Mapped[list["Acceptance"]] = relationship(order_by="Acceptance.position", back_populates="award")
    participants: Mapped[list["Participant"]] = relationship(order_by="Participant.position", back_populates="award")
    disbursements: Mapped[list["Disbursement"]] = relationship(order_by="Disbursement.id", back_populates="award")

    __mapper_args__ = {"version_id_col": revision}

    @property
    def municipality_id(self) -> int:
        """Whose it is."""
        return self.pool.municipality_id

    @property
    def policy(self) -> Policy:
        """The rules that the award was decided under; a later change of the pool's rules leaves them alone (domain.md §3)."""
        return self.policy_version.policy

    @property
    def terms(self) -> Terms | None:
        """The terms of the loan; None for a pure grant."""
        if self.basis is None or self.share is None or self.years is None or self.first_year is None or self.shortfall is None:
            return None
        asked = [participant.department_id for participant in self.participants]
        return Terms(self.basis, self.share, self.years, self.first_year, asked, self.shortfall)

    @property
    def last_year(self) -> int | None:
        """The last calendar year in which a claim falls; None for a pure grant."""
        return None if self.first_year is None or self.years is None else self.first_year + self.years - 1

    @property
    def year_1(self) -> int:
        """The calendar year that is year 1 of the business case: the loan's first, or the one after the decision."""
        return self.first_year or local_date(self.decided_at).year + 1

    @property
    def accept_by(self) -> date:
        """The last day of the time that the departments have to accept; afterwards the coordinator may decline the offer for them."""
        return local_date(self.decided_at) + timedelta(days=self.policy.acceptance_days)

    def part_ore(self, part: str) -> int:
        """The awarded amount of the part ``loan`` or ``grant``, in øre."""
        return self.loan_ore if part == "loan" else self.grant_ore


class Participant(Base):
    """A department that shares its gains with the pool under a loan; ``position`` is its place in the list, which breaks ties."""

    __tablename__ = "participants"
    __table_args__ = (UniqueConstraint("award_id", "department_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("awards.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    position: Mapped[int]

    award: Mapped[Award] = relationship(back_populates="participants")
    department: Mapped[Department] = relationship(lazy="joined")


class Acceptance(Base):
    """A department that was asked whether it takes the award on its terms, and who said yes for it; the award is agreed when all have."""

    __tablename__ = "acceptances"
    __table_args__ = (
        UniqueConstraint("award_id", "department_id"),
        Index(None, "department_id", "award_id"),
        CheckConstraint("(accepted_by_id IS NULL) = (accepted_at IS NULL)", name="acceptance_has_date"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("awards.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    position: Mapped[int] = mapped_column(doc="0: the department that applied; then those of the loan's terms, in their order")
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    award: Mapped[Award] = relationship(back_populates="acceptances")
    department: Mapped[Department] = relationship(lazy="joined")
    accepted_by: Mapped[User | None] = relationship()


class Disbursement(Base):
    """A payment to the department: registered by one person, approved by another, posted on its day or, if that has come, at once."""

    __tablename__ = "disbursements"
    __table_args__ = (
        CheckConstraint("part IN ('loan', 'grant')", name="part"),
        CheckConstraint("amount_ore > 0", name="amount_above_zero"),
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in DisbursementState)})", name="state"),
        CheckConstraint("(state = 'paid') = (transfer_id IS NOT NULL)", name="paid_has_transfer"),
        CheckConstraint("(state = 'registered') = (settled_by_id IS NULL)", name="settled_has_person"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_by_id IS NOT NULL)", name="withdrawn_has_person"),
        CheckConstraint("(withdrawn_by_id IS NULL) = (withdrawn_at IS NULL)", name="withdrawal_has_date"),
        CheckConstraint("settled_by_id <> registered_by_id OR state = 'refused'", name="four_eyes"),
        index_of_some("ix_disbursements_waiting", "pool_id", "pay_on", "id", where="state = 'registered'"),
        index_of_some("ix_disbursements_approved", "pool_id", "pay_on", "id", where="state = 'approved'"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("awards.id"), index=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"), index=True)
    part: Mapped[str] = mapped_column(String(5))
    amount_ore: Mapped[int] = mapped_column(BigInteger)
    text: Mapped[str] = mapped_column(Text, default="")
    pay_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(12), default=DisbursementState.REGISTERED)
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), doc="who approved it, or refused it")
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(
        Text, default="", server_default="", doc="why it was refused or withdrawn, or could not be posted on its day"
    )
    transfer_id: Mapped[int | None] = mapped_column(ForeignKey("transfers.id"))

    award: Mapped[Award] = relationship(back_populates="disbursements")
    registered_by: Mapped[User] = relationship(foreign_keys=[registered_by_id])
    settled_by: Mapped[User | None] = relationship(foreign_keys=[settled_by_id])
    withdrawn_by: Mapped[User | None] = relationship(foreign_keys=[withdrawn_by_id])
    transfer: Mapped[Transfer | None] = relationship()


class FollowUp(Base):
    """A condition of the award, or something to look at again: who sees to it, by when, and what came of it."""

    __tablename__ = "follow_ups"
    __table_args__ = (
        Index(None, "award_id"),
        Index(None, "pool_id", "due_on"),
        index_of_some("ix_follow_ups_open", "owner_id", "due_on", where="done_at IS NULL"),
        CheckConstraint("text <> ''", name="has_text"),
        CheckConstraint("(done_at IS NULL) = (done_by_id IS NULL) AND (done_at IS NULL) = (outcome = '')", name="done_has_outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"))
    award_id: Mapped[int] = mapped_column(ForeignKey("awards.id"))
    is_condition: Mapped[bool]
    text: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    due_on: Mapped[date] = mapped_column(Date)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(Text, default="")
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")

    award: Mapped[Award] = relationship()
    owner: Mapped[User] = relationship(foreign_keys=[owner_id])
    done_by: Mapped[User | None] = relationship(foreign_keys=[done_by_id])

    __mapper_args__ = {"version_id_col": revision}
