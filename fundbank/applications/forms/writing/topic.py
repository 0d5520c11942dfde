"""What the forms of all topics share: rows that come and go, and that nothing which was typed is lost.

Only the title is needed to save. A field that was filled in wrongly is refused at the field. Which fields there are follows the pool's
policy; what it does not ask stays as it was.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import request
from wtforms import Field

from fundbank.applications.forms.rows import Choices, RowForm, Rows
from fundbank.applications.forms.stored import row_kinds
from fundbank.applications.rules.content import Content
from fundbank.applications.rules.words import COST_KINDS
from fundbank.kit.language import gettext
from fundbank.kit.web.forms import Form, VersionField
from fundbank.pools.criteria import CRITERIA
from fundbank.pools.policy import Policy

Pairs = Sequence[tuple[Any, str]]


@dataclass(frozen=True)
class Offers:
    """What can be chosen among: all units of the municipality, those one may apply for, and the pool's leaders."""

    units: Pairs
    own_units: Pairs
    leaders: Pairs


class TopicForm(Form):
    """One topic of an application, as it is written. ``row_names`` are the kinds of rows that it has."""

    row_names: ClassVar[tuple[str, ...]] = ()

    revision = VersionField()

    def __init__(self, policy: Policy, offers: Offers, content: Content, *, department_id: int, revision: int) -> None:
        super().__init__(data={**self.shown(content), "department": department_id, "revision": revision})
        self.policy = policy
        self.offer(offers)
        for name in self.not_asked(content):
            del self[name]
        for field in self._fields.values():
            field.flags.optional = False  # only the title is needed: a page full of "(optional)" would say nothing
        sent = request.form if self.is_submitted() else None
        self.row_choices: Choices = {
            "department": [("", gettext("Choose a department")), *offers.units],
            "criterion": [("", gettext("Choose a criterion")), *((one.code, gettext(one.name)) for one in CRITERIA)],
            "kind": [(code, gettext(word)) for code, word in COST_KINDS.items()],
        }
        self.rows = {
            name: Rows(name, kind, self.row_choices, sent=sent, values=values, start=start, known_texts=content.texts())
            for name, kind, values, start in row_kinds(content)
            if name in self.row_names
        }

    def shown(self, content: Content) -> dict[str, Any]:
        """What the fields show of the content, by their names."""
        raise NotImplementedError

    def said(self) -> dict[str, Any]:
        """What the fields say, by the names of the content; nothing of a field that is not there."""
        raise NotImplementedError

    def offer(self, offers: Offers) -> None:
        """Give the fields their choices."""

    def not_asked(self, content: Content) -> Collection[str]:
        """Name the fields that the policy does not ask for."""
        return ()

    def content(self, base: Content) -> Content:
        """What the application says after this form; what it does not ask stays as it was in ``base``."""
        return base.replace(**self.said(), **self.said_in_rows())

    def said_in_rows(self) -> dict[str, Any]:
        """What the rows say, by the names of the content: each of them one value."""
        return {name: tuple(row.read() for row in rows.filled) for name, rows in self.rows.items()}

    def asked(self, *names: str) -> dict[str, Any]:
        """What these fields say, those of them that are there."""
        return {name: self[name].data for name in names if name in self}

    def texts(self, *names: str) -> dict[str, str]:
        """What these texts say; one that is empty is ''."""
        return {name: text or "" for name, text in self.asked(*names).items()}

    def __iter__(self) -> Iterator[Field]:
        yield from super().__iter__()
        for row in self.begun():
            yield from row

    def begun(self) -> Iterator[RowForm]:
        """The rows in which something was typed."""
        for rows in getattr(self, "rows", {}).values():
            yield from rows.filled

    def place_of(self, field: Field) -> str:
        """The row that the field stands in, as the page calls it."""
        return next((rows.called(row) for rows in self.rows.values() for row in rows if field in tuple(row)), "")

    @property
    def errors(self) -> dict[Any, Any]:
        found = dict(super().errors)
        for row in self.begun():
            found |= {field.name: field.errors for field in row if field.errors}
        return found

    def press(self, button: str) -> None:
        """Do what a button beside the rows says: ``add:costs``, ``remove:costs-2``. Nothing is saved."""
        verb, _colon, name = button.partition(":")
        if verb == "add" and name in self.rows:
            self.rows[name].add()
        elif verb == "remove" and name.rpartition("-")[0] in self.rows:
            self.rows[name.rpartition("-")[0]].remove(name)

    def check(self) -> None:
        """Check the rows that were begun."""
        for rows in self.rows.values():
            rows.check()
