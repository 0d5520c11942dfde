"""The page on which the chair records a choice: what was chosen is approved, the others get their outcome, all of it at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import render_template, request
from flask.typing import ResponseReturnValue

from fundbank.awards.permissions import owners_among
from fundbank.kit.clock import local_date
from fundbank.kit.language import ngettext
from fundbank.kit.web import done, ensure, me, moment, refusals_on, requires
from fundbank.ledger.queries import balances
from fundbank.ledger.rules import Balances
from fundbank.meetings.forms.choice import choice_form
from fundbank.meetings.forms.record import LEFT, RecordForm, record_form
from fundbank.meetings.models import Meeting
from fundbank.meetings.operations.decisions import check_decisions, record_decisions
from fundbank.meetings.operations.wanted import Wanted
from fundbank.meetings.permissions import as_known_to, can_chair
from fundbank.meetings.queries.candidates import Candidate, candidates
from fundbank.meetings.queries.proposals import lying_proposals
from fundbank.meetings.rules import in_order, terms_by_rules
from fundbank.meetings.states import Outcome
from fundbank.meetings.views import CHAIR, blueprint, meeting_or_404
from fundbank.meetings.views.choice import gone
from fundbank.people import queries as people
from fundbank.scoring.permissions import conflicts_among, hidden_among


@dataclass(frozen=True)
class Recording:
    """What would be recorded, and the pool's money before and after it."""

    wanted: Sequence[Wanted]
    before: Balances
    after: Balances


@blueprint.route("/meetings/<int:meeting_id>/choice/decisions", methods=["GET", "POST"])
@requires(f"{CHAIR}; items of a conflict of interest are left to another chair")
def record(meeting_id: int) -> ResponseReturnValue:
    meeting, today = meeting_or_404(meeting_id), local_date(moment())
    ensure(can_chair(me(), meeting.pool))
    agenda = candidates(meeting) if meeting.is_open(today) else []
    every = in_order(agenda, blind=bool(hidden_among(me(), meeting.pool, [one.application for one in agenda])))
    found = [one for one in every if one.is_open]
    conflicts = conflicts_among([me()], [one.application for one in found])
    mine = [one for one in found if not conflicts[one.id]]
    chosen = choice_form(mine)
    laid = as_known_to(me(), lying_proposals(meeting), [one.application for one in mine])
    form = record_form(mine, chosen.choices, laid, owners_among(meeting.pool, [one.application for one in mine]))
    form.sent_to = request.full_path
    effect = None
    if form.validate_on_submit() and not chosen.errors:
        wanted = _wanted(meeting, mine, form)
        asked = {"actor": me(), "at": moment(), "meeting": meeting, "wanted": wanted}
        with refusals_on(form):
            check_decisions(**asked)
            if form.is_seen(*form.figures()) and wanted:
                made = record_decisions(**asked)
                told = ngettext("%(num)s decision has been recorded.", "%(num)s decisions have been recorded.", len(made))
                return done(told, "meetings.choice", meeting_id=meeting.id)
            effect = _effect(meeting, wanted)
    return render_template(
        "meetings/record.html",
        meeting=meeting,
        pool=meeting.pool,
        today=today,
        form=form,
        chosen=chosen,
        mine=mine,
        others=[one for one in found if conflicts[one.id]],
        gone=gone(meeting, found),
        effect=effect,
        units={unit.id: unit.name for unit in people.departments(municipality_id=me().municipality_id)},
    )


def _wanted(meeting: Meeting, mine: Sequence[Candidate], form: RecordForm) -> list[Wanted]:
    """What is to be recorded, the approvals first, in the order of the agenda."""
    made = []
    for one in mine:
        outcome, choice = form.outcome_of(one.id), form.chosen.get(one.id)
        if outcome == LEFT:
            continue
        wanted = Wanted(one.application, outcome, form.reason_of(one.id), form.conditions_of(one.id), **form.seen_to(one.id))
        if choice is not None:
            terms = terms_by_rules(
                meeting.pool.policy, one.content, loan_ore=choice.loan_ore, first_year=meeting.held_on.year + 1,
                department_id=one.application.department_id,
            )  # fmt: skip
            wanted = replace(wanted, loan_ore=choice.loan_ore, grant_ore=choice.grant_ore, terms=terms if choice.loan_ore else None)
        made.append(wanted)
    return sorted(made, key=lambda one: one.outcome != Outcome.APPROVE)


def _effect(meeting: Meeting, wanted: Sequence[Wanted]) -> Recording:
    before, promised_ore = balances(meeting.pool_id), sum(one.loan_ore + one.grant_ore for one in wanted)
    return Recording(wanted, before, before.promising(promised_ore))
