"""Who may what, and is asked for it: people and confirmations held against the history."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import String, and_, cast, func, or_
from sqlalchemy.engine import Connection
from sqlalchemy.orm import aliased

from fundbank.checks import lives
from fundbank.checks.records import HISTORY, about, line, named, number, told, word
from fundbank.checks.same import Same
from fundbank.kit.seals.checks import Fault
from fundbank.people.models import Confirmation, Department, User
from fundbank.people.rules import State
from fundbank.pools.models import Pool

USERS, DEPARTMENTS, POOLS = User.__tablename__, Department.__tablename__, Pool.__tablename__
ENDS = {f"confirmation_{state}": str(state) for state in (State.REFUSED, State.WITHDRAWN)}
PARTICULARS = ("name", "email", "department_id", "is_administrator", "is_active")
UNIT = ("name", "parent_id", "is_active")
ACCOUNT = {"deactivated": False, "reactivated": True, "created": True}


def _lines_of(of: Any) -> Any:
    """What is told of a role belongs to its pool, of an account to the person."""
    return or_(
        and_(Confirmation.pool_id.is_not(None), of.subject_type == POOLS, of.subject_id == Confirmation.pool_id),
        and_(Confirmation.pool_id.is_(None), of.subject_type == USERS, of.subject_id == Confirmation.user_id),
    )


def _asked() -> Same:
    of = line()
    return Same(
        Confirmation,
        of,
        and_(_lines_of(of), of.event == "confirmation_asked"),
        {
            "id": number(of, "confirmation_id"),
            "municipality_id": of.municipality_id,
            "user_id": number(of, "user_id"),
            "kind": word(of, "kind"),
            "role": word(of, "role"),
            "email": word(of, "email"),
            "asked_by_id": of.actor_id,
            "asked_at": of.at,
        },
        HISTORY,
        ("pool_id", "user_id"),
        rest=of.event == "confirmation_asked",
    )


def _answered() -> Same:
    of = line()
    by = and_(_lines_of(of), number(of, "confirmation_id") == Confirmation.id, of.event != "confirmation_asked")
    return Same(
        Confirmation,
        of,
        by,
        {
            "state": func.coalesce(named(of.event, ENDS), str(State.CONFIRMED)),
            "answered_by_id": of.actor_id,
            "answered_at": of.at,
            "reason": of.reason,
        },
        HISTORY,
        ("state",),
        where=or_(
            Confirmation.state != State.WAITING,
            Confirmation.answered_by_id.is_not(None),
            Confirmation.answered_at.is_not(None),
            Confirmation.reason != "",
        ),
        rest=and_(of.event != "confirmation_asked", of.details["confirmation_id"].as_string().is_not(None)),
    )


def _paths() -> Same:
    """A unit's place in the tree, by which rights are asked, is below its parent's."""
    parent = aliased(Department)
    path = func.coalesce(parent.path, "/") + cast(Department.id, String) + "/"
    return Same(
        Department,
        parent,
        parent.id == Department.parent_id,
        {"path": path, "municipality_id": func.coalesce(parent.municipality_id, Department.municipality_id)},
        DEPARTMENTS,
        ("parent_id",),
        shared=True,
        optional=True,
    )


def _municipalities(of: Any) -> Same:
    """Whose it is says each line of its history."""
    of_it = line()
    by, by_kind = about(of_it, of.__tablename__, of.id, "created"), told(of_it, of.__tablename__, "created")
    said = func.coalesce(of_it.municipality_id, of.municipality_id)
    return Same(of, of_it, by, {"municipality_id": said}, HISTORY, ("id",), rest=by_kind, optional=True)


HELD = (_asked(), _answered(), _paths(), _municipalities(Department), _municipalities(User))


def differences(connection: Connection) -> Iterator[Fault]:
    """Each account and each department is as its history says."""
    yield from lives.differences(connection, User, PARTICULARS, said_of_account)
    yield from lives.differences(connection, Department, UNIT, said_of_department)


def said_of_account(event: str, details: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a line of the history says of an account."""
    now = details if event == "created" else details.get("now", {}) if event == "changed" else {}
    said = {column: now[column] for column in PARTICULARS if column in now}
    return said | ({"is_active": ACCOUNT[event]} if event in ACCOUNT else {})


def said_of_department(event: str, details: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a line of the history says of a department."""
    now = details if event in ("created", "renamed", "moved") else {}
    said = {column: now[column] for column in UNIT if column in now}
    return said | ({"is_active": event != "closed"} if event in ("created", "closed", "reopened") else {})
