"""One application with its whole story: what happens next, what it says, how it was judged and decided, and what was done to it."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from fundbank.applications import permissions as may
from fundbank.applications import queries
from fundbank.applications.forms.levels import level_choices
from fundbank.applications.models import Application
from fundbank.applications.operations import faults_of, is_unanswered
from fundbank.applications.queries.advice import advice_on, open_request
from fundbank.applications.queries.annexes import annexes_of_versions
from fundbank.applications.queries.gainers import answers_on, comments_on, following_departments
from fundbank.applications.queries.questions import asked_with_return, questions_on
from fundbank.applications.rules.business_case import Promise, promises
from fundbank.applications.rules.case_tables import case_tables
from fundbank.applications.rules.changes import ChangedFigure, MovedAnnexes, changed_figures, changes, moved_annexes
from fundbank.applications.rules.content import Content
from fundbank.applications.rules.gainers import gainers
from fundbank.applications.rules.own_lines import OWN_LINES
from fundbank.applications.states import DECIDABLE, EDITABLE, ENDED, ON_THE_WAY, SIGNABLE, WITHDRAWABLE, State
from fundbank.applications.views.annexes import shown, shown_moves
from fundbank.applications.views.tasks import to_mend
from fundbank.applications.views.versions import names_in
from fundbank.awards import queries as awards
from fundbank.awards.permissions import can_see_award
from fundbank.history import queries as history
from fundbank.history.models import HistoryEntry
from fundbank.ideas.permissions import can_see_idea
from fundbank.ideas.queries import idea_of
from fundbank.kit.clock import local_date
from fundbank.kit.web import asked_number, ensure, found, me, moment, requires
from fundbank.meetings.models import CaseRevision, Meeting
from fundbank.meetings.permissions import can_see_meetings
from fundbank.meetings.queries.approvals import words_on
from fundbank.meetings.queries.decisions import decisions_on
from fundbank.meetings.queries.revisions import open_revision, waits_for_meeting
from fundbank.overviews.queries.steps import Subject, next_steps
from fundbank.overviews.rules import Repayment, if_granted
from fundbank.overviews.views import blueprint
from fundbank.people import queries as people
from fundbank.people.models import Department, User
from fundbank.questions.permissions import can_ask
from fundbank.reports.queries import letters_to_others
from fundbank.scoring import permissions as scoring
from fundbank.scoring import queries as scores

READERS = (
    "the department's people and auditors; once it has been submitted the forum, finance, advisers and the departments that gain by it"
)
SCORING_EVENTS = frozenset(
    {"scored", "score_revised", "score_set_aside", "interest_declared", "recused", "readmitted", "out_again", "consensus_set"}
)


@blueprint.route("/applications/<int:application_id>")
@requires(READERS)
def application(application_id: int) -> ResponseReturnValue:
    person, today = me(), local_date(moment())
    application = found(queries.application(application_id, municipality_id=person.municipality_id))
    ensure(may.can_see_application(person, application))
    pool, content = application.pool, may.content_for(person, application)
    rules = queries.rules_of(application)
    faults = faults_of(application) if application.state in EDITABLE and may.works_on_it(person, application) else []
    decisions, idea = decisions_on(application), idea_of(application.id)
    award = awards.award_of(application) if application.state == State.AWARDED else None
    subject = Subject(application, award, len(faults), _submitted_on(application))
    step = next_steps([subject], today, person)[application.id]
    before, is_sent = asked_number("before"), application.is_sent and may.can_see_writing(person, application)
    (lines, are_more), assessment = _history(person, application, before), _assessment(person, application)
    revision, actions = _waiting_revision(application, today), _actions(person, application, bool(faults))
    return render_template(
        "overviews/application.html",
        application=application, pool=pool, rules=rules, content=content, step=step, today=today,
        place=_place(application, award.state if award else None, is_sent=is_sent), is_sent=is_sent,
        checklist=to_mend(application, faults),
        actions=actions, seen=history.newest_id("applications", application.id) if "sign" in actions else None,
        case=case_tables(content, rules), foretold=_foretold(application, content, today),
        promises=_promises(application), changes=_changes(application),
        changed_sums=_changed_sums(application, rules.discount_rate),
        moved=(moved := _moved(application)), newly_moved=shown_moves(application, moved.get(len(application.versions), MovedAnnexes())),
        gaining=_gaining(application), answers=answers_on([application.id])[application.id],
        said=comments_on([application.id])[application.id], asked=questions_on([application.id])[application.id],
        to_answer=asked_with_return(application), advice=advice_on(application),
        reads_requests=may.can_see_writing(person, application) or may.can_screen(person, pool), decisions=decisions,
        letters=letters_to_others([decision.id for decision in decisions]), words=words_on(decisions), revision=revision,
        revised=promises(application.promised, application.content, revision[0].content) if revision else (),
        award=award, sees_award=award is not None and can_see_award(person, award),
        sees_meetings=can_see_meetings(person, pool), assessment=assessment,
        scorers=scores.gaining_scorers([application.id])[application.id] if assessment else (),
        idea=idea if idea is not None and can_see_idea(person, idea) else None,
        is_to_read="sign" in actions or not may.works_on_it(person, application),
        annexes=shown(application, may.annexes_for(person, application)),
        levels=dict(level_choices(rules.scale)), history=lines, before=before, are_more=are_more, returned=_returned(application),
        **names_in(application),
    )  # fmt: skip


def _foretold(application: Application, content: Content, today: date) -> Repayment | None:
    """How a loan would be repaid if it is given as asked for; None once that has been decided, or it has been withdrawn."""
    if application.state not in ON_THE_WAY:
        return None
    rules, department_id = application.pool.policy, application.department_id
    return if_granted(content, rules, department_id=department_id, first_year=today.year + 1).repayment


def _gaining(application: Application) -> list[Department]:
    """The other departments that gain by what is in force."""
    named = gainers(application.versions[-1].content, application.department_id) if application.versions else frozenset()
    return [unit for unit in following_departments([application.id])[application.id] if unit.id in named]


def _promises(application: Application) -> list[Promise]:
    """The first promise beside the business case as revised; nothing where they are the same."""
    if application.state != State.AWARDED:
        return []
    rows = promises(application.promised, application.content, application.content)
    return rows if any(row.first_ore != row.old_ore for row in rows) else []


def _waiting_revision(application: Application, today: date) -> tuple[CaseRevision, Meeting | None] | None:
    """The revised business case that waits for the forum, with the meeting that has it on its agenda."""
    revision = open_revision(application.id) if application.state == State.AWARDED else None
    return (revision, waits_for_meeting(revision, today)) if revision is not None else None


def _actions(person: User, application: Application, is_missing_something: bool) -> frozenset[str]:
    """What this person may do with the application now."""
    state, writes, signs = application.state, may.can_write_application(person, application), may.can_sign_application(person, application)
    is_member, is_decided = scoring.is_member(person, application), state in DECIDABLE and scores.is_decided(application)
    possible = {
        "edit": writes and state in EDITABLE,
        "copy": writes and state in ENDED and application.department.is_active,
        "sign": signs and state in SIGNABLE and not is_missing_something,
        "send": writes and not signs and state in SIGNABLE and not application.is_sent and not is_missing_something,
        "recall": writes and not signs and application.is_sent,
        "submit": writes and state == State.SIGNED and not is_missing_something,
        "withdraw": (writes and state in WITHDRAWABLE)
        or (may.can_end_unanswered(person, application) and is_unanswered(application, local_date(moment()))),
        "comment": application.takes_comments and may.can_comment(person, application),
        "ask": can_ask(person, application),
        "advice": writes and state in ON_THE_WAY and open_request(application) is None,
        "screen": may.can_screen_application(person, application) and state == State.SUBMITTED,
        "score": scoring.can_score(person, application),
        "sheet": _has_a_sheet(application) and scoring.can_open_sheet(person, application) and (is_decided or not is_member),
        "declare": scoring.may_step_back(person, application)
        and state in DECIDABLE
        and not is_decided
        and scores.declared_interest(application, person) is None,
        "paper": application.submitted_at is not None,
    }
    return frozenset(name for name, holds in possible.items() if holds)


def _has_a_sheet(application: Application) -> bool:
    """Is there anything to read on its score sheet, or can there be soon?"""
    return bool(application.versions) and application.state != State.SUBMITTED


def _returned(application: Application) -> HistoryEntry | None:
    """How it was last sent back, until it is submitted again: what was asked stands in the reason."""
    return history.newest_entry("applications", application.id, State.RETURNED) if application.state in EDITABLE else None


def _submitted_on(application: Application) -> date | None:
    """The day of the newest submission."""
    days = [local_date(version.made_at) for version in application.versions if version.occasion == "submission"]
    return days[-1] if days else None


def _place(application: Application, award_state: str | None, *, is_sent: bool) -> int | None:
    """Which step of the way it is on, 1 to 6; None where the way has ended without an award."""
    state = application.state
    if is_sent:
        return 2
    if state == State.AWARDED:
        return 7 if award_state == "closed" else 6
    return {State.DRAFT: 1, State.RETURNED: 1, State.SIGNED: 3, State.SUBMITTED: 4, State.READY: 5, State.DEFERRED: 5}.get(State(state))


def _changes(application: Application) -> dict[int, list[Any]]:
    """What changed in each version since the one before it."""
    said = [(version.number, version.content) for version in application.versions]
    return {later[0]: changes(earlier[1], later[1]) for earlier, later in zip(said, said[1:], strict=False)}


def _moved(application: Application) -> dict[int, MovedAnnexes]:
    """What came and went of its annexes in each version since the one before it."""
    had = annexes_of_versions([version.id for version in application.versions])
    said = [(version.number, had[version.id]) for version in application.versions]
    return {later[0]: moved_annexes(earlier[1], later[1]) for earlier, later in zip(said, said[1:], strict=False)}


def _changed_sums(application: Application, rate: Decimal) -> list[ChangedFigure]:
    """What the newest version comes to, where the one before it came to something else."""
    if len(application.versions) < 2:
        return []
    before, newest = application.versions[-2:]
    return changed_figures(before.content, newest.content, rate)


def _assessment(person: User, application: Application) -> Any:
    return scores.assessment(application) if scoring.can_see_scores(person, application) else None


def _history(person: User, application: Application, before: int | None) -> tuple[Sequence[tuple[HistoryEntry, User | None]], bool]:
    """A page of its lines with who did it, the newest first; the forum's own steps of scoring stay with those who see the score sheet, and
    what the department does before it hands in with those who see what is being written.
    """
    hidden: Collection[str] = ()
    if not scoring.can_open_sheet(person, application):
        hidden = SCORING_EVENTS
    elif not scoring.can_see_scores(person, application):
        hidden = ("consensus_set",)
    if not may.can_see_writing(person, application):
        hidden = {*hidden, *OWN_LINES}
    lines, are_more = history.newest_entries("applications", application.id, but_for=hidden, before=before)
    who = people.people_by_id(history.actor_ids(lines), municipality_id=application.pool.municipality_id)
    return [(line, who.get(line.actor_id) if line.actor_id else None) for line in lines], are_more
