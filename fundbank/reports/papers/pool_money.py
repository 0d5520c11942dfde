"""The pool's money as a meeting is to know it: what there is, what waits for it, what each frame has left, and the coming months."""

from collections.abc import Sequence
from datetime import date

from fundbank.forecast.queries import commitments_of, forecast_of
from fundbank.forecast.rules import Assumptions
from fundbank.kit.formats import amount, kroner
from fundbank.kit.language import gettext as _
from fundbank.ledger.queries import balances
from fundbank.meetings.queries.candidates import Candidate, frames_left
from fundbank.pools.models import Pool
from fundbank.reports.blocks import Block, Bullets, Heading, Table, Text, columns
from fundbank.reports.papers import forecast
from fundbank.reports.papers.identity import bar


def money(pool: Pool, open_items: Sequence[Candidate], waiting_ore: int, today: date, *, is_to_come: bool) -> list[Block]:
    """Where the money is; of a meeting to come also what is applied for, ``waiting_ore`` of it by what is not on the agenda."""
    now = balances(pool.id)
    blocks: list[Block] = [Heading(_("The pool's money"), key="money"), bar(now, today, is_tabled=False)]
    if not is_to_come:
        return blocks
    asked_ore = sum(one.asked_ore for one in open_items)
    rows = [
        (_("Available"), amount(now.available_ore)),
        (_("Applied for on this agenda"), amount(asked_ore)),
        (_("Applied for by what waits besides"), amount(waiting_ore)),
    ]
    blocks.append(Table(_("What there is and what is applied for, in kroner"), (_("What"), _("Kroner")), rows, columns(1)))
    return [*blocks, *_left(now.available_ore, asked_ore), *_frames(pool, open_items, today)]


def _left(available_ore: int, asked_ore: int) -> list[Block]:
    if not asked_ore:
        return []
    left_ore = available_ore - asked_ore
    if left_ore >= 0:
        told = _("If all of it is approved, %(left)s of %(available)s is left.", left=kroner(left_ore), available=kroner(available_ore))
    else:
        told = _(
            "The pool cannot pay for all of it: %(missing)s is missing beyond the %(available)s available.",
            missing=kroner(-left_ore),
            available=kroner(available_ore),
        )
    return [Text(told)]


def _frames(pool: Pool, open_items: Sequence[Candidate], today: date) -> list[Block]:
    """What each budget frame has left this year beside what is asked of it; nothing where no frame has an amount."""
    frames = frames_left(pool, today.year)
    rows = [
        (name, amount(left_ore), amount(sum(one.asked_ore for one in open_items if one.frame == code))) for code, name, left_ore in frames
    ]
    headers = (_("Budget frame"), _("Left this year"), _("Applied for"))
    return [Table(_("The budget frames, in kroner"), headers, rows, columns(1, 2))] if rows else []


def coming_months(pool: Pool, today: date) -> list[Block]:
    """The forecast in short: the three lines, the years, and what is assumed."""
    assumed = Assumptions()
    found = forecast_of(pool, today, commitments_of(pool, today), assumed)
    return [
        Heading(_("The pool's coming months"), key="forecast"),
        forecast.curves(found),
        Text(forecast.below(found)),
        forecast.years(found),
        Heading(_("What is assumed"), 3),
        Bullets(forecast.assumptions(found, assumed, {})),
    ]
