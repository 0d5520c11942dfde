"""Every write about pools: making one, changing its policy, giving, confirming and taking roles. An actor of None is the program itself."""

from fundbank.pools.operations.confirming import ConfirmedByNobody, confirm, refuse, withdraw
from fundbank.pools.operations.roles import give_role, take_role
from fundbank.pools.operations.rules import NAME_LENGTH, REASON_LENGTH, change_policy, create_pool

__all__ = [
    "NAME_LENGTH", "REASON_LENGTH", "ConfirmedByNobody", "change_policy", "confirm", "create_pool", "give_role", "refuse", "take_role",
    "withdraw",
]  # fmt: skip
