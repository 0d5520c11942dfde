"""What departments owe in a pool, and have paid too much: of the lines that are not paid to the øre, however many there ever were."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, literal_column, select
from sqlalchemy.orm import contains_eager

from fundbank.awards.models import Award
from fundbank.awards.queries import concerns, is_open
from fundbank.extensions import db
from fundbank.kit.keyset import SHOWN, Part, part_of
from fundbank.people.models import Department
from fundbank.repayments.models import Claim, ClaimLine, LineBalance


@dataclass(frozen=True)
class Owed:
    """What a department owes in a pool and has paid too much, in øre, over all its claims."""

    department: Department
    unpaid_ore: int
    overdue_ore: int
    overpaid_ore: int


def owed_by_department(pool_id: int, today: date, *, seen_from: Department | None = None) -> list[Owed]:
    """Each department with a claim that is not paid to the øre, by name; ``seen_from`` narrows to the awards that concern this unit."""
    ore = LineBalance.unpaid_ore
    late = and_(ore > 0, LineBalance.due_on < today)
    sums = (
        select(
            LineBalance.department_id,
            func.sum(case((ore > 0, ore), else_=0)).label("unpaid"),
            func.sum(case((late, ore), else_=0)).label("overdue"),
            func.sum(case((ore < 0, -ore), else_=0)).label("overpaid"),
        )
        .join(Award, Award.id == LineBalance.award_id)
        .where(*_unsettled(pool_id, seen_from))
        .group_by(LineBalance.department_id)
        .subquery()
    )
    query = select(Department, sums.c.unpaid, sums.c.overdue, sums.c.overpaid).join(sums, sums.c.department_id == Department.id)
    rows = db.session.execute(query.order_by(Department.sort_key, Department.id))
    return [Owed(department, int(unpaid), int(overdue), int(overpaid)) for department, unpaid, overdue, overpaid in rows]


def unsettled_lines(pool_id: int, department_id: int, *, seen_from: Department | None = None, after: int = 0) -> Part[ClaimLine]:
    """The department's lines in the pool that are not paid to the øre, by award and year: a part of them, of awards after that one."""
    first = (
        select(LineBalance.claim_line_id)
        .join(Award, Award.id == LineBalance.award_id)
        .where(*_unsettled(pool_id, seen_from), LineBalance.department_id == department_id, LineBalance.award_id > after)
        .order_by(LineBalance.award_id, LineBalance.claim_line_id)
        .limit(SHOWN + 1)
    )
    query = select(ClaimLine).join(Claim, Claim.id == ClaimLine.claim_id).where(ClaimLine.id.in_(select(first.subquery().c.claim_line_id)))
    query = query.options(contains_eager(ClaimLine.claim).joinedload(Claim.award).joinedload(Award.application))
    lines = db.session.scalars(query.order_by(Claim.award_id, Claim.year)).all()
    return part_of(lines, key=lambda line: line.claim.award_id, most=SHOWN)


def _unsettled(pool_id: int, seen_from: Department | None) -> list[ColumnElement[bool]]:
    """Lines of a pool's open awards that are not paid to the øre: an award with one cannot be closed."""
    conditions = [LineBalance.pool_id == pool_id, LineBalance.unpaid_ore != literal_column("0"), is_open()]
    return conditions if seen_from is None else [*conditions, concerns(seen_from)]
