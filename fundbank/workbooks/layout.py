"""What a workbook asks, sheet by sheet and column by column: what the forms of the steps ask, with their labels, help and choices.

Nothing is asked in two ways: a form that asks something else has another workbook.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wtforms import Field, Form
from wtforms.validators import InputRequired

from fundbank.applications.forms.row_fields import SharesField
from fundbank.applications.forms.rows import RowForm
from fundbank.applications.forms.texts import text_of
from fundbank.applications.forms.writing.topic import TopicForm
from fundbank.applications.rules.topics import TOPICS, Topic
from fundbank.applications.rules.typing import mark
from fundbank.applications.rules.words import FIELDS
from fundbank.kit.language import gettext as _
from fundbank.kit.web.forms import DecimalNumberField, KronerField, PercentField, ReadField, WholeNumberField
from fundbank.workbooks.rules.cells import Kind

KINDS: Mapping[type[Field], Kind] = {
    KronerField: Kind.MONEY, WholeNumberField: Kind.WHOLE, DecimalNumberField: Kind.DECIMAL, PercentField: Kind.SHARE,
    SharesField: Kind.SHARES,
}  # fmt: skip
CHOICES = {"select": Kind.CHOICE, "radio": Kind.CHOICE, "checkbox": Kind.YES_NO}
NOT_ASKED = frozenset({"department", "split_shares"})
"""Who applies is chosen on the page, and a gain is split there."""
SHARES_LEAST = 3
UNITS = {Kind.MONEY: "kr.", Kind.SHARE: "%", Kind.SHARES: "%"}


@dataclass(frozen=True)
class Column:
    """One thing that is asked: the ``code`` of its field, what people read, and what may stand in its cells. ``choices`` are values with
    words; ``blank`` is what a new row says whose cell is empty.
    """

    code: str
    label: str
    help: str
    kind: Kind
    choices: tuple[tuple[str, str], ...] = ()
    blank: str = ""
    show: Callable[[Any], str] = str
    clean: Callable[[str], str] = str.strip

    def value_of(self, said: str) -> str | None:
        """The value of a choice by its words, however they are written in capitals and small letters; None if there is none."""
        wanted = " ".join(said.split()).casefold()
        return next((value for value, word in self.choices if word.casefold() == wanted), None)


@dataclass(frozen=True)
class Row:
    """A row that stands in the application: its name, and the values of its fields."""

    name: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """A sheet of rows of one kind."""

    code: str
    topic: Topic
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]


@dataclass(frozen=True)
class Question:
    """A field by itself. One of several ticks is a question of its own, ``facts:legal_requirement``, under what they have in common."""

    name: str
    topic: Topic
    column: Column
    value: Any = None
    above: str = ""

    @property
    def field(self) -> str:
        return self.name.partition(":")[0]


@dataclass(frozen=True)
class Layout:
    """All that is asked, and the marks of what stood there when it was written (applications.rules.typing)."""

    questions: Sequence[Question]
    tables: Sequence[Table]
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def marks(self) -> dict[str, str]:
        return {name: mark(text) for name, text in self.texts.items()}


def layout_of(forms: Mapping[Topic, TopicForm]) -> Layout:
    """What the forms ask, in the language that is being written, with what they show of the application."""
    questions: list[Question] = []
    tables: list[Table] = []
    texts: dict[str, str] = {}
    for topic in TOPICS:
        form = forms[topic]
        texts |= form.texts()
        for one in Form.__iter__(form):  # those of rows stand in tables
            if getattr(one, "kind", "hidden") != "hidden" and one.name not in NOT_ASKED:
                questions += _questions(topic, one)
        tables += [_table(topic, form, code) for code in form.rows if code not in NOT_ASKED]
    return Layout(questions, tables, texts)


def _questions(topic: Topic, one: Field) -> Iterator[Question]:
    if one.kind == "checkboxes":
        for value, word in one.choices:
            column = Column(one.name, str(word), "", Kind.YES_NO, _yes_no())
            yield Question(f"{one.name}:{value}", topic, column, str(value) in map(str, one.data or ()), str(one.label.text))
    else:
        yield Question(one.name, topic, _column(one, standing=[one.data]), one.data)


def _table(topic: Topic, form: TopicForm, code: str) -> Table:
    rows = form.rows[code]
    filled = [Row(str(row.row.data), {one.short_name: one.data for one in row if one.kind != "hidden"}) for row in rows.filled]
    blank = rows.kind(None, {**rows.kind.blank}, "blank", form.row_choices)
    return Table(code, topic, _(FIELDS[code]), list(_columns(blank, filled)), filled)


def _columns(blank: RowForm, filled: Sequence[Row]) -> Iterator[Column]:
    for one in blank:
        if isinstance(one, SharesField):
            many = max([SHARES_LEAST, *(len(row.values[one.short_name] or ()) for row in filled)])
            for year in range(1, many + 1):
                label = _("%(label)s, year %(year)s", label=one.label.text, year=year)
                help_ = _help(one) if year == 1 else ""
                yield Column(f"{one.short_name}-{year}", f"{label} (%)", help_, Kind.SHARES, blank=text_of(one), show=one.show)
        elif one.kind != "hidden":
            standing = [row.values[one.short_name] for row in filled]
            yield _column(one, blank=text_of(one), is_of_row=True, standing=standing)


def _column(one: Field, *, blank: str = "", is_of_row: bool = False, standing: Iterable[Any] = ()) -> Column:
    kind = CHOICES.get(one.kind) or next((kind for of, kind in KINDS.items() if isinstance(one, of)), Kind.TEXT)
    unit = UNITS.get(kind)
    choices = _yes_no() if kind == Kind.YES_NO else tuple(_told_apart(one.choices, standing)) if kind == Kind.CHOICE else ()
    said = dict(choices).get(blank, "") if choices else blank
    help_ = _help(one)
    if is_of_row and said:
        empty = _("Empty: %(said)s.", said=" ".join(filter(None, (said, unit))))
        help_ = f"{help_} {empty}".strip()
    return Column(
        one.short_name, f"{one.label.text} ({unit})" if unit else str(one.label.text), help_, kind,
        choices, blank, one.show if isinstance(one, ReadField) else str, getattr(one, "clean", str.strip),
    )  # fmt: skip


def _help(one: Field) -> str:
    """What stands beside the field, or what it asks for when it is left empty."""
    return str(one.hint or next((check.message for check in one.validators if isinstance(check, InputRequired) and check.message), ""))


def _yes_no() -> tuple[tuple[str, str], ...]:
    return (("y", _("Yes")), ("", _("No")))


def _told_apart(choices: Sequence[tuple[Any, Any]], standing: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """The choices without the one that stands for none, and what ``stands`` there and is offered no longer; of two with the same words the
    later one is numbered.
    """
    offered = {str(value) for value, _word in choices}
    gone = sorted({str(one) for one in standing if one is not None} - offered)
    used: dict[str, int] = {}
    for value, word in [*choices, *((one, one) for one in gone)]:
        if str(value) != "":
            text = " ".join(str(word).split())
            used[text] = used.get(text, 0) + 1
            yield str(value), text if used[text] == 1 else f"{text} ({used[text]})"
