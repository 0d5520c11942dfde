"""What a paper is made of. A paper is built once, as blocks of text that is ready to be read, and shown twice: as a page and as PDF.

A block knows no database and no layout; its words are already in the reader's language, its amounts and dates in the reader's form.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from fundbank.kit.charts import BarsAndLines, Chart, Frame, band_chart, bars_and_lines

Pair = tuple[str, str | None]


@dataclass(frozen=True)
class Heading:
    """Of a section (2) or of something within it (3); the document's title is above them all. One with a ``key`` can be led to."""

    text: str
    level: int = 2
    key: str = ""
    kind = "heading"


@dataclass(frozen=True)
class Contents:
    """What the paper holds, each with the key that leads there, and its level."""

    caption: str
    entries: Sequence[tuple[str, str, int]]
    kind = "contents"

    @classmethod
    def of(cls, caption: str, blocks: Iterable["Block"]) -> "Contents":
        """The headings that can be led to."""
        return cls(caption, [(one.key, one.text, one.level) for one in blocks if isinstance(one, Heading) and one.key])


@dataclass(frozen=True)
class NewPage:
    """On paper a new page begins, which stands or lies."""

    is_lying: bool = False
    kind = "new_page"


@dataclass(frozen=True)
class Text:
    """Plain text: a blank line makes a new paragraph, a new line a new line."""

    text: str
    kind = "text"


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: Sequence[str]
    kind = "bullets"


@dataclass(frozen=True)
class Facts:
    """Names beside their values; a name without a value is left out."""

    pairs: Sequence[Pair]
    kind = "facts"

    @property
    def said(self) -> list[tuple[str, str]]:
        """The pairs that have a value."""
        return [(name, value) for name, value in self.pairs if value]


@dataclass(frozen=True)
class Table:
    """Rows under headers; ``numeric`` columns (from 0) stand right. ``shares`` are the columns' shares of the paper's width.

    ``links`` are the addresses behind the rows, for the page; one within the paper (``#key``) leads there on paper too.
    """

    caption: str
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: frozenset[int] = frozenset()
    totals: Sequence[str] | None = None
    shares: Sequence[float] | None = None
    links: Sequence[str | None] | None = None
    kind = "table"

    @property
    def targets(self) -> list[str | None] | None:
        """The keys within the paper that the rows lead to."""
        return [link[1:] if link and link.startswith("#") else None for link in self.links] if self.links else None


@dataclass(frozen=True)
class Part:
    """One part of a bar, in øre; ``key`` names its colour on the page."""

    key: str
    name: str
    ore: int


@dataclass(frozen=True)
class Bar:
    """A whole in its parts; ``alt`` says it to those who do not see. The page always has a table of it, the paper if ``is_tabled``."""

    caption: str
    parts: Sequence[Part]
    whole_name: str
    whole_ore: int
    alt: str
    is_tabled: bool = True
    kind = "bar"


@dataclass(frozen=True)
class Curves:
    """Three lines of amounts in øre, named in the order low, middle, high; ``marks`` names places by number, ``alt`` says it in words."""

    caption: str
    low: Sequence[int]
    middle: Sequence[int]
    high: Sequence[int]
    marks: Sequence[tuple[int, str]]
    names: Sequence[str]
    unit: str
    alt: str
    kind = "curves"

    def chart(self, wide: int, high: int, *, left: int = 56, below: int = 44) -> Chart:
        """The picture of them in a frame of this size."""
        return band_chart(Frame(wide, high, left, below), low=self.low, middle=self.middle, high=self.high, marks=self.marks)


@dataclass(frozen=True)
class YearBars:
    """What rises and what falls in each year in øre, 0 or more, and over it three running sums; ``names`` are those of what rises, of what
    falls, of the lines (low, middle, high; "" for one that isn't drawn), and of the place where the middle one crosses zero.

    ``crossing`` is how far along that is, as a fraction (parts, whole) of the way from the first year to the last.
    """

    caption: str
    up: Sequence[int]
    down: Sequence[int]
    low: Sequence[int]
    middle: Sequence[int]
    high: Sequence[int]
    marks: Sequence[tuple[int, str]]
    crossing: tuple[int, int] | None
    names: Sequence[str]
    unit: str
    alt: str
    kind = "year_bars"

    @property
    def has_ends(self) -> bool:
        return all(self.names[2:5])

    def chart(self, wide: int, high: int, *, left: int = 56, below: int = 44) -> BarsAndLines:
        """The picture of them in a frame of this size."""
        return bars_and_lines(
            Frame(wide, high, left, below), up=self.up, down=self.down, low=self.low, middle=self.middle, high=self.high,
            marks=self.marks, crossing=self.crossing,
        )  # fmt: skip


Block = Heading | Contents | NewPage | Text | Bullets | Facts | Table | Bar | Curves | YearBars
BLOCKS: Mapping[str, type[Block]] = {
    block.kind: block for block in (Heading, Contents, NewPage, Text, Bullets, Facts, Table, Bar, Curves, YearBars)
}


@dataclass(frozen=True)
class Document:
    """A paper: what it is, who sends it, what it is called, what it says. ``name`` is the file's name without its ending."""

    what: str
    title: str
    sender: str
    blocks: tuple[Block, ...]
    footer: str
    name: str

    def to_json(self) -> dict[str, Any]:
        """The paper as plain values, to be kept."""
        blocks = [{"kind": block.kind, **_plain(asdict(block))} for block in self.blocks]
        return {**_plain({name: value for name, value in vars(self).items() if name != "blocks"}), "blocks": blocks}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Document":
        """The paper that was kept."""
        blocks = tuple(_block(**block) for block in kept["blocks"])
        return cls(**{**kept, "blocks": blocks})


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Sets become lists, as JSON knows no other."""
    return {name: sorted(value) if isinstance(value, frozenset) else value for name, value in values.items()}


def _block(kind: str, **values: Any) -> Block:
    if kind == Table.kind:
        values["numeric"] = frozenset(values["numeric"])
    if kind == Bar.kind:
        values["parts"] = [Part(**part) for part in values["parts"]]
    return BLOCKS[kind](**values)


def columns(*numbers: int) -> frozenset[int]:
    """The numbers of columns that stand right."""
    return frozenset(numbers)


def joined(words: Iterable[str | None], between: str = "\n") -> str:
    """Those of ``words`` that say something, in one text."""
    return between.join(word for word in words if word)
