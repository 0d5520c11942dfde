"""Every question about applications."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from fundbank.applications.models import Application
from fundbank.extensions import db
from fundbank.people.models import Department
from fundbank.pools.models import Pool


def application(application_id: int, *, municipality_id: int) -> Application | None:
    """The municipality's application with this id, if there is one."""
    query = _with_names().join(Pool, Pool.id == Application.pool_id)
    return db.session.scalar(query.where(Application.id == application_id, Pool.municipality_id == municipality_id))


def applications_of_pool(pool_id: int) -> Sequence[Application]:
    """All applications of a pool in the order in which they were started."""
    return db.session.scalars(_with_names().where(Application.pool_id == pool_id).order_by(Application.id)).all()


def page_of_applications(
    pool_id: int,
    *,
    states: Collection[str] = (),
    text: str = "",
    department_paths: Collection[str] | None = None,
    submitted_only: bool = False,
    before_id: int | None = None,
    limit: int = 50,
) -> Sequence[Application]:
    """Up to ``limit`` + 1 applications, newest first, before ``before_id`` (keyset; the extra one tells that there are more).

    ``department_paths`` narrows to units below these paths; ``text`` is looked for in the title, or is a number.
    """
    query = _with_names().where(Application.pool_id == pool_id)
    if states:
        query = query.where(Application.state.in_(states))
    if submitted_only:
        query = query.where(Application.submitted_at.is_not(None))
    if department_paths is not None:
        query = query.join(Department, Department.id == Application.department_id).where(
            or_(*(Department.path.startswith(path, autoescape=True) for path in department_paths))
        )
    if text:
        matches = Application.title.icontains(text, autoescape=True)
        query = query.where(
            or_(matches, Application.number == int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else matches
        )
    if before_id is not None:
        query = query.where(Application.id < before_id)
    return db.session.scalars(query.order_by(Application.id.desc()).limit(limit + 1)).all()


def applications_in(pool_id: int, states: Collection[str]) -> Sequence[Application]:
    """The pool's applications in any of ``states``, the earliest submission first."""
    query = _with_names().where(Application.pool_id == pool_id, Application.state.in_(states))
    return db.session.scalars(query.order_by(Application.submitted_at, Application.id)).all()


def _with_names() -> Select[tuple[Application]]:
    return select(Application).options(joinedload(Application.department), joinedload(Application.pool))
