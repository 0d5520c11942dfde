"""A proposal that is put before a meeting: what is recorded otherwise needs a reason, and so does another one once it is open."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from fundbank.errors import WrongState, require
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.kit.clock import local_date
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.transaction import lock
from fundbank.meetings.models import Meeting, MeetingProposal
from fundbank.meetings.permissions import can_put_proposal
from fundbank.meetings.queries.proposals import lying_proposals
from fundbank.meetings.rules.choices import ReplacementReasonMissing
from fundbank.people.models import User


def asks_why_replaced(meeting: Meeting, at: datetime) -> bool:
    """Would a proposal take the place of one that the open meeting has before it? Then it needs a reason.

    Before the meeting opens, whoever prepares it changes it as the agenda is changed. From then on the forum has seen it, and what is
    decided is held against it: one that comes later must not let somebody decide otherwise without a word.
    """
    return meeting.is_open(local_date(at)) and bool(lying_proposals(meeting))


def put_proposal(
    *, actor: User, at: datetime, meeting: Meeting, given: Mapping[int, tuple[int, int]], asked: Mapping[str, Sequence[str]],
    reason: str = "",
) -> MeetingProposal:  # fmt: skip
    """Put a proposal before the meeting, in place of the one that lay there: loan and grant in øre by application, and what was asked.

    In an open meeting the ``reason`` says why it takes another's place; where it takes none, none is kept. What has been recorded keeps the
    proposal that it went against. Raises NotAllowed, WrongState once the meeting is over, CprNumber, ReplacementReasonMissing.
    """
    require(can_put_proposal(actor, meeting.pool))
    lock(meeting)
    if meeting.is_over(local_date(at)):
        raise WrongState()
    check_no_cpr_number(reason=reason)
    is_replacement = asks_why_replaced(meeting, at)
    if is_replacement and not reason.strip():
        raise ReplacementReasonMissing(field="reason")
    sums = [[id_, *sums] for id_, sums in sorted(given.items())]
    proposal = MeetingProposal(
        meeting=meeting, given=sums, asked={name: list(said) for name, said in asked.items()}, put_by=actor, put_at=at,
        reason=reason.strip() if is_replacement else "",
    )  # fmt: skip
    db.session.add(proposal)
    db.session.flush()
    record(meeting, "proposal_put", actor_id=actor.id, at=at, reason=proposal.reason, proposal_id=proposal.id)
    return proposal
