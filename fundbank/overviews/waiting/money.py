"""Work on awards: to accept, pay out, report, verify, claim, repay, settle, reverse and close.

Whether something is asked for, an award's facts decide (``repayments.facts``), on this screen as on every other. For what only needs the
row itself to be looked at, the database's answer is the whole of it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, func, or_, select, union_all

from fundbank.applications.models import Application
from fundbank.awards.models import Acceptance, Award, Disbursement, Participant
from fundbank.awards.queries import waits_for_approval, waits_for_its_day
from fundbank.awards.states import State as AwardState
from fundbank.gains.models import GainReport
from fundbank.gains.queries import waits_for_verification
from fundbank.ledger.models import FirstDay, Movement, Transfer
from fundbank.overviews.waiting.columns import ME, TODAY, Item, Pools, own, row, second_to, unbound
from fundbank.people.models import Department, User
from fundbank.repayments.facts import AwardFacts, ClaimedLine, Unit
from fundbank.repayments.models import Claim, ClaimLine, LineBalance, Refund
from fundbank.repayments.queries import waits_for_approval as refund_waits
from fundbank.repayments.queries.conditions import (
    may_ask_for_settlement,
    may_await_claim,
    may_be_closed,
    may_be_paid_out,
    may_lack_gains,
    may_owe,
)
from fundbank.repayments.queries.waiting import FEW, answers, the_first
from fundbank.reversals.models import Reversal

LOOKED_AT = 200  # payments of a kind, the earliest, that are looked at for what waits for the meeting


def to_accept(pools: Pools) -> Select[Any]:
    """One for each department that was asked, led by the person, and has not answered."""
    query = row(Award.id, Award.pool_id, Application.title, Department.name, None, Award.loan_ore + Award.grant_ore)
    query = query.join(Acceptance, Acceptance.award_id == Award.id).join(Department, Department.id == Acceptance.department_id)
    query = query.join(Application, Application.id == Award.application_id)
    asked = (Award.pool_id.in_(pools), Award.state == AwardState.OFFERED, Acceptance.accepted_at.is_(None), own())
    return query.where(*asked).order_by(Award.id, Acceptance.position)


def to_approve(pools: Pools) -> Select[Any]:
    seconds = second_to(Disbursement.registered_by_id, Disbursement.pool_id), unbound(), ~Award.awaits_closing
    query = _payments().where(Disbursement.pool_id.in_(pools), waits_for_approval(), *seconds)
    return query.order_by(Disbursement.pay_on, Disbursement.id)


def payments_to_come(pools: Pools) -> Select[Any]:
    """Approved: on their day they are posted, and until then each can be withdrawn."""
    return _approved(pools).where(Disbursement.pay_on >= TODAY, Disbursement.reason == "")


def payments_held_up(pools: Pools) -> Select[Any]:
    """Approved, and not posted: their day has passed, or their posting was refused on it."""
    return _approved(pools).where(or_(Disbursement.pay_on < TODAY, Disbursement.reason != ""))


def payments_of_the_meeting(pools: Pools) -> Select[Any]:
    """Registered or approved, of awards on which a meeting has decided what is not known yet."""
    waits = (waits_for_approval(), waits_for_its_day())
    first = (select(Disbursement.id).where(Disbursement.pool_id.in_(pools), one) for one in waits)
    ids = (one.order_by(Disbursement.pay_on, Disbursement.id).limit(LOOKED_AT).subquery() for one in first)
    looked_at = union_all(*(select(one.c.id) for one in ids))
    return _payments().where(Disbursement.id.in_(looked_at), Award.awaits_closing).order_by(Disbursement.pay_on, Disbursement.id)


def _approved(pools: Pools) -> Select[Any]:
    query = _payments().where(Disbursement.pool_id.in_(pools), waits_for_its_day(), ~Award.awaits_closing)
    return query.order_by(Disbursement.pay_on, Disbursement.id)


def _payments() -> Select[Any]:
    query = row(
        Disbursement.award_id, Disbursement.pool_id, Application.title, Department.name, Disbursement.pay_on, Disbursement.amount_ore
    )
    query = query.join(Award, Award.id == Disbursement.award_id).join(Application, Application.id == Award.application_id)
    return query.join(Department, Department.id == Application.department_id)


def gains_to_verify(pools: Pools) -> Select[Any]:
    query = row(GainReport.award_id, GainReport.pool_id, Application.title, Department.name, None, GainReport.amount_ore)
    query = query.join(Award, Award.id == GainReport.award_id).join(Application, Application.id == Award.application_id)
    query = query.join(Department, Department.id == GainReport.department_id)
    query = query.where(GainReport.pool_id.in_(pools), waits_for_verification(), GainReport.reported_by_id != ME)
    return query.order_by(GainReport.id)


def refunds_to_approve(pools: Pools) -> Select[Any]:
    query = row(Refund.pool_id, Refund.pool_id, Application.title, Department.name, None, Refund.amount_ore)
    query = query.join(ClaimLine, ClaimLine.id == Refund.claim_line_id).join(Department, Department.id == ClaimLine.department_id)
    query = query.join(Claim, Claim.id == ClaimLine.claim_id).join(Award, Award.id == Claim.award_id)
    query = query.join(Application, Application.id == Award.application_id)
    query = query.where(Refund.pool_id.in_(pools), refund_waits(), second_to(Refund.registered_by_id, Refund.pool_id), unbound())
    return query.order_by(Refund.id)


def reversals_to_approve(pools: Pools) -> Select[Any]:
    query = row(Reversal.pool_id, Reversal.pool_id, Reversal.reason, None, None, Transfer.amount_ore)
    query = query.join(Transfer, Transfer.id == Reversal.transfer_id)
    query = query.where(Reversal.pool_id.in_(pools), Reversal.state == "registered", second_to(Reversal.registered_by_id, Reversal.pool_id))
    return query.order_by(Reversal.id)


def movements_to_approve(pools: Pools) -> Select[Any]:
    query = row(Movement.pool_id, Movement.pool_id, Movement.reason, None, None, Movement.amount_ore)
    query = query.outerjoin(Award, Award.id == Movement.award_id).outerjoin(Application, Application.id == Award.application_id)
    waits = (Movement.pool_id.in_(pools), Movement.state == "registered", or_(Movement.award_id.is_(None), unbound()))
    query = query.where(*waits, second_to(Movement.registered_by_id, Movement.pool_id))
    return query.order_by(Movement.id)


def first_days_to_confirm(pools: Pools) -> Select[Any]:
    query = row(FirstDay.pool_id, FirstDay.pool_id, FirstDay.reason, None, FirstDay.day, None)
    return query.where(FirstDay.pool_id.in_(pools), FirstDay.state == "waiting", FirstDay.asked_by_id != ME).order_by(FirstDay.id)


@dataclass(frozen=True)
class Question:
    """A kind of work that follows from an award's facts: the awards that it may concern, and what of one waits for a person."""

    may_concern: Callable[[str, date], ColumnElement[bool]]
    ask: Callable[[AwardFacts, User], Iterator[Item]]


