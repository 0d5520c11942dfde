"""Commands that run in the tests' own process leave it as they found it."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def loggers_as_they_were() -> Iterator[None]:
    """The demo keeps its requests out of sight, and whoever serves keeps others from repeating them: later tests read them too."""
    requests, waiting = (logging.getLogger(name) for name in ("fundbank.requests", "waitress.queue"))
    program = logging.getLogger("fundbank")
    before = requests.level, waiting.level, program.propagate
    yield
    requests.setLevel(before[0])
    waiting.setLevel(before[1])
    program.propagate = before[2]


@pytest.fixture(autouse=True)
def commands_do_not_migrate(without_migrating: None) -> None:
    """What the migrations do is tested where they are (tests/integration/ledger)."""
