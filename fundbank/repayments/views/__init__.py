"""The pages of claims, repayments and reversals, and of a pool's gains, which claims wait for."""

from flask import Blueprint

blueprint = Blueprint("repayments", __name__)

FINANCE = "finance of the pool"
ROWS = 50

from fundbank.repayments.views import claims, gains, reversals  # noqa: E402  (they add their routes to the blueprint above)

__all__ = ["blueprint", "claims", "gains", "reversals"]
