"""What is typed in the steps of an application and is no part of it yet."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from fundbank.applications.models import Application, TypedText
from fundbank.applications.rules.topics import STEPS, Topic
from fundbank.applications.rules.typing import Sheet, Typed
from fundbank.extensions import db


def typed_texts(application: Application, topic: Topic) -> Sequence[TypedText]:
    """What is typed in a step, in the order in which it came."""
    query = select(TypedText).where(TypedText.application_id == application.id, TypedText.topic == topic.code)
    return db.session.scalars(query.order_by(TypedText.id)).all()


def sheet(stored: Mapping[str, str], texts: Sequence[TypedText]) -> Sheet:
    """The step as rules take it: ``stored`` is what the application says by the names of the fields."""
    found = Sheet(stored)
    for one in texts:
        typed = Typed(one.text, one.writer_id, one.typed_at, one.pen, one.turn)
        if one.stands:
            found.typed[one.name] = typed
        else:
            found.beside.setdefault(one.name, []).append(typed)
    return found


def unsaved(application: Application) -> list[Topic]:
    """The steps in which something is typed that is no part of the application yet, in order."""
    codes = set(db.session.scalars(select(TypedText.topic).where(TypedText.application_id == application.id).distinct()))
    return [topic for topic in STEPS if topic.code in codes]
