"""A table's CHECK put in place of another, or its UNIQUE taken away, on both databases: alembic would make the table anew on SQLite.

A table that others point to cannot be made anew there while foreign keys are kept, and one with triggers would lose them. SQLite's own way
for a change that touches no row is to write the schema: https://www.sqlite.org/lang_altertable.html#otheralter
"""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import op
from sqlalchemy import text
from sqlalchemy.engine import Connection

_READ = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table")
_INDEXES = text("SELECT name FROM pragma_index_list(:table) WHERE origin = 'u'")
_COLUMNS = text("SELECT name FROM pragma_index_info(:index) ORDER BY seqno")
_NAME = text("UPDATE sqlite_master SET sql = :sql, name = :index WHERE type = 'index' AND name = :former")
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


def drop_unique(table: str, name: str, column: str) -> None:
    """Take the UNIQUE ``name`` of one column away. What it was looked up by stays, an index like any other: in the file they are alike."""
    connection, index = op.get_bind(), f"ix_{table}_{column}"
    made = f"CREATE INDEX {index} ON {table} ({column})"
    if connection.dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        op.execute(made)
        return
    sql = str(connection.scalar(_READ, {"table": table}))
    begin = sql.index(f"CONSTRAINT {name} UNIQUE (")
    before, after = sql[:begin].rstrip().removesuffix(","), sql[_closing(sql, sql.index("(", begin)) + 1 :]
    with _writing(connection):
        connection.execute(_WRITE, {"sql": before + after, "table": table})
        connection.execute(_NAME, {"sql": made, "index": index, "former": _made_for(connection, table, column)})


def set_unique(table: str, name: str, column: str) -> None:
    """The way back: let the column be UNIQUE, in place of the index by which it is looked up. Fails where it is not."""
    connection, index = op.get_bind(), f"ix_{table}_{column}"
    op.execute(f"DROP INDEX {index}")
    if connection.dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE ({column})")
        return
    op.execute(f"CREATE UNIQUE INDEX {index} ON {table} ({column})")
    sql = str(connection.scalar(_READ, {"table": table}))
    end, number = sql.rindex(")"), len(connection.execute(_INDEXES, {"table": table}).all()) + 1
    sql = f"{sql[:end].rstrip()}, \n\tCONSTRAINT {name} UNIQUE ({column})\n{sql[end:]}"
    with _writing(connection):
        connection.execute(_WRITE, {"sql": sql, "table": table})
        connection.execute(_NAME, {"sql": None, "index": f"sqlite_autoindex_{table}_{number}", "former": index})


def _made_for(connection: Connection, table: str, column: str) -> str:
    """The index that SQLite made by itself to keep one column UNIQUE."""
    for name in connection.execute(_INDEXES, {"table": table}).scalars():
        if connection.execute(_COLUMNS, {"index": name}).scalars().all() == [column]:
            return str(name)
    raise ValueError(f"{table}.{column}")


@contextmanager
def _writing(connection: Connection) -> Iterator[None]:
    """Let the schema be written, and have it read anew."""
    version = int(connection.scalar(text("PRAGMA schema_version")) or 0)
    connection.execute(text("PRAGMA writable_schema = ON"))
    yield
    connection.execute(text(f"PRAGMA schema_version = {version + 1}"))
    connection.execute(text("PRAGMA writable_schema = RESET"))


def _rewrite(connection: Connection, table: str, former: str, full_name: str, condition: str) -> None:
    sql = str(connection.scalar(_READ, {"table": table}))
    begin = sql.find(f"CONSTRAINT {former} CHECK (")
    new = f"CONSTRAINT {full_name} CHECK ({condition})"
    if begin < 0:
        end = sql.rindex(")")
        sql = f"{sql[:end].rstrip()}, \n\t{new}\n{sql[end:]}"
    else:
        sql = sql[:begin] + new + sql[_closing(sql, sql.index("(", begin)) + 1 :]
    with _writing(connection):
        connection.execute(_WRITE, {"sql": sql, "table": table})


def _closing(sql: str, opening: int) -> int:
    """Where the bracket that opens at ``opening`` closes; brackets in quotes are none."""
    depth, quoted = 0, False
    for place, sign in enumerate(sql[opening:], start=opening):
        quoted = quoted != (sign == "'")
        depth += 0 if quoted else {"(": 1, ")": -1}.get(sign, 0)
        if not depth and not quoted:
            return place
    raise ValueError(sql)
