"""Money into a pool, and back to where it came from: by finance, each with its source (domain.md §10)."""

from datetime import date, datetime

from fundbank.errors import N_, Incomplete, require
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.kit.clock import local_date
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.names import name_key
from fundbank.kit.text import one_line
from fundbank.kit.transaction import lock
from fundbank.ledger.chart import Event
from fundbank.ledger.models import Movement, PerMille, Transfer
from fundbank.ledger.operations.four_eyes import check_first, check_second
from fundbank.ledger.permissions import can_fund
from fundbank.ledger.queries import sources
from fundbank.ledger.rules import value_date
from fundbank.ledger.steps import check_post, post
from fundbank.ledger.steps.movements import check_reason, check_waits, register_movement, settle_movement
from fundbank.people.models import User
from fundbank.pools.models import Pool

SOURCE_LENGTH = 120


def check_funding(
    *, actor: User, at: datetime, pool: Pool, source: str, amount_ore: int, text: str = "", value_on: date | None = None,
    key: str | None = None,
) -> date:  # fmt: skip
    """Ask every rule of money into the pool, and change nothing; returns the day that it counts from.

    Raises NotAllowed, CprNumber, Incomplete without a source, InvalidDate, InvalidAmount.
    """
    require(can_fund(actor, pool))
    check_no_cpr_number(text=text)
    day = _value_date(pool, value_on, at)
    check_post(pool_id=pool.id, event=Event.FUNDING, source=_source(pool, source), amount_ore=amount_ore, at=at, value_date=day, key=key)
    return day


def fund_pool(
    *, actor: User, at: datetime, pool: Pool, source: str, amount_ore: int, text: str = "", value_on: date | None = None,
    key: str | None = None,
) -> Transfer:  # fmt: skip
    """Put money into the pool; it counts from ``value_on``, today unless told.

    A scenario's source is taken as it stands (scenario.md); the form refuses a CPR number there too. Raises what ``check_funding`` raises.
    """
    lock(pool)  # two names of a new source are one
    day = check_funding(actor=actor, at=at, pool=pool, source=source, amount_ore=amount_ore, text=text, value_on=value_on, key=key)
    return _put_in(pool, actor=actor, at=at, source=source, amount_ore=amount_ore, text=text, day=day, key=key)


def fund_pool_per_mille(
    *, actor: User, at: datetime, pool: Pool, source: str, service_expenditure_ore: int, text: str = "", value_on: date | None = None,
    key: str | None = None,
) -> Transfer:  # fmt: skip
    """Put the pool's part of a per mille of the service expenditure into it; the treasury's part is noted (domain.md §10).

    Raises what ``check_funding`` raises for the pool's part.
    """
    pool_ore, treasury_ore = pool.policy.split_of_service_expenditure(max(service_expenditure_ore, 0))
    transfer = fund_pool(actor=actor, at=at, pool=pool, source=source, amount_ore=pool_ore, text=text, value_on=value_on, key=key)
    policy = pool.policy
    db.session.add(
        PerMille(
            transfer_id=transfer.id, expenditure_ore=service_expenditure_ore, rate=policy.per_mille, to_pool=policy.per_mille_to_pool,
            treasury_ore=treasury_ore,
        )
    )  # fmt: skip
    record(pool, "per_mille_split", actor_id=actor.id, at=at, expenditure_ore=service_expenditure_ore, pool_ore=pool_ore,
           treasury_ore=treasury_ore)  # fmt: skip
    return transfer


def check_return_funding(
    *, actor: User, at: datetime, pool: Pool, source: str, amount_ore: int, reason: str = "", value_on: date | None = None
) -> date:
    """Ask every rule of money that is to be handed back, and change nothing; returns the day that it counts from.

    Raises NotAllowed, Incomplete without a source, InvalidDate, InvalidAmount, OverAvailable, OverOutstanding, CprNumber.
    """
    check_first(actor, pool=pool)
    day = _value_date(pool, value_on, at)
    check_post(pool_id=pool.id, event=Event.FUNDING_RETURN, source=_source(pool, source), amount_ore=amount_ore, at=at, value_date=day)
    check_no_cpr_number(reason=reason)
    return day


