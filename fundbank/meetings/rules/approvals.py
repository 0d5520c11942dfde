"""Who may be the decider of a matter that the forum recommends: never somebody who has had a hand in it (domain.md §4, §7, §11)."""

from collections.abc import Collection
from dataclasses import dataclass

from fundbank.errors import N_


@dataclass(frozen=True)
class Hands:
    """Who has had a hand in a matter, as people's ids. That somebody's people gain by it is no hand in it (domain.md §4)."""

    forum: Collection[int]  # present at the meeting, opened, recorded, closed or signed it
    scorers: Collection[int]
    writers: Collection[int]  # began it, handed it in or signed it
    in_conflict: Collection[int]


@dataclass(frozen=True)
class Word:
    """What a decider says of the matter with this key."""

    key: str
    is_approved: bool
    reason: str = ""


def why_not(person_id: int, hands: Hands) -> str | None:
    """Why the person is not the one to decide, as a message id; None: they may."""
    if person_id in hands.in_conflict:
        return N_("You have a conflict of interest: another decider says what is decided.")
    if person_id in hands.forum:
        return N_("You took part in the meeting that recommends it: another decider says what is decided.")
    if person_id in hands.scorers:
        return N_("You scored it: another decider says what is decided.")
    if person_id in hands.writers:
        return N_("You wrote or signed it: another decider says what is decided.")
    return None
