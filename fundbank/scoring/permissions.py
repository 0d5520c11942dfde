"""Who may score, and who may see which scores. Conflict of interest is asked here by everyone who decides (domain.md §4, §5)."""

from collections.abc import Sequence

from fundbank.applications.models import Application
from fundbank.applications.permissions import can_see_application
from fundbank.applications.states import DECIDABLE, State
from fundbank.people.models import User
from fundbank.pools.models import Pool
from fundbank.pools.permissions import holds
from fundbank.pools.rights import Right
from fundbank.scoring.queries import Contender, current_score, declared_interest, interested_in, is_decided, scored_by, stepped_back_from

FINISHED = frozenset({State.AWARDED, State.REJECTED, State.WITHDRAWN})


def has_conflict(person: User, application: Application) -> bool:
    """Is it the person's own department, a unit above or below it, or did the person declare an interest?"""
    return person.department.is_in_line_with(application.department) or declared_interest(application, person) is not None


def scores_in(person: User, pool: Pool) -> bool:
    """Only members of the forum score."""
    return holds(person, pool, Right.APPLICATION_SCORE)


def is_member(person: User, application: Application) -> bool:
    """Does the person score in the application's pool?"""
    return scores_in(person, application.pool)


def may_step_back(person: User, application: Application) -> bool:
    """Members score, chairs decide, and deciders where the forum recommends: each declares an interest."""
    return is_member(person, application) or holds(person, application.pool, Right.MEETING_CHAIR, Right.DECISION_APPROVE)


def can_score(person: User, application: Application) -> bool:
    """May the person hand in a score now? Not of what the forum has decided, known already or not."""
    may = is_member(person, application) and application.state in DECIDABLE and not has_conflict(person, application)
    return may and not is_decided(application)


def can_see_ranking(person: User, pool: Pool) -> bool:
    """The forum, its coordinator and the auditor compare the applications."""
    return holds(person, pool, Right.RANKING_READ)


def can_see_calibration(person: User, pool: Pool) -> bool:
    """The chair sees how the members' scores compare, of what has been decided."""
    return holds(person, pool, Right.MEETING_CHAIR)


def can_open_sheet(person: User, application: Application) -> bool:
    """The forum reads the score sheet of what has been submitted; who may write on it is ``can_score``."""
    return holds(person, application.pool, Right.RANKING_READ) and can_see_application(person, application)


def can_see_scores(person: User, application: Application) -> bool:
    """Members score blind: others' scores show once the own is handed in, or when the forum is done with the matter (domain.md §5).

    An application that comes back in a new version keeps its scores, so until then nothing shows to who has not scored, nor to
    those in conflict.
    """
    if not can_see_application(person, application) or application.submitted_at is None:
        return False
    if application.state in FINISHED:
        return True
    if has_conflict(person, application):
        return False
    if is_member(person, application):
        return current_score(application, person) is not None
    return holds(person, application.pool, Right.RANKING_READ)


def scores_in_sight(person: User, pool: Pool, applications: Sequence[Application]) -> set[int]:
    """The ids of those of the pool's ``applications`` whose scores somebody of the forum may see: ``can_see_scores`` in two queries."""
    handed_in = [application for application in applications if application.submitted_at is not None]
    finished = {application.id for application in handed_in if application.state in FINISHED}
    waiting = [application for application in handed_in if application.id not in finished]
    return finished | _in_sight(person, pool, waiting, scored_by(person, [application.id for application in waiting]))


def hidden_among(person: User, pool: Pool, applications: Sequence[Application]) -> set[int]:
    """The ids of those whose scores the person may not see. While there is one, the order of them all is not shown: it follows the ranking.

    Who compares nothing, as finance, is told once the forum is done with the matter.
    """
    if can_see_ranking(person, pool):
        return {one.id for one in applications} - scores_in_sight(person, pool, applications)
    return {one.id for one in applications if one.state not in FINISHED}


def contenders_in_sight(person: User, pool: Pool, waiting: Sequence[Contender]) -> set[int]:
    """The same of what waits for a decision in the pool."""
    return _in_sight(person, pool, waiting, {contender.id for contender in waiting if person.id in contender.members})


def _in_sight(person: User, pool: Pool, waiting: Sequence[Application | Contender], own: set[int]) -> set[int]:
    is_member, left = scores_in(person, pool), stepped_back_from(person)
    in_line = {unit for unit in {one.department for one in waiting} if person.department.is_in_line_with(unit)}
    return {one.id for one in waiting if (not is_member or one.id in own) and one.id not in left and one.department not in in_line}


def conflicts_among(people: Sequence[User], applications: Sequence[Application]) -> dict[int, list[User]]:
    """Who of ``people`` must leave the room for each of ``applications``, by its id: ``has_conflict`` in one query."""
    interests = interested_in([application.id for application in applications])
    return {
        application.id: [person for person in people if _in_conflict(person, application, interests[application.id])]
        for application in applications
    }


def _in_conflict(person: User, application: Application, interested: set[int]) -> bool:
    return person.id in interested or person.department.is_in_line_with(application.department)
