"""Keep what money per mille of the service expenditure was worked out from. Such a row stays as it is.

Of money that came in before, the history alone tells it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

SQLITE = {
    "per_mille_is_never_changed": "BEFORE UPDATE ON per_mille BEGIN SELECT RAISE(ABORT, 'ledger: no UPDATE of per_mille'); END",
    "per_mille_is_never_deleted": "BEFORE DELETE ON per_mille BEGIN SELECT RAISE(ABORT, 'ledger: no DELETE of per_mille'); END",
    "per_mille_is_never_replaced": """BEFORE INSERT ON per_mille WHEN EXISTS (SELECT 1 FROM per_mille WHERE transfer_id = NEW.transfer_id)
        BEGIN SELECT RAISE(ABORT, 'ledger: a row of per_mille is never replaced'); END""",
}
POSTGRESQL = {
    "per_mille_stays": "BEFORE UPDATE OR DELETE ON per_mille FOR EACH ROW EXECUTE FUNCTION ledger_refuse()",
    "per_mille_is_not_emptied": "BEFORE TRUNCATE ON per_mille EXECUTE FUNCTION ledger_refuse()",
}


def upgrade() -> None:
    op.create_table(
        "per_mille",
        sa.Column("transfer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("expenditure_ore", sa.BigInteger(), nullable=False),
        sa.Column("rate", sa.String(length=20), nullable=False),
        sa.Column("to_pool", sa.String(length=20), nullable=False),
        sa.Column("treasury_ore", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfers.id"], name=op.f("fk_per_mille_transfer_id_transfers")),
        sa.PrimaryKeyConstraint("transfer_id", name=op.f("pk_per_mille")),
    )
    for name, what in (SQLITE if op.get_context().dialect.name == "sqlite" else POSTGRESQL).items():
        op.execute(f"CREATE TRIGGER {name} {what}")


def downgrade() -> None:
    op.drop_table("per_mille")
