"""The form of a reversal."""

from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import Form, LongTextField


class RefuseMovementForm(Form):
    """Why money is not moved."""

    reason = LongTextField(_("Why?"), required=_("Write the reason."), max_length=1000)


class ReversalForm(Form):
    """A wrong posting, and why it is wrong."""

    reason = LongTextField(_("What was wrong?"), required=_("Write the reason."), max_length=1000)
