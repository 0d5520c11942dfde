"""One limit for every check of a password: whoever guesses waits, longer each time, and nobody waits for strangers on a known device."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flask import Response, after_this_request, request

from fundbank.errors import N_, Code, Refusal
from fundbank.kit.web.tries import Pauses
from fundbank.people.models import User
from fundbank.people.operations import WrongPassword
from fundbank.people.rules import address_as_kept
from fundbank.people.views import device

# A whole town hall may sit behind one address, so an address alone is not counted; a name alone is, since one who guesses may have many
# addresses, but lightly, since the person must get in from a new device.
AT_ADDRESS = Pauses("name-at-address", longest=30)
OF_NAME = Pauses("name", longest=8)
AT_DEVICE = Pauses("name-on-device", longest=30)

ONE_SECOND = N_("There have been many wrong guesses. Wait one second, and try again.")


class TooManyGuesses(Refusal):
    """The password has not been looked at."""

    code = Code.NOT_ALLOWED
    message = N_("There have been many wrong guesses. Wait %(seconds)s seconds, and try again.")
    status = 429


class Guess:
    """A password that somebody types for an e-mail address, before it is looked at. It may be held against ``people``.

    Where several municipalities know the address each of its people is guessed at, and counted, by themselves: whoever has an account in
    one, and knows its password, has not guessed less at the others'. A name that nobody has is counted like any other.
    """

    def __init__(self, email: str, people: Sequence[User]) -> None:
        """Raises TooManyGuesses while there is a pause for all of them. Those for whom there is one are left out."""
        name = address_as_kept(email)
        among: Sequence[User | None] = people or [None]
        self._counts = {person: _counts(name, person) for person in among}
        waits = {person: _count_one(counts) for person, counts in self._counts.items()}
        if wait := min(waits.values()):
            _retry_after(wait)
            raise TooManyGuesses(ONE_SECOND if wait == 1 else None, seconds=str(wait))
        self.people = [person for person in people if not waits[person]]

    def was_right_of(self, people: Sequence[User]) -> None:
        """Forget what was guessed of these."""
        for person in people:
            for pauses, key in self._counts[person]:
                pauses.give_back(key)


@contextmanager
def one_guess(person: User) -> Iterator[None]:
    """Within it one password of the person is checked; WrongPassword says that it was wrong. Raises TooManyGuesses, as ``Guess`` does."""
    guess = Guess(person.email or "", [person])
    try:
        yield
    except WrongPassword:
        raise
    except Refusal:  # of something else: the password was right
        guess.was_right_of([person])
        raise
    guess.was_right_of([person])


def _counts(name: str, person: User | None) -> list[tuple[Pauses, str]]:
    whose = f"{name} {person.municipality_id}" if person else name
    if person and (number := device.of(person.id)):
        return [(AT_DEVICE, f"{whose} {number}")]
    return [(AT_ADDRESS, f"{whose} {request.remote_addr}"), (OF_NAME, whose)]


def _count_one(counts: list[tuple[Pauses, str]]) -> int:
    """Count one more, and return 0; while there is a pause count nothing, and return its seconds."""
    return max(pauses.left(key) for pauses, key in counts) or next(filter(None, (pauses.take(key) for pauses, key in counts)), 0)


def _retry_after(seconds: int) -> None:
    @after_this_request
    def tell(response: Response) -> Response:
        response.headers["Retry-After"] = str(seconds)
        return response
