"""The proposal: which of a meeting's candidates to fund, why, and what other money and other weights would do. It decides nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from time import process_time
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from fundbank.errors import N_, WrongState
from fundbank.kit.charts import Curve, Frame, curve_chart
from fundbank.kit.clock import local_date
from fundbank.kit.language import gettext as _
from fundbank.kit.web import asked_number, done, ensure, me, moment, refusals_on, requires
from fundbank.ledger.queries import available_ore
from fundbank.meetings.forms.proposal import ProposalForm, PutForm, proposal_form, shown
from fundbank.meetings.operations.proposals import asks_why_replaced, put_proposal
from fundbank.meetings.permissions import can_plan_meetings, can_put_proposal
from fundbank.meetings.queries.candidates import Candidate, candidates
from fundbank.meetings.queries.proposals import Contest, contest_of, parts_of
from fundbank.meetings.rules import in_order
from fundbank.meetings.views import blueprint, meeting_or_404
from fundbank.people.models import Department
from fundbank.proposals.rules import (
    OWN,
    Aim,
    Frontier,
    Given,
    Limits,
    NeedsSolver,
    NextOne,
    NoAnswer,
    Proposal,
    Rule,
    Stability,
    Why,
    clash,
    frontier,
    next_one,
    points_per_million,
    propose,
    stability,
    weighted,
    why,
    whys,
)
from fundbank.proposals.rules import Candidate as Considered
from fundbank.scoring.permissions import can_see_ranking, conflicts_among, scores_in_sight

READERS = "the forum, its coordinator and auditors"
SECONDS = Fraction(9, 10)  # of the processor's time for each of the explanations
WIDE, NARROW = Frame(720, 320, left=56, below=44, above=28), Frame(340, 260, left=48, below=44, above=28)


@dataclass(frozen=True)
class Row:
    """A candidate as the proposal treats it.

    ``why`` is there if the reasons are asked for, ``funded`` (in how many settings of the weights it is in) if that is.
    """

    candidate: Candidate
    considered: Considered
    given: Given
    is_scored: bool
    department: Department
    why: Why | None = None
    funded: int | None = None

    @property
    def ore(self) -> int:
        """What it gets."""
        return self.considered.ore(self.given)

    @property
    def per_million(self) -> int | None:
        """What a million of what it asks for brings, in hundredths of a point."""
        return points_per_million(self.considered.asked_ore, self.considered.points)


@dataclass
class Answer:
    """What the page answers: the proposal and what is shown beside it, or why there is none."""

    proposal: Proposal | None = None
    needs_solver: bool = False
    is_open: bool = False
    clash: Sequence[Rule] = ()
    reasons: dict[int, Why] = field(default_factory=dict)
    next_one: NextOne | None = None
    unanswered: int | None = None  # the candidate whose "why" has no answer
    is_next_late: bool = False
    frontier: Frontier | None = None
    stability: Stability | None = None

    @property
    def curves(self) -> tuple[Curve, Curve]:
        """The frontier for a wide and a narrow window, with the proposal on it."""
        here = (self.proposal.ore, self.proposal.points) if self.proposal else None
        line = [(one.ore, one.points) for one in self.frontier.points] if self.frontier else []
        return curve_chart(WIDE, line, here), curve_chart(NARROW, line, here)


@blueprint.route("/meetings/<int:meeting_id>/proposal", methods=["GET", "POST"])
@requires(f"{READERS}; a chair and the coordinator put it before the meeting")
def proposal(meeting_id: int) -> ResponseReturnValue:
    meeting, today = meeting_or_404(meeting_id), local_date(moment())
    ensure(can_see_ranking(me(), meeting.pool))
    found = [one for one in candidates(meeting) if one.is_open]
    in_sight = scores_in_sight(me(), meeting.pool, [one.application for one in found])
    contest = contest_of(meeting, [one for one in found if one.id in in_sight], today)
    form, wanted = proposal_form(meeting.pool.policy, available_ore(meeting.pool_id)), shown()
    considered, limits = _asked(form, contest)
    answer = Answer() if form.errors else _answer(form, contest, considered, limits, wanted)
    to_choice = _to_choice(contest, considered, answer.proposal) if answer.proposal else {}
    put = PutForm()
    given = _sums(contest, considered, answer.proposal) if request.method == "POST" else {}
    if put.validate_on_submit():
        with refusals_on(put):
            put_proposal(actor=me(), at=moment(), meeting=meeting, given=given, asked=form.asked, reason=put.reason.data or "")
            return done(_("The proposal lies before the meeting."), "meetings.choice", meeting_id=meeting.id, **to_choice)
    hidden = in_order([one for one in found if one.id not in in_sight], blind=True)
    return render_template(
        "meetings/proposal.html",
        meeting=meeting,
        pool=meeting.pool,
        today=today,
        form=form,
        answer=answer,
        rows=_rows(contest, considered, answer),
        limits=limits,
        contest=contest,
        hidden=hidden,
        own_conflicts={id_ for id_, people in conflicts_among([me()], [one.application for one in hidden]).items() if people},
        wanted=wanted,
        can_tie=can_plan_meetings(me(), meeting.pool) and not meeting.is_over(today),
        asked=form.asked,
        to_choice=to_choice,
        put=put,
        asks_why=asks_why_replaced(meeting, moment()),
        can_put=can_put_proposal(me(), meeting.pool) and not meeting.is_over(today),
        score=_score,
    )


def _asked(form: ProposalForm, contest: Contest) -> tuple[list[Considered], Limits]:
    """The candidates with the points that the weights give them, and the limits of the address."""
    if form.errors:
        return list(contest.considered), contest.limits
    limits = replace(contest.limits, money_ore=form.money.data, floor_ore=form.floor_ore)
    return weighted(contest.considered, contest.scores, form.weights), limits


def _answer(form: ProposalForm, contest: Contest, considered: Sequence[Considered], limits: Limits, wanted: Sequence[str]) -> Answer:
    aim, answer = form.chosen_aim, Answer()
    try:
        answer.proposal = found = propose(considered, limits, aim)
        if found is None:
            answer.clash = clash(considered, limits, aim)
            return answer
        if "reasons" in wanted:
            _explain(answer, considered, limits, aim, found)
        if "frontier" in wanted:
            answer.frontier = frontier(considered, limits, found, left=_left())
        if "stability" in wanted:
            answer.stability = stability(considered, contest.scores, limits, aim, form.weights, found, left=_left())
    except NeedsSolver:
        answer.needs_solver = True
    except NoAnswer:
        answer.is_open = True
    return answer


def _explain(answer: Answer, considered: Sequence[Considered], limits: Limits, aim: Aim, found: Proposal) -> None:
    """Say why: of each where there are few, in the time that there is for it; of one that is asked about as long as a proposal takes."""
    if len(considered) <= OWN:
        answer.reasons = whys(considered, limits, aim, found, left=_left())
    named = asked_number("why")
    try:
        if named is not None and named in found.given and named not in answer.reasons:
            answer.reasons[named] = why(considered, limits, aim, found, named)
    except NoAnswer:
        answer.unanswered = named
    try:
        answer.next_one = next_one(considered, limits, aim, found, left=_left())
    except NoAnswer:
        answer.is_next_late = True


def _left() -> Callable[[], float]:
    """How many seconds an explanation that is begun now may still take."""
    ends = process_time() + SECONDS
    return lambda: ends - process_time()


def _rows(contest: Contest, considered: Sequence[Considered], answer: Answer) -> list[Row]:
    if answer.proposal is None:
        return []
    of_weights = answer.stability.funded if answer.stability else {}
    return [
        Row(
            candidate=contest.of_id[one.id],
            considered=one,
            given=answer.proposal.given[one.id],
            is_scored=one.id in contest.scores,
            department=contest.departments[one.department_id],
            why=answer.reasons.get(one.id),
            funded=of_weights.get(one.id),
        )
        for one in considered
    ]


def _to_choice(contest: Contest, considered: Sequence[Considered], found: Proposal) -> dict[str, Any]:
    """The proposal as the page of the forum's choice reads it in an address."""
    said: dict[str, Any] = {"chosen": found.chosen}
    for one in considered:
        if found.given[one.id] is Given.LOWER:
            loan_ore, grant_ore = parts_of(contest.of_id[one.id], one.ore(Given.LOWER))
            said |= {f"loan_{one.id}": _as_typed(loan_ore), f"grant_{one.id}": _as_typed(grant_ore)}
    return said


def _sums(contest: Contest, considered: Sequence[Considered], found: Proposal | None) -> dict[int, tuple[int, int]]:
    """What a proposal gives each candidate as a loan and as a grant, in øre. Raises WrongState where there is none."""
    if found is None:
        raise WrongState(N_("There is no proposal to put before the meeting."))
    return {one.id: parts_of(contest.of_id[one.id], one.ore(found.given[one.id])) for one in considered}


def _score(hundredths: int) -> Fraction:
    """Points as they are shown."""
    return Fraction(hundredths, 100)


def _as_typed(ore: int) -> str:
    """An amount as a field reads it."""
    return f"{ore // 100},{ore % 100:02d}"
