"""Awards, their terms, and who accepted them, held against the history, the reservation in the ledger, and each other."""

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import and_, case, exists, false, func, or_, select, true
from sqlalchemy.engine import Connection
from sqlalchemy.orm import aliased

from fundbank.applications.models import Application
from fundbank.awards.models import Acceptance, Award, Participant
from fundbank.awards.states import IN_THE_ROOM, State
from fundbank.checks.records import HISTORY, TRANSFERS, about, line, named, number, postings, state_after, told, word
from fundbank.checks.same import DIFFERS, LACKS, Same
from fundbank.history.models import HistoryEntry
from fundbank.kit.seals.checks import Fault
from fundbank.ledger.chart import Event
from fundbank.meetings.models import CaseRevision, Decision, Meeting, PendingDecision
from fundbank.meetings.states import CONSENTS, ON_AWARDS, Outcome, PendingState

AWARDS = Award.__tablename__
GIVEN_UP = {"declined": State.DECLINED, "cancelled": State.CANCELLED, "taken_back": State.TAKEN_BACK}
MADE_BY = PendingDecision.award_id == Award.id, PendingDecision.outcome == Outcome.APPROVE
IS_KNOWN = Award.state.not_in(sorted(IN_THE_ROOM))
OF_A_LOAN = {name: case((Award.loan_ore > 0, getattr(Award, name))) for name in ("basis", "share", "shortfall", "first_year", "years")}
"""The terms, as they stand; a grant has none."""


def _states() -> Same:
    recorded = exists().where(*MADE_BY)  # from before there were any, an award was offered at once
    moved, state = state_after(AWARDS, case((recorded, str(State.DECIDED)), else_=str(State.OFFERED)))
    return Same(Award, moved, moved.c.subject_id == Award.id, {"state": state}, HISTORY, optional=True)


def _reservations() -> Same:
    """The sum is reserved as the chair records the decision; it counts as made when it is known."""
    of = postings()
    known = *MADE_BY, PendingDecision.state == PendingState.RELEASED
    known_at = select(PendingDecision.ended_at).where(*known).scalar_subquery()
    return Same(
        Award,
        of,
        and_(of.c.award_id == Award.id, of.c.event == Event.APPROVAL),
        {
            "loan_ore": of.c.amount_ore - Award.grant_ore,
            "grant_ore": of.c.amount_ore - Award.loan_ore,
            "pool_id": of.c.pool_id,
            "decided_by_id": of.c.actor_id,
            "decided_at": func.coalesce(known_at, of.c.recorded_at),
        },
        TRANSFERS,
        ("id",),
        rest=of.c.event == Event.APPROVAL,
    )


def _offers() -> Same:
    """What was offered; lines from before the history told the terms say nothing of them."""
    of, more = line(), aliased(HistoryEntry)
    extended = select(func.coalesce(func.sum(number(more, "years")), 0)).where(about(more, AWARDS, Award.id, "extended")).scalar_subquery()
    terms = {
        "basis": word(of, "basis"),
        "share": word(of, "share"),
        "shortfall": word(of, "shortfall"),
        "first_year": number(of, "first_year"),
        "years": number(of, "years") + extended,
        "conditions": word(of, "conditions"),
    }
    untold = {**OF_A_LOAN, "conditions": Award.conditions}
    return Same(
        Award,
        of,
        about(of, AWARDS, Award.id, "offered"),
        {
            "pool_id": of.pool_id,
            "loan_ore": number(of, "loan_ore"),
            "grant_ore": number(of, "grant_ore"),
            "decided_by_id": of.actor_id,
            "decided_at": of.at,
            "approved_by_id": number(of, "approved_by_id"),
            **{name: func.coalesce(said, untold[name]) for name, said in terms.items()},
        },
        HISTORY,
        ("id",),
        where=IS_KNOWN,
        rest=told(of, AWARDS, "offered"),
    )


