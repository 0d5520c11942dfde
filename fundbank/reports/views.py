"""The papers as pages and as PDF at the same address with ``.pdf``, and the ledger, the payments and the claims as CSV."""

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from fundbank.applications import queries as applications
from fundbank.applications.models import Application
from fundbank.applications.permissions import can_see_application
from fundbank.awards.models import Award
from fundbank.awards.permissions import can_see_award
from fundbank.errors import InvalidDate
from fundbank.kit.clock import local_date
from fundbank.kit.formats import day
from fundbank.kit.language import gettext as _
from fundbank.kit.web import ensure, found, me, moment, requires
from fundbank.ledger.models import Transfer
from fundbank.ledger.permissions import can_see_ledger
from fundbank.ledger.queries import approvals_of
from fundbank.meetings.models import Decision, Meeting
from fundbank.meetings.permissions import can_see_meetings
from fundbank.meetings.queries import calendar, decisions
from fundbank.pools import queries as pools
from fundbank.pools.models import Pool
from fundbank.repayments import queries as repayments
from fundbank.repayments.models import Claim, ClaimLine
from fundbank.reports import pdf, spreadsheets
from fundbank.reports.blocks import Document
from fundbank.reports.forms import PeriodForm
from fundbank.reports.models import Letter
from fundbank.reports.papers import agenda as agenda_paper
from fundbank.reports.papers import application as application_paper
from fundbank.reports.papers import minutes as minutes_paper
from fundbank.reports.papers import statement as statement_paper
from fundbank.reports.papers.letterhead import file_name
from fundbank.reports.papers.statement import Period
from fundbank.reports.permissions import can_read_letter
from fundbank.reports.queries import letter_of_claim, letter_of_decision, letter_of_line, letters_of_line

blueprint = Blueprint("reports", __name__)

Way = list[tuple[str, str]]  # from the pool to the paper: names and addresses, for the breadcrumb

MEETINGS_READERS = "the forum, advisers, finance and auditors"
APPLICATION_READERS = "the department's people and auditors; once it has been submitted the forum, finance, and departments that gain"
DECISION_READERS = f"{APPLICATION_READERS}; whom its award concerns; whom the letter was sent to"
AWARD_READERS = "the forum, finance, auditors, and the people of the departments that it concerns"
LEDGER_READERS = "finance, auditors, and the forum with its coordinator"


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


@blueprint.get("/decisions/<int:decision_id>/letter")
@requires(DECISION_READERS)
def decision_letter(decision_id: int) -> ResponseReturnValue:
    decision, letter = _letter_of_decision(decision_id)
    return _letter(letter, _("Letter"), "reports.decision_letter_pdf", _to_decision(decision),
                   postings=_approval_of(decision.award), decision_id=decision.id)  # fmt: skip


@blueprint.get("/decisions/<int:decision_id>/letter.pdf")
@requires(DECISION_READERS)
def decision_letter_pdf(decision_id: int) -> ResponseReturnValue:
    return _sent(_letter_of_decision(decision_id)[1])


@blueprint.get("/decisions/<int:decision_id>/letters/<int:department_id>")
@requires(DECISION_READERS)
def letter_to_others(decision_id: int, department_id: int) -> ResponseReturnValue:
    decision, letter = _letter_of_decision(decision_id, department_id)
    return _letter(letter, _("Letter"), "reports.letter_to_others_pdf", _to_decision(decision),
                   postings=_approval_of(decision.award), decision_id=decision_id, department_id=department_id)  # fmt: skip


@blueprint.get("/decisions/<int:decision_id>/letters/<int:department_id>.pdf")
@requires(DECISION_READERS)
def letter_to_others_pdf(decision_id: int, department_id: int) -> ResponseReturnValue:
    return _sent(_letter_of_decision(decision_id, department_id)[1])


@blueprint.get("/claim-lines/<int:line_id>/letter")
@requires(AWARD_READERS)
def claim_letter(line_id: int) -> ResponseReturnValue:
    line = _line(line_id)
    letter = found(letter_of_line(line))
    replaced = letters_of_line(line)[:-1]
    return _letter(letter, _("Claim letter"), "reports.claim_letter_pdf", _to_claim(line.claim),
                   postings=_postings_on(line), replaced=replaced, line_id=line.id)  # fmt: skip


