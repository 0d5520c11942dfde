"""CPR numbers are known however they are written; what stood there before, and what somebody has ticked to be none, is taken."""

import pytest

from fundbank.kit.cpr import CprNumber, check_no_cpr_number, denied, numbers_in, take_denied_fields

WRITTEN = [
    "010190-1234", "0101901234", "010190 1234", "010190 - 1234", "Borger 311299-0001.", "(0101901234)", "290200-4321", "300490-1234",
    "cpr:0101901234,", "010190-1234\n", "fx1234 og 010190-1234",
    *(f"010190{dash}1234" for dash in "‐‑‒–—―−－﹣⁃"), *(f"010190 {dash} 1234" for dash in "–—−"), "010190--1234",
    *(f"010190{space}1234" for space in "\t\xa0\u2009\u202f\u3000"), "010190  -  1234", "010190\t-\t1234",
    "010190\xad-1234", "010190-\xad1234", "01\xad0190-12\u200b34", "010190\u200d-1234",
    "01.01.90-1234", "01.01.90 1234", "01.01.90–1234", "01. 01. 90 - 1234", "01/01/90-1234", "01-01-90-1234", "01 01 90 1234",
    "01 01 90-1234", "０１０１９０-１２３４", "010190‐１２３４", "99.12.010190-1234",
]  # fmt: skip


@pytest.mark.parametrize("text", WRITTEN, ids=ascii)
def test_a_cpr_number_does_not_belong_in_a_text(text):
    with pytest.raises(CprNumber) as refused:
        check_no_cpr_number(["Titel", text])
    assert "1234" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "", "Tlf. 12 34 56 78", "12345678", "320190-1234", "000190-1234", "011390-1234", "010090-1234", "310490-1234", "3002901234",
        "290201-1234", "10101901234", "01019012345", "010190-12345", "010190-123", "010190\n1234", "1.250.000,00", "2024-01-02",
        "EAN 5798000000123", "01-01-2026 - 2027", "01.01.2026", "01.01.90, 1234 kr.", "28-11-2026 1430", "10.10.10.1000", "01.01-90 1234",
        "CVR 29189838", "10 10 10 10", "DK50 0040 0440 1162 43",
    ],
)  # fmt: skip
def test_other_numbers_are_welcome(text):
    check_no_cpr_number([text])


def test_a_number_is_one_however_it_is_written():
    assert numbers_in(" og ".join(["010190-1234", "01.01.90 – 1234", "020190-1234"])) == {"0101901234", "0201901234"}


def test_what_stood_there_before_has_been_answered():
    check_no_cpr_number(["Sag 0101901234, nu længere"], known=["Sag 010190-1234"])
    with pytest.raises(CprNumber):
        check_no_cpr_number(["Sag 0101901234 og 0201901234"], known=["Sag 010190-1234"])


def test_what_has_been_denied_is_taken_and_told_once():
    with denied({"0101901234"}, ["Reason"]):
        check_no_cpr_number(reason="Konto 010190-1234")
        with pytest.raises(CprNumber) as refused:
            check_no_cpr_number(reason="Konto 010190-1234, Anna 020190-1234")
        assert refused.value.field == "reason"
        assert (take_denied_fields(), take_denied_fields()) == (["Reason"], [])
    assert take_denied_fields() == []
    with pytest.raises(CprNumber):
        check_no_cpr_number(reason="Konto 010190-1234")


def test_a_long_text_of_digits_is_read_at_once():
    assert numbers_in("1" * 1_000_000 + " " + "01 " * 300_000) == frozenset()
