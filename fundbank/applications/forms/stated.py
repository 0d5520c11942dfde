"""The payback that a department states itself: two numbers and why they are not what its figures give."""

from typing import Any

from fundbank.applications.forms.rows import asks_to_be_seen
from fundbank.applications.rules.content import LAST_YEAR, Content, StatedPayback
from fundbank.errors import Incomplete
from fundbank.kit.language import gettext
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import Form, LongTextField, WholeNumberField

STATED = ("stated_years", "stated_months", "stated_reason")


class StatesPayback(Form):
    """A form that asks for it."""

    stated_years = WholeNumberField(_("Payback you expect: years"), optional=True, most=LAST_YEAR)
    stated_months = WholeNumberField(_("Payback you expect: months"), optional=True, most=11)
    stated_reason = LongTextField(
        _("Why it differs from what the figures give"),
        hint=_("For example: The supplier gives us the first year free, which is not in the figures yet."),
        optional=True,
        max_length=1000,
    )

    @property
    def shows_stated(self) -> bool:
        """Is something stated, or does something stand at one of the fields?"""
        return any(self[name].data not in (None, "") or asks_to_be_seen(self[name]) for name in STATED)

    @property
    def is_stated_good(self) -> bool:
        """Has none of its fields a sentence?"""
        return not any(self[name].errors for name in STATED)

    @property
    def stated(self) -> StatedPayback | None:
        """What is stated, where its fields are well filled in; None for nothing."""
        years, months = self.stated_years.data, self.stated_months.data
        if years is None and months is None:
            return None
        return StatedPayback(years or 0, months, self.stated_reason.data or "")

    def check_stated(self) -> None:
        """A reason alone states nothing."""
        if self.stated_reason.data and self.is_stated_good and self.stated is None:
            self.refuse("stated_years", gettext("Write the payback that you expect, or leave the reason empty."), Incomplete.code)


def stated_values(content: Content) -> dict[str, Any]:
    """What the fields show of what a case states."""
    stated = content.stated_payback
    return {} if stated is None else {"stated_years": stated.years, "stated_months": stated.months, "stated_reason": stated.reason}
