"""The language within requests: the reader's, or another for what is written to somebody else."""

import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import islice

import pytest
from flask import Flask, render_template_string
from jinja2 import Template
from jinja2.defaults import DEFAULT_FILTERS

from fundbank.kit import formats, language
from fundbank.kit.language import gettext, speaking
from fundbank.kit.web import public
from fundbank.kit.web.language import COOKIE
from tests.builders import a_user
from tests.web import Client

WORDS = """{{ _("Cancel") }} {{ ngettext("%(num)s day", "%(num)s days", 2) }} {{ 100|kroner }} {{ _("%(name)s", name="<b>") }}"""
DANISH, ENGLISH = "Annullér 2 dage 1,00 kr. &lt;b&gt;", "Cancel 2 days DKK 1.00 &lt;b&gt;"


@pytest.fixture
def app_settings() -> dict[str, str]:
    return {"CATALOGUES": language.CATALOGUES}


@pytest.fixture
def spoken(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page /health writes in the reader's language, and within it in English and Danish."""

    def page() -> list[str]:
        said = [render_template_string(WORDS)]
        for other in ("en", "da"):
            with speaking(other):
                said.append(render_template_string(WORDS))
        return [*said, gettext("Cancel"), formats.amount(50)]

    monkeypatch.setitem(app.view_functions, "health", public(page))


def said(client: Client) -> list[str]:
    return [text.replace("\xa0", " ") for text in client.get("/health").get_json()]


def test_another_language_than_the_readers_can_be_written(app: Flask, client: Client, spoken: None) -> None:
    assert said(client) == [DANISH, ENGLISH, DANISH, "Annullér", "0,50"]
    client.set_cookie(COOKIE, "en")
    assert said(client) == [ENGLISH, ENGLISH, DANISH, "Cancel", "0.50"]
    client.set_cookie(COOKIE, "xx")
    assert said(client) == [DANISH, ENGLISH, DANISH, "Annullér", "0,50"]


def test_each_reader_has_their_own_and_leaves_nothing_behind(clients: Callable[[], Client], spoken: None) -> None:
    danish = a_user()
    english = a_user(danish.department, language="en")
    browsers = [clients().sign_in(danish), clients().sign_in(english)]
    for _ in range(2):
        assert [said(browser)[0] for browser in browsers] == [DANISH, ENGLISH]
        assert language.current() == "da"
    with speaking("en"):
        assert said(browsers[0])[0] == DANISH
        assert language.current() == "en"


def test_who_is_refused_is_told_in_their_own_language(client: Client) -> None:
    client.sign_in(a_user(language="en"))
    assert "The form has expired" in client.post("/language", data={}).words
    assert "The page does not exist" in client.get("/nowhere").words


def test_a_setting_names_other_catalogues(app: Flask) -> None:
    app.config["CATALOGUES"] = "none here"
    with speaking("da"):
        assert gettext("Cancel") == "Cancel"


def codes() -> set[str]:
    """Every code that a table of words of the program knows, and a message."""
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("fundbank.")]
    tables = [table for module in modules for table in vars(module).values() if isinstance(table, dict)]
    return {"Cancel", *(str(code) for table in tables for code, word in table.items() if isinstance(code, str) and isinstance(word, str))}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_filter_keeps_the_language_of_whoever_came_first(app: Flask) -> None:
    """Of a value that stands in the template itself: Jinja works plain filters of those out when it reads the template."""
    environment, samples = app.jinja_env, [1234567, 0.5, *sorted(codes())]
    own = environment.filters.keys() - DEFAULT_FILTERS.keys()
    differing = set[str]()
    for name in own:
        anew = environment.from_string(f"{{{{ value|{name} }}}}")

        def said(language: str, value: object, anew: Template = anew) -> str | None:
            with speaking(language), suppress(Exception):  # what the filter is not made for
                return anew.render(value=value)
            return None

        def differs(value: object, said: Callable[[str, object], str | None] = said) -> bool:
            return None not in (both := (said("da", value), said("en", value))) and both[0] != both[1]

        with app.app_context():
            told = list(islice((one for one in samples if differs(one)), 3))
            with speaking("da"):
                constant = environment.from_string("|".join(f"{{{{ {one!r}|{name} }}}}" for one in told))
            for language in ("en", "da"):
                with speaking(language):
                    assert constant.render() == "|".join(said(language, one) for one in told), name
        differing |= {name} if told else set()
    assert {"kroner", "amount", "number", "percent", "translated", "role", "award_state", "criterion"} <= differing
