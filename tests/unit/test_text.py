"""Text is cleaned once, found however it was written, and stands in Danish order."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fundbank.kit.text import KEY_LENGTH, clean, one_line, searchable, sort_key


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("Ådalens Skole", "Ådalens Skole"),
        ("A\u030adalens Skole", "Ådalens Skole"),
        ("\u212bdalens Skole", "Ådalens Skole"),
        ("Åda\u00adlens Sko\u00adle", "Ådalens Skole"),
        ("  Ådalens \u00a0 Skole\t", "Ådalens Skole"),
        *((f"Ådalens{space}Skole", "Ådalens Skole") for space in "\t\u00a0\u1680\u2000\u2003\u2007\u2009\u200a\u202f\u205f\u3000"),
        ("\ufeffÅ\u200bdalens\u2060 \u200eSkole\u200f", "Ådalens Skole"),
        ("\u202eelokS\u202c", "elokS"),
        ("a\x00b\x07c\x1fd\x7fe\x9ff", "abcdef"),
        ("en\ud800 halv", "en halv"),
        ("e‑post – og — mere ‐ “citat”…", "e‑post – og — mere ‐ “citat”…"),
        ("en  linje \r\n\r\n to\rtre\u2028fire\u2029fem\x85seks\x0csyv\x0botte", "en linje\n\nto\ntre\nfire\nfem\nseks\nsyv\notte"),
        ("\n\n  midt i  \n\n", "midt i"),
        ("👩\u200d💻 ❤\ufe0f", "👩\u200d💻 ❤\ufe0f"),
        ("e" + "\u0301" * 5000, unicodedata.normalize("NFC", "e" + "\u0301" * 8)),
    ],
)  # fmt: skip
def test_what_is_typed_is_cleaned_once(typed, kept):
    assert clean(typed) == kept


@pytest.mark.parametrize("typed", ["Ådalens\r\nSkole", "Ådalens \n\n\t Skole\n", "Ådalens\u2028Skole"])
def test_a_name_has_no_line_breaks(typed):
    assert one_line(typed) == "Ådalens Skole"


@pytest.mark.parametrize(
    ("written", "other"),
    [
        *(("digital post", f"Digital{sign}Post") for sign in (" ", "\u00a0", "\t", "\n", "\r\n", "  ", "\u00ad ")),
        *(("e-post", f"E{sign}post") for sign in "-‐‑‒–—―−－﹣"),
        ("ådalens skole", "A\u030aDALENS\u00a0SKO\u00adLE"),
        ("idé", "ide"),
        ("café", "CAFE\u0301"),
        ("l'hôpital", "L’hopital"),
        ('"citat"', "“Citat”"),
        ('"citat"', "„citat‟"),
        ("fin", "ﬁn"),
        ("straße", "STRASSE"),
        ("123", "１２３"),
        ("...", "…"),
        ("❤", "❤\ufe0f"),
    ],
)
def test_it_is_found_however_it_was_written(written, other):
    assert searchable(written) == searchable(other)


@pytest.mark.parametrize(
    ("one", "other"), [("å", "a"), ("æ", "ae"), ("ø", "o"), ("ä", "a"), ("ö", "o"), ("ü", "u"), ("ǻ", "a"), ("å", "aa")]
)
def test_letters_of_their_own_stay_apart(one, other):
    assert searchable(one) != searchable(other)
    assert searchable(one.upper()) == searchable(one)


# The order of the International Components for Unicode, locale da (CLDR 42): each stands before the next.
ORDER = [
    "", "_", "-", ",", ";", ":", "!", "?", ".", "'", '"', "(", ")", "[", "]", "{", "}", "§", "@", "*", "/", "\\", "&", "#", "%", "•", "`",
    "^", "°", "©", "®", "+", "±", "÷", "×", "<", "=", ">", "|", "~", "¤", "¢", "$", "£", "¥", "€", "0", "1", "10", "2", "9", "9 a", "9a",
    "A", "a", "Á", "á", "a a", "a-a", "ab", "ae", "azz", "B", "b", "Cafe", "cafe", "Café", "café", "Cafe 2", "Cafeteria", "D", "d", "Đ",
    "đ", "Ð", "ð", "du", "E", "e", "é", "È", "è", "ë", "ea", "Fyn", "Ida", "Idé", "Ide 2", "Idéer", "L", "l", "Lars", "Łars", "lat", "m",
    "n", "ñ", "o", "Ó", "oe", "œ", "of", "p", "s", "ss", "st", "t", "ta", "th", "ti", "U", "u", "V", "v", "W", "w", "Y", "y", "Ü", "ü",
    "ű", "ya", "Z", "z", "zå", "Æ", "æ", "Ä", "ä", "æb", "Æble", "Ø", "ø", "Ö", "ö", "ő", "øa", "Øst", "Å", "å", "aab", "Åben", "Åby",
    "ås",
]  # fmt: skip


def test_names_stand_in_danish_order():
    assert sorted(reversed(ORDER), key=sort_key) == ORDER
    assert len({sort_key(name) for name in ORDER}) == len(ORDER)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("Zebra", "Ærø"), ("Ærø", "Østerbro"), ("Østerbro", "Ådal"), ("Østerbro", "Aadal"), ("Aab", "Åc"), ("Åb", "Aac"), ("AAB", "Åc"),
        ("Kanap", "Kanaan"), ("André B", "Andre C"), ("Andre B", "André C"), ("anna b", "Anna C"), ("Anna b", "anna C"),
        ("Müller A", "Myller B"), ("Myller A", "Müller B"), ("Sørensen A", "Sörensen B"), ("Sörensen A", "Sørensen B"),
        ("3. kontor", "A-kontoret"), ("Børn og Unge", "Børnehaven"), ("Anna B", "Anna-Lise"), ("Z", "Б"), ("Å", "Ж"), ("Ж", "Ѵ"),
        ("🙂", "1"), ("aAb", "ab"), ("A\u030a 1", "Å 2"), ("Å 1", "A\u030a 2"), ("e–post a", "e-post b"),
    ],
)  # fmt: skip
def test_the_first_name_stands_before_the_second(first, then):
    assert sort_key(first) < sort_key(then)


@pytest.mark.parametrize(
    ("one", "other"), [("Ådal", "A\u030adal"), ("Å B", " Å\u00a0 B "), ("e-post", "e‑post"), ("e-post", "e–post"), ("L'A", "L’A")]
)
def test_what_is_written_alike_stands_at_one_place(one, other):
    assert sort_key(one) == sort_key(other)


@settings(deadline=None)
@given(st.text())
@example("\u0344\u0f73\u0958 \u2126\u0300")
@example("ﷺ" * 100)
def test_every_text_can_be_cleaned_folded_and_sorted(text):
    kept = clean(text)
    assert clean(kept) == kept
    assert unicodedata.is_normalized("NFC", kept)
    assert searchable(searchable(text)) == searchable(text) == searchable(kept)
    assert sort_key(text) == sort_key(kept)
    assert not sort_key(text).strip("0123456789")
    assert len(sort_key(text)) <= KEY_LENGTH
    kept.encode()


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_the_key_of_a_name_with_more_to_it_comes_after(name, more):
    assert sort_key(name) <= sort_key(f"{name} {more}")
