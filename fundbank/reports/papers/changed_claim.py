"""The letter to one department whose claim has become smaller, or was made again from a corrected gain (domain.md §8)."""

from fundbank.kit.formats import amount, day, kroner
from fundbank.kit.language import gettext as _
from fundbank.repayments.models import ClaimEntry
from fundbank.repayments.queries import corrected_dues, lines_now
from fundbank.repayments.states import EntryKind
from fundbank.repayments.words import CAUSES
from fundbank.reports.blocks import Block, Document, Facts, Table, Text, columns
from fundbank.reports.papers.claim_letter import how_it_comes_about
from fundbank.reports.papers.letterhead import document


def changed_claim(entry: ClaimEntry) -> Document:
    """Build the letter of the entry's own moment. It replaces the letter before it."""
    line = entry.line
    claim, award, now = line.claim, line.claim.award, lines_now([line])[line.id]
    facts = Facts(
        [
            (_("To"), line.department.name),
            (_("Day"), day(entry.made_at)),
            (_("Loan"), _("%(title)s (application no. %(number)s)", title=award.application.title, number=award.application.number)),
            (_("Pay by"), day(now.due_on or claim.due_on) if now.unpaid_ore else None),
        ]
    )
    rows = [
        (_("Due before"), amount(now.due_ore - entry.due_ore)),
        (_("Changed by"), amount(entry.due_ore)),
        (_("Due now"), amount(now.due_ore)),
        (_("Paid"), amount(now.paid_ore)),
        (_("Paid too much"), amount(now.overpaid_ore)) if now.overpaid_ore else (_("Unpaid"), amount(now.unpaid_ore)),
    ]
    table = Table(_("What is due, in kroner"), (_("Claim for %(year)s", year=str(claim.year)), _("Kroner")), rows, columns(1), None, (3, 1))
    blocks: list[Block] = [facts, Text(_cause(entry)), table, Text(_("This letter replaces the letter before it on the same claim."))]
    if now.overpaid_ore:
        blocks.append(
            Text(_("What has been paid too much pays other claims of the loan, also those to come. What then is left is refunded."))
        )
    if entry.kind == EntryKind.CORRECTION:
        blocks += how_it_comes_about(claim, entry.cap_ore or 0, corrected_dues(claim, entry), line.department_id)
    title = _("Changed claim for %(year)s: %(title)s", year=str(claim.year), title=award.application.title)
    return document(
        award.application.pool, entry.made_at, title, blocks, _("Changed claim letter"), claim.year, award.application.number,
        line.department.name,
    )  # fmt: skip


def _cause(entry: ClaimEntry) -> str:
    line = entry.line
    if entry.kind == EntryKind.CORRECTION:
        return _(
            "A gain of the loan has been corrected, so the claim for %(year)s has been made again. %(department)s now owes %(amount)s for"
            " the year.",
            year=str(line.claim.year),
            department=line.department.name,
            amount=kroner(lines_now([line])[line.id].due_ore),
        )
    cause = _(CAUSES[entry.transfer.event]) if entry.transfer is not None else ""  # type: ignore[index]  # a StrEnum equals its text
    return _(
        "The claim becomes %(amount)s smaller, because %(cause)s: no more is due than what is left of the loan.",
        amount=kroner(-entry.due_ore),
        cause=cause,
    )
