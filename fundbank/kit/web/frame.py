"""Parts of pages that are the same again and again: the header with its menu, a row of a list. Each is drawn once and kept.

A part must follow from its values and the language alone: nothing of the request, no token, no clock. So it never has to be thrown away.
What a reader types is no such value: there is no end to it, and each would be kept.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from flask import Flask, current_app
from markupsafe import Markup

from fundbank.kit import language
from fundbank.kit.web import menu, titles
from fundbank.kit.web.session import reader

NAME = "fundbank.frame"
PARTS = 1_024  # of a few kilobytes, or some tens where fifty rows or a whole municipality's departments stand in them
ROWS = 16_384  # of about half a kilobyte


def install(app: Flask) -> None:
    """This function gives templates ``drawn(template, …)``, ``drawn_each(template, "row", rows, …)``, ``header()`` and ``footer()``."""

    def draw(template: str, spoken: str, values: tuple[tuple[str, Any], ...]) -> Markup:
        return Markup(app.jinja_env.get_template(template).render(dict(values)))  # noqa: S704  (the template has escaped what it was given)

    part, row = lru_cache(maxsize=PARTS)(draw), lru_cache(maxsize=ROWS)(draw)

    def drawn(template: str, **values: Any) -> Markup:
        return part(template, language.current(), tuple(values.items()))

    def drawn_each(template: str, name: str, things: Iterable[Any], **values: Any) -> Markup:
        spoken, shared = language.current(), tuple(values.items())
        return Markup("".join(row(template, spoken, ((name, thing), *shared)) for thing in things))  # noqa: S704  (each is drawn)

    app.extensions[NAME] = drawn
    app.jinja_env.globals.update(drawn=drawn, drawn_each=drawn_each, header=header, footer=footer)


def drawn(template: str, **values: Any) -> Markup:
    """What ``template`` makes of these values (hashable) in the reader's language."""
    return current_app.extensions[NAME](template, **values)


def header() -> Markup:
    """The header for the reader of this request, or for a guest."""
    person = reader()
    if person is None:
        return drawn("_frame/header.html", name="", department="", municipality="", titles=(), links=())
    return drawn(
        "_frame/header.html",
        name=person.name,
        department=person.department.name,
        municipality=person.municipality.name,
        titles=tuple(titles.of_reader()),
        links=tuple(menu.entries()),
    )


def footer() -> Markup:
    """The foot of the page: whose digitalisation bank it is."""
    person = reader()
    return drawn("_frame/footer.html", municipality=person.municipality.name if person else "")
