"""Which pools there are, making one, and their rules with the versions of them."""

from flask import render_template
from flask.typing import ResponseReturnValue

from fundbank.errors import StaleVersion
from fundbank.kit.language import gettext as _
from fundbank.kit.web import done, ensure, found, me, moment, refusals_on, requires
from fundbank.pools import operations, preset, queries, words
from fundbank.pools.forms import NewPoolForm, PolicyForm
from fundbank.pools.models import PolicyVersion, Pool
from fundbank.pools.permissions import (
    can_change_policy,
    can_create_pool,
    can_see_pool,
    can_see_pools,
    visible_pools,
)
from fundbank.pools.views import blueprint

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


def _pool(pool_id: int) -> Pool:
    return found(queries.pool(pool_id, municipality_id=me().municipality_id))


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
        origins=preset.load(version.preset).marks(version.origins),
        can_change=can_change_policy(me(), pool),
        sections=words.SECTIONS,
    )
