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

PIN_FUNCTIONS = """
DO $$
DECLARE
    called regprocedure;
BEGIN
    FOR called IN SELECT oid FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND prorettype = 'trigger'::regtype LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', called, current_schema());
    END LOOP;
END $$
"""
FREE_FUNCTIONS = """
DO $$
DECLARE
    called regprocedure;
BEGIN
    FOR called IN SELECT oid FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'ledger_%' LOOP
        EXECUTE format('ALTER FUNCTION %s RESET search_path', called);
    END LOOP;
END $$
"""
# Each table is rewritten once. The ids of the rows stay, and so does what the ledger's hashes are made of.
CHANGE_WIDTH = """
DO $$
DECLARE
    wide record;
BEGIN
    FOR wide IN
        SELECT table_name, string_agg(format('ALTER COLUMN %I TYPE {new}', column_name), ', ') AS changes
        FROM information_schema.columns JOIN pg_class ON oid = format('%I.%I', table_schema, table_name)::regclass
        WHERE table_schema = current_schema() AND data_type = '{old}' AND relkind = 'r' AND column_name NOT LIKE '%\\_ore'
        GROUP BY table_name
    LOOP
        EXECUTE format('ALTER TABLE %I %s', wide.table_name, wide.changes);
    END LOOP;
    FOR wide IN SELECT sequence_name FROM information_schema.sequences WHERE sequence_schema = current_schema() LOOP
        EXECUTE format('ALTER SEQUENCE %I AS {new}', wide.sequence_name);
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
    op.execute(PIN_FUNCTIONS)
    op.execute(CHANGE_WIDTH.format(old="integer", new="bigint"))


def downgrade() -> None:
    if op.get_context().dialect.name != "postgresql":
        return
    op.execute(CHANGE_WIDTH.format(old="bigint", new="integer"))
    op.execute(FREE_FUNCTIONS)
    for table, what in GUARDED.items():
        op.execute(f"DROP TRIGGER {table}_are_not_emptied ON {table}")
        op.execute(f"DROP TRIGGER {table}_stay ON {table}")
        op.execute(f"CREATE TRIGGER {table}_stay BEFORE {what} OR TRUNCATE ON {table} EXECUTE FUNCTION ledger_refuse()")
