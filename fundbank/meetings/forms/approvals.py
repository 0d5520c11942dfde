"""What a decider says of each matter that the forum recommends."""

from collections.abc import Mapping
from typing import Any

from wtforms import Field

from fundbank.kit.language import gettext
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import LongTextField, RadioField
from fundbank.ledger.forms import AskFirst
from fundbank.meetings.rules.approvals import Word

APPROVED, NOT_APPROVED = "approved", "not_approved"


class ApprovalForm(AskFirst):
    """A word and its reason for each matter; what gets none waits. The sending with the last word is asked about first."""

    titles: Mapping[str, str]

    def words(self) -> list[Word]:
        """What has been said, in the order of the page."""
        said = [key for key in self.titles if self[f"word_{key}"].data]
        return [Word(key, self[f"word_{key}"].data == APPROVED, self[f"reason_{key}"].data or "") for key in said]

    def figures(self) -> list[str]:
        """All that would be recorded as texts."""
        return [str(part) for word in self.words() for part in (word.key, word.is_approved, word.reason)]

    def check(self) -> None:
        """Ask why something is not approved, and what a reason is for that stands alone."""
        for key in self.titles:
            word, reason = self[f"word_{key}"], self[f"reason_{key}"]
            if word.data == NOT_APPROVED and not reason.data and not reason.errors:
                reason.errors = [gettext("Write why it is not approved: the forum must be able to read it.")]
            elif reason.data and not word.data and not word.errors:
                word.errors = [gettext("Choose whether it is approved.")]

    def place_of(self, field: Field) -> str:
        """Each field is that of a matter."""
        _name, _line, key = field.name.partition("_")
        return self.titles.get(key, "")


def approval_form(titles: Mapping[str, str], own: Mapping[str, Word]) -> ApprovalForm:
    """The form for the matters with these titles, by their keys, with what the person has said already: their ``own`` words."""
    fields: dict[str, Any] = {}
    for key in titles:
        fields[f"word_{key}"] = RadioField(_("Is it approved?"), optional=True)
        fields[f"reason_{key}"] = LongTextField(_("Reason"), optional=True)
    said: dict[str, Any] = {f"word_{key}": APPROVED if word.is_approved else NOT_APPROVED for key, word in own.items()}
    said |= {f"reason_{key}": word.reason for key, word in own.items()}
    form: ApprovalForm = type("ApprovalForm", (ApprovalForm,), fields)(data=said)
    form.titles = titles
    for key in titles:
        form[f"word_{key}"].choices = [(APPROVED, gettext("Approved as recommended")), (NOT_APPROVED, gettext("Not approved"))]
        form[f"word_{key}"].flags.optional = form[f"reason_{key}"].flags.optional = False  # "(optional)" at every field would say nothing
    return form
