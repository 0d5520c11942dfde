"""Every write to an award that people ask for before it is repaid: accepted or declined, given up, paid out under four eyes, released.

What comes back and the end of an award concern its claims too, and stand with them (repayments).
"""

from fundbank.awards.operations.agreement import (
    approve_release,
    award_of_release,
    check_paid_out,
    check_release,
    check_release_approval,
    register_release,
)
from fundbank.awards.operations.disbursements import (
    approve_disbursement,
    check_approval,
    check_awaits_approval,
    check_disbursement,
    check_payable,
    check_refusable,
    refuse_disbursement,
    register_disbursement,
)
from fundbank.awards.operations.offers import (
    accept_award,
    cancel_award,
    check_accept,
    check_cancel,
    check_decline,
    decline_award,
)
from fundbank.awards.operations.payments import (
    check_awaits_its_day,
    check_known,
    check_payment,
    check_withdrawal,
    held_up,
    pay_disbursement,
    pay_what_is_due,
    withdraw_disbursement,
)

__all__ = [
    "accept_award",
    "approve_disbursement",
    "approve_release",
    "award_of_release",
    "cancel_award",
    "check_accept",
    "check_approval",
    "check_awaits_approval",
    "check_awaits_its_day",
    "check_cancel",
    "check_decline",
    "check_disbursement",
    "check_known",
    "check_paid_out",
    "check_payable",
    "check_payment",
    "check_refusable",
    "check_release",
    "check_release_approval",
    "check_withdrawal",
    "decline_award",
    "held_up",
    "pay_disbursement",
    "pay_what_is_due",
    "refuse_disbursement",
    "register_disbursement",
    "register_release",
    "withdraw_disbursement",
]
