"""The triggers by which the database keeps its own promises: which of them are there."""

from collections.abc import Mapping

from sqlalchemy import text

from fundbank.extensions import db

IN_PLACE = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT tgname || CASE WHEN tgtype & 1 = 1 THEN '' ELSE ' (once a statement)' END"
        " FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
        " WHERE relnamespace = current_schema()::regnamespace AND NOT tgisinternal AND tgenabled IN ('O', 'A')"
    ),
}
"""How each database is asked for its triggers. One that is switched off is not there, and one that works once a statement says
so: it is not the one of that name that works for each row."""


def missing(promised: Mapping[str, frozenset[str]]) -> list[str]:
    """Those that the database in use should have and has not, by name; ``promised`` names them by dialect."""
    connection = db.session.connection()
    dialect = connection.dialect.name
    return sorted(promised[dialect] - set(connection.scalars(text(IN_PLACE[dialect]))))
