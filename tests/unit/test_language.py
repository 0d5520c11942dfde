"""The language that is being written, outside any request: nested, in threads, and after a fault."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest

from fundbank.kit import formats
from fundbank.kit.language import current, gettext, lazy_gettext, ngettext, speaking

LABEL = lazy_gettext("Available")
DANISH = ("Annullér", "Til rådighed", "1.234,50\xa0kr.", "3.\xa0december 2026")
ENGLISH = ("Cancel", "Available", "DKK\xa01,234.50", "3\xa0December 2026")


def written() -> tuple[str, ...]:
    return gettext("Cancel"), str(LABEL), formats.kroner(123_450), formats.day(date(2026, 12, 3))


def test_danish_is_spoken_until_somebody_says_otherwise() -> None:
    assert current() == "da"
    assert written() == DANISH


@pytest.mark.parametrize("language, expected", [("da", DANISH), ("en", ENGLISH), ("kl", DANISH), ("", DANISH), (None, DANISH)])
def test_a_language_is_spoken_within_its_block(language: str | None, expected: tuple[str, ...]) -> None:
    with speaking(language):
        assert written() == expected
    assert written() == DANISH


def test_blocks_stand_within_each_other_and_end_with_a_fault() -> None:
    with speaking("en"):
        with pytest.raises(ZeroDivisionError), speaking("da"):
            assert written() == DANISH
            raise ZeroDivisionError
        assert written() == ENGLISH
    assert current() == "da"


def test_values_stand_in_the_sentence() -> None:
    with speaking("en"):
        assert gettext("Page %(page)s of %(pages)s", page=1, pages=2) == "Page 1 of 2"
        assert [ngettext("%(num)s day", "%(num)s days", count) for count in (0, 1, 2)] == ["0 days", "1 day", "2 days"]


def test_threads_do_not_hear_each_other() -> None:
    together = Barrier(8)

    def speak(language: str) -> tuple[str, ...]:
        with speaking(language):
            together.wait(timeout=10)  # all have said which, and none has written yet
            return written()

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(speak, ["en", "da"] * 4)) == [ENGLISH, DANISH] * 4
        assert {threads.submit(current).result() for _ in range(8)} == {"da"}
