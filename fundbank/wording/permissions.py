"""Who words the letters."""

from fundbank.people.models import User
from fundbank.pools.models import Pool
from fundbank.pools.permissions import holds
from fundbank.pools.rights import Right


def can_word_letters(person: User, pool: Pool) -> bool:
    """The coordinator, who plans the meetings that the letters tell of."""
    return holds(person, pool, Right.MEETING_PLAN)


def can_see_wordings(person: User, pool: Pool) -> bool:
    """Whoever reads the forum's papers."""
    return holds(person, pool, Right.MEETINGS_READ)
