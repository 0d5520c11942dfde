"""Who gains by an application of another department, and what they say about it."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import ScalarSelect, Select, func, select

from fundbank.applications.models import Application, ApplicationVersion, Comment, Gainer
from fundbank.extensions import db
from fundbank.people.models import Department


def newest_submission() -> ScalarSelect[int]:
    """The id of the newest submission of the application that is asked about."""
    newest = select(func.max(ApplicationVersion.id)).where(ApplicationVersion.application_id == Application.id)
    return newest.where(ApplicationVersion.occasion == "submission").correlate(Application).scalar_subquery()


def gaining_departments(application_ids: Collection[int]) -> dict[int, list[Department]]:
    """The other departments that the newest submission of each of these applications names as gaining, by the application's id."""
    found: dict[int, list[Department]] = defaultdict(list)
    query = select(Gainer.application_id, Department).join(Department, Department.id == Gainer.department_id)
    query = query.join(Application, Application.id == Gainer.application_id)
    query = query.where(Gainer.application_id.in_(application_ids), Gainer.version_id == newest_submission())
    for application_id, department in db.session.execute(query.order_by(Department.sort_key, Department.id)) if application_ids else ():
        found[application_id].append(department)
    return found


def comments_on(application_ids: Collection[int]) -> dict[int, list[Comment]]:
    """What the departments that gain by these applications say, by the application's id, in its order."""
    found: dict[int, list[Comment]] = defaultdict(list)
    for comment in db.session.scalars(select(Comment).where(Comment.application_id.in_(application_ids)).order_by(Comment.id)):
        found[comment.application_id].append(comment)
    return found


def gained_by(units: Select[int]) -> Select[int]:
    """The ids of the applications by which one of these units gains, or gained by a version that was handed in."""
    return select(Gainer.application_id).where(Gainer.department_id.in_(units))
