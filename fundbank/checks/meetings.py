"""Meetings, decisions, settlements and consents, held against the history, the awards and the ledger."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.engine import Connection

from fundbank.applications.models import Application, Consulted
from fundbank.applications.rules.content import Content
from fundbank.applications.rules.gainers import gainers
from fundbank.awards.models import Award
from fundbank.awards.states import IN_THE_ROOM, OVER
from fundbank.checks import lives
from fundbank.checks.applications import newest_then
from fundbank.checks.records import HISTORY, TRANSFERS, about, line, named, number, postings, state_after, told
from fundbank.checks.same import DIFFERS, LACKS, Same
from fundbank.kit.seals.checks import Fault
from fundbank.ledger.chart import Event
from fundbank.meetings.models import AgendaItem, CaseRevision, Decision, Meeting, OtherItem, Settlement
from fundbank.meetings.states import CONSENTS, Action, Outcome, State

MEETINGS, APPLICATIONS, AWARDS = Meeting.__tablename__, Application.__tablename__, Award.__tablename__
REVISIONS, CONSULTED = CaseRevision.__tablename__, Consulted.__tablename__
OUTCOMES = {"approved": Outcome.APPROVE, "rejected": Outcome.REJECT, "deferred": Outcome.DEFER, "returned_by_forum": Outcome.RETURN}
ACTIONS = {"extended": Action.EXTEND, "written_off": Action.WRITE_OFF, "converted": Action.CONVERT}
MOVES = {Event.WRITE_OFF: Action.WRITE_OFF, Event.CONVERSION: Action.CONVERT}


def _states() -> Same:
    moved, state = state_after(MEETINGS, State.PLANNED)
    return Same(Meeting, moved, moved.c.subject_id == Meeting.id, {"state": state}, HISTORY, optional=True)


def _openings() -> Same:
    """What is open, or has been, was opened."""
    of, opened = line(), Meeting.state.in_([str(State.OPEN), str(State.CLOSED)])
    return Same(Meeting, of, about(of, MEETINGS, Meeting.id, "opened"), {}, HISTORY, ("state",), where=opened)


def _plans() -> Same:
    of = line()
    return Same(
        Meeting,
        of,
        about(of, MEETINGS, Meeting.id, "planned"),
        {"planned_by_id": of.actor_id, "pool_id": of.pool_id},
        HISTORY,
        ("id",),
        rest=told(of, MEETINGS, "planned"),
    )


def _minutes() -> Same:
    of = line()
    return Same(
        Meeting,
        of,
        about(of, MEETINGS, Meeting.id, "minutes_signed"),
        {"minutes_signed_by_id": of.actor_id, "minutes_signed_at": of.at},
        HISTORY,
        where=Meeting.minutes_signed_at.is_not(None) | Meeting.minutes_signed_by_id.is_not(None),
        rest=told(of, MEETINGS, "minutes_signed"),
    )


def _cancellations() -> Same:
    of = line()
    return Same(
        Meeting,
        of,
        about(of, MEETINGS, Meeting.id, "meeting_cancelled"),
        {"cancelled_because": of.reason},
        HISTORY,
        where=(Meeting.state == State.CANCELLED) | (Meeting.cancelled_because != ""),
        rest=told(of, MEETINGS, "meeting_cancelled"),
    )


def _recommendations() -> Same:
    """When what a meeting recommends went to the deciders. It goes by itself: the line names nobody."""
    of = line()
    return Same(
        Meeting,
        of,
        and_(about(of, MEETINGS, Meeting.id, "put_to_deciders"), of.actor_id.is_(None)),
        {"recommended_at": of.at},
        HISTORY,
        where=Meeting.recommended_at.is_not(None),
        rest=told(of, MEETINGS, "put_to_deciders"),
    )


def _decisions() -> Same:
    of = line()
    return Same(
        Decision,
        of,
        about(of, APPLICATIONS, Decision.application_id, *OUTCOMES),
        {"outcome": named(of.event, OUTCOMES), "reason": of.reason, "decided_by_id": of.actor_id, "decided_at": of.at},
        HISTORY,
        ("application_id",),
        rest=told(of, APPLICATIONS, *OUTCOMES),
    )


def _approvals() -> Same:
    return Same(
        Decision,
        Award,
        Award.id == Decision.award_id,
        {
            "outcome": Outcome.APPROVE,
            "application_id": Award.application_id,
            "policy_version_id": Award.policy_version_id,
            "decided_by_id": Award.decided_by_id,
            "decided_at": Award.decided_at,
        },
        AWARDS,
        ("award_id", "outcome"),
        where=(Decision.outcome == Outcome.APPROVE) | Decision.award_id.is_not(None),
        rest=Award.state.not_in(sorted(IN_THE_ROOM)),
    )


def _agendas() -> Same:
    by = and_(AgendaItem.meeting_id == Decision.meeting_id, AgendaItem.application_id == Decision.application_id)
    return Same(Decision, AgendaItem, by, {}, AgendaItem.__tablename__, ("meeting_id", "application_id"))


def _other_items() -> Same:
    """What was recorded last of it."""
    of = line()
    by = and_(about(of, MEETINGS, OtherItem.meeting_id, "item_recorded"), number(of, "item_id") == OtherItem.id)
    said = {"recorded_by_id": of.actor_id, "recorded_at": of.at}
    return Same(OtherItem, of, by, said, HISTORY, ("meeting_id",), where=OtherItem.recorded_at.is_not(None))


def _settlements() -> Same:
    of = line()
    return Same(
        Settlement,
        of,
        about(of, AWARDS, Settlement.award_id, *ACTIONS),
        {
            "action": named(of.event, ACTIONS),
            "years": number(of, "years"),
            "decided_by_id": of.actor_id,
            "decided_at": of.at,
            "amount_ore": func.coalesce(number(of, "amount_ore"), number(of, "outstanding_ore"), Settlement.amount_ore),
            "meeting_id": func.coalesce(number(of, "meeting_id"), Settlement.meeting_id),
            "reason": case((of.details["meeting_id"].as_string().is_(None), Settlement.reason), else_=of.reason),
        },
        HISTORY,
        ("award_id",),
        rest=told(of, AWARDS, *ACTIONS),
    )


def _given_up() -> Same:
    of = postings()
    return Same(
        Settlement,
        of,
        and_(of.c.award_id == Settlement.award_id, of.c.event.in_(MOVES)),
        {
            "action": named(of.c.event, MOVES),
            "amount_ore": of.c.amount_ore,
            "decided_by_id": of.c.actor_id,
            "decided_at": of.c.recorded_at,
        },
        TRANSFERS,
        ("award_id",),
        where=Settlement.action != Action.EXTEND,
        rest=of.c.event.in_(MOVES),
    )


def _revisions() -> Same:
    of = line()
    return Same(
        CaseRevision,
        of,
        about(of, APPLICATIONS, CaseRevision.application_id, "revision_put"),
        {"put_by_id": of.actor_id, "put_at": of.at, "reason": of.reason},
        HISTORY,
        ("application_id",),
        rest=told(of, APPLICATIONS, "revision_put"),
    )


def _consents() -> Same:
    """What the chair said last of it is what the forum said."""
    of = line()
    events = {f"consent_{outcome}": outcome for outcome in CONSENTS}
    by = and_(about(of, MEETINGS, CaseRevision.meeting_id, *events), number(of, "application_id") == CaseRevision.application_id)
    return Same(
        CaseRevision,
        of,
        by,
        {"state": named(of.event, events), "decided_by_id": of.actor_id, "decided_at": of.at, "decision_reason": of.reason},
        HISTORY,
        ("meeting_id", "application_id"),
        where=or_(
            CaseRevision.decided_at.is_not(None),
            CaseRevision.decided_by_id.is_not(None),
            CaseRevision.decision_reason != "",
            CaseRevision.state.in_(CONSENTS),
        ),
    )


def _consulted() -> Same:
    """Departments are consulted on an application while a revised business case of it waits."""
    waits = (CaseRevision.application_id == Consulted.application_id) & CaseRevision.ended_at.is_(None)
    said = {"application_id": CaseRevision.application_id}
    return Same(Consulted, CaseRevision, waits, said, REVISIONS, ("application_id",), shared=True)


HELD = (
    _states(),
    _openings(),
    _plans(),
    _minutes(),
    _cancellations(),
    _recommendations(),
    _decisions(),
    _approvals(),
    _agendas(),
    newest_then(Decision, Decision.decided_at),
    _other_items(),
    _settlements(),
    _given_up(),
    _revisions(),
    _consents(),
    _consulted(),
)


def differences(connection: Connection) -> Iterator[Fault]:
    """Each meeting is on the day that it was planned for, or moved to; a revised business case waits for the meeting that it was put to, or
    went on to; and those are consulted whom it concerns.
    """
    yield from lives.differences(connection, Meeting, ("held_on", "is_ordinary"), said_of_meeting)
    yield from _differences_of_revisions(connection)
    yield from _differences_of_consulted(connection)


def _differences_of_revisions(connection: Connection) -> Iterator[Fault]:
    """The first line puts the first revision of an application, the next the next; in between it may go on to other meetings."""
    of, said = line(), defaultdict[int, list[tuple[int, int | None]]](list)
    lines = select(of.id, of.subject_id, of.event, of.details).where(told(of, APPLICATIONS, "revision_put", "revision_moved"))
    for entry in connection.execute(lines.order_by(of.id)):
        to = said[entry.subject_id]
        if entry.event == "revision_moved" and to:
            to.pop()
        to.append((entry.id, entry.details.get("meeting_id")))
    rows = select(CaseRevision.id, CaseRevision.application_id, CaseRevision.meeting_id).order_by(CaseRevision.id)
    for application_id, some in groupby(sorted(connection.execute(rows), key=itemgetter(1)), key=itemgetter(1)):
        for row, (line_id, meeting_id) in zip(some, said[application_id], strict=False):
            if meeting_id not in (None, row.meeting_id):
                yield Fault(DIFFERS, {"table": REVISIONS, "key": row.id, "other": HISTORY, "row": line_id, "columns": "meeting_id"})


def said_of_meeting(event: str, details: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a line of the history says of a meeting."""
    said = {column: details[column] for column in ("held_on", "is_ordinary") if event in ("planned", "changed") and column in details}
    return said | ({"held_on": date.fromisoformat(said["held_on"])} if "held_on" in said else {})


