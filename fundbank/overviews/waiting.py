"""What waits for a person, over all pools and roles, in one query: the answer that the first screen gives."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from fundbank.applications.models import Application
from fundbank.applications.states import DECIDABLE
from fundbank.applications.states import State as ApplicationState
from fundbank.awards.models import Award, Disbursement, Participant
from fundbank.awards.states import PAID_OUT, DisbursementState
from fundbank.awards.states import State as AwardState
from fundbank.errors import N_
from fundbank.extensions import db
from fundbank.gains.models import GainReport
from fundbank.kit.prepared import Prepared
from fundbank.ledger.models import Account, Transfer
from fundbank.meetings.models import AgendaItem, Decision, Meeting
from fundbank.meetings.states import State as MeetingState
from fundbank.people.models import Department, User
from fundbank.pools.models import Pool, PoolRole
from fundbank.pools.roles import Role
from fundbank.repayments.models import Claim, ClaimLine, Repayment, Reversal
from fundbank.scoring.models import Interest, Score

ME = bindparam("me", type_=Integer)
MY_PATH = bindparam("path", type_=String)
TODAY = bindparam("today", type_=Date)
LAST_YEAR = bindparam("last_year", type_=Integer)

Pools = Select[tuple[int]]


class Item(NamedTuple):
    """One thing that waits: whose page it is on, what it is called, and what to know about it."""

    subject_id: int
    pool_id: int
    title: str
    note: str
    day: date | None
    amount_ore: int | None


@dataclass(frozen=True)
class Group:
    """Things of one kind: an English heading, the page each leads to, and the items, the most urgent first."""

    kind: str
    heading: str
    endpoint: str
    items: Sequence[Item]

    @property
    def argument(self) -> str:
        """What the page's address calls the subject."""
        return PLACES[self.endpoint]

    @property
    def size(self) -> int:
        """How many things of this kind wait."""
        return len(self.items)


@dataclass(frozen=True)
class Kind:
    """A kind of work: for whom, what it is called, where it is done, and how to find it."""

    code: str
    roles: frozenset[Role]
    heading: str
    endpoint: str
    find: Callable[[Pools], Select[Any]]


def waiting_for(person: User, roles: Mapping[int, Iterable[Role]], today: date) -> list[Group]:
    """Everything that waits for the person, grouped by kind in the order of the way of a krone."""
    held = {role for roles_in_pool in roles.values() for role in roles_in_pool}
    kinds = tuple(kind for kind in KINDS if kind.roles & held)
    if not kinds:
        return []
    asked = {"me": person.id, "path": person.department.path, "today": today.isoformat(), "last_year": today.year - 1}
    found: dict[str, list[Item]] = defaultdict(list)
    for code, *values in _statement(kinds).run(db.session.connection(), asked):
        found[code].append(_item(*values))
    return [Group(kind.code, kind.heading, kind.endpoint, sorted(found[kind.code], key=_urgency)) for kind in kinds if kind.code in found]


@cache
def _statement(kinds: tuple[Kind, ...]) -> Prepared:
    """One statement for these kinds of work; there are as many as there are sets of roles."""
    return Prepared(union_all(*(_marked(kind) for kind in kinds)))


def _marked(kind: Kind) -> Select[Any]:
    found = kind.find(_pools(kind.roles))
    return found.with_only_columns(literal(kind.code).label("kind"), *found.selected_columns, maintain_column_froms=True)


def _pools(roles: frozenset[Role]) -> Pools:
    """The pools in which the person holds any of these roles."""
    return select(PoolRole.pool_id).where(PoolRole.user_id == ME, _among(PoolRole.role, roles))


def _among(column: Any, codes: Iterable[str]) -> ColumnElement[bool]:
    """Is the column one of these codes? They are written into the statement, which is compiled once."""
    return column.in_([literal_column(f"'{code}'") for code in sorted(codes)])


def _item(subject_id: int, pool_id: int, title: str, note: str | None, day: Any, amount_ore: int | None) -> Item:
    return Item(subject_id, pool_id, title, note or "", date.fromisoformat(day) if isinstance(day, str) else day, amount_ore)


