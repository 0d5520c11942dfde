"""What the forum decided earlier and must look at again: loans that ask for a decision, follow-ups that are due, claims that are late."""

from collections.abc import Sequence
from datetime import date

from fundbank.awards.models import Award
from fundbank.awards.queries.follow_ups import follow_ups_due
from fundbank.kit.formats import amount, shortday
from fundbank.kit.language import gettext as _
from fundbank.meetings.models import AgendaItem
from fundbank.pools.models import Pool
from fundbank.repayments.facts import AwardFacts
from fundbank.repayments.queries import lines_now
from fundbank.repayments.queries.waiting import loans_to_settle, overdue_lines
from fundbank.reports.blocks import Block, Bullets, Heading, Table, Text, columns, joined
from fundbank.reports.papers.terms import span


def loans_to_decide(pool: Pool, today: date) -> list[Block]:
    """The loans whose last year has been claimed with something outstanding; nothing where none asks for the forum's word."""
    loans = loans_to_settle(pool.id, today)
    if not loans:
        return []
    rows = [(_about(award), span(award.first_year or 0, award.years or 0), *_sums(award, facts)) for award, facts in loans]
    outstanding_ore = sum(facts.outstanding_ore for _award, facts in loans)
    told = _(
        "Their last year has been claimed and something is outstanding. The forum decides: more years, write off, or turn the rest into a"
        " grant."
    )
    headers = (_("Award"), _("Term"), _("Loan"), _("Claimed and not paid"), _("Outstanding"))
    totals = (_("In all"), "", "", "", amount(outstanding_ore))
    return [
        Heading(_("Loans that ask for a decision"), key="loans"),
        Text(told),
        Table(_("Loans that fell short, in kroner"), headers, rows, columns(2, 3, 4), totals),
    ]


def _about(award: Award) -> str:
    return joined((award.application.title, award.application.department.name))


def _sums(award: Award, facts: AwardFacts) -> tuple[str, str, str]:
    return amount(award.loan_ore), amount(facts.unpaid_ore), amount(facts.outstanding_ore)


def to_follow_up(pool: Pool, held_on: date, today: date, awarded: Sequence[AgendaItem]) -> list[Block]:
    """The awards on the agenda, what is due by the day of the meeting, and the claims that should have been paid by ``today``."""
    named = [_("“%(title)s”: follow-up on the award.", title=item.application.title) for item in awarded]
    points = [*([Bullets(named)] if named else []), *_due(pool, held_on), *_late(pool, today)]
    return [Heading(_("Points to follow up"), key="follow-up"), *(points or [Text(_("There is nothing to follow up."))])]


def _due(pool: Pool, held_on: date) -> list[Block]:
    rows = [
        (joined((one.text, _("Condition of the award") if one.is_condition else None)), one.award.application.title, one.owner.name,
         shortday(one.due_on))
        for one in follow_ups_due(pool.id, held_on)
    ]  # fmt: skip
    headers = (_("What"), _("Award"), _("Who"), _("To be done by"))
    return [Table(_("To be followed up by the day of the meeting"), headers, rows)] if rows else []


def _late(pool: Pool, today: date) -> list[Block]:
    late = overdue_lines(pool.id, today)
    stands = lines_now(late)
    rows = [
        (line.department.name, line.claim.award.application.title, str(line.claim.year),
         shortday(stands[line.id].due_on or line.claim.due_on), amount(stands[line.id].unpaid_ore))
        for line in late
    ]  # fmt: skip
    headers = (_("Department"), _("Award"), _("Year"), _("Deadline"), _("Not paid"))
    totals = (_("In all"), "", "", "", amount(sum(stands[line.id].unpaid_ore for line in late)))
    return [Table(_("Claims that should have been paid, in kroner"), headers, rows, columns(2, 4), totals)] if rows else []
