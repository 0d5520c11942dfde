"""What waits for a person, over all pools and roles, in one query: the answer that the first screen gives."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, CompoundSelect, Select, bindparam, literal, select, union_all

from fundbank.errors import N_
from fundbank.extensions import db
from fundbank.kit.clock import beginning
from fundbank.overviews.waiting import applying, calls, confirming, following, meeting, money
from fundbank.overviews.waiting.columns import MOST, Item, Pools
from fundbank.people.models import User
from fundbank.pools.rights import Right, rights_of
from fundbank.pools.roles import Role

SHOWN_OF_EACH = 6


@dataclass(frozen=True)
class Group:
    """Things of one kind: an English heading, the page each leads to, and the items, the most urgent first."""

    kind: str
    heading: str
    endpoint: str
    items: tuple[Item, ...]
    are_all: bool = True

    @property
    def argument(self) -> str:
        """What the page's address calls the subject."""
        return PLACES[self.endpoint]

    @property
    def is_urgent(self) -> bool:
        """Is it late, so that it comes before all else?"""
        return self.kind in URGENT

    @property
    def is_ahead(self) -> bool:
        """Is it something to know of, for which the person need do nothing yet?"""
        return self.kind in AHEAD

    @property
    def first(self) -> tuple[Item, ...]:
        """Those that the first screen shows one by one."""
        return self.items[:SHOWN_OF_EACH]

    @property
    def rest(self) -> tuple[Item, ...]:
        """Those that it only counts."""
        return self.items[SHOWN_OF_EACH:]

    @property
    def everything(self) -> str:
        """The page of a pool on which all of this kind can be found."""
        return LISTS[self.endpoint]

    @property
    def size(self) -> int:
        """How many things of this kind wait, or at least wait, unless these are all."""
        return len(self.items)


@dataclass(frozen=True)
class Kind:
    """A kind of work: whose right it is, what it is called, where it is done, and how to find it, the most urgent
    first: without ``find``, by awards' facts.
    """

    code: str
    right: Right
    heading: str
    endpoint: str
    find: Callable[[Pools], Select[Any]] | None = None


def waiting_for(person: User, roles: Mapping[int, Iterable[Role]], today: date) -> list[Group]:
    """What waits for the person, grouped by kind in the order of the way of a krone, what is late before all else.

    So many of each kind are read that the first can be shown and most people's be counted: however much waits, the screen is as quick.
    """
    return [*_to_confirm(person), *waiting_in_pools(person, roles, today)]


def _to_confirm(person: User) -> list[Group]:
    """What a second person is to confirm: of those who can (domain.md §11)."""
    items = tuple(confirming.to_confirm(person))
    return [Group("to_confirm", N_("Roles and accounts to confirm"), "pools.confirmation", items)] if items else []


def waiting_in_pools(person: User, roles: Mapping[int, Iterable[Role]], today: date) -> list[Group]:
    """What waits for the person by these roles in pools."""
    held = rights_of(role for roles_in_pool in roles.values() for role in roles_in_pool)
    kinds = tuple(kind for kind in KINDS if kind.right in held)
    if not kinds:
        return []
    by_facts = {kind.code: _pool_ids(kind.right, roles) for kind in kinds if kind.find is None}
    found: dict[str, list[Item]] = defaultdict(list, money.asked(person, by_facts, today))
    if by_rows := tuple(kind for kind in kinds if kind.find is not None):
        asked = {"me": person.id, "path": person.department.path, "today": today, "a_week_ago": beginning(today, days=-7)}
        in_pools = {f"pools_{kind.code}": sorted(_pool_ids(kind.right, roles)) for kind in by_rows}
        for code, *values in db.session.execute(_statement(by_rows), {**asked, **in_pools}):
            found[code].append(_item(*values))
    most = {kind.code: MOST if kind.find is not None else money.FEW for kind in kinds}
    cut = {code for code in most if len(found[code]) >= most[code]}
    if found["to_decide"]:
        theirs = meeting.of_decider(person, [item.subject_id for item in found["to_decide"]])
        found["to_decide"] = [item for item in found["to_decide"] if item.subject_id in theirs]
    to_answer = {item.subject_id for item in found["to_answer"]}
    found["to_finish"] = [item for item in found["to_finish"] if item.subject_id not in to_answer]  # what is asked comes first
    groups = [_group(kind, found[kind.code][: most[kind.code]], kind.code not in cut) for kind in kinds if found[kind.code]]
    return sorted(groups, key=lambda group: not group.is_urgent)