def _urgency(item: Item) -> tuple[bool, date, int]:
    return (item.day is None, item.day or date.max, item.subject_id)


def _row(subject: Any, pool: Any, title: Any, note: Any = None, day: Any = None, amount: Any = None) -> Select[Any]:
    """The columns that every kind of work answers with, typed alike so that they can be united."""
    return select(
        subject.label("subject_id"),
        pool.label("pool_id"),
        cast(title, String).label("title"),
        cast(note if note is not None else literal(""), String).label("note"),
        (day if day is not None else cast(null(), Date)).label("day"),  # SQLite would cast a date to its year
        cast(amount if amount is not None else null(), BigInteger).label("amount_ore"),
    )


def _own() -> ColumnElement[bool]:
    """Departments for which the person acts: the own one and those below it."""
    return Department.path.like(MY_PATH.concat("%"))


def _in_line() -> ColumnElement[bool]:
    """Departments in line with the person's own: there is a conflict of interest."""
    return or_(_own(), MY_PATH.like(Department.path.concat("%")))


def _applications(pools: Pools, *conditions: ColumnElement[bool]) -> Select[Any]:
    query = _row(
        Application.id,
        Application.pool_id,
        Application.title,
        Department.name,
        None,
        Application.requested_loan_ore + Application.requested_grant_ore,
    )
    return query.join(Department, Department.id == Application.department_id).where(Application.pool_id.in_(pools), *conditions)


def _to_finish(pools: Pools) -> Select[Any]:
    return _applications(pools, _own(), _among(Application.state, (ApplicationState.DRAFT, ApplicationState.RETURNED)))


def _to_submit(pools: Pools) -> Select[Any]:
    return _applications(pools, _own(), Application.state == ApplicationState.SIGNED)


def _to_screen(pools: Pools) -> Select[Any]:
    return _applications(pools, Application.state == ApplicationState.SUBMITTED)


def _to_score(pools: Pools) -> Select[Any]:
    scored = exists().where(Score.application_id == Application.id, Score.member_id == ME, Score.ended_at.is_(None))
    stepped_back = exists().where(Interest.application_id == Application.id, Interest.user_id == ME)
    return _applications(pools, _among(Application.state, DECIDABLE), ~_in_line(), ~scored, ~stepped_back)


def _for_an_agenda(pools: Pools) -> Select[Any]:
    planned = exists().where(AgendaItem.application_id == Application.id, Meeting.id == AgendaItem.meeting_id, Meeting.held_on >= TODAY)
    return _applications(pools, _among(Application.state, DECIDABLE), ~planned)


def _meetings(pools: Pools, *conditions: ColumnElement[bool]) -> Select[Any]:
    query = _row(Meeting.id, Meeting.pool_id, Pool.name, Meeting.place, Meeting.held_on).join(Pool, Pool.id == Meeting.pool_id)
    return query.where(Meeting.pool_id.in_(pools), *conditions)


def _meetings_to_come(pools: Pools) -> Select[Any]:
    return _meetings(pools, Meeting.held_on >= TODAY, Meeting.state != MeetingState.CLOSED)


def _minutes_to_sign(pools: Pools) -> Select[Any]:
    over = or_(Meeting.state == MeetingState.CLOSED, and_(Meeting.state == MeetingState.OPEN, Meeting.held_on < TODAY))
    decided = exists().where(Decision.meeting_id == Meeting.id)
    return _meetings(pools, over, decided, Meeting.minutes_signed_at.is_(None))


def _awards(pools: Pools, *conditions: ColumnElement[bool]) -> Select[Any]:
    query = _row(Award.id, Award.pool_id, Application.title, Department.name, None, Award.loan_ore + Award.grant_ore)
    query = query.join(Application, Application.id == Award.application_id).join(Department, Department.id == Application.department_id)
    return query.where(Award.pool_id.in_(pools), *conditions)


def _to_accept(pools: Pools) -> Select[Any]:
    return _awards(pools, Award.state == AwardState.OFFERED, _own())


