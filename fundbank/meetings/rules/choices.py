"""What a choice between the items of an agenda comes to: money chosen and left, in the pool and in each frame. Amounts in whole øre."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from fundbank.applications.rules.completeness import check_principles
from fundbank.applications.rules.content import Content
from fundbank.errors import N_, Code, InvalidAmount, Refusal
from fundbank.kit.money import round_half_up
from fundbank.meetings.rules import OverRequested
from fundbank.pools.policy import Policy


@dataclass(frozen=True)
class Choice:
    """An item as it is chosen: what it would get as a loan and as a grant, and the frame that it is taken from."""

    application_id: int
    loan_ore: int
    grant_ore: int
    frame: str | None = None

    @property
    def total_ore(self) -> int:
        return self.loan_ore + self.grant_ore


@dataclass(frozen=True)
class Room:
    """A sum of money that is chosen from: the whole pool, or what a frame has left this year."""

    name: str
    before_ore: int
    chosen_ore: int

    @property
    def left_ore(self) -> int:
        """What would be left; nothing if too much is chosen."""
        return max(self.before_ore - self.chosen_ore, 0)

    @property
    def missing_ore(self) -> int:
        """How much more is chosen than there is."""
        return max(self.chosen_ore - self.before_ore, 0)


NOBODY = N_("Choose who sees to the conditions.")
NO_DAY = N_("Write by when the conditions are to be met.")


OTHERWISE_THAN_EITHER = N_(
    "Write why the forum decides otherwise than the proposal that lies before the meeting, or than the one that lay there first."
)


class OverrideReasonMissing(Refusal):
    """A decision against the proposal that lies before the meeting, or that lay there as it opened, without a reason."""

    code = Code.INCOMPLETE
    message = N_("Write why the forum decides otherwise than the proposal that lies before the meeting.")
    status = 422


class ReplacementReasonMissing(Refusal):
    """A proposal that takes the place of another in an open meeting, without a reason."""

    code = Code.INCOMPLETE
    message = N_("Write why this proposal takes the place of the one that lies before the meeting.")
    status = 422


def is_against(sums: Mapping[int, int], id_: int, ore: int) -> bool:
    """Does a proposal that gives these sums, in øre, give the item another one? Of what it did not choose among it says nothing."""
    return sums.get(id_, ore) != ore


@dataclass(frozen=True)
class Laid:
    """What the proposal that lies before a meeting gives the items that it chose among, in øre.

    ``first`` is what the one gave that lay there as the meeting opened, where another has taken its place since. ``unseen`` are the items
    of whose scores its reader may know nothing yet, and so nothing of what follows from them (domain.md §5).
    """

    sums: Mapping[int, int] = field(default_factory=dict)
    first: Mapping[int, int] = field(default_factory=dict)
    unseen: Collection[int] = ()

    def gives(self, id_: int) -> int | None:
        """What it gives the item as far as the reader may know; None of what he may not, and of what it did not choose among."""
        return None if id_ in self.unseen else self.sums.get(id_)

    def gave(self, id_: int) -> int | None:
        """What the item would have got as the meeting opened, as far as the reader may know; None where that is what it would get now."""
        first = None if id_ in self.unseen else self.first.get(id_)
        return None if first == self.sums.get(id_) else first

    @property
    def missing(self) -> str:
        """What a missing reason would have to tell, as a message id."""
        return OTHERWISE_THAN_EITHER if self.first else OverrideReasonMissing.message

    def asks_why(self, id_: int, ore: int) -> bool:
        """Is a reason needed? Always of what the reader may not know: otherwise the question would tell.

        Whoever puts a new proposal in the open meeting frees nobody from the reason that the first one asks for.
        """
        if id_ in self.unseen:
            return id_ in self.sums or id_ in self.first
        return is_against(self.sums, id_, ore) or is_against(self.first, id_, ore)


def room_in_pool(name: str, available_ore: int, choices: Iterable[Choice]) -> Room:
    """What the pool holds, and what is chosen of it."""
    return Room(name, available_ore, sum(choice.total_ore for choice in choices))


def rooms_in_frames(frames: Sequence[tuple[str, str, int]], choices: Sequence[Choice]) -> list[Room]:
    """What each frame with an amount holds this year, and what is chosen of it: frames as code, name and what is left."""
    return [Room(name, left_ore, sum(choice.total_ore for choice in choices if choice.frame == code)) for code, name, left_ore in frames]


def level_of(points: Fraction, scale_size: int) -> int:
    """The level that points from 0 to 100 lie nearest to, halves up: a mean in the words of the scale."""
    return 1 + round_half_up(points * (scale_size - 1) / 100)


def check_sums(policy: Policy, content: Content, loan_ore: int, grant_ore: int) -> None:
    """Can the forum give an application so much, whatever the pool holds?

    Raises InvalidAmount for nothing at all, PrincipleNotOffered, MixNotOffered, OverRequested.
    """
    if loan_ore < 0 or grant_ore < 0 or loan_ore + grant_ore == 0:
        raise InvalidAmount(N_("Write how much is approved, as a loan, as a grant, or both."), field="loan")
    check_principles(policy, loan_ore, grant_ore)
    if loan_ore + grant_ore > content.requested_ore:
        raise OverRequested(field="loan", limit_ore=content.requested_ore)
