"""Applications, the versions that the forum sees, and screenings. What else belongs to them has modules of its own."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from fundbank.applications.models.gainers import Comment as Comment
from fundbank.applications.models.gainers import Consulted as Consulted
from fundbank.applications.models.gainers import Gainer as Gainer
from fundbank.applications.models.typing import TypedText as TypedText
from fundbank.applications.rules.content import Content
from fundbank.applications.rules.row_keys import keyed
from fundbank.applications.rules.row_names import named
from fundbank.applications.states import ON_THE_WAY, State
from fundbank.extensions import Base
from fundbank.kit.columns import UtcDateTime, index_of_some
from fundbank.kit.search import search_text
from fundbank.people.models import Department, User
from fundbank.pools.models import Pool


class Application(Base):
    """A request to a pool. ``content`` is what the department works on; what the forum sees is the newest version, and so is what lists and
    searches show of it: its title and sums.
    """

    __tablename__ = "applications"
    __table_args__ = (
        UniqueConstraint("pool_id", "number"),
        Index(None, "pool_id", "state", "id"),
        Index(None, "pool_id", "id"),
        Index(None, "pool_id", "department_id", "id"),
        Index(None, "pool_id", "department_id", "state", "id"),
        Index("ix_applications_looked_up", "id", "pool_id", "department_id", "state", "submitted_at"),
        index_of_some(
            "ix_applications_decidable",
            *("pool_id", "submitted_at", "id", "department_id", "state", "requested_loan_ore", "requested_grant_ore"),
            where="state IN ('deferred', 'ready')",
        ),
        index_of_some("ix_applications_unfinished", "pool_id", "id", where="state IN ('draft', 'returned')"),
        index_of_some("ix_applications_sent", "pool_id", "id", where="sent_to_signature_at IS NOT NULL"),
        index_of_some(
            "ix_applications_handed_in", *("pool_id", "id", "department_id"), where="state IN ('deferred', 'ready', 'submitted')"
        ),
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in State)})", name="state"),
        CheckConstraint("state <> 'signed' OR signed_by_id IS NOT NULL", name="signed_has_signer"),
        CheckConstraint("(signed_by_id IS NULL) = (signed_at IS NULL)", name="signer_has_date"),
        CheckConstraint("(sent_to_signature_by_id IS NULL) = (sent_to_signature_at IS NULL)", name="sender_has_date"),
        CheckConstraint("sent_to_signature_at IS NULL OR state IN ('draft', 'returned')", name="sent_is_unsigned"),
        CheckConstraint(
            "state NOT IN ('submitted', 'ready', 'deferred', 'awarded', 'rejected') OR submitted_at IS NOT NULL",
            name="submitted_has_date",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"))
    number: Mapped[int] = mapped_column(doc="1, 2, 3 … within the pool")
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    state: Mapped[str] = mapped_column(String(12), default=State.DRAFT)
    title: Mapped[str] = mapped_column(String(200))
    search_text: Mapped[str] = mapped_column(String(450), default="", server_default="", doc="the words of the title (kit.search)")
    requested_loan_ore: Mapped[int] = mapped_column(BigInteger, default=0)
    requested_grant_ore: Mapped[int] = mapped_column(BigInteger, default=0)
    content_json: Mapped[dict[str, Any]] = mapped_column("content", JSON)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_to_signature_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), doc="who asks a leader to sign it as it is")
    sent_to_signature_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime, doc="the first submission: it breaks ties (domain.md §5)")
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    policy_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("policy_versions.id"), doc="the rules that it was approved or rejected under"
    )
    is_over: Mapped[bool] = mapped_column(
        default=False, server_default=false(), doc="has the award that came of it ended? Then nobody is heard on it any more"
    )
    revision: Mapped[int] = mapped_column(default=1)

    pool: Mapped[Pool] = relationship()
    department: Mapped[Department] = relationship()
    created_by: Mapped[User] = relationship(foreign_keys=[created_by_id])
    signed_by: Mapped[User | None] = relationship(foreign_keys=[signed_by_id])
    sent_to_signature_by: Mapped[User | None] = relationship(foreign_keys=[sent_to_signature_by_id])
    versions: Mapped[list["ApplicationVersion"]] = relationship(back_populates="application", order_by="ApplicationVersion.number")
    screenings: Mapped[list["Screening"]] = relationship(order_by="Screening.id")
    gainers: Mapped[list["Gainer"]] = relationship(order_by="Gainer.id")
    consulted: Mapped[list["Consulted"]] = relationship(order_by="Consulted.id", cascade="all, delete-orphan")
    comments: Mapped[list["Comment"]] = relationship(order_by="Comment.id")

    __mapper_args__ = {"version_id_col": revision}

    @validates("title")
    def _keep_words(self, _name: str, title: str) -> str:
        self.search_text = search_text(title)
        return title

    @property
    def municipality_id(self) -> int:
        """Whose it is."""
        return self.pool.municipality_id

    @property
    def content(self) -> Content:
        """What the application says now."""
        return Content.from_json(self.content_json)

    @content.setter
    def content(self, content: Content) -> None:
        """Nobody writes an application otherwise: here each row keeps its key and its name, or gets one. Once it has been handed in, lists
        and searches go on showing what was, until it is frozen anew.
        """
        content = named(keyed(content, named(self.content) if self.content_json else Content()))
        self.content_json = content.to_json()
        if self.submitted_at is None:
            self.show(content)

    def show(self, content: Content) -> None:
        """Let lists and searches know the application by what this says."""
        self.title = content.title[:200]
        self.requested_loan_ore = content.loan_ore or 0
        self.requested_grant_ore = content.grant_ore or 0

    @property
    def is_sent(self) -> bool:
        """Does it wait for a leader's signature, because a writer has sent it there and nothing has been changed since?"""
        return self.sent_to_signature_at is not None

    @property
    def takes_comments(self) -> bool:
        """Can it still be said something about: until the forum has decided, and of a business case that is revised after that.

        Nothing more is said when the award is over: its business case stands.
        """
        if self.is_over:
            return False
        if self.state == State.AWARDED:
            return bool(self.consulted) or self.versions[-1].occasion == "revision"
        return self.state in ON_THE_WAY

    @property
    def promised(self) -> Content:
        """What was promised when it was awarded: the newest submission. What has been revised since stands beside it (domain.md §6)."""
        submitted = [version for version in self.versions if version.occasion == "submission"]
        return submitted[-1].content if submitted else self.content

    @property
    def requested_ore(self) -> int:
        """The sum that the pool is asked for, in øre."""
        return self.requested_loan_ore + self.requested_grant_ore


