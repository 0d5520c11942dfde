"""The Danish catalogue is whole: every message of the program and its templates, none of them guessed, none left over."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from fundbank.paths import PACKAGE

ROOT = PACKAGE.parent
DANISH = PACKAGE / "translations" / "da" / "LC_MESSAGES" / "messages.po"
VALUES = re.compile(r"%\((\w+)\)[sd]")


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    file = tmp_path_factory.mktemp("catalogue") / "messages.pot"
    pybabel = str(Path(sys.executable).parent / "pybabel")
    # --ignore-dirs: by itself pybabel leaves out folders that begin with an underscore, and with them templates/_macros.
    command = [pybabel, "-q", "extract", "-F", "babel.cfg", "-k", "N_", "--ignore-dirs", ".*", "-o", str(file), "."]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with file.open("rb") as handle:
        return read_po(handle)


@pytest.fixture(scope="module")
def danish() -> Catalog:
    with DANISH.open("rb") as handle:
        return read_po(handle, locale="da")


def messages(catalogue: Catalog) -> dict[object, Message]:
    return {(message.id, message.context): message for message in catalogue if message.id}


def test_every_message_is_there_and_none_is_left_over(extracted: Catalog, danish: Catalog) -> None:
    wanted, known = messages(extracted), messages(danish)
    assert not (missing := sorted(str(key[0]) for key in wanted.keys() - known.keys())), missing
    assert not (left_over := sorted(str(key[0]) for key in known.keys() - wanted.keys())), left_over


def test_every_message_has_danish_words(danish: Catalog) -> None:
    empty = [message.id for message in messages(danish).values() if not all(_forms(message))]
    guessed = [message.id for message in messages(danish).values() if message.fuzzy]
    assert not empty
    assert not guessed


def test_the_values_are_the_same_in_both_languages(danish: Catalog) -> None:
    for message in messages(danish).values():
        english = message.id if isinstance(message.id, tuple) else (message.id,)
        allowed = {name for form in english for name in VALUES.findall(form)}
        for form in _forms(message):
            assert set(VALUES.findall(form)) <= allowed, form
            if not isinstance(message.id, tuple):
                assert set(VALUES.findall(form)) == allowed, form


def _forms(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, tuple | list) else (message.string,)


def test_danish_quotes_in_one_way(danish: Catalog) -> None:
    for form in (form for message in messages(danish).values() for form in _forms(message)):
        assert not set(form) & set("”»«"), form
        assert form.count("„") == form.count("“"), form
