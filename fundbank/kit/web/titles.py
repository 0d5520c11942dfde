"""What a person is called by those who know: a package that gives people roles tells it here, and the pages show it beside the name."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Flask

from fundbank.kit.web.session import reader

Titles = Mapping[int, Sequence[str]]
Teller = Callable[[Sequence[Any]], Titles]

_tellers: dict[str, Teller] = {}


def tell(name: str, teller: Teller) -> None:
    """Add a source of titles: given people, it returns each one's titles by id (message ids)."""
    _tellers[name] = teller


def of(people: Sequence[Any]) -> dict[int, list[str]]:
    """Everybody's titles, in one question a source however many people there are."""
    titles: dict[int, list[str]] = {person.id: [] for person in people}
    for teller in _tellers.values():
        for person_id, words in teller(people).items():
            titles[person_id].extend(words)
    return titles


def install(app: Flask) -> None:
    """Give templates ``titles()``: those of the reader."""
    app.jinja_env.globals["titles"] = of_reader


def of_reader() -> list[str]:
    """The titles of the reader of this request; none for a guest."""
    person = reader()
    return of([person])[person.id] if person else []
