"""Who is responsible: for the gain, the system and the project, and whether IT has been heard."""

from typing import Any

from fundbank.applications.forms.writing.topic import Offers, TopicForm
from fundbank.applications.rules.content import Content
from fundbank.kit.language import gettext
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import CheckboxField, LongTextField, SelectField, TextField


class WhoForm(TopicForm):
    """The fifth step."""

    gain_owner = SelectField(
        _("Gain owner"), coerce=int, hint=_("The leader of the department that gains. Not the project manager."), optional=True
    )
    gain_owners = LongTextField(
        _("Gain owners of the other departments"),
        hint=_("If more than one department gains: the leader of each of the others. For example: Health: Hans Holm."),
        optional=True,
    )
    system_owner = SelectField(
        _("System owner"), coerce=int, hint=_("The leader who owns the system that is bought or changed."), optional=True
    )
    project_leader = TextField(_("Project manager"), hint=_("For example: Mette Madsen, consultant."), optional=True)
    it_consulted = CheckboxField(_("IT has been consulted"))

    def shown(self, content: Content) -> dict[str, Any]:
        return {
            "gain_owner": content.gain_owner_id,
            "gain_owners": content.gain_owners,
            "system_owner": content.system_owner_id,
            "project_leader": content.project_leader,
            "it_consulted": content.it_consulted,
        }

    def said(self) -> dict[str, Any]:
        owners = {f"{name}_id": chosen for name, chosen in self.asked("gain_owner", "system_owner").items()}
        return owners | self.words("gain_owners", "project_leader") | self.asked("it_consulted")

    def offer(self, offers: Offers) -> None:
        self.gain_owner.choices = self.system_owner.choices = [("", gettext("Not chosen yet")), *offers.leaders]
        if self.policy.it_consultation == "required":
            self.it_consulted.hint = gettext("Needed before the application can be submitted.")
