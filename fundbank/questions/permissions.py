"""Who asks about an application, and who answers: nobody does both."""

from fundbank.applications.models import Application
from fundbank.applications.models.questions import Question
from fundbank.applications.permissions import can_see_application, can_write_application
from fundbank.applications.states import HANDED_IN, ON_THE_WAY
from fundbank.people.models import User
from fundbank.pools.permissions import holds
from fundbank.pools.rights import Right
from fundbank.scoring.permissions import has_conflict
from fundbank.scoring.queries import is_decided


def may_ask(person: User, application: Application) -> bool:
    """Those who screen, score or chair, of what they may see; whoever writes for the department that applies asks it nothing."""
    asks = holds(person, application.pool, Right.APPLICATION_SCREEN, Right.APPLICATION_SCORE, Right.MEETING_CHAIR)
    return asks and can_see_application(person, application) and not can_write_application(person, application)


def takes_questions(person: User, application: Application) -> bool:
    """Is it handed in, and undecided as far as the person may know? What a meeting has decided only the forum knows before it is closed."""
    if application.state not in HANDED_IN:
        return False
    return not (holds(person, application.pool, Right.RANKING_READ) and is_decided(application))


def can_ask(person: User, application: Application) -> bool:
    """May the person ask something now? Nobody with a conflict of interest."""
    return may_ask(person, application) and takes_questions(person, application) and not has_conflict(person, application)


def can_answer(person: User, question: Question) -> bool:
    """Those who write for the department that applies, until it has been decided or withdrawn; but for who asked."""
    application = question.application
    return can_write_application(person, application) and application.state in ON_THE_WAY and question.asker_id != person.id
