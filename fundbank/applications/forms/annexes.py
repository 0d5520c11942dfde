"""What is asked of annexes: the files, what they are, and a few words."""

from fundbank.applications.rules.annexes import PURPOSES
from fundbank.files.forms import files_field, sent
from fundbank.files.operations import Sent
from fundbank.files.rules import WORDS_LENGTH
from fundbank.kit.language import gettext
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import Form, RadioField, TextField


class AnnexForm(Form):
    """Files of one purpose."""

    files = files_field(_("Files"), required=_("Choose one or more files."))
    purpose = RadioField(_("What are they?"), required=_("Choose what the files are."))
    words = TextField(_("In a few words"), optional=True, max_length=WORDS_LENGTH)

    def __init__(self) -> None:
        super().__init__()
        self.purpose.choices = [(code, gettext(word)) for code, word in PURPOSES.items()]

    @property
    def is_blank(self) -> bool:
        """Has no file been chosen, and nothing been said of one?"""
        return not (self.files.data or self.words.data)

    @property
    def sent(self) -> list[Sent]:
        """The files, as the operation takes them."""
        return sent(self.files.data)
