"""What is asked for when a workbook comes back: the file."""

from typing import BinaryIO, cast

from werkzeug.datastructures import FileStorage
from wtforms.widgets import FileInput

from fundbank.files.rules import MEGABYTE, name_of
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import FilesField, Form
from fundbank.workbooks.reading import Reader
from fundbank.workbooks.rules.packed import LARGEST, unpack


def read(file: FileStorage) -> Reader:
    """The workbook that was sent. Raises UnfitFile, CprNumber for what it is called."""
    name = name_of(file.filename or "")
    check_no_cpr_number([name])
    return Reader(name, unpack(name, cast(BinaryIO, file.stream)))


class UploadForm(Form):
    """A filled-in template, or an export that was changed."""

    files = FilesField(
        _("Workbook"),
        looks=read,
        required=_("Choose a workbook."),
        hint=_("An .xlsx file without macros, made from the template or the export. At most %(most)s MB.", most=LARGEST // MEGABYTE),
        widget=FileInput(),
        render_kw={"accept": ".xlsx"},
    )
