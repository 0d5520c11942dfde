"""The ends of the ledgers, noted outside the database: a line each, with the last transfer's number, its hash, and the pool. Of the seals
of everything else (kit.seals) it is the last seal's number, its hash, and the municipality.

Whoever may drop triggers can write a whole chain anew, and it agrees with itself: only what was noted elsewhere shows it.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from fundbank.backup import Unusable
from fundbank.backup.archive import Head

_LINE = re.compile(r"(\d{1,12})\s+([0-9A-Fa-f]{64})\s+(\S.*)")


class Noted(NamedTuple):
    """One line: ``pool`` is its name, after its municipality's and a comma where there are several of that name."""

    number: int
    hash: str
    pool: str


def lines(heads: Iterable[Head]) -> list[str]:
    """The ends as lines to be kept elsewhere: those of pools, and those of the seals of municipalities."""
    return [f"{head.number} {head.hash} {', '.join(filter(None, (head.municipality, head.pool)))}" for head in heads if head.number]


def read(file: Path) -> list[Noted]:
    """What was noted in a file; empty lines and those that begin with # say nothing. Raises Unusable, naming the line."""
    noted = []
    for place, line in enumerate(file.read_text("utf-8", errors="replace").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None:
            raise Unusable(
                f"{file}, line {place}: write the number of a transfer, its hash and the pool, as a statement has them and "
                '"fundbank backup" prints them.'
            )
        noted.append(Noted(int(found[1]), found[2].lower(), found[3]))
    return noted


def by_municipality(noted: Iterable[Noted], names: Iterable[str]) -> dict[str, dict[int, str]]:
    """The noted hashes of seals, by the name of the municipality and number."""
    found: dict[str, dict[int, str]] = {}
    for number, hash_, name in noted:
        if name in names:
            found.setdefault(name, {})[number] = hash_
    return found


def by_pool(noted: Iterable[Noted], pools: Mapping[int, tuple[str, str]], names: Iterable[str]) -> dict[int, dict[int, str]]:
    """The noted hashes by pool and number. ``pools`` are those of the database, with the names of municipality and pool.

    A line with the name of a municipality (``names``) alone is of its seals. Raises Unusable for a name that no pool has, or several.
    """
    found: dict[int, dict[int, str]] = {}
    for number, hash_, name in noted:
        if name in names:
            continue
        named = [pool_id for pool_id, (municipality, pool) in pools.items() if name in (pool, f"{municipality}, {pool}")]
        if len(named) != 1:
            trouble = "several pools are" if named else "no pool is"
            raise Unusable(f"{trouble} called {name} in this database: write the municipality, a comma and the pool's name of today.")
        found.setdefault(named[0], {})[number] = hash_
    return found
