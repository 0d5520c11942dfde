"""Every SELECT about what people have chosen, and what a notice is about."""

from collections.abc import Collection

from sqlalchemy import select

from fundbank.applications.models import Application
from fundbank.extensions import db
from fundbank.meetings.models import Decision
from fundbank.notices.models import CalendarAddress, MailChoice
from fundbank.notices.rules import Choice
from fundbank.people.models import User


def choices_of(user_ids: Collection[int]) -> dict[int, str]:
    """What each of these people has chosen."""
    found = dict.fromkeys(user_ids, str(Choice.AT_ONCE))
    query = select(MailChoice.user_id, MailChoice.choice).where(MailChoice.user_id.in_(user_ids))
    return found | {user_id: choice for user_id, choice in db.session.execute(query)} if user_ids else found


def newest_decision(application: Application) -> Decision | None:
    query = select(Decision).where(Decision.application_id == application.id).order_by(Decision.id.desc()).limit(1)
    return db.session.scalar(query)


def reader_of_calendar(token_hash: str) -> User | None:
    """The active person whose calendar stands at this address."""
    query = select(User).join(CalendarAddress, CalendarAddress.user_id == User.id)
    return db.session.scalar(query.where(CalendarAddress.token_hash == token_hash, User.is_active))


def calendar_address(user_id: int) -> CalendarAddress | None:
    return db.session.get(CalendarAddress, user_id)
