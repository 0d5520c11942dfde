"""Which event of the history tells whom, as a table that is read at a glance.

``is_duty`` says that something is asked of the addressee, or decided about them: it is told whatever they have chosen. ``page`` is where
its link leads; of one ``topic`` of a subject only the newest is sent. Of several notices of one event a person gets the first. Nobody is
told what they did themselves.
"""

from collections.abc import Mapping
from typing import NamedTuple

from fundbank.errors import N_
from fundbank.notices import audiences
from fundbank.notices.audiences import Audience


class Notice(NamedTuple):
    """What one audience is told of an event: message ids, with values that ``operations`` fills in."""

    whom: Audience
    subject: str
    sentence: str
    page: str
    is_duty: bool = True
    topic: str = ""


APPLICATION, AWARD, MEETING, APPROVAL = "overviews.application", "overviews.award", "meetings.show", "meetings.approval"
CONFIRMATION = "pools.confirmation"
ANNEXES, OUTBOX, QUESTIONS = "applications.annexes", "overviews.outbox", "questions.index"
ADVICE, CALL = "applications.advise", "ideas.call"

# fmt: off
TO_SIGN = Notice(
    audiences.leaders, N_("To sign: %(title)s"),
    N_("The application “%(title)s” lacks nothing and waits for your signature."), APPLICATION, topic="to_sign")

KEPT_OUT = Notice(
    audiences.named, N_("Conflict of interest: %(title)s"),
    N_("A chair keeps you out of “%(title)s” for a conflict of interest. The reason stands on its page; the coordinator or another chair "
       "can let you in again."), "scoring.sheet")

TO_CONFIRM = Notice(
    audiences.confirmers, N_("To confirm: %(name)s"),
    N_("%(what)s waits for a second person. It concerns %(name)s."), CONFIRMATION)
CONFIRMED = Notice(
    audiences.asker, N_("Confirmed: %(name)s"),
    N_("%(what)s has been confirmed. It concerns %(name)s."), CONFIRMATION)
NOT_CONFIRMED = Notice(
    audiences.asker, N_("Refused: %(name)s"),
    N_("%(what)s has been refused. It concerns %(name)s. The reason stands on its page."), CONFIRMATION)

