"""What the forum decides on a loan that its gains did not repay (domain.md §8). Nothing happens silently."""

from datetime import date, datetime

from fundbank.awards.models import Award
from fundbank.awards.rules import LONGEST_TERM_YEARS
from fundbank.errors import N_, Incomplete, WrongState
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.kit.clock import local_date
from fundbank.kit.transaction import lock
from fundbank.ledger import steps as ledger
from fundbank.ledger.chart import Event
from fundbank.ledger.queries import award_balances
from fundbank.people.models import User
from fundbank.repayments.queries import claims_of, paid_ore, unpaid_ore
from fundbank.repayments.queries.facts import facts_of_award


def check_settlement(award: Award, today: date) -> None:
    """Raise WrongState unless the loan's last year is claimed and something is outstanding."""
    if not facts_of_award(award, today).can_be_settled:
        raise WrongState(N_("The forum settles a loan when its last year has been claimed and something is outstanding."))


def check_extension(award: Award, years: int, today: date) -> None:
    """Raise WrongState unless the loan is to be settled, Incomplete for a number of years that no loan can have."""
    check_settlement(award, today)
    if years < 1 or (award.years or 0) + years > LONGEST_TERM_YEARS:
        raise Incomplete(N_("The number of years must be between 1 and 40."), field="years")


def extend_loan(*, actor: User, at: datetime, award: Award, years: int) -> None:
    """Give the loan more years. Raises WrongState, Incomplete for a number of years that no loan can have."""
    lock(award)
    check_extension(award, years, local_date(at))
    award.years = (award.years or 0) + years
    record(award, "extended", actor_id=actor.id, at=at, years=years)


def write_off_loan(*, actor: User, at: datetime, award: Award) -> None:
    """Give up all that is outstanding, unpaid claims with it. Raises WrongState."""
    _give_up(actor, at, award, Event.WRITE_OFF, "written_off")


def convert_loan(*, actor: User, at: datetime, award: Award) -> None:
    """Turn all that is outstanding into a grant, unpaid claims with it. Raises WrongState."""
    _give_up(actor, at, award, Event.CONVERSION, "converted")


def _give_up(actor: User, at: datetime, award: Award, event: Event, name: str) -> None:
    lock(award)
    check_settlement(award, local_date(at))
    amount_ore = award_balances(award.id).loan_ore
    lines = [line for claim in claims_of(award) for line in claim.lines]
    paid = paid_ore(lines)
    for line in lines:
        line.waived_ore += unpaid_ore(line, paid[line.id])
    transfer = ledger.post(
        pool_id=award.pool_id,
        event=event,
        award_id=award.id,
        amount_ore=amount_ore,
        actor_id=actor.id,
        at=at,
        text=award.application.title,
    )
    db.session.flush()
    record(award, name, actor_id=actor.id, at=at, amount_ore=amount_ore, transfer=transfer.number)