class ApplicationVersion(Base):
    """What an application said at a submission, or a revision of its business case after the approval. Frozen."""

    __tablename__ = "application_versions"
    __table_args__ = (
        UniqueConstraint("application_id", "number"),
        index_of_some("ix_application_versions_consented", "meeting_id", where="meeting_id IS NOT NULL"),
        CheckConstraint("occasion IN ('submission', 'revision')", name="occasion"),
        CheckConstraint("occasion = 'submission' OR reason <> ''", name="revision_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    number: Mapped[int]
    occasion: Mapped[str] = mapped_column(String(10))
    content_json: Mapped[dict[str, Any]] = mapped_column("content", JSON)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id"), doc="the meeting that consented to a lower gain")

    application: Mapped[Application] = relationship(back_populates="versions")
    made_by: Mapped[User] = relationship()

    @property
    def content(self) -> Content:
        """What this version says."""
        return Content.from_json(self.content_json)


class VersionAnnex(Base):
    """A file that a version was handed in with: who may read the version may read it, whatever becomes of it afterwards."""

    __tablename__ = "version_annexes"
    __table_args__ = (UniqueConstraint("version_id", "file_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("application_versions.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"), index=True)


class Screening(Base):
    """The result of one screening: eligible, or returned with reasons. Checks are recorded and block nothing."""

    __tablename__ = "screenings"
    __table_args__ = (CheckConstraint("result IN ('eligible', 'returned')", name="result"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    version_number: Mapped[int]
    result: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text, default="")
    checks: Mapped[dict[str, bool]] = mapped_column(JSON, default=dict)
    screened_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    screened_at: Mapped[datetime] = mapped_column(UtcDateTime)

    screened_by: Mapped[User] = relationship()
