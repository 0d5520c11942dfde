"""The questions in an application follows the rules of its pool (domain.md §3)."""

import pytest

from fundbank.applications.rules.asked import not_asked
from fundbank.pools import preset
from fundbank.pools.criteria import CODES
from fundbank.pools.policy import Policy

OWN = {f"own_{code}" for code in CODES}


@pytest.mark.parametrize(
    ("key", "left_out"),
    [
        ("herning", {"purchases", "supports"}),
        ("favrskov", {"purchases", "supports", "frame", *OWN}),
        ("rudersdal", {"purchases", "loan", "frame", *OWN}),
        ("jammerbugt", {"it_consulted", "supports", "frame", *OWN}),
    ],
)
def test_each_municipality_asks_what_its_own_rules_ask(key, left_out):
    assert set(not_asked(Policy.from_values(preset.load(key).values))) == left_out
