"""The main menu. Each package adds its own pages; a person sees only those that are open to them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, request, url_for

from fundbank.kit.web.session import reader

Question = Callable[[Any], bool]


@dataclass(frozen=True)
class Item:
    """One entry: an English message id, where it leads, and who sees it."""

    label: str
    endpoint: str
    order: int
    when: Question


@dataclass(frozen=True)
class Link:
    """An entry of a menu as this reader sees it; ``text`` is a message id."""

    text: str
    url: str
    current: bool


_items: dict[str, Item] = {}


def install(app: Flask) -> None:
    """Give templates ``menu_links()``."""
    app.jinja_env.globals["menu_links"] = entries


def add(label: str, endpoint: str, *, order: int, when: Question = lambda person: True) -> None:
    """Add an entry; ``when(person)`` says who sees it."""
    _items[endpoint] = Item(label, endpoint, order, when)


def entries() -> list[Link]:
    """The menu of the reader of this request; nothing for a guest."""
    person = reader()
    if person is None:
        return []
    shown = [item for item in sorted(_items.values(), key=lambda item: item.order) if item.when(person)]
    return [Link(item.label, url, _is_current(url)) for item in shown for url in (url_for(item.endpoint),)]


def _is_current(url: str) -> bool:
    """Is the reader on that page, or on one below it?"""
    return request.path == url or (url != "/" and request.path.startswith(f"{url}/"))
