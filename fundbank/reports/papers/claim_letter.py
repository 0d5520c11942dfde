"""The letter to one department about what it owes for a year of a loan, with its arithmetic line by line (domain.md §8)."""

from fundbank.kit.formats import amount, day, kroner, percent
from fundbank.kit.language import gettext as _
from fundbank.repayments.models import Claim, ClaimLine
from fundbank.reports.blocks import Block, Document, Facts, Heading, Table, Text, columns
from fundbank.reports.papers.letterhead import document
from fundbank.reports.papers.terms import span, years_of
from fundbank.reports.queries import extensions_of

Pair = tuple[str, str]


def claim_letter(line: ClaimLine) -> Document:
    """Build the letter of the claim's own moment, when nothing had been paid of it; later extensions are taken off."""
    claim, award = line.claim, line.claim.award
    years = years_of(award, extensions_of([award.id]).get(award.id, 0))
    facts = Facts(
        [
            (_("To"), line.department.name),
            (_("Day"), day(claim.made_at)),
            (_("Loan"), _("%(title)s (application no. %(number)s)", title=award.application.title, number=award.application.number)),
            (_("Term of the loan"), span(award.first_year or claim.year, years)),
            (_("Pay by"), day(claim.due_on) if line.due_ore else None),
        ]
    )
    blocks: list[Block] = [facts, Text(_opening(line))]
    blocks += [Heading(_("How the amount comes about")), _arithmetic(line), *_explained(line)]
    if _is_capped(claim):
        blocks += [Heading(_("How the cap is split")), *_split(claim)]
    title = _("Claim for %(year)s: %(title)s", year=str(claim.year), title=award.application.title)
    return document(
        award.application.pool, claim.made_at, title, blocks, _("Claim letter"), claim.year, award.application.number, line.department.name
    )


def _opening(line: ClaimLine) -> str:
    if line.due_ore == 0:
        return _("%(department)s owes nothing for %(year)s.", department=line.department.name, year=str(line.claim.year))
    return _(
        "%(department)s pays the pool %(amount)s by %(day)s, as its share of the gains of %(year)s.",
        department=line.department.name,
        amount=kroner(line.due_ore),
        day=day(line.claim.due_on),
        year=str(line.claim.year),
    )


def _is_capped(claim: Claim) -> bool:
    """Do the shares come to more than was outstanding and not yet claimed?"""
    return sum(line.share_due_ore for line in claim.lines) > claim.cap_ore


def _arithmetic(line: ClaimLine) -> Table:
    """Write each step: gain × share = …, cap, shortfall, claimed."""
    claim, award = line.claim, line.claim.award
    share = percent(award.share or 0)
    year = str(claim.year)
    gain = _("Gain planned for %(year)s", year=year) if award.basis == "planned" else _("Verified gain of %(year)s", year=year)
    counted_ore = max(line.gain_ore, 0)
    own_ore = line.due_ore - line.shortfall_ore
    rows: list[Pair] = [(gain, amount(line.gain_ore))]
    if counted_ore != line.gain_ore:
        rows.append((_("A loss counts as nothing"), amount(0)))
    rows.append((_("%(gain)s × %(share)s =", gain=amount(counted_ore), share=share), amount(line.share_due_ore)))
    if _is_capped(claim):
        own, of_all = amount(line.share_due_ore), amount(sum(one.share_due_ore for one in claim.lines))
        rows.append((_("After the cap: %(cap)s × %(own)s / %(all)s =", cap=amount(claim.cap_ore), own=own, all=of_all), amount(own_ore)))
    if line.shortfall_ore:
        rows.append((_("Shortfall, added in the last year"), amount(line.shortfall_ore)))
        rows.append((_("%(own)s + %(shortfall)s =", own=amount(own_ore), shortfall=amount(line.shortfall_ore)), amount(line.due_ore)))
    headers = (_("Step"), _("Kroner"))
    return Table(_("The arithmetic, line by line"), headers, rows, columns(1), (_("Claimed"), amount(line.due_ore)), (3, 1))


def _explained(line: ClaimLine) -> list[Block]:
    told = []
    if line.shortfall_ore:
        told.append(
            _(
                "The gains have not repaid the loan by its last year. By the loan's terms the departments pay what then remains, split by"
                " the gains that were planned for the whole term."
            )
        )
    if line.claim.award.basis == "planned":
        told.append(_("The loan's terms follow the gains planned in the business case, whatever is measured."))
    return [Text(text) for text in told]


def _split(claim: Claim) -> list[Block]:
    """Every department's share beside what it pays: largest remainder, to the øre (domain.md §7)."""
    shares_ore = sum(line.share_due_ore for line in claim.lines)
    told = _(
        "The departments' shares come to %(shares)s, but only %(cap)s was outstanding and not yet claimed. No more than that is ever paid,"
        " so it is split in the proportion of the shares.",
        shares=kroner(shares_ore),
        cap=kroner(claim.cap_ore),
    )
    rows = [
        (line.department.name, amount(line.gain_ore), amount(line.share_due_ore), amount(line.due_ore - line.shortfall_ore))
        for line in claim.lines
    ]
    totals = (
        _("In all"),
        amount(sum(line.gain_ore for line in claim.lines)),
        amount(shares_ore),
        amount(sum(line.due_ore - line.shortfall_ore for line in claim.lines)),
    )
    headers = (_("Department"), _("Gain"), _("Share before the cap"), _("After the cap"))
    return [Text(told), Table(_("The cap, split over the departments, in kroner"), headers, rows, columns(1, 2, 3), totals)]
