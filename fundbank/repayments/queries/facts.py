"""Reading the facts of awards: in one question for many as for one.

What may be asked of an award narrows down to it (``conditions``); whether it is, only its facts say.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
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

from fundbank.applications.models import Application
from fundbank.awards.models import Acceptance, Award, Disbursement, Participant
from fundbank.awards.states import NOT_POSTED, DisbursementState
from fundbank.extensions import db
from fundbank.gains.models import GainReport
from fundbank.gains.queries import counts
from fundbank.kit.columns import among
from fundbank.ledger.chart import AccountKind
from fundbank.ledger.models import Account
from fundbank.people.models import Department
from fundbank.repayments.facts import AwardFacts, ClaimedLine, Unit
from fundbank.repayments.models import Claim, ClaimLine
from fundbank.repayments.queries import due_on_column, unpaid_column

AT_ONCE = 5_000  # awards in one question: a statement may hold some tens of thousands of values


def facts_of(awards: Collection[Award], today: date) -> dict[int, AwardFacts]:
    """The facts of each award, by its id."""
    return facts_by_id([award.id for award in awards], today)


def facts_of_award(award: Award, today: date) -> AwardFacts:
    """The facts of one award."""
    return facts_of([award], today)[award.id]


def facts_of_pool(pool_id: int, today: date, *narrowed: ColumnElement[bool]) -> list[AwardFacts]:
    """The facts of those awards of a pool to which any of the conditions applies, the oldest first."""
    found = facts_by_id(db.session.scalars(select(Award.id).where(Award.pool_id == pool_id, or_(*narrowed))).all(), today)
    return [found[award_id] for award_id in sorted(found)]


# The one statement: a row for an award, for each acceptance, department that it concerns, account, line and report, and for what waits.

_INTEGERS = ("pool_id", "person_id", "approver_id", "claim_id", "line_id", "unit_id", "position", "year", "years", "is_verified", "awaits")
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
        approver_id=Award.approved_by_id,
        awaits=case((Award.awaits_closing, 1), else_=0),
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


def facts_by_id(ids: Sequence[int], today: date) -> dict[int, AwardFacts]:
    """The facts of the awards with these ids, by id."""
    found: dict[int, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for start in range(0, len(ids), AT_ONCE):
        for row in db.session.execute(_statement(), {"ids": ids[start : start + AT_ONCE]}):
            found[row.award_id][row.part].append(row)
    return {award_id: _facts(award_id, parts, today) for award_id, parts in found.items()}


def _facts(award_id: int, parts: dict[str, list[Any]], today: date) -> AwardFacts:
    (award,), (application,), payments = parts["award"], parts["application"], parts["payment"]
    held = {account.text: account.ore for account in parts["account"]}
    days_of_payments = {payment.text: payment.day for payment in payments}
    bound = (award.person_id, award.approver_id, application.person_id, *(acceptance.person_id for acceptance in parts["acceptance"]))
    return AwardFacts(
        today=today,
        state=award.text,
        id=award_id,
        pool_id=award.pool_id,
        title=application.text,
        department=Unit(application.unit_id, application.name, application.path),
        bound=frozenset(id_ for id_ in bound if id_ is not None),
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
        awaits_closing=bool(award.awaits),
        corrections=frozenset((report.year, report.unit_id) for report in parts["correction"]),
    )
