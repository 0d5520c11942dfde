"""What a step tells of others: what stands beside its fields and rows since two wrote at once, and who typed what is not saved."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from wtforms import Field

from fundbank.applications.forms.texts import said_by
from fundbank.applications.forms.writing.topic import TopicForm
from fundbank.applications.models import Application
from fundbank.applications.rules.typing import Sheet, Typed, is_row, mark, row_of
from fundbank.people import queries as people


class Other(NamedTuple):
    """A text that stands beside a field: who wrote it and when, how a button says that it is meant, and what its field is called."""

    text: str
    who: str
    when: datetime | None
    chosen: str
    called: str = ""


def others(application: Application, form: TopicForm, now: Sheet) -> dict[str, list[Other]]:
    """What stands beside the fields and the rows of the step, by their names."""
    return _told(now.beside, dict(form.named()), _names(application, now.beside.values()))


def tell_of_others(application: Application, form: TopicForm, now: Sheet) -> None:
    """Let each field and row say what stands beside it and who typed what stands in it, and the form what stands where no field is."""
    fields, typed = dict(form.named()), {name: [one] for name, one in now.typed.items()}
    names = _names(application, [*now.beside.values(), *typed.values()])
    told = _told(now.beside, fields | form.unasked, names)
    for name, field in fields.items():
        field.others = told.get(name, ())
    for kind, rows in form.rows.items():
        for row in rows:
            row.others = told.get(f"{kind}-{row.row.data}", ())
    _tell_typed(form, now, names)
    form.astray = [one for name, texts in told.items() if not is_row(name) and name not in fields | form.unasked for one in texts]
    unasked = _told(typed, form.unasked, names)
    form.left_over = [one for name in form.unasked for one in (*unasked.get(name, ()), *told.get(name, ()))]


def _told(texts: Mapping[str, Sequence[Typed]], fields: Mapping[str, Field], names: Mapping[int | None, str]) -> dict[str, list[Other]]:
    return {
        name: [
            Other(
                said_by(fields[name], one.text) if name in fields else one.text,
                names.get(one.who, ""), one.when, f"{name}:{mark(one.text)}",
                str(fields[name].label.text) if name in fields else "",
            )
            for one in those
        ]
        for name, those in texts.items()
    }  # fmt: skip


def _tell_typed(form: TopicForm, now: Sheet, names: Mapping[int | None, str]) -> None:
    """Let each field say who has typed what stands in it and is not saved, but for what this page has sent; a new row says so once."""
    stored = {row_of(name) for name in now.stored}
    told = set()
    for name, field in form.named():
        one, row = now.typed.get(name), row_of(name)
        place = name if row in stored else row or name
        if one is not None and one.pen != form.pen.data and (place, one.who) not in told:
            told.add((place, one.who))
            field.typed_by, field.typed_at = names.get(one.who, ""), one.when


def _names(application: Application, texts: Iterable[Sequence[Typed]]) -> dict[int | None, str]:
    """What those are called who have typed these, in one question."""
    ids = {one.who for those in texts for one in those if one.who is not None}
    found = people.people_by_id(ids, municipality_id=application.municipality_id) if ids else {}
    return {one: person.name for one, person in found.items()}
