"""Making a pool, and changing its policy."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fundbank.errors import N_, AlreadyPosted, Incomplete, StaleVersion, require
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.said import check_said
from fundbank.kit.text import one_line
from fundbank.kit.transaction import lock
from fundbank.people.models import Municipality, User
from fundbank.pools import permissions, queries
from fundbank.pools.models import PolicyVersion, Pool
from fundbank.pools.policy import FIELDS, NOTES, Policy, with_overrides
from fundbank.pools.preset import CHANGED, load, names
from fundbank.pools.rights import Right

NAME_LENGTH = 120
REASON_LENGTH = 2000


def create_pool(
    *, actor: User | None, at: datetime, municipality: Municipality, name: str, preset: str,
    overrides: Mapping[str, Any] | None = None,
) -> Pool:  # fmt: skip
    """Make a pool with version 1 of its policy: the preset's values, with ``overrides`` laid over them.

    Raises NotAllowed, Incomplete for a missing name or an unknown preset, AlreadyPosted for a name that is already in
    use, UnknownPolicyKey and PolicyInvalid for what an override says.
    """
    require(actor is None or permissions.can_create_pool(actor, municipality))
    name = one_line(name)
    if not name:
        raise Incomplete(N_("Give the pool a name."), field="name")
    if len(name) > NAME_LENGTH:
        raise Incomplete(N_("This name is too long."), field="name")
    if preset not in names():
        raise Incomplete(N_("Choose a set of rules to start from."), field="preset")
    lock(municipality)
    if queries.pool_named(municipality.id, name):
        raise AlreadyPosted(N_("There is already a pool of this name."), field="name")
    source = load(preset)
    values = with_overrides(source.values, overrides or {})
    pool = Pool(municipality=municipality, name=name, created_at=at)
    db.session.add(pool)
    db.session.flush()
    version = _add_version(pool, 1, preset, values, _origins(source.origins, source.values, values), "", actor, at)
    record(pool, "created", actor_id=version.made_by_id, at=at, preset=preset, values=version.values)
    return pool


def change_policy(*, actor: User | None, at: datetime, pool: Pool, values: Mapping[str, Any], reason: str, based_on: int) -> PolicyVersion:
    """Put new rules in force as a new version. What was decided keeps its own version (domain.md §3).

    ``based_on`` is the number of the version that the change was made from. Raises NotAllowed, StaleVersion if another
    version is in force by now, PolicyInvalid, CprNumber, and Incomplete without a reason, without a change, or without a decider where the
    forum is only to recommend.
    """
    require(actor is None or permissions.can_change_policy(actor, pool))
    lock(pool)
    current = pool.policy_version
    if based_on != current.number:
        raise StaleVersion()
    policy = Policy.from_values(values)
    reason = check_said(reason, REASON_LENGTH, field="reason", missing=N_("Write why the rules change."))
    notes = {name: getattr(policy, name) for name in NOTES}
    check_no_cpr_number(known=[getattr(current.policy, name) for name in NOTES], **notes)
    changed = policy.changed_fields(current.policy)
    if not changed:
        raise Incomplete(N_("Nothing has been changed."))
    if "forum_recommends" in changed and policy.forum_recommends and not queries.people_with(pool, Right.DECISION_APPROVE):
        raise Incomplete(N_("Nobody has the role of decider in this pool. Give it to somebody first."), field="forum_recommends")
    new = policy.to_values()
    origins = _origins(current.origins, current.values, new)
    version = _add_version(pool, current.number + 1, current.preset, new, origins, reason, actor, at)
    record(
        pool, "policy_changed", actor_id=version.made_by_id, at=at, reason=reason, number=version.number, fields=changed,
        preset=version.preset, values=version.values,
    )  # fmt: skip
    return version


def _origins(origins: Mapping[str, str], before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """Mark as changed what differs in value; the rest keeps its origin."""
    changed = Policy.from_values(after).changed_fields(Policy.from_values(before))
    return {name: CHANGED if name in changed else origins.get(name, "default") for name in FIELDS}


def _add_version(
    pool: Pool, number: int, preset: str, values: dict[str, Any], origins: dict[str, str], reason: str,
    actor: User | None, at: datetime,
) -> PolicyVersion:  # fmt: skip
    version = PolicyVersion(
        pool_id=pool.id, number=number, preset=preset, values=values, origins=origins, reason=reason,
        made_by_id=actor.id if actor else None, made_at=at,
    )  # fmt: skip
    pool.policy_version = version
    db.session.add(version)
    db.session.flush()
    return version
