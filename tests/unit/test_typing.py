"""What is typed by several is merged field by field: nothing that somebody did not touch moves, and no text is lost (rules.typing)."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundbank.applications.rules.typing import NEW, Sent, Sheet, Typed, is_row, mark, marks, read_marks, row_of

ANNE, BO = Typed("", 1, pen="a"), Typed("", 2, pen="b")


def texts(sheet: Sheet, name: str) -> list[str]:
    """What stands in a field, and what stands beside it."""
    return [sheet.shown().get(name, "gone"), *(one.text for one in sheet.beside.get(name, ()))]


def test_what_is_not_touched_stays_and_what_only_one_touches_is_theirs():
    sheet = Sheet({"title": "Bil", "need": ""})
    sheet.merge({"title": Sent("Bus", mark("Bil")), "need": Sent("", mark(""))}, ANNE)
    sheet.merge({"title": Sent("Bil", mark("Bil")), "need": Sent("Alt", mark(""))}, BO)
    assert sheet.shown() == {"title": "Bus", "need": "Alt"}
    assert not sheet.beside


def test_both_texts_are_kept_until_one_of_them_is_chosen():
    for take, left in ((True, "Bus"), (False, "Tog")):
        sheet = Sheet({"title": "Bil"})
        sheet.merge({"title": Sent("Bus", mark("Bil"))}, ANNE)
        sheet.merge({"title": Sent("Tog", mark("Bil"))}, BO)
        assert texts(sheet, "title") == ["Tog", "Bus"]
        assert (sheet.typed["title"].who, sheet.beside["title"][0].who) == (2, 1)
        sheet.settle("title", mark("Bus"), ANNE, take=take)
        assert texts(sheet, "title") == [left]


def test_whoever_goes_on_in_their_own_page_meets_only_the_others():
    sheet = Sheet({"title": ""})
    for turn, text in enumerate(("B", "Bu", "Bus")):
        sheet.merge({"title": Sent(text, mark(""))}, Typed("", 1, pen="a", turn=turn))  # no answer has come back yet
    assert texts(sheet, "title") == ["Bus"]
    sheet.merge({"title": Sent("Bu", mark(""))}, Typed("", 1, pen="a", turn=1))
    assert texts(sheet, "title") == ["Bus"], "what comes late is no news"
    sheet.merge({"title": Sent("Tog", mark(""))}, BO)
    sheet.merge({"title": Sent("Busser", mark("Bus"))}, Typed("", 1, pen="a", turn=3))
    assert texts(sheet, "title") == ["Busser", "Tog"]
    sheet.merge({"title": Sent("Busser og tog", mark("Busser"))}, Typed("", 1, pen="a", turn=4))
    assert texts(sheet, "title") == ["Busser og tog", "Tog"]
    sheet.merge({"title": Sent("Toget", mark("Tog"))}, BO)
    assert texts(sheet, "title") == ["Toget", "Busser og tog"]


def test_the_same_text_twice_is_no_conflict_and_back_to_what_is_saved_is_nothing_typed():
    sheet = Sheet({"title": "Bil"})
    sheet.merge({"title": Sent("Bus", mark("Bil"))}, ANNE)
    sheet.merge({"title": Sent("Bus", mark("Bil"))}, BO)
    assert texts(sheet, "title") == ["Bus"]
    sheet.merge({"title": Sent("Bil", mark("Bus"))}, BO)
    assert (texts(sheet, "title"), sheet.typed) == (["Bil"], {})


def test_a_new_row_is_there_once_whoever_sends_it_again():
    sheet = Sheet({})
    row = {"costs-n1-text": Sent("Bil", NEW), "costs-n1-first": Sent("0", NEW)}
    sheet.merge(row, ANNE)
    sheet.merge(row, BO)
    assert sheet.shown() == {"costs-n1-text": "Bil", "costs-n1-first": "0"}
    assert not sheet.beside


@pytest.mark.parametrize("is_saved", [False, True])
def test_a_row_that_one_takes_away_and_another_writes_in_comes_back_whole(is_saved):
    stored = {"costs-c1-text": "Bil", "costs-c1-first": "0"}
    sheet = Sheet(stored)
    sheet.take_away("costs-c1", ANNE)
    assert sheet.shown() == {}
    if is_saved:
        sheet = Sheet({})
    as_it_was = {name: Sent(text, mark(text)) for name, text in stored.items()}
    sheet.merge(as_it_was, BO)
    assert sheet.shown() == {}, "whoever has not touched it does not bring it back"
    sheet.merge({**as_it_was, "costs-c1-text": Sent("Bus", mark("Bil"))}, BO)
    assert sheet.shown() == {"costs-c1-text": "Bus", "costs-c1-first": "0"}
    assert [one.who for one in sheet.beside["costs-c1"]] == [None if is_saved else 1]
    sheet.settle("costs-c1", mark(""), BO, take=True)
    assert (sheet.shown(), sheet.beside) == ({}, {})


def test_a_page_lets_go_only_what_it_has_shown():
    stored = {"title": "Bil", "costs-c1-text": "Bil", "costs-c2-text": "Bus"}
    sheet = Sheet(stored)
    sheet.merge({"title": Sent("Bus", mark("Bil")), "not_asked": Sent("Tog", NEW)}, ANNE)
    sheet.merge({"title": Sent("Tog", mark("Bil"))}, BO)
    sheet.take_away("costs-c1", ANNE)
    seen = {name: mark(text) for name, text in sheet.shown().items() if name != "not_asked"}
    sheet.take_away("costs-c2", BO)
    sheet.merge({"need": Sent("Alt", NEW), "costs-n1-text": Sent("Tog", NEW)}, BO)
    sheet.forget({**seen, "need": mark("")})
    assert sheet.shown() == {"title": "Bil", "costs-c1-text": "Bil", "need": "Alt", "costs-n1-text": "Tog"}
    assert (sheet.beside, set(sheet.typed)) == ({}, {"costs-c2", "need", "costs-n1-text"})


def test_a_page_says_what_it_has_shown():
    shown = {"title": "Bil: rød", "costs-c1-text": ""}
    said = marks(shown, [("title", "title"), ("costs-c1-text", "costs-0-text"), ("costs-n1-text", "costs-1-text")])
    assert read_marks(said) == {"title": mark("Bil: rød"), "costs-0-text": mark(""), "costs-1-text": NEW}
    assert read_marks("") == {}
    assert [row_of(name) for name in ("title", "split-amount", "costs-c1", "costs-c1-first", "gain_areas-n0f-before_low")] == [
        None, None, None, "costs-c1", "gain_areas-n0f",
    ]  # fmt: skip
    assert [is_row(name) for name in ("title", "split-amount", "costs-c1", "costs-c1-first")] == [False, False, True, False]


@dataclass
class Page:
    """One of several pages that are open on the same step."""

    who: int
    seen: dict[str, str] = field(default_factory=dict)
    text: dict[str, str] = field(default_factory=dict)
    turn: int = 0

    def read(self, sheet: Sheet) -> None:
        self.text = sheet.shown()
        self.seen = {name: mark(text) for name, text in self.text.items()}

    def send(self, sheet: Sheet) -> None:
        self.turn += 1
        before = sheet.shown()
        sent = {name: Sent(text, self.seen[name]) for name, text in self.text.items()}
        sheet.merge(sent, Typed("", self.who, pen=str(self.who), turn=self.turn))
        for name, text in sheet.shown().items():
            touched = mark(self.text[name]) != self.seen[name]
            assert text == (self.text[name] if touched else before[name])
            if touched:
                self.seen[name] = mark(self.text[name])


NAMES, WORDS = st.sampled_from(["title", "need", "costs-c1-text"]), st.sampled_from(["", "a", "b", "c", "d"])
STEPS = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["read", "send", "type", "type", "save"]), NAMES, WORDS), max_size=40)


@given(STEPS)
def test_whatever_several_write_in_whatever_order_no_last_text_is_out_of_sight(steps):
    """Each text that a page has sent stands, or stands beside, unless a page has written over it that had seen it."""
    sheet = Sheet({"title": "", "need": "", "costs-c1-text": ""})
    pages = [Page(who) for who in range(3)]
    for page in pages:
        page.read(sheet)
    in_sight: dict[str, set[str]] = {name: {""} for name in sheet.shown()}
    for who, verb, name, text in steps:
        page = pages[who]
        if verb == "type":
            page.text[name] = text
        elif verb == "read":
            page.read(sheet)
        elif verb == "save":
            sheet = Sheet(sheet.shown(), {}, sheet.beside)
        else:
            own = {name: one.text for name, one in sheet.typed.items() if one.pen == str(who)}
            for each, typed in page.text.items():
                if mark(typed) != page.seen[each]:
                    seen_by_it = {one for one in in_sight[each] if mark(one) == page.seen[each]} | {own.get(each, typed)}
                    in_sight[each] = (in_sight[each] - seen_by_it) | {typed}
            page.send(sheet)
        for each, wanted in in_sight.items():
            assert set(texts(sheet, each)) == wanted