def _differences_of_consulted(connection: Connection) -> Iterator[Fault]:
    """The departments that what stands or what waits names. Of an award that is over nothing waits."""
    asked = defaultdict[int, dict[int, int]](dict)
    for row in connection.execute(select(Consulted.id, Consulted.application_id, Consulted.department_id)):
        asked[row.application_id][row.department_id] = row.id
    query = select(CaseRevision.id, CaseRevision.application_id, CaseRevision.content_json.label("revised"), Award.state)
    query = query.add_columns(Application.content_json.label("stands"), Application.department_id)
    query = query.join(Application, Application.id == CaseRevision.application_id).join(Award, Award.application_id == Application.id)
    for revision in connection.execute(query.where(CaseRevision.ended_at.is_(None)).order_by(CaseRevision.id)):
        contents = Content.from_json(revision.stands), Content.from_json(revision.revised)
        concerned = frozenset[int]().union(*(gainers(content, revision.department_id) for content in contents))
        known = asked[revision.application_id]
        values = {"table": CONSULTED, "other": REVISIONS, "row": revision.id, "columns": "department_id"}
        yield from (Fault(DIFFERS, values | {"key": known[one]}) for one in sorted(set(known) - concerned))
        yield from (Fault(LACKS, values) for _one in concerned - set(known) if revision.state not in OVER)
