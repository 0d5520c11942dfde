"""What is asked when an application is withdrawn, commented on or screened."""

from fundbank.applications.rules.gainers import ANSWERS, COMMENT_LENGTH, Answer
from fundbank.applications.rules.words import RESULTS
from fundbank.errors import Incomplete
from fundbank.kit.language import gettext
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import CheckboxesField, Form, KronerField, LongTextField, RadioField, VersionField
from fundbank.pools import words
from fundbank.pools.policy import Policy

REASON_LENGTH = 2_000


class WithdrawForm(Form):
    """Why the application is taken back."""

    reason = LongTextField(_("Why is it withdrawn?"), optional=True, max_length=REASON_LENGTH)


class CommentForm(Form):
    """Whether a department gains what the application says, what it thinks, and the version that its author read."""

    answer = RadioField(
        _("Does your department gain what the application says?"),
        choices=[(code, _(word)) for code, word in ANSWERS.items()],
        required=_("Choose an answer."),
    )
    figure = KronerField(
        _("Your figure, in kroner a year"),
        hint=_("Only if you see another figure: what your department gains in a full year."),
        optional=True,
    )
    text = LongTextField(
        _("What does your department think?"),
        hint=_("Needed with a no. The applicant and the forum read it. It cannot be changed afterwards; you can answer again."),
        optional=True,
        max_length=COMMENT_LENGTH,
    )
    read_version = VersionField()

    def check(self) -> None:
        """A figure is given with the one answer that asks for it."""
        if self.figure.data is not None and self.answer.data != Answer.ANOTHER:
            self.refuse("figure", gettext("Choose “We see another figure”, or leave this empty."), Incomplete.code)

    @property
    def chosen(self) -> Answer:
        """The answer of a form that is in order."""
        return Answer(self.answer.data)


class ScreeningForm(Form):
    """The checklist of the policy and its result."""

    checks = CheckboxesField(_("What is in order?"), hint=_("A tick means that it is in order. The ticks are shown to the forum."))
    result = RadioField(_("Result"), required=_("Choose the result of the screening."))
    reason = LongTextField(
        _("Reason"),
        hint=_("Needed when the application is returned: what must the department do? The department reads this."),
        optional=True,
        max_length=REASON_LENGTH,
    )

    def __init__(self, policy: Policy) -> None:
        super().__init__()
        self.codes = policy.screening_checks
        self.checks.choices = [(code, gettext(words.SCREENING_CHECKS[code])) for code in self.codes]
        self.result.choices = [(code, gettext(word)) for code, word in RESULTS.items()]
        if not self.codes:
            del self.checks

    def check(self) -> None:
        """Ask also for the reason of a return."""
        if self.result.data == "returned" and not self.reason.data:
            self.refuse("reason", gettext("Write what the department must do before it can submit again."), Incomplete.code)

    def results(self) -> dict[str, bool]:
        """Each check of the policy, and whether it is in order."""
        ticked = set(self.checks.data or ()) if self.codes else set()
        return {code: code in ticked for code in self.codes}
