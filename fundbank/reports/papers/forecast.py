"""The pool's coming months: the three lines, what moves them year by year and month by month, and how all of it is worked out."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from fundbank.applications.rules.business_case import ENDS
from fundbank.awards.models import Award
from fundbank.errors import N_
from fundbank.forecast.rules import Assumptions, Cause, Ends, Flow, Forecast
from fundbank.kit.clock import local_date
from fundbank.kit.formats import amount, kroner, month, percent, shortday, whole
from fundbank.kit.language import gettext as _
from fundbank.pools.models import Pool
from fundbank.reports.blocks import Block, Bullets, Curves, Document, Facts, Heading, Table, Text, columns, joined
from fundbank.reports.papers.letterhead import document

Link = Callable[[int], str]
"""The address of a month's rows, by its number, from 0."""


def forecast_paper(
    pool: Pool, found: Forecast, assumed: Assumptions, awards: Mapping[int, Award], departments: Mapping[int, str], at: datetime,
    link: Link | None = None,
) -> Document:  # fmt: skip
    """Build the paper; ``link`` gives the address of a month's rows for the page. Without it, as on paper, the rows follow."""
    today = local_date(at)
    blocks: list[Block] = [
        Facts([(_("Available today"), kroner(found.available_ore)), (_("Promised and not paid"), kroner(found.reserved_ore))]),
        Text(below(found)),
        Heading(_("What is assumed")),
        Bullets(assumptions(found, assumed, awards)),
        Heading(_("What will be available")),
        curves(found),
        years(found),
        _months(found, link),
    ]
    if link is None:
        blocks += [Heading(_("What moves it")), rows([flow for one in found.months for flow in one.flows], awards, departments)]
    blocks += [Heading(_("How it is worked out")), Bullets(_how())]
    return document(pool, at, _("The coming months of %(pool)s", pool=pool.name), blocks, _("Forecast"), pool.name, today)


def rows(flows: Sequence[Flow], awards: Mapping[int, Award], departments: Mapping[int, str]) -> Table:
    """Everything that moves the money, in the order of its days, with the sentence behind each figure."""
    cells = [
        (
            shortday(flow.on) if not _is_spread(flow) else month(flow.on),
            joined([awards[flow.award_id].application.title if flow.award_id else None, departments.get(flow.department_id or 0)]),
            _sentence(flow, awards),
            amount(flow.pays_ore) if flow.pays_ore else "",
            *(amount(flow.adds.at(end)) if not flow.pays_ore else "" for end in ENDS),
        )
        for flow in flows
    ]
    headers = (_("Day"), _("Award"), _("What happens"), _("Paid out"), _("Low"), _("Typical"), _("High"))
    return Table(_("What moves the money, in kroner"), headers, cells, columns(3, 4, 5, 6))


def _is_spread(flow: Flow) -> bool:
    return flow.cause == Cause.PAYMENT and flow.is_assumed


def _sentence(flow: Flow, awards: Mapping[int, Award]) -> str:
    if flow.cause == Cause.PAYMENT:
        spread = _("Reserved, and not registered: spread evenly over the months of the case.")
        return spread if flow.is_assumed else _("Registered for payment on this day.")
    if flow.cause == Cause.UNPAID:
        return _("Claimed for %(year)s and not paid: what is overdue is expected at once.", year=str(flow.year))
    if flow.cause == Cause.FUNDING:
        return _("What the pool's rules give each year. Nobody has decided it yet.")
    gain, year, share = flow.gain or Ends(), str(flow.year), percent(awards[flow.award_id or 0].share or 0)
    if gain.low == gain.typical == gain.high:
        said = N_("For %(year)s: %(share)s of a cashable gain of %(gain)s, never more than is left of the loan.")
        return _(said, year=year, share=share, gain=kroner(gain.low))
    return _(
        "For %(year)s: %(share)s of a cashable gain of %(low)s (low), %(typical)s (typical) or %(high)s (high), never more than is left of"
        " the loan.",
        year=year, share=share, low=kroner(gain.low), typical=kroner(gain.typical), high=kroner(gain.high),
    )  # fmt: skip


