"""What is said before somebody loses a role or an account while work waits for them: told by the packages that know the work."""

from collections.abc import Callable, Sequence
from typing import Any

from fundbank.people.models import User

Teller = Callable[[User, int | None], Sequence[Any]]

_tellers: dict[str, Teller] = {}


def tell(name: str, teller: Teller) -> None:
    """Add a source: given the person, and the pool unless it is about all, it returns sentences in the reader's language."""
    _tellers[name] = teller


def warnings(user: User, pool_id: int | None = None) -> list[Any]:
    """What to know before the person leaves a pool, or all of them."""
    return [sentence for teller in _tellers.values() for sentence in teller(user, pool_id)]
