"""Let an e-mail address be one person's in each municipality, not in the whole database: the municipalities beside each other know nothing
of one another.

Addresses that stood in the way of another municipality's, and so were not cleaned (0014), are cleaned now.
"""

import sqlalchemy as sa
from alembic import op

from fundbank.kit.text import one_line

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

EVERYWHERE, WITHIN = ("uq_users_email", ["email"]), ("uq_users_email_municipality_id", ["email", "municipality_id"])
HANGING_ON = sa.text("SELECT sql FROM sqlite_schema WHERE tbl_name = 'users' AND type IN ('index', 'trigger') AND sql IS NOT NULL")


def upgrade() -> None:
    _let_be_unique(WITHIN, instead_of=EVERYWHERE)
    _clean()


def downgrade() -> None:
    """Fails where two municipalities have a person with one address."""
    _let_be_unique(EVERYWHERE, instead_of=WITHIN)


def _let_be_unique(new: tuple[str, list[str]], *, instead_of: tuple[str, list[str]]) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f(instead_of[0]), "users", type_="unique")
        op.create_unique_constraint(op.f(new[0]), "users", new[1])
    else:
        _write_anew(*(f"CONSTRAINT {name} UNIQUE ({', '.join(columns)})" for name, columns in (instead_of, new)))


def _write_anew(former: str, rule: str) -> None:
    """SQLite changes no rule of a table that is there. The table gets its own name at once, so that what refers to it goes on doing so, and
    its triggers come back after its rows: the words that people are found by have not changed.

    Each row that refers to a person is looked for twice on the way, in a long history through indexes that are there for this alone.
    """
    connection = op.get_bind()
    made: str = connection.execute(sa.text("SELECT sql FROM sqlite_schema WHERE name = 'users'")).scalar_one()
    hanging_on = connection.execute(HANGING_ON).scalars().all()
    if former not in made:
        raise RuntimeError("the table of people is not the one that the migrations have made")
    inspector = sa.inspect(connection)
    referring = [
        (table, key["constrained_columns"][0])
        for table in inspector.get_table_names()
        for key in inspector.get_foreign_keys(table)
        if key["referred_table"] == "users"
    ]
    for table, column in referring:
        op.execute(f"CREATE INDEX passing_{table}_{column} ON {table} ({column})")
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute("CREATE TABLE users_kept AS SELECT * FROM users")
    op.execute("DROP TABLE users")
    connection.exec_driver_sql(made.replace(former, rule))
    op.execute("INSERT INTO users SELECT * FROM users_kept")
    op.execute("DROP TABLE users_kept")
    for statement in hanging_on:
        connection.exec_driver_sql(statement)
    for table, column in referring:
        op.execute(f"DROP INDEX passing_{table}_{column}")


def _clean() -> None:
    connection = op.get_bind()
    users = sa.table("users", *map(sa.column, ("id", "email", "municipality_id")))
    asked = sa.select(users.c.id, users.c.municipality_id, users.c.email).where(users.c.email.is_not(None)).order_by(users.c.id)
    rows = connection.execute(asked).all()
    taken = {(owner, email) for _number, owner, email in rows}
    for number, owner, email in rows:
        clean = (owner, one_line(email).lower())
        if clean not in taken:
            connection.execute(users.update().where(users.c.id == number).values(email=clean[1]))
            taken.add(clean)
