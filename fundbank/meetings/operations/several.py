"""Several decisions of an open meeting, recorded together: all of them or none (domain.md §4, §7)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from fundbank.applications.models import Application
from fundbank.applications.operations import newest_version
from fundbank.awards.rules import Terms
from fundbank.errors import Refusal
from fundbank.kit.transaction import lock
from fundbank.meetings.models import Meeting, PendingDecision
from fundbank.meetings.operations.decisions import check_decision, decide
from fundbank.meetings.rules.choices import Choice
from fundbank.meetings.states import Outcome
from fundbank.people.models import User

AT_AN_ITEM = frozenset({"outcome", "reason", "conditions"})


@dataclass(frozen=True)
class Wanted:
    """What is to be recorded on an application."""

    application: Application
    outcome: str
    reason: str = ""
    conditions: str = ""
    loan_ore: int = 0
    grant_ore: int = 0
    terms: Terms | None = None

    @property
    def promise(self) -> Choice:
        """What it takes of the pool and of its frame."""
        return Choice(self.application.id, self.loan_ore, self.grant_ore, newest_version(self.application).content.frame)


def check_decisions(*, actor: User, at: datetime, meeting: Meeting, wanted: Sequence[Wanted]) -> None:
    """Ask every rule of each decision as if those before it had been recorded, and change nothing.

    Raises what ``check_decision`` raises, at a field that ends in the application's id: ``reason_12``.
    """
    lock(meeting)
    for one in sorted(wanted, key=lambda one: one.application.id):
        lock(one.application)
    promised: list[Choice] = []
    for one in wanted:
        with _named(one.application):
            check_decision(
                actor=actor, at=at, meeting=meeting, application=one.application, outcome=one.outcome, reason=one.reason,
                conditions=one.conditions, loan_ore=one.loan_ore, grant_ore=one.grant_ore, terms=one.terms, promised=promised,
            )  # fmt: skip
        if one.outcome == Outcome.APPROVE:
            promised.append(one.promise)


def record_decisions(*, actor: User, at: datetime, meeting: Meeting, wanted: Sequence[Wanted]) -> list[PendingDecision]:
    """Record them all, in their order. Raises what ``check_decisions`` raises, before anything has been recorded."""
    check_decisions(actor=actor, at=at, meeting=meeting, wanted=wanted)
    return [
        decide(
            actor=actor, at=at, meeting=meeting, application=one.application, outcome=one.outcome, reason=one.reason,
            conditions=one.conditions, loan_ore=one.loan_ore, grant_ore=one.grant_ore, terms=one.terms,
        )
        for one in wanted
    ]  # fmt: skip


@contextmanager
def _named(application: Application) -> Iterator[None]:
    """Let a refusal within the block name the application."""
    try:
        yield
    except Refusal as refusal:
        field = refusal.field if refusal.field in AT_AN_ITEM else "outcome"
        refusal.field = f"{field}_{application.id}"
        raise
