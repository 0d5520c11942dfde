"""The forms of a page, read and filled in as by somebody who has no more than the page: tests find in them what can be done."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any
from xml.etree.ElementTree import Element

from tests.web import Response, parsed

ANSWERS = ("action", "answer", "outcome", "part", "roles")
"""Fields of which every answer is tried, each alone."""

WORDS = "word_"
"""A field of which every answer is tried begins so too: there is one for each matter."""

TICKED = ("agreed", "is_administrator", "present")
"""Boxes that are ticked, whoever may have left them empty."""

LEFT = ("value_on", "grant", "lower", "split", "stated")
"""Beginnings of names of fields left empty: what is tried happens today, is a loan, could do with no less, and states no payback."""

ROW = re.compile(r"-\d+-")
"""In the name of a field of a row: an empty row stays empty."""

SENTENCE = "en sætning som jeg selv valgte"
TYPED = {
    "amount": "1.000", "costs-0-amount": "1.000", "day": "01-01-2024", "loan": "1.000", "gains-0-amount": "1",
    "gains-1-amount": "1", "held_on": "24-11-2026", "due_on": "24-11-2026", "pay_on": "03-11-2026", "until": "24-11-2026",
    "development": "1.000", "operation": "100", "password": SENTENCE, "again": SENTENCE,
    "current": SENTENCE, "years": "1",
}  # fmt: skip
"""What is typed, also over what stands there; every other empty field is told why, in a word of this try alone."""


@dataclass
class Sheet:
    """A form as its page shows it: what stands in it, what stands empty, and the answers that are to be tried."""

    said: dict[str, Any] = field(default_factory=dict)
    empty: list[str] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)

    def filled(self, word: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The ways to fill it in, each with the answers that make it another; ``word`` stands where nothing else is known to fit."""
        typed = TYPED | {"email": f"{word}@kommune.dk", "name": word}
        stands = {name for name in typed.keys() & self.said.keys() if self.said[name] or not ROW.search(name)}
        said = self.said | dict.fromkeys(self.empty, word) | {name: typed[name] for name in stands}
        for values in product(*self.answers.values()):
            answers = dict(zip(self.answers, values, strict=True))
            yield " ".join(f"{WORDS if name.startswith(WORDS) else name}={value}" for name, value in answers.items()), said | answers


def sheets(page: Response) -> list[Sheet]:
    """The forms of a page that change something, and are sent to the page itself."""
    tree, _errors = parsed(page.get_data(as_text=True))
    own = (None, page.request.path)
    return [_sheet(form) for form in tree.iter("form") if form.get("action") in own and any(map(_is_token, form.iter("input")))]


def _is_token(one: Element) -> bool:
    return one.get("name") == "once"


def _sheet(form: Element) -> Sheet:
    sheet = Sheet()
    for one in form.iter():
        name = str(one.get("name") or "")
        if one.tag not in ("input", "select", "textarea") or not name or name in ("csrf_token", "once"):
            continue
        kind = one.get("type") if one.tag == "input" else one.tag
        if kind in ("radio", "checkbox") and (name in ANSWERS or name.startswith(WORDS)):
            sheet.answers.setdefault(name, []).append(str(one.get("value")))
        elif kind == "radio":
            if one.get("checked") is not None or name not in sheet.said:
                sheet.said[name] = one.get("value")
        elif kind == "checkbox":
            if one.get("checked") is not None or name in TICKED:
                sheet.said.setdefault(name, []).append(one.get("value"))
        elif kind == "select":
            chosen = next((option.get("value") for option in one.iter("option") if option.get("selected") is not None), "")
            offered = [option.get("value") or "" for option in one.iter("option")]
            sheet.said[name] = chosen or next((value for value in offered if value or ROW.search(name)), "")
        else:
            sheet.said[name] = (one.get("value") if one.tag == "input" else "".join(one.itertext()).strip()) or ""
            if not sheet.said[name] and kind != "hidden" and not name.startswith(LEFT) and not ROW.search(name):
                sheet.empty.append(name)
    return sheet
