"""A step of an application as a writer has it open: what is stored, what is typed over it, and what the page has just sent."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from flask import url_for

from fundbank.applications import operations
from fundbank.applications.forms.rows import new_name
from fundbank.applications.forms.texts import as_sent, said_by
from fundbank.applications.forms.writing import FORMS
from fundbank.applications.forms.writing.topic import BY_THE_BROWSER, MANY, Offers, TopicForm
from fundbank.applications.models import Application
from fundbank.applications.operations.typing import Change, Kept
from fundbank.applications.queries.typing import sheet, typed_texts
from fundbank.applications.rules.row_names import NAME, named
from fundbank.applications.rules.topics import Topic
from fundbank.applications.rules.typing import NEW, Sent, Sheet, Typed, is_row, mark, row_of
from fundbank.applications.views.offers import offers, units_of
from fundbank.errors import N_, StaleVersion
from fundbank.kit.language import gettext as _
from fundbank.kit.web import me, moment
from fundbank.kit.web.boundary import sent_before
from fundbank.people import queries as people
from fundbank.people.models import Department

ROW_CHANGED = N_("Somebody has changed this row since you opened the page. Look at it below, and remove it again if you still want to.")


class Other(NamedTuple):
    """A text that stands beside a field: who wrote it and when, and how a button says that it is meant."""

    text: str
    who: str
    when: datetime | None
    chosen: str


class Noted(NamedTuple):
    """The fields that a page has sent while somebody types, the step with them, and those of them that were not taken."""

    said: Mapping[str, Sent]
    sheet: Sheet
    refused: frozenset[str]


class Desk:
    """The step ``here`` of an application, for the reader."""

    def __init__(self, application: Application, here: Topic) -> None:
        self.application, self.here = application, here

    @cached_property
    def units(self) -> Sequence[Department]:
        """All units of the municipality."""
        return units_of(self.application.pool)

    @cached_property
    def _offers(self) -> Offers:
        return offers(self.application, self.units)

    def form(self, sent: Any = BY_THE_BROWSER, only: Collection[str] | None = None) -> TopicForm:
        """The form with what was sent; with None it shows what is stored: every row, or only some."""
        application = self.application
        return FORMS[self.here](
            application.pool.policy, self._offers, named(application.content),
            department_id=application.department_id, revision=application.revision, sent=sent, only=only,
        )  # fmt: skip

    def department(self, form: TopicForm) -> Department | None:
        """The department that was chosen, where the step asks for it and it was chosen well."""
        if "department" not in form or form["department"].errors:
            return None
        return next(unit for unit in self.units if unit.id == form["department"].data)

    def opened(self) -> TopicForm:
        """The step as it stands; what is typed and cannot be saved has a sentence at its field."""
        form = self.form(None)
        now = sheet(form.texts(), typed_texts(self.application, self.here))
        if now.typed:
            form = self.form(as_sent(now.shown(), many=MANY))
            form.look_at(now.typed)
        return self._shown(form, now)

    def merged(self, sent: TopicForm) -> TopicForm:
        """What the page has sent, merged with what others have written since; nothing of it is kept."""
        now = sheet(self.form(None).texts(), typed_texts(self.application, self.here))
        before = now.shown()
        now.merge(sent.sent(), Typed("", me().id, moment(), *_pen(sent)))
        form = self._after(sent, now)
        form.once.data = sent.once.data
        form.shows(before)
        return form

    def noted(self, sent: TopicForm) -> Noted:
        """Keep what the page has sent of the step, and put a sentence at each field of it that is not filled in well."""
        said = sent.sent()
        kept = self._keep(sent, said, only={row for name in said if (row := row_of(name))})
        sent.look_at({name for name in said if not name.startswith("split")})
        return Noted(said, kept.sheet, kept.refused)

    def kept(self, sent: TopicForm, change: Change | None = None) -> tuple[Kept, TopicForm]:
        """Keep what the page has sent, do one thing more with the step, and show what stands there now."""
        kept = self._keep(sent, sent.sent(), change)
        return kept, self._after(sent, kept.sheet, kept.refused)

    def take_in(self, said: Mapping[str, Sent], change: Change | None = None) -> Kept:
        """Keep texts that come from elsewhere than a page of the step, and do one thing more with it."""
        return operations.keep_typed(
            actor=me(), at=moment(), application=self.application, topic=self.here, stored=lambda: self.form(None).texts(),
            sent=said, pen=new_name(), change=change,
        )  # fmt: skip

    def seen(self, sent: TopicForm, kept: Kept, form: TopicForm) -> TopicForm:
        """The step as the page that was sent has it, without what others have typed since: what it may save."""
        return form if kept.seen.typed == kept.sheet.typed else self._after(sent, kept.seen, kept.refused)

    def pressed(self, sent: TopicForm, button: str) -> TopicForm:
        """Keep what the page has sent, and do what a button beside the rows says: what that changes is kept too."""
        verb, name, chosen = (*button.split(":"), "", "")[:3]
        if verb in ("take", "drop"):
            return self.kept(sent, lambda now, who: now.settle(name, chosen, who, take=verb == "take"))[1]
        kept, form = self.kept(sent)
        if kept.refused:
            form.look_at(kept.refused)
            form.fail()
        row = sent.removed(button)
        if row is None:
            form.press(button)
        elif _is_changed(row, sent, kept.before):
            form.refuse(None, _(ROW_CHANGED), StaleVersion.code)
        else:
            form.take_away(row)
        shown, after = kept.sheet.shown(), form.texts()
        new = {
            name: Sent(text, mark(shown[name]) if name in shown else NEW)
            for name, text in after.items()
            if shown.get(name) != text and name not in kept.refused
        }
        gone = {row_of(name) for name in shown} - {row_of(name) for name in after}
        if new or gone:

            def take_away(now: Sheet, who: Typed) -> None:
                for one in gone:
                    now.take_away(str(one), who)

            kept = self._keep(sent, new, take_away)
        return self._shown(form, kept.sheet)

    def forget(self, sent: TopicForm) -> None:
        """Let go what the page has shown that is typed in the step and is no part of the application."""
        seen = {name: one.seen for name, one in sent.sent().items()}
        self._keep(sent, {}, lambda now, _who: now.forget(seen))

    def _keep(self, sent: TopicForm, said: Mapping[str, Sent], change: Change | None = None, only: Collection[str] | None = None) -> Kept:
        pen, turn = _pen(sent)
        return operations.keep_typed(
            actor=me(), at=moment(), application=self.application, topic=self.here, stored=lambda: self.form(None, only).texts(),
            sent=said, pen=pen, turn=turn, change=change, saved_on=self._saved_on(sent),
        )  # fmt: skip

    def _saved_on(self, sent: TopicForm) -> int | None:
        """The revision that the page was opened on, if it has saved the step before and somebody went back to it."""
        step = url_for("applications.write", application_id=self.application.id, topic=self.here.code)
        return sent.revision.data if sent_before() not in (None, step) else None

    def _after(self, sent: TopicForm, now: Sheet, refused: Collection[str] = ()) -> TopicForm:
        shown, said = now.shown(), sent.sent() if refused else {}
        texts = {
            **shown,
            **{name: said[name].text for name in refused},
            **{name: text for name, text in sent.blank().items() if name not in shown},
        }
        form = self.form(as_sent(texts, many=MANY, ticked=[name for name in sent.ticked() if name in texts]))
        form.revision.data, form.pen.data, form.turn.data = sent.revision.data, sent.pen.data, sent.turn.data
        return self._shown(form, now)

    def _shown(self, form: TopicForm, now: Sheet) -> TopicForm:
        """Let the page say what it shows, and show beside each field what another one has written there."""
        form.shows(now.shown())
        others, names = self.others(form, now), {name for name, _field in form.named()}
        for name, field in form.named():
            field.others = others.get(name, ())
        self._tell_typed(form, now)
        form.astray = [one for name, texts in others.items() if name not in names and not is_row(name) for one in texts]
        for kind, rows in form.rows.items():
            for row in rows:
                row.others = others.get(f"{kind}-{row.row.data}", ())
        return form

    def others(self, form: TopicForm, now: Sheet) -> dict[str, list[Other]]:
        """What stands beside the fields and the rows of the step, by their names."""
        fields, writers = dict(form.named()), self._writers(one for texts in now.beside.values() for one in texts)
        return {
            name: [
                Other(
                    said_by(fields[name], one.text) if name in fields else one.text,
                    writers.get(one.who, ""), one.when, f"{name}:{mark(one.text)}",
                )
                for one in texts
            ]
            for name, texts in now.beside.items()
        }  # fmt: skip

    def _tell_typed(self, form: TopicForm, now: Sheet) -> None:
        """Let each field say who has typed what stands in it and is not saved, but for what this page has sent; a new row says so once."""
        writers, stored = self._writers(now.typed.values()), {row_of(name) for name in now.stored}
        told = set()
        for name, field in form.named():
            one, row = now.typed.get(name), row_of(name)
            place = name if row in stored else row or name
            if one is not None and one.pen != form.pen.data and (place, one.who) not in told:
                told.add((place, one.who))
                field.typed_by, field.typed_at = writers.get(one.who, ""), one.when

    def _writers(self, texts: Iterable[Typed]) -> dict[int | None, str]:
        """The names of those who have typed these, in one question."""
        ids = {one.who for one in texts if one.who is not None}
        found = people.people_by_id(ids, municipality_id=self.application.municipality_id) if ids else {}
        return {one: person.name for one, person in found.items()}


def _pen(sent: TopicForm) -> tuple[str, int]:
    pen = sent.pen.data or ""
    return pen if NAME.fullmatch(pen) else "", sent.turn.data or 0


def _is_changed(row: str, sent: TopicForm, before: Mapping[str, str]) -> bool:
    """Has somebody else changed the row since the page that was sent had shown it?"""
    of_row = {name: one for name, one in sent.sent().items() if row_of(name) == row and name in before}
    return any(mark(before[name]) not in (one.seen, mark(one.text)) for name, one in of_row.items())
