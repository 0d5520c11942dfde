"""Slowing guesses down: after some that were free each further one is followed by a pause, longer each time. Nobody is ever locked out.

The count is kept in this process, or where LIMITS_URL says that several share it. Programs of several municipalities may share that too:
what is counted carries a name that only those can make who sign with the same key.
"""

import hmac
import math
import time
from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app
from limits import parse
from limits.errors import ConfigurationError, StorageError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from fundbank.config import BadSetting

NAME = "fundbank.tries"
FREE = 5
FORGOTTEN = 3600  # seconds after the first of them, guesses no longer count
NO_STORAGE = (
    "FUNDBANK_LIMITS_URL names no place where tries can be counted. It is an address such as redis://server:6379, and the Python package "
    "of that storage must be installed; leave it out to count in this process alone."
)

T = TypeVar("T")


def install(app: Flask) -> None:
    """Open the count. Raises BadSetting."""
    app.extensions[NAME] = Count(storage_of(app.config["LIMITS_URL"]))


def storage_of(url: str) -> Storage:
    """The count that FUNDBANK_LIMITS_URL names. Raises BadSetting; the address may hold a password, so it is not repeated."""
    try:
        storage = storage_from_string(url, wrap_exceptions=True)
    except (ConfigurationError, ValueError, TypeError, AssertionError) as error:
        raise BadSetting(NO_STORAGE) from error
    if not isinstance(storage, Storage):
        raise BadSetting(NO_STORAGE)
    try:
        answers = storage.check()
    except StorageError:
        answers = False
    if not answers:
        raise BadSetting("nothing answers at FUNDBANK_LIMITS_URL, where the tries of signing in are to be counted.")
    return storage


class Count:
    """A storage that several processes share; while it does not answer, each counts for itself, so that people can still sign in."""

    def __init__(self, shared: Storage) -> None:
        self._shared, self._own = shared, MemoryStorage()

    def ask(self, question: Callable[[Storage], T]) -> T:
        try:
            return question(self._shared)
        except StorageError:
            current_app.logger.warning("the place where tries are counted does not answer; this process counts for itself")
            return question(self._own)


class Pauses:
    """Of one kind of guess, counted by key (a name, a name at an address): pauses of 1 s, then 2, 4 … and at most ``longest`` seconds."""

    def __init__(self, kind: str, longest: int) -> None:
        self.kind, self.longest = kind, longest

    def left(self, key: str) -> int:
        """Whole seconds until there may be another guess, or 0. Counts nothing."""
        return _counted().ask(lambda storage: self._left(storage, self._named("pause", key)))

    def take(self, key: str) -> int:
        """Count a guess before it is looked at, as if it were wrong: of many at once no more pass than one after another.

        0: go on. Else it has not been let in, and there are so many seconds to wait.
        """
        return _counted().ask(lambda storage: self._take(storage, key))

    def give_back(self, key: str) -> None:
        """Forget the guesses of ``key``: it was right."""
        for what in ("guesses", "pause"):
            _counted().ask(lambda storage, what=what: storage.clear(self._named(what, key)))  # type: ignore[misc]

    def _take(self, storage: Storage, key: str) -> int:
        pause = self._named("pause", key)
        if left := self._left(storage, pause):
            return left
        beyond = storage.incr(self._named("guesses", key), FORGOTTEN) - FREE
        if beyond > 0 and storage.incr(pause, min(self.longest, 2 ** min(beyond - 1, 10))) > 1:
            return self._left(storage, pause) or 1  # another one came first
        return 0

    def _left(self, storage: Storage, pause: str) -> int:
        if not storage.get(pause):
            return 0
        left = storage.get_expiry(pause) - time.time()
        if left > self.longest:  # the clock has been set back
            storage.clear(pause)
            return 0
        return max(1, math.ceil(left))

    def _named(self, what: str, key: str) -> str:
        return f"fundbank/{self.kind}/{what}/{_name_of(key)}"


class AtMost:
    """At most so many of one kind within a time, counted by key: ``AtMost("letters", "30 per minute")``."""

    def __init__(self, kind: str, limit: str) -> None:
        self.kind, self.limit = kind, parse(limit)

    def take(self, key: str) -> bool:
        """Count one more; False for one too many."""
        return _counted().ask(lambda storage: FixedWindowRateLimiter(storage).hit(self.limit, "fundbank", self.kind, _name_of(key)))


def _name_of(key: str) -> str:
    """Whatever was typed, the count keeps a short name that says nothing about anybody, and is no other program's."""
    return hmac.digest(current_app.config["SECRET_KEY"].encode(), key.encode(), "sha256").hex()


def _counted() -> Count:
    count: Count = current_app.extensions[NAME]
    return count
