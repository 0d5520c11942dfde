"""What the database itself finds wrong with its files, indexes and keys; and why it was not asked, where it could not be."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from fundbank.errors import N_
from fundbank.kit.seals.checks import Fault

SAID = N_("The database says of itself: %(said)s")
LOST = N_("%(table)s, row %(key)s, refers to a row of %(parent)s that is not there.")
OF_INDEX = N_("The database says of the index %(index)s of %(table)s: %(said)s")

NOT_INSTALLED = (
    "PostgreSQL's extension amcheck is not installed in this database. A superuser installs it: CREATE EXTENSION amcheck, and lets the"
    " program's role call it: GRANT EXECUTE ON FUNCTION bt_index_check(regclass, boolean) TO …"
)
NOT_ALLOWED = (
    "the program's role may not call PostgreSQL's extension amcheck. A superuser lets it: GRANT EXECUTE ON FUNCTION"
    " bt_index_check(regclass, boolean) TO …"
)

AMCHECK = text(
    "SELECT quote_ident(nspname), has_schema_privilege(pg_namespace.oid, 'USAGE') AND has_function_privilege(pg_proc.oid, 'EXECUTE')"
    " FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace JOIN pg_proc ON pronamespace = extnamespace"
    " WHERE extname = 'amcheck' AND proname = 'bt_index_check' AND pronargs = 2"
)
INDEXES = text(
    "SELECT indexrelid, named.relname, indexed.relname FROM pg_index JOIN pg_class AS named ON named.oid = indexrelid"
    " JOIN pg_class AS indexed ON indexed.oid = indrelid JOIN pg_am ON pg_am.oid = named.relam"
    " WHERE named.relnamespace = current_schema()::regnamespace AND amname = 'btree' ORDER BY indexed.relname, named.relname"
)


def why_not_asked(connection: Connection) -> str | None:
    """Why the database cannot be asked about its indexes; None where it can. It never passes for well."""
    if connection.dialect.name == "sqlite":
        return None
    found = connection.execute(AMCHECK).one_or_none()
    if found is None:
        return NOT_INSTALLED
    return None if found[1] else NOT_ALLOWED


def integrity(connection: Connection) -> Iterator[Fault]:
    """What the database finds wrong, if it can be asked: each index is held against its table."""
    if connection.dialect.name == "sqlite":
        yield from _of_sqlite(connection)
    elif why_not_asked(connection) is None:
        yield from _of_postgresql(connection)


def _of_sqlite(connection: Connection) -> Iterator[Fault]:
    said: Sequence[Any] = connection.execute(text("PRAGMA integrity_check")).scalars().all()
    yield from (Fault(SAID, {"said": one}) for one in said if one != "ok")
    for table, row, parent, _number in connection.execute(text("PRAGMA foreign_key_check")):
        yield Fault(LOST, {"table": table, "key": row, "parent": parent})


def _of_postgresql(connection: Connection) -> Iterator[Fault]:
    schema = connection.execute(AMCHECK).one()[0]
    ask = text(f"SELECT {schema}.bt_index_check(:number, true)")  # noqa: S608  (quoted by the database)
    for number, index, table in connection.execute(INDEXES).all():
        try:
            with connection.begin_nested():
                connection.execute(ask, {"number": number})
        except DBAPIError as error:
            yield Fault(OF_INDEX, {"index": index, "table": table, "said": " ".join(str(error.orig).split())})
