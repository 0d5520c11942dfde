"""Every question about awards and disbursements."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, literal_column, or_, select, tuple_, union_all
from sqlalchemy.orm import aliased, joinedload, selectinload

from fundbank.applications.models import Application, Consulted, Gainer
from fundbank.applications.queries.gainers import in_force
from fundbank.awards.models import Award, Disbursement, Participant
from fundbank.awards.states import IN_THE_ROOM, NOT_POSTED, PAYABLE, DisbursementState, State
from fundbank.extensions import db
from fundbank.kit.clock import beginning
from fundbank.kit.counting import Bounded, count, up_to
from fundbank.kit.keyset import SHOWN, Part, part_of
from fundbank.kit.search import with_words
from fundbank.ledger.chart import Event
from fundbank.ledger.models import Movement, Transfer
from fundbank.ledger.queries import award_balances, balances, lent_again_ore, lent_again_without, moved
from fundbank.ledger.rules import Balances
from fundbank.people.models import Department
from fundbank.pools.models import Pool

ADDED_UP = 300  # awards of a state that a pool's page adds up

_NAMES = (
    joinedload(Award.application).joinedload(Application.department),
    joinedload(Award.application).joinedload(Application.pool),
    selectinload(Award.participants).joinedload(Participant.department),
)
_PEOPLE = (
    joinedload(Disbursement.registered_by),
    joinedload(Disbursement.settled_by),
    joinedload(Disbursement.withdrawn_by),
    joinedload(Disbursement.transfer).selectinload(Transfer.reversed_by),
)


def award(award_id: int, *, municipality_id: int) -> Award | None:
    """The municipality's award with this id, if there is one."""
    query = select(Award).options(*_NAMES).join(Pool, Pool.id == Award.pool_id)
    return db.session.scalar(query.where(Award.id == award_id, Pool.municipality_id == municipality_id))


def award_of(application: Application) -> Award | None:
    """The award that the application led to, once that is known (domain.md §4)."""
    return db.session.scalar(select(Award).options(*_NAMES).where(Award.application_id == application.id, is_known()))


def is_known() -> ColumnElement[bool]:
    """May the departments know of the award: is it neither decided in a meeting that is still open, nor taken back there?"""
    return Award.state.not_in(sorted(IN_THE_ROOM))


def known_money(pool_id: int) -> tuple[Balances, int]:
    """The pool's whole with its parts, and what it has lent again: without what meetings still open have decided (domain.md §4)."""
    now, is_decided = balances(pool_id), Award.state == literal_column(f"'{State.DECIDED}'")
    sums = dict(db.session.execute(select(Award.id, Award.loan_ore + Award.grant_ore).where(Award.pool_id == pool_id, is_decided)).all())
    ore, again_ore = sum(sums.values()), lent_again_without(pool_id, sums.keys()) if sums else lent_again_ore(pool_id)
    return replace(now, available_ore=now.available_ore + ore, reserved_ore=now.reserved_ore - ore), again_ore


def bound_people(award: Award) -> frozenset[int]:
    """Who decided the award, signed its application or accepted it: they move none of its money (domain.md §7)."""
    decided = (award.decided_by_id, award.approved_by_id)
    bound = (*decided, award.application.signed_by_id, *(asked.accepted_by_id for asked in award.acceptances))
    return frozenset(person_id for person_id in bound if person_id is not None)


def awards_by_id(ids: Collection[int]) -> dict[int, Award]:
    """These awards with their applications and departments."""
    return {award.id: award for award in db.session.scalars(select(Award).options(*_NAMES).where(Award.id.in_(ids)))} if ids else {}


def awards_of_pool(pool_id: int, states: Collection[str] = ()) -> Sequence[Award]:
    """The pool's awards, newest first."""
    query = select(Award).options(*_NAMES).where(Award.pool_id == pool_id)
    if states:
        query = query.where(Award.state.in_(states))
    return db.session.scalars(query.order_by(Award.id.desc())).all()


