"""What the pool's coordinator has added to a kind of letter, with the letter's facts in it (``fundbank.wording``)."""

from collections.abc import Mapping
from typing import NamedTuple

from fundbank.kit.language import current
from fundbank.pools.models import Pool
from fundbank.reports.blocks import Block, Text
from fundbank.wording.queries import wording_of
from fundbank.wording.rules import Kind, filled


class Added(NamedTuple):
    """What stands after the letter's first sentence, and what stands before its signature."""

    opening: list[Block]
    closing: list[Block]


def added(pool: Pool, kind: Kind, facts: Mapping[str, str]) -> Added:
    """The words that hold now in the language that is being written; ``facts`` by the placeholders' codes."""
    language = current()
    wording = wording_of(pool.id, kind, language)
    if wording is None:
        return Added([], [])
    opening, closing = (filled(text, kind, language, facts) for text in (wording.opening, wording.closing))
    return Added([Text(opening)] if opening else [], [Text(closing)] if closing else [])