def register_return_funding(
    *, actor: User, at: datetime, pool: Pool, source: str, amount_ore: int, reason: str, value_on: date | None = None
) -> Movement:
    """Ask for available money to be handed back to its source, at most what that source gave; somebody else must approve.

    Raises what ``check_return_funding`` raises, Incomplete without a reason.
    """
    lock(pool)
    check_return_funding(actor=actor, at=at, pool=pool, source=source, amount_ore=amount_ore, reason=reason, value_on=value_on)
    check_reason(reason)
    source = _source(pool, source)
    movement = register_movement(
        actor=actor, at=at, pool_id=pool.id, event=Event.FUNDING_RETURN, amount_ore=amount_ore, reason=reason, source=source,
        value_on=value_on,
    )  # fmt: skip
    record(pool, "funding_return_registered", actor_id=actor.id, at=at, reason=reason, source=source, amount_ore=amount_ore)
    return movement


def check_return_approval(*, actor: User, at: datetime, movement: Movement, key: str | None = None) -> date:
    """Ask every rule of the approval, and change nothing; returns the day that the money counts from.

    Raises NotAllowed, FourEyes, WrongState, AlreadyPosted, InvalidDate, OverAvailable, OverOutstanding.
    """
    pool = movement.pool
    check_second(actor, first=movement.registered_by, pool=pool)
    check_waits(movement)
    day = _value_date(pool, movement.value_on, at)
    check_post(
        pool_id=pool.id, event=Event.FUNDING_RETURN, source=movement.source, amount_ore=movement.amount_ore, at=at, value_date=day, key=key
    )
    return day


def approve_return_funding(*, actor: User, at: datetime, movement: Movement, key: str | None = None) -> Transfer:
    """The second person approves, and the money goes back to its source. Raises what ``check_return_approval`` raises."""
    lock(movement)
    day = check_return_approval(actor=actor, at=at, movement=movement, key=key)
    transfer = post(
        pool_id=movement.pool_id, event=Event.FUNDING_RETURN, source=movement.source, amount_ore=movement.amount_ore,
        actor_id=movement.registered_by_id, approver_id=actor.id, at=at, text=movement.reason, value_date=day, key=key,
    )  # fmt: skip
    settle_movement(actor=actor, at=at, movement=movement, transfer=transfer)
    record(
        movement.pool, "funding_returned", actor_id=actor.id, at=at, source=movement.source, amount_ore=movement.amount_ore,
        transfer=transfer.number, value_on=transfer.value_date.isoformat(),
    )  # fmt: skip
    return transfer


def _put_in(pool: Pool, *, actor: User, at: datetime, source: str, amount_ore: int, day: date, key: str | None, text: str) -> Transfer:
    source = _source(pool, source)
    transfer = post(
        pool_id=pool.id, event=Event.FUNDING, source=source, amount_ore=amount_ore, actor_id=actor.id, at=at, text=text, value_date=day,
        key=key,
    )  # fmt: skip
    record(
        pool, "funded", actor_id=actor.id, at=at, source=source, amount_ore=amount_ore, transfer=transfer.number,
        value_on=transfer.value_date.isoformat(),
    )  # fmt: skip
    return transfer


def _value_date(pool: Pool, wanted: date | None, at: datetime) -> date:
    """The day that money into the pool, or out of it, counts from. Raises InvalidDate before the pool begins, or for a day to come."""
    return value_date(wanted, first=pool.begins_on, today=local_date(at))


def _source(pool: Pool, name: str) -> str:
    """The source of that name, as the pool knows it: one that gave before is found however its name is written.

    Of sources from before that differ only in spelling each is found by its own.
    """
    name = one_line(name)
    if not name or len(name) > SOURCE_LENGTH:
        raise Incomplete(N_("Write where the money comes from, in at most 120 characters."), field="source")
    known = [source for source, _ore in sources(pool.id)]
    return name if name in known else next((source for source in known if name_key(source) == name_key(name)), name)
