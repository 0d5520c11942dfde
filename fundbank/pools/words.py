"""The words for a policy's fields, for the codes in them and for the roles, as message ids."""

from fundbank.errors import N_
from fundbank.people.rules import Kind
from fundbank.people.words import KINDS
from fundbank.pools.criteria import CRITERIA
from fundbank.pools.roles import Role

FIELDS = {
    "forum_name": N_("Name of the forum"),
    "forum_members": N_("Who sits in the forum"),
    "forum_recommends": N_("The forum recommends, and a decider decides"),
    "funding": N_("Where the money comes from"),
    "yearly_amount_ore": N_("Amount a year"),
    "per_mille": N_("Per mille of service expenditure"),
    "per_mille_to_pool": N_("Part of it that goes to the pool"),
    "funding_note": N_("More about the money"),
    "frames": N_("Budget frames"),
    "offers_loans": N_("Loans by the effectiveness principle"),
    "offers_grants": N_("Grants by the development principle"),
    "mix_offered": N_("Loan and grant in one award"),
    "proposes_grant_first": N_("A grant is proposed first"),
    "project_kinds": N_("Kinds of projects"),
    "business_case": N_("Business case"),
    "small_case_kinds": N_("Projects that may use the small business case"),
    "payback_limit_years": N_("Longest payback of a loan"),
    "discount_rate": N_("Discount rate"),
    "operation_note": N_("More about running costs"),
    "it_consultation": N_("IT before submission"),
    "screening_checks": N_("What the experts check"),
    "screening_days": N_("Time for the experts"),
    "advice_required": N_("Purchases wait for the experts"),
    "content_required": N_("What an application must say"),
    "submission_working_days": N_("Deadline before a meeting"),
    "answer_days": N_("Time to answer what was returned"),
    "meetings": N_("Meetings"),
    "scale": N_("Scale"),
    "weights": N_("Criteria and their weights"),
    "bottom_lines": N_("Bottom lines"),
    "supports_asked": N_("The applicant names the criteria that the project especially supports"),
    "own_scores_first": N_("The department scores its own application first"),
    "minimum_scores": N_("Fewest scores before a decision"),
    "extremes_need_reason": N_("A reason for the lowest and the highest level"),
    "level_guidance": N_("What the levels mean"),
    "minimum_present": N_("Fewest present at a decision"),
    "least_share": N_("Least share of a proposal to each department"),
    "acceptance_days": N_("Time to accept an award"),
    "participants_accept": N_("Every department that is to repay must accept the award"),
    "baseline_required": N_("A baseline for each planned gain"),
    "repayment_share": N_("Share of the gain that is repaid"),
    "shortfall": N_("If the gains fall short"),
    "claim_due_days": N_("Time to pay a claim"),
    "follow_up": N_("Follow-up to the forum"),
    "knowledge_report": N_("Knowledge-sharing report"),
}

# The sections in which a policy is read and edited; every field stands in one of them.
SECTIONS = {
    N_("The forum"): ("forum_name", "forum_members", "forum_recommends", "meetings", "submission_working_days"),
    N_("Money in"): (
        "funding", "yearly_amount_ore", "per_mille", "per_mille_to_pool", "funding_note", "frames",
    ),
    N_("What can be applied for"): (
        "offers_loans", "offers_grants", "mix_offered", "proposes_grant_first", "project_kinds", "business_case",
        "small_case_kinds", "payback_limit_years", "discount_rate", "operation_note",
    ),
    N_("Before the forum sees an application"): (
        "it_consultation", "screening_checks", "screening_days", "advice_required", "content_required", "answer_days",
    ),
    N_("An offer"): ("acceptance_days", "participants_accept"),
    N_("Scoring"): (
        "scale", "weights", "bottom_lines", "supports_asked", "own_scores_first", "minimum_scores", "extremes_need_reason",
        "level_guidance", "minimum_present", "least_share",
    ),
    N_("Repayment and follow-up"): (
        "baseline_required", "repayment_share", "shortfall", "claim_due_days", "follow_up", "knowledge_report",
    ),
}  # fmt: skip

