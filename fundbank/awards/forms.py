"""The forms of an award: acceptance, disbursement, release, return and closing."""

from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import CheckboxField, DayField, Form, KronerField, LongTextField, RadioField, TextField, VersionField
from fundbank.ledger.forms import AskFirst, value_day


class AcceptForm(Form):
    """The leader takes the award on its terms."""

    revision = VersionField()
    agreed = CheckboxField(_("I have read the terms and accept the award for the department"))


class DisbursementForm(Form):
    """A payment to the department, for somebody else to approve."""

    part = RadioField(_("Which part of the award?"), required=_("Choose one of the possibilities."))
    amount = KronerField(_("Amount"), positive=True)
    pay_on = DayField(_("To be paid on"), hint=_("Day-month-year."))
    text = TextField(_("What it pays for"), optional=True, hint=_("For example the invoice. It stands in the ledger."))


class RefuseForm(Form):
    """A registered payment that is not to be made."""

    reason = LongTextField(_("Why is it refused?"), required=_("Write the reason."), max_length=1000)


class ReleaseForm(AskFirst):
    """A reservation that is not needed."""

    amount = KronerField(_("Amount to release"), positive=True)


class ReturnForm(AskFirst):
    """Money that was paid out and not spent."""

    part = RadioField(_("Which part of the award?"), required=_("Choose one of the possibilities."))
    amount = KronerField(_("Amount that comes back"), positive=True)
    value_on = value_day()


class CloseForm(Form):
    """The end of an award."""

    report = LongTextField(_("Knowledge-sharing report"), optional=True, max_length=20_000)

    def __init__(self, *, is_required: bool) -> None:
        super().__init__()
        self.report.hint = (
            _("What was learned, for others to use. The pool's rules require it before the award can be closed.")
            if is_required
            else _("What was learned, for others to use. The pool asks for it.")
        )
        self.report.flags.optional = not is_required
