"""Let the departments that a revised business case concerns read it, and say what they think, while it waits for the forum.

Whom those that wait now concern is read out of them.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OVER = ("cancelled", "closed", "declined")


def upgrade() -> None:
    op.create_table(
        "consulted",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("application_id", NUMBER, nullable=False),
        sa.Column("department_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_consulted_application_id_applications")),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name=op.f("fk_consulted_department_id_departments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consulted")),
        sa.UniqueConstraint("application_id", "department_id", name=op.f("uq_consulted_application_id_department_id")),
    )
    op.create_index(op.f("ix_consulted_department_id_application_id"), "consulted", ["department_id", "application_id"])
    _fill()


def _fill() -> None:
    """The rule as it was when this was written: fundbank/applications/steps.py."""
    connection = op.get_bind()
    revisions = sa.table("case_revisions", *map(sa.column, ("application_id", "ended_at")), sa.column("content", sa.JSON()))
    applications = sa.table("applications", *map(sa.column, ("id", "department_id")), sa.column("content", sa.JSON()))
    awards = sa.table("awards", *map(sa.column, ("application_id", "state")))
    query = sa.select(applications.c.id, applications.c.department_id, applications.c.content, revisions.c.content.label("revised"))
    query = query.join(revisions, revisions.c.application_id == applications.c.id).join(
        awards, awards.c.application_id == applications.c.id
    )
    query = query.where(revisions.c.ended_at.is_(None), awards.c.state.not_in(OVER)).order_by(applications.c.id)
    rows = [
        {"application_id": row.id, "department_id": department_id}
        for row in connection.execute(query)
        for department_id in sorted((_named(row.content) | _named(row.revised)) - {row.department_id})
    ]
    if rows:
        op.bulk_insert(sa.table("consulted", *map(sa.column, ("application_id", "department_id"))), rows)


def _named(content: dict[str, Any]) -> set[int]:
    return {row["department_id"] for name in ("gains", "gain_areas") for row in content.get(name, ())}


def downgrade() -> None:
    op.drop_table("consulted")
