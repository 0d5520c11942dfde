"""What the advisers are asked, and their six checks."""

from fundbank.applications.rules.advice import ADVICE_LENGTH, FOUND
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import Form, LongTextField, RadioField
from fundbank.pools.policy import SCREENING_CHECKS
from fundbank.pools.words import SCREENING_CHECKS as NAMES


class AdviceRequestForm(Form):
    """What a writer wants help with."""

    text = LongTextField(
        _("What do you want help with?"),
        hint=_("The advisers read it together with what the application says now, including what you have not submitted."),
        required=_("Write what you want help with."),
        max_length=ADVICE_LENGTH,
    )


class AdviceForm(Form):
    """A result of each check, and what is said about it; and of the whole."""

    for _code in SCREENING_CHECKS:
        locals()[_code] = RadioField(
            _(NAMES[_code]), choices=[(code, _(word)) for code, word in FOUND.items()], required=_("Choose what you found.")
        )  # fmt: skip
        locals()[f"comment_{_code}"] = LongTextField(
            _("Comment"), optional=True, hint=_("Needed where it is not in order."), max_length=ADVICE_LENGTH
        )  # fmt: skip
    text = LongTextField(
        _("What do you advise?"),
        hint=_(
            "The department can read all of it, and so can the forum once the application has been submitted. It cannot be changed "
            "afterwards."
        ),
        optional=True,
        max_length=ADVICE_LENGTH,
    )

    def results(self) -> dict[str, str]:
        """What was chosen, by check."""
        return {code: self[code].data or "" for code in SCREENING_CHECKS}

    def comments(self) -> dict[str, str]:
        """What was written beside it, by check."""
        return {code: self[f"comment_{code}"].data or "" for code in SCREENING_CHECKS}
