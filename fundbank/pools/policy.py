"""A pool's policy: the rules that a municipality sets for itself, as data (domain.md §3). Pure; it names none.

The class is the one list of what a policy holds and of what each value may be. That the pool never pays for operation is no field: it is
a rule of every pool.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, StringConstraints, ValidationError

from fundbank.errors import N_, Code, Refusal
from fundbank.kit.money import LIMIT_ORE
from fundbank.kit.schema import AS_LINE, AS_LINES, Exact, Model, Whole, exact, faults_in, one_of, says, some_of, wrong
from fundbank.pools.criteria import CODES
from fundbank.pools.frames import Frame, Frames
from fundbank.pools.funding import per_mille

FUNDING = ("fixed_yearly", "per_mille")
PROJECT_KINDS = ("standard", "pilot", "innovation", "uptake")
IT_CONSULTATION = ("required", "recorded", "not_asked", "screened")
SCREENING_CHECKS = ("security", "user_management", "support", "contract", "installation", "implementation")
BUSINESS_CASE = ("full", "short")
KNOWLEDGE_REPORT = ("asked", "required")
FOLLOW_UP = ("gains", "experience", "half_yearly")
MEETINGS = ("monthly_not_july", "set_by_pool")
SHORTFALL = ("forum_decides", "department_pays")

_ONE, _SOME = N_("Choose one of the options."), N_("Choose among the options.")
_MOST_LEVELS = 10


def _levels(value: Any) -> Any:
    if not isinstance(value, list | tuple):
        raise wrong(_IN_ORDER)
    return tuple(value)


def _told_apart(levels: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(levels)) < len(levels):
        raise wrong(N_("Each level stands only once."))
    return levels


def _weights(value: Any) -> dict[str, Decimal]:
    """A weight for each criterion; one left out weighs nothing (domain.md §5)."""
    if not isinstance(value, Mapping):
        raise wrong(N_("Write a weight for each criterion."))
    if set(value) - set(CODES):
        raise wrong(N_("There is no such criterion."))
    weights: dict[str, Decimal] = {}
    for criterion in CODES:
        weight = exact(value.get(criterion, 0))
        if weight is None:
            raise wrong(N_("Write each weight as a number."))
        if weight < 0:
            raise wrong(N_("A weight cannot be negative."))
        weights[criterion] = weight
    if sum(weights.values()) != 1:
        raise wrong(N_("The weights must sum to 100 %."))
    return weights


def _plain_weights(weights: Mapping[str, Decimal]) -> dict[str, str]:
    return {criterion: format(weight, "f") for criterion, weight in weights.items()}


_IN_ORDER = N_("Write the levels from the lowest to the highest.")

Line = Annotated[str, StringConstraints(min_length=1, max_length=120), AS_LINE]
Note = Annotated[str, StringConstraints(max_length=1000), AS_LINES]
Days = Annotated[Whole, Field(ge=0, le=366)]
Part = Annotated[Exact, Field(gt=0, le=1), says(N_("Write a share above 0 and at most 100 %."))]
Kinds = Annotated[tuple[str, ...], some_of(PROJECT_KINDS, _SOME)]
Levels = Annotated[
    tuple[Annotated[str, StringConstraints(pattern=r"^[\w.-]{1,20}$"), says(_IN_ORDER)], ...],
    Field(min_length=2, max_length=_MOST_LEVELS),
    says(too_short=N_("A scale needs at least two levels."), too_long=N_("A scale has at most ten levels.")),
    BeforeValidator(_levels),
    AfterValidator(_told_apart),
]
Weights = Annotated[Mapping[str, Decimal], BeforeValidator(_weights), PlainSerializer(_plain_weights, when_used="json")]


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


NOT_IN_FILES = frozenset({"baseline_required", "content_required", "forum_recommends", "advice_required"})
"""What no scenario file sets (domain.md §3); none tells of a decider's word, nor of advice."""

