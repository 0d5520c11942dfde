"""The words for awards, disbursements and the terms of a loan, as message ids."""

from fundbank.awards.states import DisbursementState, State
from fundbank.errors import N_

STATES = {
    State.DECIDED: N_("Decided, and not known outside the forum yet"),
    State.TAKEN_BACK: N_("Taken back"),
    State.OFFERED: N_("Offered"),
    State.DECLINED: N_("Declined"),
    State.AGREED: N_("Accepted"),
    State.CANCELLED: N_("Given up"),
    State.ACTIVE: N_("Being paid out"),
    State.REALISING: N_("Gains are coming in"),
    State.CLOSED: N_("Closed"),
}
STATE_COLOURS = {
    State.DECIDED: "warning",
    State.TAKEN_BACK: "",
    State.OFFERED: "warning",
    State.DECLINED: "",
    State.AGREED: "info",
    State.CANCELLED: "",
    State.ACTIVE: "info",
    State.REALISING: "success",
    State.CLOSED: "",
}
DISBURSEMENT_STATES = {
    DisbursementState.REGISTERED: N_("Waits for approval"),
    DisbursementState.APPROVED: N_("Waits for its day"),
    DisbursementState.PAID: N_("Paid out"),
    DisbursementState.REFUSED: N_("Refused"),
    DisbursementState.WITHDRAWN: N_("Withdrawn"),
}
DISBURSEMENT_COLOURS = {
    DisbursementState.REGISTERED: "warning",
    DisbursementState.APPROVED: "info",
    DisbursementState.PAID: "success",
    DisbursementState.REFUSED: "",
    DisbursementState.WITHDRAWN: "",
}
PARTS = {"loan": N_("Loan"), "grant": N_("Grant")}
BASES = {
    "realised": N_("Measured gains: a claim follows what has been gained, reported and verified"),
    "planned": N_("Planned gains: a claim follows the business case, as a cut agreed beforehand"),
}
SHORTFALLS = {
    "forum_decides": N_("The forum decides: more years, write off, or turn the rest into a grant"),
    "department_pays": N_("The departments pay what remains with the last claim"),
}
WHO = {
    "departments": N_("the departments"),
    "leader": N_("a leader of the department"),
    "finance": N_("finance"),
    "other_finance": N_("another person in finance"),
    "coordinator": N_("the coordinator"),
}
