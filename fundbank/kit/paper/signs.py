"""Owns what is printed for a sign that the typeface does not have: what everybody would take for the same, or its name. Never a bare "?".

Word, spreadsheets and mail bring bullets, boxes and arrows of fonts of their own (U+F0B7 is Word's bullet), and people bring faces.
"""

import unicodedata
from functools import cache

from fundbank.kit.paper.fonts import glyphs

ALIKE = {
    "-": "‐‑⁃",
    "–": "‒",
    "—": "―⸺⸻",
    "•": "●○▪▫■◦◆◇‣⦁⬤◾◽⬛⬜✦❖❑❒❍\uf0b7\uf0a7\uf076\uf06e\uf075\uf077\uf071\uf06c",
    "·": "∙⋅",
    "[ ]": "☐□◻\uf0a8\uf06f\uf072",
    "[x]": "☑☒\uf0fd\uf0fe",
    "✓": "✔✅\uf0fc",
    "×": "✗✘✖✕❎\uf0fb",
    "→": "⇒⟶⟹➔➙➛➜➝➞➡➢➣➤►▶▸⮕⇨\uf0e0\uf0e8\uf0f0\uf0d8",
    "←": "⇐⟵⟸⬅◄◀◂⇦\uf0df\uf0e7\uf0ef",
    "↑": "⇑⬆▲△⇧\uf0e1\uf0f1",
    "↓": "⇓⬇▼▽⇩\uf0e2\uf0f2",
    "↔": "⇔⟷\uf0f3",
    "*": "★☆∗⭐🌟",
    "“": "‟❝",
    "”": "❞",
    "‘": "‛❛",
    "’": "❜ʼ",
    "~": "∼〜",
    ":-)": "☺🙂😀😃😄😁😊\uf04a",
    ";-)": "😉",
    ":-|": "😐\uf04b",
    ":-(": "☹🙁😞😟\uf04c",
    "<3": "❤♥♡",
    "(!)": "⚠",
    "!": "❗❕",
    "(?)": "❓❔",
    "(i)": "ℹ",
}
SUBSTITUTES = {sign: drawn for drawn, signs in ALIKE.items() for sign in signs}
FLAG_LETTERS = range(0x1F1E6, 0x1F200)  # two of them make a flag
SKIN = range(0x1F3FB, 0x1F400)  # the colour of the hand before it


@cache
def drawable(sign: str) -> str:
    """What is drawn for a sign: itself, what is taken for the same, or its name in brackets.

    An accent without a letter of its own in the typeface is left out: it would stand beside its letter, which says enough.
    """
    number, category = ord(sign), unicodedata.category(sign)
    if category in ("Mn", "Me") or number in SKIN:
        return ""
    if number in glyphs():
        return sign
    if sign in SUBSTITUTES:
        return SUBSTITUTES[sign]
    if number in FLAG_LETTERS:
        return chr(ord("A") + FLAG_LETTERS.index(number))
    name = unicodedata.name(sign, "")
    if category == "No" and "CIRCLED" in name:
        return f"({unicodedata.numeric(sign):.0f})"
    for form in ("NFKC", "NFKD"):
        parts = unicodedata.normalize(form, sign)
        if parts != sign and all(map(_has_substitute, parts)):
            return "".join(map(drawable, parts))
    return f"[{name.lower()}]" if name and category[0] in "PS" else f"[U+{number:04X}]"


def _has_substitute(part: str) -> bool:
    """Is it drawn as something that people take for the same?"""
    return ord(part) in glyphs() or part in SUBSTITUTES or unicodedata.category(part) in ("Mn", "Me")
