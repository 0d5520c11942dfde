"""Meetings, agendas, attendance, decisions and the settlement of shortfalls."""

from fundbank.meetings.models.agenda import AgendaItem, Attendance, CandidatePair, Meeting, MeetingProposal, OtherItem
from fundbank.meetings.models.decisions import Decision, PendingDecision, Settlement
from fundbank.meetings.models.revisions import CaseRevision

__all__ = [
    "AgendaItem",
    "Attendance",
    "CandidatePair",
    "CaseRevision",
    "Decision",
    "Meeting",
    "MeetingProposal",
    "OtherItem",
    "PendingDecision",
    "Settlement",
]
