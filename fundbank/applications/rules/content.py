"""What an application says: its text, request, costs, planned gains and facts, as frozen values that go to JSON and
back.

This module judges nothing: an amount that was not understood or is missing is None, counts as 0 in every figure, and
is refused by ``completeness`` at submission. Amounts are whole øre; years count from the investment (0); departments
are ids. The key of a row tells which row it is, not what it says, and so does ``row``, the row of the form that
it was written in: rows that say the same are equal.
"""

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from hashlib import sha256
from json import dumps
from typing import Any, Self

from pydantic import StrictBool, StrictInt, StrictStr
from pydantic.dataclasses import dataclass

from fundbank.errors import N_
from fundbank.kit.schema import CLOSED, Digits, Kept

Range = tuple[Digits, Digits, Digits]  # low, typical, high

FACTS = {
    "legal_requirement": N_("It is required by law"),
    "cross_cutting": N_("It cuts across departments"),
    "complex_process": N_("The process is complex"),
    "complex_organisation": N_("The organisation is complex"),
    "complex_system": N_("The system is complex"),
    "start_and_end": N_("It has a start and an end"),
    "over_300_hours": N_("It needs more than 300 hours"),
    "aimed_at_citizens": N_("It is aimed at citizens or businesses"),
    "business_gain": N_("It gives a gain for the business"),
}
"""What the applicant can tick (herning ch. 4)."""

DERIVED_FACTS = {
    "above_500000": N_("It costs more than 500,000 kroner to set up, own financing included"),
    "economic_gain": N_("It is expected to give an economic gain"),
}
"""What the figures say by themselves (herning ch. 4)."""

PROJECT_FACTS = (
    "legal_requirement",
    "cross_cutting",
    "complex_process",
    "complex_organisation",
    "complex_system",
    "above_500000",
    "start_and_end",
    "over_300_hours",
)
IMPORTANCE_FACTS = ("legal_requirement", "aimed_at_citizens", "business_gain", "economic_gain")
PROJECT_LIMIT_ORE = 500_000_00

INITIATIVES = {"must": N_("Must"), "may": N_("May"), "prerequisite": N_("Prerequisite")}
"""The applicant's own answer (KL sorts initiatives into skal, kan and forudsætning)."""
INITIATIVES_SAID = {
    "must": N_("Must: a law or an agreement demands it"),
    "may": N_("May: you choose to"),
    "prerequisite": N_("Prerequisite: other projects wait for it"),
}
"""The same where it is answered."""

LAST_YEAR = 50
"""No business case looks further ahead than this many years after the investment."""


@dataclass(frozen=True, config=CLOSED)
class Cost(Kept):
    """What the pool is asked to pay (``establishment``), or what comes back every year (``operation``).

    A cost in working hours says how many, and what an hour costs in øre: its amount is then their product (``cost_of_hours``).
    """

    year: StrictInt
    kind: StrictStr
    amount_ore: StrictInt | None
    text: StrictStr = ""
    key: StrictStr = field(default="", compare=False)
    hours: Digits | None = None
    rate_ore: StrictInt | None = None
    row: StrictStr = field(default="", compare=False)


@dataclass(frozen=True, config=CLOSED)
class PlannedGain(Kept):
    """A direct amount that one department expects to gain in one year."""

    year: StrictInt
    department_id: StrictInt
    amount_ore: StrictInt | None
    cashable: StrictBool = True
    text: StrictStr = ""
    key: StrictStr = field(default="", compare=False)
    row: StrictStr = field(default="", compare=False)


@dataclass(frozen=True, config=CLOSED)
class GainArea(Kept):
    """A slice of work that gets faster: minutes per case before and after, cases a year, the share of them affected
    (a fraction), the rate in øre an hour, and the phase-in as fractions from year 1 on (domain.md §6).
    """

    name: StrictStr
    department_id: StrictInt
    before: Range
    after: Range
    cases: StrictInt
    affected: Digits
    rate_ore: StrictInt | None
    phase_in: tuple[Digits, ...]
    years: StrictInt
    cashable: StrictBool = True
    key: StrictStr = field(default="", compare=False)
    row: StrictStr = field(default="", compare=False)


@dataclass(frozen=True, config=CLOSED)
class OwnFinancing(Kept):
    """What the department pays itself beside the case: shown, and not counted (domain.md §6)."""

    text: StrictStr
    amount_ore: StrictInt | None
    year: StrictInt = 0
    row: StrictStr = field(default="", compare=False)


@dataclass(frozen=True, config=CLOSED)
class QualitativeGain(Kept):
    """A gain in words, tied to one of the five criteria."""

    criterion: StrictStr
    text: StrictStr
    row: StrictStr = field(default="", compare=False)


