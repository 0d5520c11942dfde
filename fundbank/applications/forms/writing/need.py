"""Need and goal: what does not work today, what is bought against it, and what it is to make better."""

from typing import Any

from wtforms import Field

from fundbank.applications.forms.levels import level_choices
from fundbank.applications.forms.writing.topic import Offers, TopicForm
from fundbank.applications.rules.content import Content
from fundbank.kit.language import gettext
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import CheckboxesField, CheckboxField, LongTextField, RadioField
from fundbank.pools.criteria import CODES, CRITERIA


class NeedForm(TopicForm):
    """The second step, with the department's own score where the pool asks for it."""

    need = LongTextField(
        _("The need"),
        hint=_(
            "What does not work today, for whom, and how good is it to become? For example: 6,000 citizens a year wait "
            "20 minutes on the phone; it is to be 3."
        ),
        optional=True,
    )
    bought = LongTextField(
        _("What is bought"),
        hint=_("A system, licences, equipment or help; if nothing, say so. For example: A booking module, and 40 hours of help."),
        optional=True,
    )
    purchases = CheckboxField(_("The project buys something: a system, a licence or equipment"))
    supports = CheckboxesField(
        _("Which criteria does the project especially support?"),
        hint=_("Tick the one or two that matter most."),
        optional=True,
    )
    for _one in CRITERIA:
        locals()[f"own_{_one.code}"] = RadioField(_(_one.question), coerce=int, optional=True)

    @property
    def own_scores(self) -> list[Field]:
        """The own score's fields, in the order of the five criteria; none where the policy does not ask."""
        return [self[f"own_{code}"] for code in CODES if f"own_{code}" in self]

    def shown(self, content: Content) -> dict[str, Any]:
        own = content.own_scores or {}
        texts = {"need": content.need, "bought": content.bought, "purchases": content.purchases, "supports": list(content.supports)}
        return texts | {f"own_{code}": own.get(code) for code in CODES}

    def said(self) -> dict[str, Any]:
        said: dict[str, Any] = self.words("need", "bought") | self.asked("purchases")
        said |= {name: tuple(chosen or ()) for name, chosen in self.asked("supports").items()}
        if self.own_scores and not any(field.errors for field in self.own_scores):
            levels = {code: self[f"own_{code}"].data for code in CODES if self[f"own_{code}"].data is not None}
            said["own_scores"] = levels or None
        return said

    def offer(self, offers: Offers) -> None:
        self.supports.choices = [(one.code, gettext(one.name)) for one in CRITERIA]
        levels = level_choices(self.policy.scale)
        for field in self.own_scores:
            field.choices = levels
