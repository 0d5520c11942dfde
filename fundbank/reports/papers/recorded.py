"""What a meeting recorded beside its decisions on applications: levels agreed on, loans settled, cases consented to, awards given up, and
what was taken back. ``names`` are those of the people by id.
"""

from collections.abc import Mapping, Sequence

from fundbank.applications.forms.levels import level_choices
from fundbank.applications.rules.business_case import promises
from fundbank.awards.models import Award
from fundbank.kit.formats import amount, kroner, moment
from fundbank.kit.language import gettext as _
from fundbank.meetings.models import CaseRevision, Meeting, PendingDecision, Settlement
from fundbank.meetings.states import Action, Outcome, RevisionState
from fundbank.meetings.words import ACTIONS_DONE, PENDING
from fundbank.pools.criteria import CRITERIA
from fundbank.reports.blocks import Block, Facts, Pair, Table, Text, columns
from fundbank.reports.queries import department_names
from fundbank.scoring.models import Consensus


def on_awards(some: Sequence[PendingDecision], names: Mapping[int, str]) -> list[Block]:
    """What was decided on an award and is not carried out: not yet, or not at all."""
    return [
        taken_back(one)
        if one.is_ended
        else Facts(
            [
                (_("Decision"), _(PENDING[one.outcome])),
                (_("Years"), str(one.years) if one.years else None),
                (_("Outstanding") if one.years else _("Amount"), kroner(one.amount_ore) if one.amount_ore else None),
                (_("Reason"), one.reason),
                *recused(one.recused_ids, one.meeting, names),
                (_("Recorded by"), one.decided_by.name),
            ]
        )
        for one in some
    ]


def taken_back(pending: PendingDecision) -> Block:
    """What was recorded first, and did not come to be known."""
    ore = pending.amount_ore
    if pending.outcome == Outcome.APPROVE and pending.award is not None:
        ore = pending.award.loan_ore + pending.award.grant_ore
    outcome = _(PENDING[pending.outcome]) + (f" ({kroner(ore)})" if ore else "")
    said = {"outcome": outcome, "reason": pending.end_reason, "at": moment(pending.ended_at) if pending.ended_at else ""}
    if pending.ended_by is None:
        return Text(_("A decision lapsed: %(outcome)s. %(reason)s", **said))
    return Text(_("A decision was taken back by %(name)s, %(at)s: %(outcome)s. Reason: %(reason)s", name=pending.ended_by.name, **said))


def recused(ids: Sequence[int], meeting: Meeting, names: Mapping[int, str]) -> list[Pair]:
    """Who stayed out of it for a conflict of interest, and who of them did not come to the meeting at all."""
    came = {one.user_id for one in meeting.attendances}
    said = [names[id_] if id_ in came else _("%(name)s (not present)", name=names[id_]) for id_ in ids]
    return [(_("Stayed out for a conflict of interest"), ", ".join(said) or _("Nobody"))]


def consensus(rows: Sequence[Consensus], scale: Sequence[str]) -> list[Block]:
    """The levels on which the forum agreed, in the words of the scale, and why."""
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


def settlements(settlements: Sequence[Settlement], names: Mapping[int, str]) -> list[Block]:
    """What was decided of loans of which something is outstanding, and carried out."""
    return [
        Facts(
            [
                (_("Decision"), _(ACTIONS_DONE[Action(settlement.action)])),
                (_("Years"), str(settlement.years) if settlement.years else None),
                (_("Outstanding") if settlement.action == Action.EXTEND else _("Amount"), kroner(settlement.amount_ore)),
                (_("Reason"), settlement.reason),
                *recused(settlement.recused_ids, settlement.meeting, names),
                (_("Recorded by"), settlement.decided_by.name),
            ]
        )
        for settlement in settlements
    ]


def revisions(revisions: Sequence[CaseRevision], names: Mapping[int, str]) -> list[Block]:
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
                    *recused(one.recused_ids, one.meeting, names),
                    (_("Recorded by"), names.get(one.decided_by_id or 0)),
                    (_("Since then"), _("The department has put another in its place: nothing came of this.") if one.is_replaced else None),
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
    headers = (_("Year of the case"), _("Department"), _("Promised originally"), _("New"))
    return Table(_("Promised cashable gains, in kroner"), headers, lines, columns(2, 3), sums)


def given_up(award: Award | None, meeting: Meeting, names: Mapping[int, str]) -> list[Block]:
    """That the forum gave up an award; nothing without one."""
    if award is None:
        return []
    told = _("The award is given up before anything was paid; its money is available to others.")
    by = award.given_up_by.name if award.given_up_by else None
    out = recused(award.given_up_recused_ids, meeting, names)
    return [Facts([(_("Decision"), told), (_("Reason"), award.given_up_reason), *out, (_("Recorded by"), by)])]
