"""A reversal tells beforehand what it does to claims, and whoever refuses one, or a refund, says why (domain.md §7, §8)."""

import pytest

from fundbank.errors import Code, Refusal
from fundbank.extensions import db
from fundbank.repayments.operations.refunds import refuse_refund, register_refund
from fundbank.repayments.queries import claims_of, lines_of
from fundbank.repayments.queries.previews import credits_if_reversed, paid_if_reversed
from fundbank.reversals.operations import approve_reversal, refuse_reversal, register_reversal
from tests.integration.awards.bank import LATER, Bank, a_bank, at

TODAY = at(2027, 2)


@pytest.fixture
def app_settings():
    return {"CLOCK": lambda: TODAY}


@pytest.fixture
def bank(app, pictures) -> Bank:
    return pictures.of("bank", a_bank)


@pytest.fixture
def award(bank):
    """A loan of 100,000 paid in two parts; 2025 is claimed: 40,000 of the own department, 20,000 of the others."""
    award = bank.award(loan=100_000, years=2)
    bank.pay_out(award, 60_000)
    bank.gain(award, bank.own, 2025, 80_000_00)
    bank.gain(award, bank.others, 2025, 40_000_00)
    bank.claim(award, 2025)
    return award


def due(award) -> dict[int, tuple[int, int]]:
    db.session.flush()
    return {line.id: (line.due_ore, line.paid_ore) for line in lines_of(award)}


def expected(award, credited=(), paid=()) -> dict[int, tuple[int, int]]:
    less, more = ({line.id: ore for line, ore in change} for change in (credited, paid))
    return {id_: (due_ore - less.get(id_, 0), paid_ore + more.get(id_, 0)) for id_, (due_ore, paid_ore) in due(award).items()}


def test_what_a_reversed_payment_does_to_claims_is_said_before_it_is_done(client, bank, award):
    transfer = award.disbursements[0].transfer
    client.sign_in(bank.finance)
    page = client.get(f"/transfers/{transfer.id}/reversal").words
    assert "These claims become smaller" in page and "Forvaltning X, 2025: DKK 40,000.00 less" in page
    reversal = register_reversal(actor=bank.finance, at=LATER, transfer=transfer, reason="Forkert konto")
    then = expected(award, credited=credits_if_reversed(award, transfer))
    client.sign_in(bank.finance_2)
    assert "Øvrige forvaltninger, 2025: DKK 20,000.00 less" in client.get(f"/reversals/{reversal.id}/approval").words
    approve_reversal(actor=bank.finance_2, at=LATER, reversal=reversal)
    assert due(award) == then
    bank.check()


def test_what_a_reversed_repayment_does_to_lines_is_said_before_it_is_done(client, bank, award):
    line = next(line for line in claims_of(award)[0].lines if line.department_id == bank.own.id)
    transfer = bank.repay(line)
    bank.correct(award, bank.own, 2025, 20_000_00)  # paid 30,000 too much
    bank.gain(award, bank.own, 2026, 40_000_00)
    bank.gain(award, bank.others, 2026, 0)
    bank.claim(award, 2026)
    client.sign_in(bank.finance)
    page = client.get(f"/transfers/{transfer.id}/reversal").words
    assert "What is paid on these claims changes" in page and "Forvaltning X, 2025: DKK" in page
    then = expected(award, paid=paid_if_reversed(transfer))
    reversal = register_reversal(actor=bank.finance, at=TODAY, transfer=transfer, reason="Forkert konto")
    approve_reversal(actor=bank.finance_2, at=TODAY, reversal=reversal)
    assert due(award) == then
    assert paid_if_reversed(award.disbursements[0].transfer) == credits_if_reversed(None, transfer) == []
    bank.check()


@pytest.mark.parametrize("what", ["reversal", "refund"])
def test_whoever_refuses_says_why_and_it_is_kept(client, bank, award, what):
    line = next(line for line in claims_of(award)[0].lines if line.department_id == bank.own.id)
    transfer = bank.repay(line)
    if what == "refund":
        bank.correct(award, bank.own, 2025, 20_000_00)
        waits, refuse = register_refund(actor=bank.finance, at=TODAY, line=line, amount_ore=100), refuse_refund
        listed = f"/claims/{line.claim_id}"
    else:
        waits, refuse = register_reversal(actor=bank.finance, at=TODAY, transfer=transfer, reason="Forkert"), refuse_reversal
        listed = f"/pools/{bank.pool.id}/reversals"
    for actor, reason, code in (
        (bank.coordinator, "Nej", Code.NOT_ALLOWED), (bank.finance, " ", Code.INCOMPLETE), (bank.finance, "010190-1234", Code.CPR_NUMBER),
    ):  # fmt: skip
        with pytest.raises(Refusal) as no:
            refuse(actor=actor, at=TODAY, reason=reason, **{what: waits})
        assert no.value.code == code
    client.sign_in(bank.finance_2)
    url = f"/{what}s/{waits.id}/refusal"
    assert client.get(url).status_code == 200
    assert client.submit(url, {"reason": ""}).status_code == 422
    assert client.submit(url, {"reason": "Den stod rigtigt."}).status_code == 303
    assert "Den stod rigtigt." in client.get(listed).words
    assert "Den stod rigtigt." in client.get(f"/awards/{award.id}").words
    assert client.get(url).code == "wrong_state"
