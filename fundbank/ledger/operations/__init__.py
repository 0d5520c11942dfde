"""Every write to a pool's money that people ask for outside an award, and the two people whom a movement of money takes."""

from fundbank.ledger.operations.four_eyes import check_first, check_pair, check_second
from fundbank.ledger.operations.funding import (
    check_funding,
    check_return_funding,
    fund_pool,
    fund_pool_per_mille,
    return_funding,
)

__all__ = [
    "check_first",
    "check_funding",
    "check_pair",
    "check_return_funding",
    "check_second",
    "fund_pool",
    "fund_pool_per_mille",
    "return_funding",
]
