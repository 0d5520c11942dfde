"""What it takes to submit an application under a pool's policy, and the refusals that say what is wrong (scenario.md,
domain.md §12).

Nothing is changed here. A page shows every fault at once; an operation raises the first in the order of scenario.md.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from fundbank.applications.rules.business_case import ENDS, ChangedPromise, annual_gain, loan_payback_months, yearly
from fundbank.applications.rules.content import LAST_YEAR, Content, GainArea
from fundbank.applications.rules.stated_payback import REASON_NEEDED, lacks_reason
from fundbank.errors import N_, Code, Incomplete, InvalidAmount, Refusal
from fundbank.kit.money import LIMIT_ORE, TOO_LARGE

if TYPE_CHECKING:
    from fundbank.pools.policy import Policy


class OperationNotCovered(Refusal):
    code = Code.OPERATION_NOT_COVERED
    message = N_("The pool pays for set-up only: %(requested_ore)s is requested, and the set-up costs are %(establishment_ore)s.")
    status = 422


class PaybackTooLong(Refusal):
    code = Code.PAYBACK_TOO_LONG
    message = N_("The cashable gains pay a loan back in %(months)s months; the limit of this pool, in years, is %(limit)s.")
    nothing = N_("A loan is paid back out of cashable gains. Write at least one.")
    never = N_("The cashable gains never pay the loan back; the limit of this pool, in years, is %(limit)s.")
    status = 422


class PrincipleNotOffered(Refusal):
    code = Code.PRINCIPLE_NOT_OFFERED
    message = N_("This pool does not offer this.")
    loans = N_("This pool does not offer loans.")
    grants = N_("This pool does not offer grants.")
    status = 422


class MixNotOffered(Refusal):
    code = Code.MIX_NOT_OFFERED
    message = N_("This pool gives a loan or a grant, never both to one application.")
    status = 422


class ConsentMissing(Refusal):
    code = Code.CONSENT_MISSING
    message = N_(
        "A promised gain is lowered, or another department's figures are changed: that needs the consent of the forum. Choose a meeting."
    )
    asked: list[ChangedPromise] = []

    def about(self, asked: list[ChangedPromise]) -> "ConsentMissing":
        """The refusal with what needs the consent, for whoever shows it."""
        self.asked = asked
        return self


def check_submission(content: Content, policy: "Policy") -> None:
    """Raises the first of ``submission_faults``, and returns if there is none."""
    for fault in _faults(content, policy):
        raise fault


def submission_faults(content: Content, policy: "Policy") -> list[Refusal]:
    """Everything that stands in the way of submitting, in the order of scenario.md, each with the form field
    to mend.

    The codes: invalid_amount, incomplete, principle_not_offered, mix_not_offered, operation_not_covered,
    payback_too_long.
    """
    return list(_faults(content, policy))


def left_unsaid(content: Content, policy: "Policy") -> list[Refusal]:
    """What a submission does not ask for under this policy, and the forum will miss all the same: the completeness of domain.md §4.

    A small case need only say what the need is, who leads the project, and what is gained.
    """
    is_small = has_small_case(content.kind, policy)
    unsaid = () if policy.content_required else _unsaid(content)
    return [*(fault for fault in unsaid if not is_small or fault.field in ASKED_OF_SMALL), *_operated_once(content)]


def has_small_case(kind: str, policy: "Policy") -> bool:
    """Is the short business case enough for a project of this kind?"""
    return policy.business_case == "short" or kind in policy.small_case_kinds


def check_case(content: Content) -> None:
    """Raises InvalidAmount if an amount of the request, the costs, the gains or the own financing is missing, negative
    or too large; Incomplete for years, minutes, cases or shares that no case can have.
    """
    for fault in (*_amount_faults(content), *_impossible(content)):
        raise fault


def check_principles(policy: "Policy", loan_ore: int, grant_ore: int) -> None:
    """Raises PrincipleNotOffered or MixNotOffered if the pool's policy does not offer this loan and grant, in øre."""
    for fault in _principle_faults(policy, loan_ore, grant_ore):
        raise fault


def _faults(content: Content, policy: "Policy") -> Iterator[Refusal]:
    yield from _amount_faults(content)
    yield from _gaps(content, policy)
    if content.lower_ore is not None and not 0 < content.lower_ore < content.requested_ore:
        yield InvalidAmount(N_("What the project could make do with must be above 0 and less than what is applied for."), field="lower")
    yield from _principle_faults(policy, content.loan_ore or 0, content.grant_ore or 0)
    yield from _cover_faults(content)
    yield from _payback_faults(content, policy)


def _amount_faults(content: Content) -> Iterator[Refusal]:
    for field, amount in (("loan", content.loan_ore), ("grant", content.grant_ore)):
        if _is_no_amount(amount):
            yield InvalidAmount(field=field)
    if any(_is_no_amount(cost.amount_ore) for cost in content.costs):
        yield InvalidAmount(N_("A cost has no amount, or a negative one."), field="costs")
    if any(_is_no_amount(gain.amount_ore) for gain in content.gains):
        yield InvalidAmount(N_("A gain has no amount, or a negative one."), field="gains")
    if any(_is_no_amount(area.rate_ore) for area in content.gain_areas):
        yield InvalidAmount(N_("A gain area has no hourly rate, or a negative one."), field="gains")
    elif any(abs(annual_gain(area, end)) >= LIMIT_ORE for area in content.gain_areas for end in ENDS):
        yield InvalidAmount(TOO_LARGE, field="gains")
    if any(_is_no_amount(own.amount_ore) for own in content.own_financing):
        yield InvalidAmount(N_("What the department pays itself has no amount, or a negative one."), field="costs")


def _is_no_amount(ore: int | None) -> bool:
    return ore is None or ore < 0


