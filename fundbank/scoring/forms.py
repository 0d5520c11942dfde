"""The score sheet as a form."""

from typing import Any

from fundbank.applications.forms.levels import level_choices
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import Form, LongTextField, RadioField, TextField, VersionField
from fundbank.pools.criteria import CODES, CRITERIA
from fundbank.pools.policy import Policy


class ScoreForm(Form):
    """A level for each of the five criteria, with a reason where the rules ask for one. ``read_version`` was on the page."""

    for _one in CRITERIA:
        locals()[_one.code] = RadioField(_(_one.name), coerce=int, required=_("Choose a level."))
        locals()[f"reason_{_one.code}"] = TextField(_("Why this level?"), optional=True, max_length=500)
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
            if not policy.extremes_need_reason:
                del self[f"reason_{code}"]

    def levels(self) -> dict[str, int]:
        """What was chosen, by criterion."""
        return {code: self[code].data for code in CODES}

    def begun(self) -> dict[str, int]:
        """What has been chosen so far, by criterion."""
        return {code: level for code, level in self.levels().items() if isinstance(level, int)}

    def reasons(self) -> dict[str, str]:
        """What was written beside the levels, by criterion."""
        return {code: self[f"reason_{code}"].data or "" for code in CODES if f"reason_{code}" in self}
