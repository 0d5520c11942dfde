"""The annexes of an application: the list; the step that adds files to it and takes them away; and each of them, taken home."""

from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from fundbank.applications import operations
from fundbank.applications.forms.annexes import AnnexForm
from fundbank.applications.models import Application
from fundbank.applications.operations.annexes import attach_annexes, take_annex_away
from fundbank.applications.permissions import annexes_for, can_see_annex, can_write_application
from fundbank.applications.queries.annexes import annex_of
from fundbank.applications.rules import topics
from fundbank.applications.rules.changes import MovedAnnexes
from fundbank.applications.states import EDITABLE
from fundbank.applications.views import application_here, blueprint
from fundbank.applications.views.tasks import tasks
from fundbank.applications.views.writing import WRITERS, frame, led_on, written_here
from fundbank.config import LARGEST_UPLOAD
from fundbank.files.downloads import hand_over, is_open, state_now
from fundbank.files.models import File
from fundbank.kit.language import gettext as _
from fundbank.kit.language import ngettext
from fundbank.kit.web import done, ensure, found, me, moment, refusals_on, requires, takes_files
from fundbank.people import queries as people


@blueprint.get("/applications/<int:application_id>/annexes")
@requires("whoever may see the application: what was handed in; what has not been, its department's people alone")
def annexes(application_id: int) -> ResponseReturnValue:
    application = application_here(application_id)
    return render_template(
        "applications/annexes.html", application=application, pool=application.pool,
        may_change=can_write_application(me(), application) and application.state in EDITABLE,
        annexes=shown(application, annexes_for(me(), application)),
    )  # fmt: skip


@blueprint.route("/applications/<int:application_id>/write/annexes", methods=["GET", "POST"])
@takes_files(LARGEST_UPLOAD)
@requires(WRITERS)
def attach(application_id: int) -> ResponseReturnValue:
    """The step that takes files."""
    application = written_here(application_id)
    form, goes_on = AnnexForm(), "then" in request.form
    if form.is_submitted() and goes_on and form.is_blank:
        return led_on(application, topics.ANNEXES)
    if form.validate_on_submit():
        with refusals_on(form):
            attached = attach_annexes(
                actor=me(), at=moment(), application=application, sent=form.sent, purpose=form.purpose.data, words=form.words.data or ""
            )
            told = ngettext("%(num)s file has been attached.", "%(num)s files have been attached.", len(attached))
            if not goes_on:
                return done(told, "applications.attach", application_id=application.id)
            flash(told, "success")
            return led_on(application, topics.ANNEXES)
    return render_template(
        "applications/write/annexes.html", files=form, annexes=shown(application, annexes_for(me(), application)),
        tasks=tasks(application, operations.faults_of(application)), **frame(application, topics.ANNEXES),
    )  # fmt: skip


@blueprint.get("/applications/<int:application_id>/annexes/<int:file_id>")
@requires("whoever may see the application: what was handed in; what has not been, its department's people alone")
def annex(application_id: int, file_id: int) -> ResponseReturnValue:
    return hand_over(_annex_here(application_here(application_id), file_id))


@blueprint.post("/applications/<int:application_id>/annexes/<int:file_id>/remove")
@requires(WRITERS)
def remove_annex(application_id: int, file_id: int) -> ResponseReturnValue:
    application = application_here(application_id)
    file = _annex_here(application, file_id)
    ensure(can_write_application(me(), application))
    take_annex_away(actor=me(), at=moment(), application=application, file=file)
    return done(_("“%(name)s” has been taken away.", name=file.name), "applications.attach", application_id=application.id)


def shown(application: Application, annexes: Any) -> list[dict[str, Any]]:
    """Each annex with who attached it, what is known of its being harmless, and whether the reader may open it."""
    names = people.people_by_id({file.added_by_id for file in annexes}, municipality_id=application.municipality_id) if annexes else {}
    return [{"file": file, "state": state_now(file), "who": names.get(file.added_by_id), "is_open": is_open(file)} for file in annexes]


def shown_moves(application: Application, moved: MovedAnnexes) -> dict[str, list[dict[str, Any]]]:
    """Likewise each annex that only one of two versions has."""
    rows = shown(application, [*moved.gone, *moved.come])
    return {"gone": rows[: len(moved.gone)], "come": rows[len(moved.gone) :]}


def _annex_here(application: Application, file_id: int) -> File:
    """The annex that the reader may know of, or 404."""
    file = annex_of(application, file_id)
    return found(file if file is not None and can_see_annex(me(), application, file) else None)
