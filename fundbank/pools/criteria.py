"""The five criteria, in order, with their names and questions (domain.md §5)."""

from collections.abc import Container
from dataclasses import dataclass

from fundbank.errors import N_


@dataclass(frozen=True)
class Criterion:
    """What an application is judged by; ``short`` is its name at the head of a narrow column."""

    code: str
    name: str
    short: str
    question: str


CRITERIA = (
    Criterion("wellbeing", N_("Employee wellbeing"), N_("Wellbeing"), N_("Does work get better for employees?")),
    Criterion("efficiency", N_("Efficiency"), N_("Efficiency"), N_("Is time or money set free?")),
    Criterion("quality", N_("Quality for citizens"), N_("Quality"), N_("Do citizens and businesses get a better service?")),
    Criterion("security", N_("Information security"), N_("Security"), N_("Is information better protected?")),
    Criterion("scalability", N_("Scalability"), N_("Scalability"), N_("Can others reuse it?")),
)
CODES = tuple(criterion.code for criterion in CRITERIA)
NAMES = {criterion.code: criterion.name for criterion in CRITERIA}


def of_codes(codes: Container[str]) -> list[Criterion]:
    """The criteria with these codes, in the order in which they are always named."""
    return [criterion for criterion in CRITERIA if criterion.code in codes]
