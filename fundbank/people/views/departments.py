"""The administrator's pages of departments: the tree and its units."""

from flask import render_template
from flask.typing import ResponseReturnValue

from fundbank.kit.language import gettext as _
from fundbank.kit.web import check_version, done, ensure, found, me, moment, refusals_on, requires
from fundbank.people import operations, queries
from fundbank.people.forms import DepartmentForm
from fundbank.people.models import Department
from fundbank.people.permissions import can_administer, can_change_department
from fundbank.people.views import blueprint
from fundbank.people.views.links import ADMINISTRATORS


@blueprint.get("/departments")
@requires(ADMINISTRATORS)
def departments() -> ResponseReturnValue:
    ensure(can_administer(me()))
    units = queries.departments(municipality_id=me().municipality_id)
    return render_template("people/departments.html", departments=units)


@blueprint.route("/departments/new", methods=["GET", "POST"])
@requires(ADMINISTRATORS)
def new_department() -> ResponseReturnValue:
    ensure(can_administer(me()))
    form = DepartmentForm()
    form.offer(queries.departments(municipality_id=me().municipality_id, active_only=True))
    if form.validate_on_submit():
        with refusals_on(form):
            unit = operations.create_department(
                actor=me(), at=moment(), municipality=me().municipality, name=form.name.data, parent=_parent(form)
            )
            return done(_("%(name)s has been added.", name=unit.name), "people.departments")
    return render_template("people/new_department.html", form=form)


@blueprint.route("/departments/<int:department_id>/edit", methods=["GET", "POST"])
@requires(ADMINISTRATORS)
def edit_department(department_id: int) -> ResponseReturnValue:
    unit = _unit(department_id)
    form = DepartmentForm(name=unit.name, parent=unit.parent_id, revision=unit.revision)
    others = queries.departments(municipality_id=me().municipality_id)
    form.offer([o for o in others if o.id == unit.parent_id or (o.is_active and not o.is_within(unit))])
    if form.validate_on_submit():
        with refusals_on(form):
            check_version(form.revision, unit)
            operations.rename_department(actor=me(), at=moment(), department=unit, name=form.name.data)
            operations.move_department(actor=me(), at=moment(), department=unit, parent=_parent(form))
            return done(_("The changes have been saved."), "people.departments")
    return render_template("people/edit_department.html", form=form, department=unit)


@blueprint.post("/departments/<int:department_id>/close")
@requires(ADMINISTRATORS)
def close_department(department_id: int) -> ResponseReturnValue:
    unit = _unit(department_id)
    operations.close_department(actor=me(), at=moment(), department=unit)
    return done(_("%(name)s has been closed.", name=unit.name), "people.departments")


@blueprint.post("/departments/<int:department_id>/reopen")
@requires(ADMINISTRATORS)
def reopen_department(department_id: int) -> ResponseReturnValue:
    unit = _unit(department_id)
    operations.reopen_department(actor=me(), at=moment(), department=unit)
    return done(_("%(name)s is open again.", name=unit.name), "people.departments")


def _unit(department_id: int) -> Department:
    unit = found(queries.department(department_id, municipality_id=me().municipality_id))
    ensure(can_change_department(me(), unit))
    return unit


def _parent(form: DepartmentForm) -> Department | None:
    if form.parent.data is None:
        return None
    return queries.department(form.parent.data, municipality_id=me().municipality_id)