NOTES = ("forum_members", "funding_note", "operation_note", "level_guidance")


class Policy(Model):
    """The rules in force. Amounts in øre, shares and rates as fractions, time in days, working days and years."""

    forum_name: Line
    forum_members: Note
    forum_recommends: bool = False  # a decider says of each matter whether it is so (§11)
    # Money in (§10)
    funding: Annotated[str, one_of(FUNDING, _ONE)]
    yearly_amount_ore: Annotated[Whole, Field(ge=0, le=LIMIT_ORE - 1)] | None = None
    per_mille: Annotated[Exact, Field(gt=0, le=1000), says(N_("Write a number above 0 and at most 1,000 per mille."))]
    per_mille_to_pool: Part
    funding_note: Note
    frames: Frames
    # What may be applied for
    offers_loans: bool
    offers_grants: bool
    mix_offered: bool  # a loan and a grant in one award
    proposes_grant_first: bool
    project_kinds: Annotated[Kinds, Field(min_length=1), says(too_short=N_("Choose at least one."))]
    business_case: Annotated[str, one_of(BUSINESS_CASE, _ONE)]
    small_case_kinds: Kinds  # kinds that may use the one-page case
    payback_limit_years: Annotated[Whole, Field(ge=1, le=50)]
    discount_rate: Annotated[Exact, Field(ge=0, le=1), says(N_("Write a rate from 0 to 100 %."))]
    operation_note: Note
    # Before the forum sees it
    it_consultation: Annotated[str, one_of(IT_CONSULTATION, _ONE)]
    screening_checks: Annotated[tuple[str, ...], some_of(SCREENING_CHECKS, _SOME)]
    screening_days: Days | None = None
    advice_required: bool = False  # a purchase is ready once the advisers have answered
    content_required: bool = False  # the completeness of domain.md §4
    submission_working_days: Days  # before a meeting
    answer_days: Days = 90  # of a returned application, before the coordinator may end it
    meetings: Annotated[str, one_of(MEETINGS, _ONE)]
    # Scoring (§5)
    scale: Levels  # level codes, lowest first
    weights: Weights
    bottom_lines: Annotated[tuple[str, ...], some_of(CODES, _SOME)]  # the criteria that the pool marks
    supports_asked: bool  # the applicant names the criteria that the project especially supports
    own_scores_first: bool
    minimum_scores: Annotated[Whole, Field(ge=0, le=100)]
    extremes_need_reason: bool = False  # a member says why for the lowest and the highest level
    level_guidance: Note = ""  # what the levels mean, beside the score sheet
    minimum_present: Annotated[Whole, Field(ge=0, le=100)] = 0  # members free of conflict, before anything is decided
    least_share: Annotated[Exact, Field(ge=0, le=1), says(N_("Write a share from 0 to 100 %."))] = Decimal(0)  # of a proposal's money
    # An offer (§4)
    acceptance_days: Days = 60
    participants_accept: bool = False  # each department that is to repay accepts the terms
    # Repayment (§8) and what comes after
    baseline_required: bool = False  # kept for the plan of gains
    repayment_share: Part
    shortfall: Annotated[str, one_of(SHORTFALL, _ONE)]
    claim_due_days: Days
    follow_up: Annotated[str, one_of(FOLLOW_UP, _ONE)]
    knowledge_report: Annotated[str, one_of(KNOWLEDGE_REPORT, _ONE)]

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> "Policy":
        """Read what a version or a preset holds. Raises PolicyInvalid, which lists every fault."""
        policy, found = _read(values)
        if policy is None or found:
            raise PolicyInvalid(found)
        return policy

    def to_values(self) -> dict[str, Any]:
        """Write the policy as JSON can hold it; ``from_values`` reads it back unchanged."""
        return self.model_dump(mode="json")

    def changed_fields(self, other: "Policy") -> list[str]:
        """Name the fields in which the two differ in value (0.5 is 0.50)."""
        return [name for name in FIELDS if getattr(self, name) != getattr(other, name)]

    def silent_fields(self) -> set[str]:
        """Name the fields that say nothing beside the others, such as an empty note."""
        of_fixed, of_per_mille = {"yearly_amount_ore"}, {"per_mille", "per_mille_to_pool"}
        silent = of_per_mille if self.funding == "fixed_yearly" else of_fixed
        if self.it_consultation != "screened":
            silent = silent | {"screening_checks", "screening_days", "advice_required"}
        if not self.offers_loans:
            silent = silent | {"payback_limit_years", "repayment_share", "shortfall", "claim_due_days", "participants_accept"}
        return silent | {name for name in ("baseline_required", *NOTES) if not getattr(self, name)}

    @property
    def asks_purchases(self) -> bool:
        """Is an application asked whether it buys something?"""
        return self.it_consultation == "screened"

    @property
    def asks_it_consulted(self) -> bool:
        """Is an application asked whether IT has been consulted?"""
        return self.it_consultation in ("required", "recorded")

    def frame(self, code: str) -> Frame | None:
        """The budget frame with this code."""
        return next((frame for frame in self.frames if frame.code == code), None)

    def split_of_service_expenditure(self, expenditure_ore: int) -> tuple[int, int]:
        """Return what goes to the pool and what to the treasury, in øre (domain.md §10)."""
        return per_mille(expenditure_ore, self.per_mille, self.per_mille_to_pool)


