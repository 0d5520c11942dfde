"""The history in words: who did what to what, when, from which state to which, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for

from fundbank.applications.models import Application
from fundbank.applications.permissions import can_see_application
from fundbank.applications.rules.words import STATES as APPLICATION_STATES
from fundbank.awards.models import Award
from fundbank.awards.queries import awards_by_id
from fundbank.awards.words import STATES as AWARD_STATES
from fundbank.history.events import words
from fundbank.history.models import HistoryEntry
from fundbank.history.queries import actor_ids
from fundbank.kit.clock import local_date
from fundbank.kit.formats import day, kroner
from fundbank.kit.language import gettext as _
from fundbank.meetings.permissions import can_see_meetings
from fundbank.meetings.words import STATES as MEETING_STATES
from fundbank.people.models import User
from fundbank.pools.models import Pool
from fundbank.pools.words import ROLES
from fundbank.reports.queries import applications_by_id, department_names, meeting_days, names_of

STATES: Mapping[str, Mapping[Any, str]] = {"applications": APPLICATION_STATES, "awards": AWARD_STATES, "meetings": MEETING_STATES}


@dataclass(frozen=True)
class Line:
    """One line as it is read; ``url`` leads to its subject."""

    at: datetime
    who: str
    subject: str
    url: str | None
    what: str
    details: str
    from_state: str
    to_state: str
    why: str


@dataclass(frozen=True)
class Known:
    """What the lines of one page speak of, each kind asked for once."""

    applications: Mapping[int, Application]
    awards: Mapping[int, Award]
    meetings: Mapping[int, Any]
    people: Mapping[int, str]
    departments: Mapping[int, str]


def told(entries: Sequence[HistoryEntry], reader: User, pool: Pool) -> list[Line]:
    """This function puts a pool's ``entries`` into words; those about an application that the reader may not see are left out."""
    known = _known(entries)
    return [_line(entry, known, reader, pool) for entry in entries if _may_see(entry, known, reader)]


def _known(entries: Sequence[HistoryEntry]) -> Known:
    def ids(subject_type: str) -> set[int]:
        return {entry.subject_id for entry in entries if entry.subject_type == subject_type}

    def named(key: str) -> set[int]:
        return {entry.details[key] for entry in entries if isinstance(entry.details.get(key), int)}

    return Known(
        applications=applications_by_id(ids("applications") | named("application_id")),
        awards=awards_by_id(ids("awards")),
        meetings=meeting_days(ids("meetings") | named("meeting_id")),
        people=names_of(actor_ids(entries) | named("user_id")),
        departments=department_names(named("department_id")),
    )


def _may_see(entry: HistoryEntry, known: Known, reader: User) -> bool:
    if entry.subject_type != "applications":
        return True
    application = known.applications.get(entry.subject_id)
    return application is not None and can_see_application(reader, application)


def _line(entry: HistoryEntry, known: Known, reader: User, pool: Pool) -> Line:
    subject, url = _subject(entry, known, reader, pool)
    states = STATES.get(entry.subject_type, {})
    return Line(
        at=entry.at,
        who=known.people.get(entry.actor_id or 0) or _("The system"),
        subject=subject,
        url=url,
        what=_(words(entry.event)),
        details=", ".join(_details(entry, known)),
        from_state=_state(states, entry.from_state),
        to_state=_state(states, entry.to_state),
        why=entry.reason,
    )


def _subject(entry: HistoryEntry, known: Known, reader: User, pool: Pool) -> tuple[str, str | None]:
    """What the line is about, and where it stands."""
    here = entry.subject_id
    if entry.subject_type == "applications":
        application = known.applications[here]
        title = application.title or _("Application no. %(number)s", number=application.number)
        return title, url_for("application.show", application_id=here)
    if entry.subject_type == "awards" and here in known.awards:
        return _("Award: %(title)s", title=known.awards[here].application.title), url_for("award.show", award_id=here)
    if entry.subject_type == "meetings" and here in known.meetings:
        url = url_for("meetings.show", meeting_id=here) if can_see_meetings(reader, pool) else None
        return _("The meeting on %(day)s", day=day(known.meetings[here])), url
    return pool.name, url_for("pool.show", pool_id=pool.id)


def _state(states: Mapping[Any, str], state: str | None) -> str:
    return "" if state is None else _(states.get(state, state))


def _details(entry: HistoryEntry, known: Known) -> list[str]:
    """This function says those of a line's details that people ask for: of whom, of which year, how much, and the number in the ledger."""
    of = entry.details
    said = []
    if of.get("source"):
        said.append(str(of["source"]))
    if of.get("role") in ROLES:
        person, role = known.people.get(of.get("user_id") or 0, ""), ROLES[of["role"]]
        said.append(_("%(name)s: %(role)s", name=person, role=_(role)))
    if of.get("application_id") in known.applications and entry.subject_type != "applications":
        said.append(known.applications[of["application_id"]].title)
    if of.get("department_id") in known.departments:
        said.append(known.departments[of["department_id"]])
    if of.get("year"):
        said.append(str(of["year"]))
    if of.get("meeting_id") in known.meetings:
        said.append(_("at the meeting on %(day)s", day=day(known.meetings[of["meeting_id"]])))
    if of.get("loan_ore"):
        said.append(_("loan %(amount)s", amount=kroner(of["loan_ore"])))
    if of.get("grant_ore"):
        said.append(_("grant %(amount)s", amount=kroner(of["grant_ore"])))
    if of.get("amount_ore") is not None:
        said.append(kroner(of["amount_ore"]))
    if of.get("transfer"):
        said.append(_("transfer no. %(number)s", number=of["transfer"]))
    if of.get("value_on") and (value_date := date.fromisoformat(of["value_on"])) != local_date(entry.at):
        said.append(_("value date %(day)s", day=day(value_date)))
    return said
