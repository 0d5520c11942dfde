"""Every write to a pool's money that people ask for outside an award, and the two people whom a movement of money takes."""

from fundbank.ledger.operations.beginning import ask_first_day, confirm_first_day, refuse_first_day, withdraw_first_day
from fundbank.ledger.operations.four_eyes import check_first, check_pair, check_second
from fundbank.ledger.operations.funding import (
    approve_return_funding,
    check_funding,
    check_return_approval,
    check_return_funding,
    fund_pool,
    fund_pool_per_mille,
    register_return_funding,
)
from fundbank.ledger.operations.movements import check_movement_refusal, refuse_movement
from fundbank.ledger.steps.movements import check_waits

__all__ = [
    "approve_return_funding",
    "ask_first_day",
    "check_first",
    "check_funding",
    "check_movement_refusal",
    "check_pair",
    "check_return_approval",
    "check_return_funding",
    "check_second",
    "check_waits",
    "confirm_first_day",
    "fund_pool",
    "fund_pool_per_mille",
    "refuse_first_day",
    "refuse_movement",
    "register_return_funding",
    "withdraw_first_day",
]
