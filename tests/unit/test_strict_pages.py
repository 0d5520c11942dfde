"""The tests' own browser: what it takes for sound once, and what it looks at again."""

import pytest

from tests.web import check_html

PAGE = """<!doctype html><html lang="da"><head><title>Side</title></head><body>
<form method="post"><input type="hidden" name="csrf_token" value="%s"><input type="hidden" name="next" value="%s">%s</form></body></html>"""


@pytest.mark.parametrize(
    "fault", ["<p><div></p>", '<p id="a"></p><p id="a"></p>', '<p style="color: red"></p>', '<label for="nobody">Navn</label>']
)
def test_a_fault_is_found_on_a_page_like_one_that_was_sound(fault: str) -> None:
    check_html(PAGE % ("a-token", "/a", "<p>Ord</p>"), "/a")
    check_html(PAGE % ("another-token", "/b", "<p>Ord</p>"), "/b")
    for _ in range(2):
        with pytest.raises(AssertionError):
            check_html(PAGE % ("a-token", "/a", fault), "/a")


def test_a_hidden_value_that_ends_too_soon_is_a_fault() -> None:
    check_html(PAGE % ("a-token", "/a", ""), "/a")
    with pytest.raises(AssertionError):
        check_html(PAGE % ("a-token", '/a"b', ""), "/a")
