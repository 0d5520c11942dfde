"""The levels of a scale, as they are chosen in a form."""

from collections.abc import Sequence

from fundbank.kit.language import gettext
from fundbank.pools import words


def level_choices(scale: Sequence[str]) -> list[tuple[int, str]]:
    """The levels of a policy's scale in words, from the lowest, each with its rank."""
    named = [gettext(words.LEVELS[level]) if level in words.LEVELS else level for level in scale]
    if all(level.isdigit() for level in scale):
        named[0] = gettext("%(level)s (lowest)", level=named[0])
        named[-1] = gettext("%(level)s (best)", level=named[-1])
    return list(enumerate(named, start=1))
