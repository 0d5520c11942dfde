"""Reading a scenario file whole before anything is played: every fault with its place, and nothing half-loaded."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from fundbank.kit.schema import Fault, Model, faults_in
from fundbank.pools.policy import NOT_IN_FILES, PolicyInvalid, UnknownPolicyKey, with_overrides
from fundbank.pools.preset import load, names
from fundbank.scenarios.keys import ACTS, EventRow
from fundbank.scenarios.kinds import is_day
from fundbank.scenarios.tables import DepartmentRow, PersonRow, PoolTable

TOP = {"title", "pool", "departments", "people", "events"}
NEW_KEYS = {"apply": "application", "meeting": "meeting"}
SHAPES = {"missing": "is missing", "model_type": "must be a table", "dict_type": "must be a table", "tuple_type": "must be a list"}

Values = TypeVar("Values")
Said = TypeVar("Said", bound=Model)


class Unreadable(Exception):
    """The file cannot be played; ``faults`` are sentences, each with its place."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


@dataclass(frozen=True)
class Event(Generic[Values]):
    """One event: what is done, on which day, by whom, the further keys, and the refusal that the file expects."""

    number: int
    on: date
    do: str
    by: str
    values: Values
    refused: str | None


@dataclass(frozen=True)
class Scenario:
    """A readable file; events are in order."""

    title: str
    pool: PoolTable
    departments: list[DepartmentRow]
    people: list[PersonRow]
    events: list[Event[Any]]


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

    def table(self, model: type[Said], values: Mapping[str, Any]) -> tuple[Said | None, list[str]]:
        """The table as its model, or None and what is wrong with it: unknown keys first."""
        try:
            return model.model_validate(values, context=self.known), []
        except ValidationError as error:
            found = sorted(faults_in(error), key=lambda fault: fault.kind != "extra_forbidden")
            return None, [_sentence(fault) for fault in found]


def _sentence(fault: Fault) -> str:
    if fault.kind == "extra_forbidden":
        return f"unknown key {fault.place!r}"
    return f"{fault.place}: {SHAPES.get(fault.kind, fault.sentence)}"


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
    scenario = _read_top(data, reading)
    if scenario is None or reading.faults:
        raise Unreadable(reading.faults)
    return scenario


def _read_top(data: Mapping[str, Any], reading: _Reading) -> Scenario | None:
    for name in [name for name in data if name not in TOP]:
        reading.faults.append(f"unknown key {name!r} at the top of the file")
    if not isinstance(data.get("title"), str):
        reading.faults.append("title: is missing, or is not text")
    lists = {name: data.get(name, []) for name in ("departments", "people", "events")}
    for name, rows in lists.items():
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            reading.faults.append(f"{name}: must be written as [[{name}]] tables")
            return None
    reading.known = {
        "department": _made(lists["departments"], "key"),
        "person": _made(lists["people"], "key"),
        **{new: _made((row for row in lists["events"] if row.get("do") == do), new) for do, new in NEW_KEYS.items()},
    }
    pool = None
    if isinstance(data.get("pool"), dict):
        pool = _read_pool(data["pool"], reading)
    else:
        reading.faults.append("[pool]: is missing")
    departments = _read_rows("departments", lists["departments"], DepartmentRow, reading)
    _check_parents(lists["departments"], reading)
    people = _read_rows("people", lists["people"], PersonRow, reading)
    _check_addresses(people, lists["people"], reading)
    events = _read_events(lists["events"], reading)
    return Scenario(data["title"], pool, departments, people, events) if pool and not reading.faults else None


def _made(rows: Iterable[Mapping[str, Any]], name: str) -> set[str]:
    return {row[name] for row in rows if isinstance(row.get(name), str)}


def _read_pool(raw: Mapping[str, Any], reading: _Reading) -> PoolTable | None:
    pool, messages = reading.table(PoolTable, raw)
    policy, override = raw.get("policy"), raw.get("override", {})
    if isinstance(policy, str) and isinstance(override, dict):
        known = policy in names()
        messages += override_faults(policy, override) if known else [f"policy: {policy!r} is not one of {', '.join(names())}"]
    for message in messages:
        reading.fault("pool", None, message)
    return pool


