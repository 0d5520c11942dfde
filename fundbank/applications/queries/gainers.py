"""Who gains by an application of another department, who follows it therefore, and what they say about it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, CompoundSelect, ScalarSelect, Select, func, or_, select, true, union, union_all
from sqlalchemy.orm import aliased

from fundbank.applications.models import Application, ApplicationVersion, Comment, Consulted, Gainer
from fundbank.applications.rules.gainers import spoken_for
from fundbank.extensions import db
from fundbank.kit.keyset import SHOWN, Part, part_of
from fundbank.kit.search import is_on_sqlite
from fundbank.people.models import Department


def newest_submission(application_id: Any = Application.id) -> ScalarSelect[int]:
    """The id of the newest submission of the application that is asked about."""
    newest = select(func.max(ApplicationVersion.id)).where(ApplicationVersion.application_id == application_id)
    return newest.where(ApplicationVersion.occasion == "submission").correlate(Application, Gainer).scalar_subquery()


def gaining_departments(application_ids: Collection[int]) -> dict[int, list[Department]]:
    """The other departments that the newest submission of each of these applications names as gaining, by the application's id."""
    query = select(Gainer.application_id, Gainer.department_id).join(Application, Application.id == Gainer.application_id)
    return _departments(query.where(Gainer.application_id.in_(application_ids), Gainer.version_id == newest_submission()))


def following_departments(application_ids: Collection[int]) -> dict[int, list[Department]]:
    """The other departments that follow each of these applications, by its id: those that a business case in force names as gaining, the
    one that was handed in last or what was revised of it since; and those that a revised one concerns that waits for the forum.
    """
    named = in_force().where(Gainer.application_id.in_(application_ids))
    heard = select(Consulted.application_id, Consulted.department_id).where(Consulted.application_id.in_(application_ids))
    return _departments(union(named, heard))


def gaining_since(application_id: int) -> set[int]:
    """The ids of the other departments that the newest submission names as gaining, or what was revised of it since."""
    return {id_ for _application, id_ in db.session.execute(in_force().where(Gainer.application_id == application_id))}


def in_force() -> Select[int, int]:
    """Each application with each of the other departments that a business case in force names as gaining.

    What was revised, and then revised again, counts too: the department may have gained by it, and been measured.
    """
    query = select(Gainer.application_id, Gainer.department_id).join(Application, Application.id == Gainer.application_id)
    return query.where(Gainer.version_id >= newest_submission())


class Said(NamedTuple):
    """The newest comments on an application, in their order, and whether there are earlier ones."""

    comments: Sequence[Comment] = ()
    has_earlier: bool = False


def comments_on(application_ids: Collection[int], most: int = SHOWN) -> dict[int, Said]:
    """What the departments that gain by these applications say: ``most`` comments of each, by the application's id."""
    place = func.row_number().over(partition_by=Comment.application_id, order_by=Comment.id.desc()).label("place")
    placed = select(Comment.id, place).where(Comment.application_id.in_(application_ids)).subquery()
    query = select(Comment).join(placed, placed.c.id == Comment.id).where(placed.c.place <= most + 1)
    found: dict[int, list[Comment]] = defaultdict(list)
    for comment in db.session.scalars(query.order_by(Comment.id)) if application_ids else ():
        found[comment.application_id].append(comment)
    return defaultdict(Said, {number: Said(said[-most:], len(said) > most) for number, said in found.items()})


def newest_submitted_number(application_id: Any) -> ScalarSelect[int]:
    """The number of the newest submission of the application that is asked about."""
    newest = select(func.max(ApplicationVersion.number)).where(ApplicationVersion.application_id == application_id)
    return newest.where(ApplicationVersion.occasion == "submission").correlate(Application, Comment).scalar_subquery()


class Answered(NamedTuple):
    """A department that gains, and the comment with which the newest answer was given for it, if any was."""

    department: Department
    comment: Comment | None


