"""Texts found by the beginnings of their words, with the database's own full text: SQLite's FTS5, PostgreSQL's ``simple`` configuration.

A table that is searched keeps its words in a column ``search_text``, folded and with a space between (``kit.text.words_of``), so that both
databases find the same. The index that serves it is made by a migration and kept by the database: on SQLite a table ``<table>_words`` that
triggers feed, on PostgreSQL the column ``search_words``. Nothing of what a person types is ever part of a statement's grammar: words are
letters or digits alone.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    TableClause,
    and_,
    case,
    column,
    false,
    func,
    literal,
    literal_column,
    select,
    table,
    true,
)

from fundbank.extensions import db
from fundbank.kit.text import words_of

FEW = 500  # rows that can well be named one by one
LENGTH = 450  # characters of the column
MOST_WORDS = 8  # more narrow nothing down any further


def search_text(*texts: str | None) -> str:
    """What a row is found by: the words at the beginning, as many as the column holds (a single sign may stand for eighteen letters)."""
    return " ".join(words_of(" ".join(filter(None, texts))))[:LENGTH]


def wanted(typed: str) -> list[str]:
    """The beginnings of words that somebody looks for, each once."""
    return list(dict.fromkeys(words_of(typed)))[:MOST_WORDS]


def is_on_sqlite() -> bool:
    """SQLite keeps no figures of what its tables hold, and so has to be told where to begin."""
    return bool(db.engine.dialect.name == "sqlite")


def with_words(model: Any, typed: str) -> ColumnElement[bool]:
    """Has the row words that begin with all that somebody typed? Where few have, they are looked up first, and named.

    Neither database knows how many that will be: SQLite keeps no figures, and PostgreSQL takes one row in fifty for the beginning of a word
    while a table has few words.
    """
    words = wanted(typed)
    if not words:
        return false()
    few = db.session.scalars(ids_with_words(model, words).limit(FEW + 1)).all()
    if len(few) > FEW:
        return shows_words(model, words, looked_up=False)
    return model.id.in_(few) if few else false()


def ids_with_words(model: Any, words: Sequence[str]) -> Select[Any]:
    """The ids of rows that have words beginning with all of these, as the index has them."""
    if is_on_sqlite():
        index, is_match = index_of(model, words)
        return select(index.c.rowid.label("id")).where(is_match)
    return select(model.id).where(shows_words(model, words))


def index_of(model: Any, words: Sequence[str]) -> tuple[TableClause, ColumnElement[bool]]:
    """SQLite's index of a table, and what holds for its rows that have words beginning with all of these. It finds one after the other, in
    the order of their ``rowid``, from either end.
    """
    name = f"{model.__tablename__}_words"
    index = table(name, column("rowid"), column(name))
    return index, index.c[name].bool_op("MATCH")(" ".join(f'"{word}"*' for word in words))


def shows_words(model: Any, words: Sequence[str], *, looked_up: bool = True) -> ColumnElement[bool]:
    """Has the row words that begin with all of these? PostgreSQL may look it up in its index; SQLite looks at a row that something else has
    found. So does PostgreSQL if many have them and it shall not be ``looked_up``: of a choice it keeps no figures, and takes it that every
    second row fits.
    """
    if not words:
        return false()
    if is_on_sqlite():
        return and_(*(literal(" ").concat(model.search_text).like(f"% {word}%") for word in words))
    indexed: ColumnElement[Any] = literal_column(f"{model.__tablename__}.search_words")
    match = indexed.bool_op("@@")(func.to_tsquery("simple", " & ".join(f"{word}:*" for word in words)))
    return match if looked_up else case((match, true()), else_=false())
