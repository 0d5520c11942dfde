"""The ledger, the payments, the claims, the history, people and the access log as CSV, for a spreadsheet set up for Danish.

UTF-8 with a byte order mark, semicolons between cells, and amounts as plain numbers with a decimal comma and no thousands separator
(``-1234,50``). Dates are ISO 8601 (``2026-03-05``), which every language reads alike; a moment is Danish time without its offset, which a
spreadsheet would take for text. A text that a spreadsheet could take for a formula gets an apostrophe before it; amounts stay numbers.
"""

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from unicodedata import normalize

from fundbank.awards.queries import awards_by_id, payments_of_pool
from fundbank.awards.states import DisbursementState
from fundbank.awards.words import DISBURSEMENT_STATES
from fundbank.awards.words import PARTS as PAYMENT_PARTS
from fundbank.forecast.rules import Cause, Forecast
from fundbank.history.events import ACCESS
from fundbank.history.models import AccessLine
from fundbank.ideas.models import Call
from fundbank.ideas.queries.calls import needs_in_order, needs_withdrawn
from fundbank.ideas.rules import INVESTMENT, STANDARD
from fundbank.ideas.states import State
from fundbank.ideas.words import LATE, STATES
from fundbank.kit.clock import TIMEZONE, local_date
from fundbank.kit.language import gettext as _
from fundbank.kit.money import plain
from fundbank.ledger.words import ACCOUNTS, POSTINGS
from fundbank.people.models import Department, User
from fundbank.pools.models import Pool
from fundbank.pools.queries import entries_of
from fundbank.pools.roles import Role
from fundbank.pools.words import ROLES
from fundbank.repayments.queries import claims_of_pool, lines_now
from fundbank.repayments.queries.waiting import overdue_lines
from fundbank.reports.queries import names_of
from fundbank.reports.queries.movements import Side, movements

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
FORMULA_STARTS = ("=", "+", "-", "@")
LINE_STARTS = ("\t", "\r", "\n")
UNSEEN_OR_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+")

Cell = str | int | None


class Ore(int):
    """An amount in øre, which becomes a number with a decimal comma."""


def ledger_csv(pool: Pool, numbers: Collection[int] | None = None) -> bytes:
    """Write every transfer of the pool, or those with these ``numbers``, the oldest first, each with its hash."""
    moved = movements(pool.id, numbers=numbers)
    awards = awards_by_id({movement.award_id for movement in moved if movement.award_id is not None})
    titles = {award_id: award.application.title for award_id, award in awards.items()}
    accounts = {kind: _(text) for kind, text in ACCOUNTS.items()}
    events = {event: _(text) for event, text in POSTINGS.items()}

    def account(side: Side) -> str:
        return f"{accounts[side.kind]}: {side.holder}" if side.holder else accounts[side.kind]

    headers = (
        _("No."), _("Value date"), _("Recorded"), _("Event"), _("Into"), _("Out of"), _("Amount"), _("Award"), _("Text"),
        _("Registered by"), _("Approved by"), _("Reverses number"), _("Reversed by number"), _("Service expenditure"), _("Per mille"),
        _("The pool's part"), _("To the treasury"), _("Hash"),
    )  # fmt: skip
    rows = (
        (
            movement.number, movement.value_date.isoformat(), moment_cell(movement.recorded_at),
            events[movement.event], account(movement.debit), account(movement.credit), Ore(movement.amount_ore),
            titles.get(movement.award_id or 0), movement.text, movement.actor, movement.approver, movement.reverses, movement.reversed_by,
            _ore(movement.expenditure_ore), _decimal(movement.rate), _decimal(movement.to_pool), _ore(movement.treasury_ore), movement.hash,
        )
        for movement in moved
    )  # fmt: skip
    return written(headers, rows)


