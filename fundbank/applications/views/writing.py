"""Writing an application: a new draft, or a change to one. Buttons beside the rows show the page again and save nothing."""

from collections.abc import Sequence
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from fundbank.applications import operations
from fundbank.applications.forms.draft import DraftForm, Offers
from fundbank.applications.models import Application
from fundbank.applications.permissions import can_start_application, can_write_application, writes_for
from fundbank.applications.rules.changes import changes
from fundbank.applications.rules.completeness import submission_faults
from fundbank.applications.rules.content import Content
from fundbank.applications.states import EDITABLE, State
from fundbank.applications.views import application_here, blueprint, pool_here
from fundbank.errors import StaleVersion, WrongState
from fundbank.history import queries as history
from fundbank.kit.language import gettext as _
from fundbank.kit.once import SentBefore
from fundbank.kit.web import check_version, done, ensure, me, moment, refusals_on, requires
from fundbank.kit.web.addresses import named_in
from fundbank.kit.web.sentences import sentence
from fundbank.people import queries as people
from fundbank.people.models import Department
from fundbank.pools import queries as pools
from fundbank.pools.models import Pool
from fundbank.pools.rights import Right

WRITERS = "applicants of the department, leaders of it or of a unit above it"


@blueprint.route("/pools/<int:pool_id>/applications/new", methods=["GET", "POST"])
@requires("applicants and leaders of the pool")
def new(pool_id: int) -> ResponseReturnValue:
    pool = pool_here(pool_id)
    ensure(can_start_application(me(), pool))
    units = _units(pool)
    kinds = pool.policy.project_kinds
    start = Content(kind="standard" if "standard" in kinds else kinds[0])
    form = DraftForm(pool.policy, _offers(pool, units, None), start, department_id=me().department_id, revision=0)
    if _pressed(form):
        return _page(form, pool, units)
    if form.validate_on_submit():
        with refusals_on(form):
            application = operations.start_application(
                actor=me(), at=moment(), pool=pool, department=_unit(units, form), content=form.content(start)
            )
            return _saved(application)
    return _page(form, pool, units, _made_before(form))


@blueprint.route("/applications/<int:application_id>/edit", methods=["GET", "POST"])
@requires(WRITERS)
def edit(application_id: int) -> ResponseReturnValue:
    application = application_here(application_id)
    ensure(can_write_application(me(), application))
    if application.state not in EDITABLE:
        raise WrongState()
    pool, content = application.pool, application.content
    units = _units(pool)
    form = DraftForm(
        pool.policy, _offers(pool, units, application), content,
        department_id=application.department_id, revision=application.revision,
    )  # fmt: skip
    if _pressed(form):
        return _page(form, pool, units, application)
    if form.validate_on_submit():
        with refusals_on(form):
            check_version(form.revision, application)
            operations.edit_application(
                actor=me(), at=moment(), application=application, content=form.content(content),
                department=_unit(units, form) if form.department.data != application.department_id else None,
                based_on=form.revision.data,
            )  # fmt: skip
            return _saved(application)
    return _page(form, pool, units, application)


def _saved(application: Application) -> ResponseReturnValue:
    if request.form.get("then") == "stay":
        return done(_("The draft has been saved. Go on writing."), "applications.edit", application_id=application.id)
    return done(_("The draft has been saved."), "overviews.application", application_id=application.id)


def _made_before(form: DraftForm) -> Application | None:
    """The draft that an earlier sending of this very form made, if it can still be written on: what is typed goes on there."""
    number = named_in(form.sent_before or "").get("application_id")
    if not isinstance(number, int):
        return None
    application = application_here(number)
    if application.state not in EDITABLE or not can_write_application(me(), application):
        return None
    form.form_errors = [_("This draft has been saved already. What you have changed since has not: save, and it is in the draft.")]
    return application


def _pressed(form: DraftForm) -> bool:
    """Do what a button beside the rows says, if one was pressed: then nothing is saved."""
    button = request.form.get("row") if form.is_submitted() else None
    if button is None:
        return False
    form.press(button)
    return True


def _page(form: DraftForm, pool: Pool, units: Sequence[Department], application: Application | None = None) -> str:
    faults = submission_faults(application.content, pool.policy) if application else []
    returned = history.newest_entry("applications", application.id, State.RETURNED) if application else None
    is_behind = form.refusal_code in (StaleVersion.code, SentBefore.code) and not any(field.errors for field in form)
    theirs = _theirs(form, application) if application and is_behind else None
    return render_template(
        "applications/edit.html", form=form, pool=pool, application=application, theirs=theirs,
        returned=returned, checklist=[(fault.field, sentence(fault)) for fault in faults],
        units={unit.id: unit.name for unit in units}, leaders=dict(form.gain_owner.choices),
        only_unit=form.department.choices[0] if len(form.department.choices) == 1 else None,
    )  # fmt: skip


def _theirs(form: DraftForm, application: Application) -> dict[str, Any]:
    """What has been saved meanwhile, beside what was typed here; and who did it."""
    form.revision.data = application.revision  # whoever saves now has seen this
    last = history.newest_entry("applications", application.id)
    names = people.people_by_id(history.actor_ids([last]) if last else set(), municipality_id=application.pool.municipality_id)
    return {
        "who": names.get(last.actor_id) if last and last.actor_id else None,
        "when": application.changed_at,
        "changes": changes(application.content, form.content(application.content)),
    }


def _units(pool: Pool) -> Sequence[Department]:
    return people.departments(municipality_id=pool.municipality_id)


def _unit(units: Sequence[Department], form: DraftForm) -> Department:
    return next(unit for unit in units if unit.id == form.department.data)


def _offers(pool: Pool, units: Sequence[Department], application: Application | None) -> Offers:
    """What the form offers: an inactive unit only where it already stands."""
    standing = _standing(application)
    shown = [unit for unit in units if unit.is_active or unit.id in standing]
    own = [unit for unit in shown if writes_for(me(), pool, unit)]
    return Offers(
        units=[(unit.id, _indented(unit)) for unit in shown],
        own_units=[(unit.id, unit.name) for unit in own],
        leaders=_leaders(pool, application),
    )


def _standing(application: Application | None) -> set[int]:
    if application is None:
        return set()
    content = application.content
    harvesting = {gain.department_id for gain in content.gains} | {area.department_id for area in content.gain_areas}
    return {application.department_id} | harvesting


def _leaders(pool: Pool, application: Application | None) -> list[tuple[int, str]]:
    leaders = {person.id: person.name for person in pools.people_with(pool, Right.DEPARTMENT_LEAD)}
    if application is not None:
        chosen = {application.content.gain_owner_id, application.content.system_owner_id} - leaders.keys() - {None}
        former = people.people_by_id([number for number in chosen if number], municipality_id=pool.municipality_id) if chosen else {}
        leaders |= {person.id: person.name for person in former.values()}
    return list(leaders.items())


def _indented(unit: Department) -> str:
    depth = unit.path.count("/") - 2
    return "\xa0\xa0\xa0" * depth + unit.name