def asked(person: User, pools: Mapping[str, frozenset[int]], today: date) -> dict[str, list[Item]]:
    """What waits for the person by the facts of awards, by the code of its question; ``pools`` tells in which pools each is asked.

    At least FEW of each kind, if so many wait.
    """

    def find(codes: Collection[str]) -> CompoundSelect[str, int]:
        return _candidates(tuple((code, pools[code]) for code in codes), person.department.path, today)

    asks = {code: partial(_ask, QUESTIONS[code], person, pools[code]) for code in pools}
    return {code: [item for _facts, item in found] for code, found in answers(asks, find, today, FEW).items()}


def _ask(question: Question, person: User, pool_ids: frozenset[int], facts: AwardFacts) -> Iterable[Item]:
    return question.ask(facts, person) if facts.pool_id in pool_ids else ()


@lru_cache(maxsize=256)
def _candidates(asked: tuple[tuple[str, frozenset[int]], ...], path: str, today: date) -> CompoundSelect[str, int]:
    """The awards that these questions may concern; making the statement takes several times what the database does with it."""
    return the_first({code: and_(Award.pool_id.in_(pool_ids), QUESTIONS[code].may_concern(path, today)) for code, pool_ids in asked})


def _of_award(facts: AwardFacts, note: str = "", ore: int | None = None) -> Item:
    return Item(facts.id, facts.pool_id, facts.title, note, None, ore)


