"""A pool's policy: the rules that a municipality sets for itself, as data (domain.md §3). Pure; it names none.

Each field names its reader, so that this class is the one list of what a policy holds. That the pool never pays for
operation is no field: it is a rule of every pool.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Annotated, Any, get_type_hints

from fundbank.errors import N_, Code, Refusal
from fundbank.kit.money import LIMIT_ORE
from fundbank.pools.criteria import CODES
from fundbank.pools.funding import per_mille
from fundbank.pools.readers import (
    Choice,
    Frame,
    Frames,
    Levels,
    Ratio,
    Reader,
    Several,
    Text,
    Weights,
    Whole,
    YesNo,
)  # fmt: skip

FUNDING = ("fixed_yearly", "per_mille")
PROJECT_KINDS = ("standard", "pilot", "innovation", "uptake")
IT_CONSULTATION = ("required", "recorded", "not_asked", "screened")
SCREENING_CHECKS = ("security", "user_management", "support", "contract", "installation", "implementation")
BUSINESS_CASE = ("full", "short")
KNOWLEDGE_REPORT = ("asked", "required")
FOLLOW_UP = ("gains", "experience", "half_yearly")
MEETINGS = ("monthly_not_july", "set_by_pool")
SHORTFALL = ("forum_decides", "department_pays")

_PART = N_("Write a share above 0 and at most 100 %.")


class PolicyInvalid(Refusal):
    """The rules make no sense. ``faults`` holds one message for each field; the sentence is the first of them."""

    code = Code.POLICY_INVALID
    message = N_("These rules make no sense.")
    status = 422

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        name, sentence = next(iter(self.faults.items()))
        super().__init__(sentence, field=name)


class UnknownPolicyKey(KeyError):
    """No policy has a field of this name."""


NOTES = ("forum_members", "funding_note", "operation_note")


@dataclass(frozen=True)
class Policy:
    """The rules in force. Amounts in øre, shares and rates as fractions, time in days, working days and years."""

    forum_name: Annotated[str, Text(120, required=True)]
    forum_members: Annotated[str, Text(1000)]
    # Money in (§10)
    funding: Annotated[str, Choice(FUNDING)]
    yearly_amount_ore: Annotated[int | None, Whole(0, LIMIT_ORE - 1, optional=True)]
    per_mille: Annotated[Decimal, Ratio(Decimal(0), Decimal(1000), N_("Write a number above 0 and at most 1,000 per mille."), above=True)]
    per_mille_to_pool: Annotated[Decimal, Ratio(Decimal(0), Decimal(1), _PART, above=True)]
    funding_note: Annotated[str, Text(1000)]
    frames: Annotated[tuple[Frame, ...], Frames()]
    # What may be applied for
    offers_loans: Annotated[bool, YesNo()]
    offers_grants: Annotated[bool, YesNo()]
    mix_offered: Annotated[bool, YesNo()]  # a loan and a grant in one award
    proposes_grant_first: Annotated[bool, YesNo()]
    project_kinds: Annotated[tuple[str, ...], Several(PROJECT_KINDS, required=True)]
    business_case: Annotated[str, Choice(BUSINESS_CASE)]
    small_case_kinds: Annotated[tuple[str, ...], Several(PROJECT_KINDS)]  # kinds that may use the one-page case
    payback_limit_years: Annotated[int, Whole(1, 50)]
    discount_rate: Annotated[Decimal, Ratio(Decimal(0), Decimal(1), N_("Write a rate from 0 to 100 %."))]
    operation_note: Annotated[str, Text(1000)]
    # Before the forum sees it
    it_consultation: Annotated[str, Choice(IT_CONSULTATION)]
    screening_checks: Annotated[tuple[str, ...], Several(SCREENING_CHECKS)]
    screening_days: Annotated[int | None, Whole(0, 366, optional=True)]
    submission_working_days: Annotated[int, Whole(0, 366)]  # before a meeting
    meetings: Annotated[str, Choice(MEETINGS)]
    # Scoring (§5)
    scale: Annotated[tuple[str, ...], Levels()]  # level codes, lowest first
    weights: Annotated[Mapping[str, Decimal], Weights()]
    bottom_lines: Annotated[tuple[str, ...], Several(CODES)]  # the criteria that the pool marks
    supports_asked: Annotated[bool, YesNo()]  # the applicant names the criteria that the project especially supports
    own_scores_first: Annotated[bool, YesNo()]
    minimum_scores: Annotated[int, Whole(0, 100)]
    # Repayment (§8) and what comes after
    repayment_share: Annotated[Decimal, Ratio(Decimal(0), Decimal(1), _PART, above=True)]
    shortfall: Annotated[str, Choice(SHORTFALL)]
    claim_due_days: Annotated[int, Whole(0, 366)]
    follow_up: Annotated[str, Choice(FOLLOW_UP)]
    knowledge_report: Annotated[str, Choice(KNOWLEDGE_REPORT)]

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> "Policy":
        """This function reads what a version or a preset holds. Raises PolicyInvalid, which lists every fault."""
        read, found = _read(values)
        if found:
            raise PolicyInvalid(found)
        return cls(**read)

    def to_values(self) -> dict[str, Any]:
        """This function writes the policy as JSON can hold it; ``from_values`` reads it back unchanged."""
        return {name: reader.plain(getattr(self, name)) for name, reader in READERS.items()}

    def changed_fields(self, other: "Policy") -> list[str]:
        """This function names the fields in which the two differ in value (0.5 is 0.50)."""
        return [one.name for one in fields(self) if getattr(self, one.name) != getattr(other, one.name)]

    def silent_fields(self) -> set[str]:
        """This function names the fields that say nothing beside the others, such as an empty note."""
        of_fixed, of_per_mille = {"yearly_amount_ore"}, {"per_mille", "per_mille_to_pool"}
        silent = of_per_mille if self.funding == "fixed_yearly" else of_fixed
        if self.it_consultation != "screened":
            silent = silent | {"screening_checks", "screening_days"}
        if not self.offers_loans:
            silent = silent | {"payback_limit_years", "repayment_share", "shortfall", "claim_due_days"}
        return silent | {name for name in NOTES if not getattr(self, name)}

    def frame(self, code: str) -> Frame | None:
        """The budget frame with this code."""
        return next((frame for frame in self.frames if frame.code == code), None)

    def split_of_service_expenditure(self, expenditure_ore: int) -> tuple[int, int]:
        """This function returns what goes to the pool and what to the treasury, in øre (domain.md §10)."""
        return per_mille(expenditure_ore, self.per_mille, self.per_mille_to_pool)


READERS: dict[str, Reader] = {name: hint.__metadata__[0] for name, hint in get_type_hints(Policy, include_extras=True).items()}


def faults(values: Mapping[str, Any]) -> dict[str, str]:
    """This function returns what makes no sense: a message id for each field, in their order; empty if all is well."""
    return _read(values)[1]


def with_overrides(values: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """This function lays a scenario file's ``override`` over a policy's values (scenario.md).

    Shares, rates and weights may be text. Raises UnknownPolicyKey for a name that no policy has, PolicyInvalid for a
    senseless value.
    """
    for name in overrides:
        if name not in READERS:
            raise UnknownPolicyKey(name)
    return Policy.from_values({**values, **overrides}).to_values()


def _read(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """This function returns what could be read, and the faults."""
    read: dict[str, Any] = {}
    found: dict[str, str] = {}
    for name, reader in READERS.items():
        if name not in values and not reader.optional:
            found[name] = N_("Fill this in.")
            continue
        try:
            read[name] = reader.read(values.get(name))
        except ValueError as fault:
            found[name] = str(fault)
    for name, message in _contradictions(read):
        found.setdefault(name, message)
    found = {name: found[name] for name in READERS if name in found}
    return read, found | {name: N_("No policy has such a field.") for name in values if name not in READERS}


def _contradictions(read: Mapping[str, Any]) -> list[tuple[str, str]]:
    """This function returns the faults that two fields make together; a field that could not be read is left out."""
    loans, grants = read.get("offers_loans", True), read.get("offers_grants", True)
    screened = read.get("it_consultation") == "screened"
    kinds = read.get("project_kinds", PROJECT_KINDS)
    return [
        (name, message)
        for wrong, name, message in (
            (not loans and not grants, "offers_loans", N_("Offer at least one principle: loan or grant.")),
            (
                read.get("mix_offered") and not (loans and grants),
                "mix_offered",
                N_("A loan and a grant in one award needs both principles."),
            ),
            (read.get("proposes_grant_first") and not grants, "proposes_grant_first", N_("Grants are not offered.")),
            (
                any(kind not in kinds for kind in read.get("small_case_kinds", ())),
                "small_case_kinds",
                N_("Choose among the kinds of projects that the pool takes."),
            ),
            (screened and not read.get("screening_checks", True), "screening_checks", N_("Choose at least one.")),
            (screened and read.get("screening_days", 0) is None, "screening_days", N_("Fill this in.")),
        )
        if wrong
    ]