def override_faults(policy: str, override: Mapping[str, Any]) -> list[str]:
    """What makes no sense in an override of this preset, as sentences."""
    if barred := [name for name in override if name in NOT_IN_FILES]:
        return [f"override: unknown key {barred[0]!r}"]
    try:
        with_overrides(load(policy).values, override)
    except UnknownPolicyKey as error:
        return [f"override: unknown key {error.args[0]!r}"]
    except PolicyInvalid as error:
        return [f"override.{name}: {message}" for name, message in error.faults.items()]
    return []


def _read_rows(table: str, rows: list[dict[str, Any]], model: type[Said], reading: _Reading) -> list[Said]:
    read: list[Said] = []
    seen: set[str] = set()
    for index, raw in enumerate(rows):
        row, messages = reading.table(model, raw)
        for message in messages:
            reading.fault(table, index, message)
        if row is not None:
            read.append(row)
        if isinstance(raw.get("key"), str):
            if raw["key"] in seen:
                reading.fault(table, index, f"key: {raw['key']!r} is used twice")
            seen.add(raw["key"])
    return read


def _check_parents(departments: list[dict[str, Any]], reading: _Reading) -> None:
    parents = {row["key"]: row.get("parent") for row in departments if isinstance(row.get("key"), str)}
    for index, row in enumerate(departments):
        above, steps = row.get("parent"), 0
        while isinstance(above, str) and steps <= len(parents):
            above, steps = parents.get(above), steps + 1
        if steps > len(parents):
            reading.fault("departments", index, "parent: a department cannot stand above itself")


def _check_addresses(people: list[PersonRow], rows: list[dict[str, Any]], reading: _Reading) -> None:
    places = {row["key"]: index for index, row in enumerate(rows) if isinstance(row.get("key"), str)}
    seen: set[str] = set()
    for person in people:
        if person.email is not None and person.email in seen:
            reading.fault("people", places[person.key], f"email: {person.email!r} is used twice")
        seen.add(person.email or "")


def _read_events(rows: list[dict[str, Any]], reading: _Reading) -> list[Event[Any]]:
    read: list[Event[Any]] = []
    latest: date | None = None
    made: set[tuple[str, str]] = set()
    for index, raw in enumerate(rows):
        do = raw.get("do")
        event, messages = _read_event(index + 1, raw, reading)
        messages += _demands(raw, len(rows))
        new = NEW_KEYS.get(do) if isinstance(do, str) else None
        if new is not None and isinstance(raw.get(new), str) and "refused" not in raw:
            if (new, raw[new]) in made:
                messages.append(f"{new}: {raw[new]!r} is made by an earlier event already")
            made.add((new, raw[new]))
        on = raw.get("on")
        if is_day(on):
            if latest is not None and on < latest:
                messages.append(f"on: {on} is before the event above it ({latest})")
            latest = max(latest, on) if latest else on
        if event is not None:
            read.append(event)
        for message in messages:
            reading.fault("events", index, message, f" ({do})" if isinstance(do, str) else "")
    return read


def _read_event(number: int, raw: Mapping[str, Any], reading: _Reading) -> tuple[Event[Any] | None, list[str]]:
    """What every event says, and what this kind of event says besides; of an unknown kind there is nothing more to say."""
    row, messages = reading.table(EventRow, {name: value for name, value in raw.items() if name in EventRow.model_fields})
    model = ACTS.get(raw["do"]) if isinstance(raw.get("do"), str) else None
    if model is None:
        return None, messages
    values, more = reading.table(model, {name: value for name, value in raw.items() if name not in EventRow.model_fields})
    if row is None or values is None:
        return None, sorted(messages + more, key=lambda message: not message.startswith("unknown key"))
    return Event(number, row.on, row.do, row.by, values, row.refused), []


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
