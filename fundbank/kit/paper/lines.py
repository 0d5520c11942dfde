"""Owns the way from a person's text to lines that fit a column.

Text is never parsed: ReportLab's own paragraphs read markup, and what an applicant writes must stay what they wrote.
"""

import re
import unicodedata

from fundbank.kit.paper.fonts import width
from fundbank.kit.paper.signs import drawable
from fundbank.kit.text import JOINERS, visible

_FIXED_SPACES = {"\u00a0", "\u2007", "\u202f"}


def clean(text: object) -> str:
    """The text in characters the typeface can draw (signs): "\\n" for new lines."""
    composed = unicodedata.normalize("NFC", JOINERS.sub("", visible("" if text is None else str(text))))
    if composed.isascii() and composed.isprintable():
        return composed
    return "".join(_drawable(character) for character in composed)


def _drawable(character: str) -> str:
    if character in _FIXED_SPACES:
        return "\u00a0"
    return character if character == "\n" else " " if character.isspace() else drawable(character)


def paragraphs(text: object) -> list[str]:
    """Part cleaned text at its blank lines."""
    return [part.strip("\n") for part in re.split(r"\n[ \n]*\n", clean(text)) if part.strip()]


def wrap(text: str, font: str, size: float, room: float) -> list[str]:
    """Break cleaned `text` into lines at most `room` points wide.

    A line broken at a space keeps the space at its end, so that whoever reads the text aloud or copies it gets whole
    words. A word wider than the room is broken: after a hyphen, a stroke or a non-breaking space where it has one.
    """
    lines: list[str] = []
    space = width(" ", font, size)
    for paragraph in text.split("\n"):
        line, used = "", 0.0
        for word in paragraph.split(" "):
            if not word:
                continue
            wide = width(word, font, size)
            if line and used + space + wide <= room:
                line, used = f"{line} {word}", used + space + wide
                continue
            if line:
                lines.append(line + " ")
            while wide > room and len(word) > 1:
                piece = _beginning(word, font, size, room)
                lines.append(piece)
                word = word[len(piece) :]
                wide = width(word, font, size)
            line, used = word, wide
        lines.append(line)
    return lines


def _beginning(word: str, font: str, size: float, room: float) -> str:
    """Give as much of a too wide `word` as fits, but never nothing and never all of it."""
    fits, used = 0, 0.0
    for character in word[:-1]:
        used += width(character, font, size)
        if used > room:
            break
        fits += 1
    fits = max(fits, 1)
    stroke = max(word.rfind(sign, 0, fits) for sign in "\u00a0-/_@")
    return word[: stroke + 1] if stroke > 0 else word[:fits]
