"""Empty databases to restore and move into."""

from collections.abc import Callable, Iterator

import pytest

from tests.databases import Databases


@pytest.fixture
def bare(databases: Databases) -> Iterator[Callable[[str], str]]:
    """``bare("sqlite")`` is the address of an empty database."""
    made: list[str] = []

    def make(kind: str) -> str:
        made.append(databases.bare(kind))
        return made[-1]

    yield make
    for address in made:
        databases.drop(address)


@pytest.fixture(autouse=True)
def commands_do_not_migrate(without_migrating: None) -> None:
    """What the migrations do is tested where they are (tests/integration/ledger)."""
