"""One limit for every check of a password: whoever guesses waits, longer each time, and nobody waits for strangers on a known device."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Response, after_this_request, request

from fundbank.errors import N_, Code, Refusal
from fundbank.kit.web.tries import Pauses
from fundbank.people import queries
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


@contextmanager
def one_guess(email: str) -> Iterator[None]:
    """Within it one password of the person with that e-mail address is checked; WrongPassword says that it was wrong.

    A name that nobody has is counted like any other. Raises TooManyGuesses while there is a pause, and does not look at the password.
    """
    counts = _counts(address_as_kept(email))
    if wait := max(pauses.left(key) for pauses, key in counts) or next(filter(None, (pauses.take(key) for pauses, key in counts)), 0):
        _retry_after(wait)
        raise TooManyGuesses(ONE_SECOND if wait == 1 else None, seconds=str(wait))
    try:
        yield
    except WrongPassword:
        raise
    except Refusal:  # of something else: the password was right
        _give_back(counts)
        raise
    _give_back(counts)


def _counts(name: str) -> list[tuple[Pauses, str]]:
    if number := next(filter(None, (device.of(person.id) for person in queries.people_by_email(name))), None):
        return [(AT_DEVICE, f"{name} {number}")]
    return [(AT_ADDRESS, f"{name} {request.remote_addr}"), (OF_NAME, name)]


def _give_back(counts: list[tuple[Pauses, str]]) -> None:
    for pauses, key in counts:
        pauses.give_back(key)


def _retry_after(seconds: int) -> None:
    @after_this_request
    def tell(response: Response) -> Response:
        response.headers["Retry-After"] = str(seconds)
        return response