def _group(kind: Kind, items: Iterable[Item], are_all: bool) -> Group:
    return Group(kind.code, kind.heading, kind.endpoint, tuple(sorted(items, key=_urgency)), are_all)


@cache
def _statement(kinds: tuple[Kind, ...]) -> CompoundSelect[Any]:
    """One statement for these kinds of work; there are as many as there are sets of roles."""
    return union_all(*(_marked(kind) for kind in kinds))


def _marked(kind: Kind) -> Select[Any]:
    assert kind.find is not None  # noqa: S101  (tells the type checker which kinds a statement is made of)
    # Of one pool they are met in their order: nothing need be sorted to find the first.
    few = kind.find(bindparam(f"pools_{kind.code}", type_=BigInteger, expanding=True)).limit(MOST)
    found = select(few.subquery())
    return found.with_only_columns(literal(kind.code).label("kind"), *found.selected_columns, maintain_column_froms=True)


def _pool_ids(right: Right, roles: Mapping[int, Iterable[Role]]) -> frozenset[int]:
    return frozenset(pool_id for pool_id, held in roles.items() if right in rights_of(held))


def _item(subject_id: int, pool_id: int, title: str, note: str | None, day: Any, amount_ore: int | None) -> Item:
    return Item(subject_id, pool_id, title, note or "", date.fromisoformat(day) if isinstance(day, str) else day, amount_ore)


def _urgency(item: Item) -> tuple[bool, date, int]:
    return (item.day is None, item.day or date.max, item.subject_id)


AHEAD = frozenset({"meetings", "of_the_meeting", "to_come"})
URGENT = frozenset({"overdue", "overdue_of_own", "to_settle", "held_up", "late_advice"})

PLACES = {
    "overviews.application": "application_id",
    "applications.annexes": "application_id",
    "applications.comment": "application_id",
    "applications.screen": "application_id",
    "questions.index": "application_id",
    "applications.advise": "request_id",
    "scoring.sheet": "application_id",
    "ideas.call": "call_id",
    "ideas.needs": "call_id",
    "meetings.show": "meeting_id",
    "meetings.approval": "meeting_id",
    "overviews.award": "award_id",
    "repayments.show": "claim_id",
    "reversals.index": "pool_id",
    "ledger.first_day": "pool_id",
    "pools.confirmation": "confirmation_id",
    "pools.roles": "pool_id",
    "repayments.owed": "pool_id",
}

LISTS = {
    "overviews.application": "applications.index",
    "applications.comment": "applications.gained",
    "applications.screen": "applications.index",
    "questions.index": "applications.index",
    "applications.advise": "applications.advice",
    "scoring.sheet": "scoring.ranking",
    "ideas.call": "ideas.calls",
    "meetings.show": "meetings.index",
    "meetings.approval": "meetings.index",
    "overviews.award": "awards.index",
    "repayments.show": "repayments.claims",
    "reversals.index": "reversals.index",
    "ledger.first_day": "ledger.first_day",
    "pools.confirmation": "pools.confirmations",
    "pools.roles": "pools.roles",
    "repayments.owed": "repayments.owed",
}

