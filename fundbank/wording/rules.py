"""What a wording may say: plain text with words in braces that stand for facts of the letter. Nothing in it is ever run."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from fundbank.errors import N_, Code, Refusal

LONGEST = 2000
BRACES = re.compile(r"\{([^{}\n]*)\}")


class Kind(StrEnum):
    """The letter that the words are for: of a decision by its outcome, or of a claim."""

    APPROVE = "approve"
    REJECT = "reject"
    DEFER = "defer"
    RETURN = "return"
    CLAIM = "claim"


@dataclass(frozen=True)
class Placeholder:
    """A word in braces, as it is written in each language, and what stands there in the letter."""

    code: str
    names: Mapping[str, str]
    meaning: str


def _placeholder(code: str, danish: str, english: str, meaning: str) -> Placeholder:
    return Placeholder(code, {"da": danish, "en": english}, meaning)


TITLE = _placeholder("title", "titel", "title", N_("the application's title"))
NUMBER = _placeholder("number", "nummer", "number", N_("the application's number"))
DEPARTMENT = _placeholder("department", "enhed", "department", N_("the department that the letter is to"))
FORUM = _placeholder("forum", "forum", "forum", N_("the forum's name"))
MEETING = _placeholder("meeting", "mødedag", "meeting day", N_("the day of the meeting"))
ASKED = _placeholder("asked", "ansøgt", "asked", N_("the amount that was applied for"))
GIVEN = _placeholder("given", "bevilget", "given", N_("the amount that was approved"))
DEADLINE = _placeholder("deadline", "frist", "deadline", N_("the last day to accept, or to pay"))
YEAR = _placeholder("year", "år", "year", N_("the year of the gains"))
AMOUNT = _placeholder("amount", "beløb", "amount", N_("the amount that is to be paid"))

_OF_EVERY_DECISION = (TITLE, NUMBER, DEPARTMENT, FORUM, MEETING, ASKED)
PLACEHOLDERS: Mapping[Kind, tuple[Placeholder, ...]] = {
    Kind.APPROVE: (*_OF_EVERY_DECISION, GIVEN, DEADLINE),
    Kind.REJECT: _OF_EVERY_DECISION,
    Kind.DEFER: _OF_EVERY_DECISION,
    Kind.RETURN: _OF_EVERY_DECISION,
    Kind.CLAIM: (TITLE, NUMBER, DEPARTMENT, FORUM, YEAR, AMOUNT, DEADLINE),
}


class UnknownPlaceholder(Refusal):
    """A word in braces that stands for nothing in this letter."""

    code = Code.INCOMPLETE
    message = N_("“{%(name)s}” stands for nothing in this letter. Choose one of: %(known)s.")
    status = 422


def names(kind: Kind, language: str) -> list[str]:
    """The words that may stand in braces in a letter of this kind, as they are written in ``language``."""
    return [placeholder.names[language] for placeholder in PLACEHOLDERS[kind]]


def check_placeholders(text: str, kind: Kind, language: str, *, field: str) -> None:
    """Raise UnknownPlaceholder for the first word in braces of ``text`` that the letter has no fact for."""
    known = names(kind, language)
    for name in _in_braces(text):
        if name not in known:
            raise UnknownPlaceholder(field=field, name=name, known=", ".join(f"{{{one}}}" for one in known))


def filled(text: str, kind: Kind, language: str, facts: Mapping[str, str]) -> str:
    """Put the facts of a letter, by the placeholders' codes, where their words stand. What stands for nothing stays as it is written."""
    said = {placeholder.names[language]: facts.get(placeholder.code, "") for placeholder in PLACEHOLDERS[kind]}
    return BRACES.sub(lambda found: said.get(_plain(found[1]), found[0]), text)


def _in_braces(text: str) -> Iterable[str]:
    return (_plain(found[1]) for found in BRACES.finditer(text))


def _plain(name: str) -> str:
    return " ".join(name.lower().split())
