"""A proposal that is put before a meeting: what is recorded otherwise needs a reason."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from fundbank.errors import WrongState, require
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.kit.clock import local_date
from fundbank.kit.transaction import lock
from fundbank.meetings.models import Meeting, MeetingProposal
from fundbank.meetings.permissions import can_put_proposal
from fundbank.people.models import User


def put_proposal(
    *, actor: User, at: datetime, meeting: Meeting, given: Mapping[int, tuple[int, int]], asked: Mapping[str, Sequence[str]]
) -> MeetingProposal:
    """Put a proposal before the meeting, in place of the one that lay there: loan and grant in øre by application, and what was asked.

    What has been recorded keeps the proposal that it went against. Raises NotAllowed, WrongState once the meeting is over.
    """
    require(can_put_proposal(actor, meeting.pool))
    lock(meeting)
    if meeting.is_over(local_date(at)):
        raise WrongState()
    sums = [[id_, *sums] for id_, sums in sorted(given.items())]
    proposal = MeetingProposal(
        meeting=meeting, given=sums, asked={name: list(said) for name, said in asked.items()}, put_by=actor, put_at=at
    )  # fmt: skip
    db.session.add(proposal)
    db.session.flush()
    record(meeting, "proposal_put", actor_id=actor.id, at=at, proposal_id=proposal.id)
    return proposal
