"""What the forum decides on a loan, in whole or in part, at any time while something is outstanding (domain.md §8).

Nothing happens silently.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fundbank.awards.models import Award
from fundbank.awards.rules import LONGEST_TERM_YEARS
from fundbank.errors import N_, Incomplete, InvalidAmount, WrongState
from fundbank.history.steps import record
from fundbank.kit.clock import local_date
from fundbank.kit.transaction import lock
from fundbank.ledger import steps as ledger
from fundbank.ledger.chart import Event
from fundbank.ledger.queries import award_balances
from fundbank.ledger.rules import OverOutstanding
from fundbank.people.models import User
from fundbank.repayments.queries.facts import facts_of_award
from fundbank.repayments.steps.entries import credit_claims

LAST_YEAR_IS_CLAIMED = N_("The last year has been claimed with all that remained, so the loan is not given more years.")


def check_settlement(award: Award) -> None:
    """Raise WrongState unless something is outstanding."""
    if not award_balances(award.id).loan_ore:
        raise WrongState(N_("Nothing of the loan is outstanding, so there is nothing to settle."))


def check_extension(award: Award, years: int, at: datetime) -> None:
    """Raise WrongState unless the loan may have more years, InvalidAmount for less than one, Incomplete for more than a loan can have."""
    check_settlement(award)
    if award.shortfall == "department_pays" and facts_of_award(award, local_date(at)).is_term_claimed:
        raise WrongState(LAST_YEAR_IS_CLAIMED)
    if years < 1:
        raise InvalidAmount(N_("The number of years must be between 1 and 40."), field="years")
    if (award.years or 0) + years > LONGEST_TERM_YEARS:
        raise Incomplete(N_("The number of years must be between 1 and 40."), field="years")


def check_giving_up(award: Award, amount_ore: int | None) -> int:
    """How much of the loan would be given up, in øre: all that is outstanding, unless told a part.

    Raises WrongState, InvalidAmount, OverOutstanding.
    """
    check_settlement(award)
    outstanding_ore = award_balances(award.id).loan_ore
    if amount_ore is None:
        return outstanding_ore
    if amount_ore <= 0:
        raise InvalidAmount()
    if amount_ore > outstanding_ore:
        raise OverOutstanding(amount_ore=amount_ore, limit_ore=outstanding_ore)
    return amount_ore


def extend_loan(*, actor: User, at: datetime, award: Award, years: int, **decided: Any) -> None:
    """Give the loan more years; ``decided`` is where the forum did, and why. Raises what ``check_extension`` raises."""
    lock(award)
    check_extension(award, years, at)
    award.years = (award.years or 0) + years
    record(award, "extended", actor_id=actor.id, at=at, years=years, **decided)


def write_off_loan(*, actor: User, at: datetime, award: Award, amount_ore: int | None = None, **decided: Any) -> None:
    """Give up what is outstanding, or a part of it; claims with it, as far as more would be due than the principal."""
    _give_up(actor, at, award, Event.WRITE_OFF, "written_off", amount_ore, decided)


def convert_loan(*, actor: User, at: datetime, award: Award, amount_ore: int | None = None, **decided: Any) -> None:
    """Turn what is outstanding, or a part of it, into a grant; claims with it, as far as more would be due than the principal."""
    _give_up(actor, at, award, Event.CONVERSION, "converted", amount_ore, decided)


def _give_up(
    actor: User, at: datetime, award: Award, event: Event, name: str, wanted_ore: int | None, decided: Mapping[str, Any]
) -> None:  # fmt: skip
    lock(award)
    amount_ore = check_giving_up(award, wanted_ore)
    transfer = ledger.post(
        pool_id=award.pool_id,
        event=event,
        award_id=award.id,
        amount_ore=amount_ore,
        actor_id=actor.id,
        at=at,
        text=award.application.title,
    )
    record(award, name, actor_id=actor.id, at=at, amount_ore=amount_ore, transfer=transfer.number, **decided)
    credit_claims(actor=actor, at=at, award=award, transfer=transfer)
