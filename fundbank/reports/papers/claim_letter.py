"""The letter to one department about what it owes for a year of a loan, with its arithmetic line by line (domain.md §8)."""

from collections.abc import Sequence

from fundbank.applications.rules.business_case import planned_gains
from fundbank.awards.models import Award
from fundbank.kit.formats import amount, day, kroner, percent
from fundbank.kit.language import gettext as _
from fundbank.repayments.models import Claim, ClaimLine
from fundbank.repayments.queries import set_off_on
from fundbank.repayments.rules import Due
from fundbank.reports.blocks import Block, Document, Facts, Heading, Table, Text, columns
from fundbank.reports.papers.added import added
from fundbank.reports.papers.letterhead import document
from fundbank.reports.papers.terms import span, years_of
from fundbank.reports.queries import extensions_of
from fundbank.wording.rules import Kind

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
    coordinators = added(award.application.pool, Kind.CLAIM, _facts(line))
    blocks: list[Block] = [facts, Text(_opening(line)), *coordinators.opening]
    blocks += how_it_comes_about(claim, claim.cap_ore, claimed_dues(claim), line.department_id)
    if paid_at_once := set_off_at_once(line):
        blocks.append(Text(paid_at_once))
    blocks += coordinators.closing
    title = _("Claim for %(year)s: %(title)s", year=str(claim.year), title=award.application.title)
    return document(
        award.application.pool, claim.made_at, title, blocks, _("Claim letter"), claim.year, award.application.number, line.department.name
    )


def _facts(line: ClaimLine) -> dict[str, str]:
    """What the coordinator's words can name."""
    application = line.claim.award.application
    return {
        "title": application.title,
        "number": str(application.number),
        "department": line.department.name,
        "forum": line.claim.award.policy.forum_name,
        "year": str(line.claim.year),
        "amount": kroner(line.due_ore),
        "deadline": day(line.claim.due_on),
    }


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


def claimed_dues(claim: Claim) -> list[Due]:
    """The claim as it was worked out when it was made."""
    return [Due(line.department_id, line.gain_ore, line.share_due_ore, line.due_ore, line.shortfall_ore) for line in claim.lines]


def set_off_at_once(line: ClaimLine) -> str | None:
    """What the department had paid too much before, and so has paid of this claim already."""
    ore = set_off_on(line, line.claim.made_at)
    return _("%(amount)s of it is paid already, with what the department had paid too much before.", amount=kroner(ore)) if ore else None


def how_it_comes_about(claim: Claim, cap_ore: int, dues: Sequence[Due], department_id: int) -> list[Block]:
    """The arithmetic of one department's amount, and how a cap was split."""
    own = next(due for due in dues if due.department_id == department_id)
    blocks = [Heading(_("How the amount comes about")), _arithmetic(claim, cap_ore, dues, own), *_explained(claim.award, own)]
    return [*blocks, Heading(_("How the cap is split")), *_split(claim, cap_ore, dues)] if _is_capped(cap_ore, dues) else blocks


def _is_capped(cap_ore: int, dues: Sequence[Due]) -> bool:
    """Do the shares come to more than was outstanding and not yet claimed?"""
    return sum(due.share_due_ore for due in dues) > cap_ore


def _arithmetic(claim: Claim, cap_ore: int, dues: Sequence[Due], own: Due) -> Table:
    """Write each step: gain × share = …, cap, shortfall, claimed."""
    award = claim.award
    share = percent(award.share or 0)
    counted_ore = max(own.gain_ore, 0)
    own_ore = own.due_ore - own.shortfall_ore
    rows: list[Pair] = _gains(claim, own)
    if counted_ore != own.gain_ore:
        rows.append((_("A loss counts as nothing"), amount(0)))
    rows.append((_("%(gain)s × %(share)s =", gain=amount(counted_ore), share=share), amount(own.share_due_ore)))
    if _is_capped(cap_ore, dues):
        of_own, of_all = amount(own.share_due_ore), amount(sum(due.share_due_ore for due in dues))
        rows.append((_("After the cap: %(cap)s × %(own)s / %(all)s =", cap=amount(cap_ore), own=of_own, all=of_all), amount(own_ore)))
    if own.shortfall_ore:
        rows.append((_("Shortfall, added in the last year"), amount(own.shortfall_ore)))
        rows.append((_("%(own)s + %(shortfall)s =", own=amount(own_ore), shortfall=amount(own.shortfall_ore)), amount(own.due_ore)))
    headers = (_("Step"), _("Kroner"))
    return Table(_("The arithmetic, line by line"), headers, rows, columns(1), (_("Claimed"), amount(own.due_ore)), (3, 1))


def _gains(claim: Claim, own: Due) -> list[Pair]:
    """The gain that the claim follows: the verified one, or the planned one, beside the first promise where that was another."""
    year, award = str(claim.year), claim.award
    if award.basis != "planned":
        return [(_("Verified gain of %(year)s", year=year), amount(own.gain_ore))]
    first = planned_gains(award.application.promised, cashable_only=True)
    first_ore = first.get((claim.year - (award.first_year or claim.year) + 1, own.department_id), 0)
    if first_ore == own.gain_ore:
        return [(_("Gain planned for %(year)s", year=year), amount(own.gain_ore))]
    return [
        (_("Gain originally promised for %(year)s", year=year), amount(first_ore)),
        (_("Gain planned for %(year)s, revised", year=year), amount(own.gain_ore)),
    ]


def _explained(award: Award, own: Due) -> list[Block]:
    told = []
    if own.shortfall_ore:
        told.append(
            _(
                "The gains have not repaid the loan by its last year. By the loan's terms the departments pay what then remains, split by"
                " the gains that were planned for the whole term."
            )
        )
    if award.basis == "planned":
        told.append(_("The loan's terms follow the gains planned in the business case, whatever is measured."))
    return [Text(text) for text in told]


def _split(claim: Claim, cap_ore: int, dues: Sequence[Due]) -> list[Block]:
    """Every department's share beside what it pays: largest remainder, to the øre (domain.md §7)."""
    shares_ore, names = sum(due.share_due_ore for due in dues), {line.department_id: line.department.name for line in claim.lines}
    told = _(
        "The departments' shares come to %(shares)s, but only %(cap)s was outstanding and not yet claimed. No more than that is ever paid,"
        " so it is split in the proportion of the shares.",
        shares=kroner(shares_ore),
        cap=kroner(cap_ore),
    )
    rows = [
        (names[due.department_id], amount(due.gain_ore), amount(due.share_due_ore), amount(due.due_ore - due.shortfall_ore)) for due in dues
    ]
    totals = (
        _("In all"),
        amount(sum(due.gain_ore for due in dues)),
        amount(shares_ore),
        amount(sum(due.due_ore - due.shortfall_ore for due in dues)),
    )
    headers = (_("Department"), _("Gain"), _("Share before the cap"), _("After the cap"))
    return [Text(told), Table(_("The cap, split over the departments, in kroner"), headers, rows, columns(1, 2, 3), totals)]
