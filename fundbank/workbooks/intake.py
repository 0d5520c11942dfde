"""What a workbook says, typed in the steps of an application: what that changes, what does not fit, and which rows are no longer there."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from flask import url_for

from fundbank.applications.forms.rows import new_name
from fundbank.applications.forms.writing.topic import TopicForm
from fundbank.applications.models import Application
from fundbank.applications.rules.topics import TOPICS, Topic
from fundbank.applications.rules.typing import NEW, Page, Sent, Sheet, Typed, mark, row_of
from fundbank.applications.views.desk import Desk
from fundbank.kit.cpr import CprNumber
from fundbank.kit.language import gettext as _
from fundbank.kit.web.sentences import sentence
from fundbank.workbooks.filled import Filled, Said
from fundbank.workbooks.layout import Layout
from fundbank.workbooks.rules.cells import Cell


class Misfit(NamedTuple):
    """A cell that does not fit: where it stands, what is wrong, and the way to its field."""

    cell: Cell
    sentence: str
    url: str

    @property
    def place(self) -> str:
        """What the page calls it: ``Costs C7: mange``."""
        place = f"{self.cell.sheet} {self.cell.address}"
        return f"{place}: {self.cell.shown}" if self.cell.shown else place


class Missing(NamedTuple):
    """A row that stands in the application and no longer in the workbook: what the page calls it, and how a button names it."""

    called: str
    chosen: str


class Changed(NamedTuple):
    """A step in which something is typed now that was not there before, and how many fields that are."""

    topic: Topic
    fields: int


class Intake(NamedTuple):
    """What became of a workbook."""

    changed: Sequence[Changed]
    misfits: Sequence[Misfit]
    missing: Sequence[Missing]


def take_in(application: Application, layout: Layout, filled: Filled) -> Intake:
    """Type what the workbook says. Nothing becomes part of the application, and what others have written stays beside it."""
    changed: list[Changed] = []
    misfits = [Misfit(fault.cell, _(fault.sentence), "") for fault in filled.faults]
    missing: list[Missing] = []
    topics = {**{question.field: question.topic for question in layout.questions}, **{table.code: table.topic for table in layout.tables}}
    for topic in TOPICS:
        said = {name: one for name, one in filled.said.items() if topics.get(_root(name)) == topic}
        if not said and not any(topics.get(table) == topic for table in filled.tables):
            continue
        desk = Desk(application, topic)
        kept = desk.keep(Page(_sent(said, filled), pen=new_name()))
        now = kept.sheet.shown()
        if many := sum(kept.before.get(name) != now.get(name) for name in kept.before.keys() | now.keys()):
            changed.append(Changed(topic, many))
        form = desk.opened()
        misfits += _misfits(application, topic, form, said, filled, kept.refused)
        missing += _missing(topic, form, filled)
    sheets = list(dict.fromkeys(cell.sheet for cell in (*(one.cell for one in filled.said.values()), *(one.cell for one in misfits))))
    return Intake(changed, sorted(misfits, key=lambda one: (sheets.index(one.cell.sheet), one.cell.place)), missing)


def take_rows_away(application: Application, chosen: Iterable[str]) -> tuple[list[Topic], int]:
    """Take away rows that ``Missing`` names, but for those that somebody has changed meanwhile: the steps concerned, and how many went."""
    rows: dict[str, dict[str, str]] = {}
    for one in chosen:
        code, row, seen = (*one.split(":"), "", "")[:3]
        rows.setdefault(code, {})[row] = seen
    gone, concerned = 0, list[Topic]()
    for topic in TOPICS:
        wanted = rows.get(topic.code, {})

        def take_away(now: Sheet, who: Typed, wanted: Mapping[str, str] = wanted) -> None:
            nonlocal gone
            shown = now.shown()
            for row, seen in wanted.items():
                if seen == mark_of(row, shown):
                    now.take_away(row, who)
                    gone += 1

        if wanted:
            concerned.append(topic)
            Desk(application, topic).keep(Page({}), take_away)
    return concerned, gone


def mark_of(row: str, shown: Mapping[str, str]) -> str:
    """The mark of all that a row shows."""
    return mark("\n".join(f"{name} {text}" for name, text in sorted(shown.items()) if row_of(name) == row))


def _sent(said: Mapping[str, Said], filled: Filled) -> dict[str, Sent]:
    """What differs from what stood in the workbook when it was written, with the marks of that."""
    sent = {}
    for name, one in said.items():
        seen = filled.marks.get(name, NEW if row_of(name) else mark(""))
        if mark(one.text) != seen:
            sent[name] = Sent(one.text, seen)
    return sent


def _misfits(
    application: Application, topic: Topic, form: TopicForm, said: Mapping[str, Said], filled: Filled, refused: Iterable[str]
) -> list[Misfit]:
    step = url_for("applications.write", application_id=application.id, topic=topic.code)
    found = [Misfit(said[name].cell._replace(shown=""), sentence(CprNumber()), step) for name in refused]
    for name, field in form.named():
        if field.errors and name in said and name not in filled.unread:
            found.append(Misfit(said[name].cell, str(field.errors[0]), f"{step}#{field.id}"))
    return found


def _missing(topic: Topic, form: TopicForm, filled: Filled) -> list[Missing]:
    written = {row for name in filled.marks if (row := row_of(name))} - filled.rows
    texts = form.texts()
    found = []
    for code, rows in form.rows.items():
        for row in rows.filled if code in filled.tables else ():
            name = f"{code}-{row.row.data}"
            if name in written:
                words = next((field.data for field in row if field.kind in ("text", "long") and field.data), "")
                called = rows.called(row)
                found.append(Missing(f"{called}: {words}" if words else called, f"{topic.code}:{name}:{mark_of(name, texts)}"))
    return found


def _root(name: str) -> str:
    row = row_of(name)
    return name if row is None else row.partition("-")[0]