def _gains_to_report(pools: Pools) -> Select[Any]:
    """Last year's gain of a department that shares in a loan, not yet reported."""
    reported = exists().where(
        GainReport.award_id == Award.id,
        GainReport.department_id == Participant.department_id,
        GainReport.year == LAST_YEAR,
        GainReport.ended_at.is_(None),
    )
    query = _row(Award.id, Award.pool_id, Application.title, Department.name)
    query = query.join(Application, Application.id == Award.application_id).join(Participant, Participant.award_id == Award.id)
    query = query.join(Department, Department.id == Participant.department_id)
    in_term = and_(Award.first_year <= LAST_YEAR, Award.first_year + Award.years > LAST_YEAR)
    return query.where(Award.pool_id.in_(pools), _among(Award.state, PAID_OUT), in_term, ~reported, _own())


def _to_approve(pools: Pools) -> Select[Any]:
    query = _row(
        Disbursement.award_id, Disbursement.pool_id, Application.title, Department.name, Disbursement.pay_on, Disbursement.amount_ore
    )
    query = query.join(Award, Award.id == Disbursement.award_id).join(Application, Application.id == Award.application_id)
    query = query.join(Department, Department.id == Application.department_id)
    return query.where(
        Disbursement.pool_id.in_(pools),
        Disbursement.state == DisbursementState.REGISTERED,
        Disbursement.registered_by_id != ME,
        Award.decided_by_id != ME,
    )


def _gains_to_verify(pools: Pools) -> Select[Any]:
    query = _row(GainReport.award_id, GainReport.pool_id, Application.title, Department.name, None, GainReport.amount_ore)
    query = query.join(Award, Award.id == GainReport.award_id).join(Application, Application.id == Award.application_id)
    query = query.join(Department, Department.id == GainReport.department_id)
    return query.where(
        GainReport.pool_id.in_(pools),
        GainReport.ended_at.is_(None),
        GainReport.verified_at.is_(None),
        GainReport.reported_by_id != ME,
    )


def _claims_to_make(pools: Pools) -> Select[Any]:
    """Years of a loan whose gains are all verified and that nobody has claimed."""
    participants = select(func.count()).where(Participant.award_id == Award.id).scalar_subquery()
    claimed = exists().where(Claim.award_id == Award.id, Claim.year == GainReport.year)
    shares = exists().where(Participant.award_id == Award.id, Participant.department_id == GainReport.department_id)
    query = _row(Award.id, Award.pool_id, Application.title, cast(GainReport.year, String))
    query = query.join(Application, Application.id == Award.application_id).join(GainReport, GainReport.award_id == Award.id)
    query = query.where(
        Award.pool_id.in_(pools),
        _among(Award.state, PAID_OUT),
        GainReport.ended_at.is_(None),
        GainReport.verified_at.is_not(None),
        GainReport.year >= Award.first_year,
        GainReport.year < Award.first_year + Award.years,
        shares,
        ~claimed,
    )
    return query.group_by(Award.id, Award.pool_id, Application.title, GainReport.year).having(func.count() == participants)


def _lines(pools: Pools, *conditions: ColumnElement[bool]) -> Select[Any]:
    """Lines of claims with something unpaid."""
    reversing = aliased(Transfer)
    paid = (
        select(func.coalesce(func.sum(Transfer.amount_ore), 0))
        .join(Repayment, Repayment.transfer_id == Transfer.id)
        .where(Repayment.claim_line_id == ClaimLine.id, ~exists().where(reversing.reverses_id == Transfer.id))
        .correlate(ClaimLine)
        .scalar_subquery()
    )
    unpaid = ClaimLine.due_ore - ClaimLine.waived_ore - paid
    query = _row(ClaimLine.claim_id, Claim.pool_id, Application.title, Department.name, Claim.due_on, unpaid)
    query = query.join(Claim, Claim.id == ClaimLine.claim_id).join(Award, Award.id == Claim.award_id)
    query = query.join(Application, Application.id == Award.application_id).join(Department, Department.id == ClaimLine.department_id)
    return query.where(Claim.pool_id.in_(pools), unpaid > 0, *conditions)


def _to_repay(pools: Pools) -> Select[Any]:
    return _lines(pools, _own())


def _overdue(pools: Pools) -> Select[Any]:
    return _lines(pools, Claim.due_on < TODAY)