@blueprint.get("/claim-lines/<int:line_id>/letter.pdf")
@requires(AWARD_READERS)
def claim_letter_pdf(line_id: int) -> ResponseReturnValue:
    return _sent(found(letter_of_line(_line(line_id))))


@blueprint.get("/claim-lines/<int:line_id>/letters/<int:number>")
@requires(AWARD_READERS)
def earlier_letter(line_id: int, number: int) -> ResponseReturnValue:
    line = _line(line_id)
    letter, way = found(letter_of_claim(line, number)), _to_claim(line.claim)
    return _letter(letter, _("Claim letter"), "reports.earlier_letter_pdf", way,
                   postings=_postings_on(line), line_id=line.id, number=number)  # fmt: skip


@blueprint.get("/claim-lines/<int:line_id>/letters/<int:number>.pdf")
@requires(AWARD_READERS)
def earlier_letter_pdf(line_id: int, number: int) -> ResponseReturnValue:
    return _sent(found(letter_of_claim(_line(line_id), number)))


@blueprint.get("/pools/<int:pool_id>/statement")
@requires(LEDGER_READERS)
def statement(pool_id: int) -> ResponseReturnValue:
    pool = _pool(pool_id)
    form = _period_form()
    period = statement_paper.year_of(moment())
    if form.validate():
        period = Period(*form.days())
    return _page(
        statement_paper.statement(pool, period, moment()),
        "reports.statement_pdf",
        _to_pool(pool),
        form=form,
        pool_id=pool.id,
        **{"from": period.first.isoformat(), "to": period.last.isoformat()},
    )


@blueprint.get("/pools/<int:pool_id>/statement.pdf")
@requires(LEDGER_READERS)
def statement_pdf(pool_id: int) -> ResponseReturnValue:
    pool = _pool(pool_id)
    form = _period_form()
    if not form.validate():
        raise InvalidDate(next(iter(form.errors.values()))[0])
    return _pdf(statement_paper.statement(pool, Period(*form.days()), moment()))


@blueprint.get("/applications/<int:application_id>/paper")
@requires(APPLICATION_READERS)
def application(application_id: int) -> ResponseReturnValue:
    thing = _application(application_id)
    paper = application_paper.application_paper(thing, me(), moment())
    return _page(paper, "reports.application_pdf", _to_application(thing), application_id=thing.id)


@blueprint.get("/applications/<int:application_id>/paper.pdf")
@requires(APPLICATION_READERS)
def application_pdf(application_id: int) -> ResponseReturnValue:
    return _pdf(application_paper.application_paper(_application(application_id), me(), moment()))


@blueprint.get("/pools/<int:pool_id>/ledger.csv")
@requires(LEDGER_READERS)
def ledger_csv(pool_id: int) -> ResponseReturnValue:
    pool = _pool(pool_id)
    return _csv(spreadsheets.ledger_csv(pool), _("Ledger"), pool)


@blueprint.get("/pools/<int:pool_id>/payments.csv")
@requires(LEDGER_READERS)
def payments_csv(pool_id: int) -> ResponseReturnValue:
    pool = _pool(pool_id)
    return _csv(spreadsheets.payments_csv(pool), _("Payments"), pool)


@blueprint.get("/pools/<int:pool_id>/claims.csv")
@requires(LEDGER_READERS)
def claims_csv(pool_id: int) -> ResponseReturnValue:
    pool = _pool(pool_id)
    return _csv(spreadsheets.claims_csv(pool, local_date(moment())), _("Claims"), pool)


def _page(document: Document, pdf_endpoint: str, way: Way, form: PeriodForm | None = None, **values: Any) -> str:
    return render_template("reports/paper.html", document=document, pdf=url_for(pdf_endpoint, **values), way=way, form=form)


def _letter(
    letter: Letter, what: str, pdf_endpoint: str, way: Way, *, postings: Sequence[Transfer], replaced: Sequence[Letter] = (), **values: Any
) -> str:
    """A letter as it was sent, those that it replaced, and the postings that it tells of for whoever may see them: only what leads to them
    is in the reader's language.
    """
    document, address = replace(Document.from_json(letter.document), what=what), url_for(pdf_endpoint, **values)
    return render_template(
        "reports/paper.html", document=document, pdf=address, way=way, letter=letter, replaced=replaced, postings=postings
    )  # fmt: skip


