"""What a password may be made of."""

import pytest

from fundbank.people.rules import is_mostly

NAME, EMAIL = "Åse Kjær", "aase.kjaer@lindby.dk"


@pytest.mark.parametrize(
    "password",
    [
        "aase.kjaer@lindby.dk",
        "AASE.KJAER@LINDBY.DK!",
        "åse kjær 2026!!",
        "ÅseKjær12345",
        "aase.kjaer1234567",
        "Åse Kjær aase.kjaer@lindby.dk",
    ],
)
def test_a_password_of_what_everybody_knows(password: str) -> None:
    assert is_mostly(password, NAME, EMAIL)


@pytest.mark.parametrize("password", ["en lang og god sætning", "Åse Kjær spiser aldrig rugbrød", "!!!!!!!!!!!!", "et helt nyt kodeord"])
def test_a_password_of_something_else(password: str) -> None:
    assert not is_mostly(password, NAME, EMAIL)
    assert not is_mostly(password, "", None)
