"""Taking an archive of a database that is in use: all of one moment."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import func, select, true
from sqlalchemy.engine import Connection

from fundbank import __version__
from fundbank.backup import Unusable
from fundbank.backup.archive import Head, Manifest, Writer
from fundbank.backup.rows import Rows
from fundbank.kit.belonging import of_municipality, ways
from fundbank.kit.columns import SECRET
from fundbank.kit.seals.models import SealHead
from fundbank.ledger.models import ChainHead
from fundbank.people.models import Municipality
from fundbank.pools.models import Pool
from fundbank.schema import METADATA

Told = Callable[[str, int, int], None]
"""Is told how far it has come: the table, its rows until now, and how many there are."""


def take(
    connection: Connection, file: BinaryIO, *, revision: str, at: datetime, told: Told, municipality: str | None = None, with_secrets: bool,
) -> Manifest:  # fmt: skip
    """Write what the database holds into ``file``, or what is one municipality's. The connection reads one moment (kit.database).

    The secret key is not among it: with an archive and that key anybody could sign in as anybody. What opens a door while it waits
    (a column with ``SECRET`` in its info) is among it only ``with_secrets``.
    Raises Unusable for a municipality that is not there.
    """
    number = None if municipality is None else _number_of(connection, municipality)
    along = ways(METADATA)
    with Writer(file, at) as writer:
        for table in METADATA.sorted_tables:
            shape = Rows.of(table)
            rows = shape.clause
            where = true() if number is None else of_municipality(rows, number, METADATA, along)
            whole = connection.scalar(select(func.count()).select_from(rows).where(where)) or 0
            hidden = frozenset() if with_secrets else frozenset(column.name for column in table.columns if SECRET in column.info)
            writer.table(shape, counted(shape.lines(connection, rows, where, hidden), table.name, whole, told))
        heads = _heads(connection, number)
        return writer.finish(program=__version__, revision=revision, municipality=municipality, heads=heads)


def counted(lines: Iterator[bytes], table: str, whole: int, told: Told) -> Iterator[bytes]:
    """The same lines; who waits is told how far it has come."""
    for done, line in enumerate(lines, 1):
        yield line
        told(table, done, whole)


def _number_of(connection: Connection, municipality: str) -> int:
    names = {name: number for name, number in connection.execute(select(Municipality.name, Municipality.id).order_by(Municipality.id))}
    if municipality not in names:
        raise Unusable(f"there is no municipality {municipality} in this database, but: {', '.join(names) or 'none'}.")
    return names[municipality]


def _heads(connection: Connection, municipality_id: int | None) -> list[Head]:
    query = (
        select(ChainHead.pool_id, Municipality.name, Pool.name, ChainHead.number, ChainHead.hash)
        .select_from(ChainHead)
        .join(Pool, Pool.id == ChainHead.pool_id)
        .join(Municipality, Municipality.id == Pool.municipality_id)
        .order_by(ChainHead.pool_id)
    )
    if municipality_id is not None:
        query = query.where(Pool.municipality_id == municipality_id)
    heads = [
        Head(pool_id=pool_id, municipality=municipality, pool=pool, number=number, hash=hash_)
        for pool_id, municipality, pool, number, hash_ in connection.execute(query)
    ]
    return [*heads, *_ends_of_seals(connection, municipality_id)]


def _ends_of_seals(connection: Connection, municipality_id: int | None) -> list[Head]:
    query = select(Municipality.name, SealHead.number, SealHead.hash).join(SealHead, SealHead.municipality_id == Municipality.id)
    if municipality_id is not None:
        query = query.where(Municipality.id == municipality_id)
    rows = connection.execute(query.order_by(Municipality.id))
    return [Head(pool_id=0, municipality=name, pool="", number=number, hash=hash_) for name, number, hash_ in rows]
