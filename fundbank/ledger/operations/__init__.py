"""Every write of the ledger: posting and reversing transfers, and money in from its sources."""

from fundbank.ledger.operations.posting import post, reverse

__all__ = ["post", "reverse"]
