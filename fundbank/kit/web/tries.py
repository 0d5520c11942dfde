"""Limited tries: how often something may be attempted, and how long to wait when that is used up."""

import math
import time

from flask import Flask, current_app
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

NAME = "fundbank.tries"


def install(app: Flask) -> None:
    """This function opens the count: in this process, or where the setting LIMITS_URL says that several share it."""
    app.extensions[NAME] = MovingWindowRateLimiter(storage_from_string(app.config["LIMITS_URL"]))


def _counted() -> MovingWindowRateLimiter:
    return current_app.extensions[NAME]


class Tries:
    """At most so many tries of one kind within a time, counted by key (a name, an address)."""

    def __init__(self, kind: str, limit: str) -> None:
        self.kind = kind
        self.limit: RateLimitItem = parse(limit)

    def take(self, key: str) -> bool:
        """This function counts one try; False once they are used up."""
        return _counted().hit(self.limit, self.kind, key)

    def are_left(self, key: str) -> bool:
        """Is there a try left? Counts nothing."""
        return _counted().test(self.limit, self.kind, key)

    def give_back(self, key: str) -> None:
        """This function forgets the tries of ``key``: it succeeded."""
        _counted().clear(self.limit, self.kind, key)

    def minutes_to_wait(self, key: str) -> int:
        """Whole minutes until there is a try again, at least 1."""
        reset = _counted().get_window_stats(self.limit, self.kind, key).reset_time
        return max(1, math.ceil((reset - time.time()) / 60))
