"""The pool's coming months as plain arithmetic over values: nothing random, nothing hidden, no database.

``months`` lays flows over the months; ``flows`` makes them of awards and funding; ``loans`` says what a loan is expected to bring back.
"""

from fundbank.forecast.rules.flows import Assumptions, Commitment, flows_of, payments_of, yearly_funding
from fundbank.forecast.rules.loans import Expected, Gains, Loan, Owed, expected_claims, years_to_claim
from fundbank.forecast.rules.months import MONTHS, Cause, Ends, Flow, Forecast, Month, first_days, forecast

__all__ = [
    "MONTHS",
    "Assumptions",
    "Cause",
    "Commitment",
    "Ends",
    "Expected",
    "Flow",
    "Forecast",
    "Gains",
    "Loan",
    "Month",
    "Owed",
    "expected_claims",
    "first_days",
    "flows_of",
    "forecast",
    "payments_of",
    "years_to_claim",
    "yearly_funding",
]
