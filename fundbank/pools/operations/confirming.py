"""The second person's word on a role, or on the account of who holds one: confirmed, refused, or withdrawn by who asked (domain.md §11)."""

from datetime import datetime

from fundbank.errors import N_, AlreadyPosted, FourEyes, WrongState, require
from fundbank.extensions import db
from fundbank.history.steps import Subject, record
from fundbank.kit.said import check_said
from fundbank.kit.transaction import lock
from fundbank.people.models import Confirmation, User
from fundbank.people.operations import forget_open_password, make_administrator, reopen_account, take_email
from fundbank.people.rules import Kind, State
from fundbank.pools import permissions, queries
from fundbank.pools.operations.rules import REASON_LENGTH
from fundbank.pools.roles import Role
from fundbank.pools.steps import add_role


class ConfirmedByNobody(FourEyes):
    """Whoever runs the server is the second person only where the program has none."""

    message = N_("Somebody in the program can confirm this: %(names)s.")


def confirm(*, actor: User | None, at: datetime, confirmation: Confirmation) -> None:
    """Let what was asked for happen, as the second person.

    An actor of None is whoever runs the server, where nobody else can. Raises WrongState if it does not wait any more or the account has
    been closed, NotAllowed, FourEyes for who asked and whom it concerns, ConfirmedByNobody, AlreadyPosted, EmailTaken.
    """
    _hold(confirmation)
    _check_second(actor, confirmation)
    user, kind = confirmation.user, confirmation.kind
    asked = {"asked_by_id": confirmation.asked_by_id, "confirmation_id": confirmation.id}
    if kind != Kind.REOPENING and not user.is_active:
        raise WrongState(N_("The account has been closed. Refuse this, or open the account again first."))
    _answer(confirmation, State.CONFIRMED, actor, at)
    if kind == Kind.ROLE:
        _give(confirmation, actor, at)
    elif kind == Kind.ADMINISTRATOR:
        make_administrator(user, at=at, actor=actor, **asked)
    elif kind == Kind.EMAIL:
        take_email(user, confirmation.email, at=at, actor=actor, **asked)
    else:
        reopen_account(user, at=at, actor=actor, **asked)


def refuse(*, actor: User | None, at: datetime, confirmation: Confirmation, reason: str) -> None:
    """Say no to what was asked for. Raises what ``confirm`` raises, Incomplete without a reason, CprNumber."""
    _hold(confirmation)
    _check_second(actor, confirmation)
    _end(confirmation, State.REFUSED, actor, at, reason)


def withdraw(*, actor: User, at: datetime, confirmation: Confirmation, reason: str) -> None:
    """Take back what oneself asked for. Raises WrongState, NotAllowed, Incomplete without a reason, CprNumber."""
    _hold(confirmation)
    require(permissions.can_withdraw(actor, confirmation))
    _end(confirmation, State.WITHDRAWN, actor, at, reason)


def _hold(confirmation: Confirmation) -> None:
    lock(confirmation.user.municipality)
    db.session.refresh(confirmation)
    db.session.refresh(confirmation.user)
    if confirmation.state != State.WAITING:
        raise WrongState(N_("This has been answered already."))


def _check_second(actor: User | None, confirmation: Confirmation) -> None:
    if actor is None:
        if others := permissions.confirmers(confirmation):
            raise ConfirmedByNobody(names=", ".join(person.name for person in others))
        return
    require(permissions.could_confirm(actor, confirmation))
    if not permissions.can_confirm(actor, confirmation):
        raise FourEyes(N_("Another person than who asked for this, and whom it concerns, must answer it."))


def _answer(confirmation: Confirmation, state: State, actor: User | None, at: datetime, reason: str = "") -> None:
    confirmation.state = state
    confirmation.answered_by_id, confirmation.answered_at, confirmation.reason = actor.id if actor else None, at, reason
    db.session.flush()


def _end(confirmation: Confirmation, state: State, actor: User | None, at: datetime, reason: str) -> None:
    reason = check_said(reason, REASON_LENGTH, field="reason", missing=N_("Write the reason."))
    _answer(confirmation, state, actor, at, reason)
    record(
        _subject(confirmation), f"confirmation_{state}", actor_id=actor.id if actor else None, at=at, reason=reason,
        user_id=confirmation.user_id, kind=confirmation.kind, confirmation_id=confirmation.id,
        **{key: value for key in ("role", "email") if (value := getattr(confirmation, key)) is not None},
    )  # fmt: skip


def _subject(confirmation: Confirmation) -> Subject:
    """What the history of it belongs to: the role's pool, or the person."""
    pool = queries.pool(confirmation.pool_id) if confirmation.pool_id else None
    return pool or confirmation.user


def _give(confirmation: Confirmation, actor: User | None, at: datetime) -> None:
    pool, user, role = queries.pool(confirmation.pool_id or 0), confirmation.user, Role(confirmation.role or "")
    assert pool is not None  # noqa: S101  (a role's confirmation names its pool)
    lock(pool)
    if queries.role_entry(pool, user, role):
        raise AlreadyPosted(N_("This person already has that role."))
    actor_id = actor.id if actor else None
    add_role(pool, user, role, given_by_id=confirmation.asked_by_id, confirmed_by_id=actor_id)
    forget_open_password(user, at=at)
    record(
        pool, "role_given", actor_id=actor_id, at=at, user_id=user.id, role=str(role), asked_by_id=confirmation.asked_by_id,
        confirmation_id=confirmation.id,
    )  # fmt: skip
