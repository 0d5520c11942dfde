"""What a person is called by those who know: a package that gives people roles tells it here, and the pages show it beside the name."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Flask, g
from flask_login import current_user

Titles = Mapping[int, Sequence[str]]
Teller = Callable[[Sequence[Any]], Titles]

_tellers: dict[str, Teller] = {}


def tell(name: str, teller: Teller) -> None:
    """This function adds a source of titles: given people, it returns each one's titles by id, in the reader's language."""
    _tellers[name] = teller


def of(people: Sequence[Any]) -> dict[int, list[str]]:
    """Everybody's titles, in one question a source however many people there are."""
    titles: dict[int, list[str]] = {person.id: [] for person in people}
    for teller in _tellers.values():
        for person_id, words in teller(people).items():
            titles[person_id].extend(words)
    return titles


def install(app: Flask) -> None:
    """This function gives templates ``titles()``: those of the reader."""
    app.context_processor(lambda: {"titles": _mine})


def _mine() -> list[str]:
    if not current_user.is_authenticated:
        return []
    if "titles" not in g:
        g.titles = of([current_user])[current_user.id]
    return g.titles
