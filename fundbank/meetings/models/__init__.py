"""Meetings, agendas, attendance, decisions and the settlement of shortfalls, and the deciders' word on what is recommended."""

from fundbank.meetings.models.agenda import AgendaItem, Attendance, CandidatePair, Meeting, MeetingProposal, OtherItem, PoolRhythm
from fundbank.meetings.models.approvals import DeciderWord
from fundbank.meetings.models.decisions import Decision, PendingDecision, Settlement
from fundbank.meetings.models.revisions import CaseRevision

__all__ = [
    "AgendaItem",
    "DeciderWord",
    "Attendance",
    "CandidatePair",
    "CaseRevision",
    "Decision",
    "Meeting",
    "MeetingProposal",
    "OtherItem",
    "PendingDecision",
    "PoolRhythm",
    "Settlement",
]
