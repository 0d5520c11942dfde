"""The forms of claims and repayments, of money that comes back, and of the end of an award."""

from fundbank.awards.forms import PartForm
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import Form, KronerField, LongTextField, SelectField, VersionField
from fundbank.ledger.forms import AskFirst, value_day, voucher


class ClaimForm(AskFirst):
    """The year to claim: first worked out, then made."""

    year = SelectField(_("Year"), coerce=int, required=_("Choose a year."))


class RepaymentForm(Form):
    """Money from a department on what it owes."""

    amount = KronerField(_("Amount that has been paid"), hint=_("All of it, or a part."), positive=True)
    value_on = value_day()
    reference = voucher(optional=False)


class RefundForm(Form):
    """Money that was paid too much and is handed back, for somebody else to approve."""

    amount = KronerField(_("Amount to hand back"), positive=True)
    reference = voucher()


class VerifyForm(Form):
    """That finance has seen a gain; it asks for nothing. ``evidence`` is how many pieces of it the page has shown."""

    evidence = VersionField()


class GainBackForm(Form):
    """A report that finance sends back to the department."""

    reason = LongTextField(
        _("What must the department look at?"), required=_("Write the reason."), hint=_("The department reads it."), max_length=1000
    )


class ReturnForm(PartForm, AskFirst):
    """Money that was paid out and not spent."""

    amount = KronerField(_("Amount that comes back"), positive=True)
    value_on = value_day()
    reference = voucher(optional=False)


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
