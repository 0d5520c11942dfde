"""The one place that commits. A web request, a command and a replay are each one unit of work.

What happened in it (the lines of the history) is told to followers before it is committed and within its transaction: a letter that an
event calls for is there if and only if the event is. Upstream is told nothing of them; the program's entrances say who follows.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from fundbank.errors import Refusal
from fundbank.extensions import Base, db
from fundbank.kit.constraints import broken
from fundbank.kit.database import ReplacedFile, expect_reading, is_trouble
from fundbank.kit.seals.chain import seal
from fundbank.kit.seals.noting import NOTED

Follower = Callable[[Sequence[Any]], None]

_replaying: ContextVar[bool] = ContextVar("replaying", default=False)

_FOLLOWERS = "fundbank.followers"  # in the application's extensions
_HAPPENED = "fundbank.happened"  # in the session
_COMPARED = "fundbank.compared"


class CommitInDoubt(Exception):
    """The database failed in the middle of the commit: nobody knows whether the unit of work was stored."""


def commit(*, is_sealed: bool = True) -> None:
    """Make the unit of work permanent, after its followers were told and what it has written was sealed (unless not ``is_sealed``).

    Raises CommitInDoubt if the database fails so late that it may or may not have done so.
    """
    tell_followers()
    db.session.flush()
    db.session.info.pop(_COMPARED, None)
    if is_sealed:
        seal(db.session())
    try:
        db.session.commit()
    except ReplacedFile:
        raise  # refused before the database was asked
    except Exception as error:
        if is_trouble(error):
            raise CommitInDoubt from error
        raise


def rollback() -> None:
    """Forget the unit of work."""
    for noted in (_HAPPENED, _COMPARED, NOTED):
        db.session.info.pop(noted, None)
    db.session.rollback()


def follow(app: Flask, *followers: Follower) -> None:
    """Let ``followers`` be told of what happens in each unit of work of ``app``."""
    app.extensions[_FOLLOWERS] = followers


def happened(what: Any) -> None:
    """Note something that happened in this unit of work, for its followers."""
    db.session.info.setdefault(_HAPPENED, []).append(what)


def tell_followers() -> None:
    """Tell the followers what has happened since they were last told; what they do themselves is told too."""
    while noted := db.session.info.pop(_HAPPENED, None):
        for follower in current_app.extensions.get(_FOLLOWERS, ()):
            follower(noted)


@contextmanager
def replaying() -> Iterator[None]:
    """What happens within is played, not done: followers keep it, and tell nobody of it."""
    token = _replaying.set(True)
    try:
        yield
        tell_followers()
    finally:
        _replaying.reset(token)


def is_replay() -> bool:
    """Is what is told now only played?"""
    return _replaying.get()


@contextmanager
def unit_of_work(*, is_sealed: bool = True) -> Iterator[None]:
    """Commit what the block did, or nothing of it. A restore leaves the seals as they were (``is_sealed``)."""
    try:
        yield
        commit(is_sealed=is_sealed)
    except BaseException:
        rollback()
        raise


@contextmanager
def apart() -> Iterator[Connection]:
    """A transaction of its own, on a connection of its own: it stays, whatever becomes of the unit of work.

    For what is noted after a request. Another writer is waited for as long as anywhere else, and no longer (kit.database).
    """
    expect_reading(False)
    with db.engine.begin() as connection:
        yield connection


@contextmanager
def attempt(**refusals: Refusal) -> Iterator[None]:
    """A step inside a unit of work that leaves no trace if it is refused (a savepoint).

    What somebody else has taken at the same instant only the database can tell: a constraint that ``refusals`` names becomes its refusal.
    """
    known = len(db.session.info.get(_HAPPENED, ()))
    try:
        with db.session.begin_nested():
            yield
    except BaseException as error:
        del db.session.info.get(_HAPPENED, [])[known:]
        refusal = refusals.get(broken(error) or "") if isinstance(error, IntegrityError) else None
        if refusal is None:
            raise
        raise refusal from error


def lock(row: Base) -> None:
    """Hold ``row`` until the unit of work ends, and read it afresh: a second request waits here (on SQLite the writer's lock does it).

    A rule that looks at other rows locks what they belong to. Whoever takes several locks takes them in this order, so that nobody waits
    for somebody who waits for them: municipality, meeting, application (by id), pool, award, disbursement or claim, the ledger's head.
    Rows that only refer to a locked one need not wait.
    """
    db.session.flush()
    refuse = db.session.info.get(_COMPARED, {}).get(row)
    known = refuse and getattr(row, "revision", None)
    key = row.__table__.primary_key
    named = zip(key, db.session.identity_key(instance=row)[1], strict=True)
    db.session.execute(select(*key).where(*(column == value for column, value in named)).with_for_update(key_share=True))
    db.session.refresh(row)  # in a question of its own: what is joined to a row that was waited for is read as it was before
    if refuse is not None and known != getattr(row, "revision", None):
        refuse()


def compared(row: Base, refuse: Callable[[], None]) -> None:
    """Note that somebody changes ``row`` as it is read now: ``refuse`` is called if another one has changed it by the time it is held."""
    db.session.info.setdefault(_COMPARED, {})[row] = refuse


def lock_all(rows: Collection[Base]) -> None:
    """Hold several rows of one table until the unit of work ends, the lowest id first, and read them afresh, in two questions."""
    if not rows:
        return
    db.session.flush()
    kind = type(next(iter(rows)))
    (key,) = kind.__table__.primary_key
    ids = sorted(db.session.identity_key(instance=row)[1][0] for row in rows)
    db.session.execute(select(key).where(key.in_(ids)).order_by(key).with_for_update(key_share=True))
    for row in rows:
        db.session.expire(row)
    db.session.scalars(select(kind).where(key.in_(ids)).execution_options(populate_existing=True)).all()
