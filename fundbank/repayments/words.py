"""The words for what happens to a claim, and for refunds, as message ids."""

from fundbank.errors import N_
from fundbank.ledger.chart import Event
from fundbank.repayments.states import EntryKind, RefundState

ENTRIES = {
    EntryKind.CREDIT: N_("Made smaller"),
    EntryKind.CORRECTION: N_("Made again from a corrected gain"),
    EntryKind.REPAYMENT: N_("Repayment"),
    EntryKind.REVERSAL: N_("Repayment reversed"),
    EntryKind.SET_OFF: N_("Set off"),
    EntryKind.REFUND: N_("Refund"),
}
CAUSES = {
    Event.REVERSAL: N_("a payment of the loan was reversed"),
    Event.RETURN: N_("money of the loan came back unspent"),
    Event.WRITE_OFF: N_("the forum wrote off a part of the loan"),
    Event.CONVERSION: N_("the forum turned a part of the loan into a grant"),
}
"""Why the principal fell, by the event of the transfer that lowered it."""

REFUND_STATES = {
    RefundState.REGISTERED: N_("Waits for approval"),
    RefundState.APPROVED: N_("Paid"),
    RefundState.REFUSED: N_("Refused"),
}
REFUND_COLOURS = {RefundState.REGISTERED: "warning", RefundState.APPROVED: "success", RefundState.REFUSED: ""}
