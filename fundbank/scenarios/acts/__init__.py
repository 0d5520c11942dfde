"""What each event does: its keys are read, and the operation that the pages call is called.

Where a thing that the event names is not there (no application, no award yet, a meeting that was refused) the event is refused with
``wrong_state``; whose roles never allow it is told so first (the order of scenario.md).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fundbank.errors import require
from fundbank.people.models import User
from fundbank.pools.permissions import holds
from fundbank.scenarios.acts import applying, awards, forum, money
from fundbank.scenarios.acts.act import Act
from fundbank.scenarios.reader import Event
from fundbank.scenarios.world import World

ACTS: Mapping[str, Act] = {**applying.ACTS, **forum.ACTS, **awards.ACTS, **money.ACTS}


def act(world: World, by: User, at: datetime, event: Event[Any]) -> None:
    """Do what the event says. Raises NotAllowed first, whatever the event names, for a person without the right to it."""
    found = ACTS[event.do]
    require(holds(by, world.pool, *found.rights))
    found.do(world, by, at, event)
