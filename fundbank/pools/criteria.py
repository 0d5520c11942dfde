"""The five criteria, in order, with their names and questions (domain.md §5)."""

from dataclasses import dataclass

from fundbank.errors import N_


@dataclass(frozen=True)
class Criterion:
    """What an application is judged by."""

    code: str
    name: str
    question: str


CRITERIA = (
    Criterion("wellbeing", N_("Employee wellbeing"), N_("Does work get better for employees?")),
    Criterion("efficiency", N_("Efficiency"), N_("Is time or money set free?")),
    Criterion("quality", N_("Quality for citizens"), N_("Do citizens and businesses get a better service?")),
    Criterion("security", N_("Information security"), N_("Is information better protected?")),
    Criterion("scalability", N_("Scalability"), N_("Can others reuse it?")),
)
CODES = tuple(criterion.code for criterion in CRITERIA)
