"""The forum's pages: its calendar, a meeting with its agenda, the decisions, and what it settles afterwards."""

from flask import Blueprint

from fundbank.kit.web import found, me
from fundbank.kit.web.codes import colours, says
from fundbank.meetings import words
from fundbank.meetings.models import Meeting
from fundbank.meetings.queries.calendar import meeting as kept_meeting

blueprint = Blueprint("meetings", __name__)
says(
    blueprint,
    meeting_state=words.STATES,
    item_kind=words.KINDS,
    outcome=words.PENDING,
    settlement=words.ACTIONS,
    settled=words.ACTIONS_DONE,
    revision_state=words.REVISIONS,
)
colours(blueprint, meeting_tone=words.TONES, outcome_tone=words.PENDING_TONES, revision_tone=words.REVISION_TONES)

COORDINATOR = "the coordinator of the pool"
CHAIR = "the chair of the forum"
MEETING_READERS = "the forum, finance, advisers and auditors"


def meeting_or_404(meeting_id: int) -> Meeting:
    """The municipality's meeting with this id; answers 404 if there is none."""
    return found(kept_meeting(meeting_id, municipality_id=me().municipality_id))


from fundbank.meetings.views import (  # noqa: E402  (they add their routes to the blueprint above)
    agenda,
    approvals,
    calendar,
    cancellations,
    choice,
    decisions,
    follow_ups,
    others,
    pairs,
    proposal,
    record,
    recusals,
    revisions,
    settlements,
    year,
)

__all__ = [
    "agenda",
    "approvals",
    "blueprint",
    "calendar",
    "cancellations",
    "choice",
    "decisions",
    "follow_ups",
    "others",
    "pairs",
    "proposal",
    "record",
    "recusals",
    "revisions",
    "settlements",
    "year",
]
