"""Reading the facts of awards: in one question for many as for one.

What may be asked of an award narrows down to it (``conditions``); whether it is, only its facts say.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
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
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import joinedload

from fundbank.applications.models import Application
from fundbank.awards.models import Acceptance, Award, Disbursement, Participant
from fundbank.awards.queries import awards_by_id, concerns
from fundbank.awards.states import NOT_POSTED, DisbursementState
from fundbank.extensions import db
from fundbank.gains.models import GainReport
from fundbank.gains.queries import counts
from fundbank.kit.columns import among
from fundbank.kit.counting import Bounded, up_to
from fundbank.kit.keyset import SHOWN, Part, part_of
from fundbank.ledger.chart import AccountKind
from fundbank.ledger.models import Account
from fundbank.people.models import Department
from fundbank.repayments.facts import AwardFacts, ClaimedLine, Unit
from fundbank.repayments.models import Claim, ClaimLine
from fundbank.repayments.queries import due_on_column, unpaid_column
from fundbank.repayments.queries.conditions import may_ask_for_settlement, may_await_claim, may_be_paid_out, may_lack_gains, may_owe

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
    found = _read(db.session.scalars(select(Award.id).where(Award.pool_id == pool_id, or_(*narrowed))).all(), today)
    return [found[award_id] for award_id in sorted(found)]


Ask = Callable[[AwardFacts], Iterable[Any]]


@dataclass(frozen=True)
class Question:
    """Something that follows from an award's facts: the awards that it may concern, and how one is asked. It may be asked of any other."""

    may_concern: ColumnElement[bool]
    ask: Ask


def the_first(conditions: Mapping[str, ColumnElement[bool]], *, all_of_them: bool = False) -> CompoundSelect[str, int]:
    """The question for the first ``most`` awards (or for all) to which each condition applies, by its code, beyond ``after_<code>``."""
    parts = []
    for code, condition in conditions.items():
        beyond = select(Award.id).where(condition, Award.id > bindparam(f"after_{code}", type_=BigInteger)).order_by(Award.id)
        few = (beyond if all_of_them else beyond.limit(bindparam("most", type_=BigInteger))).subquery()
        parts.append(select(literal(code, String), few.c.id))
    return union_all(*parts)


Find = Callable[[Collection[str]], CompoundSelect[str, int]]


def answers(asks: Mapping[str, Ask], find: Find, today: date, most: int | None, begin: int = 0) -> dict[str, list[tuple[AwardFacts, Any]]]:
    """What is asked, with the facts in which it was found, the oldest award first: ``most`` of each at least, if there is so much, or all.

    ``find`` makes the question (``the_first``) for the awards that these questions may concern. More of them are looked at only for a
    question that found as many as it was allowed, and too little in them, and then those that come after: however much waits, this is
    as quick. Only awards after the one with the id ``begin`` are looked at.
    """
    found: dict[str, list[tuple[AwardFacts, Any]]] = {code: [] for code in asks}
    after, looked_at = dict.fromkeys(sorted(asks), begin), most
    while after:
        ids: dict[str, list[int]] = {code: [] for code in after}
        values = {f"after_{code}": last for code, last in after.items()}
        for code, award_id in db.session.execute(find(tuple(after)), values if looked_at is None else {**values, "most": looked_at}):
            ids[code].append(award_id)
        facts = _read(sorted({award_id for of_code in ids.values() for award_id in of_code}), today)
        for code, of_code in ids.items():
            found[code] += [(facts[award_id], answer) for award_id in sorted(of_code) for answer in asks[code](facts[award_id])]
        if most is None or looked_at is None:
            break
        after = {code: max(ids[code]) for code in after if len(ids[code]) == looked_at and len(found[code]) < most}
        looked_at *= 4
    return found


def _answers(today: date, questions: Mapping[str, Question], most: int | None, begin: int = 0) -> dict[str, list[tuple[AwardFacts, Any]]]:
    def find(codes: Collection[str]) -> CompoundSelect[str, int]:
        return the_first({code: questions[code].may_concern for code in codes}, all_of_them=most is None)

    return answers({code: question.ask for code, question in questions.items()}, find, today, most, begin)


def _found(pool_id: int, today: date, question: Question, most: int | None, begin: int = 0) -> list[tuple[AwardFacts, Any]]:
    of_pool = replace(question, may_concern=and_(Award.pool_id == pool_id, question.may_concern))
    return _answers(today, {"asked": of_pool}, most, begin)["asked"]


