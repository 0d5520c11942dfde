"""The one place that commits. A web request, a command and a replay are each one unit of work."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from fundbank.errors import Refusal
from fundbank.extensions import Base, db
from fundbank.kit.constraints import broken
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
def attempt(**refusals: Refusal) -> Iterator[None]:
    """A step inside a unit of work that leaves no trace if it is refused (a savepoint).

    What somebody else has taken at the same instant only the database can tell: a constraint that ``refusals`` names becomes its refusal.
    """
    try:
        with db.session.begin_nested():
            yield
    except IntegrityError as error:
        refusal = refusals.get(broken(error) or "")
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
    key = row.__table__.primary_key
    named = zip(key, db.session.identity_key(instance=row)[1], strict=True)
    db.session.execute(select(*key).where(*(column == value for column, value in named)).with_for_update(key_share=True))
    db.session.refresh(row)  # in a question of its own: what is joined to a row that was waited for is read as it was before