def _approval_of(award: Award | None) -> list[Transfer]:
    """The posting with which the award began, for whoever may see the ledger."""
    if award is None or not can_see_ledger(me(), award.pool):
        return []
    return list(approvals_of([award.id]).values())


def _postings_on(line: ClaimLine) -> list[Transfer]:
    """What was posted on the line, in its order, for whoever may see the ledger."""
    if not can_see_ledger(me(), line.claim.pool):
        return []
    posted = {entry.transfer.id: entry.transfer for entry in repayments.entries_of([line]) if entry.transfer is not None}
    return [posted[id_] for id_ in sorted(posted)]


def _sent(letter: Letter) -> ResponseReturnValue:
    return _file(letter.pdf, "application/pdf", f"{letter.document['name']}.pdf")


def _pdf(document: Document) -> ResponseReturnValue:
    return _file(pdf.render(document, at=moment()), "application/pdf", f"{document.name}.pdf")


def _csv(content: bytes, what: str, pool: Pool) -> ResponseReturnValue:
    return _file(content, "text/csv", f"{file_name(what, pool.name, local_date(moment()))}.csv")


def _file(content: bytes, mimetype: str, name: str) -> ResponseReturnValue:
    return send_file(io.BytesIO(content), mimetype=mimetype, as_attachment=True, download_name=name)


def _period_form() -> PeriodForm:
    """The period in the address; the current year before one was chosen."""
    chosen = {name: request.args[name] for name in ("from", "to") if name in request.args}
    year = statement_paper.year_of(moment())
    return PeriodForm(MultiDict(chosen or {"from": year.first.strftime("%d-%m-%Y"), "to": year.last.strftime("%d-%m-%Y")}))


def _meeting(meeting_id: int) -> Meeting:
    meeting = found(calendar.meeting(meeting_id, municipality_id=me().municipality_id))
    ensure(can_see_meetings(me(), meeting.pool))
    return meeting


def _letter_of_decision(decision_id: int, department_id: int | None = None) -> tuple[Decision, Letter]:
    decision = decisions.decision(decision_id, municipality_id=me().municipality_id)
    letter = found(letter_of_decision(decision, department_id) if decision is not None else None)
    ensure(can_read_letter(me(), letter))
    assert decision is not None  # noqa: S101  (its letter has been found)
    return decision, letter


def _to_decision(decision: Decision) -> Way:
    """The way to a decision's letters: past the application, for who may see it, else past the award, else past the list."""
    application, award = decision.application, decision.award
    if can_see_application(me(), application):
        return _to_application(application)
    if award is not None and can_see_award(me(), award):
        return [(_("Award: %(title)s", title=application.title), url_for("overviews.award", award_id=award.id))]
    return [(_("Applications"), url_for("applications.index", pool_id=application.pool_id))]


def _line(line_id: int) -> ClaimLine:
    line = found(repayments.claim_line(line_id, municipality_id=me().municipality_id))
    ensure(can_see_award(me(), line.claim.award))
    return line


def _application(application_id: int) -> Application:
    application = found(applications.application(application_id, municipality_id=me().municipality_id))
    ensure(can_see_application(me(), application))
    return application


def _pool(pool_id: int) -> Pool:
    pool = found(pools.pool(pool_id, municipality_id=me().municipality_id))
    ensure(can_see_ledger(me(), pool))
    return pool


def _to_pool(pool: Pool) -> Way:
    return [(pool.name, url_for("overviews.pool", pool_id=pool.id))]


def _to_meeting(meeting: Meeting) -> Way:
    return [
        *_to_pool(meeting.pool),
        (_("Meetings"), url_for("meetings.index", pool_id=meeting.pool_id)),
        (day(meeting.held_on), url_for("meetings.show", meeting_id=meeting.id)),
    ]


def _to_application(application: Application) -> Way:
    return [
        *_to_pool(application.pool),
        (_("Applications"), url_for("applications.index", pool_id=application.pool_id)),
        (application.title or _("The application"), url_for("overviews.application", application_id=application.id)),
    ]


def _to_claim(claim: Claim) -> Way:
    return [
        *_to_pool(claim.award.application.pool),
        (_("Claims"), url_for("repayments.claims", pool_id=claim.pool_id)),
        (_("Claim for %(year)s", year=str(claim.year)), url_for("repayments.show", claim_id=claim.id)),
    ]