@dataclass(frozen=True, config=CLOSED)
class StatedPayback(Kept):
    """The payback that the department itself expects, in whole years or in years and months, and why it is not the computed one."""

    years: StrictInt
    months: StrictInt | None = None
    reason: StrictStr = ""

    @property
    def in_months(self) -> int:
        return 12 * self.years + (self.months or 0)


@dataclass(frozen=True, config=CLOSED)
class Content(Kept):
    """Everything an application says. A submission freezes it as a version."""

    title: StrictStr = ""
    summary: StrictStr = ""
    kind: StrictStr = "standard"
    loan_ore: StrictInt | None = 0
    grant_ore: StrictInt | None = 0
    lower_ore: StrictInt | None = None  # the one lower sum that the project could do with
    frame: StrictStr | None = None
    it_consulted: StrictBool = False
    supports: tuple[StrictStr, ...] = ()
    own_scores: dict[StrictStr, StrictInt] | None = None
    initiative: StrictStr | None = None
    facts: tuple[StrictStr, ...] = ()
    costs: tuple[Cost, ...] = ()
    gains: tuple[PlannedGain, ...] = ()
    gain_areas: tuple[GainArea, ...] = ()
    own_financing: tuple[OwnFinancing, ...] = ()
    qualitative_gains: tuple[QualitativeGain, ...] = ()
    purchases: StrictBool = False
    gain_owner_id: StrictInt | None = None
    system_owner_id: StrictInt | None = None
    need: StrictStr = ""
    bought: StrictStr = ""
    project_leader: StrictStr = ""
    gain_owners: StrictStr = ""  # of the other departments that gain
    operation_money: StrictStr = ""  # where it is found
    stated_payback: StatedPayback | None = None
    keys_made: StrictInt = field(default=0, compare=False)  # how many rows have had a key (rules.row_keys)

    def replace(self, **changes: Any) -> Self:
        return replace(self, **changes)

    @property
    def requested_ore(self) -> int:
        return (self.loan_ore or 0) + (self.grant_ore or 0)

    @property
    def establishment_ore(self) -> int:
        return sum(cost.amount_ore or 0 for cost in self.costs if cost.kind == "establishment")

    @property
    def own_ore(self) -> int:
        """What the department pays itself."""
        return sum(own.amount_ore or 0 for own in self.own_financing)

    @property
    def department_ids(self) -> set[int]:
        """The departments that gain."""
        return {gain.department_id for gain in self.gains} | {area.department_id for area in self.gain_areas}

    @property
    def owner_ids(self) -> set[int]:
        """The people whom it names as owners, of the gain or of the system."""
        return {id_ for id_ in (self.gain_owner_id, self.system_owner_id) if id_ is not None}

    def texts(self) -> tuple[str, ...]:
        """Every text that somebody wrote freely, for the check that no CPR number is among them."""
        return (
            self.title,
            self.summary,
            self.need,
            self.bought,
            self.project_leader,
            self.gain_owners,
            self.operation_money,
            self.stated_payback.reason if self.stated_payback else "",
            *(cost.text for cost in self.costs),
            *(gain.text for gain in self.gains),
            *(area.name for area in self.gain_areas),
            *(own.text for own in self.own_financing),
            *(gain.text for gain in self.qualitative_gains),
        )


def project_reasons(content: Content) -> tuple[str, ...]:
    """Why the application counts as a project: codes of PROJECT_FACTS, none if it does not (herning ch. 4)."""
    return _holding(content, PROJECT_FACTS)


def importance_reasons(content: Content) -> tuple[str, ...]:
    """Why the application is important: codes of IMPORTANCE_FACTS, none if it is not (herning ch. 4)."""
    return _holding(content, IMPORTANCE_FACTS)


def _holding(content: Content, codes: Iterable[str]) -> tuple[str, ...]:
    holding = {fact for fact in content.facts if fact in FACTS}
    if content.establishment_ore + content.own_ore > PROJECT_LIMIT_ORE:
        holding.add("above_500000")
    if any((gain.amount_ore or 0) > 0 for gain in content.gains) or any(map(_gains, content.gain_areas)):
        holding.add("economic_gain")
    return tuple(code for code in codes if code in holding)


def _gains(area: GainArea) -> bool:
    return (area.before[1] - area.after[1]) * area.cases * area.affected * (area.rate_ore or 0) > 0


def fingerprint(content_json: Mapping[str, Any]) -> str:
    """What a version of an application is known by: the history keeps it beside the version, whatever order its values stand in."""
    return sha256(dumps(content_json, sort_keys=True).encode()).hexdigest()
