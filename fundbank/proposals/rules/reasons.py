"""Why a proposal is as it is. Each answer is a choice of its own, so they are made on demand."""

from collections.abc import Sequence
from dataclasses import dataclass

from fundbank.proposals.rules.candidates import Aim, Candidate, Given, Limits, Rule, RuleKind
from fundbank.proposals.rules.choosing import NeedsSolver, NoAnswer, Proposal, no_end, one_of_the_best, propose, with_more
from fundbank.proposals.rules.search import Left

KRONE = 100


@dataclass(frozen=True)
class Why:
    """The best set with a candidate treated the other way round: in where the proposal leaves it out, out where it is in.

    ``instead`` is None if no set can treat it so. ``lost`` are the points that it would cost; ``comes`` and ``leaves`` are the ids of the
    others that would be in, or no longer.
    """

    is_in: bool
    instead: Proposal | None
    lost: int = 0
    comes: Sequence[int] = ()
    leaves: Sequence[int] = ()


@dataclass(frozen=True)
class NextOne:
    """The least more money that makes the set better, in øre, and that set; not ``is_least`` if less was not ruled out in time."""

    more_ore: int
    proposal: Proposal
    comes: Sequence[int]
    leaves: Sequence[int]
    is_least: bool


def why(candidates: Sequence[Candidate], limits: Limits, aim: Aim, proposal: Proposal, id_: int, left: Left = no_end) -> Why:
    """Why a candidate is in the proposal, or is not: what the other way round would cost. Raises NoAnswer."""
    is_in = proposal.given[id_] is not Given.NOTHING
    other = [Given.NOTHING] if is_in else [Given.ASKED, Given.LOWER]
    instead = propose(candidates, limits, aim, pinned={id_: other}, left=left)
    if instead is None:
        return Why(is_in, None)
    comes, leaves = _changes(proposal, instead)
    others = ([one for one in comes if one != id_], [one for one in leaves if one != id_])
    return Why(is_in, instead, proposal.points - instead.points, *others)


def whys(
    candidates: Sequence[Candidate], limits: Limits, aim: Aim, proposal: Proposal, *, left: Left = no_end
) -> dict[int, Why]:  # fmt: skip
    """Why each candidate is in the proposal, or is not, by its id, as long as ``left`` seconds are left. Raises NeedsSolver."""
    found: dict[int, Why] = {}
    for one in candidates:
        if left() <= 0:
            break
        try:
            found[one.id] = why(candidates, limits, aim, proposal, one.id, left)
        except NeedsSolver:
            raise
        except NoAnswer:
            continue
    return found


def next_one(
    candidates: Sequence[Candidate], limits: Limits, aim: Aim, proposal: Proposal, *, left: Left = no_end
) -> NextOne | None:  # fmt: skip
    """The least more money, in whole kroner, that brings more points; None if no money does.

    The sum is halved as long as ``left`` seconds are left: what was found by then brings more points, and less might. Raises NoAnswer.
    """
    low, high = 0, sum(one.asked_ore for one in candidates)
    best = one_of_the_best(candidates, with_more(limits, high), left)
    if best is None or best.points <= proposal.points:
        return None
    high = min(high, _needs(candidates, limits, best))
    while high - low > KRONE and left() > 0:
        middle = (low + high) // 2
        try:
            found = one_of_the_best(candidates, with_more(limits, middle), left)
        except NoAnswer:
            break
        if found is None or found.points <= proposal.points:
            low = middle
        else:
            best, high = found, min(middle, max(_needs(candidates, limits, found), low + 1))
    more_ore = -(-high // KRONE) * KRONE
    try:
        best = propose(candidates, with_more(limits, more_ore), aim, left=left) or best
    except NoAnswer:
        pass  # it is one of the best for that money, though perhaps not the one of this aim
    return NextOne(more_ore, best, *_changes(proposal, best), is_least=high - low <= KRONE)


def clash(candidates: Sequence[Candidate], limits: Limits, aim: Aim) -> list[Rule]:
    """Rules that can't be kept together though each of them can be left out so that the others can; none if there is a set that keeps all.

    They are left out one by one: those that change nothing stay out. Raises NoAnswer.
    """
    if propose(candidates, limits, aim) is not None:
        return []
    rules, out = rules_of(candidates, limits), set[Rule]()
    for rule in rules:
        if propose(candidates, limits, aim, without=out | {rule}) is None:
            out.add(rule)
    return [rule for rule in rules if rule not in out]


def rules_of(candidates: Sequence[Candidate], limits: Limits) -> list[Rule]:
    """Every rule that a set is to keep, by its name."""
    found = [Rule(RuleKind.ONLY_IF, pair) for pair in limits.only_if] + [Rule(RuleKind.NOT_BOTH, pair) for pair in limits.not_both]
    if limits.least_share:
        found += [Rule(RuleKind.LEAST_SHARE, (id_,)) for id_ in sorted({one.department_id for one in candidates})]
    found += [Rule(RuleKind.FRAME, (frame,)) for frame in sorted(limits.frames)]
    found += [Rule(RuleKind.FLOOR)] if limits.floor_ore is not None else []
    found += [Rule(RuleKind.MUST, (one.id,)) for one in sorted(candidates, key=lambda one: one.number) if one.is_must]
    return [*found, Rule(RuleKind.MONEY)]


def _needs(candidates: Sequence[Candidate], limits: Limits, proposal: Proposal) -> int:
    """How much more money than there is a set takes, now or in any month to come."""
    found = proposal.ore - limits.money_ore
    if limits.floor_ore is not None:
        moves = [one.moves(proposal.given[one.id]) for one in candidates]
        for month, ore in enumerate(limits.low_line):
            found = max(found, limits.floor_ore - ore - sum(of[month] for of in moves if month < len(of)))
    return max(found, 0)


def _changes(proposal: Proposal, other: Proposal) -> tuple[list[int], list[int]]:
    """Who would be in, and who no longer."""
    now, then = proposal.chosen, other.chosen
    return [id_ for id_ in then if id_ not in now], [id_ for id_ in now if id_ not in then]
