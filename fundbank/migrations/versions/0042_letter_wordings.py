"""Let the coordinator add words to a pool's letters: what was said stays, and the newest holds."""

import sqlalchemy as sa
from alembic import op

from fundbank.kit.columns import UtcDateTime

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLE = "letter_wordings"
SQLITE = (
    "letter_wordings_are_never_changed BEFORE UPDATE ON letter_wordings BEGIN SELECT RAISE(ABORT, 'wording: no UPDATE'); END",
    "letter_wordings_are_never_deleted BEFORE DELETE ON letter_wordings BEGIN SELECT RAISE(ABORT, 'wording: no DELETE'); END",
    """letter_wordings_are_never_replaced BEFORE INSERT ON letter_wordings
        WHEN EXISTS (SELECT 1 FROM letter_wordings WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'wording: a row is never replaced'); END""",
)
POSTGRESQL = (
    "letter_wordings_stay BEFORE UPDATE OR DELETE ON letter_wordings FOR EACH ROW EXECUTE FUNCTION wording_refuse()",
    "letter_wordings_are_not_emptied BEFORE TRUNCATE ON letter_wordings EXECUTE FUNCTION wording_refuse()",
)
REFUSE = """
    CREATE FUNCTION wording_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'wording: no % of %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END $$
"""
# Whoever's transaction it is called in, it finds what is in the schema that it was made in (record 0019).
PIN = """
    DO $$ BEGIN
        EXECUTE format('ALTER FUNCTION wording_refuse() SET search_path = %I, pg_temp', current_schema());
    END $$
"""


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("pool_id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("opening", sa.Text(), nullable=False),
        sa.Column("closing", sa.Text(), nullable=False),
        sa.Column("made_by_id", NUMBER, nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('approve', 'reject', 'defer', 'return', 'claim')", name=op.f("ck_letter_wordings_kind")),
        sa.CheckConstraint("length(opening) <= 2000 AND length(closing) <= 2000", name=op.f("ck_letter_wordings_length")),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_letter_wordings_pool_id_pools")),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_letter_wordings_made_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_wordings")),
    )
    op.create_index(op.f("ix_letter_wordings_pool_id_kind_language_id"), TABLE, ["pool_id", "kind", "language", "id"])
    is_sqlite = op.get_context().dialect.name == "sqlite"
    if not is_sqlite:
        op.execute(REFUSE)
        op.execute(PIN)
    for trigger in SQLITE if is_sqlite else POSTGRESQL:
        op.execute(f"CREATE TRIGGER {trigger}")


def downgrade() -> None:
    op.drop_table(TABLE)
    if op.get_context().dialect.name != "sqlite":
        op.execute("DROP FUNCTION wording_refuse()")
