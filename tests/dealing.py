"""Which tests of a run of everything meet one of the two databases, and which meet both.

A test is dealt: it meets SQLite or PostgreSQL, its neighbour in the file the other, and of a test with many cases each database gets half.
``@pytest.mark.each_database`` keeps a test, or a file, to both: whoever speaks SQL of its own, tries a lock, a trigger, a seal or a
migration, searches, or lets two people act at once. All of it is run on both with ``--whole``, and whenever files or tests are named.
"""

from collections import defaultdict

import pytest

from tests.databases import KINDS


def is_of_everything(config: pytest.Config) -> bool:
    """Does the run name no file and no test?"""
    narrowed = config.option.keyword or config.option.markexpr or config.getoption("lf", False) or config.getoption("whole")
    return not narrowed and list(config.args) == config.getini("testpaths")


def left_out(items: list[pytest.Item]) -> list[pytest.Item]:
    """The items that their cases' other database stands for."""
    files: dict[object, dict[str, dict[str, pytest.Item]]] = defaultdict(lambda: defaultdict(dict))
    for item in items:
        kind = _kind(item)
        if kind is not None and not item.get_closest_marker("each_database"):
            files[item.path][item.nodeid.replace(kind, "")][kind] = item
    left = []
    for cases in files.values():
        both = [case for case in cases.values() if len(case) == len(KINDS)]
        left += [case[KINDS[_turn(number)]] for number, case in enumerate(both)]
    return left


def _turn(number: int) -> int:
    """0, 1, 1, 0, 1, 0, 0, 1 …: half of all, and half of every second, fourth or eighth (Thue and Morse)."""
    return number.bit_count() % 2


def _kind(item: pytest.Item) -> str | None:
    called = item.callspec if isinstance(item, pytest.Function) and hasattr(item, "callspec") else None
    return next((value for value in called.params.values() if value in KINDS), None) if called else None
