"""The project: what it is called, who applies, and what kind it is of."""

from collections.abc import Collection
from typing import Any

from fundbank.applications.forms.writing.start import TITLE_NEEDED, kinds_to_choose
from fundbank.applications.forms.writing.topic import Offers, TopicForm
from fundbank.applications.rules.content import FACTS, INITIATIVES_SAID, Content
from fundbank.kit.language import gettext
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import CheckboxesField, LongTextField, RadioField, SelectField, TextField


class ProjectForm(TopicForm):
    """The first step. The department stands here too: who writes for it may hand the application to another one."""

    title = TextField(_("Title"), required=TITLE_NEEDED, hint=_("What people will call the project."))
    department = SelectField(_("Applying department"), coerce=int)
    summary = LongTextField(
        _("What the project is about"),
        hint=_("What do you want to do, for whom, and what gets better? For example: Citizens book online, and nobody waits on the phone."),
        optional=True,
    )
    kind = RadioField(_("Kind of project"), optional=True)
    initiative = RadioField(
        _("Must, may or prerequisite?"),
        optional=True,
    )
    frame = SelectField(_("Budget frame"), hint=_("The area of the pool that the project belongs to."), optional=True)
    facts = CheckboxesField(
        _("What is true of the project?"),
        hint=_("It decides whether this counts as a project, and as important."),
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
        self.kind.choices = kinds_to_choose(self.policy.project_kinds)
        self.initiative.choices = [(code, gettext(word)) for code, word in INITIATIVES_SAID.items()]
        self.frame.choices = [("", gettext("None of them")), *((frame.code, frame.name) for frame in self.policy.frames)]
        self.facts.choices = [(code, gettext(word)) for code, word in FACTS.items()]

    def not_asked(self, content: Content) -> Collection[str]:
        """Nor is the kind asked where there is one, and the project is of it."""
        kinds = self.policy.project_kinds
        return [*super().not_asked(content), *(["kind"] if kinds == (content.kind,) else [])]
