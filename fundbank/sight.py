"""Whether somebody may know that a thing exists. What they may not know of is answered as if it were not there (kit.web.permission.found).

One rule for each kind of thing that an address can name: whoever may see it on some page. What may be done with it each page asks itself.
"""

from collections.abc import Mapping

from fundbank.applications.models import Application, ApplicationVersion
from fundbank.applications.models.advice import AdviceRequest
from fundbank.applications.models.questions import Question
from fundbank.applications.permissions import can_see_advice, can_see_application
from fundbank.awards.models import Award, Disbursement, FollowUp
from fundbank.awards.permissions import can_see_award, can_see_disbursements
from fundbank.files.models import File
from fundbank.gains.models import GainReport
from fundbank.ideas.models import Call, Idea, Need
from fundbank.ideas.permissions import can_see_call, can_see_idea
from fundbank.kit.web.permission import Sight
from fundbank.ledger.models import Movement, Transfer
from fundbank.ledger.permissions import can_see_ledger
from fundbank.meetings.models import CandidatePair, CaseRevision, Decision, Meeting, OtherItem, PendingDecision
from fundbank.meetings.permissions import can_see_decision, can_see_meetings
from fundbank.outbox.models import Job, Mail
from fundbank.people.models import Confirmation, Department, User
from fundbank.people.permissions import can_administer, can_administer_municipality, can_change_department
from fundbank.pools.models import PolicyVersion, Pool
from fundbank.pools.permissions import can_see_confirmation, can_see_person, can_see_pool
from fundbank.pools.queries import pool
from fundbank.repayments.models import Claim, ClaimLine, Refund
from fundbank.repayments.permissions import can_see_claim
from fundbank.reports.models import Letter
from fundbank.reports.permissions import can_read_letter
from fundbank.reversals.models import Reversal


def _sees_transfer(person: User, transfer: Transfer) -> bool:
    owner = pool(transfer.pool_id, municipality_id=person.municipality_id)
    return owner is not None and can_see_ledger(person, owner)


def _sees_its_whole(person: User, part: ApplicationVersion | PolicyVersion | File | Question) -> bool:
    """A version, a file or a question is looked for in what has been found itself."""
    return True


SIGHT: Mapping[type, Sight] = {
    User: can_see_person,
    Department: can_change_department,
    Confirmation: can_see_confirmation,
    Pool: can_see_pool,
    PolicyVersion: _sees_its_whole,
    Transfer: _sees_transfer,
    Application: can_see_application,
    ApplicationVersion: _sees_its_whole,
    Idea: can_see_idea,
    Call: can_see_call,
    Need: lambda person, need: can_see_idea(person, need.idea),
    File: _sees_its_whole,
    Question: _sees_its_whole,
    AdviceRequest: can_see_advice,
    Meeting: lambda person, meeting: can_see_meetings(person, meeting.pool),
    CaseRevision: lambda person, revision: can_see_meetings(person, revision.meeting.pool),
    CandidatePair: lambda person, pair: can_see_meetings(person, pair.meeting.pool),
    OtherItem: lambda person, item: can_see_meetings(person, item.meeting.pool),
    Decision: can_see_decision,
    PendingDecision: lambda person, pending: can_see_meetings(person, pending.meeting.pool),
    Award: can_see_award,
    FollowUp: lambda person, follow_up: can_see_award(person, follow_up.award),
    Disbursement: lambda person, disbursement: can_see_award(person, disbursement.award),
    GainReport: lambda person, report: can_see_award(person, report.award),
    Claim: can_see_claim,
    ClaimLine: lambda person, line: can_see_claim(person, line.claim),
    Refund: lambda person, refund: can_see_claim(person, refund.line.claim),
    Letter: can_read_letter,
    Mail: lambda person, mail: can_administer_municipality(person, mail.municipality_id),
    Job: lambda person, job: can_administer(person),
    Movement: lambda person, movement: can_see_disbursements(person, movement.pool),
    Reversal: lambda person, reversal: can_see_disbursements(person, reversal.pool),
}
