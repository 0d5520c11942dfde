"""A text that somebody says is there, has room, and holds no CPR number (domain.md §12)."""

import pytest

from fundbank.errors import Incomplete
from fundbank.kit.cpr import CprNumber
from fundbank.kit.said import check_said


def test_a_text_stands_without_the_space_around_it():
    assert check_said("  Fordi \n", 5, missing="Write it.") == "Fordi"
    assert check_said("  ", 5) == ""


@pytest.mark.parametrize(
    ("text", "refusal", "sentence"),
    [(" \n", Incomplete, "Write it."), ("Fordi!", Incomplete, "This text is too long."), ("010203-1234", CprNumber, None)],
)
def test_what_is_wrong_is_said_at_its_field(text, refusal, sentence):
    with pytest.raises(refusal) as raised:
        check_said(text, 20 if refusal is CprNumber else 5, field="reason", missing="Write it.")
    assert raised.value.field == "reason"
    assert sentence is None or raised.value.sentence == sentence
