"""What a proposal is made of: the candidates of a meeting with their points, the money, the frames and the coming months."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundbank.applications.states import DECIDABLE, State
from fundbank.extensions import db
from fundbank.forecast.queries import commitments_of, forecast_of, records_of
from fundbank.forecast.rules import Assumptions, flows_of, forecast
from fundbank.kit.money import split
from fundbank.ledger.queries import available_ore
from fundbank.meetings.models import CandidatePair, Decision, Meeting, MeetingProposal, PendingDecision
from fundbank.meetings.queries.candidates import Candidate, commitment_if_chosen, frames_left
from fundbank.meetings.states import Outcome, Tie
from fundbank.people.models import Department
from fundbank.people.queries import units_by_id
from fundbank.proposals.rules import Candidate as Considered
from fundbank.proposals.rules import Limits, Scores
from fundbank.scoring.queries import assessments


@dataclass(frozen=True)
class Contest:
    """What there is to choose among, in the order of the numbers, and within which limits; ``frames`` names the frames by their codes.

    ``scores`` are the points by candidate and criterion, of those that have been scored. ``departments`` are the top units by id,
    ``titles`` those of the candidates and of what stands in a pair with one.
    """

    of_id: Mapping[int, Candidate]
    considered: Sequence[Considered]
    scores: Scores
    limits: Limits
    frames: Mapping[str, str]
    departments: Mapping[int, Department]
    titles: Mapping[int, str]


def contest_of(meeting: Meeting, found: Sequence[Candidate], today: date) -> Contest:
    """What a proposal for the meeting chooses among: ``found``, whose scores the reader may see."""
    pool, left = meeting.pool, frames_left(meeting.pool, today.year)
    ordered = sorted(found, key=lambda one: one.application.number)
    made = assessments([one.application for one in ordered])
    scores = {id_: {code: of.points for code, of in one.criteria.items()} for id_, one in made.items()}
    low_line = [month.available.low for month in forecast_of(pool, today, commitments_of(pool, today), Assumptions()).months]
    records = records_of(pool.id)
    considered = [_considered(meeting, one, today, records) for one in ordered]
    units = units_by_id({one.department_id for one in considered}, municipality_id=pool.municipality_id)
    pairs = pairs_of(meeting)
    ties = _ties(meeting, pairs, {one.id for one in ordered})
    return Contest(
        of_id={one.id: one for one in ordered},
        considered=considered,
        scores=scores,
        limits=Limits(
            available_ore(pool.id),
            {code: ore for code, _name, ore in left},
            **ties,
            least_share=Fraction(pool.policy.least_share),
            low_line=low_line,
        ),
        frames={code: name for code, name, _ore in left},
        departments={unit.id: unit for unit in units},
        titles={side.id: side.title for pair in pairs for side in (pair.application, pair.other)} | {one.id: one.title for one in ordered},
    )


def pairs_of(meeting: Meeting) -> Sequence[CandidatePair]:
    """What has been said of pairs on the meeting's agenda, the earliest first."""
    whole = (joinedload(CandidatePair.application), joinedload(CandidatePair.other))
    query = select(CandidatePair).options(*whole).where(CandidatePair.meeting_id == meeting.id).order_by(CandidatePair.id)
    return db.session.scalars(query).all()


def lying_proposals(meeting: Meeting) -> Sequence[MeetingProposal]:
    """The proposal that lies before the meeting; after it the one that lay there as the meeting opened, if that is another."""
    put = proposals_put(meeting)
    at_opening = [one for one in put[:-1] if not one.reason] if put and put[-1].reason else []
    return [*put[-1:], *at_opening[-1:]]


def proposals_put(meeting: Meeting) -> Sequence[MeetingProposal]:
    """Every proposal that was put before the meeting, the earliest first: a later one took the place of an earlier."""
    query = select(MeetingProposal).where(MeetingProposal.meeting_id == meeting.id).order_by(MeetingProposal.id)
    return db.session.scalars(query.options(joinedload(MeetingProposal.put_by))).all()


def _is_approved(decision: Decision | PendingDecision | None) -> bool:
    return decision is not None and decision.outcome == Outcome.APPROVE


def _ties(meeting: Meeting, pairs: Sequence[CandidatePair], seen: Collection[int]) -> dict[str, Any]:
    """The pairs that bind a proposal among ``seen``, as not both and only if, and which of them have been approved already.

    Of an application that waits and is not among ``seen`` nothing is known.
    """
    sides = {side.id: side.state for pair in pairs for side in (pair.application, pair.other)}
    decided = meeting.decided
    known = [
        pair
        for pair in pairs
        if all(id_ in seen or id_ in decided or sides[id_] not in DECIDABLE for id_ in (pair.application_id, pair.other_id))
    ]
    of_tie = {tie: [(pair.application_id, pair.other_id) for pair in known if pair.tie == tie] for tie in Tie}
    given = {id_ for id_, state in sides.items() if state == State.AWARDED or _is_approved(decided.get(id_))}
    return {"not_both": of_tie[Tie.NOT_BOTH], "only_if": of_tie[Tie.ONLY_IF], "given": given}


def parts_of(one: Candidate, ore: int) -> tuple[int, int]:
    """A lower sum as a loan and as a grant, in øre, in the proportion of what was asked for."""
    loan_ore, grant_ore = split(ore, [one.loan_ore, one.grant_ore])
    return loan_ore, grant_ore


def _considered(meeting: Meeting, one: Candidate, today: date, records: Mapping[int, Fraction]) -> Considered:
    lower_ore = one.content.lower_ore
    return Considered(
        id=one.id,
        number=one.application.number,
        points=0,  # follow from the weights that are asked for
        asked_ore=one.asked_ore,
        lower_ore=lower_ore,
        frame=one.frame or "",
        department_id=_top_of(one.application.department),
        is_must=one.content.initiative == "must",
        months=_moves(meeting, one, today, records, one.loan_ore, one.grant_ore),
        months_lower=_moves(meeting, one, today, records, *parts_of(one, lower_ore)) if lower_ore else (),
    )


def _moves(meeting: Meeting, one: Candidate, today: date, records: Mapping[int, Fraction], loan_ore: int, grant_ore: int) -> list[int]:
    """What an award of so much does to the low line by the end of each month to come: it is taken today, and comes back later or not."""
    award = commitment_if_chosen(meeting, one, loan_ore, grant_ore, records)
    flows = flows_of(award, today, Assumptions())
    months = forecast(today=today, available_ore=-award.reserved_ore, reserved_ore=award.reserved_ore, flows=flows).months
    return [month.available.low for month in months]


def _top_of(unit: Department) -> int:
    """The id of the unit's top department."""
    return int(unit.path.split("/")[1])
