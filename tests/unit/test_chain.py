"""The chart, the identity and the hash, without a database."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundbank.ledger.chart import PARTS, SIDES, AccountKind, Event, sides
from fundbank.ledger.rules import (
    Balances,
    OverAvailable,
    OverOutstanding,
    OverReserved,
    account_name,
    chain_hash,
    over,
    written_moment,
)

SAID: dict[str, Any] = {
    "pool_id": 1,
    "number": 2,
    "event": "approval",
    "debit": "reserved:7",
    "credit": "available",
    "amount_ore": 100,
    "value_date": "2026-03-02",
    "recorded_at": "2026-03-02 09:30:00.000000",
    "actor_id": 3,
    "approver_id": None,
    "text": "Bevilling",
    "reverses": None,
    "key": "a key",
}
OTHER: dict[str, Any] = {
    "pool_id": 2,
    "number": 3,
    "event": "release",
    "debit": "reserved:8",
    "credit": "grant:7",
    "amount_ore": 101,
    "value_date": "2026-03-03",
    "recorded_at": "2026-03-02 09:30:00.000001",
    "actor_id": 4,
    "approver_id": 3,
    "text": "bevilling",
    "reverses": 1,
    "key": "another key",
}


def test_a_hash_is_the_same_everywhere_and_always() -> None:
    assert chain_hash("", **SAID) == "a9cd6ba541c901bd9275b2f77cb14ebc3b42de0558258989f8dcecf73ff88736"


@pytest.mark.parametrize("what", SAID)
def test_a_hash_covers_everything_that_a_transfer_says(what: str) -> None:
    assert chain_hash("", **{**SAID, what: OTHER[what]}) != chain_hash("", **SAID)


def test_a_hash_covers_the_one_before_it() -> None:
    assert chain_hash("a" * 64, **SAID) != chain_hash("", **SAID)


TEXTS = st.text(st.characters(exclude_categories=()), max_size=12)


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_no_text_can_imitate_another_field(text: str, key: str, other_text: str, other_key: str) -> None:
    one = chain_hash("", **{**SAID, "text": text, "key": key})
    other = chain_hash("", **{**SAID, "text": other_text, "key": other_key})
    assert (one == other) == ((text, key) == (other_text, other_key))


def test_nobody_is_not_the_text_none() -> None:
    assert chain_hash("", **{**SAID, "approver_id": None}) != chain_hash("", **{**SAID, "approver_id": "null"})


def test_a_moment_is_written_in_one_way() -> None:
    utc = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert written_moment(utc) == written_moment(utc.astimezone(timezone(timedelta(hours=1)))) == SAID["recorded_at"]


def test_the_chart_is_the_table_of_events() -> None:
    assert {(str(event), part and str(part)): tuple(map(str, of)) for (event, part), of in SIDES.items()} == {
        ("funding", None): ("available", "funding"),
        ("approval", None): ("reserved", "available"),
        ("disbursement", "loan"): ("loan", "reserved"),
        ("disbursement", "grant"): ("grant", "reserved"),
        ("release", None): ("available", "reserved"),
        ("repayment", None): ("available", "loan"),
        ("return", "loan"): ("available", "loan"),
        ("return", "grant"): ("available", "grant"),
        ("write_off", None): ("written_off", "loan"),
        ("conversion", None): ("grant", "loan"),
        ("funding_return", None): ("funding", "available"),
        ("refund", None): ("loan", "available"),
    }
    assert {event for event, _ in SIDES} == set(Event) - {Event.REVERSAL}
    assert len(PARTS) == len(SIDES)


@pytest.mark.parametrize(
    "event, part", [(Event.DISBURSEMENT, None), (Event.REPAYMENT, "loan"), (Event.RETURN, "reserved"), (Event.REVERSAL, None)]
)
def test_the_chart_has_no_other_events(event: Event, part: str | None) -> None:
    with pytest.raises(ValueError, match="the chart has no event"):
        sides(event, part)


@pytest.mark.parametrize(
    "kind, refusal",
    [
        (AccountKind.AVAILABLE, OverAvailable),
        (AccountKind.RESERVED, OverReserved),
        (AccountKind.LOAN, OverOutstanding),
        (AccountKind.GRANT, OverOutstanding),
        (AccountKind.WRITTEN_OFF, OverOutstanding),
        (AccountKind.FUNDING, OverOutstanding),
    ],
)
def test_each_account_has_its_refusal(kind: AccountKind, refusal: type[Exception]) -> None:
    said = over(kind, amount_ore=3, limit_ore=2)
    assert type(said) is refusal
    assert said.values == {"amount_ore": 3, "limit_ore": 2}
    assert said.sentence % said.values


def test_the_whole_is_its_five_parts() -> None:
    assert Balances().is_whole
    assert Balances(15, 1, 2, 3, 4, 5).is_whole
    assert not Balances(16, 1, 2, 3, 4, 5).is_whole
    assert Balances(15, 1, 2, 3, 4, 5).promising(1) == Balances(15, 0, 3, 3, 4, 5)


def test_accounts_have_the_names_of_the_table() -> None:
    assert account_name("available", "") == "available"
    assert account_name("funding", "Budget: 2026") == "funding:Budget: 2026"
