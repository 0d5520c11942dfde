"""Every question about applications."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import defer, joinedload, selectinload

from fundbank.applications.models import Application
from fundbank.extensions import db
from fundbank.pools.models import Pool
from fundbank.pools.policy import Policy
from fundbank.pools.queries import policies_by_id


def application(application_id: int, *, municipality_id: int) -> Application | None:
    """The municipality's application with this id, if there is one."""
    query = _with_names().join(Pool, Pool.id == Application.pool_id)
    return db.session.scalar(query.where(Application.id == application_id, Pool.municipality_id == municipality_id))


def applications_by_id(ids: Collection[int]) -> Sequence[Application]:
    """These applications, the earliest submission first; what one says in full is read when it is asked for."""
    query = _with_names().options(defer(Application.content_json)).where(Application.id.in_(ids))
    return db.session.scalars(query.order_by(Application.submitted_at, Application.id)).all()


def read_versions(applications: Collection[Application]) -> None:
    """Read the versions of all of them afresh, each with its unit and its pool: two questions for any number."""
    query = _with_names().options(selectinload(Application.versions)).where(Application.id.in_([one.id for one in applications]))
    db.session.scalars(query.execution_options(populate_existing=True)).all()


def rules_of(application: Application) -> Policy:
    """The rules by which the application is judged."""
    return rules_by_id([application])[application.id]


def rules_by_id(applications: Sequence[Application]) -> dict[int, Policy]:
    """The rules by which each of a pool's applications is judged: those of its decision once it is approved or rejected (domain.md §3),
    until then today's.
    """
    today = {application.pool.policy_version_id: application.pool.policy for application in applications}
    kept = {application.policy_version_id for application in applications if application.policy_version_id is not None}
    rules = today | policies_by_id(kept - today.keys())
    return {application.id: rules[application.policy_version_id or application.pool.policy_version_id] for application in applications}


def _with_names() -> Select[Application]:
    return select(Application).options(joinedload(Application.department), joinedload(Application.pool))
