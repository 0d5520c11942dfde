"""The words that a coordinator adds to a letter: what may stand in braces, and what comes of it."""

import pytest

from fundbank.wording.rules import PLACEHOLDERS, Kind, UnknownPlaceholder, check_placeholders, filled, names

FACTS = {"title": "Digital post", "department": "Borgerservice", "asked": "600.000,00 kr.", "given": "450.000,00 kr."}


def test_words_in_braces_become_the_facts_of_the_letter() -> None:
    text = "{enhed} søgte om {ansøgt} til {titel} og får {bevilget} i alt."
    said = "Borgerservice søgte om 600.000,00 kr. til Digital post og får 450.000,00 kr. i alt."
    assert filled(text, Kind.APPROVE, "da", FACTS) == said
    assert filled("{asked}, of which {given}", Kind.APPROVE, "en", FACTS) == "600.000,00 kr., of which 450.000,00 kr."


@pytest.mark.parametrize("written", ["{ titel }", "{TITEL}", "{Titel}"])
def test_a_word_in_braces_is_read_however_it_is_typed(written: str) -> None:
    check_placeholders(written, Kind.REJECT, "da", field="opening")
    assert filled(written, Kind.REJECT, "da", FACTS) == "Digital post"


@pytest.mark.parametrize(
    ("kind", "language", "text"),
    [
        (Kind.REJECT, "da", "Du får {bevilget}"),  # nothing is given
        (Kind.APPROVE, "da", "{title}"),  # the other language's word
        (Kind.CLAIM, "da", "{mødedag}"),
        (Kind.APPROVE, "en", "{given.__class__}"),
        (Kind.APPROVE, "da", "{}"),
        (Kind.APPROVE, "da", "{{ config }}"),
    ],
)
def test_what_stands_for_nothing_is_refused(kind: Kind, language: str, text: str) -> None:
    with pytest.raises(UnknownPlaceholder) as refused:
        check_placeholders(text, kind, language, field="closing")
    assert (refused.value.code, refused.value.field) == ("incomplete", "closing")
    assert refused.value.values["known"].startswith("{" + names(kind, language)[0])


def test_nothing_in_a_wording_is_run() -> None:
    """Braces of Python's and of Jinja's kind, and per cent signs, are text; a fact's own braces are not read again."""
    text = "{0} {titel!r} %(title)s {% if x %} {titel}"
    assert filled(text, Kind.APPROVE, "da", {"title": "{enhed}", "department": "X"}) == "{0} {titel!r} %(title)s {% if x %} {enhed}"


def test_every_placeholder_has_a_word_of_its_own_in_each_language() -> None:
    for kind in Kind:
        for language in ("da", "en"):
            words = names(kind, language)
            assert len(words) == len(set(words)) == len(PLACEHOLDERS[kind])
