"""What is kept of money that is lent again, held against the transfers that it follows from.

A transfer that isn't as it was written would put every later note in the wrong: of the notes is spoken where the transfers are right.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import select

from fundbank.errors import N_
from fundbank.extensions import db
from fundbank.ledger.chart import AccountKind, Sides
from fundbank.ledger.checks.findings import Report
from fundbank.ledger.checks.stored import Entry, Held
from fundbank.ledger.models import LentAgain
from fundbank.ledger.rules import GIVEN_UP, PROMISED, Reuse

WRONG = N_("Of transfer %(number)s it is kept wrongly how much of its money is lent again.")
MISSING = N_("Of transfer %(number)s it is not kept how much of its money is lent again.")

Note = tuple[int, int | None, int, int, int, int]


def notes(pool_id: int) -> dict[int, Note]:
    """What is kept of the pool's promises, by the transfer's id."""
    rows = db.session.execute(
        select(
            LentAgain.transfer_id, LentAgain.number, LentAgain.award_id, LentAgain.available_ore, LentAgain.fresh_ore, LentAgain.again_ore,
            LentAgain.change_ore,
        ).where(LentAgain.pool_id == pool_id)
    )  # fmt: skip
    return {transfer_id: (*kept,) for transfer_id, *kept in rows}  # type: ignore[misc]  # a row is as long as what was asked for


@dataclass(slots=True)
class Followed:
    """The rule of ``ledger.rules.Reuse``, gone through once more from the first transfer."""

    kept: dict[int, Note]
    now: Reuse = field(default_factory=Reuse)
    wrong: list[tuple[str, int]] = field(default_factory=list)
    of_award: dict[int | None, int] = field(default_factory=lambda: defaultdict(int))

    def follow(self, entry: Entry, debit: Held, credit: Held) -> None:
        """Take the next transfer, and note what isn't kept of it as it should be."""
        if type(entry.amount_ore) is not int:
            return
        sides, award_id, before = Sides(AccountKind(debit.kind), AccountKind(credit.kind)), debit.award_id or credit.award_id, self.now
        self.now = before.after(sides, entry.amount_ore, self.of_award[award_id])
        if sides not in (PROMISED, GIVEN_UP):
            return
        change_ore = self.now.again_ore - before.again_ore
        self.of_award[award_id] += change_ore
        note = self.kept.pop(entry.id, None)
        if note is None:
            self.wrong.append((MISSING, entry.number))
        elif note != (entry.number, award_id, self.now.available_ore, self.now.fresh_ore, self.now.again_ore, change_ore):
            self.wrong.append((WRONG, entry.number))

    def finish(self, report: Report) -> None:
        """Add what was found; what is kept beside that belongs to no promise of the pool is wrong too."""
        for sentence, number in [*self.wrong, *((WRONG, number) for number, *_ in self.kept.values())] if report.is_clean else ():
            report.add(sentence, at=number)
