"""Workbooks as a department has them: downloaded, changed as Excel would change them, and uploaded."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from fundbank.applications.models import Application
from fundbank.pools.models import Pool
from tests.web import Client, Response

CODES = "#codes:"


def template(client: Client, pool: Pool) -> bytes:
    return client.get(f"/pools/{pool.id}/applications/template.xlsx").data


def export(client: Client, application: Application) -> bytes:
    return client.get(f"/applications/{application.id}/workbook.xlsx").data


def page(application: Application) -> str:
    return f"/applications/{application.id}/workbook"


def upload(client: Client, application: Application, workbook: bytes, name: str = "ansøgning.xlsx") -> Response:
    return client.submit(page(application), {"files": (BytesIO(workbook), name)}, content_type="multipart/form-data")


def changed(workbook: bytes, change: Callable[[Workbook], object]) -> bytes:
    """The workbook after somebody has opened it, changed it and saved it. What formulas came to is lost: openpyxl works nothing out."""
    book = load_workbook(BytesIO(workbook))
    change(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def sheet(book: Workbook, code: str) -> Worksheet:
    """The sheet that asks for ``costs``, ``gains`` …, or ``questions``."""
    return next(one for one in book.worksheets if one["A3"].value == f"{CODES}{code}")


def column(of: Worksheet, code: str) -> str:
    """The letters of the column of a field."""
    return next(cell.column_letter for cell in of[3] if cell.value == code)


def write(book: Workbook, code: str, row: int, **values: Any) -> None:
    """Fill in cells of a row; 7 is the first that can be written in. ``phase_in_2`` is the second of several."""
    of = sheet(book, code)
    for name, value in values.items():
        field = name.replace("phase_in_", "phase_in-") if name.startswith("phase_in_") else name
        of[f"{column(of, field)}{row}"] = value


def answer(book: Workbook, name: str, value: Any) -> None:
    """Fill in the answer to a question."""
    of = sheet(book, "questions")
    row = next(cell.row for cell in of["A"] if cell.value == name)
    of[f"{column(of, 'value')}{row}"] = value
