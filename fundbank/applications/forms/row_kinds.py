"""The kinds of rows: costs, gains, gains that cut across with their shares, gain areas, own payments, quality."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from fundbank.applications.forms.row_fields import SharesField
from fundbank.applications.forms.rows import RowForm
from fundbank.applications.rules.content import LAST_YEAR, Cost, GainArea, OwnFinancing, PlannedGain, QualitativeGain
from fundbank.applications.rules.row_keys import of_years
from fundbank.applications.rules.spans import CostSpan, GainSpan, cost_of_hours
from fundbank.kit.formats import kroner
from fundbank.kit.language import gettext, ngettext
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.money import LIMIT_ORE, TOO_LARGE
from fundbank.kit.web.forms import (
    CheckboxField,
    DecimalNumberField,
    KronerField,
    LongTextField,
    PercentField,
    SelectField,
    TextField,
    WholeNumberField,
)


class YearsRow(RowForm):
    """A row that holds for one year, or for each year from one to another."""

    def check(self) -> bool:
        if not super().check():
            return False
        if self.last.data is not None and self.last.data < self.first.data:
            return self.refuse(self.last, gettext("The last year is before the first."))
        return True

    @property
    def years(self) -> tuple[int, int]:
        return self.first.data, self.first.data if self.last.data is None else self.last.data

    @property
    def keys(self) -> dict[int, str]:
        """The key of each of its years that has one."""
        return of_years(self.key or {}, *self.years)


def _first_year() -> WholeNumberField:
    return WholeNumberField(_("From year"), required=_("Write the year: 0 is the year of the investment."), most=LAST_YEAR)


def _last_year(hint: Any) -> WholeNumberField:
    return WholeNumberField(_("To year"), optional=True, most=LAST_YEAR, hint=hint)


class CostRow(YearsRow):
    """What something costs, once or every year: an amount, or hours and what one of them costs."""

    title = _("Cost #")
    blank = {"kind": "establishment", "first": 0}
    text = TextField(_("What it is"), optional=True)
    kind = SelectField(_("Kind of cost"))
    amount = KronerField(_("Amount a year"), optional=True, positive=True)
    first = _first_year()
    last = _last_year(_("Empty: one year."))
    hours = DecimalNumberField(_("Or: hours a year"), optional=True)
    rate = KronerField(_("Hourly rate"), optional=True, positive=True)

    def check(self) -> bool:
        if not super().check():
            return False
        if self.hours.data is None and self.rate.data is None:
            return self.amount.data is not None or self.refuse(self.amount, gettext("Write the amount of this cost."))
        if self.hours.data is None:
            return self.refuse(self.hours, gettext("Write how many hours it takes, or an amount instead."))
        if self.rate.data is None:
            return self.refuse(self.rate, gettext("Write what an hour of this work costs."))
        if self.amount.data not in (None, self.ore):
            return self.refuse(self.amount, gettext("The hours come to %(product)s. Leave one of the two empty.", product=kroner(self.ore)))
        if self.ore == 0:
            return self.refuse(self.hours, gettext("Write hours that come to an amount above 0."))
        return self.ore < LIMIT_ORE or self.refuse(self.hours, gettext(TOO_LARGE))

    @property
    def ore(self) -> int:
        """The amount a year in øre: that which was written, or what the hours come to."""
        return self.amount.data if self.hours.data is None else cost_of_hours(self.hours.data, self.rate.data)

    def read(self) -> CostSpan:
        return CostSpan(
            *self.years, self.kind.data, self.ore, self.text.data or "", self.keys, self.hours.data, self.rate.data, self.row.data or ""
        )

    def items(self) -> Sequence[Cost]:
        return self.read().costs()


class GainRow(YearsRow):
    """A direct amount that one department gains, once or every year."""

    title = _("Gain #")
    blank = {"first": 1, "cashable": True}
    text = TextField(_("What is gained"), optional=True)
    department = SelectField(_("Department"), coerce=int, required=_("Choose the department that gains."))
    amount = KronerField(_("Amount a year"), required=_("Write how much is gained a year."), positive=True)
    first = _first_year()
    last = _last_year(_("Empty: one year."))
    cashable = CheckboxField(_("Cashable: the money is really set free"))

    def read(self) -> GainSpan:
        return GainSpan(
            *self.years, self.department.data, self.amount.data, self.cashable.data, self.text.data or "", self.keys, self.row.data or ""
        )

    def items(self) -> Sequence[PlannedGain]:
        return self.read().gains()


class SplitRow(YearsRow):
    """A yearly gain that cuts across departments; their shares stand in rows of their own."""

    blank = {"first": 1, "cashable": True}
    text = TextField(_("What is gained"), optional=True)
    amount = KronerField(_("Amount a year, all departments together"), required=_("Write how much is gained a year."), positive=True)
    first = _first_year()
    last = _last_year(_("Empty: one year."))
    cashable = CheckboxField(_("Cashable: the money is really set free"))


class ShareRow(RowForm):
    """One department's share of a gain that cuts across."""

    title = _("Share #")
    department = SelectField(_("Department"), coerce=int, required=_("Choose the department that gains."))
    share = PercentField(_("Share"), required=_("Write this department's share in per cent."))

    def read(self) -> tuple[int, Decimal]:
        return self.department.data, self.share.data


