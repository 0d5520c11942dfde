"""Small scenario files for tests, a line an event: ``01-02 fund freja amount = "…", source = "…" ! code``.

A line is the day (of 2024 unless the year stands there), what is done, by whom, the further keys as TOML, and after ``!`` the refusal
that the file expects. The text goes through the reader like any file.
"""

import re
from dataclasses import dataclass
from itertools import count
from typing import Any

from fundbank.kit.transaction import unit_of_work
from fundbank.scenarios.player import Played, play
from fundbank.scenarios.reader import Scenario, read
from fundbank.scenarios.statement import statement

LINE = re.compile(r"(?P<on>(?:\d{4}-)?\d\d-\d\d) +(?P<do>\w+) +(?P<by>[\w-]+) *(?P<keys>.*?)(?: ! (?P<refused>\w+))?")

HEAD = """
[[departments]]
key = "social"
name = "Social og Sundhed"
[[departments]]
key = "hjem"
name = "Hjemmeplejen"
parent = "social"
[[departments]]
key = "koncern"
name = "Koncern"
[[departments]]
key = "stab"
name = "Stab"
"""

PEOPLE = {
    "sofie": ("social", ["applicant"]),
    "lise": ("social", ["leader"]),
    "hanne": ("hjem", ["applicant", "leader"]),
    "karen": ("koncern", ["applicant"]),
    "kurt": ("koncern", ["leader"]),
    "maja": ("stab", ["member"]),
    "mads": ("stab", ["member"]),
    "mikkel": ("stab", ["member"]),
    "kaj": ("koncern", ["member"]),
    "svend": ("hjem", ["member", "chair"]),  # in line with social
    "carl": ("stab", ["member", "chair"]),
    "clara": ("stab", ["chair"]),
    "kim": ("stab", ["coordinator"]),
    "ada": ("stab", ["adviser"]),
    "freja": ("stab", ["finance"]),
    "finn": ("stab", ["finance"]),
    "dorthe": ("stab", ["chair", "finance"]),
    "lars": ("social", ["leader", "finance"]),
    "aud": ("stab", ["auditor"]),
    "adam": ("stab", ["administrator"]),
}

MIDDLE = "levels = { wellbeing = 2, efficiency = 2, quality = 2, security = 2, scalability = 2 }"
TERMS = 'terms = { basis = "realised", share = "0.50", years = 3, first_year = 2025, departments = ["social", "koncern"] }'
PLANNED = TERMS.replace("realised", "planned")
CASE = """costs = [ { year = 0, kind = "establishment", amount = "600000.00" } ], gains = [
  { year = 1, department = "social", amount = "200000.00" }, { year = 1, department = "koncern", amount = "200000.00" },
  { year = 2, department = "social", amount = "200000.00" }, { year = 2, department = "koncern", amount = "200000.00" },
  { year = 3, department = "social", amount = "200000.00" }, { year = 3, department = "koncern", amount = "200000.00" } ]""".replace(
    "\n ", ""
)

_numbers = count(1)

FUND = '01-02 fund freja amount = "3000000.00", source = "IT"'


def applied(key: str = "a", *, loan: str = "600000.00", grant: str = "0.00", more: str = "", case: str = CASE) -> str:
    more = f", {more}" if more else ""
    return (
        f'01-03 apply sofie application = "{key}", title = "Sag {key}", department = "social", '
        f'request = {{ loan = "{loan}", grant = "{grant}" }}, {case}{more}'
    )


def ready(key: str = "a", **asked: str) -> str:
    return f"""{applied(key, **asked)}
01-03 sign lise application = "{key}"
01-03 submit sofie application = "{key}"
01-03 screen kim application = "{key}", result = "eligible"
01-03 score maja application = "{key}", {MIDDLE}"""


def meeting(key: str, on: str, *agenda: str) -> str:
    listed = ", ".join(f'"{name}"' for name in agenda)
    return f'{on} meeting kim meeting = "{key}", agenda = [{listed}], present = ["carl", "svend"]'


def approve(key: str = "a", *, loan: str = "600000.00", grant: str = "0.00", terms: str = TERMS, by: str = "carl", at: str = "m") -> str:
    terms = f", {terms}" if terms else ""
    return f'02-01 decide {by} meeting = "{at}", application = "{key}", outcome = "approve", loan = "{loan}", grant = "{grant}"{terms}'


