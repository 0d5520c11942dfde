"""The words of a letter, as the coordinator writes them."""

from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import Form, LongTextField, VersionField
from fundbank.wording.models import LetterWording
from fundbank.wording.rules import LONGEST


class WordingForm(Form):
    """``based_on`` is the wording that the page showed, 0 for none."""

    based_on = VersionField()
    opening = LongTextField(_("After the sentence that says what was decided or claimed"), optional=True, max_length=LONGEST)
    closing = LongTextField(
        _("Before the signature"), optional=True, max_length=LONGEST, hint=_("For example whom to ask, and how they are reached.")
    )

    def __init__(self, current: LetterWording | None) -> None:
        begun = {"opening": current.opening, "closing": current.closing} if current else {}
        super().__init__(data={**begun, "based_on": current.id if current else 0})
