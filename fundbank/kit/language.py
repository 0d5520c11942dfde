"""The language that is being written, and its words. It needs no request: the edge, a command or a worker says which it is.

``with speaking("da"):`` holds for what is done within it, in this thread alone. Texts and formats (kit.formats) ask ``current``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from babel.support import LazyProxy, NullTranslations, Translations
from flask import current_app

from fundbank.paths import PACKAGE

LANGUAGES = {"da": "Dansk", "en": "English"}
DEFAULT = "da"
CATALOGUES = str(PACKAGE / "translations")  # the setting CATALOGUES of an application names others

_spoken: ContextVar[str] = ContextVar("language", default=DEFAULT)
_words: ContextVar[NullTranslations | None] = ContextVar("words", default=None)


def current() -> str:
    """The language in which is being written: a key of LANGUAGES."""
    return _spoken.get()


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
    """What this block writes is in ``language``; in Danish for one that the program does not speak."""
    token = _spoken.set(language if language in LANGUAGES else DEFAULT)
    words = _words.set(_read(_folder(), current()))  # looked up here, and not for each of the hundreds of messages of a page
    try:
        yield
    finally:
        _words.reset(words)
        _spoken.reset(token)


def gettext(message: str, /, **values: Any) -> str:
    """The message in the language that is being written, with ``values`` in it: ``_("%(name)s is closed.", name=pool.name)``."""
    text: str = catalogue().ugettext(message)
    return text % values if values else text


def ngettext(one: str, many: str, num: int, /, **values: Any) -> str:
    """The message for ``num`` things, which it may name as ``%(num)s``."""
    text: str = catalogue().ungettext(one, many, num)
    return text % {"num": num, **values}


def lazy_gettext(message: str, /, **values: Any) -> Any:
    """A message that is put into words where it is shown: for labels of forms, which are made once for all languages."""
    return LazyProxy(gettext, message, enable_cache=False, **values)


def catalogue() -> NullTranslations:
    """The messages of the language that is being written."""
    return _words.get() or _read(_folder(), current())


def _folder() -> str:
    folder: str = current_app.config.get("CATALOGUES", CATALOGUES) if current_app else CATALOGUES
    return folder


@lru_cache
def _read(folder: str, language: str) -> NullTranslations:
    return Translations.load(folder, [language])  # English is what the code says: it has no file
