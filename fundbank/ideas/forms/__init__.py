"""The questions that say what fits a plan, and an idea as it is written."""

from flask import request

from fundbank.applications.forms.writing.start import kinds_to_choose
from fundbank.applications.forms.writing.topic import Pairs
from fundbank.applications.rules.content import PROJECT_LIMIT_ORE
from fundbank.applications.rules.triage import Amount, Answers, Saving
from fundbank.ideas.rules import REASON_LENGTH
from fundbank.kit.formats import kroner
from fundbank.kit.language import gettext
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import Form, LongTextField, RadioField, SelectField, TextField, VersionField
from fundbank.pools.policy import Policy

TEXT_LENGTH = 2_000
YES, NO = "yes", "no"


class TriageForm(Form):
    """What the department knows of its plan. It stands in the address, and nothing is stored: nothing to protect."""

    amount = RadioField(_("What will it cost to get started?"), required=_("Say what it costs, or that you do not know yet."))
    kind = RadioField(_("Kind of project"), required=_("Choose the kind that fits best."))
    saving = RadioField(_("What will you gain?"), required=_("Say what is gained, or that you do not know yet."))
    others = RadioField(
        _("Are other departments involved?"),
        hint=_("They take part in it, or they gain by it."),
        required=_("Say whether other departments are involved."),
    )

    class Meta(Form.Meta):
        csrf = False

    def __init__(self, policy: Policy) -> None:
        super().__init__(formdata=request.args)
        limit = kroner(PROJECT_LIMIT_ORE)
        self.amount.choices = [
            (Amount.BELOW, gettext("Up to %(limit)s", limit=limit)),
            (Amount.ABOVE, gettext("More than %(limit)s", limit=limit)),
            (Amount.UNKNOWN, gettext("We do not know yet")),
        ]
        self.saving.choices = [
            (Saving.KRONER, gettext("It saves money, or time that can be counted in kroner")),
            (Saving.WORDS, gettext("It makes something better, but saves no money")),
            (Saving.UNKNOWN, gettext("We do not know yet")),
        ]
        self.others.choices = [(NO, gettext("No")), (YES, gettext("Yes"))]
        self.kind.choices = kinds_to_choose(policy.project_kinds)
        self.only_kind = policy.project_kinds[0]
        if len(policy.project_kinds) == 1:
            del self.kind

    @property
    def is_sent(self) -> bool:
        """Has any of the questions been answered?"""
        return any(field.name in request.args for field in self)

    def answers(self) -> Answers:
        """What a form says that is in order."""
        kind = self.kind.data if "kind" in self else self.only_kind
        return Answers(Amount(self.amount.data), kind, Saving(self.saving.data), self.others.data == YES)


class WithdrawForm(Form):
    """Why an idea, a need or a call is withdrawn."""

    reason = LongTextField(_("Why?"), optional=True, max_length=REASON_LENGTH)

    def __init__(self, *, is_asked: bool) -> None:
        super().__init__()
        self.reason.flags.optional = not is_asked


class IdeaForm(Form):
    """An idea: a title, and what and why. The department is asked of who writes for several, and never changes."""

    title = TextField(
        _("Title"),
        required=_("Give the idea a title."),
        hint=_("A short name. For example: Citizens book their own appointments."),
    )
    text = LongTextField(
        _("What do you want to do, and why?"),
        required=_("Write in a few lines what you want to do, and why."),
        hint=_("A few lines are enough: what does not work today, for whom, and what would be better?"),
        max_length=TEXT_LENGTH,
    )
    department = SelectField(_("Department that has the idea"), coerce=int)
    revision = VersionField()

    def __init__(self, own_units: Pairs | None, **values: object) -> None:
        super().__init__(data=values)
        if own_units is None:
            del self.department
        else:
            self.department.choices = list(own_units)
