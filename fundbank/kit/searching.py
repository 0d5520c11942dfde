"""Long lists that are searched, whatever is asked for, without reading them whole.

What somebody asks for is looked up in its own index. If few lines have it they are named, and all else is asked of those few. If many
have it, or no index knows, the list is walked in the order of its time, no further than ``LOOKED_THROUGH`` lines at once: then the page
says that it has not come to the end, and leads on from there. So a search takes as much in a long list as in a short one.
"""

from collections.abc import Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Select, false, select, tuple_

from fundbank.extensions import db
from fundbank.kit.search import FEW, ids_with_words, shows_words, wanted

LOOKED_THROUGH = 1_000  # lines

Row = TypeVar("Row")


class Asked(NamedTuple):
    """One thing that is asked for: what holds for a line that has it, and where an index names such lines (None: none does)."""

    holds: ColumnElement[bool]
    ids: Select[int] | None = None


class Listed(NamedTuple):
    """A list, newest first: by the column ``time``, then by ``number``. ``owner`` is the column of whose lines they are, and ``owner_id``
    who reads theirs; without one the list is walked through everybody's lines, and who owns a line is asked of it.
    """

    model: Any
    time: Any
    number: Any
    owner: Any = None
    owner_id: int | None = None


class Found(NamedTuple, Generic[Row]):
    """Some lines, and the number before which there may be more. ``is_cut``: the search has stopped there, not the page."""

    rows: Sequence[Row] = ()
    before: int | None = None
    is_cut: bool = False


def words_asked(model: Any, typed: str) -> Asked:
    """Lines with words that begin as those that somebody typed."""
    words = wanted(typed)
    if not words:
        return Asked(false(), select(model.id).where(false()))
    return Asked(shows_words(model, words, looked_up=False), ids_with_words(model, words))


def search(
    query: Select[Any], listed: Listed, asked: Sequence[Asked], *, within: Sequence[ColumnElement[bool]] = (), before: int | None = None,
    size: int, is_whole: bool = False,
) -> Found[Any]:  # fmt: skip
    """Up to ``size`` of the lines that have all that is asked for, of a period of the list's time (``within``), before the line with the
    number ``before``. ``is_whole``: the search goes to the end, for a file of all that is found.
    """
    named, conditions = _named(asked)
    if named is not None and not named:
        return Found()
    ranged = [*within]
    if before is not None:
        ranged.append(_place(listed) < _place_of(listed, before))
    if named is not None:
        ranged.append(listed.model.id.in_(named))
    if listed.owner is not None:
        # By + 0 SQLite learns to begin with the lines that are named, and not with all of the owner's.
        ranged.append((listed.owner if named is None else listed.owner + 0) == listed.owner_id)
    end = None
    if named is None and conditions and not is_whole:
        end = db.session.scalar(_newest_first(select(listed.number).where(*ranged), listed).offset(LOOKED_THROUGH - 1).limit(1))
        if end is not None:
            ranged.append(_place(listed) >= _place_of(listed, end))
    rows = db.session.scalars(_newest_first(query.where(*ranged, *conditions), listed).limit(size + 1)).all()
    if len(rows) > size:
        return Found(rows[:size], getattr(rows[size - 1], listed.number.key))
    return Found(rows, end, end is not None)


def _named(asked: Sequence[Asked]) -> tuple[set[int] | None, list[ColumnElement[bool]]]:
    """The lines that can be named, since few have what is asked for; and what is to be asked of each line."""
    named: set[int] | None = None
    conditions = []
    for one in asked:
        ids = None if one.ids is None else db.session.scalars(one.ids.limit(FEW + 1)).all()
        if ids is None or len(ids) > FEW:
            conditions.append(one.holds)
        else:
            named = set(ids) if named is None else named & set(ids)
    return named, conditions


def _newest_first(query: Select[Any], listed: Listed) -> Select[Any]:
    return query.order_by(listed.time.desc(), listed.number.desc())


def _place(listed: Listed) -> Any:
    return tuple_(listed.time, listed.number)


def _place_of(listed: Listed, number: int) -> Any:
    """Where the line with that number stands."""
    same = [listed.number == number, *([listed.owner == listed.owner_id] if listed.owner is not None else [])]
    return tuple_(select(listed.time).where(*same).scalar_subquery(), number)
