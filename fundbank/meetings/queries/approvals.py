"""What a meeting recommends where somebody else decides, each matter with the decider's word, and who has had a hand in it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, CompoundSelect, exists, or_, select, union
from sqlalchemy.orm import joinedload

from fundbank.applications.models import Application, ApplicationVersion
from fundbank.applications.states import DECIDABLE
from fundbank.awards.models import Award
from fundbank.awards.states import OVER
from fundbank.extensions import db
from fundbank.history.queries import actors, entries
from fundbank.meetings.models import Attendance, CaseRevision, DeciderWord, Decision, Meeting, PendingDecision
from fundbank.meetings.queries.revisions import is_over
from fundbank.meetings.rules.approvals import Hands
from fundbank.meetings.states import ASKS_A_WORD, ON_AWARDS, Outcome, PendingState, RevisionState
from fundbank.people.models import User
from fundbank.pools.queries import policy_versions
from fundbank.scoring.models import Consensus, Interest, InterestTurn, Score

LED = frozenset({
    "opened", "attendance_changed", "proposal_put", "decision_recorded", "decision_taken_back", "consent_granted", "consent_refused",
    "closed", "minutes_signed",
})  # fmt: skip


@dataclass(frozen=True)
class Matter:
    """One thing that a meeting recommends: a decision, or consent to a revised business case; with the decider's word once there is one."""

    of: PendingDecision | CaseRevision
    word: DeciderWord | None = None
    is_over: bool = False  # the award that it is about: there is nothing left to decide

    @property
    def key(self) -> str:
        """Its name in a form."""
        return f"{'r' if isinstance(self.of, CaseRevision) else 'd'}{self.of.id}"

    @property
    def application(self) -> Application:
        return self.of.application

    @property
    def pending(self) -> PendingDecision | None:
        """The decision; None for a consent."""
        return self.of if isinstance(self.of, PendingDecision) else None

    @property
    def revision(self) -> CaseRevision | None:
        """The revised business case; None for a decision."""
        return self.of if isinstance(self.of, CaseRevision) else None

    @property
    def writers(self) -> tuple[int | None, ...]:
        """Who began, signed or put it."""
        return self.application.created_by_id, self.application.signed_by_id, self.revision.put_by_id if self.revision else None

    @property
    def reason(self) -> str:
        """Why the forum recommends it."""
        return self.of.decision_reason if isinstance(self.of, CaseRevision) else self.of.reason

    @property
    def waits(self) -> bool:
        """Is it still a recommendation? Of what was withdrawn or replaced, or is over meanwhile, nothing is decided."""
        if self.is_over:
            return False
        if isinstance(self.of, CaseRevision):
            return self.of.state == RevisionState.GRANTED and self.of.ended_at is None
        return self.of.state == PendingState.STANDING and (self.of.outcome in ON_AWARDS or self.application.state in DECIDABLE)


_OF_PENDING = (
    joinedload(PendingDecision.application).joinedload(Application.department),
    joinedload(PendingDecision.award).selectinload(Award.participants),
    joinedload(PendingDecision.decided_by),
)


def matters_of(meeting: Meeting) -> list[Matter]:
    """What the meeting recommends, or recommended and what became of it, in the order of the applications.

    Read afresh, as the words are: whoever has waited for the meeting learns what was said and released meanwhile.
    """
    words = words_of(meeting.id)
    ended = (PendingState.TAKEN_BACK, PendingState.LAPSED)
    query = select(PendingDecision).where(PendingDecision.meeting_id == meeting.id, PendingDecision.state.not_in(ended))
    query = query.where(PendingDecision.outcome.in_(ASKS_A_WORD)).options(*_OF_PENDING).execution_options(populate_existing=True)
    decisions = db.session.scalars(query.order_by(PendingDecision.application_id, PendingDecision.id)).all()
    consents = select(CaseRevision).where(CaseRevision.meeting_id == meeting.id, CaseRevision.state == RevisionState.GRANTED)
    consents = consents.options(joinedload(CaseRevision.application).joinedload(Application.department), joinedload(CaseRevision.put_by))
    consents = consents.order_by(CaseRevision.application_id).execution_options(populate_existing=True)
    revisions = db.session.scalars(consents).all()
    over = set(db.session.scalars(select(CaseRevision.id).where(CaseRevision.meeting_id == meeting.id, is_over()))) if revisions else set()
    said = {(word.pending_id, word.revision_id): word for word in words}
    return [
        *(Matter(one, said.get((one.id, None)), is_over=one.award is not None and one.award.state in OVER) for one in decisions),
        *(Matter(one, said.get((None, one.id)), is_over=one.id in over) for one in revisions),
    ]


def goes_to_deciders(meeting: Meeting) -> bool:
    """Has a decider a word in what the meeting has recorded so far? Once it has ended, the rules of then say so."""
    return meeting.recommended_at is not None or (any(one.waits for one in matters_of(meeting)) and _recommends(meeting))


def _recommends(meeting: Meeting) -> bool:
    """Have rules been in force since the meeting was opened by which its forum only recommends? Switching them off frees it of nothing."""
    if meeting.pool.policy.forum_recommends:
        return True
    opened = [line.at for line in entries(Meeting.__tablename__, meeting.id) if line.event == "opened"]
    until: datetime | None = None
    for version in policy_versions(meeting.pool):
        if not opened or (until is not None and until <= opened[0]):
            return False
        if version.policy.forum_recommends:
            return True
        until = version.made_at
    return False


