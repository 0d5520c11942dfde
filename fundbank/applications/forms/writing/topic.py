"""What the forms of all topics share: rows that come and go, and that nothing which was typed is lost.

What is filled in well becomes part of the application; a field, or a row, that is not stays as it was there, and what was typed is kept
beside it (rules.typing) with a sentence at the field. Which fields there are follows the pool's policy; what it does not ask stays.
"""

from abc import abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import request
from markupsafe import Markup
from wtforms import Field, HiddenField

from fundbank.applications.forms.rows import Choices, RowForm, Rows, new_name, too_many
from fundbank.applications.forms.stored import row_kinds
from fundbank.applications.forms.texts import text_of
from fundbank.applications.rules.asked import not_asked
from fundbank.applications.rules.content import Content
from fundbank.applications.rules.row_names import NAME
from fundbank.applications.rules.typing import NEW, Page, Sent, marks, read_marks, row_of
from fundbank.applications.rules.words import COST_KINDS
from fundbank.kit.language import gettext
from fundbank.kit.web.forms import Form, VersionField
from fundbank.pools.criteria import CRITERIA
from fundbank.pools.policy import Policy

Pairs = Sequence[tuple[Any, str]]

BY_THE_BROWSER = object()
HIDDEN = frozenset({"csrf_token", "once", "revision", "seen", "pen", "turn"})
MANY = frozenset({"supports", "facts"})
"""The fields in which several things can be ticked."""


@dataclass(frozen=True)
class Offers:
    """What can be chosen among: all units of the municipality, those one may apply for, and the pool's leaders."""

    units: Pairs
    own_units: Pairs
    leaders: Pairs