def below(found: Forecast) -> str:
    """Say from when on money is missing if gains come in low, or that none is."""
    below = found.first_below_0("low")
    if below is None:
        return _("Even if gains come in low, nothing is missing in any of the %(months)s months.", months=len(found.months))
    return _("If gains come in low, money is missing from %(month)s on.", month=month(below.first))


def assumptions(found: Forecast, assumed: Assumptions, awards: Mapping[int, Award]) -> list[str]:
    """What the forecast takes for granted, as sentences."""
    given = next((flow.adds.typical for one in found.months for flow in one.flows if flow.cause == Cause.FUNDING), None)
    if given is not None:
        funded = _("%(amount)s of new funding each January, as the pool's rules say. Nobody has decided it yet.", amount=kroner(given))
    else:
        funded = _("No new funding.")
    said = [funded]
    if assumed.failing:
        said.append(_("%(share)s of the gains that have not been measured yet fail.", share=percent(assumed.failing)))
    said += [
        _("The loan of %(title)s becomes a grant: nothing of it comes back.", title=awards[id_].application.title)
        for id_ in sorted(assumed.as_grants)
    ]
    return said


def curves(found: Forecast) -> Curves:
    """The three lines of what will be available, month by month."""
    low, typical, high = ([one.available.at(end) for one in found.months] for end in ENDS)
    marks = [(place, str(one.first.year)) for place, one in enumerate(found.months) if one.first.month == 1]
    last = found.months[-1]
    alt = _(
        "From %(now)s today to %(low)s (low), %(typical)s (typical) or %(high)s (high) at the end of %(month)s. The table has every month.",
        now=kroner(found.available_ore), low=kroner(last.available.low), typical=kroner(last.available.typical),
        high=kroner(last.available.high), month=month(last.first),
    )  # fmt: skip
    names = (_("Gains come in low"), _("As is typical"), _("Gains come in high"))
    return Curves(_("Available money at the end of each month"), low, typical, high, marks, names, _("Million kroner"), alt)


def years(found: Forecast) -> Table:
    """What moves the money in each year, as is typical, and what there then is."""
    cells = []
    for year, months in groupby(found.months, key=lambda one: one.first.year):
        of_year = list(months)
        added = [sum(one.added(cause).typical for one in of_year) for cause in (Cause.UNPAID, Cause.CLAIM, Cause.FUNDING)]
        ends = of_year[-1].available
        paid = sum(one.paid_ore for one in of_year)
        cells.append((str(year), *(whole(ore) for ore in (paid, *added, ends.low, ends.typical, ends.high))))
    headers = (_("Year"), _("Paid out"), _("Claimed"), _("Expected"), _("New funding"), _("Low"), _("Typical"), _("High"))
    caption = _("Year by year, in whole kroner: what is paid, what comes in as is typical, and what is then available")
    return Table(caption, headers, cells, columns(1, 2, 3, 4, 5, 6, 7))


def _months(found: Forecast, link: Link | None) -> Table:
    """The months in which something moves; in the others everything stays as it was."""
    moving = [(number, one) for number, one in enumerate(found.months) if one.flows]
    cells = [
        (month(one.first), *(whole(ore) for ore in (one.paid_ore, one.added().typical, *(one.available.at(end) for end in ENDS))))
        for _number, one in moving
    ]
    headers = (_("Month"), _("Paid out"), _("Comes in (typical)"), _("Low"), _("Typical"), _("High"))
    caption = _("The months in which something moves, in whole kroner: what is paid, what comes in, and what is available at their end")
    links = [link(number) for number, _one in moving] if link else None
    return Table(caption, headers, cells, columns(1, 2, 3, 4, 5), links=links)


def _how() -> list[str]:
    return [
        _("Available is what is not promised. A payment comes out of what is promised already: it lowers what is reserved, and not this."),
        _("A claim is expected as soon as its year can be claimed, and paid on its last day. What is claimed comes in when it is due."),
        _(
            "A loan never brings back more than was paid out. What falls short at the end of its term is not expected, unless its terms say"
            " that the departments pay it."
        ),
        _(
            "Low and high are the ends that the business cases give. The low line is lowered further by each department's record: what it"
            " has gained of what it first promised. A gain that has been measured is what it is."
        ),
        _("Claims that follow the plan are the same in all three lines."),
    ]
