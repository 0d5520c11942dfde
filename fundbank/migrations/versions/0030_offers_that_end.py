"""Let an offer be declined and an award be given up, with who, when, why and in which meeting, and keep who accepted for which department.

Of what was accepted before, the department that applied was the one that was asked.
"""

import sqlalchemy as sa
from alembic import op

from fundbank.migrations.checks import add_column, set_check

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

STATES = "state IN ('offered', 'declined', 'agreed', 'cancelled', 'active', 'realising', 'closed')"
GIVEN_UP = "(state IN ('declined', 'cancelled')) = (given_up_at IS NOT NULL AND given_up_by_id IS NOT NULL AND given_up_reason <> '')"
ASKED = """
    INSERT INTO acceptances (award_id, department_id, position, accepted_by_id, accepted_at)
    SELECT awards.id, applications.department_id, 0, awards.accepted_by_id, awards.accepted_at
    FROM awards JOIN applications ON applications.id = awards.application_id ORDER BY awards.id
"""


def _whole() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    add_column("awards", "given_up_by_id", references="users")
    op.add_column("awards", sa.Column("given_up_at", sa.DateTime(), nullable=True))
    op.add_column("awards", sa.Column("given_up_reason", sa.Text(), server_default="", nullable=False))
    add_column("awards", "given_up_meeting_id", references="meetings")
    set_check("awards", "state", STATES)
    set_check("awards", "agreed_has_acceptance", "(state IN ('offered', 'declined')) = (accepted_by_id IS NULL)")
    set_check("awards", "acceptance_has_date", "(accepted_by_id IS NULL) = (accepted_at IS NULL)")
    set_check("awards", "given_up_has_reason", GIVEN_UP)
    op.create_table(
        "acceptances",
        sa.Column("id", _whole(), nullable=False),
        sa.Column("award_id", _whole(), nullable=False),
        sa.Column("department_id", _whole(), nullable=False),
        sa.Column("position", _whole(), nullable=False),
        sa.Column("accepted_by_id", _whole(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("(accepted_by_id IS NULL) = (accepted_at IS NULL)", name=op.f("ck_acceptances_acceptance_has_date")),
        sa.ForeignKeyConstraint(["accepted_by_id"], ["users.id"], name=op.f("fk_acceptances_accepted_by_id")),
        sa.ForeignKeyConstraint(["award_id"], ["awards.id"], name=op.f("fk_acceptances_award_id")),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name=op.f("fk_acceptances_department_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptances")),
        sa.UniqueConstraint("award_id", "department_id", name=op.f("uq_acceptances_award_id_department_id")),
    )
    op.create_index("ix_acceptances_department_id_award_id", "acceptances", ["department_id", "award_id"])
    op.execute(ASKED)


def downgrade() -> None:
    op.drop_table("acceptances")
    if op.get_bind().dialect.name == "postgresql":
        for name in ("acceptance_has_date", "given_up_has_reason"):
            op.execute(f"ALTER TABLE awards DROP CONSTRAINT ck_awards_{name}")
    else:  # SQLite has no way to take one out alone: they say what is always so
        set_check("awards", "acceptance_has_date", "1")
        set_check("awards", "given_up_has_reason", "1")
    set_check("awards", "agreed_has_acceptance", "state = 'offered' OR accepted_by_id IS NOT NULL")
    set_check("awards", "state", "state IN ('offered', 'agreed', 'active', 'realising', 'closed')")
    for column in ("given_up_meeting_id", "given_up_reason", "given_up_at", "given_up_by_id"):
        op.drop_column("awards", column)
