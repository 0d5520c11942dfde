"""Let every row that is a fact stay as it was written: claims and their lines, versions, screenings, decisions, settlements, and the rest.

Of the access log one thing may change: for how many further lines a line stands. On SQLite a row is not put in the place of another either,
also of the facts that 0033 guards.
"""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

FACTS = (
    "application_versions", "claim_lines", "claims", "consensus", "decisions", "interests", "participants", "screenings", "settlements",
)  # fmt: skip
BEFORE = ("history_entries", "policy_versions")
REPLACED = """
    CREATE TRIGGER {table}_are_never_replaced BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'facts: a row of {table} is never replaced'); END
"""
LOG = "access_lines"
STAYS = "at, municipality_id, user_id, kind, code, what, address, number"


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        for table in (*FACTS, LOG):
            change = f"UPDATE OF {STAYS}" if table == LOG else "UPDATE"
            op.execute(f"CREATE TRIGGER {table}_stay BEFORE {change} OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION facts_refuse()")
            op.execute(f"CREATE TRIGGER {table}_are_not_emptied BEFORE TRUNCATE ON {table} EXECUTE FUNCTION facts_refuse()")
        return
    for table in (*FACTS, LOG):
        change = f"UPDATE OF {STAYS}" if table == LOG else "UPDATE"
        for what, said in ((change, "changed"), ("DELETE", "deleted")):
            op.execute(
                f"CREATE TRIGGER {table}_are_never_{said} BEFORE {what} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'facts: a row of {table} is never {said}'); END"
            )
    for table in (*FACTS, *BEFORE, LOG):
        op.execute(REPLACED.format(table=table))


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        for table in (*FACTS, LOG):
            op.execute(f"DROP TRIGGER {table}_are_not_emptied ON {table}")
            op.execute(f"DROP TRIGGER {table}_stay ON {table}")
        return
    for table in (*FACTS, *BEFORE, LOG):
        for said in ("changed", "deleted", "replaced"):
            if table not in BEFORE or said == "replaced":
                op.execute(f"DROP TRIGGER {table}_are_never_{said}")
