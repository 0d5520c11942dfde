"""Find applications and people by the beginnings of their words, with the database's own full text; and applications by their units.

The words stand folded in a column that the program writes (kit.search). On SQLite an FTS5 table refers to it, and triggers keep the two
together; on PostgreSQL a generated column holds it as a ``tsvector`` of the ``simple`` configuration, which changes nothing about a word.
The tables of FTS5 and that column are not the models': both are made here alone. Never alter these tables in batch mode: on SQLite that
silently drops their triggers.
"""

import sqlalchemy as sa
from alembic import op

from fundbank.kit.search import search_text

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SEARCHED = {"applications": ("title",), "users": ("name", "email")}

# The beginnings of up to six letters are kept ready: else one letter would be looked for in all the words that begin with it.
SQLITE = (
    """CREATE VIRTUAL TABLE {table}_words USING fts5(
        search_text, content='{table}', content_rowid='id', tokenize='ascii', columnsize=0, prefix='1 2 3 4 5 6'
    )""",
    """CREATE TRIGGER {table}_words_added AFTER INSERT ON {table} BEGIN
        INSERT INTO {table}_words (rowid, search_text) VALUES (NEW.id, NEW.search_text);
    END""",
    """CREATE TRIGGER {table}_words_changed AFTER UPDATE OF search_text ON {table} BEGIN
        INSERT INTO {table}_words ({table}_words, rowid, search_text) VALUES ('delete', OLD.id, OLD.search_text);
        INSERT INTO {table}_words (rowid, search_text) VALUES (NEW.id, NEW.search_text);
    END""",
    """CREATE TRIGGER {table}_words_taken_away AFTER DELETE ON {table} BEGIN
        INSERT INTO {table}_words ({table}_words, rowid, search_text) VALUES ('delete', OLD.id, OLD.search_text);
    END""",
    "INSERT INTO {table}_words ({table}_words) VALUES ('rebuild')",
)
POSTGRESQL = (
    "ALTER TABLE {table} ADD COLUMN search_words tsvector GENERATED ALWAYS AS (to_tsvector('simple', search_text)) STORED",
    "CREATE INDEX ix_{table}_search_words ON {table} USING gin (search_words)",
)


def upgrade() -> None:
    connection = op.get_bind()
    for name, columns in SEARCHED.items():
        op.add_column(name, sa.Column("search_text", sa.String(length=450), server_default="", nullable=False))
        table = sa.table(name, *map(sa.column, ("id", "search_text", *columns)))
        for number, *texts in connection.execute(sa.select(table.c.id, *(table.c[column] for column in columns))).all():
            connection.execute(table.update().where(table.c.id == number).values(search_text=search_text(*texts)))
        for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL:
            op.execute(statement.format(table=name))
    op.create_index(op.f("ix_applications_pool_id_department_id_id"), "applications", ["pool_id", "department_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_applications_pool_id_department_id_id"), table_name="applications")
    for name in SEARCHED:
        if op.get_bind().dialect.name == "sqlite":
            for trigger in ("added", "changed", "taken_away"):
                op.execute(f"DROP TRIGGER {name}_words_{trigger}")
            op.execute(f"DROP TABLE {name}_words")
        else:
            op.drop_index(f"ix_{name}_search_words", table_name=name)
            op.drop_column(name, "search_words")
        op.drop_column(name, "search_text")
