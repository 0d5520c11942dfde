"""The keys of a scenario file, as plain data: what each table and each event may hold, and of which kind (scenario.md)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any

from fundbank.errors import Code
from fundbank.pools.criteria import CODES
from fundbank.pools.policy import SCREENING_CHECKS
from fundbank.pools.roles import Role

NAME_LENGTH = 120
WHOLE_LIMIT = 2**31 - 1
FIRST_YEAR, LAST_YEAR = 1900, 2999  # a claim of the year 9999 would be due after the calendar ends
DECIMAL = re.compile(r"-?\d{1,9}(?:\.\d{1,9})?", re.ASCII)


@dataclass(frozen=True)
class Kind:
    """What a value may be; ``wanted`` completes the sentence "must be …"."""

    wanted: str
    fits: Callable[[Any], bool]


@dataclass(frozen=True)
class Reference(Kind):
    """The key of something that the file makes elsewhere: a department, person, application or meeting."""

    to: str = ""


@dataclass(frozen=True)
class Table(Kind):
    """A table whose own keys are listed."""

    keys: Mapping[str, "Key"]


@dataclass(frozen=True)
class ListOf(Kind):
    """A list of values of one kind."""

    of: Kind


@dataclass(frozen=True)
class Key:
    """A key's kind, and whether it has to be there."""

    kind: Kind
    required: bool = True


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and "\0" not in value


def _is_name(value: Any) -> bool:
    return _is_text(value) and 0 < len(value.strip()) <= NAME_LENGTH


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= WHOLE_LIMIT


def _is_decimal(value: Any) -> bool:
    return isinstance(value, str) and bool(DECIMAL.fullmatch(value))


def _is_minutes(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool) and isfinite(value) and -WHOLE_LIMIT <= value <= WHOLE_LIMIT


def _is_date(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime) and FIRST_YEAR <= value.year <= LAST_YEAR


def _are_facts(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(holds, bool) for holds in value.values())
    return isinstance(value, list) and all(map(_is_text, value))


def choice(*values: str) -> Kind:
    """One of a few words."""
    return Kind("one of " + ", ".join(values), lambda value: value in values)


def table(keys: Mapping[str, Key]) -> Table:
    """A table with these keys and no others."""
    return Table("a table", lambda value: isinstance(value, dict), keys)


def list_of(kind: Kind) -> ListOf:
    """A list of this kind."""
    return ListOf("a list", lambda value: isinstance(value, list), kind)


def reference(to: str) -> Reference:
    """The key of a thing of the kind ``to``."""
    return Reference(f"the key of a {to}", _is_text, to)


def optional(kind: Kind) -> Key:
    """A key that may be left out."""
    return Key(kind, required=False)


TEXT = Kind("text", _is_text)
WORD = Kind("a text that is not empty", lambda value: _is_text(value) and bool(value.strip()))
NAME = Kind(f"a text of 1 to {NAME_LENGTH} characters", _is_name)
AMOUNT = Kind('an amount as text, such as "600000.00"', _is_text)
RATIO = Kind('a decimal number as text, such as "0.50"', _is_decimal)
WHOLE = Kind("a whole number", _is_whole)
MINUTES = Kind("a number", _is_minutes)
YES_NO = Kind("true or false", lambda value: isinstance(value, bool))
DATE = Kind(f"a date, such as 2024-01-31, in a year from {FIRST_YEAR} to {LAST_YEAR}", _is_date)
ANY_TABLE = Kind("a table", lambda value: isinstance(value, dict))
LEVELS = Kind(
    "a table of criteria and whole numbers",
    lambda value: isinstance(value, dict) and all(isinstance(code, str) and _is_whole(level) for code, level in value.items()),
)
FACTS = Kind("a list of facts, or a table of facts that are true or false", _are_facts)
MINUTES_RANGE = Kind(
    "three numbers: low, typical, high",
    lambda value: isinstance(value, list) and len(value) == 3 and all(map(MINUTES.fits, value)),
)

DEPARTMENT, PERSON, APPLICATION, MEETING = map(reference, ("department", "person", "application", "meeting"))
PART = choice("loan", "grant")
CHECKS = table({name: optional(YES_NO) for name in SCREENING_CHECKS})

COST = table(
    {
        "year": Key(WHOLE),
        "kind": Key(choice("establishment", "operation")),
        "amount": Key(AMOUNT),
    }
)
GAIN = table(
    {
        "year": Key(WHOLE),
        "department": Key(DEPARTMENT),
        "amount": Key(AMOUNT),
        "cashable": optional(YES_NO),
    }
)
GAIN_AREA = table(
    {
        "name": Key(TEXT),
        "department": Key(DEPARTMENT),
        "before": Key(MINUTES_RANGE),
        "after": Key(MINUTES_RANGE),
        "cases": Key(WHOLE),
        "affected": optional(RATIO),
        "rate": Key(AMOUNT),
        "phase_in": optional(list_of(RATIO)),
        "years": Key(WHOLE),
        "cashable": optional(YES_NO),
    }
)
OWN_FINANCING = Kind(
    'an amount as text, a table such as { amount = "…" }, or a list of such tables',
    lambda value: _is_text(value) or isinstance(value, (dict, list)),
)
OWN_FINANCING_ROW = table(
    {"year": optional(WHOLE), "kind": optional(choice("establishment", "operation")), "amount": Key(AMOUNT), "text": optional(TEXT)}
)
TERMS = table(
    {
        "basis": optional(choice("realised", "planned")),
        "share": optional(RATIO),
        "years": Key(WHOLE),
        "first_year": Key(WHOLE),
        "departments": Key(list_of(DEPARTMENT)),
        "shortfall": optional(choice("forum_decides", "department_pays")),
    }
)

