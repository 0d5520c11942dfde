"""Accounts, transfers and the head of each pool's chain. Triggers in the database keep them (see migrations 0002 and 0024)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundbank.extensions import Base
from fundbank.kit.columns import Ratio, UtcDateTime, index_of_some
from fundbank.kit.search import search_text
from fundbank.ledger.chart import AccountKind, Event
from fundbank.ledger.rules import GENESIS, account_name
from fundbank.people.models import User
from fundbank.people.rules import State
from fundbank.pools.models import Pool


class Account(Base):
    """A place for øre. Triggers keep ``balance_ore``: debits less credits, for ``funding`` credits less debits."""

    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("pool_id", "kind", "holder"),
        # Partial: of an award that is closed nothing is left but what was granted or written off.
        index_of_some("ix_accounts_not_empty", "award_id", "kind", where="balance_ore > 0"),
        CheckConstraint(f"kind IN ({', '.join(repr(str(kind)) for kind in AccountKind)})", name="kind"),
        CheckConstraint("balance_ore >= 0", name="no_overdraft"),
        CheckConstraint("(award_id IS NULL) = (kind IN ('funding', 'available'))", name="award_if_of_an_award"),
        CheckConstraint("(holder = '') = (kind = 'available')", name="holder_unless_available"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"))
    kind: Mapped[str] = mapped_column(String(12))
    holder: Mapped[str] = mapped_column(String(120), doc="the source's name, the award's id, or empty: unique with pool and kind")
    award_id: Mapped[int | None] = mapped_column(index=True)
    balance_ore: Mapped[int] = mapped_column(BigInteger, default=0)

    @property
    def name(self) -> str:
        """``available``, ``loan:17``, ``funding:Budget 2026``."""
        return account_name(self.kind, self.holder)


class Transfer(Base):
    """One movement: ``amount_ore`` from the credit account to the debit account. Never changed, never deleted."""

    __tablename__ = "transfers"
    __table_args__ = (
        UniqueConstraint("pool_id", "number"),
        CheckConstraint("amount_ore > 0", name="amount_above_zero"),
        CheckConstraint("debit_account_id <> credit_account_id", name="two_accounts"),
        CheckConstraint(f"event IN ({', '.join(repr(str(event)) for event in Event)})", name="event"),
        CheckConstraint("(event = 'reversal') = (reverses_id IS NOT NULL)", name="reversal_names_what_it_reverses"),
        Index(None, "debit_account_id", "id"),
        Index(None, "credit_account_id", "id"),
        # By what they are searched.
        Index(None, "pool_id", "value_date", "number"),
        Index(None, "pool_id", "amount_ore"),
        Index(None, "pool_id", "actor_id"),
        index_of_some("ix_transfers_approved", "pool_id", "approver_id", where="approver_id IS NOT NULL"),
        # Partial: few transfers are reversals, and a full index would cost every posting a page.
        Index(
            "uq_transfers_reverses_id",
            "reverses_id",
            unique=True,
            sqlite_where=sql("reverses_id IS NOT NULL"),
            postgresql_where=sql("reverses_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"))
    number: Mapped[int] = mapped_column(doc="1, 2, 3 … within the pool, without a gap")
    event: Mapped[str] = mapped_column(String(20))
    debit_account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    credit_account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    amount_ore: Mapped[int] = mapped_column(BigInteger)
    value_date: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str] = mapped_column(Text, default="")
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("transfers.id"))
    idempotency_key: Mapped[str] = mapped_column(String(80), unique=True)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    hash_version: Mapped[int] = mapped_column(server_default="1", doc="the way in which it was hashed: a key of rules.HASHES")
    search_text: Mapped[str] = mapped_column(
        String(450), default="", server_default="", doc="the words of its text and its source (kit.search)"
    )  # fmt: skip

    # A row is written by ledger.steps alone, never through these.
    debit_account: Mapped[Account] = relationship(foreign_keys=[debit_account_id], viewonly=True)
    credit_account: Mapped[Account] = relationship(foreign_keys=[credit_account_id], viewonly=True)
    actor: Mapped[User] = relationship(foreign_keys=[actor_id], viewonly=True)
    approver: Mapped[User | None] = relationship(foreign_keys=[approver_id], viewonly=True)
    reverses: Mapped["Transfer | None"] = relationship(foreign_keys=[reverses_id], remote_side=[id], viewonly=True)
    per_mille: Mapped["PerMille | None"] = relationship(uselist=False, viewonly=True)
    reversed_by: Mapped["Transfer | None"] = relationship(
        primaryjoin="Transfer.id == foreign(Transfer.reverses_id)",
        remote_side=[reverses_id],
        uselist=False,
        viewonly=True,
    )


class Place(Protocol):
    """An account by what it is."""

    @property
    def kind(self) -> str: ...

    @property
    def holder(self) -> str: ...


def words_of_transfer(text: str, debit: Place, credit: Place) -> str:
    """The words by which a transfer is found: of its text, and of the source that the money came from or went back to."""
    return search_text(text, *(place.holder for place in (debit, credit) if place.kind == AccountKind.FUNDING))


class Movement(Base):
    """Money that one person wants moved and another must approve: a release of a reservation, or money handed back to its source."""

    __tablename__ = "movements"
    __table_args__ = (
        CheckConstraint("event IN ('release', 'funding_return')", name="event"),
        CheckConstraint("(event = 'release') = (award_id IS NOT NULL)", name="release_has_award"),
        CheckConstraint("(event = 'release') = (source = '')", name="return_has_source"),
        CheckConstraint("amount_ore > 0", name="amount_above_zero"),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("state IN ('registered', 'approved', 'refused')", name="state"),
        CheckConstraint("(state = 'approved') = (transfer_id IS NOT NULL)", name="approved_has_transfer"),
        CheckConstraint("(state = 'registered') = (settled_by_id IS NULL)", name="settled_has_person"),
        CheckConstraint("settled_by_id <> registered_by_id OR state = 'refused'", name="four_eyes"),
        Index(None, "pool_id", "id"),
        index_of_some("ix_movements_waiting", "pool_id", "id", where="state = 'registered'"),
        Index(None, "transfer_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"))
    event: Mapped[str] = mapped_column(String(20))
    award_id: Mapped[int | None] = mapped_column(ForeignKey("awards.id"), index=True)
    source: Mapped[str] = mapped_column(String(120), default="")
    amount_ore: Mapped[int] = mapped_column(BigInteger)
    value_on: Mapped[date | None] = mapped_column(Date, doc="the day that it counts from; None: that of the approval")
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(12), default="registered")
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refusal: Mapped[str] = mapped_column(Text, default="", server_default="", doc="why it was refused, or taken back")
    transfer_id: Mapped[int | None] = mapped_column(ForeignKey("transfers.id"))

    pool: Mapped[Pool] = relationship()
    registered_by: Mapped[User] = relationship(foreign_keys=[registered_by_id])
    settled_by: Mapped[User | None] = relationship(foreign_keys=[settled_by_id])
    transfer: Mapped[Transfer | None] = relationship()


class PerMille(Base):
    """What money that came in per mille of the service expenditure was worked out from (domain.md §10). Never changed, never deleted.

    The transfer moved the pool's share; the treasury's share is noted here alone.
    """

    __tablename__ = "per_mille"

    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfers.id"), primary_key=True, autoincrement=False)
    expenditure_ore: Mapped[int] = mapped_column(BigInteger)
    rate: Mapped[Decimal] = mapped_column(Ratio, doc="per mille")
    to_pool: Mapped[Decimal] = mapped_column(Ratio, doc="the pool's part of it, from 0 to 1")
    treasury_ore: Mapped[int] = mapped_column(BigInteger)


class ChainHead(Base):
    """The end of a pool's chain: locked while a transfer is added, and the witness if the tail is cut off.

    Beside it triggers keep what the pool's accounts hold together, by kind, and what has been repaid, in øre: not
    what of it was reversed or refunded.
    """

    __tablename__ = "chain_heads"

    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"), primary_key=True)
    number: Mapped[int] = mapped_column(default=0)
    hash: Mapped[str] = mapped_column(String(64), default=GENESIS)
    funding_ore: Mapped[int] = mapped_column(BigInteger, server_default="0")
    available_ore: Mapped[int] = mapped_column(BigInteger, server_default="0")
    reserved_ore: Mapped[int] = mapped_column(BigInteger, server_default="0")
    loan_ore: Mapped[int] = mapped_column(BigInteger, server_default="0")
    grant_ore: Mapped[int] = mapped_column(BigInteger, server_default="0")
    written_off_ore: Mapped[int] = mapped_column(BigInteger, server_default="0")
    repaid_ore: Mapped[int] = mapped_column(BigInteger, server_default="0")


class LentAgain(Base):
    """How a pool's money stood, in øre, after a transfer that promised some of it or gave a promise up (``ledger.rules.Reuse``).

    ``change_ore`` is what that transfer added to what has been lent again, or took from it. Never changed, never deleted.
    """

    __tablename__ = "lent_again"
    __table_args__ = (UniqueConstraint("pool_id", "number"), Index(None, "award_id", "change_ore"))

    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfers.id"), primary_key=True, autoincrement=False)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"))
    number: Mapped[int] = mapped_column(doc="the transfer's")
    award_id: Mapped[int]
    available_ore: Mapped[int] = mapped_column(BigInteger)
    fresh_ore: Mapped[int] = mapped_column(BigInteger)
    again_ore: Mapped[int] = mapped_column(BigInteger)
    change_ore: Mapped[int] = mapped_column(BigInteger)


WAITS = f"state = '{State.WAITING}'"


class FirstDay(Base):
    """A first day that an administrator wants for a pool which moves in with a past, and finance's word on it.

    Confirmed, it is the pool's: money may count from it. The newest that is confirmed holds.
    """

    __tablename__ = "first_days"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in State)})", name="state"),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("(state = 'waiting') = (answered_by_id IS NULL)", name="answered_has_person"),
        CheckConstraint("answered_by_id <> asked_by_id OR state = 'withdrawn'", name="four_eyes"),
        Index(
            "uq_first_days_waiting",
            "pool_id",
            unique=True,
            sqlite_where=sql("state = 'waiting'"),
            postgresql_where=sql("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"), index=True)
    day: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(12), default=State.WAITING)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    pool: Mapped[Pool] = relationship()
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])
    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id])
