"""Money: into the pool and out of it, claimed and repaid. What takes two people names the second in ``approved_by``."""

from collections.abc import Mapping
from datetime import datetime

from fundbank.awards import operations as awards
from fundbank.awards.models import Award
from fundbank.awards.queries import bound_people
from fundbank.errors import WrongState
from fundbank.ledger.operations import approve_return_funding, check_pair, fund_pool, fund_pool_per_mille, register_return_funding
from fundbank.ledger.rules import described
from fundbank.people.models import User
from fundbank.pools.rights import Right
from fundbank.repayments.models import ClaimLine
from fundbank.repayments.operations.claims import make_claim, post_repayment
from fundbank.repayments.operations.ending import return_unspent
from fundbank.repayments.operations.refunds import approve_refund, register_refund
from fundbank.repayments.queries import line_of
from fundbank.reversals.operations import approve_reversal, register_reversal
from fundbank.scenarios import keys
from fundbank.scenarios.acts.act import Act
from fundbank.scenarios.reader import Event
from fundbank.scenarios.world import World

UNSAID = "–"
"""Stands for a reason where a file need not give one."""


def _second(world: World, by: User, approved_by: str) -> User:
    """Who approves what ``by`` registers. Raises NotAllowed, FourEyes unless these two may move money of the pool together."""
    second = world.people[approved_by]
    check_pair(first=by, second=second, pool=world.pool)
    return second


def _award(world: World, by: User, second: User, key: str) -> Award:
    """The award whose money these two may move together. Raises WrongState, FourEyes."""
    award = world.award(key)
    check_pair(first=by, second=second, pool=world.pool, bound=bound_people(award))
    return award


def _line(world: World, award: Award, department: str, year: int) -> ClaimLine:
    """What the department owes for the year. Raises WrongState if nothing was claimed of it."""
    line = line_of(award, world.departments[department].id, year)
    if line is None:
        raise WrongState()
    return line


def _fund(world: World, by: User, at: datetime, event: Event[keys.Fund]) -> None:
    values = event.values
    if values.amount_ore is not None:
        transfer = fund_pool(actor=by, at=at, pool=world.pool, source=values.source, amount_ore=values.amount_ore, text=values.reference)
    else:
        transfer = fund_pool_per_mille(
            actor=by,
            at=at,
            pool=world.pool,
            source=values.source,
            service_expenditure_ore=values.service_expenditure_ore or 0,  # the file says one of the two
            text=values.reference,
        )
    world.transfers[event.number] = transfer


def _return_funding(world: World, by: User, at: datetime, event: Event[keys.ReturnFunding]) -> None:
    """A file need not say why; the ledger has a reason for it all the same."""
    values, second = event.values, _second(world, by, event.values.approved_by)
    reason = described(values.reason, values.reference) or UNSAID
    movement = register_return_funding(actor=by, at=at, pool=world.pool, source=values.source, amount_ore=values.amount_ore, reason=reason)
    approve_return_funding(actor=second, at=at, movement=movement)


def _disburse(world: World, by: User, at: datetime, event: Event[keys.Disburse]) -> None:
    values, second = event.values, _second(world, by, event.values.approved_by)
    award = _award(world, by, second, values.application)
    disbursement = awards.register_disbursement(actor=by, at=at, award=award, part=values.part, amount_ore=values.amount_ore)
    transfer = awards.approve_disbursement(actor=second, at=at, disbursement=disbursement)
    if transfer is not None:  # a file's payments are of its own day
        world.transfers[event.number] = transfer


def _release(world: World, by: User, at: datetime, event: Event[keys.Release]) -> None:
    values, second = event.values, _second(world, by, event.values.approved_by)
    award = _award(world, by, second, values.application)
    movement = awards.register_release(actor=by, at=at, award=award, amount_ore=values.amount_ore, reason=values.reason)
    world.transfers[event.number] = awards.approve_release(actor=second, at=at, movement=movement)


def _return_unspent(world: World, by: User, at: datetime, event: Event[keys.ReturnUnspent]) -> None:
    values = event.values
    world.transfers[event.number] = return_unspent(
        actor=by,
        at=at,
        award=world.award(values.application),
        part=values.part,
        amount_ore=values.amount_ore,
        reference=values.reference,
    )


def _claim(world: World, by: User, at: datetime, event: Event[keys.Claim]) -> None:
    make_claim(actor=by, at=at, award=world.award(event.values.application), year=event.values.year)


def _repay(world: World, by: User, at: datetime, event: Event[keys.Repay]) -> None:
    values = event.values
    line = _line(world, world.award(values.application), values.department, values.year)
    world.transfers[event.number] = post_repayment(actor=by, at=at, line=line, amount_ore=values.amount_ore, reference=values.reference)


def _refund(world: World, by: User, at: datetime, event: Event[keys.Refund]) -> None:
    values, second = event.values, _second(world, by, event.values.approved_by)
    line = _line(world, _award(world, by, second, values.application), values.department, values.year)
    refund = register_refund(actor=by, at=at, line=line, amount_ore=values.amount_ore, reference=values.reference)
    approve_refund(actor=second, at=at, refund=refund)


def _reverse(world: World, by: User, at: datetime, event: Event[keys.Reverse]) -> None:
    values, second = event.values, _second(world, by, event.values.approved_by)
    transfer = world.transfers.get(values.event)
    if transfer is None:
        raise WrongState()
    reversal = register_reversal(actor=by, at=at, transfer=transfer, reason=values.reason)
    approve_reversal(actor=second, at=at, reversal=reversal)


ACTS: Mapping[str, Act] = {
    "fund": Act((Right.MONEY_FUND,), _fund),
    "return_funding": Act((Right.MONEY_FUND,), _return_funding),
    "disburse": Act((Right.MONEY_MOVE,), _disburse),
    "release": Act((Right.MONEY_MOVE,), _release),
    "return_unspent": Act((Right.MONEY_MOVE,), _return_unspent),
    "claim": Act((Right.MONEY_MOVE,), _claim),
    "repay": Act((Right.MONEY_MOVE,), _repay),
    "refund": Act((Right.MONEY_MOVE,), _refund),
    "reverse": Act((Right.MONEY_MOVE,), _reverse),
}
