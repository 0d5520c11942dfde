"""Reading the facts of awards: in one question for many as for one.

The conditions here narrow down, by index, to awards of which something may be asked; whether it is, only their facts can say. A condition
may let an award through that asks for nothing, and may never hold one back.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Date,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import joinedload

from fundbank.applications.models import Application
from fundbank.awards.models import Award, Disbursement, Participant
from fundbank.awards.queries import awards_by_id, concerns
from fundbank.awards.states import PAID_OUT, PAYABLE, DisbursementState
from fundbank.extensions import db
from fundbank.gains.models import GainReport
from fundbank.kit.counting import Bounded, up_to
from fundbank.ledger.chart import AccountKind
from fundbank.ledger.models import Account
from fundbank.people.models import Department
from fundbank.repayments.facts import AwardFacts, ClaimedLine, Unit
from fundbank.repayments.models import Claim, ClaimLine
from fundbank.repayments.queries import unpaid_column

AT_ONCE = 5_000  # awards in one question: a statement may hold some tens of thousands of values
FEW = 25  # things of a kind that are looked for: an award's facts take longer than a row


def facts_of(awards: Collection[Award], today: date) -> dict[int, AwardFacts]:
    """The facts of each award, by its id."""
    return _read([award.id for award in awards], today)


def facts_of_award(award: Award, today: date) -> AwardFacts:
    """The facts of one award."""
    return facts_of([award], today)[award.id]


def facts_of_pool(pool_id: int, today: date, *narrowed: ColumnElement[bool]) -> list[AwardFacts]:
    """The facts of those awards of a pool to which any of the conditions applies, the oldest first."""
    return first_facts(today, [and_(Award.pool_id == pool_id, or_(*narrowed))], None)


def first_facts(today: date, conditions: Collection[ColumnElement[bool]], most: int | None) -> list[AwardFacts]:
    """The facts of the first ``most`` awards (or of all) to which each of the conditions applies, the oldest first."""
    return facts_of_those(the_first(conditions, most), today)


def the_first(conditions: Collection[ColumnElement[bool]], most: int | None) -> CompoundSelect[int]:
    """The question for the first ``most`` awards (or for all) to which each of the conditions applies."""
    first = (select(Award.id).where(condition).order_by(Award.id).limit(most).subquery() for condition in conditions)
    return union(*(select(few.c.id) for few in first))


def facts_of_those(ids: CompoundSelect[int], today: date) -> list[AwardFacts]:
    """The facts of the awards that the question finds, the oldest first."""
    found = _read(db.session.scalars(ids).all(), today)
    return [found[award_id] for award_id in sorted(found)]


Ask = Callable[[AwardFacts], Iterable[Any]]


@dataclass(frozen=True)
class Question:
    """Something that follows from an award's facts: the awards that it may concern, and how one is asked. It may be asked of any other."""

    may_concern: ColumnElement[bool]
    ask: Ask


def answers(
    asks: Mapping[str, Ask], find: Callable[[Collection[str], int | None], list[AwardFacts]], most: int | None
) -> dict[str, list[tuple[AwardFacts, Any]]]:
    """What is asked, with the facts in which it was found, the oldest award first: ``most`` of each at least, if there is so much, or all.

    ``find`` gives the facts of the first awards, so many, that these questions may concern. It is asked for more only for a question that
    may have more to it: however much waits, this is as quick.
    """
    found: dict[str, list[tuple[AwardFacts, Any]]] = {}
    left, looked_at = sorted(asks), most
    while left:
        facts = find(left, looked_at)
        for code in left:
            found[code] = [(one, answer) for one in facts for answer in asks[code](one)]
        if most is None or looked_at is None or len(facts) < looked_at:
            break
        left, looked_at = [code for code in left if len(found[code]) < most], looked_at * 4
    return found


def _answers(today: date, questions: Mapping[str, Question], most: int | None) -> dict[str, list[tuple[AwardFacts, Any]]]:
    def find(codes: Collection[str], looked_at: int | None) -> list[AwardFacts]:
        return first_facts(today, [questions[code].may_concern for code in codes], looked_at)

    return answers({code: question.ask for code, question in questions.items()}, find, most)