def payments_csv(pool: Pool) -> bytes:
    """Write every payment of the pool, the oldest first: registered, approved, paid, refused, withdrawn or reversed."""
    headers = (
        _("Payment"), _("Application"), _("Award"), _("Department"), _("Part"), _("Amount"), _("To be paid on"), _("State"), _("Why"),
        _("Registered by"), _("Registered"), _("Settled by"), _("Withdrawn by"), _("Transfer"), _("Value date"), _("Reversed by number"),
    )  # fmt: skip
    rows = []
    for one in payments_of_pool(pool.id):
        application, transfer = one.award.application, one.transfer
        counter = transfer.reversed_by if transfer else None
        state = _("Reversed") if counter else _(DISBURSEMENT_STATES[DisbursementState(one.state)])
        rows.append(
            (
                one.id, application.number, application.title, application.department.name, _(PAYMENT_PARTS[one.part]),
                Ore(one.amount_ore), one.pay_on.isoformat(), state, one.reason, one.registered_by.name,
                local_date(one.registered_at).isoformat(),
                one.settled_by.name if one.settled_by else None, one.withdrawn_by.name if one.withdrawn_by else None,
                transfer.number if transfer else None, transfer.value_date.isoformat() if transfer else None,
                counter.number if counter else None,
            )
        )  # fmt: skip
    return written(headers, rows)


def claims_csv(pool: Pool, today: date) -> bytes:
    """Write every department's line of every claim of the pool, the oldest first."""
    lines = [(claim, line) for claim in reversed(claims_of_pool(pool.id)) for line in claim.lines]
    stands = lines_now([line for _claim, line in lines])
    overdue = {line.id for line in overdue_lines(pool.id, today)}
    headers = (
        _("Claim"), _("Application"), _("Loan"), _("Year"), _("Department"), _("Gain"), _("Share before the cap"), _("Shortfall"),
        _("Claimed at first"), _("Due"), _("Paid"), _("Left to pay"), _("Paid too much"), _("Due date"), _("Overdue"),
    )  # fmt: skip
    yes, no = _("Yes"), _("No")
    rows = []
    for claim, line in lines:
        application = claim.award.application
        now = stands[line.id]
        rows.append(
            (
                claim.id, application.number, application.title, claim.year, line.department.name, Ore(line.gain_ore),
                Ore(line.share_due_ore), Ore(line.shortfall_ore), Ore(line.due_ore), Ore(now.due_ore), Ore(now.paid_ore),
                Ore(now.unpaid_ore), Ore(now.overpaid_ore), (now.due_on or claim.due_on).isoformat(), yes if line.id in overdue else no,
            )
        )  # fmt: skip
    return written(headers, rows)


def needs_csv(call: Call) -> bytes:
    """Write every need that was sent to the call, the most important first, with what is answered to each of its questions.

    What was withdrawn again stands last, with when, by whom and why.
    """
    words = [code for code in STANDARD if code != INVESTMENT]
    headers = (
        _("Title"), _("Department"), _("Importance"), *(call.questions[code] for code in words), _("To develop"), _("To run, a year"),
        _("State"), _("Sent on"), _("After closing"), _("Withdrawn on"), _("Withdrawn by"), _("Why withdrawn"),
    )  # fmt: skip
    rows, withdrawn = [], {one.idea: one for one in needs_withdrawn(call)}
    found = [*needs_in_order(call, "importance"), *withdrawn]
    for idea, need in ((idea, idea.need) for idea in found if idea.need is not None):
        said, gone = need.answers, withdrawn.get(idea)
        ended = (local_date(gone.at).isoformat(), gone.by, gone.reason) if gone else ("", "", "")
        answers = (said.words[code] for code in words)
        money = (_ore(said.development_ore), _ore(said.operation_ore))
        sent = local_date(need.sent_at).isoformat() if need.sent_at else ""
        state = _("Sent") if idea.state == State.IDEA else _(STATES[State(idea.state)])
        stands = (state, sent, _(LATE[need.late]) if need.late else "")
        rows.append((idea.title, idea.department.name, need.importance, *answers, *money, *stands, *ended))
    return written(headers, rows)


