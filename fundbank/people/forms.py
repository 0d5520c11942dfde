"""Forms of signing in, the own account, people and departments."""

from collections.abc import Sequence

from wtforms import HiddenField

from fundbank.kit.language import gettext
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import (
    CheckboxField,
    EmailField,
    Form,
    RadioField,
    SecretField,
    SelectField,
    TextField,
    VersionField,
)
from fundbank.people.models import Department
from fundbank.people.rules import PASSWORD_LEAST

LANGUAGES = [("da", "Dansk"), ("en", "English")]


class SignInForm(Form):
    email = EmailField(_("E-mail"), required=_("Write your e-mail address."), render_kw={"autocomplete": "username"})
    password = SecretField(_("Password"), required=_("Write your password."), render_kw={"autocomplete": "current-password"})
    next = HiddenField()


class MunicipalityForm(Form):
    """``person`` is whom somebody is there."""

    person = RadioField(_("Municipality"), coerce=int, required=_("Choose one of the municipalities."))


class ChoosePasswordForm(Form):
    password = SecretField(
        _("New password"), required=_("Choose a password."),
        hint=_("At least %(least)s characters. A sentence is easy to remember.", least=PASSWORD_LEAST),
        render_kw={"autocomplete": "new-password"},
    )  # fmt: skip
    again = SecretField(
        _("The new password again"), required=_("Write the password once more."),
        render_kw={"autocomplete": "new-password"},
    )  # fmt: skip

    def validate(self, *args: object, **kwargs: object) -> bool:
        """See also that the password was written the same way twice."""
        valid = super().validate(*args, **kwargs)
        if valid and self.password.data != self.again.data:
            self.refuse("again", gettext("The two passwords are not the same."), "incomplete")
            return self.fail()
        return valid


class OwnPasswordForm(ChoosePasswordForm):
    current = SecretField(
        _("Current password"), required=_("Write your current password."),
        render_kw={"autocomplete": "current-password"},
    )  # fmt: skip


class PersonForm(Form):
    name = TextField(_("Name"), max_length=120, required=_("Write the person's name."))
    email = EmailField(_("E-mail"), optional=True, hint=_("The person signs in with it."))
    department = SelectField(
        _("Department"), coerce=int, required=_("Choose the department that the person belongs to."),
        hint=_("Where the person belongs decides on conflicts of interest."),
    )  # fmt: skip
    is_administrator = CheckboxField(
        _("Administrator"),
        hint=_("Manages users, departments, pools and policies. Decides nothing and moves no money."),
    )
    revision = VersionField()

    def offer(self, departments: Sequence[Department]) -> None:
        """Fill in the departments to choose from."""
        self.department.choices = [("", gettext("Choose")), *tree_choices(departments)]


class DepartmentForm(Form):
    name = TextField(_("Name"), max_length=120, required=_("Write the department's name."))
    parent = SelectField(_("Part of"), coerce=int, optional=True)
    revision = VersionField()

    def offer(self, departments: Sequence[Department]) -> None:
        """Fill in the departments that this one can be part of."""
        self.parent.choices = [("", gettext("None: it stands at the top")), *tree_choices(departments)]


class LanguageForm(Form):
    language = RadioField(_("Language"), choices=LANGUAGES, required=_("Choose one of the languages."))


def tree_choices(departments: Sequence[Department]) -> list[tuple[int, str]]:
    """The tree as choices, each unit indented by its depth."""
    return [(unit.id, "\xa0\xa0\xa0" * (unit.path.count("/") - 2) + unit.name) for unit in departments]
