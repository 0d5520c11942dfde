"""The annexes of an application on paper: a list. What they hold is read where the application is."""

from collections.abc import Sequence

from fundbank.applications.rules.annexes import PURPOSES
from fundbank.files.models import File
from fundbank.kit.formats import filesize, shortday
from fundbank.kit.language import gettext as _
from fundbank.reports.blocks import Block, Heading, Table, columns, joined


def annexes(files: Sequence[File]) -> list[Block]:
    """What is attached; nothing where nothing is."""
    rows = [(file.name, what(file), filesize(file.content.size), shortday(file.added_at)) for file in files]
    if not rows:
        return []
    headers = (_("File"), _("About the file"), _("Size"), _("Attached on"))
    return [Heading(_("Annexes")), Table(_("Annexes"), headers, rows, columns(2), shares=(5, 5, 2, 2))]


def what(file: File) -> str:
    """What a file is, and the words that its writer has added."""
    return joined((_(PURPOSES.get(file.purpose, file.purpose)), file.words), ": ")
