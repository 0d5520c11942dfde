"""What is to be followed up of an award, by whom and by when, and what came of it."""

from collections.abc import Iterable

from fundbank.awards.models import FollowUp
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import CheckboxField, DayField, Form, LongTextField, SelectField, VersionField
from fundbank.people.models import User

WHO, CHOOSE = _("Who sees to it?"), _("Choose a person.")
WHEN, FROM_THEN = _("By when?"), _("From that day on it stands on each agenda, until it is done.")


class SeenToForm(Form):
    """Somebody is chosen who sees to something."""

    owner: SelectField

    def offer(self, people: Iterable[User]) -> None:
        """Let one of these people be its owner."""
        self._offered = {person.id: person for person in people}
        named = [(person.id, f"{person.name}, {person.department.name}") for person in self._offered.values()]
        self.owner.choices = [("", _("Choose")), *named]

    @property
    def chosen(self) -> User:
        """Who has been chosen."""
        return self._offered[self.owner.data]


class FollowUpForm(SeenToForm):
    """Something to follow up: what, who, by when."""

    text = LongTextField(_("What is to be followed up?"), required=_("Write what is to be followed up."), max_length=1000)
    owner = SelectField(WHO, coerce=int, required=CHOOSE)
    due_on = DayField(WHEN, hint=FROM_THEN)
    is_condition = CheckboxField(_("It is a condition of the award"))


class ChangeForm(SeenToForm):
    """Somebody else, or another day."""

    revision = VersionField()
    owner = SelectField(WHO, coerce=int, required=CHOOSE)
    due_on = DayField(WHEN, hint=FROM_THEN)
    reason = LongTextField(_("Why?"), optional=True, max_length=1000)


class ConditionForm(ChangeForm):
    """The same of a condition, which takes a reason."""

    reason = LongTextField(_("Why?"), required=_("Write the reason."), max_length=1000)


class DoneForm(Form):
    """What came of a follow-up."""

    outcome = LongTextField(_("What came of it?"), required=_("Write what came of it."), max_length=1000)


class ReopenForm(Form):
    """Why it is not done after all."""

    reason = LongTextField(_("Why is it not done after all?"), required=_("Write the reason."), max_length=1000)


def change_form(follow_up: FollowUp, people: Iterable[User]) -> ChangeForm:
    """The form that changes who sees to it and by when, as it stands, with the ``people`` who could."""
    stands = {"owner": follow_up.owner_id, "due_on": follow_up.due_on, "revision": follow_up.revision}
    form = ConditionForm(data=stands) if follow_up.is_condition else ChangeForm(data=stands)
    form.offer(people)
    return form
