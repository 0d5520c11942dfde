"""Let a release and money handed back to its source wait for a second person."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CHECKS = {
    "event": "event IN ('release', 'funding_return')",
    "release_has_award": "(event = 'release') = (award_id IS NOT NULL)",
    "return_has_source": "(event = 'release') = (source = '')",
    "amount_above_zero": "amount_ore > 0",
    "reason": "reason <> ''",
    "state": "state IN ('registered', 'approved', 'refused')",
    "approved_has_transfer": "(state = 'approved') = (transfer_id IS NOT NULL)",
    "settled_has_person": "(state = 'registered') = (settled_by_id IS NULL)",
    "four_eyes": "settled_by_id <> registered_by_id OR state = 'refused'",
}
POINTS = {"pool_id": "pools", "award_id": "awards", "registered_by_id": "users", "settled_by_id": "users", "transfer_id": "transfers"}


def upgrade() -> None:
    op.create_table(
        "movements",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("pool_id", WHOLE, nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("award_id", WHOLE, nullable=True),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("value_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("registered_by_id", WHOLE, nullable=False),
        sa.Column("registered_at", sa.DateTime(), nullable=False),
        sa.Column("settled_by_id", WHOLE, nullable=True),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("transfer_id", WHOLE, nullable=True),
        *(sa.CheckConstraint(condition, name=op.f(f"ck_movements_{name}")) for name, condition in CHECKS.items()),
        *(sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_movements_{column}")) for column, table in POINTS.items()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_movements")),
    )
    op.create_index("ix_movements_pool_id_id", "movements", ["pool_id", "id"])
    op.create_index(op.f("ix_movements_award_id"), "movements", ["award_id"])
    waiting = sa.text("state = 'registered'")
    op.create_index("ix_movements_waiting", "movements", ["pool_id", "id"], sqlite_where=waiting, postgresql_where=waiting)


def downgrade() -> None:
    op.drop_table("movements")
