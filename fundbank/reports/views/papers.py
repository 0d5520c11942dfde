"""The agenda, the minutes, the statement of a pool and an application: as a page, and as PDF."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from fundbank.applications import queries as applications
from fundbank.applications.models import Application
from fundbank.applications.permissions import can_see_application
from fundbank.errors import InvalidDate
from fundbank.ideas.views.calls import NEEDS_READERS, needs_of
from fundbank.kit.formats import day
from fundbank.kit.language import gettext as _
from fundbank.kit.web import ensure, found, me, moment, requires
from fundbank.meetings.models import Meeting
from fundbank.meetings.permissions import can_see_meetings
from fundbank.meetings.queries import calendar
from fundbank.pools import queries as pools
from fundbank.pools.models import Pool
from fundbank.pools.permissions import can_see_pool
from fundbank.reports import pdf
from fundbank.reports.blocks import Document
from fundbank.reports.forms import PeriodForm
from fundbank.reports.papers import agenda as agenda_paper
from fundbank.reports.papers import application as application_paper
from fundbank.reports.papers import minutes as minutes_paper
from fundbank.reports.papers import needs as needs_paper
from fundbank.reports.papers import questions as questions_paper
from fundbank.reports.papers import statement as statement_paper
from fundbank.reports.papers.statement import Period
from fundbank.reports.views import APPLICATION_READERS, LEDGER_READERS, Way, a_file, blueprint, pool_here, to_application, to_pool

POOL_READERS = "whoever has a role in the pool"
MEETINGS_READERS = "the forum, advisers, finance and auditors"


@blueprint.get("/meetings/<int:meeting_id>/agenda")
@requires(MEETINGS_READERS)
def agenda(meeting_id: int) -> ResponseReturnValue:
    meeting = _meeting(meeting_id)
    return _page(agenda_paper.agenda(meeting, me(), moment()), "reports.agenda_pdf", _to_meeting(meeting), meeting_id=meeting.id)


@blueprint.get("/meetings/<int:meeting_id>/agenda.pdf")
@requires(MEETINGS_READERS)
def agenda_pdf(meeting_id: int) -> ResponseReturnValue:
    return _pdf(agenda_paper.agenda(_meeting(meeting_id), me(), moment()))


@blueprint.get("/meetings/<int:meeting_id>/minutes")
@requires(MEETINGS_READERS)
def minutes(meeting_id: int) -> ResponseReturnValue:
    meeting = _meeting(meeting_id)
    return _page(minutes_paper.minutes(meeting, me(), moment()), "reports.minutes_pdf", _to_meeting(meeting), meeting_id=meeting.id)


@blueprint.get("/meetings/<int:meeting_id>/minutes.pdf")
@requires(MEETINGS_READERS)
def minutes_pdf(meeting_id: int) -> ResponseReturnValue:
    return _pdf(minutes_paper.minutes(_meeting(meeting_id), me(), moment()))


@blueprint.get("/pools/<int:pool_id>/statement")
@requires(LEDGER_READERS)
def statement(pool_id: int) -> ResponseReturnValue:
    pool = pool_here(pool_id)
    form = _period_form()
    period = statement_paper.year_of(moment())
    if form.validate():
        period = Period(*form.days())
    return _page(
        statement_paper.statement(pool, period, moment()),
        "reports.statement_pdf",
        to_pool(pool),
        form=form,
        pool_id=pool.id,
        **{"from": period.first.isoformat(), "to": period.last.isoformat()},
    )


@blueprint.get("/pools/<int:pool_id>/statement.pdf")
@requires(LEDGER_READERS)
def statement_pdf(pool_id: int) -> ResponseReturnValue:
    pool = pool_here(pool_id)
    form = _period_form()
    if not form.validate():
        raise InvalidDate(next(iter(form.errors.values()))[0])
    return _pdf(statement_paper.statement(pool, Period(*form.days()), moment()))


@blueprint.get("/applications/<int:application_id>/paper")
@requires(APPLICATION_READERS)
def application(application_id: int) -> ResponseReturnValue:
    thing = _application(application_id)
    paper = application_paper.application_paper(thing, me(), moment())
    return _page(paper, "reports.application_pdf", to_application(thing), application_id=thing.id)


@blueprint.get("/applications/<int:application_id>/paper.pdf")
@requires(APPLICATION_READERS)
def application_pdf(application_id: int) -> ResponseReturnValue:
    return _pdf(application_paper.application_paper(_application(application_id), me(), moment()))


@blueprint.get("/pools/<int:pool_id>/questions")
@requires(POOL_READERS)
def questions(pool_id: int) -> ResponseReturnValue:
    pool = _pool_in_sight(pool_id)
    template = url_for("workbooks.template", pool_id=pool.id)
    return _page(questions_paper.questions(pool, moment()), "reports.questions_pdf", to_pool(pool), template=template, pool_id=pool.id)


@blueprint.get("/pools/<int:pool_id>/questions.pdf")
@requires(POOL_READERS)
def questions_pdf(pool_id: int) -> ResponseReturnValue:
    return _pdf(questions_paper.questions(_pool_in_sight(pool_id), moment()))


@blueprint.get("/calls/<int:call_id>/needs.pdf")
@requires(NEEDS_READERS)
def needs_pdf(call_id: int) -> ResponseReturnValue:
    return _pdf(needs_paper.needs(needs_of(call_id), moment()))


def _page(
    document: Document, pdf_endpoint: str, way: Way, form: PeriodForm | None = None, template: str | None = None, **values: Any
) -> str:  # fmt: skip
    return render_template(
        "reports/paper.html", document=document, pdf=url_for(pdf_endpoint, **values), way=way, form=form, template=template
    )  # fmt: skip


def _pdf(document: Document) -> ResponseReturnValue:
    return a_file(pdf.render(document, at=moment()), "application/pdf", f"{document.name}.pdf")


def _period_form() -> PeriodForm:
    """The period in the address; the current year before one was chosen."""
    chosen = {name: request.args[name] for name in ("from", "to") if name in request.args}
    year = statement_paper.year_of(moment())
    return PeriodForm(MultiDict(chosen or {"from": year.first.strftime("%d-%m-%Y"), "to": year.last.strftime("%d-%m-%Y")}))


def _pool_in_sight(pool_id: int) -> Pool:
    pool = found(pools.pool(pool_id, municipality_id=me().municipality_id))
    ensure(can_see_pool(me(), pool))
    return pool


def _meeting(meeting_id: int) -> Meeting:
    meeting = found(calendar.meeting(meeting_id, municipality_id=me().municipality_id))
    ensure(can_see_meetings(me(), meeting.pool))
    return meeting


def _application(application_id: int) -> Application:
    application = found(applications.application(application_id, municipality_id=me().municipality_id))
    ensure(can_see_application(me(), application))
    return application


def _to_meeting(meeting: Meeting) -> Way:
    return [
        *to_pool(meeting.pool),
        (_("Meetings"), url_for("meetings.index", pool_id=meeting.pool_id)),
        (day(meeting.held_on), url_for("meetings.show", meeting_id=meeting.id)),
    ]