def _of_line(facts: AwardFacts, line: ClaimedLine, unit: Unit) -> Item:
    return Item(line.claim_id, facts.pool_id, facts.title, unit.name, line.due_on, line.unpaid_ore)


def _own_units(facts: AwardFacts, person: User) -> dict[int, Unit]:
    """The departments that share in the award for which the person acts: the own one and those below it."""
    return {unit.id: unit for unit in facts.units if unit.path.startswith(person.department.path)}


def _gains_to_report(facts: AwardFacts, person: User) -> Iterator[Item]:
    units = _own_units(facts, person)
    return (_of_award(facts, f"{unit.name} · {year}") for year, unit in facts.missing_gains if unit.id in units)


def _to_repay(facts: AwardFacts, person: User) -> Iterator[Item]:
    units, late = _own_units(facts, person), facts.overdue_lines
    waiting = (line for line in facts.lines_to_pay if line.department_id in units and line not in late)
    return (_of_line(facts, line, units[line.department_id]) for line in waiting)


def _overdue_of_own(facts: AwardFacts, person: User) -> Iterator[Item]:
    units = _own_units(facts, person)
    return (_of_line(facts, line, units[line.department_id]) for line in facts.overdue_lines if line.department_id in units)


def _overdue(facts: AwardFacts, person: User) -> Iterator[Item]:
    units = {unit.id: unit for unit in facts.units}
    return (_of_line(facts, line, units[line.department_id]) for line in facts.overdue_lines)


def _to_settle(facts: AwardFacts, person: User) -> Iterator[Item]:
    if facts.asks_for_settlement:
        yield _of_award(facts, facts.department.name, facts.outstanding_ore)


def _to_pay_out(facts: AwardFacts, person: User) -> Iterator[Item]:
    """Whoever decided on an award, signed its application or accepted it does not pay it out."""
    if facts.left_to_register_ore and person.id not in facts.bound:
        yield _of_award(facts, facts.department.name, facts.left_to_register_ore)


def _claims_to_make(facts: AwardFacts, person: User) -> Iterator[Item]:
    return (_of_award(facts, str(year)) for year in facts.years_to_claim)


def _to_close(facts: AwardFacts, person: User) -> Iterator[Item]:
    if facts.can_be_closed:
        yield _of_award(facts, facts.department.name)


def _with_own_unit(narrowed: ColumnElement[bool], path: str) -> ColumnElement[bool]:
    """Asked of one award after the other, and how many share it: asked whether there is one PostgreSQL would list all that ever concerned
    the unit.
    """
    of_unit = (Participant.award_id == Award.id, Department.id == Participant.department_id, Department.path.startswith(path))
    shares = select(func.count()).where(*of_unit).correlate(Award).scalar_subquery()
    return and_(narrowed, shares > 0)


QUESTIONS = {
    "gains_to_report": Question(lambda path, today: _with_own_unit(may_lack_gains(today), path), _gains_to_report),
    "to_repay": Question(lambda path, today: _with_own_unit(may_owe(LineBalance.due_on >= today), path), _to_repay),
    "overdue_of_own": Question(lambda path, today: _with_own_unit(may_owe(LineBalance.due_on < today), path), _overdue_of_own),
    "to_settle": Question(lambda path, today: may_ask_for_settlement(), _to_settle),
    "to_pay_out": Question(lambda path, today: may_be_paid_out(), _to_pay_out),
    "claims_to_make": Question(lambda path, today: may_await_claim(today), _claims_to_make),
    "overdue": Question(lambda path, today: may_owe(LineBalance.due_on < today), _overdue),
    "to_close": Question(lambda path, today: may_be_closed(), _to_close),
}
