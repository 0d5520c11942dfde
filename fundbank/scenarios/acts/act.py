"""What an act of a file is: who may do it at all, and what is done; and what several acts ask first."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from fundbank.applications.models import Application
from fundbank.people.models import User
from fundbank.pools.rights import Right
from fundbank.scenarios.reader import Event
from fundbank.scenarios.world import World
from fundbank.scoring.operations import check_no_conflict


class Act(NamedTuple):
    """Which rights allow it (domain.md §11; of which department, the operations ask), and the operation behind it."""

    rights: tuple[Right, ...]
    do: Callable[[World, User, datetime, Event[Any]], None]


def before_chair(world: World, by: User, key: str) -> Application:
    """The application, before a chair who is free of conflict. Raises WrongState, ConflictOfInterest."""
    application = world.application(key)
    check_no_conflict(by, application)
    return application
