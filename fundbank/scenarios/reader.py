"""Reading a scenario file whole before anything is played: every fault with its place, and nothing half-loaded."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from fundbank.pools.policy import PolicyInvalid, UnknownPolicyKey, with_overrides
from fundbank.pools.preset import load, names
from fundbank.scenarios import keys
from fundbank.scenarios.keys import Key, Kind, ListOf, Reference, Table

TOP = {"title", "pool", "departments", "people", "events"}


class Unreadable(Exception):
    """The file cannot be played; ``faults`` are sentences, each with its place."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


@dataclass(frozen=True)
class Event:
    """One event: what is done, on which day, by whom, the further keys, and the refusal that the file expects."""

    number: int
    on: date
    do: str
    by: str
    values: dict[str, Any]
    refused: str | None


@dataclass(frozen=True)
class Scenario:
    """A readable file. ``pool``, ``departments`` and ``people`` are as written; events are in order."""

    title: str
    pool: dict[str, Any]
    departments: list[dict[str, Any]]
    people: list[dict[str, Any]]
    events: list[Event]


@dataclass
class _Reading:
    """What is known while a file is read: where its tables start, the keys that it makes, and the faults found."""

    lines: dict[tuple[str, int], int]
    known: dict[str, set[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def fault(self, table: str, index: int | None, message: str, note: str = "") -> None:
        place = f"[{table}]" if index is None else f"[[{table}]] {index + 1}{note}"
        line = self.lines.get((table, index or 0))
        self.faults.append(f"line {line}, {place}: {message}" if line else f"{place}: {message}")


def read_file(path: Path) -> Scenario:
    """Read a scenario from a file. Raises Unreadable."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise Unreadable([error.strerror or str(error)]) from error
    except UnicodeDecodeError as error:
        raise Unreadable([f"not UTF-8 text (byte {error.start})"]) from error
    return read(text)


def read(text: str) -> Scenario:
    """Read a scenario. Raises Unreadable with every fault that was found."""
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:  # a TOMLDecodeError with its place; a number or a nesting that Python does not take
        raise Unreadable([str(error)]) from error
    reading = _Reading(_table_lines(text))
    _read_top(data, reading)
    if reading.faults:
        raise Unreadable(reading.faults)
    return Scenario(
        title=data["title"],
        pool=data["pool"],
        departments=data.get("departments", []),
        people=data.get("people", []),
        events=[_event(number, raw) for number, raw in enumerate(data.get("events", []), start=1)],
    )


def _event(number: int, raw: Mapping[str, Any]) -> Event:
    values = {name: value for name, value in raw.items() if name not in keys.EVENT}
    return Event(number, raw["on"], raw["do"], raw["by"], values, raw.get("refused"))


def _read_top(data: Mapping[str, Any], reading: _Reading) -> None:
    for name in [name for name in data if name not in TOP]:
        reading.faults.append(f"unknown key {name!r} at the top of the file")
    if not isinstance(data.get("title"), str):
        reading.faults.append("title: is missing, or is not text")
    lists = {name: data.get(name, []) for name in ("departments", "people", "events")}
    for name, rows in lists.items():
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            reading.faults.append(f"{name}: must be written as [[{name}]] tables")
            return
    reading.known = {
        "department": _made(lists["departments"], "key"),
        "person": _made(lists["people"], "key"),
        "application": _made((row for row in lists["events"] if row.get("do") == "apply"), "application"),
        "meeting": _made((row for row in lists["events"] if row.get("do") == "meeting"), "meeting"),
    }
    if isinstance(data.get("pool"), dict):
        _check_pool(data["pool"], reading)
    else:
        reading.faults.append("[pool]: is missing")
    _check_rows("departments", lists["departments"], keys.DEPARTMENT_KEYS, reading)
    _check_parents(lists["departments"], reading)
    _check_rows("people", lists["people"], keys.PERSON_KEYS, reading)
    _check_events(lists["events"], reading)


def _made(rows: Any, name: str) -> set[str]:
    return {row[name] for row in rows if isinstance(row.get(name), str)}


def _check_pool(pool: Mapping[str, Any], reading: _Reading) -> None:
    for message in _faults_of(pool, keys.POOL, reading):
        reading.fault("pool", None, message)
    policy = pool.get("policy")
    if not isinstance(policy, str) or not isinstance(pool.get("override", {}), dict):
        return
    if policy not in names():
        reading.fault("pool", None, f"policy: {policy!r} is not one of {', '.join(names())}")
        return
    for message in override_faults(policy, pool.get("override", {})):
        reading.fault("pool", None, message)


def override_faults(policy: str, override: Mapping[str, Any]) -> list[str]:
    """What makes no sense in an override of this preset, as sentences."""
    try:
        with_overrides(load(policy).values, override)
    except UnknownPolicyKey as error:
        return [f"override: unknown key {error.args[0]!r}"]
    except PolicyInvalid as error:
        return [f"override.{name}: {message}" for name, message in error.faults.items()]
    return []


def _check_rows(table: str, rows: list[dict[str, Any]], allowed: Mapping[str, Key], reading: _Reading) -> None:
    seen: set[Any] = set()
    for index, row in enumerate(rows):
        for message in _faults_of(row, allowed, reading):
            reading.fault(table, index, message)
        if isinstance(row.get("key"), str):
            if row["key"] in seen:
                reading.fault(table, index, f"key: {row['key']!r} is used twice")
            seen.add(row["key"])


def _check_parents(departments: list[dict[str, Any]], reading: _Reading) -> None:
    parents = {row.get("key"): row.get("parent") for row in departments}
    for index, row in enumerate(departments):
        above, steps = row.get("parent"), 0
        while above is not None and steps <= len(parents):
            above, steps = parents.get(above), steps + 1
        if steps > len(parents):
            reading.fault("departments", index, "parent: a department cannot stand above itself")


def _check_events(rows: list[dict[str, Any]], reading: _Reading) -> None:
    latest: date | None = None
    made: set[tuple[str, str]] = set()
    for index, row in enumerate(rows):
        do = row.get("do")
        note = f" ({do})" if isinstance(do, str) else ""
        allowed = keys.EVENT | (
            keys.EVENTS[do] if isinstance(do, str) and do in keys.EVENTS else {name: keys.optional(ANY) for name in row.keys() - keys.EVENT}
        )
        messages = list(_faults_of(row, allowed, reading)) + list(_demands(row, len(rows)))
        new = NEW_KEYS.get(do) if isinstance(do, str) else None
        if new is not None and isinstance(row.get(new), str) and "refused" not in row:
            if (new, row[new]) in made:
                messages.append(f"{new}: {row[new]!r} is made by an earlier event already")
            made.add((new, row[new]))
        on = row.get("on")
        if isinstance(on, date) and keys.DATE.fits(on):
            if latest is not None and on < latest:
                messages.append(f"on: {on} is before the event above it ({latest})")
            latest = max(latest, on) if latest else on
        for message in messages:
            reading.fault("events", index, message, note)


ANY = Kind("anything", lambda value: True)
NEW_KEYS = {"apply": "application", "meeting": "meeting"}


def _demands(row: Mapping[str, Any], last: int) -> Iterator[str]:
    """What an event must hold beyond its keys' kinds."""
    do = row.get("do")
    if do == "fund" and ("amount" in row) == ("service_expenditure" in row):
        yield "needs either amount or service_expenditure"
    if do == "decide" and row.get("outcome") == "approve":
        for name in ("loan", "grant"):
            if name not in row:
                yield f"{name}: is missing (an approval says both parts)"
        loan = row.get("loan")
        lends = isinstance(loan, str) and bool(loan.strip("0.")) and not loan.startswith("-")
        if lends and "terms" not in row and "refused" not in row:
            yield "terms: are missing (a loan needs them)"
    if do == "resolve" and row.get("action") == "extend" and "years" not in row:
        yield "years: is missing (an extension says by how many)"
    if do == "reverse" and isinstance(row.get("event"), int) and not 1 <= row["event"] <= last:
        yield f"event: {row['event']} is not the number of an event"


def _faults_of(row: Mapping[str, Any], allowed: Mapping[str, Key], reading: _Reading, path: str = "") -> Iterator[str]:
    for name in row:
        if name not in allowed:
            yield f"unknown key {path + name!r}"
    for name, key in allowed.items():
        if name in row:
            yield from _value_faults(row[name], key.kind, reading, path + name)
        elif key.required:
            yield f"{path}{name}: is missing"


def _value_faults(value: Any, kind: Kind, reading: _Reading, path: str) -> Iterator[str]:
    if not kind.fits(value):
        yield f"{path}: must be {kind.wanted}"
    elif isinstance(kind, Reference):
        if value not in reading.known[kind.to]:
            yield f"{path}: there is no {kind.to} with the key {value!r}"
    elif isinstance(kind, Table):
        yield from _faults_of(value, kind.keys, reading, f"{path}.")
    elif isinstance(kind, ListOf):
        for place, item in enumerate(value, start=1):
            yield from _value_faults(item, kind.of, reading, f"{path}[{place}]")
    elif kind is keys.OWN_FINANCING and not isinstance(value, str):
        of = keys.OWN_FINANCING_ROW
        yield from _value_faults(value, keys.list_of(of) if isinstance(value, list) else of, reading, path)


def _table_lines(text: str) -> dict[tuple[str, int], int]:
    """The line on which each ``[table]`` and each ``[[table]]`` starts."""
    lines: dict[tuple[str, int], int] = {}
    seen: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if found := re.match(r"\s*\[{1,2}\s*(\w+)\s*\]{1,2}", line):
            name = found.group(1)
            lines[name, seen.get(name, 0)] = number
            seen[name] = seen.get(name, 0) + 1
    return lines
