"""The minutes: who was there, what was decided on each item and why, who left the room, and whether the chair has signed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from fundbank.applications.forms.draft import level_choices
from fundbank.applications.queries import rules_by_id
from fundbank.applications.rules.business_case import promises
from fundbank.awards.models import Award
from fundbank.kit.clock import local_date
from fundbank.kit.formats import amount, day, kroner, moment
from fundbank.kit.language import gettext as _
from fundbank.meetings.models import AgendaItem, CaseRevision, Decision, Meeting, PendingDecision, Settlement
from fundbank.meetings.queries.decisions import given_up_in
from fundbank.meetings.queries.others import items_on
from fundbank.meetings.rules import in_order
from fundbank.meetings.states import Action, Outcome, RevisionState, State
from fundbank.meetings.words import ACTIONS_DONE, OUTCOMES_DONE, PENDING
from fundbank.people.models import User
from fundbank.pools.criteria import CRITERIA
from fundbank.pools.models import Pool
from fundbank.pools.queries import roles_of_people
from fundbank.pools.rights import Right, roles_with
from fundbank.pools.roles import Role
from fundbank.pools.words import ROLES, SEATS
from fundbank.reports.blocks import Block, Bullets, Document, Facts, Heading, Pair, Table, Text, columns
from fundbank.reports.papers import terms
from fundbank.reports.papers.letterhead import document
from fundbank.reports.papers.meeting import meeting_facts, other_items
from fundbank.reports.papers.wishes import HIDDEN, Ranked, standing
from fundbank.reports.queries import (
    consensus_of_meeting,
    department_names,
    extensions_of,
    names_of,
    revisions_of_meeting,
    versions_consented_before,
)
from fundbank.scoring.models import Consensus
from fundbank.scoring.queries import found_by_chairs

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
        blocks += [*other_items(items_on(meeting, local_date(at))), *_signature(meeting)]
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
    decisions = meeting.decided
    ended: dict[int, list[PendingDecision]] = {}
    for one in meeting.ended:
        ended.setdefault(one.application_id, []).append(one)
    consensus = consensus_of_meeting(meeting.id)
    matters = [item.application for item in meeting.agenda]
    found, rules = standing(reader, pool, matters), rules_by_id(matters)
    names = names_of(id_ for decision in decisions.values() for id_ in (decision.decided_by_id, *decision.recused_ids))
    extended = extensions_of(decision.award_id for decision in decisions.values())
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
    kept_out = _kept_out(decisions)

    blocks: list[Block] = [Heading(_("Items"))]
    for place, item in enumerate(in_order(meeting.agenda, blind=bool(found.hidden)), start=1):
        blocks.append(Heading(_("%(place)s. %(title)s", place=place, title=item.application.title), 3))
        decision = decisions.get(item.application_id)
        if decision is not None:
            blocks.append(Facts([*_decision(item, decision, found, names, extended), *kept_out[item.application_id]]))
        if item.application_id in found.seen:
            blocks += _consensus(consensus.get(item.application_id, ()), rules[item.application_id].scale)
        followed = [
            *_settlements(settled.pop(item.application_id, ()), wrote),
            *_revisions(revised.pop(item.application_id, ()), wrote),
            *_given_up(given_up.pop(item.application_id, None), meeting, wrote),
            *_on_awards(on_awards.pop(item.application_id, ()), wrote),
        ]
        blocks += followed
        if decision is None and not followed:
            blocks.append(Text(_("No decision was recorded.")))
        blocks += [_taken_back(one) for one in ended.get(item.application_id, ())]
    for settlements in settled.values():
        blocks += [Heading(settlements[0].award.application.title, 3), *_settlements(settlements, wrote)]
    for revisions in revised.values():
        blocks += [Heading(revisions[0].application.title, 3), *_revisions(revisions, wrote)]
    for version in versions_consented_before(meeting.id):
        said = _("The forum consents to the revised business case, version %(number)s.", number=version.number)
        blocks += [Heading(version.application.title, 3), Facts([(_("Decision"), said), (_("Reason"), version.reason)])]
    for some in on_awards.values():
        blocks += [Heading(some[0].application.title, 3), *_on_awards(some, wrote)]
    for award in given_up.values():
        blocks += [Heading(award.application.title, 3), *_given_up(award, meeting, wrote)]
    if len(blocks) == 1:
        blocks.append(Text(_("There was nothing on the agenda.")))
    return blocks


def _on_awards(some: Sequence[PendingDecision], names: Mapping[int, str]) -> list[Block]:
    """What was decided on an award and is not carried out: not yet, or not at all."""
    return [
        _taken_back(one)
        if one.is_ended
        else Facts(
            [
                (_("Decision"), _(PENDING[one.outcome])),
                (_("Years"), str(one.years) if one.years else None),
                (_("Outstanding") if one.years else _("Amount"), kroner(one.amount_ore) if one.amount_ore else None),
                (_("Reason"), one.reason),
                *_recused(one.recused_ids, one.meeting, names),
                (_("Recorded by"), one.decided_by.name),
            ]
        )
        for one in some
    ]


def _taken_back(pending: PendingDecision) -> Block:
    """What was recorded first, and did not come to be known."""
    ore = pending.amount_ore
    if pending.outcome == Outcome.APPROVE and pending.award is not None:
        ore = pending.award.loan_ore + pending.award.grant_ore
    outcome = _(PENDING[pending.outcome]) + (f" ({kroner(ore)})" if ore else "")
    said = {"outcome": outcome, "reason": pending.end_reason, "at": moment(pending.ended_at) if pending.ended_at else ""}
    if pending.ended_by is None:
        return Text(_("A decision lapsed: %(outcome)s. %(reason)s", **said))
    return Text(_("A decision was taken back by %(name)s, %(at)s: %(outcome)s. Reason: %(reason)s", name=pending.ended_by.name, **said))


def _decision(
    item: AgendaItem, decision: Decision | PendingDecision, found: Ranked, names: Mapping[int, str], extended: Mapping[int, int]
) -> list[Pair]:
    award, total = decision.award, found.total(item.application_id)
    return [
        (_("Department"), item.application.department.name),
        (_("Requested"), kroner(item.application.requested_ore)),
        (_("Total score"), None if total == HIDDEN else total),
        (_("Scored it, and own department gains"), found.gaining(item.application_id) or None),
        (_("Decision"), _(OUTCOMES_DONE[Outcome(decision.outcome)])),
        (_("Loan"), kroner(award.loan_ore) if award and award.loan_ore else None),
        (_("To be repaid"), terms.short(award, extended.get(award.id, 0)) if award else None),
        (_("Grant"), kroner(award.grant_ore) if award and award.grant_ore else None),
        (_("Conditions"), award.conditions if award else None),
        (_("Reason"), decision.reason),
        *_recused(decision.recused_ids, item.meeting, names),
        (_("Recorded by"), names[decision.decided_by_id]),
    ]


def _recused(ids: Sequence[int], meeting: Meeting, names: Mapping[int, str]) -> list[Pair]:
    """Who stayed out of it for a conflict of interest, and who of them did not come to the meeting at all."""
    came = {one.user_id for one in meeting.attendances}
    said = [names[id_] if id_ in came else _("%(name)s (not present)", name=names[id_]) for id_ in ids]
    return [(_("Stayed out for a conflict of interest"), ", ".join(said) or _("Nobody"))]


def _kept_out(decisions: Mapping[int, Decision | PendingDecision]) -> dict[int, list[Pair]]:
    """Whom a chair kept out of each of the applications as it was decided, and why; whatever was found or taken back afterwards."""
    said: dict[int, list[Pair]] = {application_id: [] for application_id in decisions}
    for one in found_by_chairs(said):
        if one.user_id not in decisions[one.application_id].recused_ids:
            continue
        told = _("%(name)s: %(reason)s", name=one.user.name, reason=one.reason)
        said[one.application_id].append((_("Conflict of interest found by the chair"), told))
    return said


def _consensus(rows: Sequence[Consensus], scale: Sequence[str]) -> list[Block]:
    if not rows:
        return []
    words = dict(level_choices(scale))
    by_criterion = {row.criterion: row for row in rows}
    said = [
        (_(criterion.name), words.get(row.level, str(row.level)) if row.scale_size == len(words) else str(row.level), row.reason)
        for criterion in CRITERIA
        if (row := by_criterion.get(criterion.code)) is not None
    ]
    return [Table(_("Levels on which the forum agreed"), (_("Criterion"), _("Level"), _("Reason")), said, shares=(2, 1, 4))]


def _settlements(settlements: Sequence[Settlement], names: Mapping[int, str]) -> list[Block]:
    return [
        Facts(
            [
                (_("Decision"), _(ACTIONS_DONE[Action(settlement.action)])),
                (_("Years"), str(settlement.years) if settlement.years else None),
                (_("Outstanding") if settlement.action == Action.EXTEND else _("Amount"), kroner(settlement.amount_ore)),
                (_("Reason"), settlement.reason),
                *_recused(settlement.recused_ids, settlement.meeting, names),
                (_("Recorded by"), settlement.decided_by.name),
            ]
        )
        for settlement in settlements
    ]


def _revisions(revisions: Sequence[CaseRevision], names: Mapping[int, str]) -> list[Block]:
    """What the forum said to revised business cases, and what it left to the next meeting."""
    blocks: list[Block] = []
    for one in revisions:
        if one.state == RevisionState.WAITING:
            blocks.append(Text(_("The forum did not decide on the revised business case. It goes on to the next ordinary meeting.")))
            continue
        is_granted = one.state == RevisionState.GRANTED
        said = _("The forum consents to the revised business case.") if is_granted else _("The forum refuses the revised business case.")
        blocks.append(
            Facts(
                [
                    (_("Decision"), said),
                    (_("The department's reason"), one.reason),
                    (_("Reason"), one.decision_reason),
                    *_recused(one.recused_ids, one.meeting, names),
                    (_("Recorded by"), names.get(one.decided_by_id or 0)),
                ]
            )
        )
        blocks.append(_beside_the_promise(one))
    return blocks


def _beside_the_promise(revision: CaseRevision) -> Block:
    """What was promised first, and what the forum was asked to consent to."""
    rows = promises(revision.application.promised, revision.content, revision.content)
    units = department_names({row.department_id for row in rows})
    lines = [(str(row.year), units.get(row.department_id, ""), amount(row.first_ore), amount(row.new_ore)) for row in rows]
    sums = (_("In all"), "", amount(sum(row.first_ore for row in rows)), amount(sum(row.new_ore for row in rows)))
    headers = (_("Year of the case"), _("Department"), _("Promised first"), _("New"))
    return Table(_("Promised cashable gains, in kroner"), headers, lines, columns(2, 3), sums)


def _given_up(award: Award | None, meeting: Meeting, names: Mapping[int, str]) -> list[Block]:
    if award is None:
        return []
    told = _("The award is given up before anything was paid; its money is available to others.")
    by = award.given_up_by.name if award.given_up_by else None
    out = _recused(award.given_up_recused_ids, meeting, names)
    return [Facts([(_("Decision"), told), (_("Reason"), award.given_up_reason), *out, (_("Recorded by"), by)])]


def _signature(meeting: Meeting) -> list[Block]:
    if meeting.minutes_signed_by is None or meeting.minutes_signed_at is None:
        told = _("The chair has not signed the minutes yet.")
    else:
        told = _("Signed by %(name)s, %(moment)s.", name=meeting.minutes_signed_by.name, moment=moment(meeting.minutes_signed_at))
    return [Heading(_("Signature")), Text(told)]
