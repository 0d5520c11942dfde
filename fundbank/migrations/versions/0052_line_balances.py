"""Keep what each claim line lacks, so that nobody adds up all that was ever claimed to say what is owed. Triggers keep it, as a line is
written and as something happens to it.

And find applications that have been handed in and wait for the forum without those that are decided.
"""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEPT = "INSERT INTO line_balances (claim_line_id, pool_id, award_id, department_id, unpaid_ore, due_on)"
BEGUN = KEPT + " SELECT NEW.id, pool_id, award_id, NEW.department_id, NEW.due_ore, due_on FROM claims WHERE id = NEW.claim_id;"  # noqa: S608
MOVED = """
    UPDATE line_balances SET unpaid_ore = unpaid_ore + NEW.due_ore - NEW.paid_ore,
        due_on = CASE WHEN NEW.due_on > due_on THEN NEW.due_on ELSE due_on END
    WHERE claim_line_id = NEW.claim_line_id;
"""
SO_FAR = f"""
    {KEPT}
    SELECT claim_lines.id, claims.pool_id, claims.award_id, claim_lines.department_id,
        claim_lines.due_ore + coalesce(sum(claim_entries.due_ore - claim_entries.paid_ore), 0),
        coalesce(max(claim_entries.due_on), claims.due_on)
    FROM claim_lines JOIN claims ON claims.id = claim_lines.claim_id
    LEFT JOIN claim_entries ON claim_entries.claim_line_id = claim_lines.id
    GROUP BY claim_lines.id, claims.pool_id, claims.award_id, claim_lines.department_id, claim_lines.due_ore, claims.due_on
    ORDER BY claim_lines.id
"""  # noqa: S608
TRIGGERS = {"claim_lines_begin_balances": ("claim_lines", BEGUN), "claim_entries_move_balances": ("claim_entries", MOVED)}
# Whoever's transaction it is called in, it finds what is in the schema that it was made in (record 0019).
PIN = """
    DO $$ BEGIN
        EXECUTE format('ALTER FUNCTION {name}() SET search_path = %I, pg_temp', current_schema());
    END $$
"""
UNSETTLED, HANDED_IN = sa.text("unpaid_ore <> 0"), sa.text("state IN ('deferred', 'ready', 'submitted')")


def upgrade() -> None:
    op.create_table(
        "line_balances",
        sa.Column("claim_line_id", NUMBER, nullable=False),
        sa.Column("pool_id", NUMBER, nullable=False),
        sa.Column("award_id", NUMBER, nullable=False),
        sa.Column("department_id", NUMBER, nullable=False),
        sa.Column("unpaid_ore", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("claim_line_id", name=op.f("pk_line_balances")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_line_balances_{column}_{table}"))
            for column, table in (
                ("claim_line_id", "claim_lines"), ("pool_id", "pools"), ("award_id", "awards"), ("department_id", "departments"),
            )
        ),
    )  # fmt: skip
    op.execute(SO_FAR)
    op.create_index(
        "ix_line_balances_unsettled",
        "line_balances",
        ["pool_id", "department_id", "award_id", "claim_line_id", "unpaid_ore", "due_on"],
        sqlite_where=UNSETTLED,
        postgresql_where=UNSETTLED,
    )
    op.create_index(
        "ix_applications_handed_in",
        "applications",
        ["pool_id", "id", "department_id"],
        sqlite_where=HANDED_IN,
        postgresql_where=HANDED_IN,
    )
    for name, (table, change) in TRIGGERS.items():
        if op.get_context().dialect.name == "sqlite":
            op.execute(f"CREATE TRIGGER {name} AFTER INSERT ON {table} BEGIN {change} END")
            continue
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {change} RETURN NULL; END $$")
        op.execute(PIN.format(name=name))
        op.execute(f"CREATE TRIGGER {name} AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    is_postgresql = op.get_context().dialect.name == "postgresql"
    for name, (table, _change) in TRIGGERS.items():
        op.execute(f"DROP TRIGGER {name} ON {table}" if is_postgresql else f"DROP TRIGGER {name}")
        if is_postgresql:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_index("ix_applications_handed_in", "applications")
    op.drop_table("line_balances")
