"""The first day of a pool that moves in with a past: an administrator asks for it, finance confirms it."""

from datetime import date, datetime

from fundbank.errors import N_, AlreadyPosted, FourEyes, Incomplete, InvalidDate, WrongState, require
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.kit.clock import local_date
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.transaction import lock
from fundbank.ledger.models import FirstDay
from fundbank.ledger.permissions import can_fund
from fundbank.ledger.queries import first_day_wanted, first_value_date
from fundbank.people.models import User
from fundbank.people.rules import State
from fundbank.pools.models import Pool
from fundbank.pools.permissions import can_change_policy


def ask_first_day(*, actor: User, at: datetime, pool: Pool, day: date, reason: str) -> FirstDay:
    """Ask that money in the pool may count from ``day`` on.

    Raises NotAllowed, AlreadyPosted while another day waits, Incomplete without a reason, CprNumber, InvalidDate for a day after the pool
    was made, or after a transfer's.
    """
    require(can_change_policy(actor, pool))
    lock(pool)
    if first_day_wanted(pool.id):
        raise AlreadyPosted(N_("Another first day waits for finance already."))
    if not (reason := reason.strip()):
        raise Incomplete(N_("Write the reason."), field="reason")
    check_no_cpr_number(reason=reason)
    _check_day(pool, day)
    wanted = FirstDay(pool=pool, day=day, reason=reason, state=State.WAITING, asked_by_id=actor.id, asked_at=at)
    db.session.add(wanted)
    db.session.flush()
    record(pool, "first_day_asked", actor_id=actor.id, at=at, day=day.isoformat(), reason=reason)
    return wanted


def confirm_first_day(*, actor: User, at: datetime, wanted: FirstDay) -> None:
    """Let the day hold. Raises NotAllowed outside finance, FourEyes for who asked, WrongState, InvalidDate."""
    _check_second(actor, wanted)
    _check_day(wanted.pool, wanted.day)
    wanted.pool.first_day = wanted.day
    _answer(wanted, State.CONFIRMED, actor, at)


def refuse_first_day(*, actor: User, at: datetime, wanted: FirstDay) -> None:
    """Say no to it. Raises NotAllowed outside finance, FourEyes for who asked, WrongState."""
    _check_second(actor, wanted)
    _answer(wanted, State.REFUSED, actor, at)


def withdraw_first_day(*, actor: User, at: datetime, wanted: FirstDay) -> None:
    """Take back what was asked for. Raises NotAllowed for who may not ask, WrongState."""
    require(can_change_policy(actor, wanted.pool))
    _hold(wanted)
    _answer(wanted, State.WITHDRAWN, actor, at)


def _check_day(pool: Pool, day: date) -> None:
    made_on, first = local_date(pool.created_at), first_value_date(pool.id)
    if day > made_on:
        raise InvalidDate(N_("The pool was made on %(made_on)s: its first day cannot be later."), field="day", made_on=made_on)
    if first is not None and day > first:
        raise InvalidDate(N_("A transfer counts from %(first)s already: the first day cannot be later."), field="day", first=first)


def _check_second(actor: User, wanted: FirstDay) -> None:
    require(can_fund(actor, wanted.pool))
    _hold(wanted)
    if actor.id == wanted.asked_by_id:
        raise FourEyes()


def _hold(wanted: FirstDay) -> None:
    lock(wanted.pool)
    db.session.refresh(wanted)
    if wanted.state != State.WAITING:
        raise WrongState(N_("This has been answered already."))


def _answer(wanted: FirstDay, state: State, actor: User, at: datetime) -> None:
    wanted.state, wanted.answered_by_id, wanted.answered_at = state, actor.id, at
    db.session.flush()
    record(wanted.pool, f"first_day_{state}", actor_id=actor.id, at=at, day=wanted.day.isoformat())
