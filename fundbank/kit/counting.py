"""How much there is, counted no further than anybody needs to know: a page that says "100+" is as quick however much waits."""

from typing import Any, NamedTuple

from sqlalchemy import Select, func, select

from fundbank.extensions import db

MOST = 100


class Bounded(NamedTuple):
    """So many, or at least so many."""

    number: int
    is_more: bool = False


def up_to(found: int, most: int = MOST) -> Bounded:
    """What has been found by looking for one more than ``most``."""
    return Bounded(min(found, most), found > most)


def count(query: Select[Any], most: int = MOST) -> Bounded:
    """How many rows the query finds, counted up to ``most``."""
    return up_to(db.session.scalar(select(func.count()).select_from(query.limit(most + 1).subquery())) or 0, most)
