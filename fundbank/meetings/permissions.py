"""Who plans meetings, who leads them, who reads the minutes, and who decides what a forum recommends (domain.md §4, §11)."""

from collections.abc import Sequence

from fundbank.applications.models import Application
from fundbank.applications.permissions import can_see_application
from fundbank.awards.permissions import can_see_award
from fundbank.meetings.models import Decision, Meeting, MeetingProposal
from fundbank.meetings.queries.approvals import Matter, hands_in, matters_of
from fundbank.meetings.rules import check_enough
from fundbank.meetings.rules.approvals import why_not
from fundbank.meetings.rules.choices import Laid
from fundbank.people.models import User
from fundbank.pools.models import Pool
from fundbank.pools.permissions import holds
from fundbank.pools.queries import people_with
from fundbank.pools.rights import Right
from fundbank.scoring.permissions import can_see_ranking, conflicts_among, scores_in_sight


def can_see_meetings(person: User, pool: Pool) -> bool:
    """The forum, finance, advisers and auditors."""
    return holds(person, pool, Right.MEETINGS_READ)


def can_see_decision(person: User, decision: Decision) -> bool:
    """Whoever sees the application, and whom the award concerns that came of it."""
    award = decision.award
    return can_see_application(person, decision.application) or (award is not None and can_see_award(person, award))


def can_plan_meetings(person: User, pool: Pool) -> bool:
    """The coordinator plans meetings and prepares agendas."""
    return holds(person, pool, Right.MEETING_PLAN)


def can_chair(person: User, pool: Pool) -> bool:
    """The chair opens and closes meetings, records decisions and signs minutes."""
    return holds(person, pool, Right.MEETING_CHAIR)


def can_put_proposal(person: User, pool: Pool) -> bool:
    """Who prepares the meeting or leads it, and compares the applications, puts a proposal before it."""
    return (can_plan_meetings(person, pool) or can_chair(person, pool)) and can_see_ranking(person, pool)


def can_change_agenda(person: User, meeting: Meeting, pool: Pool) -> bool:
    """The coordinator prepares the agenda until the meeting opens."""
    return can_plan_meetings(person, pool) and meeting.state == "planned"


def deciding_each(meeting: Meeting, applications: Sequence[Application]) -> dict[int, list[User]]:
    """The members and chairs who are present and free of conflict, by application."""
    sit = {person.id for person in people_with(meeting.pool, Right.DECISION_JOIN)}
    present = [person for person in meeting.present if person.id in sit]
    away = conflicts_among(present, applications)
    return {id_: [person for person in present if person not in people] for id_, people in away.items()}


def staying_out_of_each(meeting: Meeting, applications: Sequence[Application]) -> dict[int, list[User]]:
    """Who stays out for a conflict of interest, by application: of those who are present, and of the members and chairs who are not."""
    people = {person.id: person for person in (*meeting.present, *people_with(meeting.pool, Right.DECISION_JOIN))}
    return conflicts_among(list(people.values()), applications)


def staying_out(meeting: Meeting, application: Application) -> list[User]:
    """The same of one application."""
    return staying_out_of_each(meeting, [application])[application.id]


def check_enough_present(meeting: Meeting, application: Application) -> None:
    """Raise TooFewPresent if fewer than the policy's minimum are present and free of conflict."""
    if meeting.pool.policy.minimum_present:
        check_enough(meeting.pool.policy, len(deciding_each(meeting, [application])[application.id]))


def as_known_to(person: User, lying: Sequence[MeetingProposal], applications: Sequence[Application]) -> Laid:
    """What the proposals that lie before a meeting say of ``applications``, as far as the person may know; none say nothing."""
    if not lying:
        return Laid()
    pool = lying[0].meeting.pool
    seen = scores_in_sight(person, pool, applications) if can_see_ranking(person, pool) else set[int]()
    return Laid(lying[0].sums, lying[-1].sums if len(lying) > 1 else {}, {one.id for one in applications} - seen)


def can_approve(person: User, pool: Pool) -> bool:
    """A decider says what is decided where the forum only recommends."""
    return holds(person, pool, Right.DECISION_APPROVE)


def kept_from(person: User, meeting: Meeting, matters: Sequence[Matter]) -> dict[str, str]:
    """Why the person is not the decider of some of the matters, by their keys, as message ids."""
    hands = hands_in(meeting, matters, conflicts_among([person], [matter.application for matter in matters]))
    return {key: said for key, of in hands.items() if (said := why_not(person.id, of)) is not None}


def may_decide(people: Sequence[User], meeting: Meeting, matters: Sequence[Matter]) -> dict[int, list[Matter]]:
    """Those of the matters in which each of the people, by id, has had no hand. Who holds the role is not asked here."""
    hands = hands_in(meeting, matters, conflicts_among(people, [matter.application for matter in matters])) if matters else {}
    return {person.id: [matter for matter in matters if why_not(person.id, hands[matter.key]) is None] for person in people}


def without_word(meeting: Meeting, matters: Sequence[Matter]) -> list[Matter]:
    """Those of the matters that wait for a word: nobody has said one, or who said it has no right to any more, or a hand in it by now."""
    waiting = [matter for matter in matters if matter.waits]
    said = [matter for matter in waiting if matter.word is not None]
    if not said:
        return waiting
    by = {matter.word.said_by_id for matter in said if matter.word is not None}
    able = [person for person in people_with(meeting.pool, Right.DECISION_APPROVE) if person.id in by]
    decided = may_decide(able, meeting, said)
    return [one for one in waiting if one.word is None or one not in decided.get(one.word.said_by_id, ())]


def lapsed(unsaid: Sequence[Matter]) -> set[str]:
    """The keys of those that wait for a word though one was said: it counts no more."""
    return {matter.key for matter in unsaid if matter.word}


def unsaid(meeting: Meeting) -> list[Matter]:
    """What the meeting recommends and what still waits for a decider's word."""
    return without_word(meeting, matters_of(meeting))


def without_decider(meeting: Meeting, matters: Sequence[Matter]) -> list[Matter]:
    """Those of the matters that nobody with the role may decide: an administrator must give it to somebody else."""
    decided = may_decide(people_with(meeting.pool, Right.DECISION_APPROVE), meeting, matters)
    somebodys = {matter.key for some in decided.values() for matter in some}
    return [matter for matter in matters if matter.key not in somebodys]


def decides_alone(person: User, meeting: Meeting) -> bool:
    """Would something that the meeting recommends be left without a decider by the person, who has said it or could?"""
    matters = [one for one in matters_of(meeting) if one.waits]
    open_keys = {one.key for one in without_word(meeting, matters)}
    theirs = [one for one in matters if one.key in open_keys or (one.word is not None and one.word.said_by_id == person.id)]
    others = [one for one in people_with(meeting.pool, Right.DECISION_APPROVE) if one.id != person.id]
    decided = may_decide([person, *others], meeting, theirs)
    return any(not any(one in decided[other.id] for other in others) for one in decided[person.id])


def can_readmit(person: User, pool: Pool) -> bool:
    """Whoever was kept out by mistake is let in again by a chair or the coordinator; the operation asks that it is another one."""
    return can_chair(person, pool) or can_plan_meetings(person, pool)
