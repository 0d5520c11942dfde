"""Roles, rules and first days of pools, held against the history."""

from collections.abc import Iterator

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import aliased

from fundbank.checks.records import HISTORY, about, line, named, number, told, word
from fundbank.checks.same import DIFFERS, Same
from fundbank.history.models import HistoryEntry
from fundbank.kit.seals.checks import Fault
from fundbank.ledger.models import FirstDay
from fundbank.people.rules import State
from fundbank.pools.models import PolicyVersion, Pool, PoolRole

POOLS, VERSIONS = Pool.__tablename__, PolicyVersion.__tablename__
ANSWERS = {f"first_day_{state}": str(state) for state in (State.CONFIRMED, State.REFUSED, State.WITHDRAWN)}


def _beginnings() -> Same:
    of = line()
    return Same(
        Pool,
        of,
        about(of, POOLS, Pool.id, "created"),
        {"created_at": of.at, "municipality_id": of.municipality_id},
        HISTORY,
        ("id",),
        rest=told(of, POOLS, "created"),
    )


def _roles() -> Same:
    """A role is somebody's who was given it and from whom it has not been taken since."""
    entry = aliased(HistoryEntry)
    newest = select(func.max(entry.id)).where(told(entry, POOLS, "role_given", "role_taken"))
    newest = newest.group_by(entry.subject_id, entry.details["user_id"].as_string(), entry.details["role"].as_string())
    of = line()
    asked = number(of, "asked_by_id")
    by = and_(
        about(of, POOLS, PoolRole.pool_id, "role_given"),
        number(of, "user_id") == PoolRole.user_id,
        word(of, "role") == PoolRole.role,
        of.id.in_(newest),
    )
    return Same(
        PoolRole,
        of,
        by,
        {
            "given_by_id": func.coalesce(asked, of.actor_id),
            "confirmed_by_id": case((asked.is_not(None), of.actor_id), else_=None),
        },
        HISTORY,
        ("pool_id", "user_id", "role"),
        rest=and_(of.event == "role_given", of.id.in_(newest)),
    )


def _versions() -> Same:
    of, is_first = line(), PolicyVersion.number == 1
    by = or_(and_(is_first, about(of, POOLS, PolicyVersion.pool_id, "created")), about(of, POOLS, PolicyVersion.pool_id, "policy_changed"))
    return Same(
        PolicyVersion,
        of,
        by,
        {
            "number": func.coalesce(number(of, "number"), 1),
            "preset": func.coalesce(word(of, "preset"), PolicyVersion.preset),
            "reason": of.reason,
            "made_by_id": of.actor_id,
            "made_at": of.at,
        },
        HISTORY,
        ("pool_id", "number"),
        rest=told(of, POOLS, "created", "policy_changed"),
    )


def _rules_in_force() -> Same:
    newest = aliased(PolicyVersion)
    last = select(func.max(newest.number)).where(newest.pool_id == Pool.id).correlate(Pool).scalar_subquery()
    version = aliased(PolicyVersion)
    return Same(
        Pool, version, and_(version.pool_id == Pool.id, version.number == last), {"policy_version_id": version.id}, VERSIONS, ("id",)
    )


def _first_days_wanted() -> Same:
    of = line()
    return Same(
        FirstDay,
        of,
        about(of, POOLS, FirstDay.pool_id, "first_day_asked"),
        {"day": word(of, "day"), "reason": of.reason, "asked_by_id": of.actor_id, "asked_at": of.at},
        HISTORY,
        ("pool_id",),
        rest=told(of, POOLS, "first_day_asked"),
    )


def _first_days_answered() -> Same:
    of = line()
    return Same(
        FirstDay,
        of,
        about(of, POOLS, FirstDay.pool_id, *ANSWERS),
        {"day": word(of, "day"), "state": named(of.event, ANSWERS), "answered_by_id": of.actor_id, "answered_at": of.at},
        HISTORY,
        ("state",),
        where=FirstDay.state != State.WAITING,
        rest=told(of, POOLS, *ANSWERS),
    )


def _first_days() -> Same:
    """The newest that was confirmed holds."""
    wanted = aliased(FirstDay)
    last = select(func.max(wanted.id)).where(wanted.pool_id == Pool.id, wanted.state == State.CONFIRMED).correlate(Pool).scalar_subquery()
    return Same(Pool, FirstDay, FirstDay.id == last, {"first_day": FirstDay.day}, FirstDay.__tablename__, optional=True)


HELD = (
    _beginnings(),
    _roles(),
    _versions(),
    _rules_in_force(),
    _first_days_wanted(),
    _first_days_answered(),
    _first_days(),
)


def differences(connection: Connection) -> Iterator[Fault]:
    """Each version of a pool's rules is what was put in force. Lines from before the history told the rules say nothing."""
    of = aliased(HistoryEntry)
    by = or_(
        and_(PolicyVersion.number == 1, about(of, POOLS, PolicyVersion.pool_id, "created")),
        and_(about(of, POOLS, PolicyVersion.pool_id, "policy_changed"), number(of, "number") == PolicyVersion.number),
    )
    query = select(PolicyVersion.id, PolicyVersion.values, of.id.label("line"), of.details).join(of, by).order_by(PolicyVersion.id)
    for version in connection.execute(query):
        if version.values != version.details.get("values", version.values):
            yield Fault(DIFFERS, {"table": VERSIONS, "key": version.id, "other": HISTORY, "row": version.line, "columns": "values"})
