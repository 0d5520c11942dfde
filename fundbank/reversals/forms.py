"""The form of a reversal."""

from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import Form, LongTextField


class ReversalForm(Form):
    """A wrong posting, and why it is wrong."""

    reason = LongTextField(_("What was wrong?"), required=_("Write the reason."), max_length=1000)
