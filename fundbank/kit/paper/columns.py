"""Owns how wide a table's columns become: figures whole, words whole where the page allows, the rest shared out."""

from collections.abc import Sequence

from fundbank.kit.paper.fonts import REGULAR, width

GAP = 10.0  # points between two columns
SIZES = (9.5, 8.5, 7.5, 6.5)  # of type; the smaller ones only where whole figures and words would not fit otherwise
_SHARE = 0.3  # of the page: what one figure or word may claim; a longer one is broken
_ALONE = 1.0  # measured at one point and scaled up: every cell is measured once for all sizes


class Measure:
    """What the columns of one table ask for, per point of type size: all on one line, and no word broken."""

    def __init__(self, columns: int, numeric: frozenset[int]) -> None:
        self.numeric = numeric
        self.natural = [0.0] * columns
        self.least = [0.0] * columns

    def add(self, cells: Sequence[str], font: str = REGULAR, whole_figures: bool = True) -> None:
        """Take one row into account. A header needs no `whole_figures`: it may break at its spaces."""
        for column, text in enumerate(cells):
            whole = max(width(line, font, _ALONE) for line in text.split("\n"))
            self.natural[column] = max(self.natural[column], whole)
            if whole_figures and column in self.numeric:
                self.least[column] = max(self.least[column], whole)
            elif whole > self.least[column]:
                self.least[column] = max(self.least[column], *(width(word, font, _ALONE) for word in text.split()))

    def fit(self, room: float) -> tuple[float, list[float]]:
        """The type size and the columns' widths in points; the widths and gaps fill `room`."""
        room -= GAP * (len(self.natural) - 1)
        for size in SIZES:
            least = [min(asked * size, room * _SHARE) for asked in self.least]
            if sum(least) <= room:
                break
        else:
            return size, [room * asked / sum(least) for asked in least]
        natural = [max(asked * size, floor) for asked, floor in zip(self.natural, least, strict=True)]
        if sum(natural) <= room:
            return size, self._share_out(natural, room - sum(natural))
        wanted = [whole - floor for whole, floor in zip(natural, least, strict=True)]
        share = (room - sum(least)) / sum(wanted)
        return size, [floor + share * want for floor, want in zip(least, wanted, strict=True)]

    def _share_out(self, natural: list[float], spare: float) -> list[float]:
        """Give spare room to the columns of words, where there are any: figures stay close together."""
        growing = [column for column in range(len(natural)) if column not in self.numeric] or list(range(len(natural)))
        total = sum(natural[column] for column in growing)
        shares = {column: natural[column] / total if total else 1 / len(growing) for column in growing}
        return [wide + spare * shares.get(column, 0) for column, wide in enumerate(natural)]
