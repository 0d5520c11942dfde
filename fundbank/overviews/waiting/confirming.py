"""What waits for a second person: roles that could be misused, and the accounts of who holds one (domain.md §11)."""

from collections.abc import Iterator

from fundbank.kit.language import gettext as _
from fundbank.overviews.waiting.columns import Item
from fundbank.people.models import User
from fundbank.people.queries import to_confirm as waiting_in
from fundbank.pools.permissions import can_confirm, can_see_confirmations
from fundbank.pools.words import wanted


def to_confirm(person: User) -> Iterator[Item]:
    """What this person can confirm, the oldest first."""
    if can_see_confirmations(person):
        for one in waiting_in(person.municipality_id):
            if can_confirm(person, one):
                yield Item(one.id, one.pool_id or 0, one.user.name, _(wanted(one.kind, one.role)), None, None)
