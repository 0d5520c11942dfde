"""The pages of claims and repayments, and of a pool's gains, which claims wait for."""

from flask import Blueprint

from fundbank.kit.web.codes import colours, says
from fundbank.repayments import words

blueprint = Blueprint("repayments", __name__)
says(blueprint, claim_entry=words.ENTRIES, credit_cause=words.CAUSES, refund_state=words.REFUND_STATES)
colours(blueprint, refund_tone=words.REFUND_COLOURS)

FINANCE = "finance of the pool"
ROWS = 50

from fundbank.repayments.views import claims, ending, gains, refunds  # noqa: E402  (they add their routes to the blueprint above)

__all__ = ["blueprint", "claims", "ending", "gains", "refunds"]
