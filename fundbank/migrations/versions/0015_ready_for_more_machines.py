"""What PostgreSQL needs before tables may lie on more than one machine (docs/decisions/0019). SQLite stays as it is.

- The ledger is guarded row by row: a trigger that works once a statement is not carried to where the rows lie, and an UPDATE passed there.
  TRUNCATE, which knows no rows, has triggers of its own.
- Functions of triggers find their tables in the schema that they were made in, whoever calls them.
- Ids are wide enough for many municipalities for many years.
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# What nobody may do to the rows of each table.
GUARDED = {"transfers": "UPDATE OR DELETE", "accounts": "DELETE", "chain_heads": "DELETE"}

# What the program has made until here. Others may have tables and functions beside, such as those of an extension: they are left alone.
TABLES = (
    "access_lines", "accounts", "agenda_items", "answered_requests", "application_versions", "applications", "attendances", "awards",
    "chain_heads", "claim_lines", "claims", "consensus", "decisions", "departments", "disbursements", "gain_reports", "history_entries",
    "interests", "letters", "meetings", "municipalities", "participants", "policy_versions", "pool_roles", "pools", "repayments",
    "reversals", "scores", "scoring_pauses", "screenings", "settlements", "sign_in_links", "transfers", "users",
)  # fmt: skip
FUNCTIONS = (
    "ledger_refuse", "ledger_check_transfer", "ledger_move_balances", "ledger_check_account", "ledger_check_head", "letters_refuse",
)  # fmt: skip

PIN_FUNCTION = """
DO $$ BEGIN
    EXECUTE format('ALTER FUNCTION {name}() SET search_path = %I, pg_temp', current_schema());
END $$
"""
# Each table is rewritten once. The ids of the rows stay, and so does what the ledger's hashes are made of.
CHANGE_WIDTH = """
DO $$
DECLARE
    changes text;
    counter text;
BEGIN
    SELECT string_agg(format('ALTER COLUMN %I TYPE {new}', column_name), ', ') INTO changes
    FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name = '{table}' AND data_type = '{old}' AND column_name NOT LIKE '%\\_ore';
    IF changes IS NOT NULL THEN
        EXECUTE 'ALTER TABLE {table} ' || changes;
    END IF;
    FOR counter IN
        SELECT pg_get_serial_sequence('{table}', column_name) FROM information_schema.columns
        WHERE table_schema = current_schema() AND table_name = '{table}'
    LOOP
        IF counter IS NOT NULL THEN
            EXECUTE format('ALTER SEQUENCE %s AS {new}', counter);
        END IF;
    END LOOP;
END $$
"""


def upgrade() -> None:
    if op.get_context().dialect.name != "postgresql":
        return
    for table, what in GUARDED.items():
        op.execute(f"DROP TRIGGER {table}_stay ON {table}")
        op.execute(f"CREATE TRIGGER {table}_stay BEFORE {what} ON {table} FOR EACH ROW EXECUTE FUNCTION ledger_refuse()")
        op.execute(f"CREATE TRIGGER {table}_are_not_emptied BEFORE TRUNCATE ON {table} EXECUTE FUNCTION ledger_refuse()")
    for name in FUNCTIONS:
        op.execute(PIN_FUNCTION.format(name=name))
    for table in TABLES:
        op.execute(CHANGE_WIDTH.format(table=table, old="integer", new="bigint"))


def downgrade() -> None:
    if op.get_context().dialect.name != "postgresql":
        return
    for table in TABLES:
        op.execute(CHANGE_WIDTH.format(table=table, old="bigint", new="integer"))
    for name in FUNCTIONS:
        if name != "letters_refuse":  # which was made so
            op.execute(f"ALTER FUNCTION {name}() RESET search_path")
    for table, what in GUARDED.items():
        op.execute(f"DROP TRIGGER {table}_are_not_emptied ON {table}")
        op.execute(f"DROP TRIGGER {table}_stay ON {table}")
        op.execute(f"CREATE TRIGGER {table}_stay BEFORE {what} OR TRUNCATE ON {table} EXECUTE FUNCTION ledger_refuse()")
