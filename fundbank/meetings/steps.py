"""What the end and the beginning of a meeting do to revised business cases that wait for the forum's consent (domain.md §6)."""

from datetime import datetime

from fundbank.applications.steps import end_consultation, newly_named, replace_case
from fundbank.awards.queries import award_of
from fundbank.awards.states import OVER
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.kit.clock import local_date
from fundbank.kit.transaction import lock
from fundbank.meetings.models import Meeting
from fundbank.meetings.queries.others import left_over_items
from fundbank.meetings.queries.revisions import decided_revisions, left_over_revisions
from fundbank.meetings.states import RevisionState


def carry_out_consents(*, at: datetime, meeting: Meeting) -> None:
    """Let what the forum consented to in the meeting take effect, and what it refused be known."""
    for revision in decided_revisions(meeting.id):
        application, award = revision.application, award_of(revision.application)
        lock(application)
        if award is not None:
            lock(award)
        revision.ended_at = at
        is_granted = revision.state == RevisionState.GRANTED and award is not None and award.state not in OVER
        end_consultation(application)
        record(
            application,
            "revision_granted" if is_granted else "revision_refused",
            actor_id=revision.decided_by_id,
            at=at,
            reason=revision.decision_reason,
            meeting_id=meeting.id,
            newly_named=newly_named(application, revision.content),
        )
        if is_granted:
            replace_case(
                application=application,
                actor=revision.put_by,
                at=at,
                content=revision.content,
                reason=revision.reason,
                meeting_id=meeting.id,
            )
    db.session.flush()


def take_up_revisions(*, at: datetime, meeting: Meeting) -> None:
    """Let a meeting that opens take up what an earlier one left undecided."""
    for item in left_over_items(meeting.pool_id) if meeting.is_ordinary else ():
        item.meeting = meeting
    for revision in left_over_revisions(meeting.pool_id, local_date(at)):
        revision.meeting = meeting
        record(revision.application, "revision_moved", actor_id=None, at=at, meeting_id=meeting.id)
    db.session.flush()
