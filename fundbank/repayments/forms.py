"""The forms of claims and repayments."""

from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import Form, KronerField, SelectField
from fundbank.ledger.forms import AskFirst, value_day


class ClaimForm(AskFirst):
    """The year to claim: first worked out, then made."""

    year = SelectField(_("Year"), coerce=int, required=_("Choose a year."))


class RepaymentForm(Form):
    """Money from a department on what it owes."""

    amount = KronerField(_("Amount that has been paid"), hint=_("All of it, or a part."), positive=True)
    value_on = value_day()
