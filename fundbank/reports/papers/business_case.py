"""The business case on paper: costs, each gain with its arithmetic, the years, and what they come to (domain.md §6)."""

from collections.abc import Mapping, Sequence

from fundbank.applications.rules.business_case import ENDS, Arithmetic, Figures, PhasedSpan, YearRow, arithmetic, figures
from fundbank.applications.rules.case_chart import case_chart
from fundbank.applications.rules.case_tables import payback_limit
from fundbank.applications.rules.content import Content, GainArea
from fundbank.applications.rules.spans import CostSpan, GainSpan, cost_spans, gain_spans
from fundbank.applications.rules.words import COST_KINDS
from fundbank.applications.rules.words import ENDS as END_NAMES
from fundbank.kit.formats import amount, kroner, number, percent, period
from fundbank.kit.language import gettext as _
from fundbank.kit.language import ngettext
from fundbank.pools.criteria import CRITERIA
from fundbank.pools.policy import Policy
from fundbank.reports.blocks import Block, Bullets, Facts, Heading, Table, Text, YearBars, columns, joined

CRITERION_NAMES = {criterion.code: criterion.name for criterion in CRITERIA}
NOTHING = "–"


def business_case(content: Content, policy: Policy, units: Mapping[int, str]) -> list[Block]:
    """Show the case and how its figures come about; ``units`` are the departments' names by id."""
    counted = figures(content, policy.discount_rate)
    return [
        Heading(_("Business case")),
        Text(_("Amounts are in kroner. Year 0 is the investment.")),
        *_costs(content),
        *_direct_gains(content, units),
        *(block for area in content.gain_areas for block in _area(area, units)),
        *_in_words(content),
        *_years(content, counted),
        *_result(content, counted, policy),
    ]


def _ore(ore: int | None) -> str:
    return NOTHING if ore is None else amount(ore)


def _costs(content: Content) -> list[Block]:
    blocks: list[Block] = []
    if content.costs:
        rows = [
            (joined((cost.text, _(COST_KINDS.get(cost.kind, cost.kind)), _hours(cost))), _span(cost), _ore(cost.amount_ore), _in_all(cost))
            for cost in cost_spans(content.costs)
        ]
        totals = (_("In all"), "", "", amount(sum(cost.amount_ore or 0 for cost in content.costs)))
        headers = (_("Cost"), _("Years of the case"), _("Kroner a year"), _("In all"))
        blocks.append(Table(_("Costs that the case counts"), headers, rows, columns(1, 2, 3), totals))
    if content.own_financing:
        own_rows = [(own.text or NOTHING, str(own.year), _ore(own.amount_ore)) for own in content.own_financing]
        totals_own = (_("In all"), "", amount(content.own_ore))
        caption = _("What the department pays itself: shown, and not counted in the case")
        blocks.append(Table(caption, (_("Own financing"), _("Year"), _("Kroner")), own_rows, columns(1, 2), totals_own))
    return [Heading(_("Costs"), 3), *blocks] if blocks else []


def _span(one: CostSpan | GainSpan | PhasedSpan) -> str:
    return str(one.first) if one.first == one.last else f"{one.first}–{one.last}"


def _in_all(one: CostSpan | GainSpan) -> str:
    return _ore(None if one.amount_ore is None else one.amount_ore * (one.last - one.first + 1))


def _hours(cost: CostSpan) -> str | None:
    """How a cost in hours comes about."""
    if cost.hours is None:
        return None
    return _("%(hours)s hours at %(rate)s", hours=number(cost.hours), rate=kroner(cost.rate_ore or 0))


def _direct_gains(content: Content, units: Mapping[int, str]) -> list[Block]:
    if not content.gains:
        return []
    rows = [
        (joined((gain.text or units.get(gain.department_id, ""), units.get(gain.department_id) if gain.text else None)),
         _span(gain), _cashable(gain.cashable), _ore(gain.amount_ore), _in_all(gain))
        for gain in gain_spans(content.gains)
    ]  # fmt: skip
    headers = (_("Gain"), _("Years of the case"), _("Cashable"), _("Kroner a year"), _("In all"))
    totals = (_("In all"), "", "", "", amount(sum(gain.amount_ore or 0 for gain in content.gains)))
    return [Heading(_("Gains in kroner"), 3), Table(_("Gains by year and department"), headers, rows, columns(1, 3, 4), totals)]


def _cashable(cashable: bool) -> str:
    return _("Yes") if cashable else _("No")


def _area(area: GainArea, units: Mapping[int, str]) -> list[Block]:
    """Show an area line by line: minutes saved / 60 × cases × share affected × rate, then the years."""
    worked = arithmetic(area)
    rows = [_end_row(worked, end) for end in ENDS]
    headers = (_("End"), _("Minutes before"), _("Minutes after"), _("Saved"), _("Kroner a year"))
    facts = Facts(
        [
            (_("Department"), units.get(area.department_id)),
            (_("Cases a year"), number(area.cases)),
            (_("Share of cases affected"), percent(area.affected)),
            (_("Rate an hour"), kroner(area.rate_ore or 0)),
            (_("Cashable"), _cashable(area.cashable)),
        ]
    )
    formula = _(
        "%(saved)s / 60 × %(cases)s × %(affected)s × %(rate)s = %(annual)s a year at the typical end.",
        saved=number(worked.typical.saved),
        cases=number(worked.cases),
        affected=percent(worked.affected),
        rate=kroner(worked.rate_ore),
        annual=kroner(worked.typical.annual_ore),
    )
    years = [(_span(part), percent(part.phase_in), amount(part.amount_ore)) for part in worked.spans]
    return [
        Heading(_("Gain area: %(name)s", name=area.name), 3),
        facts,
        Table(_("Minutes a case, and what a full year gains"), headers, rows, columns(1, 2, 3, 4)),
        Text(formula),
        Table(_("Phased in, typical end"), (_("Years of the case"), _("Phase-in"), _("Kroner a year")), years, columns(1, 2)),
    ]


