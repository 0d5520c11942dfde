"""A table's CHECK put in place of another, on both databases, where alembic would make the table anew on SQLite.

A table that others point to cannot be made anew there while foreign keys are kept, and one with triggers would lose them. SQLite's own way
for a change that touches no row is to write the schema: https://www.sqlite.org/lang_altertable.html#otheralter
"""

from alembic import op
from sqlalchemy import text
from sqlalchemy.engine import Connection

_READ = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table")
_WRITE = text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :table")


class BrokenCheck(Exception):
    """Rows are there that the CHECK forbids."""


def add_column(table: str, column: str, *, references: str) -> None:
    """Add a column that may be empty and holds another table's id. In words, since alembic writes no REFERENCES into one on SQLite."""
    kind = "BIGINT" if op.get_context().dialect.name == "postgresql" else "INTEGER"
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind} CONSTRAINT fk_{table}_{column} REFERENCES {references} (id)")


def set_check(table: str, name: str, condition: str, *, instead_of: str | None = None) -> None:
    """Let ``condition`` be the CHECK ``name`` of the table, whatever it was before, or whatever the one was that it is put in place of.

    Raises BrokenCheck where rows break it.
    """
    connection, full_name, former = op.get_bind(), f"ck_{table}_{name}", f"ck_{table}_{instead_of or name}"
    if connection.dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {former}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {full_name} CHECK ({condition})")
        return
    if connection.scalar(text(f"SELECT EXISTS (SELECT 1 FROM {table} WHERE NOT ({condition}))")):  # noqa: S608  (the migration's own words)
        raise BrokenCheck(f"{full_name}: {condition}")
    _rewrite(connection, table, former, full_name, condition)


def _rewrite(connection: Connection, table: str, former: str, full_name: str, condition: str) -> None:
    sql = str(connection.scalar(_READ, {"table": table}))
    begin = sql.find(f"CONSTRAINT {former} CHECK (")
    new = f"CONSTRAINT {full_name} CHECK ({condition})"
    if begin < 0:
        end = sql.rindex(")")
        sql = f"{sql[:end].rstrip()}, \n\t{new}\n{sql[end:]}"
    else:
        sql = sql[:begin] + new + sql[_closing(sql, sql.index("(", begin)) + 1 :]
    version = int(connection.scalar(text("PRAGMA schema_version")) or 0)
    connection.execute(text("PRAGMA writable_schema = ON"))
    connection.execute(_WRITE, {"sql": sql, "table": table})
    connection.execute(text(f"PRAGMA schema_version = {version + 1}"))
    connection.execute(text("PRAGMA writable_schema = RESET"))


def _closing(sql: str, opening: int) -> int:
    """Where the bracket that opens at ``opening`` closes; brackets in quotes are none."""
    depth, quoted = 0, False
    for place, sign in enumerate(sql[opening:], start=opening):
        quoted = quoted != (sign == "'")
        depth += 0 if quoted else {"(": 1, ")": -1}.get(sign, 0)
        if not depth and not quoted:
            return place
    raise ValueError(sql)
