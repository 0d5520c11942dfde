"""The score sheet as a form."""

from typing import Any

from fundbank.applications.forms.draft import level_choices
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import Form, LongTextField, RadioField, VersionField
from fundbank.pools.criteria import CODES, CRITERIA
from fundbank.pools.policy import Policy


class ScoreForm(Form):
    """A level for each of the five criteria. ``read_version`` is the version that was on the page."""

    for _one in CRITERIA:
        locals()[_one.code] = RadioField(_(_one.name), coerce=int, required=_("Choose a level."))
    comment = LongTextField(
        _("Comment"),
        optional=True,
        hint=_("Why these levels? The other members see it when they have scored."),
    )
    read_version = VersionField()

    def __init__(self, policy: Policy, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = level_choices(policy.scale)
        for code in CODES:
            self[code].choices = choices

    def levels(self) -> dict[str, int]:
        """What was chosen, by criterion."""
        return {code: self[code].data for code in CODES}
