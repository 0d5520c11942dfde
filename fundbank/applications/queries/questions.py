"""What has been asked about an application, and what is still to be answered."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import func, select

from fundbank.applications.models import Application
from fundbank.applications.models.questions import Question
from fundbank.applications.states import EDITABLE
from fundbank.extensions import db
from fundbank.kit.keyset import SHOWN, Part, part_of


class Asked(NamedTuple):
    """The newest questions on an application, in their order, and whether there are earlier ones."""

    questions: Sequence[Question] = ()
    has_earlier: bool = False


def questions_on(application_ids: Collection[int], most: int = SHOWN) -> dict[int, Asked]:
    """What has been asked about these applications, with the answers: ``most`` questions of each, by the application's id."""
    place = func.row_number().over(partition_by=Question.application_id, order_by=Question.id.desc()).label("place")
    placed = select(Question.id, place).where(Question.application_id.in_(application_ids)).subquery()
    query = select(Question).join(placed, placed.c.id == Question.id).where(placed.c.place <= most + 1)
    found: dict[int, list[Question]] = defaultdict(list)
    for question in db.session.scalars(query.order_by(Question.id)) if application_ids else ():
        found[question.application_id].append(question)
    return defaultdict(Asked, {number: Asked(asked[-most:], len(asked) > most) for number, asked in found.items()})


def questions_before(application_id: int, before_id: int, most: int = SHOWN) -> Part[Question]:
    """The questions on the application, newest first: those before ``before_id``, or before none (0)."""
    query = select(Question).where(Question.application_id == application_id)
    if before_id:
        query = query.where(Question.id < before_id)
    found = db.session.scalars(query.order_by(Question.id.desc()).limit(most + 1)).all()
    return part_of(found, key=lambda question: question.id, most=most)


def question_on(application: Application, question_id: int) -> Question | None:
    """The question of that id, if it was asked about this application."""
    return db.session.scalars(select(Question).where(Question.id == question_id, Question.application_id == application.id)).first()


def asked_with_return(application: Application) -> Sequence[Question]:
    """What the newest version was returned with, as long as the department writes the next one."""
    if application.state not in EDITABLE or not application.versions:
        return ()
    query = select(Question).where(Question.application_id == application.id, Question.is_return)
    return db.session.scalars(query.where(Question.version_number == application.versions[-1].number).order_by(Question.id)).all()


def has_unanswered_return(application: Application) -> bool:
    """Was the application returned with a question that nobody has answered yet?"""
    return any(not question.answers for question in asked_with_return(application))


def unanswered_beside(application: Application) -> Sequence[Question]:
    """What else was asked and nobody has answered: it need not be before the application goes on."""
    beside = select(Question).where(Question.application_id == application.id, ~Question.is_return, ~Question.answers.any())
    return db.session.scalars(beside.order_by(Question.id).limit(SHOWN)).all()
