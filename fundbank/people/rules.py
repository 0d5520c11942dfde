"""The tree of departments, as pure questions about paths (``/1/4/``: the ids from the top down); what a password and a link must be."""

from datetime import timedelta

PASSWORD_LEAST = 12
PASSWORD_MOST = 200
LINK_LIFE = {"invitation": timedelta(days=7), "reset": timedelta(days=1)}
PATH_MOST = 200


def is_mostly(password: str, *known: str | None) -> bool:
    """Is too little left of a password without what everybody knows of the person: the name, the e-mail address? Signs don't count."""
    said = _bare(password)
    rest = said
    for words in known:
        for word in (words or "", (words or "").partition("@")[0]):
            rest = rest.replace(_bare(word), "")
    return rest != said and len(rest) < PASSWORD_LEAST


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def is_within(path: str, other: str) -> bool:
    """Is the unit with ``path`` the unit with ``other``, or below it?"""
    return path.startswith(other)


def is_in_line(path: str, other: str) -> bool:
    """Is one of the two units the other, above it or below it? (domain.md §4)"""
    return is_within(path, other) or is_within(other, path)
