"""Playing a scenario: each event calls the operation that the pages call, with its own date as today."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from fundbank.errors import Refusal
from fundbank.kit.clock import noon
from fundbank.kit.transaction import attempt, replaying, tell_followers
from fundbank.scenarios.acts import act
from fundbank.scenarios.reader import Event, Scenario
from fundbank.scenarios.world import World, build


@dataclass(frozen=True)
class Difference:
    """An event that did not do what the file says."""

    event: Event[Any]
    expected: str | None
    got: str | None

    def __str__(self) -> str:
        said = f"refused with {self.expected}" if self.expected else "to be done"
        did = f"was refused with {self.got}" if self.got else "was done"
        return f"event {self.event.number} ({self.event.on}, {self.event.do} by {self.event.by}): expected {said}, but it {did}"


@dataclass
class Played:
    """A played scenario: the world that it made, each refusal by event number, and where it left its file."""

    world: World
    refusals: list[tuple[int, str]] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)


def play(scenario: Scenario, *, policy: str | None = None) -> Played:
    """Build the scenario's pool and play its events in order; ``policy`` names another preset ("what if").

    An event that is refused changes nothing, and nobody is written to. Raises Refusal if the pool itself cannot be made.
    """
    with replaying():
        played = Played(build(scenario, policy=policy))
        for event in scenario.events:
            code = _play_event(played.world, event)
            if code is not None:
                played.refusals.append((event.number, code))
            if code != event.refused:
                played.differences.append(Difference(event, event.refused, code))
    return played


def _play_event(world: World, event: Event[Any]) -> str | None:
    """Do what the event says, wholly or not at all. Returns the code of the refusal, or None.

    Events of one day happen one after the other (a microsecond apart): who submitted first that day ranks first in a tie.
    """
    at = noon(event.on) + timedelta(microseconds=event.number)
    try:
        with attempt():
            act(world, world.people[event.by], at, event)
            tell_followers()  # each event is a unit of work of its own: its letters say what was so then
    except Refusal as refusal:
        return refusal.code
    return None
