"""A department head has half an hour for an application. What each page makes them read is counted here, so that it can't grow unnoticed.

Whoever reads 200 words a minute and types 200 signs a minute writes 2,300 signs in 11.5 minutes, and has 18.5 left for choosing and for
reading. Counted are the words that are seen in Danish on a wide screen, the frame of the page with them, of an application in which
nothing but its title is written, in Herning's pool, which asks for most. What is folded is not counted, nor what a list of choices holds.
The bounds are three per cent above what the pages hold: who needs more words takes others away.
"""

from collections.abc import Callable

import pytest

from tests.journeys import steps
from tests.journeys.conftest import Window
from tests.journeys.desk import Desk
from tests.journeys.town import a_town_with_pool

TITLE = "Borgere bestiller selv tid"
MOST = {
    "first": 47, "triage": 169, "title": 87, "project": 248, "need": 231,
    "money": 277, "gains": 254, "who": 156, "annexes": 150, "check": 224,
}  # fmt: skip
SEEN = """() => {
  const lists = [...document.querySelectorAll("select")];
  for (const list of lists) list.style.display = "none";
  const words = document.body.innerText.split(/\\s+/).filter(Boolean).length;
  for (const list of lists) list.style.removeProperty("display");
  return words;
}"""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_page_on_the_way_to_the_signature_makes_one_read_more_than_it_must(app: object, window: Callable[..., Window]) -> None:
    town = a_town_with_pool()[0]
    desk = Desk(window())
    words = {}

    def count(name: str) -> None:
        words[name] = desk.page.evaluate(SEEN)

    desk.sit_down(town.applicant)
    count("first")
    desk.follow("Apply for money")
    count("triage")
    desk.follow("Begin a full application")
    count("title")
    steps.begins(desk, town.applicant, TITLE)
    first = desk.path
    for name in list(MOST)[3:]:
        desk.open(first.replace("/project", f"/{name}"))
        count(name)
    assert {name: number for name, number in words.items() if number > MOST[name]} == {}, MOST
    assert {name: number for name, number in words.items() if number < 0.9 * MOST[name]} == {}, "the bound has become too wide"
