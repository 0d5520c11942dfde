"""Who has which role in a pool, and giving and taking roles."""

from collections.abc import Sequence
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from fundbank.errors import StaleVersion
from fundbank.kit.language import gettext as _
from fundbank.kit.web import done, ensure, found, me, moment, refusals_on, requires, titles
from fundbank.people import queries as people
from fundbank.people.models import Confirmation
from fundbank.people.views import leaving
from fundbank.pools import operations, queries, words
from fundbank.pools.forms import RolesForm
from fundbank.pools.models import Pool
from fundbank.pools.permissions import can_manage_roles, can_see_pool
from fundbank.pools.roles import Role
from fundbank.pools.views import blueprint
from fundbank.pools.views.rules import ADMINISTRATORS, EVERY_MEMBER


@blueprint.route("/pools/<int:pool_id>/roles")
@requires(EVERY_MEMBER)
def roles(pool_id: int) -> ResponseReturnValue:
    pool = _pool(pool_id)
    ensure(can_see_pool(me(), pool))
    can_manage = can_manage_roles(me(), pool)
    wanted = request.args.get("words", "").strip()[:100]
    matches: Sequence[Any] = ()
    if can_manage and wanted:
        matches = people.people(municipality_id=pool.municipality_id, words=wanted)
    return render_template(
        "pools/roles.html", pool=pool, holders=queries.role_list(pool), can_manage=can_manage, wanted=wanted,
        awaited=[one for one in people.to_confirm(pool.municipality_id) if one.pool_id == pool.id] if can_manage else [],
        matches=[person for person in matches if person.is_active],
    )  # fmt: skip


@blueprint.route("/pools/<int:pool_id>/roles/<int:user_id>", methods=["GET", "POST"])
@requires(ADMINISTRATORS)
def person_roles(pool_id: int, user_id: int) -> ResponseReturnValue:
    pool = _pool(pool_id)
    ensure(can_manage_roles(me(), pool))
    person = found(people.person(user_id, municipality_id=pool.municipality_id))
    held = _held(pool, person)
    form = RolesForm(held)
    if form.validate_on_submit():
        with refusals_on(form):
            told = _("The roles have been saved.")
            if _change_roles(pool, person, held, form):
                told = _("The roles have been saved. What a second person must confirm works once they have.")
            return done(told, "pools.roles", pool_id=pool.id)
    if form.refusal_code == StaleVersion.code:
        form.before.data = ",".join(_held(pool, person))
    return render_template(
        "pools/person_roles.html", pool=pool, person=person, form=form, awaited=_awaited(pool, person),
        left=leaving.warnings(person, pool.id),
    )  # fmt: skip


def _change_roles(pool: Pool, person: Any, held: list[Role], form: RolesForm) -> bool:
    """Give and take what differs from before; does anything wait for a second person? Raises StaleVersion if another has done so by now."""
    if form.before.data != ",".join(held):
        raise StaleVersion()
    waits = False
    for role in Role:
        if role in form.roles.data and role not in held:
            given = operations.give_role(actor=me(), at=moment(), pool=pool, user=person, role=role)
            waits = waits or isinstance(given, Confirmation)
        elif role in held and role not in form.roles.data:
            operations.take_role(actor=me(), at=moment(), pool=pool, user=person, role=role)
    return waits


def _awaited(pool: Pool, person: Any) -> list[Confirmation]:
    return [one for one in people.awaited(person) if one.pool_id == pool.id]


def _pool(pool_id: int) -> Pool:
    return found(queries.pool(pool_id, municipality_id=me().municipality_id))


def _held(pool: Pool, person: Any) -> list[Role]:
    held = queries.roles_of(person).get(pool.id, frozenset())
    return [role for role in Role if role in held]


def _titles(persons: Sequence[Any]) -> dict[int, list[str]]:
    """What people are called in their pools, in the order of domain.md §11 (message ids)."""
    held = queries.roles_of_people(persons)
    every = {person_id: set().union(*by_pool.values()) for person_id, by_pool in held.items()}
    return {person_id: [words.ROLES[role] for role in Role if role in mine] for person_id, mine in every.items()}


titles.tell("pools", _titles)
