"""Money: what is asked of the pool, what it all costs, and what the department pays itself."""

from collections.abc import Collection
from typing import Any

from fundbank.applications.forms.writing.topic import Offers, TopicForm
from fundbank.applications.rules.content import Content
from fundbank.kit.language import gettext, ngettext
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import KronerField, LongTextField


class MoneyForm(TopicForm):
    """The third step: the request, the costs, and the money for operation."""

    row_names = ("costs", "own_financing")

    loan = KronerField(_("Loan"), hint=_("For projects that save money. A loan is repaid out of the gains."), optional=True)
    grant = KronerField(_("Grant"), hint=_("For what saves no money. It is not repaid."), optional=True)
    lower = KronerField(
        _("Could make do with"),
        hint=_("The least that you could carry the project out with, if less would do."),
        optional=True,
        positive=True,
    )
    operation_money = LongTextField(
        _("Where the money for running costs comes from"),
        hint=_("From which budget? For example: The licence, 40,000 a year, from our own budget for IT."),
        optional=True,
    )

    def shown(self, content: Content) -> dict[str, Any]:
        return {
            "loan": content.loan_ore or None,
            "grant": content.grant_ore or None,
            "lower": content.lower_ore,
            "operation_money": content.operation_money,
        }

    def said(self) -> dict[str, Any]:
        asked = {f"{name}_ore": ore or 0 for name, ore in self.asked("loan", "grant").items()}
        return asked | {f"{name}_ore": ore for name, ore in self.asked("lower").items()} | self.words("operation_money")

    def offer(self, offers: Offers) -> None:
        years = self.policy.payback_limit_years
        limit = ngettext("They must cover it within %(num)s year.", "They must cover it within %(num)s years.", years)
        self.loan.hint = f"{self.loan.hint} {limit}"
        if self.policy.offers_loans and not self.policy.mix_offered:
            self.grant.hint = gettext("It is not repaid. This pool gives a loan or a grant, never both.")

    def not_asked(self, content: Content) -> Collection[str]:
        """What is asked for already stays, to be seen and taken out."""
        return [name for name in super().not_asked(content) if not getattr(content, f"{name}_ore")]
