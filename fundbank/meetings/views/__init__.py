"""The forum's pages: its calendar, a meeting with its agenda, the decisions, and what it settles afterwards."""

from flask import Blueprint

from fundbank.kit.formats import listed, month_name, weekday_name
from fundbank.kit.language import gettext as _
from fundbank.kit.web import found, me
from fundbank.kit.web.codes import colours, says
from fundbank.meetings import words
from fundbank.meetings.models import Meeting
from fundbank.meetings.queries.calendar import meeting as kept_meeting
from fundbank.meetings.rules import Rhythm

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


def rhythm_said(rhythm: Rhythm) -> str:
    """The rule by which a forum meets, as a sentence: "The forum meets on the second Thursday of the month, but not in July."."""
    said, away = _(words.RHYTHMS[rhythm.week]) % {"weekday": weekday_name(rhythm.weekday)}, sorted({*range(1, 13)} - {*rhythm.months})
    if not away:
        return f"{said}."
    if len(away) <= len(rhythm.months):
        return _("%(said)s, but not in %(months)s.", said=said, months=listed(month_name(month) for month in away))
    return _("%(said)s in %(months)s.", said=said, months=listed(month_name(month) for month in rhythm.months))


blueprint.add_app_template_filter(rhythm_said, "rhythm")


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
    meeting,
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
    "meeting",
    "others",
    "pairs",
    "proposal",
    "record",
    "recusals",
    "revisions",
    "settlements",
    "year",
]
