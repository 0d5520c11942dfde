"""What pages say, read off their markup as somebody would: groups of the first screen, rows of tables, and the next step."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from xml.etree.ElementTree import Element

from fundbank.people.models import User
from tests.web import Client, parsed

ITEM = re.compile(r'<li>\s*<a href="([^"]*)">(.*?)</a>\s*<span class="waiting-note">(.*?)</span>', re.DOTALL)


def words(element: Element | None) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())


@dataclass(frozen=True)
class Waiting:
    """A group of the first screen: how many things it counts, and (title, note) of the first of them."""

    count: int
    items: tuple[tuple[str, str], ...]

    def says(self, expected: set[tuple[str, ...]]) -> bool:
        """Does it count these (title, note, …), and show nothing else? A note may say more, and the tail of a long list is not shown."""
        told = {(title, *note.split(" · ")) for title, note in self.items}
        shown = {row for row in expected if any(set(row) <= set(item) for item in told)}
        return self.count == len(expected) and len(shown) == min(len(expected), len(self.items)) and bool(self.items) == bool(expected)


class Screen:
    """A page as one reader sees it."""

    def __init__(self, client: Client, person: User, path: str) -> None:
        self.path, self.person = path, person
        answer = client.sign_in(person).get(path)
        self.text = unescape(answer.text)

    @property
    def step(self) -> str:
        """What happens next, on the page of an award or an application."""
        found = re.search(r'<section class="next-step".*?<p>(.*?)</p>', self.text, re.DOTALL)
        assert found
        return " ".join(found[1].split())

    def rows(self, caption: str) -> list[list[str]]:
        """The cells of a table's body."""
        tables = (table for table in parsed(self.text)[0].iter("table") if words(table.find("caption")) == caption)
        return [[words(cell) for cell in row] for table in tables for row in table.iter("tr") if row.find("td") is not None]

    def number(self, matter: str) -> int:
        """What the pool's page counts of a matter."""
        return next(int(number) for name, number in self.rows("What waits") if name == matter)

    def links(self, pattern: str) -> set[str]:
        """What the pattern's group finds in the addresses of links; it begins as an address does."""
        return set(re.findall(f'href="{pattern}"', self.text))

    def below(self, heading: str) -> str:
        """The markup from a heading to the next of its kind."""
        return re.split(r"<h2", self.text.partition(f"<h2>{heading}</h2>")[2])[0]

    def waiting(self) -> dict[str, Waiting]:
        """The groups of the first screen by kind."""
        return dict(self._groups())

    def _groups(self) -> Iterator[tuple[str, Waiting]]:
        for section in re.findall(r'<section[^>]*data-kind=".*?</section>', self.text, re.DOTALL):
            kind, count = re.search(r'data-kind="(\w+)"', section), re.search(r'class="waiting-count">(\d+)<', section)
            assert kind and count
            items = tuple((title, " ".join(note.split())) for _link, title, note in ITEM.findall(section))
            yield kind[1], Waiting(int(count[1]), items)


NOTHING = Waiting(0, ())