def _found(pool_id: int, today: date, question: Question, most: int | None) -> list[tuple[AwardFacts, Any]]:
    of_pool = replace(question, may_concern=and_(Award.pool_id == pool_id, question.may_concern))
    return _answers(today, {"": of_pool}, most)[""][:most]


def overdue_lines(pool_id: int, today: date, *, seen_from: Department | None = None, most: int | None = None) -> Sequence[ClaimLine]:
    """The pool's lines that should have been paid, those of the oldest ``most`` awards, the oldest first; ``seen_from`` narrows to the
    awards that concern this unit.
    """
    asked = Question(_seen(may_owe(Claim.due_on < today), seen_from), lambda facts: facts.overdue_lines)
    ids = [line.id for _facts, line in _found(pool_id, today, asked, most)]
    query = (
        select(ClaimLine)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(ClaimLine.id.in_(ids))
        .options(joinedload(ClaimLine.claim).joinedload(Claim.award).joinedload(Award.application), joinedload(ClaimLine.department))
    )
    return db.session.scalars(query.order_by(Claim.due_on, ClaimLine.id)).all()


def missing_gains(
    pool_id: int, today: date, *, seen_from: Department | None = None, most: int | None = None
) -> list[tuple[int, Department, Award]]:
    """The years that are over without a department's report that a claim waits for, of the first ``most`` the earliest first."""
    asked = Question(_seen(may_lack_gains(today), seen_from), lambda facts: facts.missing_gains)
    missing = sorted((year, facts.id, unit.id) for facts, (year, unit) in _found(pool_id, today, asked, most))
    awards = awards_by_id({award_id for _year, award_id, _unit_id in missing})
    units = {part.department_id: part.department for award in awards.values() for part in award.participants}
    return [(year, units[unit_id], awards[award_id]) for year, award_id, unit_id in missing]


def years_to_claim(
    pool_id: int, today: date, *, seen_from: Department | None = None, most: int | None = None
) -> list[tuple[Award, int, tuple[Unit, ...]]]:
    """The years that should have been claimed by now, the first ``most`` of them, each with the departments whose gain it lacks."""
    asked = Question(_seen(may_await_claim(today), seen_from), lambda facts: sorted([*facts.years_to_claim, *facts.years_held_up]))
    years = _found(pool_id, today, asked, most)
    awards = awards_by_id({facts.id for facts, _year in years})
    return [(awards[facts.id], year, facts.lacking(year)) for facts, year in years]


def loans_to_settle(pool_id: int, today: date, *, most: int | None = None) -> list[tuple[Award, AwardFacts]]:
    """The pool's loans that ask the forum for a decision, the oldest first, each with its facts: the first ``most`` of them."""
    asked = Question(may_ask_for_settlement(), lambda facts: [True] if facts.asks_for_settlement else [])
    asking = [facts for facts, _yes in _found(pool_id, today, asked, most)]
    awards = awards_by_id([facts.id for facts in asking])
    return [(awards[facts.id], facts) for facts in asking]


def count_by_facts(pool_id: int, today: date) -> dict[str, Bounded]:
    """How much of each kind waits in the pool, counted up to FEW: awards to pay out, claims to make, what is overdue, loans to settle."""
    in_pool = Award.pool_id == pool_id
    questions = {
        "to_pay": Question(and_(in_pool, may_be_paid_out()), lambda facts: [True] if facts.left_to_register_ore else []),
        "claims": Question(and_(in_pool, may_await_claim(today)), lambda facts: facts.years_to_claim),
        "overdue": Question(and_(in_pool, may_owe(Claim.due_on < today)), lambda facts: facts.overdue_lines),
        "settlements": Question(and_(in_pool, may_ask_for_settlement()), lambda facts: [True] if facts.asks_for_settlement else []),
    }
    return {code: up_to(len(found), FEW) for code, found in _answers(today, questions, FEW + 1).items()}


