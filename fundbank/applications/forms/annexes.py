"""What is asked of annexes: the files, what they are, and a few words."""

from typing import BinaryIO, cast

from werkzeug.datastructures import FileStorage

from fundbank.applications.rules.annexes import PURPOSES
from fundbank.files.operations import Sent
from fundbank.files.rules import (
    KINDS,
    LARGEST,
    LARGEST_AT_ONCE,
    LARGEST_TOGETHER,
    MEGABYTE,
    MOST_FILES,
    WORDS_LENGTH,
    kind_of,
    name_of,
)
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.language import gettext
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import FilesField, Form, RadioField, TextField

ENDINGS = ",".join(f".{ending}" for ending in (*KINDS, "jpeg"))


def _look(file: FileStorage) -> None:
    name = name_of(file.filename or "")
    check_no_cpr_number([name])
    kind_of(name, cast(BinaryIO, file.stream))


class AnnexForm(Form):
    """Files of one purpose."""

    files = FilesField(
        _("Files"),
        looks=_look,
        required=_("Choose one or more files."),
        hint=_(
            "PDF, Word, Excel, PowerPoint, OpenDocument, PNG, JPEG or text, without macros. At most %(one)s MB a file, %(at_once)s MB at a "
            "time, and %(all)s MB and %(files)s files in all; what is taken away again counts. Files must not hold CPR numbers: what "
            "stands in them is not looked into.",
            one=LARGEST // MEGABYTE, at_once=LARGEST_AT_ONCE // MEGABYTE, all=LARGEST_TOGETHER // MEGABYTE, files=MOST_FILES,
        ),
        render_kw={"accept": ENDINGS},
    )  # fmt: skip
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
        return [Sent(file.filename or "", cast(BinaryIO, file.stream)) for file in self.files.data]
