"""The project: what it is called, who applies, and what kind it is of."""

from collections.abc import Collection
from typing import Any

from fundbank.applications.forms.writing.start import KIND_HINT, TITLE_HINT, TITLE_NEEDED
from fundbank.applications.forms.writing.topic import Offers, TopicForm
from fundbank.applications.rules.content import FACTS, INITIATIVES, Content
from fundbank.kit.language import gettext
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import CheckboxesField, LongTextField, RadioField, SelectField, TextField
from fundbank.pools import words


class ProjectForm(TopicForm):
    """The first step. The department stands here too: who writes for it may hand the application to another one."""

    title = TextField(_("Title"), required=TITLE_NEEDED, hint=TITLE_HINT)
    department = SelectField(_("Applying department"), coerce=int)
    summary = LongTextField(
        _("What the project is about"),
        hint=_(
            "What do you want to do, for whom, and what gets better? A few plain sentences will do. For example: Citizens book their own "
            "appointments online, and our staff no longer take bookings by phone."
        ),
        optional=True,
    )
    kind = RadioField(_("Kind of project"), hint=KIND_HINT, optional=True)
    initiative = RadioField(
        _("Is it something you must do, may do, or need before something else?"),
        hint=_("Must: a law or an agreement demands it. May: you choose to. Prerequisite: other projects cannot begin without it."),
        optional=True,
    )
    frame = SelectField(_("Budget frame"), hint=_("The area of the pool that the project belongs to."), optional=True)
    facts = CheckboxesField(
        _("What is true of the project?"),
        hint=_("Tick what fits. The pool uses it to see whether this is a project, and whether it is important."),
        optional=True,
    )

    def shown(self, content: Content) -> dict[str, Any]:
        names = ("title", "summary", "kind", "initiative", "frame")
        return {name: getattr(content, name) for name in names} | {"facts": list(content.facts)}

    def said(self) -> dict[str, Any]:
        kind = {name: chosen for name, chosen in self.asked("kind").items() if chosen}
        facts = {name: tuple(chosen or ()) for name, chosen in self.asked("facts").items()}
        return {**self.words("title", "summary"), **kind, **self.asked("initiative", "frame"), **facts}

    def offer(self, offers: Offers) -> None:
        self.department.choices = list(offers.own_units)
        self.kind.choices = [(kind, gettext(words.PROJECT_KINDS[kind])) for kind in self.policy.project_kinds]
        self.initiative.choices = [(code, gettext(word)) for code, word in INITIATIVES.items()]
        self.frame.choices = [("", gettext("None of them")), *((frame.code, frame.name) for frame in self.policy.frames)]
        self.facts.choices = [(code, gettext(word)) for code, word in FACTS.items()]

    def not_asked(self, content: Content) -> Collection[str]:
        kinds = self.policy.project_kinds
        not_asked = {"kind": len(kinds) == 1 and content.kind == kinds[0], "frame": not self.policy.frames}
        return [name for name, holds in not_asked.items() if holds]
