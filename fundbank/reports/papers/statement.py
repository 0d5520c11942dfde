"""The pool's statement of a period: where each krone was when it ended, where it came from, every award, and the ledger with its proof."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from fundbank.awards.models import Award
from fundbank.awards.queries import payments_to_come
from fundbank.awards.words import PARTS as PAYMENT_PARTS
from fundbank.kit.clock import local_date
from fundbank.kit.formats import amount, day, kroner, number, shortday
from fundbank.kit.language import gettext as _
from fundbank.ledger.chart import AccountKind, Event
from fundbank.ledger.queries import AwardBalances, Moved, chain_head, moved_of
from fundbank.ledger.rules import Balances
from fundbank.ledger.words import ACCOUNTS, PARTS, POSTINGS
from fundbank.pools.models import Pool
from fundbank.reports.blocks import Block, Document, Facts, Heading, Table, Text, columns, joined
from fundbank.reports.papers.identity import bar, five_parts
from fundbank.reports.papers.letterhead import document
from fundbank.reports.queries.movements import Holdings, Movement, awards_named, holdings, movements


@dataclass(frozen=True)
class Period:
    """From one day to another, both included."""

    first: date
    last: date


def year_of(at: datetime) -> Period:
    """The calendar year of a moment."""
    year = local_date(at).year
    return Period(date(year, 1, 1), date(year, 12, 31))


def statement(pool: Pool, period: Period, at: datetime) -> Document:
    """Build the statement of ``period`` by value date, as it can be told at the moment ``at``."""
    ended = min(period.last, max(period.first, local_date(at)))
    opening, closing = holdings(pool.id, period.first - timedelta(days=1)), holdings(pool.id, period.last)
    awards = awards_named(pool.id)
    moved = movements(pool.id, period.first, period.last)
    titles = {award.id: award.application.title for award in awards}
    count, head = chain_head(pool.id)
    blocks: list[Block] = [
        Facts(
            [
                (_("Pool"), pool.name),
                (_("Municipality"), pool.municipality.name),
                (_("Period"), _("%(first)s to %(last)s", first=day(period.first), last=day(period.last))),
            ]
        ),
        Heading(_("The pool's money")),
        bar(closing.balances, ended),
        _change(period.first, ended, opening.balances, closing.balances),
        Heading(_("Funding by source")),
        *_funding(closing),
        *_per_mille(moved),
        Heading(_("Awards")),
        *_awards(awards, closing, period.last),
        *_to_come(pool.id, period.last),
        Heading(_("Transfers in the period")),
        *_transfers(moved, titles),
        *_recorded_later([movement for movement in moved if local_date(movement.recorded_at) > period.last], titles),
        Heading(_("The ledger's witness")),
        Text(
            _(
                "Each transfer carries a hash of itself and the one before it. Keep this paper: if the ledger's transfer with this number"
                " ever shows another hash, something before it has been rewritten."
            )
        ),
        Facts([(_("Transfers in the ledger"), number(count)), (_("Hash of the last one"), head or _("None yet"))]),
    ]
    title = _("Statement of %(pool)s", pool=pool.name)
    return document(pool, at, title, blocks, _("Statement"), pool.name, period.first, period.last)


def _change(first: date, last: date, opening: Balances, closing: Balances) -> Table:
    """The five parts and their whole as the period began and as it ended; what moved between stands in the transfers."""
    ends = zip(five_parts(opening).items(), five_parts(closing).values(), strict=True)
    rows = [(_(PARTS[key]), *_line(before_ore, after_ore)) for (key, before_ore), after_ore in ends]
    headers = (_("Part"), _("Opening balance"), _("Movements in the period"), _("Closing balance"))
    caption = _("From the beginning of %(first)s to the end of %(last)s, in kroner", first=day(first), last=day(last))
    totals = (_("Funding"), *_line(opening.funding_ore, closing.funding_ore))
    return Table(caption, headers, rows, columns(1, 2, 3), totals)


def _line(before_ore: int, after_ore: int) -> tuple[str, str, str]:
    return amount(before_ore), amount(after_ore - before_ore), amount(after_ore)


def _funding(closing: Holdings) -> list[Block]:
    given = closing.sources
    if not given:
        return [Text(_("No money has been put into the pool."))]
    rows = [(source, amount(ore)) for source, ore in given]
    totals = (_("In all"), amount(sum(ore for _source, ore in given)))
    return [Table(_("What each source has given and not got back, in kroner"), (_("Source"), _("Kroner")), rows, columns(1), totals)]


def _per_mille(moved: Sequence[Movement]) -> list[Block]:
    """What came in per mille of the service expenditure in the period, and how it was shared with the treasury (domain.md §10)."""
    rows = [
        (
            joined((str(one.number), _reversed(one))),
            amount(one.expenditure_ore or 0),
            f"{number(one.rate)} ‰",
            amount(one.amount_ore),
            amount(one.treasury_ore or 0),
        )
        for one in moved
        if one.rate is not None
    ]
    headers = (_("No."), _("Service expenditure"), _("Per mille"), _("To the pool"), _("To the treasury"))
    return [Table(_("Money per mille of the service expenditure, in kroner"), headers, rows, columns(0, 1, 2, 3, 4))] if rows else []


def _awards(every: Sequence[Award], closing: Holdings, last: date) -> list[Block]:
    moved = moved_of([award.id for award in every], last)
    awards = [award for award in every if moved[award.id, Event.APPROVAL, None]]
    if not awards:
        return [Text(_("Nothing has been awarded."))]
    figures = [_figures(award, closing.of_award(award.id), moved) for award in awards]
    rows = [(_about(award), *(amount(ore) for ore in line)) for award, line in zip(awards, figures, strict=True)]
    totals = (_("In all"), *(amount(sum(column)) for column in zip(*figures, strict=True)))
    headers = (
        _("Award"), _("Loan"), _("Grant"), _("Paid out"), _("Reserved"), _("Outstanding"), _("Repaid"), _("Written off"),
    )  # fmt: skip
    blocks: list[Block] = [Table(_("Awards, in kroner"), headers, rows, columns(1, 2, 3, 4, 5, 6, 7), totals)]
    told = [*_returned(awards, moved), *_converted(awards, moved)]
    return [*blocks, *(Text(text) for text in told)]


def _to_come(pool_id: int, last: date) -> list[Block]:
    """The payments that were approved when the period ended, and waited for their day: all of it is still reserved."""
    payments = payments_to_come(pool_id, last)
    if not payments:
        return []
    rows = [(_about(one.award), _(PAYMENT_PARTS[one.part]), shortday(one.pay_on), amount(one.amount_ore)) for one in payments]
    totals = (_("In all"), "", "", amount(sum(one.amount_ore for one in payments)))
    headers = (_("Award"), _("Part"), _("To be paid on"), _("Kroner"))
    return [Table(_("Approved payments that wait for their day, in kroner"), headers, rows, columns(3), totals)]


def _about(award: Award) -> str:
    return joined((award.application.title, award.application.department.name))


def _figures(award: Award, held: AwardBalances, moved: Moved) -> tuple[int, ...]:
    """Loan, grant, paid out, reserved, outstanding, repaid and written off, in øre."""
    paid_ore = sum(moved[award.id, Event.DISBURSEMENT, part] for part in (AccountKind.LOAN, AccountKind.GRANT))
    repaid_ore = moved[award.id, Event.REPAYMENT, None] - moved[award.id, Event.REFUND, None]
    return (award.loan_ore, award.grant_ore, paid_ore, held.reserved_ore, held.loan_ore, repaid_ore, held.written_off_ore)


def _returned(awards: Sequence[Award], moved: Moved) -> list[str]:
    sums = {award: sum(moved[award.id, Event.RETURN, part] for part in (AccountKind.LOAN, AccountKind.GRANT)) for award in awards}
    return [
        _("%(title)s: %(amount)s was returned unspent.", title=award.application.title, amount=kroner(ore))
        for award, ore in sums.items()
        if ore
    ]


def _converted(awards: Sequence[Award], moved: Moved) -> list[str]:
    sums = {award: moved[award.id, Event.CONVERSION, None] for award in awards}
    return [
        _("%(title)s: %(amount)s of the loan was turned into a grant.", title=award.application.title, amount=kroner(ore))
        for award, ore in sums.items()
        if ore
    ]


def _transfers(moved: Sequence[Movement], titles: Mapping[int, str]) -> list[Block]:
    if not moved:
        return [Text(_("There are no transfers in the period."))]
    by_event: dict[Event, list[int]] = {}
    for movement in moved:
        by_event.setdefault(movement.event, []).append(movement.amount_ore)
    summed = [(_(POSTINGS[event]), number(len(ores)), amount(sum(ores))) for event in Event if (ores := by_event.get(event))]
    words = {kind: _(text) for kind, text in ACCOUNTS.items()}
    events = {event: _(text) for event, text in POSTINGS.items()}
    rows = [
        (
            str(movement.number),
            shortday(movement.value_date),
            shortday(local_date(movement.recorded_at)),
            joined(
                (
                    _event(movement, events[movement.event]),
                    _reversed(movement),
                    f"{words[movement.credit.kind]} → {words[movement.debit.kind]}",
                )
            ),
            _concerns(movement, titles),
            amount(movement.amount_ore),
        )
        for movement in moved
    ]
    return [
        Table(_("Transfers by kind, in kroner"), (_("Kind"), _("Number"), _("Kroner")), summed, columns(1, 2)),
        Table(
            _("Every transfer, in kroner"),
            (_("No."), _("Value date"), _("Recorded"), _("What"), _("Concerns"), _("Kroner")),
            rows,
            columns(0, 5),
            shares=(2, 5, 5, 8, 9, 6),
        ),
    ]


def _recorded_later(late: Sequence[Movement], titles: Mapping[int, str]) -> list[Block]:
    """What came into the period after it had ended: who printed the statement earlier does not have it."""
    if not late:
        return []
    rows = [
        (str(movement.number), shortday(movement.value_date), shortday(local_date(movement.recorded_at)),
         joined((_concerns(movement, titles), _reversed(movement))), amount(movement.amount_ore))
        for movement in late
    ]  # fmt: skip
    headers = (_("No."), _("Value date"), _("Recorded"), _("Concerns"), _("Kroner"))
    return [
        Heading(_("Recorded after the period had ended")),
        Text(_("These transfers count in the period, but a statement that was printed before they were recorded does not have them.")),
        Table(_("Recorded later, in kroner"), headers, rows, columns(0, 4), shares=(2, 5, 5, 14, 6)),
    ]


def _event(movement: Movement, word: str) -> str:
    return word if movement.reverses is None else _("Reversal of no. %(number)s", number=movement.reverses)


def _reversed(movement: Movement) -> str:
    """What is said of a posting that has been reversed since, wherever it stands."""
    return "" if movement.reversed_by is None else _("reversed by no. %(number)s", number=movement.reversed_by)


def _concerns(movement: Movement, titles: Mapping[int, str]) -> str:
    """The award or the source, and the transfer's text where it says more."""
    if movement.award_id is not None:
        subject = titles.get(movement.award_id, "")
    else:
        subject = next((side.holder for side in (movement.debit, movement.credit) if side.kind == AccountKind.FUNDING), "")
    return joined((subject, movement.text.removeprefix(subject).strip(" ·")))