def _found_after(pool_id: int, today: date, question: Question, seen_from: Department | None, after: int) -> Part[tuple[AwardFacts, Any]]:
    """A part of what is found, of awards after the one with the id ``after``, an award's things together; ``seen_from`` narrows to the
    awards that concern this unit.
    """
    if seen_from is not None:
        question = replace(question, may_concern=and_(question.may_concern, concerns(seen_from)))
    return part_of(_found(pool_id, today, question, SHOWN + 1, after), key=lambda found: found[0].id, most=SHOWN)


def _is_overdue(today: date) -> Question:
    return Question(may_owe(Claim.due_on < today), lambda facts: facts.overdue_lines)


def overdue_lines(pool_id: int, today: date) -> Sequence[ClaimLine]:
    """The pool's lines that should have been paid, the oldest first."""
    return _lines([line.id for _facts, line in _found(pool_id, today, _is_overdue(today), None)])


def part_of_overdue_lines(pool_id: int, today: date, *, seen_from: Department | None = None, after: int = 0) -> Part[ClaimLine]:
    """A part of the same (``_found_after``)."""
    found = _found_after(pool_id, today, _is_overdue(today), seen_from, after)
    return Part(_lines([line.id for _facts, line in found.rows]), found.last)


def _lines(ids: Collection[int]) -> Sequence[ClaimLine]:
    query = (
        select(ClaimLine)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(ClaimLine.id.in_(ids))
        .options(joinedload(ClaimLine.claim).joinedload(Claim.award).joinedload(Award.application), joinedload(ClaimLine.department))
    )
    return db.session.scalars(query.order_by(Claim.due_on, ClaimLine.id)).all()


def missing_gains(pool_id: int, today: date, *, seen_from: Department | None = None, after: int = 0) -> Part[tuple[int, Department, Award]]:
    """The years that are over without a department's report that a claim waits for: of a part (``_found_after``) the earliest first."""
    found = _found_after(pool_id, today, Question(may_lack_gains(today), lambda facts: facts.missing_gains), seen_from, after)
    missing = sorted((year, facts.id, unit.id) for facts, (year, unit) in found.rows)
    awards = awards_by_id({award_id for _year, award_id, _unit_id in missing})
    units = {part.department_id: part.department for award in awards.values() for part in award.participants}
    return Part([(year, units[unit_id], awards[award_id]) for year, award_id, unit_id in missing], found.last)


def years_to_claim(
    pool_id: int, today: date, *, seen_from: Department | None = None, after: int = 0
) -> Part[tuple[Award, int, tuple[Unit, ...]]]:
    """The years that should have been claimed by now, a part of them (``_found_after``), each with the departments whose gain it lacks."""
    asked = Question(may_await_claim(today), lambda facts: sorted([*facts.years_to_claim, *facts.years_held_up]))
    years = _found_after(pool_id, today, asked, seen_from, after)
    awards = awards_by_id({facts.id for facts, _year in years.rows})
    return Part([(awards[facts.id], year, facts.lacking(year)) for facts, year in years.rows], years.last)


def loans_to_settle(pool_id: int, today: date, *, most: int | None = None) -> list[tuple[Award, AwardFacts]]:
    """The pool's loans that ask the forum for a decision, the oldest first, each with its facts: the first ``most`` of them."""
    asked = Question(may_ask_for_settlement(), lambda facts: [True] if facts.asks_for_settlement else [])
    asking = [facts for facts, _yes in _found(pool_id, today, asked, most)[:most]]
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


# The one statement: a row for an award, for each acceptance, department that it concerns, account, line and report, and for what waits.

_INTEGERS = ("pool_id", "person_id", "claim_id", "line_id", "unit_id", "position", "year", "years", "is_verified")
_COLUMNS = {**dict.fromkeys(_INTEGERS, BigInteger), "day": Date, "ore": BigInteger, **dict.fromkeys(("text", "name", "path"), String)}


def _part(part: Any, award_id: Any, **told: Any) -> Select[Any]:
    # A day that is told is not cast: SQLite would make it its year.
    columns = [
        (told[name] if name == "day" and name in told else cast(told.get(name, null()), kind)).label(name)
        for name, kind in _COLUMNS.items()
    ]
    return select((literal(part, String) if isinstance(part, str) else part).label("part"), award_id.label("award_id"), *columns)


