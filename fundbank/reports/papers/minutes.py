"""The minutes: who was there, what was decided on each item and why, who left the room, and whether the chair has signed."""

from collections.abc import Sequence
from datetime import datetime

from fundbank.applications.queries import rules_by_id
from fundbank.kit.clock import local_date
from fundbank.kit.formats import day, moment
from fundbank.kit.language import gettext as _
from fundbank.meetings.models import CaseRevision, Meeting, PendingDecision, Settlement
from fundbank.meetings.permissions import without_word
from fundbank.meetings.queries.approvals import matters_of
from fundbank.meetings.queries.decisions import given_up_in
from fundbank.meetings.queries.others import items_on
from fundbank.meetings.rules import in_order
from fundbank.meetings.states import State
from fundbank.meetings.words import PENDING
from fundbank.people.models import User
from fundbank.pools.models import Pool
from fundbank.pools.queries import roles_of_people
from fundbank.pools.rights import Right, roles_with
from fundbank.pools.roles import Role
from fundbank.pools.words import ROLES, SEATS
from fundbank.reports.blocks import Block, Bullets, Document, Facts, Heading, Text
from fundbank.reports.papers import recorded
from fundbank.reports.papers.decided import against_the_proposal, decided_in
from fundbank.reports.papers.letterhead import document
from fundbank.reports.papers.meeting import meeting_facts, other_items
from fundbank.reports.papers.proposed import proposals
from fundbank.reports.papers.wishes import standing
from fundbank.reports.queries import (
    consensus_of_meeting,
    names_of,
    revisions_of_meeting,
    versions_consented_before,
)

IN_THE_FORUM = [role for role in SEATS if role in roles_with(Right.SUBMITTED_READ)]  # an auditor looks on


def minutes(meeting: Meeting, reader: User, at: datetime) -> Document:
    """Build the minutes as they stand at the moment ``at``; of a meeting still to come they say only that."""
    pool = meeting.pool
    blocks: list[Block] = [Facts(meeting_facts(meeting, local_date(at)))]
    if meeting.state == State.PLANNED:
        blocks.append(Text(_("The meeting has not been held yet.")))
    elif meeting.state == State.CANCELLED:
        blocks.append(Text(_("The meeting was cancelled: %(reason)s", reason=meeting.cancelled_because)))
    else:
        blocks += [Heading(_("Present")), _present(meeting, pool), *_items(meeting, pool, reader)]
        blocks += [*other_items(items_on(meeting, local_date(at))), *_signature(meeting), *_deciders(meeting)]
    title = _("Minutes of the meeting on %(day)s", day=day(meeting.held_on))
    return document(pool, at, title, blocks, _("Minutes"), pool.name, meeting.held_on)


def _present(meeting: Meeting, pool: Pool) -> Block:
    people = meeting.present
    if not people:
        return Text(_("Nobody has been noted as present."))
    held = roles_of_people(people)
    return Bullets([_with_roles(person, [role for role in IN_THE_FORUM if role in held[person.id].get(pool.id, ())]) for person in people])


def _with_roles(person: User, roles: Sequence[Role]) -> str:
    if not roles:
        return person.name
    return _("%(name)s (%(roles)s)", name=person.name, roles=", ".join(_(ROLES[role]).lower() for role in roles))


