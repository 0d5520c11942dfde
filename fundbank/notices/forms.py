"""The form by which a person says how they want to be told."""

from fundbank.errors import N_
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import Form, RadioField
from fundbank.notices.rules import Choice

WORDS = {
    Choice.AT_ONCE: N_("Everything, at once"),
    Choice.DAILY: N_("Everything, gathered in one mail in the morning"),
    Choice.DUTY: N_("Only what is asked of me or decided about my application, at once"),
}


class MailForm(Form):
    choice = RadioField(
        _("Which mail do you want?"), choices=[(choice, _(text)) for choice, text in WORDS.items()],
        required=_("Choose one of them."),
    )  # fmt: skip
