"""Who stays out of an application for a conflict of interest, who said so last, when and why (domain.md §4)."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundbank.applications.models import Application
from fundbank.extensions import db
from fundbank.people.models import User
from fundbank.scoring.models import Interest, InterestTurn


@dataclass(frozen=True)
class Word:
    """Somebody's word on whether ``user`` stays out of an application."""

    application_id: int
    user: User
    is_out: bool
    said_by_id: int
    said_by: str
    said_at: datetime
    reason: str

    @property
    def is_own(self) -> bool:
        """Is it the person's own: did they declare an interest?"""
        return self.said_by_id == self.user.id


def words_on(application_ids: Collection[int]) -> list[Word]:
    """Everything that was said on conflicts of interest in these applications, of each person in the order in which it was said."""
    query = select(Interest).options(joinedload(Interest.user)).where(Interest.application_id.in_(application_ids))
    found = db.session.scalars(query.order_by(Interest.id)).all()
    turns: dict[int, list[InterestTurn]] = {one.id: [] for one in found}
    for turn in db.session.scalars(select(InterestTurn).where(InterestTurn.interest_id.in_(turns)).order_by(InterestTurn.id)):
        turns[turn.interest_id].append(turn)
    spoke = {one.found_by_id or one.user_id for one in found} | {turn.made_by_id for some in turns.values() for turn in some}
    names = dict(db.session.execute(select(User.id, User.name).where(User.id.in_(spoke))).all())
    return [word for interest in found for word in _words(interest, turns[interest.id], names)]


def _words(interest: Interest, turns: Collection[InterestTurn], names: Mapping[int, str]) -> Iterator[Word]:
    who, first_id = (interest.application_id, interest.user), interest.found_by_id or interest.user_id
    yield Word(*who, True, first_id, names[first_id], interest.declared_at, interest.reason)
    for turn in turns:
        yield Word(*who, turn.is_out, turn.made_by_id, names[turn.made_by_id], turn.made_at, turn.reason)


def kept_out(application: Application) -> dict[int, Word]:
    """The last word on each person who stays out of the application for one, by the person's id."""
    return {id_: word for id_, word in _last(words_on([application.id])).items() if word.is_out}


def kept_out_by_chairs(decided_at: Mapping[int, datetime]) -> list[Word]:
    """Whom a chair kept out of each of these applications as it was decided (when, by its id): the words that held then."""
    found = [word for word in words_on(decided_at) if word.said_at <= decided_at[word.application_id]]
    by_application = {application_id: [word for word in found if word.application_id == application_id] for application_id in decided_at}
    return [word for some in by_application.values() for word in _last(some).values() if word.is_out and not word.is_own]


def _last(words: Collection[Word]) -> dict[int, Word]:
    return {word.user.id: word for word in words}
