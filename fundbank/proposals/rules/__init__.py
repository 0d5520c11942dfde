"""Choosing among candidates as pure arithmetic: no database, no clock, nothing random.

``candidates`` says what there is to choose among, ``choosing`` makes the proposal, ``reasons`` explain it, ``frontier`` and ``weights`` ask
what other money and other weights would do. ``search`` finds the best choice of a ``problem`` without a library; ``solver`` finds the same
one of more candidates, with ``halves`` of what is near the bound, and ``blocks`` where least shares bind.
"""

from fundbank.proposals.rules.candidates import Aim, Candidate, Given, Limits, Rule, RuleKind
from fundbank.proposals.rules.choosing import OWN, NeedsSolver, NoAnswer, Proposal, proposal_of, propose, with_more
from fundbank.proposals.rules.frontier import Frontier, frontier, points_per_million
from fundbank.proposals.rules.reasons import NextOne, Why, clash, next_one, rules_of, why, whys
from fundbank.proposals.rules.weights import NoWeights, Scores, Stability, Weights, settings, stability, total, weighted

__all__ = [
    "OWN",
    "Aim",
    "Candidate",
    "Frontier",
    "Given",
    "Limits",
    "NeedsSolver",
    "NextOne",
    "NoAnswer",
    "NoWeights",
    "Proposal",
    "Rule",
    "RuleKind",
    "Scores",
    "Stability",
    "Weights",
    "Why",
    "clash",
    "frontier",
    "next_one",
    "points_per_million",
    "proposal_of",
    "propose",
    "rules_of",
    "settings",
    "stability",
    "total",
    "weighted",
    "why",
    "whys",
    "with_more",
]
