"""The list of a pool's applications: what this person may see, narrowed by state, unit and words, page by page."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundbank.applications.permissions import can_start_application, gained_applications, visible_applications
from fundbank.applications.queries import lists
from fundbank.applications.queries.lists import Filter, Scope, StateSum
from fundbank.applications.rules.words import STATES
from fundbank.applications.views import blueprint, pool_here
from fundbank.kit.web import asked_number, ensure, me, requires
from fundbank.people import queries as people
from fundbank.pools.models import Pool

PAGE_SIZE = 50


@blueprint.route("/pools/<int:pool_id>/applications")
@requires("whoever has a role in the pool; departments see those in their own line, the others what has been submitted")
def index(pool_id: int) -> ResponseReturnValue:
    pool = pool_here(pool_id)
    scope = visible_applications(me(), pool)
    ensure(scope is not None)
    return _page(pool, scope or Scope())


@blueprint.route("/pools/<int:pool_id>/applications/gained")
@requires("applicants and leaders; those of other departments by which their own gains or one below it")
def gained(pool_id: int) -> ResponseReturnValue:
    pool = pool_here(pool_id)
    scope = gained_applications(me(), pool)
    ensure(scope is not None)
    return _page(pool, scope or Scope())


def _page(pool: Pool, scope: Scope) -> str:
    here = "applications.gained" if scope.gained_by else "applications.index"
    units = people.unit_tree(municipality_id=pool.municipality_id)
    asked = {name: request.args.get(name, "").strip()[:100] for name in ("state", "department", "words")}
    unit = next((unit for unit in units if str(unit.id) == asked["department"]), None)
    narrowed = Filter(asked["state"] if asked["state"] in STATES else "", unit.path if unit else "", asked["words"])
    before, after = asked_number("before"), asked_number("after")
    page = lists.page_of_applications(pool.id, scope=scope, narrowed=narrowed, before_id=before, after_id=after, limit=PAGE_SIZE)
    sums = sorted(page.sums or (), key=lambda one: list(STATES).index(one.state))
    kept: dict[str, Any] = {name: value for name, value in asked.items() if value}
    return render_template(
        "applications/index.html", pool=pool, applications=tuple(page.rows), most=lists.MANY,
        units=units, narrowed=narrowed, is_narrowed=bool(kept), states=STATES,
        sums=tuple(sums), total=_total(sums) if page.sums is not None else None,
        here=here, sees_gained=gained_applications(me(), pool) is not None,
        newer=_link(here, pool, kept, after=page.rows[0].id) if page.has_newer and page.rows else None,
        older=_link(here, pool, kept, before=page.rows[-1].id) if page.has_older and page.rows else None,
        can_start=not scope.gained_by and can_start_application(me(), pool),
        sees_departments_only=scope.own is not None and not scope.submitted,
    )  # fmt: skip


def _total(sums: list[StateSum]) -> StateSum:
    return StateSum("", sum(one.count for one in sums), sum(one.loan_ore for one in sums), sum(one.grant_ore for one in sums))


def _link(here: str, pool: Pool, kept: dict[str, Any], **key: Any) -> str:
    return url_for(here, pool_id=pool.id, **kept, **key)