def forecast_csv(found: Forecast) -> bytes:
    """Write the forecast, a line a month."""
    headers = (
        _("Month"), _("Paid out"), _("Claimed and not paid"), _("Expected, low"), _("Expected, typical"), _("Expected, high"),
        _("New funding"), _("Available, low"), _("Available, typical"), _("Available, high"), _("Promised and not paid"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for month in found.months:
        expected, available = month.added(Cause.CLAIM), month.available
        ores = (
            month.paid_ore, month.added(Cause.UNPAID).typical, expected.low, expected.typical, expected.high,
            month.added(Cause.FUNDING).typical, available.low, available.typical, available.high, month.reserved_ore,
        )  # fmt: skip
        rows.append((month.first.isoformat(), *map(Ore, ores)))
    return written(headers, rows)


def access_csv(lines: Iterable[AccessLine]) -> bytes:
    """Write these lines of the access log, with who they are about."""
    lines = list(lines)
    names = names_of(line.user_id for line in lines)
    headers = (_("When"), _("Who"), _("What"), _("Page"), _("Code"), _("Further ones"), _("IP address"), _("Request"))
    rows = (
        (
            moment_cell(line.at), names.get(line.user_id or 0), _(ACCESS[line.kind]), line.what, line.code,
            line.more or None, line.address, line.number,
        )
        for line in lines
    )  # fmt: skip
    return written(headers, rows)


def people_csv(people: Sequence[User], pools: Mapping[int, str], names: Mapping[int, str]) -> bytes:
    """Write these people, a line for each role that they hold, with who gave and who confirmed it."""
    headers = (
        _("Name"), _("E-mail"), _("Department"), _("In use"), _("Administrator"), _("Pool"), _("Role"), _("Given by"), _("Confirmed by"),
    )  # fmt: skip

    def about(person: User) -> tuple[Cell, ...]:
        answers = [_("Yes") if holds else _("No") for holds in (person.is_active, person.is_administrator)]
        return person.name, person.email, person.department.name, *answers

    rows = [
        (
            *about(person), pools.get(entry.pool_id), _(ROLES[Role(entry.role)]), names.get(entry.given_by_id or 0),
            names.get(entry.confirmed_by_id or 0),
        )
        for person in people
        for entry in entries_of(person)
    ]  # fmt: skip
    without: list[tuple[Cell, ...]] = [(*about(person), None, None, None, None) for person in people if not entries_of(person)]
    return written(headers, [*rows, *without])


def departments_csv(units: Sequence[Department], people: Mapping[int, int]) -> bytes:
    """Write these departments, the tree from the top down, with how many people each has (``people``)."""
    names = {unit.id: unit.name for unit in units}
    headers = (_("Department"), _("Belongs to"), _("In use"), _("People in use"))
    rows = (
        (unit.name, names.get(unit.parent_id or 0), _("Yes") if unit.is_active else _("No"), people.get(unit.id, 0)) for unit in units
    )  # fmt: skip
    return written(headers, rows)


def history_csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Write lines of a history: when (``moment_cell``), who, what, about what, in what detail, from which state to which, and why."""
    headers = (
        _("When"), _("Who"), _("What"), _("About"), _("Details"), _("From state"), _("To state"), _("Why"), _("Transfer"),
        _("Reversed by number"),
    )  # fmt: skip
    return written(headers, rows)


def moment_cell(at: datetime) -> str:
    """A moment as a spreadsheet reads it: Danish time."""
    return f"{at.astimezone(TIMEZONE):%Y-%m-%d %H:%M:%S}"


def written(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The file."""
    out = io.StringIO()
    out.write(BOM)
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(map(_cell, headers))
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def _ore(ore: int | None) -> Ore | None:
    return None if ore is None else Ore(ore)


def _decimal(number: Decimal | None) -> str | None:
    return None if number is None else format(number, "f").replace(".", ",")


def _cell(cell: Cell) -> str:
    if isinstance(cell, Ore):
        return plain(cell).replace(".", ",")
    if isinstance(cell, str):
        return harmless(cell)
    return "" if cell is None else str(cell)


def harmless(text: str) -> str:
    """Put an apostrophe before a text that begins as a formula does: also after what nobody sees, and in the wide or raised
    signs that some spreadsheets read as the plain ones.
    """
    begins = normalize("NFKC", UNSEEN_OR_SPACE.sub("", text[:100]))
    return f"'{text}" if begins.startswith(FORMULA_STARTS) or text.startswith(LINE_STARTS) else text
