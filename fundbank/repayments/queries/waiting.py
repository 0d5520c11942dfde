"""What waits by the facts of awards: claims to pay and to make, gains to report, loans to settle; so much of it as is asked for."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    String,
    and_,
    bindparam,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import joinedload

from fundbank.awards.models import Award
from fundbank.awards.queries import awards_by_id, concerns
from fundbank.extensions import db
from fundbank.kit.counting import Bounded, up_to
from fundbank.kit.keyset import SHOWN, Part, part_of
from fundbank.people.models import Department
from fundbank.repayments.facts import AwardFacts, Unit
from fundbank.repayments.models import Claim, ClaimLine, LineBalance
from fundbank.repayments.queries.conditions import may_ask_for_settlement, may_await_claim, may_be_paid_out, may_lack_gains, may_owe
from fundbank.repayments.queries.facts import facts_by_id

FEW = 25  # things of a kind that are looked for: an award's facts take longer than a row

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
        facts = facts_by_id(sorted({award_id for of_code in ids.values() for award_id in of_code}), today)
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
    return Question(may_owe(LineBalance.due_on < today), lambda facts: facts.overdue_lines)


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
        "overdue": Question(and_(in_pool, may_owe(LineBalance.due_on < today)), lambda facts: facts.overdue_lines),
        "settlements": Question(and_(in_pool, may_ask_for_settlement()), lambda facts: [True] if facts.asks_for_settlement else []),
    }
    return {code: up_to(len(found), FEW) for code, found in _answers(today, questions, FEW + 1).items()}
