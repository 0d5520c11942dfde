"""The pages of claims, repayments, reversals, and corrections of gains, which only a claim can forbid."""

from flask import Blueprint

blueprint = Blueprint("repayments", __name__)

FINANCE = "finance of the pool"
ROWS = 50

from fundbank.repayments.views import claims, corrections, reversals  # noqa: E402  (they add their routes to the blueprint above)

__all__ = ["blueprint", "claims", "corrections", "reversals"]