FIELDS = tuple(Policy.model_fields)


def faults(values: Mapping[str, Any]) -> dict[str, str]:
    """What makes no sense: a message id for each field, in their order; empty if all is well."""
    return _read(values)[1]


def with_overrides(values: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Lay a scenario file's ``override`` over a policy's values (scenario.md).

    Shares, rates and weights may be text. Raises UnknownPolicyKey for a name that no policy has, PolicyInvalid for a
    senseless value.
    """
    for name in overrides:
        if name not in FIELDS:
            raise UnknownPolicyKey(name)
    return Policy.from_values({**values, **overrides}).to_values()


def _read(values: Mapping[str, Any]) -> tuple[Policy | None, dict[str, str]]:
    """The policy, if each value can be read, and the faults."""
    policy: Policy | None = None
    found: dict[str, str] = {}
    try:
        policy = Policy.model_validate(values)
    except ValidationError as error:
        for fault in faults_in(error):
            unknown = fault.kind == "extra_forbidden" and len(fault.at) == 1
            found.setdefault(str(fault.at[0]), N_("No policy has such a field.") if unknown else fault.sentence)
    for name, message in _contradictions({name: value for name, value in values.items() if name not in found}):
        found.setdefault(name, message)
    return policy, {name: found.pop(name) for name in FIELDS if name in found} | found


def _contradictions(sound: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The faults that two ``sound`` values make together."""
    loans, grants = sound.get("offers_loans", True), sound.get("offers_grants", True)
    screened = sound.get("it_consultation") == "screened"
    kinds = sound.get("project_kinds", PROJECT_KINDS)
    return [
        (name, message)
        for wrong, name, message in (
            (not loans and not grants, "offers_loans", N_("Offer at least one principle: loan or grant.")),
            (
                sound.get("mix_offered") and not (loans and grants),
                "mix_offered",
                N_("A loan and a grant in one award needs both principles."),
            ),
            (sound.get("proposes_grant_first") and not grants, "proposes_grant_first", N_("Grants are not offered.")),
            (
                any(kind not in kinds for kind in sound.get("small_case_kinds", ())),
                "small_case_kinds",
                N_("Choose among the kinds of projects that the pool takes."),
            ),
            (screened and not sound.get("screening_checks"), "screening_checks", N_("Choose at least one.")),
            (screened and sound.get("screening_days") is None, "screening_days", N_("Fill this in.")),
        )
        if wrong
    ]