def answers_on(application_ids: Collection[int]) -> dict[int, list[Answered]]:
    """What each department that the newest submission of these applications names as gaining has answered to it, or since, by the
    application's id. What was answered to an earlier one stands among the comments: the gains may be others now.
    """
    gaining = gaining_departments(application_ids)
    given: dict[int, dict[str, Comment]] = defaultdict(dict)
    of_newest = Comment.version_number >= newest_submitted_number(Comment.application_id)
    newest = select(func.max(Comment.id)).where(Comment.application_id.in_(gaining), Comment.answer.is_not(None), of_newest)
    query = select(Comment).where(Comment.id.in_(newest.group_by(Comment.application_id, Comment.department_id)))
    for comment in db.session.scalars(query.order_by(Comment.id)) if gaining else ():
        given[comment.application_id][comment.department.path] = comment
    return defaultdict(
        list, {id_: [Answered(unit, spoken_for(unit.path, given[id_])) for unit in units] for id_, units in gaining.items()}
    )  # fmt: skip


def comments_before(application_id: int, before_id: int, most: int = SHOWN) -> Part[Comment]:
    """The comments on the application, newest first: those before ``before_id``, or before none (0)."""
    query = select(Comment).where(Comment.application_id == application_id)
    if before_id:
        query = query.where(Comment.id < before_id)
    found = db.session.scalars(query.order_by(Comment.id.desc()).limit(most + 1)).all()
    return part_of(found, key=lambda comment: comment.id, most=most)


def is_followed(units: Select[int], application_id: Any) -> ColumnElement[bool]:
    """Does one of these units follow the application? It is asked of one application after the other, and how often: asked whether there is
    one a database would list all that they ever followed.
    """
    heard = select(Consulted.application_id).where(Consulted.department_id.in_(units))
    return or_(is_named(units, application_id), application_id.in_(heard))


def is_named(units: Select[int], application_id: Any) -> ColumnElement[bool]:
    """Does a business case in force name one of these units as gaining? Asked as the former."""
    of_units = (Gainer.department_id + 0).in_(units)
    named = select(func.count()).where(Gainer.application_id == application_id, Gainer.version_id >= newest_submission(application_id))
    return named.where(of_units).correlate(Application).scalar_subquery() > 0


def first_followed(
    units: Select[int], asked: type[Application], *conditions: ColumnElement[bool], beyond: Callable[[Any], Any], backwards: bool, most: int
) -> CompoundSelect[int]:
    """The ids of the first ``most`` applications that each of these units follows, newest first unless ``backwards``: of those with an id
    that is ``beyond``, and that meet the ``conditions`` on ``asked``, an alias. A unit's are met on the way through an index, and each is
    asked for by itself, so that PostgreSQL begins with none of them; few are those that it follows while a revised case waits.
    """
    unit, id_ = aliased(Department), Gainer.application_id
    meets = select(func.count()).select_from(asked).where(asked.id == id_, *conditions).correlate(Gainer).scalar_subquery() > 0
    of_unit = select(id_).where(Gainer.department_id == unit.id, beyond(id_), Gainer.version_id >= newest_submission(id_), meets)
    first = of_unit.distinct().correlate(unit).order_by(id_ if backwards else id_.desc()).limit(most)
    heard = select(asked.id).join(Consulted, Consulted.application_id == asked.id)
    heard = heard.where(Consulted.department_id.in_(units), beyond(asked.id), *conditions)
    if is_on_sqlite():
        named = aliased(Application)
        return union_all(select(named.id).select_from(unit).join(named, named.id.in_(first)).where(unit.id.in_(units)), heard)
    found = first.subquery().lateral()
    return union_all(select(found.c.application_id).select_from(unit).join(found, true()).where(unit.id.in_(units)), heard)


def _departments(query: Select[int, int] | CompoundSelect[int, int]) -> dict[int, list[Department]]:
    """The departments that the query finds, by name, by the application's id that stands before each."""
    named = query.subquery()
    application_id, department_id = named.c
    found: dict[int, list[Department]] = defaultdict(list)
    rows = select(application_id, Department).join(Department, Department.id == department_id)
    for number, department in db.session.execute(rows.order_by(Department.sort_key, Department.id)):
        found[number].append(department)
    return found
