"""Find postings and lines of the history by words, amount, person and day, and lines of the access log by day.

The words stand folded in a column (kit.search), as those of applications and people do since 0005. What was there gets its own: rows that
are never changed otherwise. The tables are not altered in batch mode, which would lose their triggers.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import op

from fundbank.kit.search import search_text

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

SEARCHED = ("transfers", "history_entries")
NAMED = ("source", "name", "email", "title")
ROWS = 2_000
INDEXES = {
    "transfers": (("pool_id", "value_date", "number"), ("pool_id", "amount_ore"), ("pool_id", "actor_id")),
    "history_entries": (("pool_id", "at", "id"), ("pool_id", "actor_id")),
    "access_lines": (("at", "id"),),
}
OF_SOME = {
    "ix_transfers_approved": ("transfers", "approver_id"),
    "ix_history_entries_amount": ("history_entries", "amount_ore"),
}
SQLITE = (
    """CREATE VIRTUAL TABLE {table}_words USING fts5(
        search_text, content='{table}', content_rowid='id', tokenize='ascii', columnsize=0, prefix='1 2 3 4 5 6'
    )""",
    """CREATE TRIGGER {table}_words_added AFTER INSERT ON {table} BEGIN
        INSERT INTO {table}_words (rowid, search_text) VALUES (NEW.id, NEW.search_text);
    END""",
    "INSERT INTO {table}_words ({table}_words) VALUES ('rebuild')",
)
POSTGRESQL = (
    "ALTER TABLE {table} ADD COLUMN search_words tsvector GENERATED ALWAYS AS (to_tsvector('simple', search_text)) STORED",
    "CREATE INDEX ix_{table}_search_words ON {table} USING gin (search_words)",
)


def upgrade() -> None:
    op.add_column("history_entries", sa.Column("amount_ore", sa.BigInteger(), nullable=True))
    for table in SEARCHED:
        op.add_column(table, sa.Column("search_text", sa.String(length=450), server_default="", nullable=False))
        with _open(table):
            _fill(table)
        for statement in SQLITE if _is_sqlite() else POSTGRESQL:
            op.execute(statement.format(table=table))
    for table, indexes in INDEXES.items():
        for columns in indexes:
            op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
    for name, (table, column) in OF_SOME.items():
        some = sa.text(f"{column} IS NOT NULL")
        op.create_index(name, table, ["pool_id", column], sqlite_where=some, postgresql_where=some)


def downgrade() -> None:
    for name, (table, _column) in OF_SOME.items():
        op.drop_index(name, table_name=table)
    for table, indexes in INDEXES.items():
        for columns in indexes:
            op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table_name=table)
    for table in SEARCHED:
        if _is_sqlite():
            op.execute(f"DROP TRIGGER {table}_words_added")
            op.execute(f"DROP TABLE {table}_words")
        else:
            op.drop_index(f"ix_{table}_search_words", table_name=table)
            op.drop_column(table, "search_words")
        op.drop_column(table, "search_text")
    op.drop_column("history_entries", "amount_ore")


def _is_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"


@contextmanager
def _open(table: str) -> Iterator[None]:
    """Within this block rows of the table can be changed; its triggers are the same afterwards."""
    if not _is_sqlite():
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        return
    connection = op.get_bind()
    asked = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name")
    guards = connection.execute(asked, {"name": table}).all()
    for name, _made in guards:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _name, made in guards:
        connection.exec_driver_sql(made)


def _fill(table: str) -> None:
    """Write each row's words, and of a line of the history the sum that it tells of: some rows at a time, since there may be very many."""
    connection, last = op.get_bind(), 0
    while rows := connection.execute(sa.text(ASKED[table]), {"last": last, "rows": ROWS}).mappings().all():
        last = rows[-1]["id"]
        connection.execute(sa.text(WRITTEN[table]), [FOUND_BY[table](dict(row)) for row in rows])


ASKED = {
    "transfers": (
        "SELECT transfers.id, text, CASE WHEN debit.kind = 'funding' THEN debit.holder WHEN credit.kind = 'funding' THEN credit.holder END"
        " AS source FROM transfers JOIN accounts AS debit ON debit.id = debit_account_id JOIN accounts AS credit ON credit.id ="
        " credit_account_id WHERE transfers.id > :last ORDER BY transfers.id LIMIT :rows"
    ),
    "history_entries": "SELECT id, reason, details FROM history_entries WHERE id > :last ORDER BY id LIMIT :rows",
}
WRITTEN = {
    "transfers": "UPDATE transfers SET search_text = :search_text WHERE id = :id",
    "history_entries": "UPDATE history_entries SET search_text = :search_text, amount_ore = :amount_ore WHERE id = :id",
}


def _posting(row: dict[str, Any]) -> dict[str, Any]:
    return {"id": row["id"], "search_text": search_text(row["text"], row["source"])}


def _line(row: dict[str, Any]) -> dict[str, Any]:
    details = json.loads(row["details"]) if isinstance(row["details"], str) else row["details"]
    parts = [details[name] for name in ("loan_ore", "grant_ore") if details.get(name)]
    amount_ore = details["amount_ore"] if details.get("amount_ore") is not None else sum(parts) or None
    named = (str(details[name]) for name in NAMED if details.get(name))
    return {"id": row["id"], "search_text": search_text(row["reason"], *named), "amount_ore": amount_ore}


FOUND_BY = {"transfers": _posting, "history_entries": _line}