def awarded(key: str = "a", *, loan: str = "600000.00", grant: str = "0.00", terms: str = TERMS, **asked: str) -> str:
    """A funded pool whose application ``key`` has been approved and accepted."""
    return f"""{FUND}
{ready(key, loan=loan, grant=grant, **asked)}
{meeting("m", "02-01", key)}
{approve(key, loan=loan, grant=grant, terms=terms)}
02-02 accept lise application = "{key}\""""


def paid(key: str = "a", part: str = "loan", amount: str = "600000.00", on: str = "03-01") -> str:
    return f'{on} disburse freja approved_by = "finn", application = "{key}", part = "{part}", amount = "{amount}"'


def gain(department: str, year: int, amount: str, *, key: str = "a", on: str = "2026-01-10") -> str:
    """A gain that is reported by the department's leader and verified by finance."""
    leader = {"social": "lise", "koncern": "kurt"}[department]
    return f"""{on} report_gain {leader} application = "{key}", department = "{department}", year = {year}, amount = "{amount}"
{on} verify_gain freja application = "{key}", department = "{department}", year = {year}"""


def claim(year: int, *, key: str = "a", on: str = "2026-01-11") -> str:
    return f'{on} claim freja application = "{key}", year = {year}'


def repay(department: str, year: int, amount: str, *, key: str = "a", on: str = "2026-01-12") -> str:
    return f'{on} repay freja application = "{key}", department = "{department}", year = {year}, amount = "{amount}"'


def number_of(events: str, part: str) -> int:
    """The number of the first event whose line holds ``part``."""
    return next(number for number, line in enumerate(_lines(events), start=1) if part in line)


def written(events: str, *, policy: str = "favrskov", override: str = "minimum_scores = 1") -> str:
    """The file that these events make."""
    people = "\n".join(
        f'[[people]]\nkey = "{key}"\nname = "{key.title()}"\ndepartment = "{department}"\nroles = {roles}'
        for key, (department, roles) in PEOPLE.items()
    )
    tables = "\n".join(_event(line) for line in _lines(events))
    pool = f'[pool]\nname = "Pulje {next(_numbers)}"\npolicy = "{policy}"\noverride = {{ {override} }}'
    return f'title = "En lille fil"\n{pool}\n{HEAD}{people}\n{tables}\n'


def _lines(events: str) -> list[str]:
    return [line.strip() for line in events.splitlines() if line.strip()]


def _event(line: str) -> str:
    found = LINE.fullmatch(line)
    assert found, line
    on = found["on"] if len(found["on"]) > 5 else f"2024-{found['on']}"
    table = f'[[events]]\non = {on}\ndo = "{found["do"]}"\nby = "{found["by"]}"\n'
    if found["refused"]:
        table += f'refused = "{found["refused"]}"\n'
    return table + "\n".join(_keys(found["keys"]))


def _keys(text: str) -> list[str]:
    """The keys of a line, each on its own: a comma outside of brackets and quotes parts them."""
    parts, depth, quoted, start = [], 0, False, 0
    for place, sign in enumerate(text):
        if sign == '"':
            quoted = not quoted
        elif not quoted:
            depth += (sign in "[{") - (sign in "]}")
            if sign == "," and depth == 0:
                parts.append(text[start:place].strip())
                start = place + 1
    return [part for part in [*parts, text[start:].strip()] if part]


@dataclass(frozen=True)
class Outcome:
    """What playing a file led to."""

    played: Played
    statement: dict[str, Any]

    def award(self, key: str = "a") -> dict[str, Any]:
        return self.statement["awards"][key]

    def application(self, key: str = "a") -> dict[str, Any]:
        return self.statement["applications"][key]

    @property
    def pool(self) -> dict[str, str]:
        return self.statement["pool"]

    def dues(self, key: str = "a") -> list[tuple[int, str, str, str]]:
        return [(row["year"], row["department"], row["due"], row["paid"]) for row in self.award(key)["claims"]]


def outcome(scenario: Scenario, *, policy: str | None = None) -> Outcome:
    """Play a scenario that has been read, as one unit of work."""
    with unit_of_work():
        played = play(scenario, policy=policy)
        return Outcome(played, statement(played))


def playing(events: str, *, policy: str = "favrskov", override: str = "minimum_scores = 1") -> Outcome:
    """Play a small file, which must do what it says, and leave a ledger that verifies and a pool that adds up."""
    found = outcome(read(written(events, policy=policy, override=override)))
    assert not found.played.differences, "\n".join(map(str, found.played.differences))
    assert found.statement["ledger"]["verified"] is True
    ore = {name: int(amount.replace(".", "")) for name, amount in found.pool.items()}
    assert ore.pop("funding") == sum(ore.values())
    return found