def _items(meeting: Meeting, pool: Pool, reader: User) -> list[Block]:
    ended: dict[int, list[PendingDecision]] = {}
    for one in meeting.ended:
        ended.setdefault(one.application_id, []).append(one)
    consensus = consensus_of_meeting(meeting.id)
    matters = [item.application for item in meeting.agenda]
    found, rules = standing(reader, pool, matters), rules_by_id(matters)
    decided = decided_in(meeting, found)
    settled: dict[int, list[Settlement]] = {}
    for settlement in meeting.settlements:
        settled.setdefault(settlement.award.application_id, []).append(settlement)
    on_awards: dict[int, list[PendingDecision]] = {}
    for pending in meeting.on_awards:
        on_awards.setdefault(pending.application_id, []).append(pending)
    revised: dict[int, list[CaseRevision]] = {}
    for revision in revisions_of_meeting(meeting.id):
        revised.setdefault(revision.application_id, []).append(revision)
    given_up = {award.application_id: award for award in given_up_in(meeting)}
    wrote = names_of(
        [
            *(id_ for some in revised.values() for one in some for id_ in (one.decided_by_id, *one.recused_ids)),
            *(id_ for one in meeting.settlements for id_ in one.recused_ids),
            *(id_ for one in meeting.on_awards for id_ in one.recused_ids),
            *(id_ for award in given_up.values() for id_ in award.given_up_recused_ids),
        ]
    )

    blocks: list[Block] = [Heading(_("Items"))]
    if meeting.recommended_at is not None:
        blocks.append(Text(_("What stands here is what the forum recommends. What deciders have said of it stands at the end.")))
    for place, item in enumerate(in_order(meeting.agenda, blind=bool(found.hidden)), start=1):
        decision = decided.get(item.application_id)
        title = item.application.title if decision is None else decision.title
        blocks.append(Heading(_("%(place)s. %(title)s", place=place, title=title), 3))
        if decision is not None:
            blocks += decision.blocks()
        if item.application_id in found.seen:
            blocks += recorded.consensus(consensus.get(item.application_id, ()), rules[item.application_id].scale)
        followed = [
            *recorded.settlements(settled.pop(item.application_id, ()), wrote),
            *recorded.revisions(revised.pop(item.application_id, ()), wrote),
            *recorded.given_up(given_up.pop(item.application_id, None), meeting, wrote),
            *recorded.on_awards(on_awards.pop(item.application_id, ()), wrote),
        ]
        blocks += followed
        if decision is None and not followed:
            blocks.append(Text(_("No decision was recorded.")))
        blocks += [recorded.taken_back(one) for one in ended.get(item.application_id, ())]
    for settlements in settled.values():
        blocks += [Heading(settlements[0].award.application.title, 3), *recorded.settlements(settlements, wrote)]
    for revisions in revised.values():
        blocks += [Heading(revisions[0].application.title, 3), *recorded.revisions(revisions, wrote)]
    for version in versions_consented_before(meeting.id):
        said = _("The forum consents to the revised business case, version %(number)s.", number=version.number)
        blocks += [Heading(version.application.title, 3), Facts([(_("Decision"), said), (_("Reason"), version.reason)])]
    for some in on_awards.values():
        blocks += [Heading(some[0].application.title, 3), *recorded.on_awards(some, wrote)]
    for award in given_up.values():
        blocks += [Heading(award.application.title, 3), *recorded.given_up(award, meeting, wrote)]
    if not any(isinstance(block, Heading) for block in blocks[1:]):
        blocks.append(Text(_("There was nothing on the agenda.")))
    blocks += proposals(meeting, is_blind=bool(found.hidden))
    return blocks if found.hidden else [*blocks, *against_the_proposal(meeting, decided)]


def _signature(meeting: Meeting) -> list[Block]:
    if meeting.minutes_signed_by is None or meeting.minutes_signed_at is None:
        told = _("The chair has not signed the minutes yet.")
    else:
        told = _("Signed by %(name)s, %(moment)s.", name=meeting.minutes_signed_by.name, moment=moment(meeting.minutes_signed_at))
    return [Heading(_("Signature")), Text(told)]


def _deciders(meeting: Meeting) -> list[Block]:
    """What was decided of the recommendations, by whom and when: added to the minutes, which stay as the forum made them."""
    if meeting.recommended_at is None:
        return []
    sent = _("Sent to the deciders %(moment)s.", moment=moment(meeting.recommended_at))
    blocks: list[Block] = [Heading(_("What the deciders say")), Text(sent)]
    matters = matters_of(meeting)
    waiting = without_word(meeting, matters)
    for matter in matters:
        word = None if matter in waiting else matter.word
        said = _("Waits for a decider") if matter.waits else _("Withdrawn or changed since: nothing is decided")
        if word is not None:
            said = _("Approved as recommended") if word.is_approved else _("Not approved")
        what = _("Consent to a revised business case") if matter.pending is None else _(PENDING[matter.pending.outcome])
        facts = [
            (_("Recommended"), what),
            (_("Decision"), said),
            (_("Reason"), word.reason if word else None),
            (_("Decided by"), _("%(name)s, %(at)s", name=word.said_by.name, at=moment(word.said_at)) if word else None),
        ]
        blocks += [Heading(matter.application.title, 3), Facts(facts)]
    return blocks