def _decided() -> Same:
    said = {"application_id": Decision.application_id, "policy_version_id": Decision.policy_version_id}
    return Same(Award, Decision, Decision.award_id == Award.id, said, Decision.__tablename__, ("id",), where=IS_KNOWN)


def _pending() -> Same:
    """Of an award that nobody outside the meeting has learned of, what the chair recorded there tells."""
    of = PendingDecision
    said = {
        "application_id": of.application_id,
        "policy_version_id": of.policy_version_id,
        "decided_by_id": of.decided_by_id,
        "decided_at": of.decided_at,
        **OF_A_LOAN,
    }
    return Same(Award, of, and_(*MADE_BY), said, of.__tablename__, ("id",), where=~IS_KNOWN)


def _recorded() -> Same:
    """And what was recorded there tells its sums, its terms and its conditions; older lines say nothing of terms and conditions."""
    of = line()
    said = {
        **{name: number(of, name) for name in ("loan_ore", "grant_ore", "first_year", "years")},
        **{name: word(of, name) for name in ("basis", "share", "shortfall", "conditions")},
    }
    by = and_(
        about(of, Meeting.__tablename__, PendingDecision.meeting_id, "decision_recorded"),
        number(of, "application_id") == PendingDecision.application_id,
        of.at == PendingDecision.decided_at,
    )
    lines = select(of.id, PendingDecision.award_id, *(told.label(name) for name, told in said.items())).join(PendingDecision, by)
    recorded = lines.where(MADE_BY[1]).subquery()
    untold = {**OF_A_LOAN, "conditions": Award.conditions, "loan_ore": Award.loan_ore, "grant_ore": Award.grant_ore}
    columns = {name: func.coalesce(recorded.c[name], untold[name]) for name in said}
    return Same(Award, recorded, recorded.c.award_id == Award.id, columns, HISTORY, ("id",), where=~IS_KNOWN)


def _awaits_closing() -> Same:
    """What an open meeting has decided on an award lets its money wait, and nothing else does."""
    of, revised = PendingDecision, CaseRevision
    stands = exists().where(of.award_id == Award.id, of.state == PendingState.STANDING, of.outcome.in_([str(one) for one in ON_AWARDS]))
    consented = exists().where(revised.application_id == Award.application_id, revised.ended_at.is_(None), revised.state.in_(CONSENTS))
    waits = or_(stands, and_(consented, Award.state != State.TAKEN_BACK))
    said = select(Award.id, case((waits, true()), else_=false()).label("awaits_closing")).subquery()
    return Same(Award, said, said.c.id == Award.id, {"awaits_closing": said.c.awaits_closing}, of.__tablename__)


def _acceptances() -> Same:
    of = line()
    return Same(
        Award,
        of,
        about(of, AWARDS, Award.id, "accepted"),
        {"accepted_by_id": of.actor_id, "accepted_at": of.at},
        HISTORY,
        ("accepted_by_id", "accepted_at"),
        where=Award.accepted_at.is_not(None) | Award.accepted_by_id.is_not(None),
        rest=told(of, AWARDS, "accepted"),
    )


def _given_up() -> Same:
    of = line()
    return Same(
        Award,
        of,
        about(of, AWARDS, Award.id, *GIVEN_UP),
        {
            "state": named(of.event, GIVEN_UP),
            "given_up_by_id": of.actor_id,
            "given_up_at": of.at,
            "given_up_reason": of.reason,
            "given_up_meeting_id": number(of, "meeting_id"),
        },
        HISTORY,
        ("given_up_at",),
        rest=told(of, AWARDS, *GIVEN_UP),
        where=Award.given_up_at.is_not(None)
        | Award.given_up_by_id.is_not(None)
        | Award.given_up_meeting_id.is_not(None)
        | (Award.given_up_reason != ""),
    )