def _seen(narrowed: ColumnElement[bool], seen_from: Department | None) -> ColumnElement[bool]:
    return narrowed if seen_from is None else and_(narrowed, concerns(seen_from))


# Conditions on an award. Each narrows down to those of which its question may be true.


def may_be_paid_out() -> ColumnElement[bool]:
    """Something is reserved of an accepted award."""
    return and_(Award.state.in_(PAYABLE), _holds(AccountKind.RESERVED))


def may_be_closed() -> ColumnElement[bool]:
    """It has been paid out, and nothing is reserved or outstanding."""
    return and_(Award.state.in_(PAID_OUT), ~_holds(AccountKind.RESERVED), ~_holds(AccountKind.LOAN))


def may_owe(*of_claim: ColumnElement[bool]) -> ColumnElement[bool]:
    """A line of a claim (of one to which these conditions apply) is unpaid, and something is outstanding."""
    unpaid = exists().where(Claim.award_id == Award.id, ClaimLine.claim_id == Claim.id, unpaid_column() > 0, *of_claim)
    return and_(_is_lent(), unpaid)


def may_ask_for_settlement() -> ColumnElement[bool]:
    """The last year has been claimed, and something is outstanding."""
    return and_(_is_lent(), exists().where(Claim.award_id == Award.id, Claim.year == Award.first_year + Award.years - 1))


def may_await_claim(today: date) -> ColumnElement[bool]:
    """Something is outstanding, and a year that has come, or that somebody has reported on, has not been claimed."""
    claimed = select(func.count()).where(Claim.award_id == Award.id, Claim.year <= today.year).correlate(Award).scalar_subquery()
    of_year = exists().where(Claim.award_id == Award.id, Claim.year == GainReport.year).correlate(Award, GainReport)
    early = exists().where(GainReport.award_id == Award.id, GainReport.year >= today.year, GainReport.ended_at.is_(None), ~of_year)
    has_come = today.year - Award.first_year + case((Award.basis == "planned", 1), else_=0)
    return and_(_is_lent(), or_(claimed < _at_most(has_come, Award.years), early))


def may_lack_gains(today: date) -> ColumnElement[bool]:
    """Something is outstanding, claims follow reports, and there are fewer of them than departments and years that are over."""
    shares = select(func.count()).where(Participant.award_id == Award.id).correlate(Award).scalar_subquery()
    of_a_unit = exists().where(Participant.award_id == Award.id, Participant.department_id == GainReport.department_id)
    over = and_(GainReport.year >= Award.first_year, GainReport.year < Award.first_year + Award.years, GainReport.year < today.year)
    reported = (
        select(func.count())
        .where(GainReport.award_id == Award.id, GainReport.ended_at.is_(None), over, of_a_unit.correlate(Award, GainReport))
        .correlate(Award)
        .scalar_subquery()
    )
    return and_(_is_lent(), Award.basis == "realised", reported < shares * _at_most(today.year - Award.first_year, Award.years))


def _is_lent() -> ColumnElement[bool]:
    return and_(Award.state.in_(PAID_OUT), _holds(AccountKind.LOAN))


def _holds(kind: AccountKind) -> ColumnElement[bool]:
    return exists().where(Account.award_id == Award.id, Account.kind == kind, Account.balance_ore > 0)


def _at_most(value: Any, most: Any) -> ColumnElement[int]:
    return case((value < most, value), else_=most)


# The one statement: a row for an award, for each department that it concerns, each account, line, report, and for the waiting payments.

_INTEGERS = ("pool_id", "person_id", "claim_id", "line_id", "unit_id", "position", "year", "years", "is_verified")
_COLUMNS = {**dict.fromkeys(_INTEGERS, BigInteger), "day": Date, "ore": BigInteger, **dict.fromkeys(("text", "name", "path"), String)}


def _part(part: str, chosen: CTE, **told: Any) -> Select[Any]:
    # A day that is told is not cast: SQLite would make it its year.
    columns = [
        (told[name] if name == "day" and name in told else cast(told.get(name, null()), kind)).label(name)
        for name, kind in _COLUMNS.items()
    ]
    return select(literal(part, String).label("part"), chosen.c.id.label("award_id"), *columns)


