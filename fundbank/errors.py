"""Refusals: every "no" that a rule can say, with a stable code (domain.md §12).

A refusal carries an English message id and its values, never a finished sentence: the web edge and the command line turn it into the
reader's language. Values whose name ends in ``_ore`` are shown as kroner, dates by locale. General refusals stand here; those of one
rule stand beside that rule.
"""

from enum import StrEnum
from typing import Any, ClassVar


def N_(message: str) -> str:
    """Mark a message for the catalogue without translating it (pure code knows no language)."""
    return message


class Word(str):
    """A message id among the values of a refusal: it is said in the reader's language too."""


class Code(StrEnum):
    """Every code that a refusal can have, in the order of domain.md §12: what a scenario file may expect, and what the API will answer."""

    NOT_ALLOWED = "not_allowed"
    WRONG_STATE = "wrong_state"
    INCOMPLETE = "incomplete"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    DEADLINE_PASSED = "deadline_passed"
    QUORUM_MISSING = "quorum_missing"
    OPERATION_NOT_COVERED = "operation_not_covered"
    OVER_REQUESTED = "over_requested"
    PAYBACK_TOO_LONG = "payback_too_long"
    PRINCIPLE_NOT_OFFERED = "principle_not_offered"
    MIX_NOT_OFFERED = "mix_not_offered"
    CONSENT_MISSING = "consent_missing"
    OVER_AVAILABLE = "over_available"
    OVER_RESERVED = "over_reserved"
    OVER_OUTSTANDING = "over_outstanding"
    OVER_FRAME = "over_frame"
    FOUR_EYES = "four_eyes"
    ALREADY_POSTED = "already_posted"
    STALE_VERSION = "stale_version"
    CPR_NUMBER = "cpr_number"
    INVALID_AMOUNT = "invalid_amount"
    INVALID_DATE = "invalid_date"
    POLICY_INVALID = "policy_invalid"


class Refusal(Exception):
    """A rule says no. Nothing has been changed; the code is stable, the sentence is for people."""

    code: ClassVar[Code]
    message: ClassVar[str]
    status: ClassVar[int] = 409

    def __init__(self, message: str | None = None, *, field: str | None = None, **values: Any) -> None:
        self.sentence = message or self.message
        self.field = field
        self.values = values
        super().__init__(f"{self.code}: {self.sentence} {values or ''}".strip())


class NotAllowed(Refusal):
    code = Code.NOT_ALLOWED
    message = N_("You do not have permission to do this.")
    status = 403


class WrongState(Refusal):
    code = Code.WRONG_STATE
    message = N_("This cannot be done in the current state.")


class AlreadyPosted(Refusal):
    code = Code.ALREADY_POSTED
    message = N_("This has already been registered.")


class FourEyes(Refusal):
    code = Code.FOUR_EYES
    message = N_("Two different people are needed here: whoever did the first step, or decided the award, cannot do this one.")


class StaleVersion(Refusal):
    code = Code.STALE_VERSION
    message = N_("This has been changed since you opened it. Your text is still here: compare, and save again.")


class Incomplete(Refusal):
    code = Code.INCOMPLETE
    message = N_("Something is missing.")
    status = 422


class InvalidAmount(Refusal):
    code = Code.INVALID_AMOUNT
    message = N_("Write an amount in kroner, for example 1.250.000 or 1.250.000,50.")
    status = 422


class InvalidDate(Refusal):
    code = Code.INVALID_DATE
    message = N_("Write a date as day-month-year, for example 31-12-2026.")
    status = 422


def require(permitted: bool) -> None:
    """Go on only if ``permitted``. Raises NotAllowed."""
    if not permitted:
        raise NotAllowed()
