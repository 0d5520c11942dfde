"""Which departments gain by what another one applies for: nobody is bound unasked (domain.md §4)."""

from collections.abc import Iterable

from fundbank.applications.rules.content import Content
from fundbank.people.rules import is_in_line

COMMENT_LENGTH = 2_000
"""As many characters has a comment at most."""


def gainers(content: Content, applicant_id: int) -> frozenset[int]:
    """The ids of the departments that the business case names as gaining, but for the one that applies."""
    return frozenset(content.department_ids - {applicant_id})


def gains(path: str, gaining: Iterable[str]) -> bool:
    """Does the unit at ``path`` gain: is it one of those at ``gaining``, above or below one, as for a conflict of interest?"""
    return any(is_in_line(path, one) for one in gaining)
