"""A revised business case of an award, and the forum's consent where it promises less or touches another department (domain.md §6)."""

from datetime import datetime

from fundbank.applications.models import ApplicationVersion
from fundbank.applications.operations import check_revision
from fundbank.applications.permissions import can_write_application
from fundbank.applications.rules.business_case import ChangedPromise
from fundbank.applications.rules.completeness import ConsentMissing
from fundbank.applications.rules.content import Content
from fundbank.applications.steps import consult, end_consultation, newly_named, replace_case
from fundbank.awards.models import Award
from fundbank.awards.states import IN_THE_ROOM, OVER
from fundbank.awards.steps import await_closing
from fundbank.errors import N_, Incomplete, NotAllowed, StaleVersion, WrongState, require
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.kit.clock import local_date
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.transaction import lock
from fundbank.meetings.models import CaseRevision, Meeting
from fundbank.meetings.permissions import can_chair, check_enough_present, staying_out
from fundbank.meetings.queries.revisions import open_revision
from fundbank.meetings.states import CONSENTS, RevisionState
from fundbank.meetings.steps import conclude, let_go_on, release, release_with_words
from fundbank.people.models import User
from fundbank.scoring.operations import check_no_conflict

ANOTHER_WAITS = N_(
    "The revision that waits for the forum is another one than when you opened the page. Look at what waits now before you save again."
)


def check_revisable(*, actor: User, award: Award) -> None:
    """May the person revise the business case of the award now? Raises NotAllowed, WrongState."""
    require(can_write_application(actor, award.application))
    if award.state in OVER | IN_THE_ROOM:
        raise WrongState(N_("The award is over; its business case stands."))


def check_revise_case(
    *, actor: User, at: datetime, award: Award, content: Content, reason: str, meeting: Meeting | None = None
) -> list[ChangedPromise]:
    """Ask every rule of a revision, and change nothing. Returns what of it the forum must consent to.

    Raises NotAllowed, WrongState, InvalidAmount, Incomplete, CprNumber, ConsentMissing.
    """
    check_revisable(actor=actor, award=award)
    if meeting is not None:
        _check_takes(meeting, award, at)
    asked = check_revision(actor=actor, application=award.application, content=content, reason=reason)
    if asked and meeting is None:
        raise ConsentMissing(field="meeting").about(asked)
    return asked


def _check_takes(meeting: Meeting, award: Award, at: datetime) -> None:
    """Is it a meeting of the award's forum that is open today, or still to come? Raises NotAllowed, WrongState."""
    if meeting.pool_id != award.pool_id:
        raise NotAllowed()
    if not meeting.is_open(local_date(at)) and not meeting.is_to_come(local_date(at)):
        raise WrongState(N_("This meeting is over. Choose one that is open, or still to come."))


def revise_case(
    *, actor: User, at: datetime, award: Award, content: Content, reason: str, meeting: Meeting | None = None, seen: int | None = None
) -> ApplicationVersion | CaseRevision:
    """Revise the business case of an award until it is closed. What needs consent waits for it in ``meeting``, and changes nothing.

    Either way it takes the place of an earlier revision that waits: only of the one with the id ``seen`` (0: of none), unless that is None.
    Raises what ``check_revise_case`` raises, and StaleVersion.
    """
    if meeting is not None:
        lock(meeting)
    application = award.application
    lock(application)
    lock(award)
    asked = check_revise_case(actor=actor, at=at, award=award, content=content, reason=reason, meeting=meeting)
    earlier = open_revision(application.id)
    _check_seen(earlier, seen)
    if earlier is not None:
        earlier.is_replaced, earlier.ended_at = True, at
        if earlier.state == RevisionState.WAITING:
            earlier.state = RevisionState.REPLACED
        let_go_on(award)
        record(application, "revision_replaced", actor_id=actor.id, at=at)
        end_consultation(application)
    if not asked or meeting is None:
        return replace_case(application=application, actor=actor, at=at, content=content, reason=reason, meeting_id=None)
    revision = CaseRevision(
        application=application,
        meeting=meeting,
        content_json=content.to_json(),
        reason=reason,
        put_by=actor,
        put_at=at,
        state=RevisionState.WAITING,
    )
    db.session.add(revision)
    fresh = newly_named(application, content)
    consult(application, content)
    record(application, "revision_put", actor_id=actor.id, at=at, reason=reason, meeting_id=meeting.id, newly_named=fresh)
    return revision


def _check_seen(waiting: CaseRevision | None, seen: int | None) -> None:
    """Is it the one that the page has shown (0: none)? Raises StaleVersion."""
    if seen is not None and seen != (waiting.id if waiting else 0):
        raise StaleVersion(ANOTHER_WAITS)


def check_consent(*, actor: User, at: datetime, meeting: Meeting, revision: CaseRevision | None, award: Award) -> CaseRevision:
    """Can the chair say now what the forum says to the revision in this meeting? Returns it.

    Raises NotAllowed, ConflictOfInterest, WrongState.
    """
    require(can_chair(actor, award.application.pool))
    check_no_conflict(actor, award.application)
    waits = revision is not None and revision.ended_at is None and revision.meeting_id == meeting.id
    if revision is None or not waits or not meeting.is_open(local_date(at)) or award.state in OVER:
        raise WrongState(N_("No revised business case of this award waits for the forum in a meeting that is open today."))
    return revision


def decide_consent(
    *, actor: User, at: datetime, meeting: Meeting, award: Award, outcome: str, reason: str, seen: int | None = None
) -> CaseRevision:  # fmt: skip
    """Record that the forum grants or refuses its consent; it is carried out, and known, when the meeting is closed.

    Until then the chair may record it anew. It is said of the revision with the id ``seen``, unless that is None. Raises NotAllowed,
    ConflictOfInterest, WrongState, StaleVersion, Incomplete without an outcome or a reason, CprNumber, TooFewPresent.
    """
    lock(meeting)
    lock(award.application)
    lock(award)
    found = open_revision(award.application_id)
    revision = check_consent(actor=actor, at=at, meeting=meeting, revision=found, award=award)
    _check_seen(revision, seen)
    check_no_cpr_number(reason=reason)
    check_enough_present(meeting, award.application)
    if outcome not in CONSENTS:
        raise Incomplete(N_("Choose whether the forum consents."), field="outcome")
    if not reason.strip():
        raise Incomplete(N_("Write the reason: the department must be able to read why."), field="reason")
    revision.state, revision.decision_reason = outcome, reason
    revision.decided_by_id, revision.decided_at = actor.id, at
    revision.recused_ids = [person.id for person in staying_out(meeting, award.application)]
    await_closing(award, is_decided=True)
    record(meeting, f"consent_{outcome}", actor_id=actor.id, at=at, reason=reason, application_id=award.application_id)
    db.session.flush()
    return revision


def carry_out(*, at: datetime, meeting: Meeting) -> None:
    """Let what the meeting decided be known, and take effect: a file knows no end of it, and no decider."""
    lock(meeting)
    release(at=at, meeting=meeting)


def carry_out_after_its_day(*, at: datetime, meeting_id: int) -> None:
    """End a meeting that ended with its day, without a word of its chair; let be known what deciders have said of all of one: a job.

    One that was closed, or decided, since is left alone.
    """
    meeting = db.session.get_one(Meeting, meeting_id)
    lock(meeting)
    if meeting.recommended_at is None:
        conclude(at=at, meeting=meeting)
    else:
        release_with_words(at=at, meeting=meeting)
