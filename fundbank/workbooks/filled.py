"""What a workbook that came back says, by the names of the fields (applications.rules.typing), each with the cell that says it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from fundbank.applications.rules.typing import mark, row_of
from fundbank.workbooks.rules.cells import Cell
from fundbank.workbooks.rules.sorting import put_back


class Said(NamedTuple):
    """What is said of a field, and the cell that says it."""

    text: str
    cell: Cell


class Fault(NamedTuple):
    """A cell that cannot be read, and a sentence (a message id) with its values."""

    cell: Cell
    sentence: str


@dataclass
class Filled:
    """What a workbook says: of itself, by field, and which rows stand in it. ``unread`` are the fields of cells that cannot be read."""

    told: Mapping[str, str]
    marks: Mapping[str, str]
    said: dict[str, Said] = field(default_factory=dict)
    tables: set[str] = field(default_factory=set)
    rows: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)

    def put_back(self, table: str) -> None:
        """Give the rows of a table their names back, where they were sorted without them."""
        names = put_back(_by_row(table, {name: mark(one.text) for name, one in self.said.items()}), _by_row(table, self.marks))

        def renamed(name: str) -> str:
            row = row_of(name)
            return names[row] + name.removeprefix(row) if row in names else name

        self.said = {renamed(name): one for name, one in self.said.items()}
        self.unread = {renamed(name) for name in self.unread}
        self.rows = {names.get(row, row) for row in self.rows}


def _by_row(table: str, marks: Mapping[str, str]) -> dict[str, frozenset[tuple[str, str]]]:
    """The marks of all fields of each row of a table."""
    rows: dict[str, set[tuple[str, str]]] = {}
    for name, seen in marks.items():
        row = row_of(name)
        if row is not None and row.startswith(f"{table}-"):
            rows.setdefault(row, set()).add((name.removeprefix(row), seen))
    return {row: frozenset(found) for row, found in rows.items()}
