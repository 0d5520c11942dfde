"""Forms that move money: into the pool and back, and what all such forms share."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from json import dumps
from typing import Any

from wtforms import HiddenField

from fundbank.errors import InvalidAmount
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import DayField, Form, KronerField, LongTextField, RadioField, TextField
from fundbank.ledger.operations.funding import SOURCE_LENGTH
from fundbank.ledger.rules import OverAvailable, OverOutstanding, OverReserved
from fundbank.pools.operations import REASON_LENGTH
from fundbank.pools.policy import Policy


class AskFirst(Form):
    """A form that is sent twice: the first time the page shows what will happen, the second time it happens."""

    seen = HiddenField()

    def is_seen(self, *figures: Any) -> bool:
        """Tell whether the person has been shown exactly these figures, and keep them for the next sending.

        They are kept as a digest: a browser sends each line break of a hidden field back as two signs.
        """
        shown, self.seen.data = self.seen.data, sha256(dumps([str(one) for one in figures]).encode()).hexdigest()
        return bool(shown == self.seen.data)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Forget also what was shown if that has been done: something more is asked about anew."""
        valid = super().validate(*args, **kwargs)
        if self.sent_before:
            self.seen.data = ""
        return valid


def value_day() -> DayField:
    """The field of the day from which a posting counts."""
    return DayField(_("Value date"), optional=True, hint=_("The day on which the money moved, for example 3-12-2026. Today if left empty."))


def voucher(*, optional: bool = True) -> TextField:
    """The field of the voucher that a posting follows. What one person posts alone, money that came in, is never without one."""
    hint, required = _("The payment's number. It stands in the ledger."), _("Write the voucher: one person posts what came in.")
    return TextField(_("Voucher"), optional=optional, hint=hint, max_length=120, required=required)


def ore_in(field: KronerField) -> int:
    """The amount, in øre, in a field that has been checked and must be filled in."""
    return int(field.data or 0)


@contextmanager
def refused_at(field: str) -> Iterator[None]:
    """Let a refusal of an amount stand at the form's field ``field``."""
    try:
        yield
    except (InvalidAmount, OverAvailable, OverReserved, OverOutstanding) as refusal:
        refusal.field = refusal.field or field
        raise


class FundForm(AskFirst):
    """Money in: an amount, or a per mille of the service expenditure where the pool's policy says so."""

    way = RadioField(
        _("How much comes in?"),
        choices=[("expenditure", _("The per mille of the service expenditure")), ("amount", _("An amount"))],
        required=_("Choose one of the possibilities."),
    )
    expenditure = KronerField(_("Service expenditure of the municipality"), optional=True, positive=True)
    amount = KronerField(_("Amount"), optional=True, positive=True)
    source = TextField(_("Where the money comes from"), max_length=SOURCE_LENGTH, required=_("Write where the money comes from."))
    text = TextField(_("Text"), optional=True, hint=_("Stands in the ledger, for example the decision that it follows."))
    value_on = value_day()
    reference = voucher(optional=False)

    def __init__(self, policy: Policy, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.is_per_mille = policy.funding == "per_mille"
        if not self.is_per_mille:
            del self.way, self.expenditure
        else:
            self.expenditure.flags.optional = False  # one of the two is needed
        self.amount.flags.optional = False

    @property
    def by_expenditure(self) -> bool:
        """Is the amount to be worked out from the service expenditure?"""
        return self.is_per_mille and self.way.data == "expenditure"

    def shares(self, policy: Policy) -> tuple[int, int]:
        """What goes to the pool and what to the treasury, in øre (domain.md §10)."""
        return policy.split_of_service_expenditure(ore_in(self.expenditure)) if self.by_expenditure else (ore_in(self.amount), 0)

    def check(self) -> None:
        wanted = self.expenditure if self.by_expenditure else self.amount
        if wanted.data is None and not wanted.errors:
            wanted.errors = [_("This must be filled in.")]


class ReturnFundingForm(AskFirst):
    """Money handed back to the source that gave it."""

    source = RadioField(_("Which source gets money back?"), required=_("Choose one of the possibilities."))
    amount = KronerField(_("Amount"), positive=True)
    value_on = value_day()
    reference = voucher()
    reason = LongTextField(_("Why is it handed back?"), required=_("Write the reason."), max_length=1000)


class FirstDayForm(Form):
    """The day from which money in the pool may count."""

    day = DayField(_("First day of the pool"), hint=_("The day of the oldest movement that is to be registered, for example 1-1-2024."))
    reason = LongTextField(_("Reason"), required=_("Write the reason."), max_length=REASON_LENGTH)
