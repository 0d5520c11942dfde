"""The template of a pool and the export of an application as workbooks, and the way back: a workbook that was filled in."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundbank.applications import queries as applications
from fundbank.applications.permissions import can_see_application, content_for
from fundbank.applications.views.writing import WRITERS, written_here
from fundbank.files.rules import MEGABYTE
from fundbank.kit.clock import local_date
from fundbank.kit.formats import moment as said_moment
from fundbank.kit.language import gettext as _
from fundbank.kit.language import ngettext, speaking
from fundbank.kit.web import done, ensure, found, me, merges, moment, refusals_on, requires, succeed, takes_files
from fundbank.kit.web.boundary import new_token
from fundbank.pools import queries as pools
from fundbank.pools.permissions import can_see_pool
from fundbank.reports.papers.letterhead import file_name
from fundbank.reports.views import APPLICATION_READERS, a_file
from fundbank.reports.views.papers import POOL_READERS
from fundbank.workbooks.asking import blank_content, check_told, layout_of_application, layout_of_pool, told
from fundbank.workbooks.forms import UploadForm, read
from fundbank.workbooks.intake import Intake, take_in, take_rows_away
from fundbank.workbooks.rules.packed import LARGEST
from fundbank.workbooks.writing import workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

blueprint = Blueprint("workbooks", __name__)


@blueprint.get("/pools/<int:pool_id>/applications/template.xlsx")
@requires(POOL_READERS)
def template(pool_id: int) -> ResponseReturnValue:
    pool = found(pools.pool(pool_id, municipality_id=me().municipality_id))
    ensure(can_see_pool(me(), pool))
    content, title = blank_content(pool.policy), _("Application to %(pool)s", pool=pool.name)
    source = _("Template of %(day)s", day=said_moment(moment()))
    file = workbook(layout_of_pool(pool, content), content, pool.policy, title=title, source=source, told=told(pool))
    return a_file(file, XLSX, f"{file_name(_('Template'), pool.name, local_date(moment()))}.xlsx")


@blueprint.get("/applications/<int:application_id>/workbook.xlsx")
@requires(APPLICATION_READERS)
def export(application_id: int) -> ResponseReturnValue:
    application = found(applications.application(application_id, municipality_id=me().municipality_id))
    ensure(can_see_application(me(), application))
    content, policy = content_for(me(), application), applications.rules_of(application)
    title = content.title or _("Application no. %(number)s", number=application.number)
    source = _("Application no. %(number)s, as it was saved on %(moment)s", number=application.number, moment=said_moment(moment()))
    layout = layout_of_application(application, content, policy)
    file = workbook(layout, content, policy, title=title, source=source, told=told(application.pool, application))
    return a_file(file, XLSX, f"{file_name(_('Application'), application.number, content.title)}.xlsx")


@blueprint.route("/applications/<int:application_id>/workbook", methods=["GET", "POST"])
@takes_files(LARGEST + MEGABYTE)
@requires(WRITERS)
def upload(application_id: int) -> ResponseReturnValue:
    """Type what a workbook says in the steps, and tell what became of it."""
    application, form, taken = written_here(application_id), UploadForm(), None
    if form.validate_on_submit():
        with refusals_on(form):
            reader = read(form.files.data[0])
            check_told(reader.name, reader.told, application)
            with speaking(reader.told.get("language")):
                layout = layout_of_application(application, application.content, application.pool.policy)
            taken = take_in(application, layout, reader.filled(layout))
            merges()
            succeed(url_for("workbooks.upload", application_id=application.id))
            form.once.data = new_token()  # whoever has put the workbook right sends it from this page
    return _page(application, form, taken)


@blueprint.post("/applications/<int:application_id>/workbook/remove")
@requires(WRITERS)
def remove_rows(application_id: int) -> ResponseReturnValue:
    application = written_here(application_id)
    steps, gone = take_rows_away(application, request.form.getlist("row"))
    said = ngettext(
        "%(num)s row has been removed. Save the step to take it out of the application.",
        "%(num)s rows have been removed. Save the step to take them out of the application.",
        gone,
    )
    if not steps:
        return done(said, "workbooks.upload", application_id=application.id)
    return done(said, "applications.write", application_id=application.id, topic=steps[0].code)


def _page(application: object, form: UploadForm, taken: Intake | None) -> str:
    return render_template("workbooks/upload.html", application=application, form=form, taken=taken)