def _endings() -> Same:
    of = line()
    return Same(
        Award,
        of,
        about(of, AWARDS, Award.id, "closed"),
        {"closed_at": of.at},
        HISTORY,
        ("closed_at",),
        where=Award.closed_at.is_not(None),
        rest=told(of, AWARDS, "closed"),
    )


def _asked_first() -> Same:
    """The department that applied is asked first; the others are those that share in the loan."""
    of = select(Award.id, Application.department_id).join(Application, Application.id == Award.application_id).subquery()
    return Same(
        Acceptance,
        of,
        of.c.id == Acceptance.award_id,
        {"department_id": of.c.department_id},
        Application.__tablename__,
        ("award_id",),
        where=Acceptance.position == 0,
        rest=of.c.id.is_not(None),
    )


def _asked_too() -> Same:
    by = and_(Participant.award_id == Acceptance.award_id, Participant.department_id == Acceptance.department_id)
    return Same(Acceptance, Participant, by, {}, Participant.__tablename__, ("department_id",), where=Acceptance.position > 0)


def _places() -> Same:
    place = func.row_number().over(partition_by=Acceptance.award_id, order_by=Acceptance.id) - 1
    counted = select(Acceptance.id, place.label("position")).subquery()
    return Same(Acceptance, counted, counted.c.id == Acceptance.id, {"position": counted.c.position}, Acceptance.__tablename__)


def _accepted_alone() -> Same:
    """Where one department was asked, its word is the award's."""
    return Same(
        Acceptance,
        Award,
        Award.id == Acceptance.award_id,
        {"accepted_by_id": Award.accepted_by_id, "accepted_at": Award.accepted_at},
        AWARDS,
        ("award_id",),
        where=_asked() == 1,
    )


def _accepted_together() -> Same:
    of = line()
    return Same(
        Acceptance,
        of,
        about(of, AWARDS, Acceptance.award_id, "accepted_for_department"),
        {"department_id": number(of, "department_id"), "accepted_by_id": of.actor_id, "accepted_at": of.at},
        HISTORY,
        ("award_id",),
        where=(Acceptance.accepted_at.is_not(None) | Acceptance.accepted_by_id.is_not(None)) & (_asked() > 1),
        rest=told(of, AWARDS, "accepted_for_department"),
    )


def _asked() -> Any:
    other = aliased(Acceptance)
    return select(func.count()).where(other.award_id == Acceptance.award_id).scalar_subquery()


HELD = (
    _states(),
    _reservations(),
    _offers(),
    _decided(),
    _pending(),
    _recorded(),
    _awaits_closing(),
    _acceptances(),
    _given_up(),
    _endings(),
    _asked_first(),
    _asked_too(),
    _places(),
    _accepted_alone(),
    _accepted_together(),
)


def differences(connection: Connection) -> Iterator[Fault]:
    """The departments that share in a loan are those that it was offered with. Lines from before the history told the terms say nothing."""
    of = aliased(HistoryEntry)
    query = (
        select(Award.id, of.id.label("line"), of.details, Participant.id.label("key"), Participant.department_id, Participant.position)
        .join(of, about(of, AWARDS, Award.id, "offered"))
        .outerjoin(Participant, Participant.award_id == Award.id)
        .order_by(Award.id, Participant.position, Participant.id)
    )
    for _award, rows in groupby(connection.execute(query), key=attrgetter("id")):
        found = list(rows)
        offered = found[0].details.get("department_ids")
        if offered is None:
            continue
        values = {"table": Participant.__tablename__, "other": HISTORY, "row": found[0].line}
        sharing = [row for row in found if row.key is not None]
        if len(sharing) < len(offered):
            yield Fault(LACKS, values)
        for place, row in enumerate(sharing):
            right = {"department_id": offered[place] if place < len(offered) else None, "position": place}
            if off := [column for column, said in right.items() if getattr(row, column) != said]:
                yield Fault(DIFFERS, values | {"key": row.key, "columns": ", ".join(off)})
