"""The forms of an award: acceptance, disbursement and release."""

from collections.abc import Mapping

from fundbank.awards import words
from fundbank.kit.formats import kroner
from fundbank.kit.language import gettext
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import CheckboxField, DayField, Form, KronerField, LongTextField, RadioField, TextField, VersionField
from fundbank.ledger.forms import AskFirst


class AcceptForm(Form):
    """The leader takes the award on its terms, with what it comes to by the business case as it stood when the page was opened."""

    revision = VersionField()
    case = VersionField()
    agreed = CheckboxField(_("I have read the terms and accept the award for the department"))


class GiveUpForm(Form):
    """Why an offer is declined, or an award given up."""

    reason = LongTextField(_("Why?"), required=_("Write the reason."), max_length=1000)


class PartForm(Form):
    """What concerns the loan or the grant of an award."""

    part = RadioField(_("Which part of the award?"), required=_("Choose one of the possibilities."))

    def offer(self, limits: Mapping[str, int]) -> None:
        """Let the person choose between these parts, each with what it still allows, in øre; a part that is alone is chosen already."""
        self.part.choices = [
            (part, gettext("%(part)s: at most %(amount)s", part=gettext(words.PARTS[part]), amount=kroner(ore)))
            for part, ore in limits.items()
        ]
        if len(limits) == 1 and not self.is_submitted():
            self.part.data = next(iter(limits))


class DisbursementForm(PartForm):
    """A payment to the department, for somebody else to approve."""

    amount = KronerField(_("Amount"), positive=True)
    pay_on = DayField(_("To be paid on"), hint=_("Day-month-year."))
    text = TextField(_("What it pays for"), optional=True, hint=_("For example the invoice. It stands in the ledger."))


class RefuseForm(Form):
    """A registered payment that is not to be made."""

    reason = LongTextField(_("Why is it refused?"), required=_("Write the reason."), max_length=1000)


class WithdrawForm(Form):
    """An approved payment that is not to be made after all."""

    reason = LongTextField(_("Why is the payment withdrawn?"), required=_("Write the reason."), max_length=1000)


class ReleaseForm(AskFirst):
    """A reservation that is not needed."""

    amount = KronerField(_("Amount to release"), positive=True)
    reason = LongTextField(_("Why is it not needed?"), required=_("Write the reason."), max_length=1000)
