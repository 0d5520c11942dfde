"""Rows of a form that can be added and removed without JavaScript: costs, gains, own financing, quality.

A row in which nothing was typed is ignored. A row that was begun is checked whole: what it lacks gets a sentence at its field. Whatever
was typed stays, also when rows come and go.
"""

import re
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from secrets import token_hex
from typing import Any, ClassVar

import wtforms
from werkzeug.datastructures import MultiDict

from fundbank.applications.forms.row_fields import RowField
from fundbank.applications.forms.texts import text_of
from fundbank.kit.language import gettext as _
from fundbank.kit.web.forms import ReadField

MOST_ROWS = 60
"""How many rows of a kind can be written; those that are stored already stay, also beyond."""

Choices = Mapping[str, Sequence[tuple[Any, Any]]]


class RowForm(wtforms.Form):
    """One row, called ``title`` (# is its number). ``blank`` is what a new one shows."""

    title: ClassVar[Any] = ""
    blank: Mapping[str, Any] = {}
    row = RowField()
    others: Sequence[Any] = ()
    """What another one has done to the row while something was written in it."""
    key: Any = None
    """The key of what is stored under the row's name (rules.row_keys), or those of its years; no browser can say one."""

    def __init__(self, formdata: Any, values: Mapping[str, Any], prefix: str, choices: Choices, known_texts: Sequence[str] = ()) -> None:
        super().__init__(formdata, data=dict(values), prefix=prefix)
        self.anchor = prefix.rstrip("-")  # the row's own place on the page
        self.known_texts = known_texts
        for field in self:
            field.flags.required = field.flags.optional = False  # what a row lacks is said at its field once it has been begun
            if field.short_name in choices:
                field.choices = list(choices[field.short_name])

    def is_empty(self) -> bool:
        """Was nothing typed but what a new row shows anyway?"""
        return all(_typed(field) in ("", _start(field, self.blank)) for field in self if field.kind not in ("checkbox", "hidden"))

    @property
    def first_field(self) -> wtforms.Field:
        """Where a sentence stands that is about the row as a whole."""
        return next(field for field in self if field.kind != "hidden")

    def check(self) -> bool:
        """Check the row; False once a field has a sentence."""
        return bool(self.validate())

    @property
    def is_good(self) -> bool:
        """Has no field a sentence, as far as the row has been checked?"""
        return not any(field.errors for field in self)

    def asks_to_be_seen(self, *names: str) -> bool:
        """Does something stand at one of these fields that must not be folded away?"""
        return any(asks_to_be_seen(self[name]) for name in names)

    @abstractmethod
    def read(self) -> Any:
        """What the row says, once it has been checked."""

    def items(self) -> Sequence[Any]:
        """The same as the content lists it."""
        return (self.read(),)

    def refuse(self, field: wtforms.Field, text: str) -> bool:
        field.errors = [*field.errors, text]
        return False


class Rows:
    """The rows of one kind in one form, read from what was sent or from what is stored."""

    def __init__(
        self, name: str, kind: type[RowForm], choices: Choices, *, sent: Any, values: Sequence[Mapping[str, Any]], start: int = 1,
        known_texts: Sequence[str] = (), blank: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        self.name, self.kind, self.choices, self.known_texts, self.start = name, kind, choices, known_texts, start
        self.blank = {**kind.blank, **(blank or {})}
        self.stored = {one["row"]: one for one in values if one.get("row")}
        if sent is not None:
            pattern = re.compile(rf"{re.escape(name)}-(\d{{1,4}})-\w+")
            numbers = sorted({int(match[1]) for key in sent if (match := pattern.fullmatch(key))})
            self.list = [self._row(number, sent, self.stored.get(sent.get(f"{name}-{number}-row"), {})) for number in numbers]
        else:
            self.list = [self._row(number, None, one) for number, one in enumerate(values)]
            self.fill_up()
        self._name_rows()

    def __iter__(self) -> Iterator[RowForm]:
        return iter(self.list)

    def __len__(self) -> int:
        return len(self.list)

    def called(self, row: RowForm) -> str:
        """What the page calls the row: "Cost 2"."""
        return str(self.kind.title).replace("#", str(self.list.index(row) + 1))

    @property
    def filled(self) -> list[RowForm]:
        """The rows in which something was typed."""
        return [row for row in self.list if not row.is_empty()]

    @property
    def next_anchor(self) -> str:
        """Where on the page the next row that is added will stand."""
        return f"{self.name}-{self._next_number()}"

    def add(self, values: Mapping[str, Any] | None = None) -> None:
        """Add a row at the end: a blank one, or one that says ``values`` as if they had been typed there."""
        number, said = self._next_number(), self.blank if values is None else values
        row = self._row(number, None, {**said, "row": said.get("row") or new_name()})
        self.list.append(row if values is None else self._row(number, _as_typed(row), {}))

    def fill_up(self) -> None:
        """Add blank rows until there are as many as a form begins with."""
        while len(self.list) < self.start:
            self.add()

    def has_room(self, rows: int = 1) -> bool:
        """Can so many more rows be filled in?"""
        return len(self.filled) + rows <= MOST_ROWS

    def remove(self, anchor: str) -> None:
        self.list = [row for row in self.list if row.anchor != anchor]

    def check(self) -> bool:
        """Check every row that was begun, and that the new ones are not too many; False if one has a sentence."""
        return all(
            [row.check() if self._may_be(place, row) else row.refuse(row.first_field, too_many()) for place, row in enumerate(self.filled)]
        )

    def _name_rows(self) -> None:
        """Give each row a name of its own where it came without one, and let those that are stored have their keys from there."""
        used: set[str] = set()
        for row in self.list:
            if not row.row.data or row.row.data in used:
                row.row.data = new_name()
            used.add(row.row.data)
            row.key = self.stored.get(row.row.data, {}).get("key")

    def _may_be(self, place: int, row: RowForm) -> bool:
        return place < MOST_ROWS or row.row.data in self.stored

    def _next_number(self) -> int:
        return max((int(row.anchor.rpartition("-")[2]) for row in self.list), default=-1) + 1

    def _row(self, number: int, sent: Any, values: Mapping[str, Any]) -> RowForm:
        row = self.kind(sent, values, f"{self.name}-{number}", self.choices, self.known_texts)
        row.blank = self.blank
        return row


def asks_to_be_seen(field: wtforms.Field) -> bool:
    """Does a sentence stand at the field, or a text of somebody else, or one that is not saved?"""
    return bool(field.errors or getattr(field, "others", ()) or getattr(field, "typed_at", None))


def too_many() -> str:
    """The sentence for one row too many."""
    return _("There can be %(most)s rows, and no more can be saved. Remove one first.", most=MOST_ROWS)


def _as_typed(row: RowForm) -> MultiDict[str, str]:
    return MultiDict({field.name: text for field in row if (text := text_of(field))})


def new_name() -> str:
    """A name for a row that is being added (rules.row_names); none that is made otherwise begins so."""
    return f"n{token_hex(4)}"


def _typed(field: wtforms.Field) -> str:
    if field.kind == "select":
        return "" if field.data is None else str(field.data)
    if field.raw_data:
        return str(field.raw_data[0]).strip()
    return str(field._value()).strip()


def _start(field: wtforms.Field, blank: Mapping[str, Any]) -> str:
    value = blank.get(field.short_name)
    if value is None:
        return ""
    return str(field.show(value)) if isinstance(field, ReadField) else str(value)