TABLE: Mapping[tuple[str, str], tuple[Notice, ...]] = {
    # on its way
    ("applications", "sent_to_signature"): (TO_SIGN,),
    ("applications", "signed"): (
        Notice(audiences.author, N_("Signed: %(title)s"),
               N_("Your application “%(title)s” has been signed. Now it can be submitted."), APPLICATION),
    ),
    ("applications", "signature_lapsed"): (
        Notice(audiences.signer, N_("No longer signed: %(title)s"),
               N_("The application “%(title)s”, which you signed, has been changed. It must be signed again."), APPLICATION),
    ),
    ("applications", "sending_lapsed"): (
        Notice(audiences.signer, N_("No longer sent for signature: %(title)s"),
               N_("The application “%(title)s”, which you sent for signature, has been changed. It must be sent again."), APPLICATION),
    ),
    ("applications", "submitted"): (
        Notice(audiences.screeners, N_("To screen: %(title)s"),
               N_("“%(title)s” from %(department)s has been submitted and is waiting to be screened."), "applications.screen"),
        Notice(audiences.gainers, N_("Your department gains by: %(title)s"),
               N_("The application “%(title)s” from %(department)s names your department as one that gains by it. You can read it and say "
                  "what you think until %(forum)s has decided."), APPLICATION),
    ),
    ("applications", "commented"): (
        Notice(audiences.department, N_("A comment on: %(title)s"),
               N_("A department that gains by your application “%(title)s” has said what it thinks."), APPLICATION, is_duty=False),
        Notice(audiences.planners, N_("A comment on: %(title)s"),
               N_("A department that gains by “%(title)s” from %(department)s has said what it thinks."), APPLICATION, is_duty=False),
    ),
    ("applications", "advice_asked"): (
        Notice(audiences.screeners, N_("To advise on: %(title)s"),
               N_("%(department)s asks for advice on “%(title)s”. The deadline is on its page."), ADVICE),
    ),
    ("applications", "advice_given"): (
        Notice(audiences.department, N_("Advice on: %(title)s"),
               N_("The advisers have answered on “%(title)s”. What they found stands on its page."), APPLICATION, is_duty=False),
    ),
    ("applications", "asked"): (
        Notice(audiences.writers, N_("A question to answer: %(title)s"),
               N_("Somebody has asked your department about “%(title)s”. The application goes on meanwhile; an answer helps it."),
               QUESTIONS),
    ),
    ("applications", "answered"): (
        Notice(audiences.who_asked, N_("Answered: %(title)s"),
               N_("%(department)s has answered what you asked about “%(title)s”."), QUESTIONS, is_duty=False),
    ),
    ("applications", "withdrawn"): (
        Notice(audiences.planners, N_("Withdrawn: %(title)s"),
               N_("%(department)s has withdrawn the application “%(title)s”."), APPLICATION, is_duty=False),
    ),
    ("applications", "found_eligible"): (
        Notice(audiences.scorers, N_("To score: %(title)s"),
               N_("“%(title)s” from %(department)s has been screened and waits for your score."), "scoring.sheet"),
        Notice(audiences.department, N_("Screened: %(title)s"),
               N_("Your application “%(title)s” has been screened and goes on to %(forum)s."), APPLICATION, is_duty=False),
    ),
    ("applications", "returned_by_screening"): (
        Notice(audiences.department, N_("Returned: %(title)s"),
               N_("Your application “%(title)s” has been returned. The reasons stand on its page."), APPLICATION),
    ),
    ("applications", "recused"): (KEPT_OUT,),
    ("applications", "out_again"): (KEPT_OUT,),
    ("applications", "readmitted"): (
        Notice(audiences.named, N_("You take part again: %(title)s"),
               N_("You take part in “%(title)s” again. A score that you had handed in counts no longer: hand it in anew."),
               "scoring.sheet"),
    ),
    ("applications", "file_infected"): (
        Notice(audiences.named, N_("A virus in a file: %(title)s"),
               N_("The virus scan found something in a file that you have attached to “%(title)s”. It is shown to nobody: take it "
                  "away, and attach a clean one."), ANNEXES),
        Notice(audiences.administrators, N_("A virus in a file that %(who)s has attached"),
               N_("The virus scan found something in a file that %(who)s has attached to an application. It is shown to nobody. Which "
                  "file, and what was found, stands in the outbox."), OUTBOX),
    ),
    ("awards", "file_infected"): (
        Notice(audiences.named, N_("A virus in a file: %(title)s"),
               N_("The virus scan found something in a file that you have attached to a reported gain of “%(title)s”. It is shown to "
                  "nobody: take it away, and attach a clean one."), AWARD),
        Notice(audiences.administrators, N_("A virus in a file that %(who)s has attached"),
               N_("The virus scan found something in a file that %(who)s has attached to a reported gain. It is shown to nobody. Which "
                  "file, and what was found, stands in the outbox."), OUTBOX),
    ),
    # decided: told when the meeting is over
    ("applications", "approved"): (
        Notice(audiences.department, N_("Approved: %(title)s"),
               N_(
                   "%(forum)s has approved your application “%(title)s” with %(amount)s. A leader of the department must accept the "
                   "award by %(day)s."
               ), APPLICATION),
        Notice(audiences.asked, N_("To accept: %(title)s"),
               N_(
                   "%(forum)s has approved “%(title)s” from %(department)s. Your department gains by it: a leader must accept the "
                   "loan's terms by %(day)s."
               ), AWARD),
        Notice(audiences.gainers, N_("Approved: %(title)s"),
               N_("%(forum)s has approved “%(title)s” from %(department)s. Your department gains by it."), APPLICATION, is_duty=False),
    ),
    ("applications", "rejected"): (
        Notice(audiences.department, N_("Rejected: %(title)s"),
               N_("%(forum)s has rejected your application “%(title)s”. The reasons stand on its page."), APPLICATION),
        Notice(audiences.gainers, N_("Rejected: %(title)s"),
               N_("%(forum)s has rejected “%(title)s” from %(department)s, by which your department would have gained."), APPLICATION,
               is_duty=False),
    ),
    ("applications", "deferred"): (
        Notice(audiences.department, N_("Deferred: %(title)s"),
               N_("%(forum)s has deferred your application “%(title)s”."), APPLICATION),
    ),
    ("applications", "returned_by_forum"): (
        Notice(audiences.department, N_("Returned with questions: %(title)s"),
               N_("%(forum)s has returned your application “%(title)s” with questions. They stand on its page."), APPLICATION),
    ),
    ("applications", "sent_back"): (
        Notice(audiences.department, N_("Before the forum again: %(title)s"),
               N_("What %(forum)s recommended on your application “%(title)s” was not approved. It goes on to a later meeting; there is "
                  "nothing you must do now. The reason stands on its page."), APPLICATION),
        Notice(audiences.planners, N_("Before the forum again: %(title)s"),
               N_("What %(forum)s recommended on “%(title)s” from %(department)s was not approved. It waits to be put on an agenda again."),
               APPLICATION),
    ),
    ("applications", "postponed"): (
        Notice(audiences.department, N_("To a later meeting: %(title)s"),
               N_("The meeting that had your application “%(title)s” on its agenda has been cancelled. %(next_meeting)s"), APPLICATION),
    ),
    # a revised business case
    ("applications", "revision_put"): (
        Notice(audiences.chairs_of, N_("Consent needed: %(title)s"),
               N_("A revised business case of “%(title)s” waits for the consent of %(forum)s."), APPLICATION),
        Notice(audiences.newly_named, N_("Your department gains by: %(title)s"),
               N_("A revised business case of “%(title)s” from %(department)s names your department as one that gains by it. It waits "
                  "for the consent of %(forum)s. You can read it and say what you think."), APPLICATION),
        Notice(audiences.gainers, N_("A revised business case: %(title)s"),
               N_("%(department)s has put a revised business case of “%(title)s” to %(forum)s. It concerns your department."), APPLICATION),
    ),
    ("applications", "revised"): (
        Notice(audiences.revised_for, N_("Your department gains by: %(title)s"),
               N_("The business case of “%(title)s” from %(department)s has been revised. It now names your department as one that "
                  "gains by it. You can read it and say what you think."), APPLICATION),
    ),
    ("applications", "revision_granted"): (
        Notice(audiences.concerned, N_("Consent given: %(title)s"),
               N_("%(forum)s has consented to the revised business case of “%(title)s”."), APPLICATION),
    ),
    ("applications", "revision_refused"): (
        Notice(audiences.concerned, N_("Consent refused: %(title)s"),
               N_("%(forum)s has refused the revised business case of “%(title)s”. The reasons stand on its page."), APPLICATION),
        Notice(audiences.newly_named, N_("Consent refused: %(title)s"),
               N_("%(forum)s has refused the revised business case of “%(title)s”, by which your department would have gained."),
               APPLICATION, is_duty=False),
    ),
    # money
    ("awards", "accepted"): (
        Notice(audiences.payers, N_("To pay out: %(title)s"),
               N_("The award to “%(title)s” has been accepted and can be paid out."), AWARD),
    ),
    ("awards", "follow_up_made"): (
        Notice(audiences.named, N_("To follow up: %(title)s"),
               N_("You are asked to follow something up on the award to “%(title)s”. The award's page says what, and by when."), AWARD),
    ),
    ("awards", "follow_up_changed"): (
        Notice(audiences.new_owner, N_("To follow up: %(title)s"),
               N_("You are asked to follow something up on the award to “%(title)s”. The award's page says what, and by when."), AWARD),
        Notice(audiences.former_owner, N_("No longer yours to follow up: %(title)s"),
               N_("Somebody else now sees to something that you were to follow up on the award to “%(title)s”."), AWARD, is_duty=False),
        Notice(audiences.same_owner, N_("Another day: %(title)s"),
               N_("Something that you are to follow up on the award to “%(title)s” has a new deadline. The award's page shows it."), AWARD),
    ),
    ("awards", "follow_up_reopened"): (
        Notice(audiences.named, N_("Not done after all: %(title)s"),
               N_(
                   "Something that you are to follow up on the award to “%(title)s” is not done after all. The award's page says why."
               ), AWARD),
    ),
    ("awards", "declined"): (
        Notice(audiences.department, N_("Declined: %(title)s"),
               N_("The offer to “%(title)s” has been declined. Its money is available to others."), AWARD),
        Notice(audiences.planners, N_("Declined: %(title)s"),
               N_("The offer to “%(title)s” has been declined. Its money is available to others."), AWARD, is_duty=False),
    ),
    ("awards", "cancelled"): (
        Notice(audiences.department, N_("Given up: %(title)s"),
               N_("The award to “%(title)s” has been given up before anything was paid. Its money is available to others."), AWARD),
        Notice(audiences.payers, N_("Given up: %(title)s"),
               N_("The award to “%(title)s” has been given up before anything was paid. Its money is available to others."), AWARD),
    ),
    ("awards", "disbursement_registered"): (
        Notice(audiences.approvers, N_("To approve: %(title)s"),
               N_("A payment of %(amount)s to “%(title)s” waits for a second person."), AWARD),
    ),
    ("awards", "disbursed"): (
        Notice(audiences.department, N_("Paid out: %(title)s"),
               N_("%(amount)s has been paid out to “%(title)s”."), AWARD, is_duty=False),
    ),
    ("awards", "disbursement_approved"): (
        Notice(audiences.department, N_("To be paid out: %(title)s"),
               N_("%(amount)s for “%(title)s” has been approved and will be paid out on %(pay_on)s."), AWARD, is_duty=False),
    ),
    ("awards", "paid_on_its_day"): (
        Notice(audiences.department, N_("Paid out: %(title)s"),
               N_("%(amount)s has been paid out to “%(title)s”."), AWARD, is_duty=False),
    ),
    ("awards", "payment_held_up"): (
        Notice(audiences.payers, N_("Not paid on its day: %(title)s"),
               N_("%(amount)s for “%(title)s” should have been paid out on %(pay_on)s and could not be. The reason stands on its page."),
               AWARD),
    ),
    ("awards", "disbursement_withdrawn"): (
        Notice(audiences.department, N_("Not to be paid out: %(title)s"),
               N_("The payment of %(amount)s for “%(title)s” on %(pay_on)s has been withdrawn."), AWARD,
               is_duty=False),
        Notice(audiences.payers, N_("Not to be paid out: %(title)s"),
               N_("The payment of %(amount)s for “%(title)s” on %(pay_on)s has been withdrawn."), AWARD,
               is_duty=False),
    ),
    ("awards", "release_registered"): (
        Notice(audiences.finance, N_("Money to move: a second person is needed"),
               N_("A movement of %(amount)s waits for a second person."), "reversals.index"),
    ),
    # calls for needs
    ("calls", "call_opened"): (
        Notice(audiences.all_writers, N_("A call for needs: %(title)s"),
               N_("The departments are asked which IT development they need. Answer “%(title)s” by %(day)s."), CALL),
    ),
    ("calls", "call_changed"): (
        Notice(audiences.writers_of_another_day, N_("Another deadline: %(title)s"),
               N_("The deadline of the call for needs “%(title)s” is now %(day)s."), CALL),
    ),
    ("calls", "call_reopened"): (
        Notice(audiences.all_writers, N_("Open again: %(title)s"),
               N_("The call for needs “%(title)s” is open again, until %(day)s."), CALL),
    ),
    ("calls", "call_withdrawn"): (
        Notice(audiences.all_writers, N_("Withdrawn: %(title)s"),
               N_("The call for needs “%(title)s” has been withdrawn, so you need not answer it: %(reason)s"), CALL),
    ),
    ("calls", "department_let_in"): (
        Notice(audiences.writers_let_in, N_("You can still answer: %(title)s"),
               N_("Your department can answer the call for needs “%(title)s” until %(day)s."), CALL),
    ),
    ("calls", "let_in_ended"): (
        Notice(audiences.writers_let_in, N_("No longer open to you: %(title)s"),
               N_("Your department can no longer answer the call for needs “%(title)s”. What you have sent stays sent."), CALL),
    ),
    ("calls", "call_closed"): (
        Notice(audiences.readers_of_needs, N_("The departments' needs: %(title)s"),
               N_("The call for needs “%(title)s” is closed. What the departments need can be read."), "ideas.needs", is_duty=False),
    ),
    ("pools", "funding_return_registered"): (
        Notice(audiences.finance, N_("Money to move: a second person is needed"),
               N_("A movement of %(amount)s waits for a second person."), "reversals.index"),
    ),
    ("awards", "reversal_registered"): (
        Notice(audiences.finance, N_("A reversal to approve"),
               N_("The reversal of a posting waits for a second person."), "reversals.index"),
    ),
    ("pools", "reversal_registered"): (
        Notice(audiences.finance, N_("A reversal to approve"),
               N_("The reversal of a posting waits for a second person."), "reversals.index"),
    ),
    ("awards", "gain_reported"): (
        Notice(audiences.verifiers, N_("To verify: %(title)s"),
               N_("A gain of %(amount)s in %(year)s has been reported for “%(title)s” and waits to be verified."), AWARD),
    ),
    ("awards", "gain_corrected"): (
        Notice(audiences.verifiers, N_("To verify: %(title)s"),
               N_("A gain of %(amount)s in %(year)s has been reported for “%(title)s” and waits to be verified."), AWARD),
    ),
    ("awards", "claimed"): (
        Notice(audiences.debtors, N_("Claim for %(year)s: %(title)s"),
               N_("The pool claims the share of your gains by “%(title)s” in %(year)s. It is to be paid by %(day)s."), "repayments.show"),
    ),
    ("awards", "claim_corrected"): (
        Notice(audiences.debtors, N_("The claim for %(year)s has changed: %(title)s"),
               N_("A corrected gain has changed the claim for %(year)s on “%(title)s”. A new letter stands on its page."),
               "repayments.show"),
    ),
    ("awards", "credited"): (
        Notice(audiences.sharers, N_("Claims made smaller: %(title)s"),
               N_("The pool's claims on “%(title)s” have become %(amount)s smaller. New letters stand on their pages."), AWARD),
    ),
    ("awards", "gain_returned"): (
        Notice(audiences.reporters, N_("Sent back: the gain of %(year)s"),
               N_("Finance has sent back the gain of %(year)s that was reported for “%(title)s”. The reason stands on its page."), AWARD),
    ),
    ("awards", "refund_registered"): (
        Notice(audiences.finance, N_("A refund to approve: %(title)s"),
               N_("A refund of %(amount)s waits for a second person."), "repayments.owed"),
    ),
    ("awards", "refunded"): (
        Notice(audiences.reporters, N_("Refund paid: %(title)s"),
               N_("%(amount)s that was paid too much on “%(title)s” has been handed back."), AWARD, is_duty=False),
    ),
    ("awards", "repaid"): (
        Notice(audiences.reporters, N_("Repayment posted: %(title)s"),
               N_("A repayment of %(amount)s on “%(title)s” has been posted."), AWARD, is_duty=False),
    ),
    ("awards", "reversed"): (
        Notice(audiences.payers_back, N_("A repayment taken back: %(title)s"),
               N_("A repayment of %(amount)s on “%(title)s” for %(year)s was a mistake and has been taken back. What it paid is to be paid "
                  "again."), AWARD),
        Notice(audiences.paid_out_to, N_("Reversed: %(title)s"),
               N_("The payment of %(amount)s to “%(title)s” was a mistake and has been reversed. The reason stands on its page."), AWARD),
    ),
    # meetings
    ("meetings", "planned"): (
        Notice(audiences.forum, N_("Meeting on %(day)s"),
               N_("%(forum)s meets on %(day)s."), MEETING, is_duty=False),
    ),
    ("meetings", "changed"): (
        Notice(audiences.forum, N_("Meeting moved to %(day)s"),
               N_("The meeting of %(forum)s has been moved to %(day)s. Place: %(place)s."), MEETING),
    ),
    ("meetings", "meeting_cancelled"): (
        Notice(audiences.forum, N_("Cancelled: the meeting on %(day)s"),
               N_("The meeting of %(forum)s on %(day)s has been cancelled: %(reason)s"), MEETING),
    ),
    ("meetings", "put_to_deciders"): (
        Notice(audiences.deciders, N_("To decide: what was recommended on %(day)s"),
               N_("%(forum)s met on %(day)s. Its minutes and recommendations wait for you: nothing is known before each matter has been "
                  "approved, or not."), APPROVAL),
        Notice(audiences.givers_of_roles, N_("Nobody can decide what was recommended on %(day)s"),
               N_("%(forum)s met on %(day)s and recommends. Nobody with the role of decider may decide all of it: give the role to "
                  "somebody who has taken no part."), "pools.roles"),
    ),
    ("meetings", "recommendations_decided"): (
        Notice(audiences.forum, N_("Decided: what was recommended on %(day)s"),
               N_("All that %(forum)s recommended on %(day)s has been decided, and is known."), MEETING, is_duty=False),
    ),
    ("meetings", "minutes_signed"): (
        Notice(audiences.forum, N_("Minutes of %(day)s"),
               N_("The minutes of the meeting on %(day)s have been signed."), MEETING, is_duty=False),
    ),
    # what takes a second person
    ("pools", "first_day_asked"): (
        Notice(audiences.finance, N_("A first day to confirm"),
               N_("An administrator wants another first day for the pool. It waits for finance."), "ledger.first_day"),
    ),
    ("pools", "confirmation_asked"): (TO_CONFIRM,),
    ("users", "confirmation_asked"): (TO_CONFIRM,),
    ("pools", "confirmation_refused"): (NOT_CONFIRMED,),
    ("users", "confirmation_refused"): (NOT_CONFIRMED,),
    ("pools", "role_given"): (CONFIRMED,),
    ("users", "changed"): (CONFIRMED,),
    ("users", "reactivated"): (CONFIRMED,),
}

ENDED: Mapping[tuple[str, str], str] = {
    ("applications", event): TO_SIGN.topic for event in ("recalled_from_signature", "sending_lapsed", "signed", "withdrawn")
}
"""Which event ends what a notice of a topic has asked for: what of it has not gone out is not sent."""

LABELS = {
    "applications.screen": N_("Screen the application"), "scoring.sheet": N_("Score the application"),
    APPLICATION: N_("See the application"), AWARD: N_("See the award"),
    MEETING: N_("See the meeting"), APPROVAL: N_("See what is recommended"), "pools.roles": N_("See the roles"),
    "reversals.index": N_("See the reversals"), "ledger.first_day": N_("See the first day"),
    "repayments.show": N_("See the claim"), "repayments.owed": N_("See what departments owe"),
    CONFIRMATION: N_("See what is asked for"), ANNEXES: N_("See the annexes"), QUESTIONS: N_("See the questions"),
    ADVICE: N_("See what is asked"), CALL: N_("See the call"), "ideas.needs": N_("See the needs"),
    OUTBOX: N_("See the outbox"),
}
# fmt: on
