"""Rows that were sorted without the names beside them are found again by what stands in them."""

from hypothesis import given
from hypothesis import strategies as st

from fundbank.workbooks.rules.sorting import put_back

A, B, C, NEW = (frozenset(enumerate(said)) for said in (("Software", 400, 0), ("Kurser", 100, 0), ("Hjælp", 50, 0), ("Nyt", 5, 0)))
WRITTEN = {"a": A, "b": B, "c": C}


def test_a_row_is_the_one_whose_words_stand_in_it():
    assert put_back(WRITTEN, WRITTEN) == {"a": "a", "b": "b", "c": "c"}
    assert put_back({"a": C, "b": A, "c": B}, WRITTEN) == {"a": "c", "b": "a", "c": "b"}
    assert put_back({"a": B, "b": NEW}, WRITTEN) == {"a": "b", "b": "a"}
    assert put_back({"a": NEW, "b": B, "x1": A}, WRITTEN) == {"a": "x1", "b": "b", "x1": "a"}
    assert put_back({"a": C, "b": C}, WRITTEN | {"b": C}) == {"a": "c", "b": "b"}


def test_a_row_that_was_changed_and_sorted_is_the_one_that_it_is_most_like():
    changed = frozenset(enumerate(("Software", 300, 0)))
    assert put_back({"a": B, "b": changed, "c": NEW, "x1": C}, WRITTEN) == {"a": "b", "b": "a", "c": "x1", "x1": "c"}
    assert put_back({"a": changed, "b": NEW, "c": C}, WRITTEN) == {"a": "a", "b": "b", "c": "c"}


WORDS = st.sampled_from([A, B, C, NEW])


@given(st.dictionaries(st.sampled_from("abcdxy"), WORDS), st.dictionaries(st.sampled_from("abcd"), WORDS))
def test_every_row_has_one_name_and_what_is_where_it_was_stays(rows, written):
    names = put_back(rows, written)
    assert names.keys() == rows.keys()
    assert len(set(names.values())) == len(rows)
    assert all(names[name] == name for name, said in rows.items() if said == written.get(name))
    assert set(names.values()) <= rows.keys() | written.keys()


@given(st.permutations("abc"))
def test_rows_that_were_only_sorted_say_what_they_said(order):
    rows = dict(zip("abc", (WRITTEN[name] for name in order), strict=True))
    assert {name: rows[place] for place, name in put_back(rows, WRITTEN).items()} == WRITTEN
