"""An award that has been paid out, so that its gains can be reported."""

import pytest
from flask import Flask

from fundbank.awards.models import Award
from tests.integration.awards.bank import Bank, a_bank
from tests.pictures import Pictures


@pytest.fixture
def bank(app: Flask, pictures: Pictures) -> Bank:
    return pictures.of("bank", a_bank)


@pytest.fixture
def award(bank: Bank) -> Award:
    award = bank.award(loan=600_000)
    bank.pay_out(award, 600_000)
    return award
