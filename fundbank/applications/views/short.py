"""The short form of an application: one page, where the pool's rules say that a small case is enough."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundbank.applications import operations
from fundbank.applications.forms.writing.short import ShortForm
from fundbank.applications.permissions import can_start_application
from fundbank.applications.rules.triage import small_kinds
from fundbank.applications.views import blueprint, pool_here
from fundbank.applications.views.offers import own_units, units_of
from fundbank.kit.language import gettext as _
from fundbank.kit.web import done, ensure, me, moment, refusals_on, requires
from fundbank.pools import queries as pools
from fundbank.pools.rights import Right


@blueprint.route("/pools/<int:pool_id>/applications/short", methods=["GET", "POST"])
@requires("applicants and leaders of the pool")
def short(pool_id: int) -> ResponseReturnValue:
    pool = pool_here(pool_id)
    ensure(can_start_application(me(), pool))
    if not small_kinds(pool.policy):
        return redirect(url_for("applications.new", pool_id=pool.id))
    units = units_of(pool)
    leaders = pools.people_with(pool, Right.DEPARTMENT_LEAD)
    form = ShortForm(pool.policy, own_units(pool, units), leaders, writer=me(), kind=request.args.get("kind"))
    if form.validate_on_submit():
        with refusals_on(form):
            department = next(unit for unit in units if unit.id == form.department.data)
            begun = operations.start_application(actor=me(), at=moment(), pool=pool, department=department, content=form.content())
            return done(_("The application has been saved as a draft."), "applications.check", application_id=begun.id)
    return render_template("applications/short.html", form=form, pool=pool)