def _gaps(content: Content, policy: "Policy") -> Iterator[Refusal]:
    if not content.title.strip():
        yield Incomplete(N_("The application needs a title."), field="title")
    if content.loan_ore == 0 and content.grant_ore == 0:
        yield Incomplete(N_("Ask for a loan, a grant or both."), field="loan" if policy.offers_loans else "grant")
    if content.kind not in policy.project_kinds:
        yield Incomplete(N_("This pool does not take applications of this kind: choose another."), field="kind")
    if policy.it_consultation == "required" and not content.it_consulted:
        yield Incomplete(N_("IT must be consulted before the application is submitted."), field="it_consulted")
    if policy.own_scores_first and not _is_full(content.own_scores, policy):
        yield Incomplete(N_("The department scores the application on all five criteria first."), field="own_scores")
    if content.frame is not None and policy.frames and content.frame not in {frame.code for frame in policy.frames}:
        yield Incomplete(N_("This pool does not have this budget frame: choose another."), field="frame")
    yield from _impossible(content)
    if policy.content_required:
        yield from _unsaid(content)


ASKED = (
    ("need", "need", N_("Write what the need is.")),
    ("bought", "bought", N_("Write what is bought, or that nothing is.")),
    ("gain_owner_id", "gain_owner", N_("Choose who owns the gain: the leader of the department that gains.")),
    ("system_owner_id", "system_owner", N_("Choose who owns the system.")),
    ("project_leader", "project_leader", N_("Write who leads the project.")),
    ("operation_money", "operation_money", N_("Write where the money for running costs comes from.")),
)
"""What an application must say (domain.md §4): the part of the content, the form's field, and what is asked for."""
ASKED_OF_SMALL = ("need", "project_leader", "gains", "stated_payback")


def _unsaid(content: Content) -> Iterator[Refusal]:
    for part, field, sentence in ASKED:
        if not str(getattr(content, part) or "").strip():
            yield Incomplete(sentence, field=field)
    if len(content.department_ids) > 1 and not content.gain_owners.strip():
        yield Incomplete(N_("Several departments gain: write who owns the gains of each of the others."), field="gain_owners")
    in_kroner = any((gain.amount_ore or 0) > 0 for gain in content.gains) or any(annual_gain(area) > 0 for area in content.gain_areas)
    if not in_kroner and not any(gain.text.strip() and gain.criterion for gain in content.qualitative_gains):
        yield Incomplete(N_("Write at least one gain: in kroner, or in words that are tied to a criterion."), field="gains")
    if lacks_reason(content):
        yield Incomplete(REASON_NEEDED, field="stated_payback")


def _operated_once(content: Content) -> Iterator[Refusal]:
    """Operation comes back every year, so that one year of it is rarely meant."""
    if len({cost.year for cost in content.costs if cost.kind == "operation"}) == 1:
        yield Incomplete(N_("Running costs are written for one year only. Write “To year” if they come back every year."), field="costs")


def _impossible(content: Content) -> Iterator[Refusal]:
    paid_in = {cost.year for cost in content.costs} | {own.year for own in content.own_financing}
    if not all(0 <= year <= LAST_YEAR for year in paid_in):
        yield Incomplete(N_("Years count from the investment: from 0 to %(last)s."), field="costs", last=LAST_YEAR)
    if not all(0 <= gain.year <= LAST_YEAR for gain in content.gains):
        yield Incomplete(N_("Years count from the investment: from 0 to %(last)s."), field="gains", last=LAST_YEAR)
    if not all(map(_is_possible, content.gain_areas)):
        yield Incomplete(
            N_("In a gain area minutes and cases must be 0 or more, shares from 0 to 100 per cent, and the period at most %(last)s years."),
            field="gains",
            last=LAST_YEAR,
        )


def _is_full(own_scores: Mapping[str, int] | None, policy: "Policy") -> bool:
    return (
        own_scores is not None
        and set(own_scores) == set(policy.weights)
        and all(type(level) is int and 1 <= level <= len(policy.scale) for level in own_scores.values())
    )


def _is_possible(area: GainArea) -> bool:
    shares: tuple[Decimal, ...] = (area.affected, *area.phase_in)
    return min(*area.before, *area.after) >= 0 and area.cases >= 0 and all(0 <= share <= 1 for share in shares) and area.years <= LAST_YEAR


def _principle_faults(policy: "Policy", loan_ore: int, grant_ore: int) -> Iterator[Refusal]:
    if loan_ore > 0 and not policy.offers_loans:
        yield PrincipleNotOffered(PrincipleNotOffered.loans, field="loan")
    if grant_ore > 0 and not policy.offers_grants:
        yield PrincipleNotOffered(PrincipleNotOffered.grants, field="grant")
    if loan_ore > 0 and grant_ore > 0 and not policy.mix_offered:
        yield MixNotOffered(field="grant")


def _cover_faults(content: Content) -> Iterator[Refusal]:
    if content.requested_ore > content.establishment_ore:
        yield OperationNotCovered(
            field="loan" if content.loan_ore else "grant",
            requested_ore=content.requested_ore,
            establishment_ore=content.establishment_ore,
        )


def _payback_faults(content: Content, policy: "Policy") -> Iterator[Refusal]:
    if (content.loan_ore or 0) <= 0:
        return
    months, limit = loan_payback_months(content), policy.payback_limit_years
    if not any(row.gains_ore > 0 for row in yearly(content, cashable_only=True)):
        yield PaybackTooLong(PaybackTooLong.nothing, field="gains", months=None, limit=limit)
    elif months is None:
        yield PaybackTooLong(PaybackTooLong.never, field="gains", months=None, limit=limit)
    elif months > limit * 12:
        yield PaybackTooLong(field="gains", months=months, limit=limit)
