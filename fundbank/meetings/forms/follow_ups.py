"""What is to be followed up of an award, and what came of it."""

from collections.abc import Iterable

from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import CheckboxField, DayField, Form, LongTextField, SelectField
from fundbank.people.models import User


class FollowUpForm(Form):
    """Something to follow up: what, who, by when."""

    text = LongTextField(_("What is to be followed up?"), required=_("Write what is to be followed up."), max_length=1000)
    owner = SelectField(_("Who sees to it?"), coerce=int, required=_("Choose a person."))
    due_on = DayField(_("By when?"), hint=_("From that day on it stands on each agenda, until it is done."))
    is_condition = CheckboxField(_("It is a condition of the award"))

    def offer(self, people: Iterable[User]) -> None:
        """Let one of these people be its owner."""
        self._offered = {person.id: person for person in people}
        named = [(person.id, f"{person.name}, {person.department.name}") for person in self._offered.values()]
        self.owner.choices = [("", _("Choose")), *named]

    @property
    def chosen(self) -> User:
        """Who has been chosen."""
        return self._offered[self.owner.data]


class DoneForm(Form):
    """What came of a follow-up."""

    outcome = LongTextField(_("What came of it?"), required=_("Write what came of it."), max_length=1000)