@cache
def _statement() -> CompoundSelect[Any]:
    """Made once: that takes several times what the database does with it."""
    chosen = select(Award.id).where(Award.id.in_(bindparam("ids", expanding=True))).cte("chosen")
    of_award, of_application = Award.id == chosen.c.id, Application.id == Award.application_id
    award = _part(
        "award",
        chosen,
        year=Award.first_year,
        years=Award.years,
        ore=Award.loan_ore,
        text=Award.state,
        name=Award.basis,
        pool_id=Award.pool_id,
        person_id=Award.decided_by_id,
    )
    application = _part("application", chosen, unit_id=Department.id, text=Application.title, name=Department.name, path=Department.path)
    unit = _part("unit", chosen, position=Participant.position, unit_id=Department.id, name=Department.name, path=Department.path)
    account = _part("account", chosen, ore=Account.balance_ore, text=Account.kind)
    line = _part(
        "line",
        chosen,
        year=Claim.year,
        claim_id=Claim.id,
        line_id=ClaimLine.id,
        unit_id=ClaimLine.department_id,
        day=Claim.due_on,
        ore=unpaid_column(),
    )
    is_verified = case((GainReport.verified_at.is_(None), 0), else_=1)
    report = _part("report", chosen, year=GainReport.year, unit_id=GainReport.department_id, is_verified=is_verified)
    payment = _part("payment", chosen, day=func.min(Disbursement.pay_on), ore=func.sum(Disbursement.amount_ore))
    waits = Disbursement.state == DisbursementState.REGISTERED
    return union_all(
        award.join(Award, of_award),
        application.join(Award, of_award).join(Application, of_application).join(Department, Department.id == Application.department_id),
        unit.join(Participant, Participant.award_id == chosen.c.id).join(Department, Department.id == Participant.department_id),
        account.join(Account, Account.award_id == chosen.c.id),
        line.join(Claim, Claim.award_id == chosen.c.id).join(ClaimLine, ClaimLine.claim_id == Claim.id),
        report.join(GainReport, GainReport.award_id == chosen.c.id).where(GainReport.ended_at.is_(None)),
        payment.join(Disbursement, Disbursement.award_id == chosen.c.id).where(waits).group_by(chosen.c.id),
    )


def _read(ids: Sequence[int], today: date) -> dict[int, AwardFacts]:
    found: dict[int, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for start in range(0, len(ids), AT_ONCE):
        for row in db.session.execute(_statement(), {"ids": ids[start : start + AT_ONCE]}):
            found[row.award_id][row.part].append(row)
    return {award_id: _facts(award_id, parts, today) for award_id, parts in found.items()}


def _facts(award_id: int, parts: dict[str, list[Any]], today: date) -> AwardFacts:
    (award,), (application,), payments = parts["award"], parts["application"], parts["payment"]
    held = {account.text: account.ore for account in parts["account"]}
    return AwardFacts(
        today=today,
        state=award.text,
        id=award_id,
        pool_id=award.pool_id,
        title=application.text,
        department=Unit(application.unit_id, application.name, application.path),
        decided_by_id=award.person_id,
        loan_ore=award.ore,
        basis=award.name,
        first_year=award.year,
        years=award.years,
        units=tuple(Unit(unit.unit_id, unit.name, unit.path) for unit in sorted(parts["unit"], key=lambda unit: unit.position)),
        reserved_ore=held.get(AccountKind.RESERVED, 0),
        outstanding_ore=held.get(AccountKind.LOAN, 0),
        registered_ore=sum(payment.ore for payment in payments),
        registered_on=min((payment.day for payment in payments), default=None),
        lines=tuple(
            ClaimedLine(line.line_id, line.claim_id, line.year, line.unit_id, line.day, line.ore)
            for line in sorted(parts["line"], key=lambda line: (line.day, line.line_id))
        ),
        reports={(report.year, report.unit_id): bool(report.is_verified) for report in parts["report"]},
    )