KINDS = (
    Kind("to_answer", Right.APPLICATION_WRITE, N_("Questions to answer"), "questions.index", applying.to_answer),
    Kind("to_finish", Right.APPLICATION_WRITE, N_("Applications to finish"), "overviews.application", applying.to_finish),
    Kind("to_sign", Right.DEPARTMENT_LEAD, N_("Applications to sign"), "overviews.application", applying.to_sign),
    Kind("to_submit", Right.APPLICATION_WRITE, N_("Signed applications to submit"), "overviews.application", applying.to_submit),
    Kind("calls", Right.APPLICATION_WRITE, N_("Calls for needs to answer"), "ideas.call", calls.to_answer),
    Kind("to_comment", Right.APPLICATION_WRITE, N_("Your department gains by these"), "applications.comment", applying.to_comment),
    Kind("to_accept", Right.DEPARTMENT_LEAD, N_("Awards to accept"), "overviews.award", money.to_accept),
    Kind("gains_to_report", Right.DEPARTMENT_LEAD, N_("Gains to report"), "overviews.award"),
    Kind("to_repay", Right.DEPARTMENT_LEAD, N_("Claims to pay"), "repayments.show"),
    Kind("overdue_of_own", Right.DEPARTMENT_LEAD, N_("Claims that should have been paid"), "repayments.show"),
    Kind("to_screen", Right.APPLICATION_SCREEN, N_("Applications to screen"), "applications.screen", applying.to_screen),
    Kind("late_advice", Right.APPLICATION_SCREEN, N_("Advice that is late"), "applications.advise", applying.late_advice),
    Kind("to_advise", Right.APPLICATION_SCREEN, N_("Departments that ask for advice"), "applications.advise", applying.to_advise),
    Kind("answered", Right.SUBMITTED_READ, N_("Your questions that have been answered"), "questions.index", applying.answered),
    Kind("to_score", Right.APPLICATION_SCORE, N_("Applications to score"), "scoring.sheet", applying.to_score),
    Kind("for_an_agenda", Right.MEETING_PLAN, N_("Applications not on an agenda"), "overviews.application", applying.for_an_agenda),
    Kind("meetings", Right.MEETING_ATTEND, N_("Meetings to come"), "meetings.show", meeting.meetings_to_come),
    Kind("to_decide", Right.DECISION_APPROVE, N_("Recommendations to decide"), "meetings.approval", meeting.to_decide),
    Kind("minutes", Right.MEETING_CHAIR, N_("Minutes to sign"), "meetings.show", meeting.minutes_to_sign),
    Kind("to_settle", Right.AWARD_FOLLOW_UP, N_("Loans that ask for a decision"), "overviews.award"),
    Kind("without_owner", Right.AWARD_FOLLOW_UP, N_("Follow-ups that nobody sees to"), "overviews.award", following.without_owner),
    Kind("to_follow_up", Right.POOL_READ, N_("To follow up"), "overviews.award", following.to_follow_up),
    Kind("to_pay_out", Right.MONEY_MOVE, N_("Awards to pay out"), "overviews.award"),
    Kind("to_approve", Right.MONEY_MOVE, N_("Disbursements to approve"), "overviews.award", money.to_approve),
    Kind("held_up", Right.MONEY_MOVE, N_("Payments that were not made on their day"), "overviews.award", money.payments_held_up),
    Kind("of_the_meeting", Right.MONEY_MOVE, N_("Payments that wait for the meeting"), "overviews.award", money.payments_of_the_meeting),
    Kind("to_come", Right.MONEY_MOVE, N_("Payments that wait for their day"), "overviews.award", money.payments_to_come),
    Kind("gains_to_verify", Right.GAIN_VERIFY, N_("Gains to verify"), "overviews.award", money.gains_to_verify),
    Kind("claims_to_make", Right.MONEY_MOVE, N_("Claims to make"), "overviews.award"),
    Kind("overdue", Right.MONEY_MOVE, N_("Overdue claims"), "repayments.show"),
    Kind("refunds", Right.MONEY_MOVE, N_("Refunds to approve"), "repayments.owed", money.refunds_to_approve),
    Kind("movements", Right.MONEY_MOVE, N_("Releases and money handed back to approve"), "reversals.index", money.movements_to_approve),
    Kind("reversals", Right.MONEY_MOVE, N_("Reversals to approve"), "reversals.index", money.reversals_to_approve),
    Kind("first_days", Right.MONEY_FUND, N_("First days of pools to confirm"), "ledger.first_day", money.first_days_to_confirm),
    Kind("to_close", Right.AWARD_CLOSE, N_("Awards that can be closed"), "overviews.award"),
)
