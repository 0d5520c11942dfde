"""What advice has been asked for, and what has been given."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from fundbank.applications.models import Application
from fundbank.applications.models.advice import Advice, AdviceRequest
from fundbank.applications.states import ON_THE_WAY
from fundbank.extensions import db
from fundbank.kit.columns import among
from fundbank.kit.keyset import SHOWN


def advice_request(request_id: int, *, municipality_id: int) -> AdviceRequest | None:
    """The request of that id, in this municipality."""
    found = db.session.get(AdviceRequest, request_id)
    return found if found is not None and found.pool.municipality_id == municipality_id else None


def advice_on(application: Application) -> Sequence[AdviceRequest]:
    """The newest requests of the application with what was advised, in their order."""
    query = select(AdviceRequest).where(AdviceRequest.application_id == application.id).order_by(AdviceRequest.id.desc())
    return db.session.scalars(query.limit(SHOWN)).all()[::-1]


def advice_given_on(application_ids: Collection[int]) -> dict[int, list[Advice]]:
    """The newest advice on each request of these applications, in their order, by the application's id."""
    of_these = select(AdviceRequest.id).where(AdviceRequest.application_id.in_(application_ids))
    newest = select(func.max(Advice.id)).where(Advice.request_id.in_(of_these)).group_by(Advice.request_id)
    query = select(AdviceRequest.application_id, Advice).join(Advice, Advice.request_id == AdviceRequest.id)
    query = query.where(Advice.id.in_(newest)).order_by(Advice.id)
    found: dict[int, list[Advice]] = defaultdict(list)
    for application_id, advice in db.session.execute(query) if application_ids else ():
        found[application_id].append(advice)
    return found


def waits_for_advice() -> ColumnElement[bool]:
    """Has nobody advised yet, while the application is on its way?"""
    on_the_way: Any = AdviceRequest.application.has(among(Application.state, ON_THE_WAY))
    return ~AdviceRequest.advice.any() & on_the_way


def open_request(application: Application) -> AdviceRequest | None:
    """The one that nobody has answered yet."""
    return db.session.scalars(select(AdviceRequest).where(AdviceRequest.application_id == application.id, waits_for_advice())).first()


def has_request(application: Application) -> bool:
    """Has advice ever been asked for?"""
    return db.session.scalars(select(AdviceRequest.id).where(AdviceRequest.application_id == application.id).limit(1)).first() is not None


def work_list(pool_id: int, most: int | None = None, until: date | None = None) -> Sequence[AdviceRequest]:
    """What waits for advice in a pool, the most urgent first; ``until`` a day, what is due by then."""
    query = select(AdviceRequest).where(AdviceRequest.pool_id == pool_id, waits_for_advice())
    if until is not None:
        query = query.where(AdviceRequest.due_on <= until)
    query = query.options(joinedload(AdviceRequest.application).joinedload(Application.department))
    return db.session.scalars(query.order_by(AdviceRequest.due_on, AdviceRequest.id).limit(most)).all()


def given_lately(pool_id: int, most: int) -> Sequence[AdviceRequest]:
    """The newest requests that have been answered."""
    query = select(AdviceRequest).where(AdviceRequest.pool_id == pool_id, AdviceRequest.advice.any())
    query = query.options(joinedload(AdviceRequest.application).joinedload(Application.department))
    return db.session.scalars(query.order_by(AdviceRequest.id.desc()).limit(most)).all()
