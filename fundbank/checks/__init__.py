"""Records held against each other: what one of them says, another says too (domain.md §7).

Seals (``kit.seals``) show what was written past the program, unless somebody has recomputed their chain as well. Then a rewritten row is
still found wherever another record tells the truth: the ledger, the history, the decision or the claim that goes with it. Each module names
what is held in one part of the program; ``same`` compares. What no other record tells, and why, stands in ``alone``.
"""

from collections.abc import Callable, Iterator

from sqlalchemy.engine import Connection

from fundbank.checks import applications, approvals, awards, claims, entries, files, gains, ideas, meetings, money, pending, people, pools
from fundbank.checks.same import Same, differences
from fundbank.errors import N_
from fundbank.kit.seals.checks import Fault

HELD: tuple[Same, ...] = (
    *people.HELD,
    *pools.HELD,
    *applications.HELD,
    *ideas.HELD,
    *files.HELD,
    *meetings.HELD,
    *pending.HELD,
    *approvals.HELD,
    *awards.HELD,
    *money.HELD,
    *gains.HELD,
    *claims.HELD,
    *entries.HELD,
)
"""Every comparison."""

WORKED_OUT: tuple[Callable[[Connection], Iterator[Fault]], ...] = (
    people.differences,
    pools.differences,
    applications.differences,
    files.differences,
    meetings.differences,
    awards.differences,
    gains.differences,
    claims.differences,
)
"""What is worked out anew, and not only compared."""


def check(connection: Connection) -> Iterator[Fault]:
    """Everything in which two records of the database disagree."""
    for held in HELD:
        yield from differences(connection, held)
    for work_out in WORKED_OUT:
        try:
            yield from work_out(connection)
        except (ValueError, TypeError, KeyError, AttributeError) as error:  # somebody has put there what nobody can read
            yield Fault(N_("What the records come to cannot be worked out: %(said)s"), {"said": error})
