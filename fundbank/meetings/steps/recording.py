"""Keeping what the chair records in an open meeting, until it is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fundbank.applications.models import Application
from fundbank.applications.operations import newest_version
from fundbank.awards.models import Award
from fundbank.awards.steps import await_closing
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.meetings.models import Meeting, MeetingProposal, PendingDecision
from fundbank.meetings.states import ON_AWARDS, Outcome, PendingState
from fundbank.people.models import User
from fundbank.scoring.steps import end_scoring


@dataclass(frozen=True)
class Resolution:
    """What a meeting resolves on an application, or on an award that there is already: what comes of it, and why.

    ``award`` is the one that an approval makes, or that it is about; a settlement has an amount in øre, an extension its years too.
    ``overrides`` is the proposal that it goes against.
    """

    application: Application
    outcome: str
    reason: str
    award: Award | None = None
    years: int | None = None
    amount_ore: int | None = None
    overrides: MeetingProposal | None = None


def keep_pending(*, actor: User, at: datetime, meeting: Meeting, resolved: Resolution, recused: Sequence[User]) -> PendingDecision:
    """Keep what the chair has recorded until the meeting is closed; its history alone tells of it. Who may, and what, has been checked."""
    application, award, overrides = resolved.application, resolved.award, resolved.overrides
    pending = PendingDecision(
        meeting=meeting,
        application=application,
        version_number=newest_version(application).number,
        policy_version_id=application.pool.policy_version_id,
        outcome=resolved.outcome,
        award=award,
        years=resolved.years,
        amount_ore=resolved.amount_ore,
        reason=resolved.reason,
        overrides=overrides,
        decided_by=actor,
        decided_at=at,
        state=PendingState.STANDING,
        recused_ids=[person.id for person in recused],
    )
    db.session.add(pending)
    if pending.outcome not in ON_AWARDS:
        end_scoring(application=application, at=at)
    elif award is not None:
        await_closing(award, is_decided=True)
    said: dict[str, Any] = {"years": resolved.years, "amount_ore": resolved.amount_ore, "overrides_id": overrides.id if overrides else None}
    if award is not None and pending.outcome == Outcome.APPROVE:
        said |= {"loan_ore": award.loan_ore, "grant_ore": award.grant_ore, "conditions": award.conditions}
        said |= {} if award.terms is None else award.terms.told()
    said["policy_version_id"] = pending.policy_version_id
    record(
        meeting, "decision_recorded", actor_id=actor.id, at=at, reason=resolved.reason, application_id=application.id,
        outcome=str(resolved.outcome), **{name: value for name, value in said.items() if value is not None},
    )  # fmt: skip
    db.session.flush()
    return pending