class TopicForm(Form):
    """One topic of an application, as it is written. ``row_names`` are the kinds of rows that it has.

    It shows what was sent: by the browser, or as it is told, or nothing (None), and then what is stored: every row, or ``only`` some.
    ``seen`` says what its page had shown when it was opened, ``pen`` which page it is, and ``turn`` how often that has sent something.
    """

    row_names: ClassVar[tuple[str, ...]] = ()
    astray: Sequence[Any] = ()
    """What stands beside fields of rows that are no longer there."""
    left_over: Sequence[Any] = ()
    """What is typed in fields that are no longer asked for, and what stands beside it."""

    revision = VersionField()
    seen = HiddenField()
    pen = HiddenField(default=new_name)
    turn = VersionField(default=0)

    def __init__(
        self, policy: Policy, offers: Offers, content: Content, *, department_id: int, revision: int, sent: Any = BY_THE_BROWSER,
        only: Collection[str] | None = None,
    ) -> None:  # fmt: skip
        is_told = sent is not BY_THE_BROWSER
        if not is_told:
            sent = request.form if self.is_submitted() else None
        data = {**self.shown(content), "department": department_id, "revision": revision}
        super().__init__(data=data, formdata=sent)
        if is_told:
            self.revision.data, self.turn.data = revision, 0
        self.policy, self.base, self.source, self.department_id = policy, content, sent, department_id
        self.offer(offers)
        self.unasked = {name: self[name] for name in self.not_asked(content)}
        for name in self.unasked:
            del self[name]
        for field in self._fields.values():
            field.flags.optional = False  # only the title is needed: a page full of "(optional)" would say nothing
        self.row_choices = _row_choices(offers)
        self.rows = {
            name: self._rows(name, kind, [one for one in stored if only is None or f"{name}-{one['row']}" in only], start)
            for name, kind, stored, start in row_kinds(content)
            if name in self.row_names
        }
        if is_told and not self.is_submitted():
            for rows in self.rows.values():
                rows.fill_up()

    def _rows(self, name: str, kind: type[RowForm], values: Sequence[Mapping[str, Any]], start: int) -> Rows:
        return Rows(
            name, kind, self.row_choices, sent=self.source, values=values, start=start, known_texts=self.base.texts(),
            blank=self.blanks(name),
        )  # fmt: skip

    @abstractmethod
    def shown(self, content: Content) -> dict[str, Any]:
        """What the fields show of the content, by their names."""

    @abstractmethod
    def said(self) -> dict[str, Any]:
        """What the fields say, by the names of the content; nothing of a field that is not there."""

    def offer(self, offers: Offers) -> None:
        """Give the fields their choices."""

    def blanks(self, name: str) -> Mapping[str, Any]:
        """What a new row of that name shows besides what its kind says."""
        return {}

    def not_asked(self, content: Content) -> Collection[str]:
        """Name the fields that the policy does not ask for."""
        return [name for name in not_asked(self.policy) if name in self]

    def content(self, base: Content) -> Content:
        """What the application says after this form; what it does not ask stays as it was in ``base``."""
        return base.replace(**self.said(), **self.said_in_rows())

    def said_in_rows(self) -> dict[str, Any]:
        """What the rows say, by the names of the content: a row that lacks something says what it said before."""
        return {name: tuple(item for row in rows.filled for item in self.items(name, row)) for name, rows in self.rows.items()}

    def items(self, name: str, row: RowForm) -> Sequence[Any]:
        """What one row says, in the list of that name."""
        return row.items() if row.is_good else [item for item in getattr(self.base, name, ()) if item.row == row.row.data]

    def asked(self, *names: str) -> dict[str, Any]:
        """What these fields say, those of them that are there and filled in well."""
        return {name: self[name].data for name in names if name in self and not self[name].errors}

    def words(self, *names: str) -> dict[str, str]:
        """What these texts say; one that is empty is ''."""
        return {name: text or "" for name, text in self.asked(*names).items()}

    def named(self) -> Iterator[tuple[str, Field]]:
        """Every field that is written in, by the name that it keeps (rules.typing)."""
        yield from ((field.name, field) for field in super().__iter__() if field.name not in HIDDEN)
        for name, rows in self.rows.items():
            for row in rows:
                yield from ((f"{name}-{row.row.data}-{field.short_name}", field) for field in row if field.kind != "hidden")

    def texts(self) -> dict[str, str]:
        """What stands in the fields. Rows in which nothing stands are none."""
        rows = {f"{name}-{row.row.data}" for name, rows in self.rows.items() for row in rows.filled}
        return {name: text_of(field) for name, field in self.named() if row_of(name) is None or row_of(name) in rows}

    def hidden_tag(self) -> Markup:
        """The hidden fields of the step. A row has its own, and once each: two of a name would answer a script with nothing."""
        return Markup("\n").join(field(id=False) for field in super().__iter__() if field.name in HIDDEN)

    def sent(self) -> dict[str, Sent]:
        """What the page says of those fields that it had, or of all where it does not say which."""
        seen, filled = read_marks(self.seen.data or ""), self.texts()
        rows = {row_of(name) for name, field in self.named() if field.name in seen}
        found = {}
        for name, field in self.named():
            row = row_of(name)
            told = seen.get(field.name) or (NEW if not self.seen.raw_data or (row is not None and row not in rows) else None)
            if told is not None and (name in filled or told != NEW):
                found[name] = Sent(text_of(field), told)
        return found

    def page(self) -> Page:
        """What the page says and which page it is; a name that no page is given is none."""
        pen = self.pen.data or ""
        return Page(self.sent(), pen if NAME.fullmatch(pen) else "", self.turn.data or 0)

    def ticked(self) -> list[str]:
        """The fields of which the writer says that they hold no CPR number."""
        return [name for name, field in self.named() if getattr(field, "is_no_cpr", False)]

    def blank(self) -> dict[str, str]:
        """The rows in which nothing stands yet, as texts."""
        filled = self.texts()
        return {name: text_of(field) for name, field in self.named() if name not in filled}

    def shows(self, shown: Mapping[str, str]) -> None:
        """Let the page say what the step showed when it was made."""
        self.seen.data = marks(shown, [(name, field.name) for name, field in self.named()])

    def look(self) -> None:
        """Put a sentence at each field that is not filled in well. None refuses the page: what was typed there is kept beside it."""
        for field in super().__iter__():
            if field.name not in HIDDEN:
                field.validate(self)
        self.check()
        self.refusal_code = None

    def good(self) -> set[str]:
        """The fields that are filled in well, each row whole, once they have been looked at."""
        rows = {f"{name}-{row.row.data}" for name, rows in self.rows.items() for row in rows if not row.is_good}
        return {name for name, field in self.named() if not field.errors and row_of(name) not in rows}

    def look_at(self, names: Collection[str]) -> None:
        """Put a sentence at those of these fields that are not filled in well, and at those that they need."""
        self.look()
        concerned = self.beside(names)
        for name, field in self.named():
            if name not in concerned:
                field.errors = ()

    def beside(self, names: Collection[str]) -> set[str]:
        """These fields, and those that stand in a row with one of them."""
        rows = {row_of(name) for name in names} - {None}
        return {name for name, _field in self.named() if name in names or row_of(name) in rows}

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
        """Do what a button beside the rows says: ``add:costs``."""
        verb, _colon, name = button.partition(":")
        if verb != "add" or name not in self.rows:
            return
        rows = self.rows[name]
        if rows.has_room():
            rows.add()
        else:
            rows.filled[-1].refuse(rows.filled[-1].first_field, too_many())

    def undecided(self) -> list[tuple[str, str]]:
        """Where something else stands beside, and somebody has to choose: its place on the page, and what the page calls it."""
        fields = [(field.id, field) for _name, field in self.named() if getattr(field, "others", ())]
        told = [(place, ", ".join(filter(None, (self.place_of(field), str(field.label.text))))) for place, field in fields]
        return told + [(row.anchor, rows.called(row)) for rows in self.rows.values() for row in rows if row.others]

    def take_away(self, row: str) -> None:
        """Show a row no longer: ``costs-c4``."""
        for name, rows in self.rows.items():
            rows.list = [one for one in rows if f"{name}-{one.row.data}" != row]

    def removed(self, button: str) -> str | None:
        """The name of the row that the button ``remove:costs-2`` stands beside."""
        verb, _colon, anchor = button.partition(":")
        names = {row.anchor: f"{name}-{row.row.data}" for name, rows in self.rows.items() for row in rows}
        return names.get(anchor) if verb == "remove" else None

    def check(self) -> None:
        """Check the rows that were begun."""
        for rows in self.rows.values():
            rows.check()


def _row_choices(offers: Offers) -> Choices:
    """What can be chosen in rows, by the names of their fields."""
    return {
        "department": [("", gettext("Choose a department")), *offers.units],
        "criterion": [("", gettext("Choose a criterion")), *((one.code, gettext(one.name)) for one in CRITERIA)],
        "kind": [(code, gettext(word)) for code, word in COST_KINDS.items()],
    }
