"""The forms of gains: a report, and what it has in common with its correction."""

from fundbank.files.forms import files_field
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import CheckboxField, Form, KronerField, LongTextField, RadioField, SelectField
from fundbank.ledger.forms import ore_in


class MeasuredForm(Form):
    """What was measured."""

    amount = KronerField(_("How much was gained?"), hint=_("In kroner. Write 0 if nothing was gained."))
    is_loss = CheckboxField(_("It was a loss"), hint=_("Tick if the year cost more than before. A loss is shared as 0."))
    cashable = RadioField(
        _("Can the money be taken out of a budget?"),
        choices=[("yes", _("Yes, it is cashable")), ("no", _("No, it is time or quality"))],
        hint=_("Only a cashable gain is shared with the pool."),
        required=_("Choose one of the possibilities."),
    )

    @property
    def amount_ore(self) -> int:
        """The gain in øre; a loss is negative."""
        return -ore_in(self.amount) if self.is_loss.data else ore_in(self.amount)


class ReportForm(MeasuredForm):
    """A department's gain of one year."""

    department = SelectField(_("Department"), coerce=int, required=_("Choose a department."))
    year = SelectField(_("Year"), coerce=int, required=_("Choose a year."))
    note = LongTextField(
        _("How was it measured?"),
        hint=_("So that somebody else can follow it."),
        required=_("Write how it was measured."),
        max_length=2000,
    )
    files = files_field(_("Evidence"), optional=True)


class CorrectionForm(MeasuredForm):
    """Another figure for a gain that was verified."""

    reason = LongTextField(
        _("Why is it corrected, and how was it measured?"), required=_("Write the reason for the correction."), max_length=2000
    )
    files = files_field(_("Evidence"), optional=True)
