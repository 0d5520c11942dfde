"""The short form with which an application is begun: what it is called, who applies, and the kind of project."""

from typing import Any

from fundbank.applications.forms.writing.topic import Pairs
from fundbank.applications.rules.content import Content
from fundbank.kit.language import gettext
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import Form, RadioField, SelectField, TextField
from fundbank.pools import words
from fundbank.pools.policy import Policy

TITLE_NEEDED = _("Write a title: it is all that is needed to save the draft.")
TITLE_HINT = _("What people will call the project. For example: Citizens book their own appointments.")
KIND_HINT = _("Choose the one that fits best. You can change it later.")


class StartForm(Form):
    """A new application. The department is asked of who applies for several, the kind where the pool takes several."""

    title = TextField(_("Title"), required=TITLE_NEEDED, hint=TITLE_HINT)
    department = SelectField(_("Applying department"), coerce=int)
    kind = RadioField(_("Kind of project"), hint=KIND_HINT)

    def __init__(self, policy: Policy, own_units: Pairs, *, department_id: int, kind: str | None = None, **begun: Any) -> None:
        """``kind`` is chosen to begin with, if the policy has it; ``begun`` stands in other fields until something else is written."""
        kinds = policy.project_kinds
        self.usual_kind = kind if kind in kinds else "standard" if "standard" in kinds else kinds[0]
        super().__init__(data={"department": department_id, "kind": self.usual_kind, **begun})
        self.department.choices = list(own_units)
        self.kind.choices = [(kind, gettext(words.PROJECT_KINDS[kind])) for kind in kinds]
        if len(kinds) == 1:
            del self.kind

    def content(self) -> Content:
        """What the new application says."""
        return Content(title=self.title.data or "", kind=self.kind.data if "kind" in self else self.usual_kind)
