"""The one place that commits. A web request, a command and a replay are each one unit of work."""

from collections.abc import Iterator
from contextlib import contextmanager

from fundbank.extensions import Base, db
from fundbank.kit.database import ReplacedFile, is_trouble


class CommitInDoubt(Exception):
    """The database failed in the middle of the commit: nobody knows whether the unit of work was stored."""


def commit() -> None:
    """Make the unit of work permanent. Raises CommitInDoubt if the database fails so late that it may or may not have done so."""
    db.session.flush()
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
    db.session.rollback()


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Commit what the block did, or nothing of it."""
    try:
        yield
        commit()
    except BaseException:
        rollback()
        raise


@contextmanager
def attempt() -> Iterator[None]:
    """A step inside a unit of work that leaves no trace if it is refused (a savepoint)."""
    with db.session.begin_nested():
        yield


def lock(row: Base) -> None:
    """Hold ``row`` until the unit of work ends, and read it afresh: a second request waits here (on SQLite the writer's lock does it)."""
    db.session.flush()
    db.session.refresh(row, with_for_update={"of": type(row)})
