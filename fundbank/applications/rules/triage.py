"""What fits a plan: an idea, the short form or the full application, by a few answers and the pool's rules (domain.md §3, §6). Pure.

It advises and refuses nothing: whoever knows begins as they like.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from fundbank.applications.rules.completeness import has_small_case
from fundbank.applications.rules.content import PROJECT_LIMIT_ORE
from fundbank.errors import N_

if TYPE_CHECKING:
    from fundbank.pools.policy import Policy


class Beginning(StrEnum):
    """How one begins."""

    IDEA = "idea"
    SHORT = "short"
    FULL = "full"


class Amount(StrEnum):
    """What it costs to establish, measured by what makes a project of it (herning ch. 4)."""

    UNKNOWN = "unknown"
    BELOW = "below"
    ABOVE = "above"


class Saving(StrEnum):
    """What it brings."""

    KRONER = "kroner"
    WORDS = "words"
    UNKNOWN = "unknown"


class Answers(NamedTuple):
    """What the department knows of its plan: ``kind`` is one of the policy's; does it involve other departments?"""

    amount: Amount
    kind: str
    saving: Saving
    involves_others: bool


class Reason(NamedTuple):
    """A sentence (a message id) and its values."""

    sentence: str
    values: Mapping[str, Any] = {}


class Advice(NamedTuple):
    """What fits, and why."""

    beginning: Beginning
    reasons: tuple[Reason, ...]


def advise(answers: Answers, policy: "Policy") -> Advice:
    """What fits the plan under the policy."""
    if missing := tuple(_not_ready(answers, policy)):
        return Advice(Beginning.IDEA, missing)
    money = _of_the_money(answers.saving, policy)
    if policy.business_case == "short":
        return Advice(Beginning.SHORT, (Reason(N_("This pool asks every project for the short business case.")), money))
    if not has_small_case(answers.kind, policy):
        return Advice(Beginning.FULL, (Reason(N_("This pool asks for the full business case from projects of this kind.")), money))
    if too_large := tuple(_too_large(answers)):
        return Advice(Beginning.FULL, (*too_large, money))
    return Advice(Beginning.SHORT, (Reason(N_("A project of this kind may use the short business case in this pool.")), money))


def small_kinds(policy: "Policy") -> list[str]:
    """The kinds of projects for which the short form is enough."""
    return [kind for kind in policy.project_kinds if has_small_case(kind, policy)]


def _not_ready(answers: Answers, policy: "Policy") -> Iterator[Reason]:
    if answers.amount == Amount.UNKNOWN:
        yield Reason(N_("You do not know yet what it costs, and an application asks for an amount."))
    if answers.saving == Saving.UNKNOWN:
        yield Reason(N_("You do not know yet what is gained by it, and that is what the forum decides on."))
    if answers.saving == Saving.WORDS and not policy.offers_grants:
        yield Reason(
            N_("This pool gives only loans, and they are repaid out of what is saved. Talk the idea over with the coordinator first.")
        )


def _too_large(answers: Answers) -> Iterator[Reason]:
    if answers.amount == Amount.ABOVE:
        limit = Reason(N_("It costs more than %(limit_ore)s, so the forum needs the full business case."), {"limit_ore": PROJECT_LIMIT_ORE})
        yield limit
    if answers.involves_others:
        yield Reason(N_("Other departments are involved: the full business case shows what each of them gains."))


def _of_the_money(saving: Saving, policy: "Policy") -> Reason:
    if saving == Saving.WORDS:
        return Reason(N_("It saves no money, so you apply for a grant. It is not repaid."))
    if not policy.offers_loans:
        return Reason(N_("This pool gives grants alone. They are not repaid."))
    years = {"years": policy.payback_limit_years}
    if policy.proposes_grant_first and policy.offers_grants:
        said = N_(
            "This pool proposes a grant first, which is not repaid. You can also apply for a loan: the savings must cover it within "
            "%(years)s years."
        )
        return Reason(said, years)
    return Reason(N_("It saves money, so you can apply for a loan. The savings must cover it within %(years)s years."), years)
