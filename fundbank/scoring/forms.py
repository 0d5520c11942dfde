"""The score sheet as a form."""

from typing import Any

from flask_babel import lazy_gettext as _

from fundbank.applications.forms.draft import level_choices
from fundbank.kit.web.forms import Form, LongTextField, RadioField, VersionField
from fundbank.pools.criteria import CRITERIA
from fundbank.pools.policy import Policy

NAMES = {criterion.code: criterion.name for criterion in CRITERIA}


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
        choices = level_choices(policy.scale)
        for code in NAMES:
            self[code].choices = choices

    def levels(self) -> dict[str, int]:
        """What was chosen, by criterion."""
        return {code: self[code].data for code in NAMES}