CONTENT = {
    "title": optional(TEXT),
    "department": optional(DEPARTMENT),
    "request": optional(table({"loan": optional(AMOUNT), "grant": optional(AMOUNT)})),
    "costs": optional(list_of(COST)),
    "gains": optional(list_of(GAIN)),
    "gain_areas": optional(list_of(GAIN_AREA)),
    "summary": optional(TEXT),
    "kind": optional(choice("standard", "pilot", "innovation", "uptake")),
    "frame": optional(TEXT),
    "it_consulted": optional(YES_NO),
    "supports": optional(list_of(choice(*CODES))),
    "own_scores": optional(LEVELS),
    "initiative": optional(choice("must", "may", "prerequisite")),
    "facts": optional(FACTS),
    "own_financing": optional(OWN_FINANCING),
}
REQUIRED_CONTENT = ("title", "department", "request", "costs", "gains")

EVENTS: dict[str, dict[str, Key]] = {
    "fund": {"amount": optional(AMOUNT), "service_expenditure": optional(AMOUNT), "source": Key(WORD)},
    "apply": {"application": Key(WORD)} | CONTENT | {name: Key(CONTENT[name].kind) for name in REQUIRED_CONTENT},
    "edit": {"application": Key(APPLICATION)} | CONTENT,
    "sign": {"application": Key(APPLICATION)},
    "submit": {"application": Key(APPLICATION)},
    "screen": {
        "application": Key(APPLICATION),
        "result": Key(choice("eligible", "returned")),
        "reason": optional(TEXT),
        "checks": optional(CHECKS),
    },
    "declare_interest": {"application": Key(APPLICATION)},
    "score": {"application": Key(APPLICATION), "levels": Key(LEVELS), "comment": optional(TEXT)},
    "meeting": {"meeting": Key(WORD), "agenda": Key(list_of(APPLICATION)), "present": Key(list_of(PERSON))},
    "consensus": {
        "meeting": Key(MEETING),
        "application": Key(APPLICATION),
        "criterion": Key(choice(*CODES)),
        "level": Key(WHOLE),
        "reason": Key(TEXT),
    },
    "decide": {
        "meeting": Key(MEETING),
        "application": Key(APPLICATION),
        "outcome": Key(choice("approve", "reject", "defer", "return")),
        "reason": optional(TEXT),
        "conditions": optional(TEXT),
        "loan": optional(AMOUNT),
        "grant": optional(AMOUNT),
        "terms": optional(TERMS),
    },
    "accept": {"application": Key(APPLICATION)},
    "disburse": {"application": Key(APPLICATION), "part": Key(PART), "amount": Key(AMOUNT), "approved_by": Key(PERSON)},
    "report_gain": {
        "application": Key(APPLICATION),
        "department": Key(DEPARTMENT),
        "year": Key(WHOLE),
        "amount": Key(AMOUNT),
        "cashable": optional(YES_NO),
    },
    "verify_gain": {"application": Key(APPLICATION), "department": Key(DEPARTMENT), "year": Key(WHOLE)},
    "claim": {"application": Key(APPLICATION), "year": Key(WHOLE)},
    "repay": {
        "application": Key(APPLICATION),
        "department": Key(DEPARTMENT),
        "year": Key(WHOLE),
        "amount": Key(AMOUNT),
    },
    "release": {"application": Key(APPLICATION), "amount": Key(AMOUNT)},
    "return_unspent": {"application": Key(APPLICATION), "part": Key(PART), "amount": Key(AMOUNT)},
    "return_funding": {"source": Key(WORD), "amount": Key(AMOUNT)},
    "reverse": {"event": Key(WHOLE), "reason": Key(TEXT), "approved_by": Key(PERSON)},
    "revise": {
        "application": Key(APPLICATION),
        "gains": Key(list_of(GAIN)),
        "gain_areas": optional(list_of(GAIN_AREA)),
        "reason": Key(TEXT),
        "meeting": optional(MEETING),
    },
    "resolve": {
        "meeting": Key(MEETING),
        "application": Key(APPLICATION),
        "action": Key(choice("extend", "write_off", "convert")),
        "years": optional(WHOLE),
    },
    "withdraw": {"application": Key(APPLICATION)},
    "close": {"application": Key(APPLICATION), "report": optional(TEXT)},
}

POOL = {"name": Key(NAME), "municipality": optional(NAME), "policy": Key(WORD), "override": optional(ANY_TABLE)}
DEPARTMENT_KEYS = {"key": Key(WORD), "name": Key(NAME), "parent": optional(DEPARTMENT)}
PERSON_KEYS = {
    "key": Key(WORD),
    "name": Key(NAME),
    "department": Key(DEPARTMENT),
    "roles": Key(list_of(choice(*Role))),
}
EVENT = {"on": Key(DATE), "do": Key(choice(*EVENTS)), "by": Key(PERSON), "refused": optional(choice(*Code))}
