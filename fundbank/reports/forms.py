"""The period of a statement, as people write it in the address."""

from datetime import date
from typing import cast

from werkzeug.datastructures import MultiDict

from fundbank.kit.language import gettext
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import DayField, Form


class PeriodForm(Form):
    """From one day to another, both included. It reads only, and is sent with GET: nothing to protect."""

    first = DayField(_("From"), name="from")
    last = DayField(_("To"), name="to")

    class Meta(Form.Meta):
        csrf = False

    def __init__(self, given: MultiDict[str, str]) -> None:
        super().__init__(formdata=given)

    def check(self) -> None:
        """Ask too that the period does not end before it begins."""
        first, last = self.first.data, self.last.data
        if first and last and last < first:
            self.last.errors = [gettext("The last day must not be before the first.")]

    def days(self) -> tuple[date, date]:
        """The first and the last day, once the form is valid."""
        return cast(date, self.first.data), cast(date, self.last.data)
