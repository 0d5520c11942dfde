"""The yearly call for development needs (herning ch. 4): what it asks, how long, and what an application takes over from an answer."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from fundbank.applications.rules.content import Content, Cost
from fundbank.errors import N_
from fundbank.kit.clock import local_date

NEED, INVESTMENT = "need", "investment"
STANDARD: Mapping[str, str] = {
    NEED: N_("Which IT development do you need next year, and in the years after?"),
    "equipment": N_("Which hardware and software does it take?"),
    "users": N_("Who will use it?"),
    "value": N_("What do you expect it to be worth?"),
    "resources": N_("What can you yourselves contribute to developing it and putting it to use?"),
    "shared": N_("Would you like a solution across departments, or an integration with such a solution?"),
    INVESTMENT: N_("What do you expect to invest, in development and in operation?"),
}
"""The standard questions by their codes. A call may put each in other words; what a code means stays."""

REASON_LENGTH = 500
"""How much can be said of why an idea, a need or a call is withdrawn."""

NEED_MISSING = N_("Answer this before you send the need.")
"""What a need lacks that says nothing of itself: until it is sent a title is enough."""

TEXTS = tuple(code for code in STANDARD if code not in (NEED, INVESTMENT))
"""What is answered in words beside the need itself, which is the idea's own text."""

CARRIED = ("users", "value", "resources", "shared")
"""What an application takes over into its need; the equipment has a field of its own."""

IMPORTANCES = range(1, 6)
"""How much a department needs something: 5 is the most (herning ch. 4)."""


@dataclass(frozen=True)
class Answers:
    """What a department answers of one need: in words, and what it expects to invest, in øre; None where it has not said."""

    need: str = ""
    equipment: str = ""
    users: str = ""
    value: str = ""
    resources: str = ""
    shared: str = ""
    development_ore: int | None = None
    operation_ore: int | None = None

    @property
    def texts(self) -> dict[str, str]:
        """The words beside the need itself, by the question's code."""
        return {code: text for code, text in self.words.items() if code in TEXTS}

    @property
    def words(self) -> dict[str, str]:
        """Everything that is said in words, by the question's code."""
        return {code: text for code, text in asdict(self).items() if code in STANDARD}


def is_running(is_open: bool, due_on: date, today: date) -> bool:
    """Can every department answer? On the deadline itself it can; a call that nobody has closed is over all the same on the day after."""
    return is_open and today <= due_on


def is_late(at: datetime, due_on: date, closed_at: datetime | None) -> bool:
    """Was something done after the call was over, by its day or by hand: by a department that had been let in late?"""
    return local_date(at) > due_on or (closed_at is not None and at > closed_at)


def content_of(title: str, answers: Answers, questions: Mapping[str, str], kind: str) -> Content:
    """Return what an application of the need says: the answers in the fields that ask the same, and the others under their questions.

    What is expected in operation stands as the cost of year 1: how long it goes on the department has not said.
    """
    said = [f"{questions[code]}\n{text}" for code, text in answers.words.items() if code in CARRIED and text]
    expected = ((0, "establishment", answers.development_ore), (1, "operation", answers.operation_ore))
    costs = tuple(Cost(year, cost, amount, title) for year, cost, amount in expected if amount)
    return Content(title=title, summary=answers.need, kind=kind, need="\n\n".join(said), bought=answers.equipment, costs=costs)


ORDERS: Mapping[str, str] = {
    "importance": N_("Importance"),
    "department": N_("Department"),
    INVESTMENT: N_("Expected investment"),
}
"""By what the overview can be sorted."""


def place(order: str, importance: int | None, department: str, invested_ore: int, number: int) -> tuple[Any, ...]:
    """Return what puts a need in its place: the most important first, what has no rating last; alike ones by department."""
    rated = (-(importance or 0), department, number)
    return {"department": (department, *rated), INVESTMENT: (-invested_ore, *rated)}.get(order, rated)