FUNDING = {
    "fixed_yearly": N_("A fixed amount each year"),
    "per_mille": N_("A per mille of service expenditure, shared with the treasury"),
}
PROJECT_KINDS = {
    "standard": N_("Standard project"),
    "pilot": N_("Pilot project"),
    "innovation": N_("Innovation project"),
    "uptake": N_("Roll-out project"),
}
KINDS_SAID = {
    "standard": N_("Standard project: something known is put to use"),
    "pilot": N_("Pilot project: tried on a small scale first"),
    "innovation": N_("Innovation project: something that nobody has tried"),
    "uptake": N_("Roll-out project: what works in one place is spread to more"),
}
"""The same where one is chosen."""
BUSINESS_CASE = {
    "full": N_("A full business case"),
    "short": N_("A short business case"),
}
IT_CONSULTATION = {
    "required": N_("IT must have been consulted before an application is submitted"),
    "recorded": N_("The application says whether IT has helped; it is not required"),
    "not_asked": N_("Not asked"),
    "screened": N_("Experts screen every application that buys something"),
}
SCREENING_CHECKS = {
    "security": N_("Security"),
    "user_management": N_("User management"),
    "support": N_("Support"),
    "contract": N_("Contract"),
    "installation": N_("Installation"),
    "implementation": N_("Implementation"),
}
MEETINGS = {
    "monthly_not_july": N_("Every month, but not in July"),
    "set_by_pool": N_("When the coordinator plans them"),
}
SHORTFALL = {
    "forum_decides": N_("The forum decides: more years, write off, or turn the rest into a grant"),
    "department_pays": N_("The departments pay what remains with the last claim"),
}
FOLLOW_UP = {
    "gains": N_("On gains"),
    "experience": N_("On experience"),
    "half_yearly": N_("Required every half year"),
}
KNOWLEDGE_REPORT = {
    "asked": N_("Asked for"),
    "required": N_("Required before the award can be closed"),
}
LEVELS = {"low": N_("Low"), "medium": N_("Medium"), "high": N_("High")}
BOTTOM_LINES = {criterion.code: criterion.name for criterion in CRITERIA} | {
    "efficiency": N_("Change in time or resources"),  # what the municipality that has bottom lines calls it
}
ORIGINS = {
    "document": N_("From the municipality's document"),
    "adapted": N_("Adapted from the document"),
    "default": N_("Default"),
    "changed": N_("Changed here"),
}

ROLES = {
    Role.APPLICANT: N_("Applicant"),
    Role.LEADER: N_("Leader"),
    Role.ADVISER: N_("Adviser"),
    Role.MEMBER: N_("Member of the forum"),
    Role.CHAIR: N_("Chair of the forum"),
    Role.DECIDER: N_("Decider"),
    Role.COORDINATOR: N_("Coordinator"),
    Role.FINANCE: N_("Finance"),
    Role.AUDITOR: N_("Auditor"),
    Role.ADMINISTRATOR: N_("Administrator of the pool"),
}

SEATS = (Role.CHAIR, Role.MEMBER, Role.COORDINATOR, Role.ADVISER, Role.DECIDER, Role.FINANCE, Role.AUDITOR)
"""In which order those in a meeting's room are named."""
ROLE_MAY = {
    Role.APPLICANT: N_("writes, submits and withdraws applications of the own department"),
    Role.LEADER: N_("signs for the own department, accepts awards and reports gains"),
    Role.ADVISER: N_("screens and comments; gives no scores"),
    Role.MEMBER: N_("scores and takes part in decisions"),
    Role.CHAIR: N_("opens and closes meetings, records decisions and signs minutes"),
    Role.DECIDER: N_("approves or not what the forum recommends, where the rules say that it only recommends"),
    Role.COORDINATOR: N_("plans meetings, prepares agendas, screens and follows up"),
    Role.FINANCE: N_("registers money in and out, verifies gains and makes claims"),
    Role.AUDITOR: N_("reads everything, changes nothing"),
    Role.ADMINISTRATOR: N_("changes the rules and the roles of the pool; no decisions, no money"),
}


def wanted(kind: str, role: str | None) -> str:
    """What waits for a second person, as a message id: the role, or what is to be done with the account."""
    return ROLES[Role(role)] if role else KINDS[Kind(kind)]
