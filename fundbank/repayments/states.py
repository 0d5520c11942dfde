"""What can happen to a line of a claim, and the life of a refund, as plain data (domain.md §8)."""

from enum import StrEnum


class EntryKind(StrEnum):
    """Why what is due or paid on a line of a claim changed."""

    CREDIT = "credit"
    CORRECTION = "correction"
    REPAYMENT = "repayment"
    REVERSAL = "reversal"
    SET_OFF = "set_off"
    REFUND = "refund"


class RefundState(StrEnum):
    """A refund waits for a second pair of eyes."""

    REGISTERED = "registered"
    APPROVED = "approved"
    REFUSED = "refused"
