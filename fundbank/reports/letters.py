"""The letters to departments: made as the event happens that they tell of, in the addressee's language, and kept.

They follow the history (fundbank.following): a decision or a claim and its letters are one transaction. Afterwards nobody makes them anew:
a page shows what was sent, whatever has become of the names, the rules and the money since.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from fundbank.applications.models import Application
from fundbank.awards.models import Award
from fundbank.extensions import db
from fundbank.history.models import HistoryEntry
from fundbank.kit.language import DEFAULT, speaking
from fundbank.meetings.models import Decision
from fundbank.meetings.states import OUTCOME_EVENTS, Outcome
from fundbank.people.models import Department
from fundbank.pools.models import Pool
from fundbank.pools.queries import people_with
from fundbank.pools.rights import Right
from fundbank.repayments.models import ClaimEntry, ClaimLine
from fundbank.repayments.states import EntryKind
from fundbank.reports import pdf, queries
from fundbank.reports.blocks import Document
from fundbank.reports.models import Letter, letter_hash
from fundbank.reports.papers.changed_claim import changed_claim
from fundbank.reports.papers.claim_letter import claim_letter
from fundbank.reports.papers.decision_letter import decision_letter

DECIDED, CLAIMED, CHANGED = frozenset(OUTCOME_EVENTS.values()), "claimed", ("credited", "claim_corrected")


def write_letters(lines: Sequence[HistoryEntry]) -> None:
    """Write the letters of the decisions and claims among these lines of the history.

    One of an earlier decision or claim on the same thing, which never got its own, is made with them and marked as made afterwards.
    """
    for line in lines:
        if line.event in DECIDED and line.subject_type == Application.__tablename__:
            for decision in queries.decisions_without_letter(line.subject_id):
                _of_decision(decision, line.at)
        if line.event == CLAIMED and line.subject_type == Award.__tablename__:
            for claimed in queries.lines_without_letter(line.subject_id):
                _of_claim(claimed, line.at)
        if line.event in CHANGED and line.subject_type == Award.__tablename__:
            for entry in queries.entries_without_letter(line.subject_id):
                _of_change(entry, line.at)


def write_earlier_letters(*, at: datetime) -> int:
    """Write the letters of all that happened before letters were kept, from what is known now; returns how many."""
    decisions, lines, entries = queries.decisions_without_letter(), queries.lines_without_letter(), queries.entries_without_letter()
    for decision in decisions:
        _of_decision(decision, at)
    for line in lines:
        _of_claim(line, at)
    for entry in entries:
        _of_change(entry, at)
    return len(decisions) + len(lines) + len(entries)


def language_of(department: Department, pool: Pool) -> str:
    """The language in which a department is written to: that of its nearest leaders in the pool, Danish unless they all read another."""
    leaders = [leader for leader in people_with(pool, Right.DEPARTMENT_LEAD) if department.is_within(leader.department)]
    nearest = max((len(leader.department.path) for leader in leaders), default=0)
    read = {leader.language for leader in leaders if len(leader.department.path) == nearest}
    return read.pop() if len(read) == 1 else DEFAULT


def _of_decision(decision: Decision, at: datetime) -> None:
    """One to the department that applied, and one to each other department that the decision concerns."""
    application, event = decision.application, OUTCOME_EVENTS[Outcome(decision.outcome)]
    for department in (None, *queries.others_concerned(decision)):
        _keep(
            Letter(decision_id=decision.id, event=event, made_at=decision.decided_at, kept_at=at),
            department or application.department, application.pool, partial(decision_letter, decision, department),
        )  # fmt: skip


def _of_claim(line: ClaimLine, at: datetime) -> None:
    _keep(
        Letter(claim_line_id=line.id, event=CLAIMED, made_at=line.claim.made_at, kept_at=at),
        line.department, line.claim.award.application.pool, lambda: claim_letter(line),
    )  # fmt: skip


def _of_change(entry: ClaimEntry, at: datetime) -> None:
    line = entry.line
    event = CHANGED[entry.kind == EntryKind.CORRECTION]
    _keep(
        Letter(claim_line_id=line.id, claim_entry_id=entry.id, event=event, made_at=entry.made_at, kept_at=at),
        line.department, line.claim.award.application.pool, lambda: changed_claim(entry),
    )  # fmt: skip


def _keep(letter: Letter, department: Department, pool: Pool, build: Callable[[], Document]) -> None:
    letter.pool_id, letter.department_id, letter.language = pool.id, department.id, language_of(department, pool)
    with speaking(letter.language):
        document = build()
        letter.document, letter.pdf = document.to_json(), pdf.render(document, at=letter.kept_at)
    letter.hash = letter_hash(letter)
    db.session.add(letter)
    db.session.flush()
