"""The words for the codes of an application: states, costs, years and fields, as message ids."""

from fundbank.applications.rules import content
from fundbank.applications.rules.content import DERIVED_FACTS, FACTS
from fundbank.applications.states import State
from fundbank.errors import N_

STATES = {
    State.DRAFT: N_("Draft"),
    State.SIGNED: N_("Signed"),
    State.SUBMITTED: N_("Submitted"),
    State.READY: N_("Ready for the forum"),
    State.RETURNED: N_("Returned"),
    State.DEFERRED: N_("Deferred"),
    State.AWARDED: N_("Approved"),
    State.REJECTED: N_("Rejected"),
    State.WITHDRAWN: N_("Withdrawn"),
}
"""In the order in which a list offers them."""

TONES = {
    State.DRAFT: "",
    State.SIGNED: "info",
    State.SUBMITTED: "info",
    State.READY: "info",
    State.RETURNED: "warning",
    State.DEFERRED: "warning",
    State.AWARDED: "success",
    State.REJECTED: "error",
    State.WITHDRAWN: "",
}
"""The badge's colour; the word beside it says the same."""

COST_KINDS = {"establishment": N_("Set-up"), "operation": N_("Running costs")}
ENDS = {"low": N_("Low end"), "typical": N_("Typical"), "high": N_("High end")}
RESULTS = {"eligible": N_("Eligible"), "returned": N_("Returned with reasons")}
OCCASIONS = {"submission": N_("Submission"), "revision": N_("Revision of the business case")}

FIELDS = {
    "title": N_("Title"),
    "summary": N_("What the project is about"),
    "need": N_("The need"),
    "bought": N_("What is bought"),
    "kind": N_("Kind of project"),
    "loan_ore": N_("Loan"),
    "grant_ore": N_("Grant"),
    "lower_ore": N_("Could make do with"),
    "frame": N_("Budget frame"),
    "it_consulted": N_("IT has been consulted"),
    "supports": N_("Criteria that the project especially supports"),
    "own_scores": N_("Own score"),
    "initiative": N_("Must, may or prerequisite"),
    "facts": N_("Facts about the project"),
    "costs": N_("Costs"),
    "gains": N_("Planned gains"),
    "gain_areas": N_("Gain areas"),
    "own_financing": N_("Own financing"),
    "qualitative_gains": N_("Gains in quality"),
    "stated_payback": N_("Payback stated by the department"),
    "purchases": N_("The project buys something"),
    "gain_owner_id": N_("Gain owner"),
    "gain_owners": N_("Gain owners of the other departments"),
    "system_owner_id": N_("System owner"),
    "project_leader": N_("Project manager"),
    "operation_money": N_("Where the money for running costs comes from"),
}
"""What each part of an application is called, in the order in which it is read."""

FIGURES = {
    "requested_ore": N_("Applied for in all"),
    "establishment_ore": N_("Set-up in all"),
    "operation_ore": N_("Running costs in all"),
    "own_financing_ore": N_("Own financing in all"),
    "low_gain_ore": N_("Gain in a full year, low"),
    "typical_gain_ore": N_("Gain in a full year, typical"),
    "high_gain_ore": N_("Gain in a full year, high"),
    "all_gains_ore": N_("Gains of all years"),
    "cashable_gains_ore": N_("Cashable gains of all years"),
    "payback_months": N_("Payback, all gains"),
    "cashable_payback_months": N_("Payback, cashable gains"),
    "loan_payback_months": N_("Payback of the loan"),
    "npv_ore": N_("Net present value, all gains"),
    "cashable_npv_ore": N_("Net present value, cashable gains"),
}
"""What an application comes to, in the order in which it is read."""

ALL_FACTS = FACTS | DERIVED_FACTS
"""What is true of a project: what the applicant ticked, and what the figures say."""
INITIATIVES = content.INITIATIVES
