"""What is asked for where files are chosen: the field, and its files as they are kept."""

from collections.abc import Iterable
from typing import Any, BinaryIO, cast

from werkzeug.datastructures import FileStorage

from fundbank.files.operations import Sent
from fundbank.files.rules import KINDS, LARGEST, LARGEST_AT_ONCE, MEGABYTE, kind_of, name_of
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.language import lazy_gettext as _
from fundbank.kit.web.forms import FilesField

ENDINGS = ",".join(f".{ending}" for ending in (*KINDS, "jpeg"))


def files_field(label: Any, **more: Any) -> Any:
    """A field for one or more files of the types that are taken; it says which they are."""
    hint = _(
        "PDF, Word, Excel, PowerPoint, OpenDocument, PNG, JPEG or text, without macros: at most %(one)s MB each, %(at_once)s MB at a time. "
        "Without CPR numbers: nobody checks that for you.",
        one=LARGEST // MEGABYTE, at_once=LARGEST_AT_ONCE // MEGABYTE,
    )  # fmt: skip
    return FilesField(label, looks=_look, hint=hint, render_kw={"accept": ENDINGS}, **more)


def sent(files: Iterable[FileStorage]) -> list[Sent]:
    """The files that were chosen, as the operation takes them."""
    return [Sent(file.filename or "", cast(BinaryIO, file.stream)) for file in files]


def _look(file: FileStorage) -> None:
    name = name_of(file.filename or "")
    check_no_cpr_number([name])
    kind_of(name, cast(BinaryIO, file.stream))
