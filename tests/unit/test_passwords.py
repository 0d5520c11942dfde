"""What a password may be made of."""

from time import process_time

import pytest

from fundbank.people.rules import PASSWORD_LEAST, PASSWORD_MOST, is_common, is_mostly

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


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "P@ssw0rd1234",
        "administrator",
        "qwertyuiop123",
        "qwertyuiopå12",
        "1q2w3e4r5t6y",
        "123456789012",
        "31122026 31122026",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabc",
        "!!!!!!!!!!!!",
        "letmein letmein",
        "kodeord12345",
        "Adgangskode1!",
        "hemmelighed1",
        "Velkommen2026!",
        "!!Efterår2026!!",
        "Sommerferie26!",
        "Kommune2026!",
        "København1234",
        "fodbold fodbold",
    ],
)
def test_a_password_that_is_tried_first(password: str) -> None:
    assert len(password) >= PASSWORD_LEAST
    assert is_common(password)
    assert is_common(f" {password.upper()}?")


@pytest.mark.parametrize(
    "password",
    [
        "en lang og god sætning",
        "Åse Kjær spiser aldrig rugbrød",
        "et helt nyt kodeord",
        "små øer i havet",
        "x7Kq9vRt2mWz",
        "bil hest lampe sky",
    ],
)
def test_a_password_that_is_not(password: str) -> None:
    assert not is_common(password)


@pytest.mark.parametrize("password", ["4@8({[<369&#!1/|0$5+7%2", "4836910572", "aA1!", "p4ssw0rd", "2026010203", "x", "!", "å̊"])
def test_no_password_takes_long_to_judge(password: str) -> None:
    """At most fifty times as long as an ordinary one, which takes a millisecond or two; in seconds it would be thousands of times."""

    def took(judged: str) -> float:
        began = process_time()
        is_common(judged)
        return process_time() - began

    usual = min(took("en lang og god sætning") for _ in range(5))
    assert min(took((password * PASSWORD_MOST)[:PASSWORD_MOST]) for _ in range(2)) < 50 * usual
