"""What the forum chooses between: the items of an agenda, each with the case that was submitted. A handful of questions for any number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from sqlalchemy import func, or_, select, tuple_

from fundbank.applications.models import Application, ApplicationVersion
from fundbank.applications.rules.business_case import AnnualGain, annual_gains, loan_payback_months, payback_months
from fundbank.applications.rules.content import INITIATIVES, Content
from fundbank.applications.states import DECIDABLE
from fundbank.extensions import db
from fundbank.forecast.rules import Commitment
from fundbank.forecast.rules.promises import if_awarded
from fundbank.meetings.models import Decision, Meeting, PendingDecision
from fundbank.meetings.queries.decisions import left_in_frame_ore
from fundbank.meetings.rules import terms_by_rules
from fundbank.meetings.rules.choices import check_sums
from fundbank.pools.models import Pool


@dataclass(frozen=True)
class Candidate:
    """An application on an agenda with what it says, and the decision on it if the meeting has made one. Amounts in øre.

    The version is the one that was decided on, whatever was submitted since; of what waits it is the newest.
    """

    application: Application
    version: ApplicationVersion = field(repr=False)
    decision: Decision | PendingDecision | None

    @cached_property
    def content(self) -> Content:
        """What the version says."""
        return self.version.content

    @property
    def id(self) -> int:
        return self.application.id

    @property
    def title(self) -> str:
        return self.content.title

    @property
    def loan_ore(self) -> int:
        """What is asked for as a loan."""
        return self.content.loan_ore or 0

    @property
    def grant_ore(self) -> int:
        """What is asked for as a grant."""
        return self.content.grant_ore or 0

    @property
    def asked_ore(self) -> int:
        return self.loan_ore + self.grant_ore

    @property
    def frame(self) -> str | None:
        return self.content.frame

    @property
    def initiative(self) -> str | None:
        """Must, may or prerequisite, as a message id; None if the applicant has not said."""
        return INITIATIVES.get(self.content.initiative or "")

    @property
    def is_open(self) -> bool:
        """Does it still wait for the meeting?"""
        return self.application.state in DECIDABLE and self.decision is None

    @cached_property
    def payback_months(self) -> int | None:
        """After how many months a loan has come home out of cashable gains, a grant out of all of them; None if it never does."""
        return loan_payback_months(self.content) if self.loan_ore else payback_months(self.content)

    @cached_property
    def annual(self) -> AnnualGain:
        """A full year's gain at its three ends."""
        return annual_gains(self.content)

    def check_sums(self, loan_ore: int, grant_ore: int) -> None:
        """Can the forum give it so much? Raises InvalidAmount, PrincipleNotOffered, MixNotOffered, OverRequested."""
        check_sums(self.application.pool.policy, self.content, loan_ore, grant_ore)


def candidates(meeting: Meeting) -> list[Candidate]:
    """The applications that wait for the meeting or were decided in it, in the order of its agenda."""
    decisions = meeting.decided
    matters = [item.application for item in meeting.agenda]
    matters = [one for one in matters if one.id in decisions or one.state in DECIDABLE]
    said = _versions([one.id for one in matters], {id_: decision.version_number for id_, decision in decisions.items()})
    return [Candidate(one, said[one.id], decisions.get(one.id)) for one in matters]


def decided_on(meeting: Meeting) -> dict[int, Content]:
    """What the applications said that the meeting has decided on, by id, whatever was submitted since."""
    numbers = {id_: decision.version_number for id_, decision in meeting.decided.items()}
    return {id_: version.content for id_, version in _versions(list(numbers), numbers).items()}


def commitment_if_chosen(meeting: Meeting, one: Candidate, loan_ore: int, grant_ore: int, records: Mapping[int, Fraction]) -> Commitment:
    """What the pool would be committed to if the meeting gave a candidate so much, on the terms that its rules and the case lead to."""
    policy, year_1 = meeting.pool.policy, meeting.held_on.year + 1
    terms = terms_by_rules(policy, one.content, loan_ore=loan_ore, first_year=year_1, department_id=one.application.department_id)
    return if_awarded(
        one.content, loan_ore=loan_ore, grant_ore=grant_ore, terms=terms if loan_ore else None, year_1=year_1,
        due_days=policy.claim_due_days, records=records,
    )  # fmt: skip


def titles(pool: Pool, application_ids: Sequence[int]) -> list[str]:
    """What those of the applications are called that have been submitted to the pool."""
    query = select(Application.title).where(Application.pool_id == pool.id, Application.id.in_(application_ids))
    return list(db.session.scalars(query.where(Application.submitted_at.is_not(None)).order_by(Application.id))) if application_ids else []


def frames_left(pool: Pool, year: int) -> list[tuple[str, str, int]]:
    """The pool's budget frames that have an amount: code, name, and what is left of it in the calendar year, in øre."""
    left = [(frame, left_in_frame_ore(pool, frame.code, year)) for frame in pool.policy.frames]
    return [(frame.code, frame.name, max(ore, 0)) for frame, ore in left if ore is not None]


def _versions(application_ids: Sequence[int], numbers: Mapping[int, int]) -> dict[int, ApplicationVersion]:
    """The newest version of each of the applications; of those in ``numbers`` the one with that number."""
    newest = select(func.max(ApplicationVersion.id)).where(ApplicationVersion.application_id.in_(set(application_ids) - set(numbers)))
    named = tuple_(ApplicationVersion.application_id, ApplicationVersion.number).in_(sorted(numbers.items()))
    query = select(ApplicationVersion).where(ApplicationVersion.application_id.in_(application_ids))  # else all versions there are are read
    query = query.where(or_(ApplicationVersion.id.in_(newest.group_by(ApplicationVersion.application_id)), named))
    return {version.application_id: version for version in db.session.scalars(query)} if application_ids else {}
