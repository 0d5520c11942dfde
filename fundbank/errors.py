"""Refusals: every "no" that a rule can say, with a stable code (domain.md §12).

A refusal carries an English message id and its values, never a finished sentence: the web edge and the command line turn it into the
reader's language. Values whose name ends in ``_ore`` are shown as kroner, dates by locale. General refusals stand here; those of one
rule stand beside that rule.
"""

from typing import Any, ClassVar


def N_(message: str) -> str:
    """Mark a message for the catalogue without translating it (pure code knows no language)."""
    return message


class Refusal(Exception):
    """A rule says no. Nothing has been changed; the code is stable, the sentence is for people."""

    code: ClassVar[str]
    message: ClassVar[str]
    status: ClassVar[int] = 409

    def __init__(self, message: str | None = None, *, field: str | None = None, **values: Any) -> None:
        self.sentence = message or self.message
        self.field = field
        self.values = values
        super().__init__(f"{self.code}: {self.sentence} {values or ''}".strip())


class NotAllowed(Refusal):
    code = "not_allowed"
    message = N_("You do not have permission to do this.")
    status = 403


class WrongState(Refusal):
    code = "wrong_state"
    message = N_("This cannot be done in the current state.")


class AlreadyPosted(Refusal):
    code = "already_posted"
    message = N_("This has already been registered.")


class FourEyes(Refusal):
    code = "four_eyes"
    message = N_("Two different people are needed here: whoever did the first step, or decided the award, cannot do this one.")


class StaleVersion(Refusal):
    code = "stale_version"
    message = N_("This has been changed since you opened it. Your text is still here: compare, and save again.")


class Incomplete(Refusal):
    code = "incomplete"
    message = N_("Something is missing.")
    status = 422


class InvalidAmount(Refusal):
    code = "invalid_amount"
    message = N_("Write an amount in kroner, for example 1.250.000 or 1.250.000,50.")
    status = 422


class InvalidDate(Refusal):
    code = "invalid_date"
    message = N_("Write a date as day-month-year, for example 31-12-2026.")
    status = 422


def require(permitted: bool) -> None:
    """Go on only if ``permitted``. Raises NotAllowed."""
    if not permitted:
        raise NotAllowed()
