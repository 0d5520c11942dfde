"""Text as people write it: cleaned once on the way in, folded to be found, and a key by which names stand in Danish order.

Pure, and quick for any length: what is slow for a text made to be slow (thousands of accents on one letter) is cut off first.
"""

import re
import unicodedata
from collections.abc import Iterator

NEW_LINES = re.compile(r"\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# What nobody sees: control signs, soft hyphens, fillers, turned writing direction, surrogates without their other half. Tabs and new lines
# are space; joiners and variation selectors stay, since some signs are made with them.
UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    r"\u3164\ud800-\udfff\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
JOINERS = re.compile(r"[\u200c\u200d\ufe00-\ufe0f]")
SPACES = re.compile(r"[^\S\n]+")
DASHES = re.compile(r"[\u2010-\u2015\u2043\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d]")
QUOTES = str.maketrans("‘’‚‛ʼ′“”„‟″«»", "'" * 6 + '"' * 7)
WORD = re.compile(r"[^\W\d_]+|\d+")
BEYOND_LATIN = re.compile(r"[^\x00-\u02ff]{9}")
MARKS_MOST = 8  # accents on one letter; no language has more, and putting them in order takes the square of their number

# Danish order as CLDR has it (da.xml over the root collation): signs, digits, letters; spaces and signs count like any other.
SIGNS = " _-,;:!?.'\"()[]{}§@*/\\&#%•`^°©®+±÷×<=>|~¤¢$£¥€"
DIGITS, LETTERS = "0123456789", "abcdefghijklmnopqrstuvwxyzæøå"
WEIGHTS = {sign: f"{number:02}" for number, sign in enumerate(SIGNS, start=1)}
OTHER_SIGN = len(WEIGHTS) + 1  # it and other letters are followed by the number of the sign itself
WEIGHTS |= {sign: f"{number:02}" for number, sign in enumerate(DIGITS + LETTERS, start=OTHER_SIGN + 1)}
OTHER_LETTER = 99
STANDS_WITH = {  # letter and mark: the letter that it stands with, if that is another one
    "a\u030a": "å", "a\u0308": "æ", "o\u0308": "ø", "o\u030b": "ø", "u\u0308": "y", "u\u030b": "y",
}  # fmt: skip
RING = "\u030a"  # with an a it is no accent: å is a letter
TAKEN_APART = {"þ": "th", "đ": "d\u0335", "ð": "d\u0336", "ħ": "h\u0335", "ł": "l\u0335", "œ": "oe\u0338"}
ACCENTS = "\u0301\u0300\u0306\u0302\u030c\u030a\u0308\u030b\u0303\u0307\u0335\u0336\u0337\u0338\u0327\u0328\u0304"
LETTER, OTHER_ACCENT = "01", "99"
ACCENT = {mark: f"{number:02}" for number, mark in enumerate(ACCENTS, start=2)}
KEY_LENGTH = 600  # digits; names that are alike for their first 300 letters stand together


LOOKED_THROUGH = 100_000  # characters: five times what any field takes


def visible(text: str) -> str:
    """The text without what nobody sees; each kind of new line one. One far too long to be kept is not looked through."""
    if len(text) > LOOKED_THROUGH:
        return text
    return UNSEEN.sub("", NEW_LINES.sub("\n", text))


def clean(text: str) -> str:
    """What is typed or pasted, as it is kept: NFC, nothing that nobody sees, every kind of space one space, nothing around a line.

    Line breaks stay, and so do Word's hyphens, dashes and quotation marks.
    """
    text = unicodedata.normalize("NFC", _few_marks(visible(text)))
    return "\n".join(SPACES.sub(" ", line).strip(" ") for line in text.split("\n")).strip("\n")


def one_line(text: str) -> str:
    """A name, a title: cleaned, and without line breaks."""
    return " ".join(filter(None, clean(text).split("\n")))


def searchable(text: str) -> str:
    """The text folded, so that it is found however it was written: small letters, every dash a "-", every quotation mark alike, one space.

    Accents fall away (``idé`` is found by ``ide``); æ, ø, å, ä, ö and ü stay the letters that they are.
    """
    kept: list[str] = []
    base = ""
    for sign in unicodedata.normalize("NFD", _alike(text).casefold()):
        if not "\u0300" <= sign < "\u0370":
            base = sign
        elif base + sign not in STANDS_WITH:
            continue
        kept.append(sign)
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def words_of(text: str) -> list[str]:
    """The words of a text, folded as above. A word is letters or digits: ``e-boks``, ``3e5`` and ``5g`` are two or three."""
    return WORD.findall(searchable(text))


def sort_key(text: str) -> str:
    """Where the text stands in a Danish list: keys compare as the texts do, in every database, since they are digits only.

    … Z, Æ, Ø, Å; aa is å; é stands with e, ä with æ, ö with ø, ü with y. Accents, then capitals (first) only decide between what is
    otherwise alike. All dashes are one, and so are all quotation marks.
    """
    weights, accents, cases = [], [], []
    for weight, marks, case in _letters(_alike(text[:KEY_LENGTH])):
        weights.append(weight)
        accents += [LETTER, *(ACCENT.get(mark, OTHER_ACCENT) for mark in marks)]
        cases.append(case)
    while accents and accents[-1] == LETTER:
        accents.pop()
    return "".join([*weights, "00", *accents, "00", *cases])[:KEY_LENGTH]


def _letters(text: str) -> Iterator[tuple[str, list[str], str]]:
    """Each letter with its accents: its weight, the accents, and "1" for a capital, "2" for a small one. aa, Aa and AA are one letter."""
    letter, marks, case = "", list[str](), ""
    for sign in unicodedata.normalize("NFKD", text):
        size = "1" if sign.isupper() else "2"
        for part in "".join(TAKEN_APART.get(small, small) for small in sign.casefold()):
            if letter and unicodedata.combining(part):
                if not (letter == "a" and part == RING):
                    marks.append(part)
                letter = STANDS_WITH.get(letter + part, letter)
            elif letter == part == "a" and not marks and case + size != "21":
                letter, case = "å", case + size
            else:
                if letter:
                    yield _weight(letter), marks, case
                letter, marks, case = part, [], size
    if letter:
        yield _weight(letter), marks, case


def _weight(letter: str) -> str:
    return WEIGHTS.get(letter) or f"{OTHER_LETTER if letter.isalnum() else OTHER_SIGN:02}{ord(letter):07}"


def _alike(text: str) -> str:
    """One line without joiners, its dashes and quotation marks of one kind."""
    plain = JOINERS.sub("", one_line(text))
    return unicodedata.normalize("NFKC", DASHES.sub("-", plain).translate(QUOTES))


def _few_marks(text: str) -> str:
    if not BEYOND_LATIN.search(text):
        return text
    kept, marks = [], 0
    for sign in text:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks <= MARKS_MOST:
            kept.append(sign)
    return "".join(kept)
