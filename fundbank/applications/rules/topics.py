"""The steps in which an application is written, one topic each: what each asks, what it still lacks, and how far it is. Pure.

Every part of the content belongs to exactly one topic, and whoever saves a topic touches no other. ``ANNEXES`` takes
files, which are no part of the content; the last step, ``CHECK``, asks nothing.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from fundbank.applications.rules.changes import ROWS, changes
from fundbank.applications.rules.content import Content
from fundbank.applications.rules.words import FIELDS
from fundbank.errors import N_, Refusal


@dataclass(frozen=True)
class Topic:
    """One step: its code in addresses and in the history, its title (a message id), and the parts of ``Content`` that it owns."""

    code: str
    title: str
    fields: tuple[str, ...] = ()
    has_figures: bool = False
    """Does it change what the application comes to, or is that read there before it is sent?"""

    @property
    def asked(self) -> tuple[str, ...]:
        """What it asks for, as faults call it: the fields of its form, and parts of its page."""
        return tuple(name.removesuffix("_ore").removesuffix("_id") for name in self.fields)

    def taken(self, said: Content, onto: Content) -> Content:
        """Return what ``onto`` says, with this topic as ``said`` has it."""
        return onto.replace(**{name: getattr(said, name) for name in self.fields})

    def owns(self, field: str | None) -> bool:
        """Is it this topic that asks for what a fault calls ``field``: a field of a form, or a part of the page?"""
        return field in self.asked


PROJECT = Topic("project", N_("The project"), ("title", "summary", "kind", "initiative", "frame", "facts"))
NEED = Topic("need", N_("Need and goal"), ("need", "bought", "purchases", "supports", "own_scores"))
MONEY = Topic("money", N_("Money"), ("loan_ore", "grant_ore", "lower_ore", "costs", "operation_money", "own_financing"), has_figures=True)
GAINS = Topic("gains", N_("Gains"), ("gains", "gain_areas", "qualitative_gains", "stated_payback"), has_figures=True)
WHO = Topic("who", N_("Who is responsible"), ("gain_owner_id", "gain_owners", "system_owner_id", "project_leader", "it_consulted"))
ANNEXES = Topic("annexes", N_("Annexes"))
CHECK = Topic("check", N_("Check and send"), has_figures=True)

TOPICS = (PROJECT, NEED, MONEY, GAINS, WHO)
"""What is written, in the order in which it is asked."""
STEPS = (*TOPICS, ANNEXES, CHECK)


class Standing(StrEnum):
    """How far a step is."""

    NOT_BEGUN = "not_begun"
    MISSING = "missing"
    DONE = "done"
    OPTIONAL = "optional"


STANDINGS = {
    Standing.NOT_BEGUN: N_("Not begun"),
    Standing.MISSING: N_("Something is missing"),
    Standing.DONE: N_("Finished"),
    Standing.OPTIONAL: N_("Optional"),
}
TONES = {Standing.NOT_BEGUN: "", Standing.MISSING: "warning", Standing.DONE: "success", Standing.OPTIONAL: ""}


def step(code: str) -> Topic | None:
    """The step of this code, if there is one."""
    return next((one for one in STEPS if one.code == code), None)


def topic_of(field: str | None) -> Topic:
    """The topic that asks for what a fault of ``completeness`` calls ``field``. What nobody asks for is told where all is checked."""
    return next((topic for topic in TOPICS if topic.owns(field)), CHECK)


def faults_in(topic: Topic, faults: Iterable[Refusal]) -> list[Refusal]:
    """Those of the faults that are mended in this topic."""
    return [fault for fault in faults if topic_of(fault.field) == topic]


def standing(topic: Topic, content: Content, faults: Sequence[Refusal], *, is_sent: bool = False, has_annexes: bool = False) -> Standing:
    """How far a step is. ``faults`` are all that stand in the way of submitting; the last step is done when it ``is_sent`` or signed."""
    if topic == ANNEXES:
        return Standing.DONE if has_annexes else Standing.OPTIONAL
    if topic == CHECK:
        return Standing.DONE if is_sent else Standing.MISSING if faults else Standing.NOT_BEGUN
    if not _is_begun(topic, content):
        return Standing.NOT_BEGUN
    return Standing.MISSING if faults_in(topic, faults) else Standing.DONE


def where_to_go_on(content: Content, faults: Sequence[Refusal]) -> Topic:
    """The first step that is not done, as long as anything stands in the way of submitting; else the last one, where it is sent."""
    if not faults:
        return CHECK
    return next((topic for topic in TOPICS if standing(topic, content, faults) != Standing.DONE), CHECK)


def after(topic: Topic) -> Topic:
    """The next step; the last one is its own."""
    return STEPS[min(STEPS.index(topic) + 1, len(STEPS) - 1)]


def before(topic: Topic) -> Topic | None:
    """The step before, if there is one."""
    return STEPS[STEPS.index(topic) - 1] if topic != STEPS[0] else None


def touched(old: Content, new: Content) -> Collection[Topic]:
    """The topics in which the two say something else. Rows are the same in another order, and an amount of 0 is not one that is missing."""
    rows = {change.field for change in changes(old, new) if change.is_rows}
    texts = {field for field in FIELDS if field not in ROWS and getattr(old, field) != getattr(new, field)}
    return [topic for topic in TOPICS if not (rows | texts).isdisjoint(topic.fields)]


_BLANK = Content()
_CHOSEN_AT_THE_START = ("title", "kind")


def _is_begun(topic: Topic, content: Content) -> bool:
    return any(getattr(content, name) != getattr(_BLANK, name) for name in topic.fields if name not in _CHOSEN_AT_THE_START)