def words_of(meeting_id: int) -> Sequence[DeciderWord]:
    """What deciders have said of the meeting's recommendations, the earliest first."""
    query = select(DeciderWord).options(joinedload(DeciderWord.said_by)).where(DeciderWord.meeting_id == meeting_id)
    return db.session.scalars(query.order_by(DeciderWord.said_at, DeciderWord.id).execution_options(populate_existing=True)).all()


def hands_in(meeting: Meeting, matters: Sequence[Matter], conflicts: Mapping[int, Sequence[User]]) -> dict[str, Hands]:
    """Who has had a hand in each of the matters, by its key; ``conflicts`` are those of whom it is asked, by application."""
    applications = [matter.application.id for matter in matters]
    came = db.session.scalars(select(Attendance.user_id).where(Attendance.meeting_id == meeting.id))
    forum = set(came) | actors(Meeting.__tablename__, meeting.id, LED)
    led = _led_on(applications)
    scored, handed_in = defaultdict[int, set[int]](set), defaultdict[int, set[int]](set)
    for application_id, person_id in db.session.execute(
        select(Score.application_id, Score.member_id).where(Score.application_id.in_(applications))
    ):
        scored[application_id].add(person_id)
    version = ApplicationVersion
    for application_id, person_id in db.session.execute(
        select(version.application_id, version.made_by_id).where(version.application_id.in_(applications))
    ):
        handed_in[application_id].add(person_id)
    return {
        matter.key: Hands(
            forum=_known(*forum, *led[matter.application.id], matter.of.decided_by_id),
            scorers=_known(*scored[matter.application.id]),
            writers=_known(*handed_in[matter.application.id], *matter.writers),
            in_conflict=_known(*(person.id for person in conflicts[matter.application.id])),
        )
        for matter in matters
    }


def _led_on(application_ids: Collection[int]) -> Mapping[int, set[int]]:
    """Who set a consensus on each of the applications, or said of another who stays out of it: chairs, listed as present or not."""
    of, by = Consensus.application_id, Consensus.set_by_id
    interest, turn = Interest.application_id, InterestTurn.made_by_id
    turned = select(interest, turn).join(InterestTurn, InterestTurn.interest_id == Interest.id).where(turn != Interest.user_id)
    led: CompoundSelect[int, int] = union(
        select(of, by).where(of.in_(application_ids)),
        select(interest, Interest.found_by_id).where(interest.in_(application_ids), Interest.found_by_id.is_not(None)),
        turned.where(interest.in_(application_ids)),
    )
    found = defaultdict[int, set[int]](set)
    for application_id, person_id in db.session.execute(led):
        found[application_id].add(person_id)
    return found


def _known(*ids: int | None) -> frozenset[int]:
    return frozenset(id_ for id_ in ids if id_ is not None)


def words_on(decisions: Sequence[Decision]) -> dict[int, DeciderWord]:
    """The decider's word that each of the decisions followed, by its id; none for those that the forum made itself."""
    recommended = [one for one in decisions if one.meeting.recommended_at is not None]
    if not recommended:
        return {}
    query = select(PendingDecision.meeting_id, PendingDecision.application_id, DeciderWord)
    query = query.join(DeciderWord, DeciderWord.pending_id == PendingDecision.id).options(joinedload(DeciderWord.said_by))
    query = query.where(PendingDecision.application_id.in_([one.application_id for one in recommended]))
    query = query.where(PendingDecision.state == PendingState.RELEASED, PendingDecision.outcome.in_(list(Outcome)))
    found = {(meeting_id, application_id): word for meeting_id, application_id, word in db.session.execute(query)}
    made = {one.id: found.get((one.meeting_id, one.application_id)) for one in recommended}
    return {id_: word for id_, word in made.items() if word is not None}


def refusals_of(application_ids: Collection[int], *, but_in: int) -> dict[int, DeciderWord]:
    """The newest word by which each of the applications was sent back to the forum, by application; but for those of one meeting."""
    query = select(PendingDecision.application_id, DeciderWord).join(DeciderWord, DeciderWord.pending_id == PendingDecision.id)
    query = query.where(PendingDecision.application_id.in_(application_ids), PendingDecision.state == PendingState.REFUSED)
    query = query.where(PendingDecision.outcome.in_(list(Outcome)), PendingDecision.meeting_id != but_in)
    found = db.session.execute(query.options(joinedload(DeciderWord.said_by)).order_by(DeciderWord.id))
    return {application_id: word for application_id, word in found}


def waits_for_word() -> ColumnElement[bool]:
    """Has the forum recommended on an application, so that it waits for a decider and for no meeting?"""
    stands = exists().where(PendingDecision.application_id == Application.id, PendingDecision.state == PendingState.STANDING)
    stands = stands.where(PendingDecision.outcome.in_(list(Outcome)), Meeting.id == PendingDecision.meeting_id)
    return stands.where(Meeting.recommended_at.is_not(None))


def is_recommended(application: Application) -> bool:
    """Does the application wait for a decider's word?"""
    return bool(db.session.scalar(select(waits_for_word()).select_from(Application).where(Application.id == application.id)))


def meetings_with_deciders(pool_id: int | None = None) -> Sequence[Meeting]:
    """The meetings, of all pools or of one, of which something that they recommend is not known yet."""
    decided = exists().where(PendingDecision.meeting_id == Meeting.id, PendingDecision.state == PendingState.STANDING)
    said = exists().where(CaseRevision.meeting_id == Meeting.id, CaseRevision.ended_at.is_(None), CaseRevision.decided_at.is_not(None))
    query = select(Meeting).where(Meeting.recommended_at.is_not(None), or_(decided, said)).order_by(Meeting.id)
    return db.session.scalars(query if pool_id is None else query.where(Meeting.pool_id == pool_id)).all()