def _reversals_to_approve(pools: Pools) -> Select[Any]:
    query = _row(Reversal.pool_id, Reversal.pool_id, Reversal.reason, None, None, Transfer.amount_ore)
    query = query.join(Transfer, Transfer.id == Reversal.transfer_id)
    return query.where(Reversal.pool_id.in_(pools), Reversal.state == "registered", Reversal.registered_by_id != ME)


def _outstanding(award: Any) -> Any:
    return (
        select(func.coalesce(func.sum(Account.balance_ore), 0))
        .where(Account.award_id == award.id, Account.kind == "loan")
        .correlate(award)
        .scalar_subquery()
    )


def _to_settle(pools: Pools) -> Select[Any]:
    """Loans at the end of their term with something outstanding."""
    last_claimed = exists().where(Claim.award_id == Award.id, Claim.year == Award.first_year + Award.years - 1)
    query = _row(Award.id, Award.pool_id, Application.title, Department.name, None, _outstanding(Award))
    query = query.join(Application, Application.id == Award.application_id).join(Department, Department.id == Application.department_id)
    return query.where(Award.pool_id.in_(pools), _among(Award.state, PAID_OUT), last_claimed, _outstanding(Award) > 0)


def _to_close(pools: Pools) -> Select[Any]:
    """Awards with nothing reserved and nothing outstanding."""
    left = exists().where(Account.award_id == Award.id, _among(Account.kind, ("reserved", "loan")), Account.balance_ore > 0)
    return _awards(pools, _among(Award.state, PAID_OUT), ~left)


APPLYING = frozenset({Role.APPLICANT, Role.LEADER})
LEADING = frozenset({Role.LEADER})
SCREENING = frozenset({Role.COORDINATOR, Role.ADVISER})
FORUM = frozenset({Role.CHAIR, Role.MEMBER, Role.COORDINATOR})
FOLLOWING_UP = frozenset({Role.CHAIR, Role.COORDINATOR})
PREPARING = frozenset({Role.COORDINATOR})
SCORING = frozenset({Role.MEMBER})
CHAIRING = frozenset({Role.CHAIR})
FINANCE = frozenset({Role.FINANCE})

PLACES = {
    "application.show": "application_id",
    "applications.screen": "application_id",
    "scoring.sheet": "application_id",
    "meetings.show": "meeting_id",
    "award.show": "award_id",
    "repayments.show": "claim_id",
    "repayments.reversals": "pool_id",
}

KINDS = (
    Kind("to_finish", APPLYING, N_("Applications to finish"), "application.show", _to_finish),
    Kind("to_submit", APPLYING, N_("Signed applications to submit"), "application.show", _to_submit),
    Kind("to_accept", LEADING, N_("Awards to accept"), "award.show", _to_accept),
    Kind("gains_to_report", LEADING, N_("Gains to report for last year"), "award.show", _gains_to_report),
    Kind("to_repay", LEADING, N_("Claims to pay"), "repayments.show", _to_repay),
    Kind("to_screen", SCREENING, N_("Applications to screen"), "applications.screen", _to_screen),
    Kind("to_score", SCORING, N_("Applications to score"), "scoring.sheet", _to_score),
    Kind("for_an_agenda", PREPARING, N_("Applications not on an agenda"), "application.show", _for_an_agenda),
    Kind("meetings", FORUM, N_("Meetings to come"), "meetings.show", _meetings_to_come),
    Kind("minutes", CHAIRING, N_("Minutes to sign"), "meetings.show", _minutes_to_sign),
    Kind("to_settle", FOLLOWING_UP, N_("Loans that ask for a decision"), "award.show", _to_settle),
    Kind("to_approve", FINANCE, N_("Disbursements to approve"), "award.show", _to_approve),
    Kind("gains_to_verify", FINANCE, N_("Gains to verify"), "award.show", _gains_to_verify),
    Kind("claims_to_make", FINANCE, N_("Claims to make"), "award.show", _claims_to_make),
    Kind("overdue", FINANCE, N_("Overdue claims"), "repayments.show", _overdue),
    Kind("reversals", FINANCE, N_("Reversals to approve"), "repayments.reversals", _reversals_to_approve),
    Kind("to_close", PREPARING, N_("Awards that can be closed"), "award.show", _to_close),
)