def page_of_awards(
    pool_id: int,
    *,
    states: Collection[str] = (),
    text: str = "",
    seen_from: Department | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> Sequence[Award]:
    """Up to ``limit`` + 1 awards, newest first, before ``before_id`` (keyset; the extra one tells that there are more).

    ``seen_from`` narrows to those that concern this unit or one below it, and that it may know of; ``text`` are beginnings of
    words of the title.
    """
    query = select(Award).options(*_NAMES).join(Application, Application.id == Award.application_id).where(Award.pool_id == pool_id)
    if states:
        query = query.where(Award.state.in_(states))
    if text:
        query = query.where(with_words(Application, text))
    if seen_from is not None:
        query = query.where(concerns(seen_from), is_known())
    if before_id is not None:
        query = query.where(Award.id < before_id)
    return db.session.scalars(query.order_by(Award.id.desc()).limit(limit + 1)).all()


def concerns(department: Department) -> ColumnElement[bool]:
    """Does an award concern the unit or one below it: as the applicant's, as one that gains, or as one that shares its gains?

    It is asked of one award after the other, as a list comes to it: no list of all their awards is made first. Asked whether there is one
    PostgreSQL would make such a list, and so it is asked which unit, and how many.
    """
    units = select(Department.id).where(Department.path.startswith(department.path))
    applicant = select(Application.department_id).where(Application.id == Award.application_id).correlate(Award)
    sharing = select(func.count()).where(Participant.award_id == Award.id, Participant.department_id.in_(units)).correlate(Award)
    gaining = in_force().with_only_columns(func.count()).where(Gainer.application_id == Award.application_id)
    gaining = gaining.where(Gainer.department_id.in_(units)).correlate(Award)
    heard = select(func.count()).where(Consulted.application_id == Award.application_id, Consulted.department_id.in_(units))
    counted = (one.scalar_subquery() > 0 for one in (sharing, gaining, heard.correlate(Award)))
    return or_(applicant.scalar_subquery().in_(units), *counted)


class Promised(NamedTuple):
    """How many awards are in a state, and what they promised in all, in øre: None where there are more than anybody adds up."""

    number: Bounded
    awarded_ore: int | None


def sums_by_state(pool_id: int, most: int = ADDED_UP, *, states: Sequence[str] = tuple(State)) -> dict[str, Promised]:
    """What the pool's awards in each of these states come to, in their order; of a state no more than ``most`` are looked at."""
    first = [
        select(Award.state, (Award.loan_ore + Award.grant_ore).label("ore"))
        .where(Award.pool_id == pool_id, Award.state == state)
        .limit(most + 1)
        .subquery()
        for state in states
    ]
    sums = [select(of_state.c.state, func.count(), func.sum(of_state.c.ore)).group_by(of_state.c.state) for of_state in first]
    found = {state: (number, int(ore)) for state, number, ore in db.session.execute(union_all(*sums))}
    promised = {state: Promised(up_to(number, most), ore if number <= most else None) for state, (number, ore) in found.items()}
    return {state: promised[state] for state in states if state in promised}


def disbursements_of(award: Award) -> Sequence[Disbursement]:
    """The award's disbursements with their people, the newest first."""
    query = select(Disbursement).options(*_PEOPLE).where(Disbursement.award_id == award.id)
    return db.session.scalars(query.order_by(Disbursement.id.desc())).all()


def waits_for_approval() -> ColumnElement[bool]:
    """A disbursement waits for a second person, and its award can still be paid out."""
    payable = (
        exists().where(Award.id == Disbursement.award_id, or_(*(Award.state == state for state in sorted(PAYABLE)))).correlate(Disbursement)
    )
    return and_(Disbursement.state == literal_column(f"'{DisbursementState.REGISTERED}'"), payable)


def waits_for_its_day() -> ColumnElement[bool]:
    """A disbursement is approved, and not posted yet."""
    return Disbursement.state == literal_column(f"'{DisbursementState.APPROVED}'")


def is_open() -> ColumnElement[bool]:
    """The award is not closed: asked with this, those that are cost nothing."""
    return Award.state != literal_column(f"'{State.CLOSED}'")


def count_waiting(pool_id: int) -> Bounded:
    """How many registered disbursements of the pool wait for a second person."""
    return count(select(Disbursement.id).where(Disbursement.pool_id == pool_id, waits_for_approval()))


def count_approved(pool_id: int) -> Bounded:
    """How many approved disbursements of the pool wait for their day."""
    return count(select(Disbursement.id).where(Disbursement.pool_id == pool_id, waits_for_its_day()))


def payments_due(today: date) -> Sequence[tuple[int, int]]:
    """The approved disbursements whose day has come, the earliest first, each with its municipality."""
    query = select(Disbursement.id, Pool.municipality_id).join(Pool, Pool.id == Disbursement.pool_id)
    query = query.where(waits_for_its_day(), Disbursement.pay_on <= today).order_by(Disbursement.pay_on, Disbursement.id)
    return [(number, owner) for number, owner in db.session.execute(query)]


def payments_to_come(pool_id: int, last: date) -> Sequence[Disbursement]:
    """The payments that were approved on the day ``last`` and had not been posted by its end, the earliest first."""
    over = beginning(last, days=1)
    query = _with_awards().where(Disbursement.pool_id == pool_id, Disbursement.pay_on > last, Disbursement.settled_at < over)
    posted_later = exists().where(Transfer.id == Disbursement.transfer_id, Transfer.value_date > last)
    waited = or_(
        waits_for_its_day(),
        and_(Disbursement.state == DisbursementState.PAID, posted_later),
        and_(Disbursement.state == DisbursementState.WITHDRAWN, Disbursement.withdrawn_at >= over),
    )
    return db.session.scalars(query.where(waited).order_by(Disbursement.pay_on, Disbursement.id)).all()


def payments_of_pool(pool_id: int) -> Sequence[Disbursement]:
    """Every payment of the pool, the oldest first."""
    return db.session.scalars(_with_awards().where(Disbursement.pool_id == pool_id).order_by(Disbursement.id)).all()


def disbursement(disbursement_id: int, *, municipality_id: int) -> Disbursement | None:
    """The municipality's disbursement with this id, if there is one."""
    query = select(Disbursement).join(Pool, Pool.id == Disbursement.pool_id)
    return db.session.scalar(query.where(Disbursement.id == disbursement_id, Pool.municipality_id == municipality_id))


def disbursements_to_approve(pool_id: int, after: int = 0) -> Part[Disbursement]:
    """The pool's disbursements that wait for approval, the earliest day of payment first: a part of them after the one with that id."""
    return _part_by_day(pool_id, waits_for_approval(), after)


def disbursements_approved(pool_id: int, after: int = 0) -> Part[Disbursement]:
    """The pool's disbursements that wait for their day, the earliest first: a part of them after the one with that id."""
    return _part_by_day(pool_id, waits_for_its_day(), after)


def _part_by_day(pool_id: int, waits: ColumnElement[bool], after: int) -> Part[Disbursement]:
    query = _with_awards().where(Disbursement.pool_id == pool_id, waits)
    if after:
        last = aliased(Disbursement)
        day = select(last.pay_on).where(last.id == after).scalar_subquery()
        query = query.where(tuple_(Disbursement.pay_on, Disbursement.id) > tuple_(day, literal(after)))
    found = db.session.scalars(query.order_by(Disbursement.pay_on, Disbursement.id).limit(SHOWN + 1)).all()
    return part_of(found, key=lambda disbursement: disbursement.id, most=SHOWN)


def page_of_disbursements(pool_id: int, *, before_id: int | None = None, limit: int = 50) -> Sequence[Disbursement]:
    """Up to ``limit`` + 1 of the pool's disbursements that wait for nothing, newest first, before ``before_id`` (keyset)."""
    query = _with_awards().where(Disbursement.pool_id == pool_id, ~waits_for_approval(), ~waits_for_its_day())
    if before_id is not None:
        query = query.where(Disbursement.id < before_id)
    return db.session.scalars(query.order_by(Disbursement.id.desc()).limit(limit + 1)).all()


def _with_awards() -> Select[Disbursement]:
    of_award = joinedload(Disbursement.award).joinedload(Award.application).joinedload(Application.department)
    asked = joinedload(Disbursement.award).selectinload(Award.acceptances)
    return select(Disbursement).options(of_award, asked, *_PEOPLE)


def disbursed_ore(award: Award, part: str | None = None) -> int:
    """What was ever paid out of the award, or of one part: returns not deducted, reversed payments not counted. In øre."""
    parts = [part] if part else ["loan", "grant"]
    return sum(moved(award.id, Event.DISBURSEMENT, name) for name in parts)


def room_for_ore(disbursement: Disbursement) -> int:
    """What may be paid for this one, in øre: within its part and the reservation, less what is approved for other days (domain.md §7)."""
    award, part = disbursement.award, disbursement.part
    approved, this = {DisbursementState.APPROVED}, disbursement.id
    of_part_ore = award.part_ore(part) - disbursed_ore(award, part) - waiting_ore(award, part, states=approved, but_for=this)
    return max(min(of_part_ore, award_balances(award.id).reserved_ore - waiting_ore(award, states=approved, but_for=this)), 0)


def room_to_register_ore(award: Award, part: str) -> int:
    """What may still be registered for payment of a part of the award, in øre: what waits for approval or its day is spoken for."""
    of_part_ore = award.part_ore(part) - disbursed_ore(award, part) - waiting_ore(award, part)
    return max(min(of_part_ore, award_balances(award.id).reserved_ore - waiting_ore(award)), 0)


def room_to_release_ore(award: Award) -> int:
    """What may still be registered for release, in øre: what is reserved, and neither waits to be paid nor to be released."""
    query = select(func.coalesce(func.sum(Movement.amount_ore), 0)).where(Movement.award_id == award.id, Movement.state == "registered")
    to_release_ore = int(db.session.scalar(query) or 0)
    return max(award_balances(award.id).reserved_ore - waiting_ore(award) - to_release_ore, 0)


def waiting_ore(award: Award, part: str | None = None, *, states: Collection[str] = NOT_POSTED, but_for: int | None = None) -> int:
    """Payments that are registered or approved and not posted yet, in øre; those in ``states``, without the one with the id ``but_for``."""
    query = select(func.coalesce(func.sum(Disbursement.amount_ore), 0)).where(
        Disbursement.award_id == award.id, Disbursement.state.in_(sorted(states))
    )
    if but_for is not None:
        query = query.where(Disbursement.id != but_for)
    if part is not None:
        query = query.where(Disbursement.part == part)
    return int(db.session.scalar(query) or 0)