@cache
def _statement() -> CompoundSelect[Any]:
    """Made once: that takes several times what the database does with it."""
    chosen = select(Award.id).where(Award.id.in_(bindparam("ids", expanding=True))).cte("chosen")
    of_award, of_application = Award.id == chosen.c.id, Application.id == Award.application_id
    award = _part(
        "award",
        chosen.c.id,
        year=Award.first_year,
        years=Award.years,
        ore=Award.loan_ore,
        text=Award.state,
        name=Award.basis,
        pool_id=Award.pool_id,
        person_id=Award.decided_by_id,
    )
    unit_of = {"unit_id": Department.id, "name": Department.name, "path": Department.path}
    application = _part("application", chosen.c.id, text=Application.title, person_id=Application.signed_by_id, **unit_of)
    acceptance = _part("acceptance", chosen.c.id, person_id=Acceptance.accepted_by_id)
    unit = _part("unit", chosen.c.id, position=Participant.position, unit_id=Department.id, name=Department.name, path=Department.path)
    account = _part("account", chosen.c.id, ore=Account.balance_ore, text=Account.kind)
    # SQLite would begin with all lines, were the awards joined to them.
    line = _part(
        "line",
        Claim.award_id,
        year=Claim.year,
        claim_id=Claim.id,
        line_id=ClaimLine.id,
        unit_id=ClaimLine.department_id,
        day=due_on_column(),
        ore=unpaid_column(),
    ).join(ClaimLine, ClaimLine.claim_id == Claim.id)
    is_verified = case((GainReport.verified_at.is_(None), 0), else_=1)
    part = case((counts(), "report"), else_="correction")
    report = _part(part, chosen.c.id, year=GainReport.year, unit_id=GainReport.department_id, is_verified=is_verified)
    payment = _part(
        "payment", chosen.c.id, day=func.min(Disbursement.pay_on), ore=func.sum(Disbursement.amount_ore), text=Disbursement.state
    )
    waits = among(Disbursement.state, NOT_POSTED)
    return union_all(
        award.join(Award, of_award),
        application.join(Award, of_award).join(Application, of_application).join(Department, Department.id == Application.department_id),
        acceptance.join(Acceptance, Acceptance.award_id == chosen.c.id).where(Acceptance.accepted_by_id.is_not(None)),
        unit.join(Participant, Participant.award_id == chosen.c.id).join(Department, Department.id == Participant.department_id),
        account.join(Account, Account.award_id == chosen.c.id),
        line.where(Claim.award_id.in_(select(chosen.c.id))),
        report.join(GainReport, GainReport.award_id == chosen.c.id).where(GainReport.ended_at.is_(None)),
        payment.join(Disbursement, Disbursement.award_id == chosen.c.id).where(waits).group_by(chosen.c.id, Disbursement.state),
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
    days_of_payments = {payment.text: payment.day for payment in payments}
    return AwardFacts(
        today=today,
        state=award.text,
        id=award_id,
        pool_id=award.pool_id,
        title=application.text,
        department=Unit(application.unit_id, application.name, application.path),
        bound=frozenset(row.person_id for row in (award, application, *parts["acceptance"]) if row.person_id is not None),
        loan_ore=award.ore,
        basis=award.name,
        first_year=award.year,
        years=award.years,
        units=tuple(Unit(unit.unit_id, unit.name, unit.path) for unit in sorted(parts["unit"], key=lambda unit: unit.position)),
        reserved_ore=held.get(AccountKind.RESERVED, 0),
        outstanding_ore=held.get(AccountKind.LOAN, 0),
        registered_ore=sum(payment.ore for payment in payments),
        registered_on=days_of_payments.get(DisbursementState.REGISTERED),
        approved_on=days_of_payments.get(DisbursementState.APPROVED),
        lines=tuple(
            ClaimedLine(line.line_id, line.claim_id, line.year, line.unit_id, line.day, max(line.ore, 0), max(-line.ore, 0))
            for line in sorted(parts["line"], key=lambda line: (line.day, line.line_id))
        ),
        reports={(report.year, report.unit_id): bool(report.is_verified) for report in parts["report"]},
        corrections=frozenset((report.year, report.unit_id) for report in parts["correction"]),
    )
