"""Letters of decisions and claims, as they were sent."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from fundbank.applications.permissions import can_see_application
from fundbank.awards.models import Award
from fundbank.awards.permissions import can_see_award
from fundbank.kit.language import gettext as _
from fundbank.kit.web import ensure, found, me, requires
from fundbank.ledger.models import Transfer
from fundbank.ledger.permissions import can_see_ledger
from fundbank.ledger.queries import approvals_of
from fundbank.meetings.models import Decision
from fundbank.meetings.queries import decisions
from fundbank.repayments import queries as repayments
from fundbank.repayments.models import Claim, ClaimLine
from fundbank.reports.blocks import Document
from fundbank.reports.models import Letter
from fundbank.reports.permissions import can_read_letter
from fundbank.reports.queries import letter_of_claim, letter_of_decision, letter_of_line, letters_of_line
from fundbank.reports.views import APPLICATION_READERS, Way, a_file, blueprint, to_application, to_pool

DECISION_READERS = f"{APPLICATION_READERS}; whom its award concerns; whom the letter was sent to"


AWARD_READERS = "the forum, finance, auditors, and the people of the departments that it concerns"


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
    return a_file(letter.pdf, "application/pdf", f"{letter.document['name']}.pdf")


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
        return to_application(application)
    if award is not None and can_see_award(me(), award):
        return [(_("Award: %(title)s", title=application.title), url_for("overviews.award", award_id=award.id))]
    return [(_("Applications"), url_for("applications.index", pool_id=application.pool_id))]


def _line(line_id: int) -> ClaimLine:
    line = found(repayments.claim_line(line_id, municipality_id=me().municipality_id))
    ensure(can_see_award(me(), line.claim.award))
    return line


def _to_claim(claim: Claim) -> Way:
    return [
        *to_pool(claim.award.application.pool),
        (_("Claims"), url_for("repayments.claims", pool_id=claim.pool_id)),
        (_("Claim for %(year)s", year=str(claim.year)), url_for("repayments.show", claim_id=claim.id)),
    ]
