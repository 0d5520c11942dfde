"""What an event of the history is called, in one place: every code that an operation records, as a message id.

A code says what happened, not to what: the line's subject stands beside it.
"""

from fundbank.errors import N_

SENTENCES = {
    # municipalities, departments, people
    "created": N_("Created"),
    "renamed": N_("Given another name"),
    "no_cpr_number": N_("Said that what looks like a CPR number is none"),
    "moved": N_("Moved in the tree"),
    "closed": N_("Closed"),
    "reopened": N_("Opened again"),
    "changed": N_("Details changed"),
    "deactivated": N_("Account closed"),
    "reactivated": N_("Account opened again"),
    "invitation_made": N_("Invited"),
    "reset_made": N_("Link for a new password made"),
    "password_set": N_("Password chosen"),
    "password_voided": N_("Password no longer holds: somebody else had seen the link by which it was chosen"),
    "confirmation_asked": N_("Asked for, and waits for a second person"),
    "confirmation_refused": N_("Refused by the second person"),
    "confirmation_withdrawn": N_("Taken back before a second person had answered"),
    # pools
    "policy_changed": N_("Rules changed"),
    "letter_worded": N_("Words of a letter changed"),
    "role_given": N_("Role given"),
    "role_taken": N_("Role taken away"),
    "demo_filled": N_("Filled with the demo's stories"),
    # money in
    "funded": N_("Money put in"),
    "first_day_asked": N_("First day of the pool asked for"),
    "first_day_confirmed": N_("First day of the pool confirmed"),
    "first_day_refused": N_("First day of the pool refused"),
    "first_day_withdrawn": N_("First day of the pool no longer asked for"),
    "per_mille_split": N_("Per mille split with the treasury"),
    "funding_return_registered": N_("Handing back to the source registered"),
    "movement_refused": N_("Movement of money refused"),
    "funding_returned": N_("Money handed back to its source"),
    # applications
    "started": N_("Started the application"),
    "edited": N_("Changed the application"),
    "signature_lapsed": N_("Changed the application; the signature no longer holds"),
    "signed": N_("Signed"),
    "submitted": N_("Submitted"),
    "withdrawn": N_("Withdrew the application"),
    "found_eligible": N_("Screened: eligible"),
    "returned_by_screening": N_("Screened: returned with reasons"),
    "commented": N_("A department that gains said what it thinks"),
    "revised": N_("Revised the business case"),
    "revision_put": N_("Put a revised business case to the forum"),
    "revision_moved": N_("The revised business case goes on to this meeting: the one before did not decide it"),
    "revision_granted": N_("The forum consented to the revised business case"),
    "revision_refused": N_("The forum refused the revised business case"),
    "revision_replaced": N_("A newer revision took the place of the one that waited"),
    # scoring
    "scored": N_("Handed in a score"),
    "score_revised": N_("Changed a score"),
    "score_set_aside": N_("A score did not count: its member had come into conflict"),
    "interest_declared": N_("Declared an interest"),
    "recused": N_("The chair found a conflict of interest"),
    "readmitted": N_("Let in again"),
    "out_again": N_("Out of it again for a conflict of interest"),
    "consensus_set": N_("Recorded the forum's consensus"),
    # meetings
    "planned": N_("Planned"),
    "rhythm_set": N_("Said by which rule the forum meets"),
    "put_on_agenda": N_("Put on the agenda"),
    "taken_off_agenda": N_("Taken off the agenda"),
    "agenda_ordered": N_("Agenda put in order"),
    "pair_set": N_("Said what holds between two applications"),
    "pair_taken_away": N_("What held between two applications taken away"),
    "proposal_put": N_("Proposal put before the meeting"),
    "item_added": N_("Another item put on the agenda"),
    "item_changed": N_("Another item of the agenda changed"),
    "item_taken_off": N_("Another item taken off the agenda"),
    "item_recorded": N_("Recorded what came of another item"),
    "meeting_cancelled": N_("Cancelled"),
    "postponed": N_("Its meeting was cancelled"),
    "opened": N_("Opened"),
    "attendance_changed": N_("Attendance corrected"),
    "consent_granted": N_("Consent to a revised business case"),
    "consent_refused": N_("Consent to a revised business case refused"),
    "decision_recorded": N_("Decision recorded: known when the meeting is closed"),
    "decision_taken_back": N_("Decision taken back before the meeting was closed"),
    "decision_lapsed": N_("Decision lapsed: the application had been withdrawn"),
    "put_to_deciders": N_("The forum's recommendations went to the deciders"),
    "item_approved": N_("A decider approved what the forum recommends"),
    "item_not_approved": N_("A decider did not approve what the forum recommends"),
    "recommendation_refused": N_("Not approved: it goes back to the forum"),
    "recommendations_decided": N_("All that the forum recommended has been decided"),
    "minutes_signed": N_("Minutes signed"),
    "approved": N_("The forum approved"),
    "rejected": N_("The forum rejected"),
    "deferred": N_("The forum deferred"),
    "returned_by_forum": N_("The forum returned it with questions"),
    "sent_back": N_("Not approved by the decider: it waits for the forum again"),
    # awards
    "offered": N_("Award offered"),
    "accepted_for_department": N_("Award accepted for a department"),
    "accepted": N_("Award accepted"),
    "taken_back": N_("Award taken back before the meeting was closed"),
    "declined": N_("Offer declined"),
    "cancelled": N_("Award given up"),
    "follow_up_made": N_("Something to follow up"),
    "follow_up_done": N_("Followed up"),
    "disbursement_registered": N_("Disbursement registered"),
    "disbursed": N_("Disbursement approved and paid out"),
    "disbursement_approved": N_("Disbursement approved for its day"),
    "paid_on_its_day": N_("Approved disbursement paid out"),
    "payment_held_up": N_("Approved disbursement could not be posted"),
    "disbursement_withdrawn": N_("Approved disbursement withdrawn"),
    "disbursement_refused": N_("Disbursement refused"),
    "release_registered": N_("Release registered"),
    "released": N_("Reservation released"),
    "returned_unspent": N_("Unspent money returned"),
    "realising": N_("Gains have begun to come in"),
    # gains
    "gain_reported": N_("Gain reported"),
    "gain_corrected": N_("Gain corrected"),
    "gain_verified": N_("Gain verified"),
    "gain_returned": N_("Gain sent back to the department"),
    # repayments
    "claimed": N_("Claim made"),
    "repaid": N_("Repayment posted"),
    "credited": N_("Claims made smaller"),
    "claim_corrected": N_("Claim made again from a corrected gain"),
    "set_off": N_("Paid with what was paid too much before"),
    "refund_registered": N_("Refund registered"),
    "refunded": N_("Refund approved and paid"),
    "refund_refused": N_("Refund refused"),
    "reversal_registered": N_("Reversal registered"),
    "reversed": N_("Reversal approved and posted"),
    "reversal_refused": N_("Reversal refused"),
    "extended": N_("Loan given more years"),
    "written_off": N_("Loan written off"),
    "converted": N_("Loan turned into a grant"),
}


# What is done with people, their accounts and links, departments and roles, among the codes above.
OF_PEOPLE = (
    "created", "changed", "deactivated", "reactivated", "invitation_made", "reset_made", "password_set", "password_voided", "role_given",
    "role_taken", "confirmation_asked", "confirmation_refused", "confirmation_withdrawn", "renamed", "moved", "closed", "reopened",
)  # fmt: skip

# What stands in the access log: a kind of line, as a message id.
ACCESS = {
    "signed_in": N_("Signed in"),
    "sign_in_failed": N_("Tried to sign in"),
    "signed_out": N_("Signed out"),
    "refused": N_("Was refused"),
    "exported": N_("Took a spreadsheet"),
    "downloaded": N_("Took a PDF"),
    "more": N_("More of the same person or address"),
}


def words(code: str) -> str:
    """The message id for an event's code; a code that has no word yet is shown as it is."""
    return SENTENCES.get(code, code)
