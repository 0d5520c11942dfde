"""What the formulas of a workbook come to, for readers that do not work them out. Pure; in kroner, years and months."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from fundbank.applications.rules.business_case import YearRow, loan_payback_months, payback_months, yearly
from fundbank.applications.rules.content import LAST_YEAR, Content
from fundbank.workbooks.rules.formulas import kroner

YEARS = range(LAST_YEAR + 1)


class Payback(NamedTuple):
    """The months that the program says (None: never), the year from which is counted, and the one in which the sum comes home."""

    months: int | None
    first: int
    reached: int | None


def values_by_year(content: Content) -> Mapping[str, Sequence[Decimal]]:
    """The columns of the years by their codes, each with a value for every year from 0 on."""
    rows, cash = _whole(yearly(content)), _whole(yearly(content, cashable_only=True))
    own = _own(content)
    ores = {
        "gains": [row.gains_ore for row in rows],
        "operation": [row.operation_ore for row in rows],
        "establishment": [row.establishment_ore for row in rows],
        "net": [row.net_ore for row in rows],
        "running": [row.running_ore for row in rows],
        "cash": [row.gains_ore for row in cash],
        "cash_running": [row.running_ore for row in cash],
        "gains_low": [row.gains_ore for row in _whole(yearly(content, end="low"))],
        "gains_high": [row.gains_ore for row in _whole(yearly(content, end="high"))],
        "direct": [sum(one.amount_ore or 0 for one in content.gains if one.year == year) for year in YEARS],
        "own": own,
        "own_running": [row.running_ore - sum(own[: row.year + 1]) for row in rows],
    }
    return {code: [kroner(ore) for ore in of] for code, of in ores.items()}


def paybacks(content: Content) -> Mapping[str, Payback]:
    """How each of the four paybacks comes about."""
    rows, cash, own = _whole(yearly(content)), _whole(yearly(content, cashable_only=True)), _own(content)
    grant = content.grant_ore or 0
    invested = next((row.year for row in rows if row.establishment_ore > 0), 0)
    own_invested = next((row.year for row in rows if row.establishment_ore > 0 or own[row.year] > 0), 0)
    lent = next((row.year for row in cash if row.running_ore + grant < 0), invested) if grant else invested
    own_running = [row.running_ore - sum(own[: row.year + 1]) for row in rows]
    return {
        "all": Payback(payback_months(content), invested, _reached([row.running_ore for row in rows], invested)),
        "cash": Payback(payback_months(content, cashable_only=True), invested, _reached([row.running_ore for row in cash], invested)),
        "own": Payback(payback_months(content, with_own_financing=True), own_invested, _reached(own_running, own_invested)),
        "loan": Payback(loan_payback_months(content), lent, _reached([row.running_ore + grant for row in cash], lent)),
    }


def _reached(running: Sequence[int], first: int) -> int | None:
    return next((year for year in YEARS if year >= first and running[year] >= 0), None)


def _own(content: Content) -> list[int]:
    return [sum(one.amount_ore or 0 for one in content.own_financing if one.year == year) for year in YEARS]


def _whole(rows: Sequence[YearRow]) -> list[YearRow]:
    """All years: after the last one that says something nothing is gained or paid."""
    sum_ore = rows[-1].running_ore
    return [*rows, *(YearRow(year, 0, 0, 0, 0, sum_ore) for year in range(len(rows), LAST_YEAR + 1))]
