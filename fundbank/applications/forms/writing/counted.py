"""What a form says while it is being written, as far as it can be counted: nothing is saved, and nothing is refused."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from fundbank.applications.forms.rows import RowForm
from fundbank.applications.forms.writing.gains import GainsForm
from fundbank.applications.forms.writing.topic import TopicForm
from fundbank.applications.rules.content import Content
from fundbank.kit.language import gettext as _


class Counted(NamedTuple):
    """The content with what the form says now, and a sentence for each thing in it that can't be counted yet."""

    content: Content
    left_out: list[str]


def counted(form: TopicForm, base: Content) -> Counted:
    """Read the form's figures onto ``base``: a row that lacks something counts for nothing, and neither does an amount that can't be read.

    A form without rows has no figures. The form stays as it was: no row is gone, and no field has a sentence that it didn't have.
    """
    if not form.row_names:
        return Counted(base, [])
    in_rows = {field.name for row in _all_rows(form) for field in row}
    left_out = [_left_out(str(one.label.text), one.process_errors) for one in form if one.process_errors and one.name not in in_rows]
    with _as_it_was(form):
        for name, rows in form.rows.items():
            if name == "split_shares" and isinstance(form, GainsForm):
                rows.list = _shares(form, left_out)
            else:
                wrong = [row for row in rows.filled if not row.check()]
                left_out += [_left_out(rows.called(row), _first(row)) for row in wrong]
                rows.list = [row for row in rows.filled if row not in wrong]
        return Counted(base.replace(**form.said(), **form.said_in_rows()), left_out)


def _shares(form: GainsForm, left_out: list[str]) -> list[RowForm]:
    """The shares of the gain that is being split; none while they can't be worked out."""
    shares = form.rows["split_shares"].filled
    if form.is_splitting and not form.check_split():
        said = next(filter(None, map(_first, (form.split, *shares))))
        left_out.append(_left_out(_("The gain to be split"), said))
        return []
    return shares


@contextmanager
def _as_it_was(form: TopicForm) -> Iterator[None]:
    lists = {name: rows.list for name, rows in form.rows.items()}
    errors = [(field, field.errors) for row in _all_rows(form) for field in row]
    try:
        yield
    finally:
        for name, rows in form.rows.items():
            rows.list = lists[name]
        for field, said in errors:
            field.errors = said


def _all_rows(form: TopicForm) -> list[RowForm]:
    return [*(row for rows in form.rows.values() for row in rows), *([form.split] if isinstance(form, GainsForm) else [])]


def _first(row: RowForm) -> Sequence[str]:
    """What is wrong with the first of its fields that has a sentence."""
    return next((field.errors for field in row if field.errors), ())


def _left_out(what: str, errors: Sequence[str]) -> str:
    return _("%(what)s is not counted yet: %(why)s", what=what, why=errors[0])
