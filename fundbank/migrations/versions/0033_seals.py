"""Seal each row that is written (kit.seals), and let what is a fact never be changed or deleted.

What is there is sealed when the upgrade is over (kit.seals.upgrading).
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FACTS = ("seals", "history_entries", "policy_versions")
REFUSE = """
    CREATE FUNCTION facts_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'facts: no % of %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END $$
"""
PIN = """
    DO $$ BEGIN
        EXECUTE format('ALTER FUNCTION facts_refuse() SET search_path = %I, pg_temp', current_schema());
    END $$
"""


def upgrade() -> None:
    op.create_table(
        "seals",
        sa.Column("municipality_id", WHOLE, nullable=False),
        sa.Column("number", WHOLE, autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipalities.id"], name=op.f("fk_seals_municipality_id")),
        sa.PrimaryKeyConstraint("municipality_id", "number", name=op.f("pk_seals")),
    )
    op.create_table(
        "seal_heads",
        sa.Column("municipality_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("layout", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipalities.id"], name=op.f("fk_seal_heads_municipality_id")),
        sa.PrimaryKeyConstraint("municipality_id", name=op.f("pk_seal_heads")),
    )
    if op.get_context().dialect.name == "postgresql":
        op.execute(REFUSE)
        op.execute(PIN)
        for table in FACTS:
            op.execute(f"CREATE TRIGGER {table}_stay BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION facts_refuse()")
            op.execute(f"CREATE TRIGGER {table}_are_not_emptied BEFORE TRUNCATE ON {table} EXECUTE FUNCTION facts_refuse()")
        return
    for table in FACTS:
        for what, said in (("UPDATE", "changed"), ("DELETE", "deleted")):
            op.execute(
                f"CREATE TRIGGER {table}_are_never_{said} BEFORE {what} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'facts: a row of {table} is never {said}'); END"
            )


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        for table in FACTS:
            op.execute(f"DROP TRIGGER {table}_are_not_emptied ON {table}")
            op.execute(f"DROP TRIGGER {table}_stay ON {table}")
        op.execute("DROP FUNCTION facts_refuse()")
    else:
        for table in FACTS:
            for said in ("changed", "deleted"):
                op.execute(f"DROP TRIGGER {table}_are_never_{said}")
    op.drop_table("seal_heads")
    op.drop_table("seals")
