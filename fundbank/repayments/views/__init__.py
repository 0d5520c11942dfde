"""The pages of claims and repayments, and of a pool's gains, which claims wait for."""

from flask import Blueprint

blueprint = Blueprint("repayments", __name__)

FINANCE = "finance of the pool"
ROWS = 50

from fundbank.repayments.views import claims, ending, gains  # noqa: E402  (they add their routes to the blueprint above)

__all__ = ["blueprint", "claims", "ending", "gains"]