class AreaRow(RowForm):
    """A slice of work that gets faster: minutes a case before and after, cases, rate."""

    title = _("Gain area #")
    blank = {"affected": Decimal(1), "phase_in": (Decimal(1),), "years": 4, "cashable": True}
    name = TextField(_("Name of the work"), required=_("Write what the work is called."))
    department = SelectField(_("Department"), coerce=int, required=_("Choose the department that does the work."))
    before_low = DecimalNumberField(_("Before: low"), optional=True)
    before = DecimalNumberField(_("Minutes a case before"), required=_("Write how many minutes a case takes today."))
    before_high = DecimalNumberField(_("Before: high"), optional=True)
    after_low = DecimalNumberField(_("After: low"), optional=True)
    after = DecimalNumberField(_("Minutes a case after"), required=_("Write how many minutes a case will take afterwards."))
    after_high = DecimalNumberField(_("After: high"), optional=True)
    cases = WholeNumberField(_("Cases a year"), required=_("Write how many cases there are a year."), most=10**8)
    affected = PercentField(
        _("Cases affected"), hint=_("Share of all cases."), required=_("Write how large a share of the cases it concerns.")
    )
    rate = KronerField(_("Hourly rate"), required=_("Write what an hour of this work costs."))
    phase_in = SharesField(
        _("Phase-in"), hint=_("Per cent of the gain in year 1; 2; 3 … The last one holds for the years after."),
        required=_("Write how much of the gain comes in each year, for example 50; 100."),
    )  # fmt: skip
    years = WholeNumberField(
        _("Number of years"), hint=_("From year 1."), required=_("Write for how many years it gives a gain."), least=1, most=LAST_YEAR
    )
    cashable = CheckboxField(_("Cashable: the money is really set free"))

    def check(self) -> bool:
        if not super().check():
            return False
        ordered = True
        for low, typical, high in ((self.before_low, self.before, self.before_high), (self.after_low, self.after, self.after_high)):
            if low.data is not None and low.data > typical.data:
                ordered = self.refuse(low, gettext("Low must not be above typical."))
            if high.data is not None and high.data < typical.data:
                ordered = self.refuse(high, gettext("High must not be below typical."))
        return ordered

    @property
    def beside(self) -> str:
        """What is set of that which few need: "before 20–30, after 10–15, 50; 100 %, 4 years"."""
        ends = ((gettext("before"), self.before_low, self.before_high), (gettext("after"), self.after_low, self.after_high))
        said = [f"{when} {low._value() or '…'}–{high._value() or '…'}" for when, low, high in ends if low._value() or high._value()]
        if self.phase_in._value():
            said.append(gettext("phase-in %(shares)s%%", shares=self.phase_in._value()))
        if self.years.data is not None:
            said.append(ngettext("%(num)s year", "%(num)s years", self.years.data))
        return ", ".join(said)

    def read(self) -> GainArea:
        """The area; low and high are the typical value where they were left empty."""
        return GainArea(
            name=self.name.data,
            department_id=self.department.data,
            before=_range(self.before_low.data, self.before.data, self.before_high.data),
            after=_range(self.after_low.data, self.after.data, self.after_high.data),
            cases=self.cases.data,
            affected=self.affected.data,
            rate_ore=self.rate.data,
            phase_in=self.phase_in.data,
            years=self.years.data,
            cashable=self.cashable.data,
            key=self.key or "",
            row=self.row.data or "",
        )


class OwnRow(RowForm):
    """What the department pays itself beside the case."""

    title = _("Own payment #")
    blank = {"year": 0}
    text = TextField(_("What it is"), optional=True)
    amount = KronerField(_("Amount"), required=_("Write the amount that the department pays itself."), positive=True)
    year = WholeNumberField(_("Year"), required=_("Write the year: 0 is the year of the investment."), most=LAST_YEAR)

    def read(self) -> OwnFinancing:
        return OwnFinancing(self.text.data or "", self.amount.data, self.year.data, self.row.data or "")


class QualityRow(RowForm):
    """A gain in words, tied to a criterion."""

    title = _("Gain in quality #")
    criterion = SelectField(_("Criterion"), required=_("Choose the criterion that gets better."))
    text = LongTextField(_("What gets better"), required=_("Write what gets better."), max_length=2000)

    def read(self) -> QualitativeGain:
        return QualitativeGain(self.criterion.data, self.text.data, self.row.data or "")


def _range(low: Decimal | None, typical: Decimal, high: Decimal | None) -> tuple[Decimal, Decimal, Decimal]:
    return (typical if low is None else low, typical, typical if high is None else high)
