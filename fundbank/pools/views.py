"""The pages of pools: which there are, their rules and the versions of them, and who has which role."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from fundbank.errors import N_, StaleVersion
from fundbank.kit.language import gettext as _
from fundbank.kit.web import done, ensure, found, me, menu, moment, refusals_on, requires, titles
from fundbank.kit.web.codes import says
from fundbank.people import queries as people
from fundbank.people.views import links
from fundbank.pools import operations, preset, queries, words
from fundbank.pools.criteria import NAMES, of_codes
from fundbank.pools.forms import NewPoolForm, PolicyForm, RolesForm
from fundbank.pools.models import PolicyVersion, Pool
from fundbank.pools.permissions import (
    can_change_policy,
    can_create_pool,
    can_manage_roles,
    can_see_pool,
    can_see_pools,
    visible_pools,
)
from fundbank.pools.roles import Role

blueprint = Blueprint("pools", __name__)
says(
    blueprint, policy_field=words.FIELDS, origin=words.ORIGINS, role=words.ROLES, criterion=NAMES, level=words.LEVELS,
    bottom_line=words.BOTTOM_LINES, project_kind=words.PROJECT_KINDS, screening_check=words.SCREENING_CHECKS,
    funding_kind=words.FUNDING, business_case=words.BUSINESS_CASE, it_consultation=words.IT_CONSULTATION,
    meetings_rule=words.MEETINGS, shortfall_rule=words.SHORTFALL, follow_up=words.FOLLOW_UP, knowledge_report=words.KNOWLEDGE_REPORT,
)  # fmt: skip
blueprint.add_app_template_filter(of_codes, "criteria")

EVERY_MEMBER = "whoever has a role in the pool, and administrators"
ADMINISTRATORS = "administrators of the municipality or of the pool"


@blueprint.route("/pools/rules")
@requires("whoever has a role in a pool, and administrators")
def index() -> ResponseReturnValue:
    person = me()
    ensure(can_see_pools(person))
    pools = visible_pools(person)
    return render_template("pools/index.html", pools=pools, can_create=can_create_pool(person, person.municipality))


@blueprint.route("/pools/new", methods=["GET", "POST"])
@requires("administrators of the municipality")
def new() -> ResponseReturnValue:
    municipality = me().municipality
    ensure(can_create_pool(me(), municipality))
    form = NewPoolForm()
    if form.validate_on_submit():
        with refusals_on(form):
            pool = operations.create_pool(actor=me(), at=moment(), municipality=municipality, name=form.name.data, preset=form.preset.data)
            return done(_("The pool has been made. Now give people their roles in it."), "pools.roles", pool_id=pool.id)
    return render_template("pools/new.html", form=form)


@blueprint.route("/pools/<int:pool_id>/policy")
@requires(EVERY_MEMBER)
def policy(pool_id: int) -> ResponseReturnValue:
    pool = _pool(pool_id)
    ensure(can_see_pool(me(), pool))
    return _policy_page(pool, pool.policy_version)


@blueprint.route("/pools/<int:pool_id>/policy/<int:number>")
@requires(EVERY_MEMBER)
def policy_version(pool_id: int, number: int) -> ResponseReturnValue:
    pool = _pool(pool_id)
    ensure(can_see_pool(me(), pool))
    return _policy_page(pool, found(queries.policy_version(pool, number)))


@blueprint.route("/pools/<int:pool_id>/policy/edit", methods=["GET", "POST"])
@requires(ADMINISTRATORS)
def edit_policy(pool_id: int) -> ResponseReturnValue:
    pool = _pool(pool_id)
    ensure(can_change_policy(me(), pool))
    form = PolicyForm(pool.policy_version)
    meanwhile: list[str] = []
    if form.validate_on_submit():
        with refusals_on(form):
            version = operations.change_policy(
                actor=me(), at=moment(), pool=pool, values=form.values(), reason=form.reason.data,
                based_on=form.based_on.data or 0,
            )  # fmt: skip
            told = _("The rules have been changed: version %(number)s.", number=version.number)
            return done(told, "pools.policy", pool_id=pool.id)
    if form.refusal_code == StaleVersion.code:
        opened = queries.policy_version(pool, form.based_on.data or 0)
        meanwhile = pool.policy.changed_fields(opened.policy) if opened else list(words.FIELDS)
        form.based_on.data = pool.policy_version.number  # the next save is made knowingly
    return render_template("pools/policy_edit.html", pool=pool, form=form, meanwhile=meanwhile, sections=words.SECTIONS)


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
            _change_roles(pool, person, held, form)
            return done(_("The roles have been saved."), "pools.roles", pool_id=pool.id)
    if form.refusal_code == StaleVersion.code:
        form.before.data = ",".join(_held(pool, person))
    return render_template("pools/person_roles.html", pool=pool, person=person, form=form)


def _change_roles(pool: Pool, person: Any, held: list[Role], form: RolesForm) -> None:
    """Give and take what differs from before. Raises StaleVersion if another has done so by now."""
    if form.before.data != ",".join(held):
        raise StaleVersion()
    for role in Role:
        if role in form.roles.data and role not in held:
            operations.give_role(actor=me(), at=moment(), pool=pool, user=person, role=role)
        elif role in held and role not in form.roles.data:
            operations.take_role(actor=me(), at=moment(), pool=pool, user=person, role=role)


def _pool(pool_id: int) -> Pool:
    return found(queries.pool(pool_id, municipality_id=me().municipality_id))


def _held(pool: Pool, person: Any) -> list[Role]:
    held = queries.roles_of(person).get(pool.id, frozenset())
    return [role for role in Role if role in held]


def _policy_page(pool: Pool, version: PolicyVersion) -> str:
    versions = queries.policy_versions(pool)
    changed = {later.number: later.policy.changed_fields(earlier.policy) for later, earlier in zip(versions, versions[1:], strict=False)}
    return render_template(
        "pools/policy.html",
        pool=pool,
        version=version,
        versions=versions,
        changed=changed,
        silent=version.policy.silent_fields(),
        source=preset.load(version.preset),
        can_change=can_change_policy(me(), pool),
        sections=words.SECTIONS,
    )


def _titles(persons: Sequence[Any]) -> dict[int, list[str]]:
    """What people are called in their pools, in the order of domain.md §11 (message ids)."""
    held = queries.roles_of_people(persons)
    every = {person_id: set().union(*by_pool.values()) for person_id, by_pool in held.items()}
    return {person_id: [words.ROLES[role] for role in Role if role in mine] for person_id, mine in every.items()}


titles.tell("pools", _titles)
links.tell("pools", queries.has_confirmed_role)
menu.add(N_("Pools and rules"), "pools.index", order=70, when=can_see_pools)
