"""Every write to an award that people ask for: accepted, paid out under four eyes, released, returned, closed."""

from fundbank.awards.operations.agreement import (
    accept_award,
    check_accept,
    check_closable,
    check_paid_out,
    check_releasable,
    check_release,
    check_return,
    close_award,
    release_reservation,
    return_unspent,
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
    "check_closable",
    "check_disbursement",
    "check_paid_out",
    "check_pair",
    "check_payable",
    "check_refusable",
    "check_releasable",
    "check_release",
    "check_return",
    "close_award",
    "refuse_disbursement",
    "register_disbursement",
    "release_reservation",
    "return_unspent",
]
