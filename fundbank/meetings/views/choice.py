"""The page from which the forum decides: every item in one matrix, and beside it what the choice does to the pool's money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from flask import render_template
from flask.typing import ResponseReturnValue

from fundbank.applications.queries.gainers import Answered, answers_on
from fundbank.forecast.queries import commitments_of, forecast_of, records_of
from fundbank.forecast.rules import Assumptions, Forecast
from fundbank.kit.charts import Chart, Frame, band_chart
from fundbank.kit.clock import local_date
from fundbank.kit.language import gettext as _
from fundbank.kit.money import round_half_up
from fundbank.kit.web import asked_number, ensure, me, moment, requires
from fundbank.ledger.permissions import can_see_ledger
from fundbank.ledger.queries import available_ore
from fundbank.meetings.forms.choice import ChoiceForm, choice_form, chosen_ids
from fundbank.meetings.models import Meeting
from fundbank.meetings.permissions import as_known_to, can_chair, can_see_meetings
from fundbank.meetings.queries.candidates import Candidate, candidates, commitment_if_chosen, frames_left, titles
from fundbank.meetings.queries.proposals import lying_proposals
from fundbank.meetings.rules import in_order
from fundbank.meetings.rules.choices import Choice, level_of, room_in_pool, rooms_in_frames
from fundbank.meetings.views import MEETING_READERS, blueprint, meeting_or_404
from fundbank.pools.criteria import CRITERIA
from fundbank.pools.words import LEVELS
from fundbank.scoring.permissions import can_see_ranking, conflicts_among, hidden_among, scores_in, scores_in_sight
from fundbank.scoring.queries import Sheet, assessments, gaining_scorers, sheets
from fundbank.scoring.rules import Assessment

CHART = Frame(340, 220, left=40, below=40)


@dataclass(frozen=True)
class Row:
    """An item in the matrix: how it is chosen if it is, and its scores if the reader may see them."""

    candidate: Candidate
    choice: Choice | None
    in_sight: bool
    assessment: Assessment | None
    sheets: Sequence[Sheet]
    gaining: Sequence[str]
    answers: Sequence[Answered]
    record: Fraction | None

    @property
    def is_part(self) -> bool:
        """Is less chosen than was asked for?"""
        return self.choice is not None and self.choice.total_ore < self.candidate.asked_ore


@dataclass(frozen=True)
class Outlook:
    """The pool's coming months with what is chosen and without it, and the chart of them with it."""

    chosen: Forecast
    before: Forecast
    chart: Chart


@blueprint.get("/meetings/<int:meeting_id>/choice")
@requires(MEETING_READERS)
def choice(meeting_id: int) -> ResponseReturnValue:
    meeting, today = meeting_or_404(meeting_id), local_date(moment())
    ensure(can_see_meetings(me(), meeting.pool))
    pool, found = meeting.pool, candidates(meeting)
    matters = [one.application for one in found]
    in_sight = scores_in_sight(me(), pool, matters) if can_see_ranking(me(), pool) else set()
    hidden = hidden_among(me(), pool, matters)
    found = list(in_order(found, blind=bool(hidden)))
    lying = lying_proposals(meeting)
    form = choice_form([one for one in found if one.is_open and not meeting.is_over(today)])
    records, now_ore = records_of(pool.id), available_ore(pool.id)
    of_pool = room_in_pool(_("The pool"), now_ore, form.choices)
    return render_template(
        "meetings/choice.html",
        meeting=meeting,
        pool=pool,
        today=today,
        form=form,
        rows=_rows(found, form, in_sight, records),
        criteria=CRITERIA,
        levels=[_(LEVELS[level]) if level in LEVELS else level for level in pool.policy.scale],
        level_of=level_of,
        hidden=hidden,
        scores=scores_in(me(), pool),
        own_conflicts={id_ for id_, people in conflicts_among([me()], matters).items() if people},
        of_pool=of_pool,
        of_frames=rooms_in_frames(frames_left(pool, today.year), form.choices),
        frames={frame.code: frame.name for frame in pool.policy.frames},
        outlook=_outlook(meeting, found, form, records, today) if can_see_ledger(me(), pool) else None,
        gone=gone(meeting, found),
        seen_ore=asked_number("available"),
        lying=lying,
        laid=as_known_to(me(), lying, matters),
        sees_ranking=can_see_ranking(me(), pool) and not meeting.is_over(today),
        can_record=can_chair(me(), pool) and meeting.is_open(today),
    )


def _rows(found: Sequence[Candidate], form: ChoiceForm, in_sight: set[int], records: Mapping[int, Fraction]) -> list[Row]:
    seen = [one.application for one in found if one.id in in_sight]
    made, handed_in, scorers = assessments(seen), sheets(seen), gaining_scorers([one.id for one in seen])
    answers = answers_on([one.id for one in found])
    chosen = {one.application_id: one for one in form.choices}
    return [
        Row(
            candidate=one,
            choice=chosen.get(one.id),
            in_sight=one.id in in_sight,
            assessment=made.get(one.id),
            sheets=handed_in.get(one.id, ()),
            gaining=[person.name for person in scorers[one.id]] if one.id in scorers else (),
            answers=answers[one.id],
            record=_to_whole_percent(records.get(one.application.department_id)),
        )
        for one in found
    ]


def _to_whole_percent(record: Fraction | None) -> Fraction | None:
    return None if record is None else Fraction(round_half_up(record * 100), 100)


def gone(meeting: Meeting, found: Sequence[Candidate]) -> list[str]:
    """What the address names as chosen and the meeting has no longer before it."""
    there = {one.id for one in found if one.is_open}
    return titles(meeting.pool, [id_ for id_ in chosen_ids() if id_ not in there])


def _outlook(meeting: Meeting, found: Sequence[Candidate], form: ChoiceForm, records: Mapping[int, Fraction], today: date) -> Outlook:
    expected, assumed = commitments_of(meeting.pool, today), Assumptions()
    of_id = {one.id: one for one in found}
    chosen = [commitment_if_chosen(meeting, of_id[one.application_id], one.loan_ore, one.grant_ore, records) for one in form.choices]
    after = forecast_of(meeting.pool, today, expected, assumed, chosen)
    low, middle, high = ([one.available.at(end) for one in after.months] for end in ("low", "typical", "high"))
    marks = [(place, str(one.first.year)) for place, one in enumerate(after.months) if one.first.month == 1]
    before = forecast_of(meeting.pool, today, expected, assumed) if chosen else after
    return Outlook(after, before, band_chart(CHART, low=low, middle=middle, high=high, marks=marks))
