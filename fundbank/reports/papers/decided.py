"""What the forum decided on the applications of a meeting, as they were when it did, for its minutes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fundbank.awards.models import Award
from fundbank.awards.queries.follow_ups import SeenTo, seen_to_as_decided
from fundbank.kit.formats import day, kroner, moment, points
from fundbank.kit.language import gettext as _
from fundbank.meetings.models import Decision, Meeting, PendingDecision
from fundbank.meetings.queries.candidates import Candidate, candidates
from fundbank.meetings.queries.decisions import assessments_then, awards_with_terms
from fundbank.meetings.queries.pending import overrides_of
from fundbank.meetings.queries.proposals import proposals_put
from fundbank.meetings.states import Outcome
from fundbank.meetings.words import OUTCOMES_DONE
from fundbank.reports.blocks import Block, Facts, Heading, Pair, Table, joined
from fundbank.reports.papers import terms
from fundbank.reports.papers.recorded import recused
from fundbank.reports.papers.wishes import HIDDEN, Ranked
from fundbank.reports.queries import extensions_of, names_of
from fundbank.scoring.queries.conflicts import kept_out_by_chairs


@dataclass(frozen=True)
class Item:
    """An application with the decision on it, the award that it made and who sees to its conditions. ``total`` is what it scored then,
    where the reader may know it; ``extended_by`` years were added to its loan since.
    """

    candidate: Candidate
    decision: Decision | PendingDecision
    total: str | None
    gaining: str | None
    award: Award | None
    seen_to: SeenTo | None
    extended_by: int
    names: Mapping[int, str]
    kept_out: Sequence[Pair]

    @property
    def title(self) -> str:
        return self.candidate.title

    def blocks(self) -> list[Block]:
        """What was decided, and how a loan is repaid."""
        decision, award, seen = self.decision, self.award, self.seen_to
        facts = [
            (_("Department"), self.candidate.application.department.name),
            (_("Requested"), kroner(self.candidate.asked_ore)),
            (_("Total score"), self.total),
            (_("Scored it, and own department gains"), self.gaining),
            (_("Decision"), _(OUTCOMES_DONE[Outcome(decision.outcome)])),
            (_("Loan"), kroner(award.loan_ore) if award and award.loan_ore else None),
            (_("To be repaid"), terms.short(award, self.extended_by) if award else None),
            (_("Grant"), kroner(award.grant_ore) if award and award.grant_ore else None),
            (_("Conditions"), award.conditions if award else None),
            (_("Sees to the conditions"), _("%(name)s, by %(day)s", name=seen.name, day=day(seen.by)) if seen else None),
            (_("Reason"), decision.reason),
            *recused(decision.recused_ids, decision.meeting, self.names),
            (_("Recorded by"), self.names[decision.decided_by_id]),
            *self.kept_out,
        ]
        plan = terms.plan(award, self.candidate.content, self.extended_by) if award and award.loan_ore else []
        return [Facts(facts), *plan]


def decided_in(meeting: Meeting, found: Ranked) -> dict[int, Item]:
    """What the meeting has decided, by application; a handful of questions, however much it is."""
    decisions = meeting.decided
    ids = [decision.award_id for decision in decisions.values() if decision.award_id is not None]
    awards = {award.id: award for award in awards_with_terms(ids)}
    names = names_of(id_ for decision in decisions.values() for id_ in (decision.decided_by_id, *decision.recused_ids))
    extended = extensions_of(decision.award_id for decision in decisions.values())
    seen_to = seen_to_as_decided(ids)
    totals, kept_out = _totals(decisions, found), _kept_out(decisions)
    return {
        one.id: Item(
            one, decision, totals.get(one.id), found.gaining(one.id) or None, awards.get(decision.award_id or 0),
            seen_to.get(decision.award_id or 0), extended.get(decision.award_id or 0, 0), names, kept_out[one.id],
        )
        for one in candidates(meeting)
        if (decision := one.decision) is not None
    }  # fmt: skip


def _totals(decisions: Mapping[int, Decision | PendingDecision], found: Ranked) -> dict[int, str]:
    """What the reader may know of the scores: of what is known to all as it was then, of the rest as it is."""
    seen = {id_: one for id_, one in decisions.items() if id_ in found.seen}
    then = {id_: points(one.total) for id_, one in assessments_then(seen).items()}
    now = {id_: total for id_, one in seen.items() if not isinstance(one, Decision) and (total := found.total(id_)) != HIDDEN}
    return now | then


def _kept_out(decisions: Mapping[int, Decision | PendingDecision]) -> dict[int, list[Pair]]:
    """Whom a chair kept out of each of the applications as it was decided, and why; whatever was found or taken back afterwards."""
    said: dict[int, list[Pair]] = {application_id: [] for application_id in decisions}
    for one in kept_out_by_chairs({application_id: decision.decided_at for application_id, decision in decisions.items()}):
        if one.user.id not in decisions[one.application_id].recused_ids:
            continue
        told = _("%(name)s, found by %(chair)s: %(reason)s", name=one.user.name, chair=one.said_by, reason=one.reason)
        said[one.application_id].append((_("Conflict of interest found by the chair"), told))
    return said


def against_the_proposal(meeting: Meeting, items: Mapping[int, Item]) -> list[Block]:
    """Where the forum decided otherwise than the proposal that lay before it, and why: for who may know every score."""
    rows, several = [], len(proposals_put(meeting)) > 1
    for one in overrides_of(meeting):
        if one.application_id in items and one.overrides is not None:
            proposed_ore, award = one.overrides.sums.get(one.application_id, 0), items[one.application_id].award
            given_ore = award.loan_ore + award.grant_ore if award else 0
            said = joined((_(OUTCOMES_DONE[Outcome(one.outcome)]), kroner(given_ore) if given_ore else None))
            proposed = kroner(proposed_ore) if proposed_ore else _("Leaves it out")
            proposed = joined((proposed, moment(one.overrides.put_at))) if several else proposed
            rows.append((items[one.application_id].title, proposed, said, one.reason))
    headers = (_("Application"), _("The proposal"), _("The forum"), _("Reason"))
    caption = _("Where the forum decided otherwise than the proposal that lay before it")
    return [Heading(_("Against the proposal")), Table(caption, headers, rows, shares=(5, 4, 4, 6))] if rows else []
