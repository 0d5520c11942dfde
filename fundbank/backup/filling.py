"""Filling an empty database from an archive.

The tables are made by the migrations, up to the archive's revision, and rows go in with their ids under every trigger and every key, as
they did the first time: accounts begin at 0, and the ledger's own triggers build balances and heads from the transfers in their order.
There is no moment in which nothing guards. Afterwards every row is read back and held against the archive.

It is done in many small transactions: in one, PostgreSQL would keep each of a balance's versions, and look through them all for the next.
Until the end the database says that it is unfinished, and no command but this one works on it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, insert, inspect, select, text, true, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from fundbank import migrations
from fundbank.backup import Unusable
from fundbank.backup.archive import Archive, Manifest, Member
from fundbank.backup.rows import OF_FILES, ORDERS
from fundbank.backup.taking import Told, counted
from fundbank.kit.database import reading_only, reason_of
from fundbank.ledger.models import ChainHead
from fundbank.ledger.rules import GENESIS

Values = dict[str, Any]

ROWS_AT_ONCE = 100  # in a transaction: of a balance PostgreSQL looks through as many versions for each further one

BEGINS: Mapping[str, Mapping[str, Any]] = {
    "accounts": {"balance_ore": 0},
    "chain_heads": {"number": 0, "hash": GENESIS, **{name: 0 for name in ChainHead.__table__.c.keys() if name.endswith("_ore")}},
}
"""What the ledger's triggers make of the transfers, and how it begins. An earlier archive has not all of it."""

FOLLOWS = frozenset({"line_balances"})
"""Tables whose rows triggers make of others': they are not put in, but compared with the archive's at the end."""

SEQUENCE = text("SELECT pg_get_serial_sequence(:table, :column)")


class References(NamedTuple):
    """A table's columns that refer to its own rows, and those that refer to a table that is filled later."""

    own: list[tuple[str, str]]
    later: list[str]


def require_known(archive: Archive) -> None:
    """Raise Unusable for an archive of a later program."""
    if archive.manifest.revision not in migrations.revisions():
        raise Unusable(
            f"{archive.path} is of version {archive.manifest.revision}, which this program does not know: "
            f"it was made by a newer fundbank ({archive.manifest.program}). Install that version first."
        )


def fill(engine: Engine, archive: Archive, told: Told) -> list[str]:
    """Fill an empty database up to the archive's revision; returns the tables that did not come back as the archive has them.

    It stays marked as unfinished: whoever has done what must be done before anybody works on it takes the mark away (migrations.finish).
    Raises Unusable for a row that the database refuses.
    """
    manifest = archive.manifest
    migrations.begin(engine, manifest.revision)
    with engine.connect() as connection:
        references = _references(connection, manifest)
    filled = [member for member in manifest.members if member.table not in FOLLOWS]
    for member in filled:
        rows = (member.shape.values(line) for line in counted(archive.lines(member), member.table, member.rows, told))
        _insert(engine, member, rows, references[member.table])
    for member in filled:
        if later := references[member.table].later:
            _refer(engine, member, (member.shape.values(line) for line in archive.lines(member)), later)
    if engine.dialect.name == "postgresql":
        _go_on_counting(engine, manifest)
    return _differences(engine, manifest, told)


def _references(connection: Connection, manifest: Manifest) -> dict[str, References]:
    found, known = {}, set[str]()
    inspector = inspect(connection)
    for member in manifest.members:
        keys = inspector.get_foreign_keys(member.table)
        own = [(key["constrained_columns"][0], key["referred_columns"][0]) for key in keys if key["referred_table"] == member.table]
        known.add(member.table)
        later = [column for key in keys if key["referred_table"] not in known for column in key["constrained_columns"]]
        found[member.table] = References(own, later)
    return found


def _insert(engine: Engine, member: Member, rows: Iterable[Values], references: References) -> None:
    begins = {name: value for name, value in BEGINS.get(member.table, {}).items() if name in member.shape.names}
    first = {**begins, **dict.fromkeys(references.later)}
    if references.own and member.table not in ORDERS:
        rows = _parents_first(rows, references.own)
    statement = insert(member.shape.clause)
    for some in _in_batches(({**row, **first} for row in rows), OF_FILES.get(member.table, ROWS_AT_ONCE)):
        _run(engine, member, statement, some)


def _refer(engine: Engine, member: Member, rows: Iterable[Values], later: list[str]) -> None:
    """Fill in what refers to a table that was not there yet."""
    table = member.shape.clause
    statement = update(table).where(*(table.c[name] == bindparam(f"key_{name}") for name in member.order))
    statement = statement.values({name: bindparam(f"new_{name}") for name in later})
    wanted = (
        {**{f"key_{name}": row[name] for name in member.order}, **{f"new_{name}": row[name] for name in later}}
        for row in rows
        if any(row[name] is not None for name in later)
    )
    for some in _in_batches(wanted, ROWS_AT_ONCE):
        _run(engine, member, statement, some)


def _parents_first(rows: Iterable[Values], own: list[tuple[str, str]]) -> Iterator[Values]:
    """The same rows, none before one that it refers to."""
    there: set[Any] = set()
    waiting: defaultdict[Any, list[Values]] = defaultdict(list)
    (referred,) = {column for _, column in own}
    for row in rows:
        ready = [row]
        while ready:
            one = ready.pop()
            missing = [one[column] for column, _ in own if one[column] not in there and one[column] not in (None, one[referred])]
            if missing:
                waiting[missing[0]].append(one)
                continue
            yield one
            there.add(one[referred])
            ready += waiting.pop(one[referred], [])
    for lost in waiting.values():  # what they refer to is not there: the database says so
        yield from lost


def _in_batches(rows: Iterable[Values], size: int) -> Iterator[list[Values]]:
    going = iter(rows)
    while some := list(islice(going, size)):
        yield some


def _run(engine: Engine, member: Member, statement: Any, rows: list[Values]) -> None:
    try:
        with engine.begin() as connection:
            connection.execute(statement, rows)
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        first = ", ".join(str(value) for name, value in rows[0].items() if name.removeprefix("key_") in member.order)
        raise Unusable(
            f"the database does not take the rows of {member.table} from {first} on: {reason_of(error)}. "
            "Either the archive's own database had been changed past the program, or this one has no room."
        ) from error


def _go_on_counting(engine: Engine, manifest: Manifest) -> None:
    """Let what is new get numbers after those that are there."""
    with engine.begin() as connection:
        for member in manifest.members:
            for name in (name for name, kind in member.columns if kind == "integer"):
                sequence = connection.scalar(SEQUENCE, {"table": member.table, "column": name})
                last = connection.scalar(select(func.max(member.shape.clause.c[name]))) if sequence is not None else None
                if last is not None:
                    connection.execute(select(func.setval(sequence, last)))


def _differences(engine: Engine, manifest: Manifest, told: Told) -> list[str]:
    """The tables whose rows, read back from the database, are not the archive's."""
    with reading_only(), engine.connect() as connection:
        return [member.table for member in manifest.members if _digest(connection, member, told) != member.sha256]


def _digest(connection: Connection, member: Member, told: Told) -> str:
    shape, digest = member.shape, sha256()
    for line in counted(shape.lines(connection, shape.clause, true()), f"{member.table} (read back)", member.rows, told):
        digest.update(line)
    return digest.hexdigest()
