"""A step of an application as a writer has it open: what is stored, what is typed over it, and what the page has just sent."""

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Any

from flask import url_for

from fundbank.applications import operations
from fundbank.applications.forms.texts import as_sent
from fundbank.applications.forms.writing import FORMS
from fundbank.applications.forms.writing.topic import BY_THE_BROWSER, MANY, Offers, TopicForm
from fundbank.applications.models import Application
from fundbank.applications.operations.typing import Change, Kept
from fundbank.applications.queries.typing import sheet, typed_texts
from fundbank.applications.rules.row_names import named
from fundbank.applications.rules.topics import Topic
from fundbank.applications.rules.typing import NEW, Page, Sent, Sheet, Typed, is_row, is_unseen, mark, row_of
from fundbank.applications.views.beside import tell_of_others
from fundbank.applications.views.offers import offers, units_of
from fundbank.errors import N_, StaleVersion
from fundbank.kit.language import gettext as _
from fundbank.kit.web import me, moment
from fundbank.kit.web.boundary import sent_before
from fundbank.people.models import Department

ROW_CHANGED = N_("Somebody has changed this row since you opened the page. Look at it below, and remove it again if you still want to.")


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

    def keep(self, page: Page, change: Change | None = None, *, only: Collection[str] | None = None) -> Kept:
        """Keep what a page says beside the application, and do one thing more with the step; of the rows it may name ``only`` some."""
        return operations.keep_typed(
            actor=me(), at=moment(), application=self.application, topic=self.here, stored=lambda: self.form(None, only).texts(),
            page=page, change=change,
        )  # fmt: skip

    def page(self, sent: TopicForm) -> Page:
        """What the page that was sent says."""
        step = url_for("applications.write", application_id=self.application.id, topic=self.here.code)
        return sent.page()._replace(saved_on=sent.revision.data if sent_before() not in (None, step) else None)

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
        now, page = sheet(self.form(None).texts(), typed_texts(self.application, self.here)), self.page(sent)
        before = now.shown()
        now.merge(page.said, Typed("", me().id, moment(), page.pen, page.turn))
        form = self.after(sent, now)
        form.once.data = sent.once.data
        form.shows(before)
        return form

    def after(self, sent: TopicForm, now: Sheet, refused: Collection[str] = ()) -> TopicForm:
        """The step as it stands after the page was sent, with what of it was ``refused`` as it was typed."""
        shown, said = now.shown(), sent.sent() if refused else {}
        texts = {
            **shown,
            **{name: said[name].text for name in refused},
            **{name: text for name, text in sent.blank().items() if name not in shown},
        }
        form = self.form(as_sent(texts, many=MANY, ticked=[name for name in sent.ticked() if name in texts]))
        form.revision.data, form.pen.data, form.turn.data = sent.revision.data, sent.pen.data, sent.turn.data
        return self._shown(form, now)

    def seen(self, sent: TopicForm, kept: Kept, form: TopicForm) -> TopicForm:
        """The step as the page that was sent has it, without what others have typed since: what it may save."""
        return form if kept.seen.typed == kept.sheet.typed else self.after(sent, kept.seen, kept.refused)

    def pressed(self, sent: TopicForm, button: str) -> TopicForm:
        """Keep what the page has sent, and do what a button beside the rows says: what that changes is kept too."""
        page, row = self.page(sent), sent.removed(button)
        kept = self.keep(page)
        verb, name, chosen = (*button.split(":"), "", "")[:3]
        going = name if verb == "take" and is_row(name) else row
        is_changed = going is not None and is_unseen(going, page, kept.before)
        if verb in ("take", "drop") and not is_changed:
            kept = self._settled(page, kept, name, chosen, take=verb == "take")
        form = self.after(sent, kept.sheet, kept.refused)
        if kept.refused:
            form.look_at(kept.refused)
            form.fail()
        if is_changed:
            form.refuse(None, _(ROW_CHANGED), StaleVersion.code)
        elif row is not None:
            form.take_away(row)
        else:
            form.press(button)
        return self._shown(form, self._kept_as(form, page, kept))

    def forget(self, sent: TopicForm) -> None:
        """Let go what the page has shown that is typed in the step and is no part of the application."""
        page = self.page(sent)
        seen = {name: one.seen for name, one in page.said.items()}
        self.keep(page._replace(said={}), lambda now, _who: now.forget(seen))

    def _settled(self, page: Page, kept: Kept, name: str, chosen: str, *, take: bool) -> Kept:
        """Settle what stands beside, once the page is ``kept``: what came since that the page has not shown stands beside then."""
        came_since = is_unseen(name, page, kept.sheet.shown())

        def settle(now: Sheet, who: Typed) -> None:
            now.settle(name, chosen, who, take=take, is_unseen=came_since)

        return self.keep(page._replace(said={}), settle)._replace(refused=kept.refused)

    def _kept_as(self, form: TopicForm, page: Page, kept: Kept) -> Sheet:
        """Keep what the form shows now, since a button was pressed, and what was ``kept`` does not."""
        shown, after = kept.sheet.shown(), form.texts()
        new = {
            name: Sent(text, mark(shown[name]) if name in shown else NEW)
            for name, text in after.items()
            if shown.get(name) != text and name not in kept.refused
        }
        gone = {row for name in shown if (row := row_of(name))} - {row_of(name) for name in after}

        def take_away(now: Sheet, who: Typed) -> None:
            for row in gone:
                now.take_away(row, who)

        return self.keep(page._replace(said=new), take_away).sheet if new or gone else kept.sheet

    def _shown(self, form: TopicForm, now: Sheet) -> TopicForm:
        """Let the page say what it shows, and what others have written."""
        form.shows(now.shown())
        tell_of_others(self.application, form, now)
        return form
