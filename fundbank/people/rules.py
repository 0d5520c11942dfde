"""The tree of departments, as pure questions about paths (``/1/4/``: the ids from the top down); what a password and a link must be."""

from datetime import timedelta

PASSWORD_LEAST = 12
PASSWORD_MOST = 200
LINK_LIFE = {"invitation": timedelta(days=7), "reset": timedelta(days=1)}
PATH_MOST = 200


def is_within(path: str, other: str) -> bool:
    """Is the unit with ``path`` the unit with ``other``, or below it?"""
    return path.startswith(other)


def is_in_line(path: str, other: str) -> bool:
    """Is one of the two units the other, above it or below it? (domain.md §4)"""
    return is_within(path, other) or is_within(other, path)
