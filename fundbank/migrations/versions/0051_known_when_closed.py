"""Keep what an open meeting decides apart until it is closed, and let its chair take it back: another award of the application can follow.

What was decided before was known at once.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from fundbank.kit.columns import UtcDateTime
from fundbank.migrations.checks import drop_unique, set_check, set_unique

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = "state IN ('decided', 'taken_back', 'offered', 'declined', 'agreed', 'cancelled', 'active', 'realising', 'closed')"
UNANSWERED = "(state IN ('decided', 'taken_back', 'offered', 'declined')) = (accepted_by_id IS NULL)"
GIVEN_UP = (
    "(state IN ('declined', 'cancelled', 'taken_back'))"
    " = (given_up_at IS NOT NULL AND given_up_by_id IS NOT NULL AND given_up_reason <> '')"
)
BEFORE = {
    "state": "state IN ('offered', 'declined', 'agreed', 'cancelled', 'active', 'realising', 'closed')",
    "agreed_has_acceptance": "(state IN ('offered', 'declined')) = (accepted_by_id IS NULL)",
    "given_up_has_reason": "(state IN ('declined', 'cancelled')) = "
    "(given_up_at IS NOT NULL AND given_up_by_id IS NOT NULL AND given_up_reason <> '')",
}
CHECKS = {
    "outcome": "outcome IN ('approve', 'reject', 'defer', 'return', 'extend', 'write_off', 'convert', 'cancel')",
    "state": "state IN ('standing', 'taken_back', 'released', 'lapsed')",
    "has_award": "(outcome IN ('reject', 'defer', 'return')) = (award_id IS NULL)",
    "settlement_has_amount": "(outcome IN ('extend', 'write_off', 'convert')) = (amount_ore IS NOT NULL)",
    "extension_has_years": "(outcome = 'extend') = (years IS NOT NULL)",
    "ended_has_date": "(state = 'standing') = (ended_at IS NULL)",
    "taken_back_has_reason": "(state = 'taken_back') = (ended_by_id IS NOT NULL AND end_reason <> '')",
}
STANDS = sa.text("state = 'standing' AND outcome IN ('approve', 'reject', 'defer', 'return')")
MADE, IS_DECIDED, IS_NOT_TAKEN_BACK = sa.text("outcome = 'approve'"), sa.text("state = 'decided'"), sa.text("state <> 'taken_back'")


def upgrade() -> None:
    set_check("awards", "state", STATES)
    set_check("awards", "agreed_has_acceptance", UNANSWERED)
    set_check("awards", "given_up_has_reason", GIVEN_UP)
    drop_unique("awards", "uq_awards_application_id", "application_id")
    op.create_index(
        "uq_awards_standing", "awards", ["application_id"], unique=True, sqlite_where=IS_NOT_TAKEN_BACK, postgresql_where=IS_NOT_TAKEN_BACK
    )
    op.create_index("ix_awards_decided", "awards", ["pool_id", "id"], sqlite_where=IS_DECIDED, postgresql_where=IS_DECIDED)
    op.create_table(
        "pending_decisions",
        sa.Column("id", NUMBER, nullable=False),
        *_points(meeting_id="meetings", application_id="applications", policy_version_id="policy_versions", decided_by_id="users"),
        *_points(is_nullable=True, award_id="awards", ended_by_id="users"),
        sa.Column("version_number", NUMBER, nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("years", NUMBER, nullable=True),
        sa.Column("amount_ore", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recused_ids", sa.JSON(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("end_reason", sa.Text(), server_default="", nullable=False),
        *(sa.CheckConstraint(words, name=op.f(f"ck_pending_decisions_{name}")) for name, words in CHECKS.items()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_decisions")),
    )
    op.create_index("ix_pending_decisions_meeting_id", "pending_decisions", ["meeting_id"])
    op.create_index("ix_pending_decisions_award_id", "pending_decisions", ["award_id"])
    op.create_index("uq_pending_decisions_made", "pending_decisions", ["award_id"], unique=True, sqlite_where=MADE, postgresql_where=MADE)
    op.create_index(
        "uq_pending_decisions_standing", "pending_decisions", ["application_id"], unique=True, sqlite_where=STANDS, postgresql_where=STANDS
    )


def _points(*, is_nullable: bool = False, **to: str) -> Iterator[Any]:
    """Columns that name rows of other tables."""
    for column, other in to.items():
        yield sa.Column(column, NUMBER, nullable=is_nullable)
        yield sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_pending_decisions_{column}_{other}"))


def downgrade() -> None:
    """Awards that are decided or taken back cannot be kept by what was before: it fails where there are any."""
    op.drop_table("pending_decisions")
    op.drop_index("ix_awards_decided", "awards")
    op.drop_index("uq_awards_standing", "awards")
    set_unique("awards", "uq_awards_application_id", "application_id")
    for name, words in BEFORE.items():
        set_check("awards", name, words)
