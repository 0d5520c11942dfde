"""An award in plain words: what is given, what is repaid and by whom, what holds on the way (domain.md §8, §9)."""

from dataclasses import replace

from fundbank.applications.rules.content import Content
from fundbank.awards.models import Award
from fundbank.kit.formats import amount, kroner, percent
from fundbank.kit.language import gettext as _
from fundbank.meetings.rules import expected_repayments
from fundbank.reports.blocks import Block, Bullets, Heading, Table, Text, columns


def years_of(award: Award, extended_by: int) -> int:
    """The number of years that the forum first decided; ``extended_by`` is what later decisions added to it."""
    return (award.years or 0) - extended_by


def span(first_year: int, years: int) -> str:
    """The calendar years of a term: ``2027–2029``."""
    return str(first_year) if years == 1 else f"{first_year}–{first_year + years - 1}"


def loan(award: Award, extended_by: int) -> list[Block]:
    """Explain how the loan is repaid, as it was decided."""
    years = span(award.first_year or 0, years_of(award, extended_by))
    share = percent(award.share or 0)
    if award.basis == "planned":
        told = _(
            "The loan is repaid from its gains. For each of the years %(years)s the departments named here pay the pool %(share)s of"
            " the gain that the business case plans for them, whatever is measured.",
            years=years,
            share=share,
        )
    else:
        told = _(
            "The loan is repaid from its gains. For each of the years %(years)s the departments named here pay the pool %(share)s of"
            " the cashable gain that they have measured and finance has verified.",
            years=years,
            share=share,
        )
    more = _(
        "Never more is paid back than has been paid out of the loan. If the gains are larger than planned, the loan is repaid"
        " sooner, and the rest of the gain stays with the department."
    )
    if award.shortfall == "department_pays":
        short = _(
            "If something is outstanding in the last year, the last claim adds it, split over the departments by their planned gains."
        )
    else:
        short = _(
            "If something is outstanding when the last year has been claimed, the forum decides whether to give more years, "
            "write off the rest or turn it into a grant."
        )
    return [
        Heading(_("The loan")),
        Text(told),
        Bullets([participant.department.name for participant in award.participants]),
        Text(more),
        Text(short),
    ]


def plan(award: Award, content: Content, extended_by: int) -> list[Block]:
    """What each department repays in each year if the gains come as planned and as low as the case says; nothing for a grant alone. A year
    without anything to pay is left out.
    """
    decided = award.terms
    if decided is None:
        return []
    first = replace(decided, years=years_of(award, extended_by))
    planned, low = (expected_repayments(content, first, award.loan_ore, end) for end in ("typical", "low"))
    rows = [
        (str(year.year), one.department.name, *(amount(each.by_department.get(one.department_id, 0)) for each in (year, least)))
        for year, least in zip(planned, low, strict=True)
        for one in award.participants
        if year.by_department.get(one.department_id) or least.by_department.get(one.department_id)
    ]
    headers = (_("Year"), _("Department"), _("As planned"), _("If gains come in low"))
    totals = (_("In all"), "", *(amount(sum(year.repaid_ore for year in years)) for years in (planned, low)))
    blocks: list[Block] = [Table(_("Repayment plan, in kroner"), headers, rows, columns(2, 3), totals)] if rows else []
    left_ore = (planned[-1].outstanding_ore, low[-1].outstanding_ore)
    if any(left_ore):
        told = _(
            "After the last year %(planned)s is outstanding if the gains come as planned, and %(low)s if they come in low.",
            planned=kroner(left_ore[0]),
            low=kroner(left_ore[1]),
        )
        blocks.append(Text(told))
    return blocks


def grant() -> list[Block]:
    """Explain what a grant is."""
    told = _(
        "The grant is not repaid. It pays for setting up what was applied for; running costs are the department's own. The quality that"
        " was promised is followed up."
    )
    return [Heading(_("The grant")), Text(told)]


def short(award: Award, extended_by: int) -> str | None:
    """A loan's terms in one line of the minutes; nothing for a grant alone."""
    if not award.loan_ore:
        return None
    years = span(award.first_year or 0, years_of(award, extended_by))
    if award.basis == "planned":
        return _("%(share)s of the planned gains of %(years)s", share=percent(award.share or 0), years=years)
    return _("%(share)s of the verified gains of %(years)s", share=percent(award.share or 0), years=years)
