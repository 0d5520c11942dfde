"""What is typed in a step and not yet part of the application, and what becomes of it when several write. Pure.

Each field has a name of its own for good: ``title``, ``costs-c4-amount`` (list, name of the row, column). A sender tells, for each field
that the page had, the mark of what it showed when the sender last saw it. So, field by field:

- what the sender has not touched stays as others have left it;
- what others have not touched since is as the sender left it;
- where both wrote something else, the sender's text stands and the other one is kept beside it, until somebody settles it.

A row is taken away by a text "" under the name of the row. Who writes in a row that somebody has taken away meanwhile brings all of it
back, with that beside it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

FIELD_OF_ROW = re.compile(r"([a-z_]+-[a-z0-9]{1,16})-[a-z_]+", re.ASCII)
NEW = "-"
"""The mark of a field in a row that nobody has written in yet."""


@dataclass(frozen=True)
class Typed:
    """A text with who typed it and when (None: it stood in the application), in which page (``pen``), and at which turn of it."""

    text: str
    who: int | None = None
    when: datetime | None = None
    pen: str = ""
    turn: int = 0


class Sent(NamedTuple):
    """What a page says of a field, and the mark of what it had shown."""

    text: str
    seen: str


class Page(NamedTuple):
    """A page of the step that sends something: what it says of its fields, its name, and how often it has sent something.

    ``saved_on`` is the revision that it was opened on, if it has saved the step before and somebody went back to it.
    """

    said: Mapping[str, Sent]
    pen: str = ""
    turn: int = 0
    saved_on: int | None = None


@dataclass
class Sheet:
    """A step: what the application says by the names of the fields, what is typed over it, and what stands beside that.

    ``is_own``: what has been saved since the page was opened that sends now, it has saved itself, and somebody went back to it.
    """

    stored: Mapping[str, str]
    typed: dict[str, Typed] = field(default_factory=dict)
    beside: dict[str, list[Typed]] = field(default_factory=dict)
    is_own: bool = False

    def shown(self) -> dict[str, str]:
        """What the step shows by field: what is typed over what is stored, without the rows that were taken away."""
        texts = {**self.stored, **{name: one.text for name, one in self.typed.items()}}
        return {name: text for name, text in texts.items() if not self._is_gone(name) and not is_row(name)}

    def merge(self, sent: Mapping[str, Sent], me: Typed) -> None:
        """Take in what a page sends; ``me`` tells who, when and where from."""
        shown = self.shown()
        rows = {row_of(name) for name in shown}
        for name, one in sent.items():
            if row_of(name) is None or row_of(name) in rows:
                self._put(name, one, shown.get(name), me)
        for row in dict.fromkeys(row_of(name) for name in sent):
            if row is not None and row not in rows:
                self._bring_back(row, {name: one for name, one in sent.items() if row_of(name) == row}, me)

    def take_away(self, row: str, me: Typed) -> None:
        """Take a row away, with whatever was typed in it."""
        if any(row_of(name) == row for name in self.stored):
            self.typed[row] = replace(me, text="")
        for name in [name for name in (*self.typed, *self.beside) if row_of(name) == row]:
            self.typed.pop(name, None)
            self.beside.pop(name, None)
        self.beside.pop(row, None)

    def settle(self, name: str, seen: str, me: Typed, *, take: bool, is_unseen: bool = False) -> None:
        """Let a text that stands beside (known by its mark) be the one that stands (``take``), or be gone. Gone can be also what is typed
        where no field asks for it any more. What stood and ``is_unseen`` by whoever takes the other one stands beside then.
        """
        texts = self.beside.get(name, [])
        chosen = next((one for one in texts if mark(one.text) == seen), None)
        if chosen is None:
            if not take and name in self.typed and mark(self.typed[name].text) == seen:
                del self.typed[name]
            return
        self._keep_beside(name, [one for one in texts if one is not chosen])
        if take and is_row(name):
            self.take_away(name, me)
        elif take:
            if is_unseen:
                self.beside.setdefault(name, []).append(self.typed.get(name) or Typed(self.stored[name]))
            self._stand(name, chosen.text, me)

    def seen_by(self, page: Page) -> "Sheet":
        """The step without what others have typed since the page was opened: what that page may save."""
        rows = {row_of(name) for name in page.said}

        def is_seen(name: str, one: Typed) -> bool:
            if one.pen == page.pen != "":
                return True
            return name not in rows if is_row(name) else name in page.said and page.said[name].text == one.text

        return Sheet(self.stored, {name: one for name, one in self.typed.items() if is_seen(name, one)})

    def forget(self, seen: Mapping[str, str]) -> None:
        """Let go what is typed, and what stands beside it, as far as a page has shown it: ``seen`` are its marks. What came since stays."""
        shown = {name: mark(text) for name, text in self.shown().items()}

        def is_seen(name: str) -> bool:
            if is_row(name):
                return {at: one for at, one in seen.items() if row_of(at) == name} == {
                    at: one for at, one in shown.items() if row_of(at) == name
                }
            return seen.get(name) == shown.get(name) or (name not in seen and row_of(name) is None)  # or no field asks for it any more

        for texts in (self.typed, self.beside):
            for name in [name for name in texts if is_seen(name)]:
                del texts[name]

    def _put(self, name: str, sent: Sent, shown: str | None, me: Typed) -> None:
        standing = self.typed.get(name)
        is_own = self.is_own if standing is None else standing.pen == me.pen != ""
        if mark(sent.text) == sent.seen or (standing is not None and is_own and standing.turn > me.turn):
            return
        known = {sent.seen, mark(sent.text)}
        beside = [one for one in self.beside.get(name, ()) if mark(one.text) not in known]
        if shown is not None and mark(shown) not in known and not is_own:
            beside.append(standing or Typed(shown))
        self._keep_beside(name, beside)
        self._stand(name, sent.text, me)

    def _bring_back(self, row: str, sent: Mapping[str, Sent], me: Typed) -> None:
        if all(mark(one.text) == one.seen for one in sent.values()):
            return
        gone = self.typed.pop(row, None)
        if gone is not None or any(one.seen != NEW for one in sent.values()):
            self.beside[row] = [gone or Typed("")]
        for name, one in sent.items():
            self._stand(name, one.text, me)

    def _stand(self, name: str, text: str, me: Typed) -> None:
        if self.stored.get(name) == text:
            self.typed.pop(name, None)
        else:
            self.typed[name] = replace(me, text=text)

    def _keep_beside(self, name: str, texts: list[Typed]) -> None:
        if texts:
            self.beside[name] = texts
        else:
            self.beside.pop(name, None)

    def _is_gone(self, name: str) -> bool:
        return row_of(name) in self.typed


def mark(text: str) -> str:
    """A short digest of a text, by which a page says what it has shown."""
    return blake2b(text.encode(), digest_size=5).hexdigest()


def is_unseen(name: str, page: Page, shown: Mapping[str, str]) -> bool:
    """Does the field, or one of the row, show another text than the page had shown, and than it says?"""
    of_it = {at: one for at, one in page.said.items() if name in (at, row_of(at)) and at in shown}
    return any(mark(shown[at]) not in (one.seen, mark(one.text)) for at, one in of_it.items())


def row_of(name: str) -> str | None:
    """The row that a field stands in: ``costs-c4`` of ``costs-c4-amount``."""
    match = FIELD_OF_ROW.fullmatch(name)
    return match[1] if match else None


def is_row(name: str) -> bool:
    """Is it a row that is called so, and not a field?"""
    return "-" in name and row_of(name) is None and not name.startswith("split-")


def marks(shown: Mapping[str, str], places: Iterable[tuple[str, str]]) -> str:
    """Say for the fields of a page what it shows: ``places`` are their names with what the page calls them."""
    return " ".join(f"{place}:{mark(shown[name]) if name in shown else NEW}" for name, place in places)


def read_marks(text: str) -> dict[str, str]:
    """What ``marks`` says, by what the page calls the fields."""
    return {place: seen for place, _colon, seen in (part.rpartition(":") for part in text.split())}
