"""Let a forum recommend and somebody else decide: the role, when a meeting's recommendations went to the deciders, and their words."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from fundbank.kit.columns import UtcDateTime
from fundbank.migrations.checks import add_column, set_check

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ROLES = "role IN ('applicant', 'leader', 'adviser', 'member', 'chair', 'decider', 'coordinator', 'finance', 'auditor', 'administrator')"
STATES = "state IN ('standing', 'taken_back', 'released', 'lapsed', 'refused')"
HAS_REASON = "(state IN ('taken_back', 'refused')) = (ended_by_id IS NOT NULL AND end_reason <> '')"
BEFORE = {
    "state": "state IN ('standing', 'taken_back', 'released', 'lapsed')",
    "taken_back_has_reason": "(state = 'taken_back') = (ended_by_id IS NOT NULL AND end_reason <> '')",
}


def upgrade() -> None:
    set_check("pool_roles", "role", ROLES)
    set_check("pending_decisions", "state", STATES)
    set_check("pending_decisions", "taken_back_has_reason", HAS_REASON)
    op.add_column("meetings", sa.Column("recommended_at", UtcDateTime(), nullable=True))
    add_column("awards", "approved_by_id", references="users")
    op.create_table(
        "approvals",
        sa.Column("id", NUMBER, nullable=False),
        *_points(meeting_id="meetings", said_by_id="users"),
        *_points(is_nullable=True, pending_id="pending_decisions", revision_id="case_revisions"),
        sa.Column("is_approved", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("(pending_id IS NULL) <> (revision_id IS NULL)", name=op.f("ck_approvals_of_one")),
        sa.CheckConstraint("is_approved OR reason <> ''", name=op.f("ck_approvals_refusal_has_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
        sa.UniqueConstraint("pending_id", name=op.f("uq_approvals_pending_id")),
        sa.UniqueConstraint("revision_id", name=op.f("uq_approvals_revision_id")),
    )
    op.create_index("ix_approvals_meeting_id", "approvals", ["meeting_id"])


def _points(*, is_nullable: bool = False, **to: str) -> Iterator[Any]:
    """Columns that name rows of other tables."""
    for column, other in to.items():
        yield sa.Column(column, NUMBER, nullable=is_nullable)
        yield sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_approvals_{column}_{other}"))


def downgrade() -> None:
    """Deciders, and what they refused, cannot be kept by what was before: it fails where there are any."""
    op.drop_table("approvals")
    op.drop_column("awards", "approved_by_id")
    op.drop_column("meetings", "recommended_at")
    for name, words in BEFORE.items():
        set_check("pending_decisions", name, words)
    set_check("pool_roles", "role", ROLES.replace("'decider', ", ""))
