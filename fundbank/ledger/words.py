"""The words for the ledger's events, its accounts and the parts of a pool's money, as message ids."""

from fundbank.errors import N_
from fundbank.ledger.chart import AccountKind, Event

POSTINGS = {
    Event.FUNDING: N_("Money in"),
    Event.APPROVAL: N_("Award"),
    Event.DISBURSEMENT: N_("Disbursement"),
    Event.RELEASE: N_("Reservation released"),
    Event.REPAYMENT: N_("Repayment"),
    Event.RETURN: N_("Unspent money returned"),
    Event.WRITE_OFF: N_("Written off"),
    Event.CONVERSION: N_("Loan turned into grant"),
    Event.FUNDING_RETURN: N_("Handed back to its source"),
    Event.REFUND: N_("Refund of what was paid too much"),
    Event.REVERSAL: N_("Reversal"),
}
ACCOUNTS = {
    AccountKind.FUNDING: N_("Funding"),
    AccountKind.AVAILABLE: N_("Available"),
    AccountKind.RESERVED: N_("Reserved"),
    AccountKind.LOAN: N_("Loan"),
    AccountKind.GRANT: N_("Grant"),
    AccountKind.WRITTEN_OFF: N_("Written off"),
}
# The five parts of domain.md §7, by the names that the bar and its colours know.
PARTS = {
    "available": N_("Available"),
    "reserved": N_("Reserved"),
    "loans": N_("Outstanding loans"),
    "grants": N_("Grants"),
    "written_off": N_("Written off"),
}
