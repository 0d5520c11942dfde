"""The score sheet as a form."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from fundbank.kit.web.forms import Form, LongTextField, RadioField, VersionField
from fundbank.pools.policy import Policy
from fundbank.pools.words import LEVELS
from fundbank.scoring.criteria import CRITERIA

NAMES = {criterion.code: criterion.name for criterion in CRITERIA}


def level_words(policy: Policy) -> dict[int, str]:
    """This function names the levels of the policy's scale, by rank from the lowest = 1."""
    words = {rank: gettext(LEVELS[code]) if code in LEVELS else code for rank, code in enumerate(policy.scale, start=1)}
    if not set(policy.scale) & set(LEVELS):
        words[1] = gettext("%(level)s (lowest)", level=words[1])
        words[len(words)] = gettext("%(level)s (best)", level=words[len(words)])
    return words


def _level(code: str) -> RadioField:
    return RadioField(_(NAMES[code]), coerce=int, required=_("Choose a level."))


class ScoreForm(Form):
    """A level for each of the five criteria. ``read_version`` is the version that was on the page."""

    wellbeing = _level("wellbeing")
    efficiency = _level("efficiency")
    quality = _level("quality")
    security = _level("security")
    scalability = _level("scalability")
    comment = LongTextField(
        _("Comment"),
        optional=True,
        hint=_("Why these levels? The other members see it when they have scored."),
    )
    read_version = VersionField()

    def __init__(self, policy: Policy, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = list(level_words(policy).items())
        for code in NAMES:
            self[code].choices = choices

    def levels(self) -> dict[str, int]:
        """What was chosen, by criterion."""
        return {code: self[code].data for code in NAMES}
