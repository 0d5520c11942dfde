"""What the environment says about mail: read, or answered by a sentence at the start."""

import pytest

from fundbank.config import BadSetting, mail_server, settings

GOOD = {
    "FUNDBANK_MAIL_URL": "smtp+starttls://bank%40kommune.dk:hem%2Fmeligt@mail.kommune.dk",
    "FUNDBANK_MAIL_FROM": "Digitaliseringsbanken <bank@kommune.dk>",
    "FUNDBANK_ADDRESS": "https://bank.kommune.dk",
}


def test_a_mail_server_is_read() -> None:
    found = mail_server(GOOD)
    assert found is not None
    assert found[:5] == ("smtp+starttls", "mail.kommune.dk", 587, "bank@kommune.dk", "hem/meligt")
    assert (found.sender.display_name, found.sender.addr_spec) == ("Digitaliseringsbanken", "bank@kommune.dk")


@pytest.mark.parametrize(
    ("url", "port"), [("smtp://mail", 25), ("smtps://mail", 465), ("smtp+starttls://mail", 587), ("smtp://mail:2525", 2525)]
)
def test_the_usual_ports(url: str, port: int) -> None:
    found = mail_server({**GOOD, "FUNDBANK_MAIL_URL": url})
    assert found is not None and (found.port, found.user, found.password) == (port, "", "")


def test_without_a_url_no_mail_is_sent() -> None:
    assert mail_server({}) is None
    assert mail_server({"FUNDBANK_MAIL_FROM": "bank@kommune.dk"}) is None


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"FUNDBANK_MAIL_URL": "mail.kommune.dk"}, "FUNDBANK_MAIL_URL"),
        ({"FUNDBANK_MAIL_URL": "http://mail.kommune.dk"}, "FUNDBANK_MAIL_URL"),
        ({"FUNDBANK_MAIL_URL": "smtp://"}, "FUNDBANK_MAIL_URL"),
        ({"FUNDBANK_MAIL_URL": "smtp://mail:0"}, "FUNDBANK_MAIL_URL"),
        ({"FUNDBANK_MAIL_URL": "smtp://mail:99999"}, "FUNDBANK_MAIL_URL"),
        ({"FUNDBANK_MAIL_URL": "smtp://mail/box"}, "FUNDBANK_MAIL_URL"),
        ({"FUNDBANK_MAIL_FROM": ""}, "FUNDBANK_MAIL_FROM"),
        ({"FUNDBANK_MAIL_FROM": "bank"}, "FUNDBANK_MAIL_FROM"),
        ({"FUNDBANK_MAIL_FROM": "bank@kommune.dk\r\nBcc: x@y.dk"}, "FUNDBANK_MAIL_FROM"),
        ({"FUNDBANK_ADDRESS": ""}, "FUNDBANK_ADDRESS"),
    ],
)
def test_what_cannot_be_used_is_a_sentence_that_holds_no_password(changed: dict[str, str], named: str) -> None:
    with pytest.raises(BadSetting, match=named) as said:
        mail_server({**GOOD, **changed})
    assert "meligt" not in str(said.value)


def test_what_names_a_schema_goes_before_what_is_said_of_all() -> None:
    several = {
        **GOOD, "FUNDBANK_SCHEMA": "nord_by", "FUNDBANK_SECRET_KEY": "k" * 40, "FUNDBANK_ADDRESS_NORD_BY": "https://nord.dk",
        "FUNDBANK_MAIL_FROM_NORD_BY": "bank@nord.dk", "FUNDBANK_ADDRESS_NORD": "https://another.dk",
    }  # fmt: skip
    found = settings(several)
    assert (found["ADDRESS"], found["MAIL_SERVER"].sender.addr_spec, found["MAIL_SERVER"].host) == (
        "https://nord.dk", "bank@nord.dk", "mail.kommune.dk",
    )  # fmt: skip
    assert settings({**several, "FUNDBANK_SCHEMA": ""})["ADDRESS"] == "https://bank.kommune.dk"
