"""LibreOffice as a second opinion on figures: it opens workbooks, works every formula out anew, and says what it found."""

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from python_calamine import CalamineWorkbook

WORTH_NOTHING = 999_999
VALUE = re.compile(rb"(</f>)<v>[^<]*</v>")
ALWAYS_ANEW = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""

Grid = Sequence[Sequence[Any]]


def without_values(workbook: bytes) -> bytes:
    """The workbook with a worthless value beside each formula, so that only who works them out knows."""
    copy = BytesIO()
    with ZipFile(BytesIO(workbook)) as read, ZipFile(copy, "w") as written:
        for name in read.namelist():
            written.writestr(name, VALUE.sub(rb"\1<v>%d</v>" % WORTH_NOTHING, read.read(name)))
    return copy.getvalue()


def saved_anew(workbooks: Mapping[str, bytes], folder: Path) -> dict[str, bytes]:
    """Each workbook, by its name, as LibreOffice saves it after it has worked out the formulas. All of them in one start, which takes
    seconds; the profile is its own, so that no other one that runs is met.
    """
    soffice = shutil.which("soffice")
    assert soffice, "LibreOffice (libreoffice-calc-nogui) is needed to work out formulas"
    profile, given, found = folder / "profile", folder / "given", folder / "found"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_ANEW)
    given.mkdir(exist_ok=True)
    for name, workbook in workbooks.items():
        (given / f"{name}.xlsx").write_bytes(without_values(workbook))
    subprocess.run(
        [soffice, f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "xlsx", "--outdir", str(found),
         *map(str, sorted(given.iterdir()))],
        check=True, capture_output=True, timeout=200,
    )  # fmt: skip
    return {name: (found / f"{name}.xlsx").read_bytes() for name in workbooks}


def grids(workbook: bytes) -> dict[str, Grid]:
    """What stands in a workbook, by its sheets."""
    book = CalamineWorkbook.from_filelike(BytesIO(workbook))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
