"""Every write to an award that people ask for before it is repaid: accepted, paid out under four eyes, released.

What comes back and the end of an award concern its claims too, and stand with them (repayments).
"""

from fundbank.awards.operations.agreement import (
    accept_award,
    check_accept,
    check_paid_out,
    check_releasable,
    check_release,
    release_reservation,
)
from fundbank.awards.operations.disbursements import (
    approve_disbursement,
    check_approval,
    check_awaits_approval,
    check_disbursement,
    check_pair,
    check_payable,
    check_refusable,
    refuse_disbursement,
    register_disbursement,
)

__all__ = [
    "accept_award",
    "approve_disbursement",
    "check_accept",
    "check_approval",
    "check_awaits_approval",
    "check_disbursement",
    "check_paid_out",
    "check_pair",
    "check_payable",
    "check_refusable",
    "check_releasable",
    "check_release",
    "refuse_disbursement",
    "register_disbursement",
    "release_reservation",
]
