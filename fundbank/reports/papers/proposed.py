"""The proposals that were put before a meeting, for its minutes: a later one takes the place of an earlier, and none vanishes."""

from collections.abc import Mapping, Sequence

from fundbank.kit.formats import kroner, moment
from fundbank.kit.language import gettext as _
from fundbank.meetings.models import Meeting
from fundbank.meetings.queries.proposals import proposals_put
from fundbank.meetings.words import AIMS
from fundbank.pools.criteria import CRITERIA
from fundbank.proposals.rules import Aim
from fundbank.reports.blocks import Block, Heading, Table, columns


def proposals(meeting: Meeting, *, is_blind: bool) -> list[Block]:
    """Who put which proposal before the meeting and when, what it was asked with, and what it gives in all.

    Nothing where there was none. What it gives follows from the scores: ``is_blind`` is a reader who may not know them all.
    """
    rows = [
        (one.put_by.name, moment(one.put_at), _asked(one.asked), "–" if is_blind else kroner(sum(one.sums.values())))
        for one in proposals_put(meeting)
    ]  # fmt: skip
    if not rows:
        return []
    headers = (_("Put by"), _("When"), _("Asked with"), _("Gives in all"))
    table = Table(_("Each took the place of the one before it"), headers, rows, columns(3), shares=(4, 4, 8, 4))
    return [Heading(_("Proposals that were put before the meeting")), table]


def _asked(asked: Mapping[str, Sequence[str]]) -> str:
    """Aim, money, floor and weights as they were written; without any, as the rules say."""
    told = {name: said[0] for name, said in asked.items() if said}
    parts = [_(AIMS[Aim(told["aim"])])] if told.get("aim") in list(Aim) else []
    parts += [f"{_('Money')}: {told['money']}"] if told.get("money") else []
    parts += [f"{_('Floor')}: {told['floor']}"] if told.get("keeps_floor") and told.get("floor") else []
    parts += [f"{_(one.name)}: {told[key]}" for one in CRITERIA if (key := f"weight_{one.code}") in told]
    return "; ".join(parts) or _("As the pool's rules say")
