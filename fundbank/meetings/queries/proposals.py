"""What a proposal is made of: the candidates of a meeting with their points, the money, the frames and the coming months."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from fundbank.forecast.queries import commitments_of, forecast_of, records_of
from fundbank.forecast.rules import Assumptions, flows_of, forecast
from fundbank.kit.money import split
from fundbank.ledger.queries import available_ore
from fundbank.meetings.models import Meeting
from fundbank.meetings.queries.candidates import Candidate, commitment_if_chosen, frames_left
from fundbank.people.models import Department
from fundbank.people.queries import units_by_id
from fundbank.proposals.rules import Candidate as Considered
from fundbank.proposals.rules import Limits, Scores
from fundbank.scoring.queries import assessments


@dataclass(frozen=True)
class Matter:
    """What there is to choose among, in the order of the numbers, and within which limits; ``frames`` names the frames by their codes.

    ``scores`` are the points by candidate and criterion, of those that have been scored. ``departments`` are the top units by id.
    """

    of_id: Mapping[int, Candidate]
    considered: Sequence[Considered]
    scores: Scores
    limits: Limits
    frames: Mapping[str, str]
    departments: Mapping[int, Department]


def matter_of(meeting: Meeting, found: Sequence[Candidate], today: date) -> Matter:
    """What a proposal for the meeting chooses among: ``found``, whose scores the reader may see."""
    pool, left = meeting.pool, frames_left(meeting.pool, today.year)
    ordered = sorted(found, key=lambda one: one.application.number)
    made = assessments([one.application for one in ordered])
    scores = {id_: {code: of.points for code, of in one.criteria.items()} for id_, one in made.items()}
    low_line = [month.available.low for month in forecast_of(pool, today, commitments_of(pool, today), Assumptions()).months]
    records = records_of(pool.id)
    considered = [_considered(meeting, one, today, records) for one in ordered]
    units = units_by_id({one.department_id for one in considered}, municipality_id=pool.municipality_id)
    return Matter(
        of_id={one.id: one for one in ordered},
        considered=considered,
        scores=scores,
        limits=Limits(available_ore(pool.id), {code: ore for code, _name, ore in left}, low_line=low_line),
        frames={code: name for code, name, _ore in left},
        departments={unit.id: unit for unit in units},
    )


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
