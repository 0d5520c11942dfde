"""What deciders say of a forum's recommendations, matter by matter: nothing is known before each has its word (domain.md §11)."""

from collections.abc import Sequence
from datetime import datetime

from fundbank.applications.models import Application
from fundbank.errors import N_, AlreadyPosted, FourEyes, Incomplete, WrongState, require
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.transaction import lock
from fundbank.meetings.models import CaseRevision, DeciderWord, Meeting, PendingDecision
from fundbank.meetings.permissions import can_approve, kept_from, unsaid, without_word
from fundbank.meetings.queries.approvals import Matter, matters_of
from fundbank.meetings.rules.approvals import Word
from fundbank.meetings.steps import release_with_words
from fundbank.people.models import User
from fundbank.scoring.models import Interest
from fundbank.scoring.steps import keep_interest


def check_words(*, actor: User, meeting: Meeting, words: Sequence[Word]) -> list[tuple[Matter, Word]]:
    """Ask every rule of what a decider says, and change nothing. Returns each matter with its word.

    Raises, the last four at a field that ends in the matter's key (``word_d12``): NotAllowed, WrongState, Incomplete for nothing said at
    all, CprNumber; FourEyes, AlreadyPosted where another decider has said it, Incomplete for a no without a reason.
    """
    require(can_approve(actor, meeting.pool))
    lock(meeting)
    found = {matter.key: matter for matter in matters_of(meeting) if matter.waits}
    if meeting.recommended_at is None or not found:
        raise WrongState(N_("Nothing that the forum recommends waits for a decider. What has been decided stands on the meeting's page."))
    if not words:
        raise Incomplete(N_("Say of at least one matter whether it is approved."))
    matters = list(found.values())
    kept, open_keys = kept_from(actor, meeting, matters), {matter.key for matter in without_word(meeting, matters)}
    for word in words:
        matter, field = found.get(word.key), f"word_{word.key}"
        if matter is None:
            raise WrongState(N_("The matter does not wait any more: it has been withdrawn."), field=field)
        if word.key in kept:
            raise FourEyes(kept[word.key], field=field)
        if matter.word is not None and matter.word.said_by_id != actor.id and word.key not in open_keys:
            raise AlreadyPosted(N_("%(name)s has decided this already."), field=field, name=matter.word.said_by.name)
        check_no_cpr_number(**{f"reason_{word.key}": word.reason})
        if not word.is_approved and not word.reason.strip():
            raise Incomplete(N_("Write why it is not approved: the forum must be able to read it."), field=f"reason_{word.key}")
    return [(found[word.key], word) for word in words]


def step_back(*, actor: User, at: datetime, meeting: Meeting, application: Application) -> Interest:
    """A decider who is too close to a matter that waits leaves it to another, whatever has become of the application since the meeting.

    Raises NotAllowed, WrongState where nothing of it waits, FourEyes for who is not its decider anyway.
    """
    require(can_approve(actor, meeting.pool))
    lock(meeting)
    lock(application)
    matters = [matter for matter in matters_of(meeting) if matter.waits and matter.application.id == application.id]
    if meeting.recommended_at is None or not matters:
        raise WrongState(N_("The matter does not wait any more."))
    for said in kept_from(actor, meeting, matters).values():
        raise FourEyes(said)
    return keep_interest(at=at, application=application, person=actor)


def completes(meeting: Meeting, words: Sequence[Word]) -> bool:
    """Is with these words nothing left that waits for one? Whoever asks holds the meeting."""
    said = {word.key for word in words}
    return all(matter.key in said for matter in unsaid(meeting))


def give_words(*, actor: User, at: datetime, meeting: Meeting, words: Sequence[Word]) -> bool:
    """Record what a decider says, all of it or nothing; the own word can be changed, and one whose decider may
    not say it any more. With the last one all is known, and takes effect.

    Tells whether it was the last. Raises what ``check_words`` raises.
    """
    for matter, word in check_words(actor=actor, meeting=meeting, words=words):
        said = matter.word or DeciderWord(meeting_id=meeting.id, pending_id=_id(matter.pending), revision_id=_id(matter.revision))
        said.is_approved, said.reason, said.said_by, said.said_at = word.is_approved, word.reason.strip(), actor, at
        db.session.add(said)
        record(
            meeting, "item_approved" if said.is_approved else "item_not_approved", actor_id=actor.id, at=at, reason=said.reason,
            application_id=matter.application.id, pending_id=said.pending_id, revision_id=said.revision_id,
        )  # fmt: skip
    db.session.flush()
    return release_with_words(at=at, meeting=meeting)


def _id(row: PendingDecision | CaseRevision | None) -> int | None:
    return row.id if row is not None else None
