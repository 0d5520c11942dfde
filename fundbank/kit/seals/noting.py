"""Which rows a unit of work has touched: noted as they are written, read once more before it is committed."""

from typing import Any

from sqlalchemy import event, select, true
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, object_session

from fundbank.extensions import Base, db
from fundbank.kit.seals.cover import UNSEALED
from fundbank.kit.seals.owning import owner_of

NOTED = "fundbank.seals"  # in the session
Key = tuple[Any, ...]


class Noted:
    """The keys of the rows that were written, by table; of those that were deleted also whose they were."""

    def __init__(self) -> None:
        self.written: dict[str, set[Key]] = {}
        self.deleted: dict[tuple[str, Key], int] = {}

    def write(self, table: str, key: Key) -> None:
        """Note a row that was added or changed."""
        self.written.setdefault(table, set()).add(key)

    def delete(self, connection: Connection, table: str, key: Key) -> None:
        """Note a row that is about to be deleted."""
        owner = owner_of(connection, table, key)
        if owner is not None:
            self.deleted[table, key] = owner
        self.write(table, key)


def noted(session: Session) -> Noted:
    """What the session has noted until now."""
    found: Noted = session.info.setdefault(NOTED, Noted())
    return found


def _table_of(mapper: Mapper[Any]) -> str:
    return str(mapper.class_.__tablename__)


@event.listens_for(Base, "after_insert", propagate=True)
@event.listens_for(Base, "after_update", propagate=True)
def _written(mapper: Mapper[Any], connection: Connection, target: Any) -> None:
    session, table = object_session(target), _table_of(mapper)
    if session is not None and table not in UNSEALED:
        noted(session).write(table, tuple(mapper.primary_key_from_instance(target)))


@event.listens_for(Base, "before_delete", propagate=True)
def _deleted(mapper: Mapper[Any], connection: Connection, target: Any) -> None:
    session, table = object_session(target), _table_of(mapper)
    if session is not None and table not in UNSEALED:
        noted(session).delete(connection, table, tuple(mapper.primary_key_from_instance(target)))


@event.listens_for(db.session, "do_orm_execute")
def _in_bulk(state: ORMExecuteState) -> None:
    """A statement that writes many rows at once says which they are before it runs."""
    if not (state.is_insert or state.is_update or state.is_delete) or state.bind_mapper is None:
        return
    table = Base.metadata.tables[_table_of(state.bind_mapper)]
    if table.name in UNSEALED:
        return
    if state.is_insert:
        raise TypeError(f"a row of {table.name} is added as an object, so that it is sealed")
    statement: Any = state.statement
    session = state.session
    session.flush()
    connection, where = session.connection(), true() if statement.whereclause is None else statement.whereclause
    for key in connection.execute(select(*table.primary_key.columns).where(where)).all():
        if state.is_delete:
            noted(session).delete(connection, table.name, tuple(key))
        else:
            noted(session).write(table.name, tuple(key))