def _end_row(worked: Arithmetic, end: str) -> Sequence[str]:
    line = {"low": worked.low, "typical": worked.typical, "high": worked.high}[end]
    return (_(END_NAMES[end]), number(line.before), number(line.after), number(line.saved), amount(line.annual_ore))


def _in_words(content: Content) -> list[Block]:
    if not content.qualitative_gains:
        return []
    said = [f"{_(CRITERION_NAMES.get(gain.criterion, gain.criterion))}: {gain.text}" for gain in content.qualitative_gains]
    return [Heading(_("Gains in words"), 3), Bullets(said)]


def _years(content: Content, counted: Figures) -> list[Block]:
    return [Heading(_("Year by year"), 3), *_picture(content), *_year_table(_("All gains"), counted.rows), *_cashable_years(counted)]


def _picture(content: Content) -> list[Block]:
    """Draw costs, gains and the running sum; the table after it has the figures."""
    chart = case_chart(content)
    if chart is None:
        return []
    ends = {end: kroner(rows[-1].running_ore) for end, rows in (("low", chart.low), ("typical", chart.typical), ("high", chart.high))}
    if chart.has_ends:
        said = _(
            "Costs and gains of each year as bars, and the running sum as a line: it ends at %(typical)s, between %(low)s and %(high)s.",
            **ends,
        )
    else:
        said = _("Costs and gains of each year as bars, and the running sum as a line: it ends at %(typical)s.", typical=ends["typical"])
    low, high = (_("Running sum, low gains"), _("Running sum, high gains")) if chart.has_ends else ("", "")
    months = chart.payback_months or 0
    home = ngettext("Paid back after %(num)s month", "Paid back after %(num)s months", months)
    names = (_("Gains"), _("Costs"), low, _("Running sum"), high, home)
    return [
        YearBars(
            _("Costs, gains and running sum, in kroner"),
            **chart.values,
            names=names,
            unit=_("Million kroner, by year of the case"),
            alt=said,
        )
    ]


def _cashable_years(counted: Figures) -> list[Block]:
    return [] if counted.cashable_rows == counted.rows else _year_table(_("Cashable gains alone"), counted.cashable_rows)


def _year_table(caption: str, rows: Sequence[YearRow]) -> list[Block]:
    lines = [
        (
            str(row.year),
            *(amount(ore) for ore in (row.gains_ore, row.operation_ore, row.establishment_ore, row.net_ore, row.running_ore)),
        )
        for row in rows
    ]
    sums = (sum(row.gains_ore for row in rows), sum(row.operation_ore for row in rows), sum(row.establishment_ore for row in rows))
    totals = (_("In all"), *(amount(ore) for ore in sums), amount(sum(row.net_ore for row in rows)), "")
    headers = (_("Year"), _("Gains"), _("Running costs"), _("Set-up"), _("Net"), _("Running sum"))
    return [Table(caption, headers, lines, columns(1, 2, 3, 4, 5), totals)]


def _limit(content: Content, policy: Policy) -> list[tuple[str, str | None]]:
    """The payback beside the policy's limit, which binds loans."""
    limit = payback_limit(content, policy)
    if limit is None:
        return []
    within = _("Within the limit") if limit.is_kept else _("Beyond the limit")
    years = ngettext("%(num)s year", "%(num)s years", limit.years)
    if limit.binds:
        return [
            (_("Payback of the loan"), _("%(months)s. %(within)s: %(years)s", months=_months(limit.months), within=within, years=years))
        ]
    return [(_("Limit for loans"), _("%(years)s. %(within)s, which binds no grant", within=within, years=years))]


def _result(content: Content, counted: Figures, policy: Policy) -> list[Block]:
    rate = policy.discount_rate
    rows = [
        (_("Payback"), _months(counted.payback_months), _months(counted.cashable_payback_months)),
        (_("Net present value at %(rate)s", rate=percent(rate)), kroner(counted.npv_ore), kroner(counted.cashable_npv_ore)),
    ]
    blocks: list[Block] = [
        Heading(_("What it comes to"), 3),
        Table(_("Payback and net present value"), (_("Figure"), _("All gains"), _("Cashable gains alone")), rows, columns(1, 2)),
    ]
    annual = counted.annual
    span = _(
        "%(typical)s (from %(low)s to %(high)s)",
        typical=kroner(annual.typical_ore),
        low=kroner(annual.low_ore),
        high=kroner(annual.high_ore),
    )
    with_own = _months(counted.payback_months_with_own_financing) if content.own_financing else None
    facts = [
        (_("A full year's gains"), span),
        (_("Payback with own financing"), with_own),
        (_("Payback stated by the department"), stated_payback(content)),
        *_limit(content, policy),
    ]
    blocks.append(Facts(facts))
    return blocks


def stated_payback(content: Content) -> str | None:
    """The payback that the department itself reckons with, and why it is another one; the computed one stands beside it."""
    stated = content.stated_payback
    return joined((period(stated.in_months), stated.reason), ". ") if stated else None


def _months(months: int | None) -> str:
    return _("Never within the case") if months is None else ngettext("%(num)s month", "%(num)s months", months)
