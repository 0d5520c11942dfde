"""The proposals that were put before a meeting, for its minutes: a later one takes the place of an earlier, and none vanishes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from fundbank.kit.formats import kroner, moment
from fundbank.kit.language import gettext as _
from fundbank.kit.numbers import read_share
from fundbank.meetings.models import Meeting
from fundbank.meetings.queries.proposals import proposals_put
from fundbank.meetings.words import AIMS
from fundbank.pools.criteria import CRITERIA
from fundbank.pools.models import PolicyVersion
from fundbank.pools.queries import policy_versions
from fundbank.proposals.rules import Aim
from fundbank.reports.blocks import Block, Heading, Table, columns


def proposals(meeting: Meeting, *, is_blind: bool) -> list[Block]:
    """Who put which proposal before the meeting and when, what it was asked with, what it gives in all, and why it took another's place.

    Nothing where there was none. What it gives follows from the scores: ``is_blind`` is a reader who may not know them all.
    """
    put = proposals_put(meeting)
    if not put:
        return []
    versions = policy_versions(meeting.pool)
    rows = [
        (
            one.put_by.name,
            moment(one.put_at),
            _asked(one.asked, _weights_at(versions, one.put_at)),
            "–" if is_blind else kroner(sum(one.sums.values())),
            one.reason or "–",
        )
        for one in put
    ]
    headers = (_("Put by"), _("When"), _("Asked with"), _("Gives in all"), _("Why in another's place"))
    table = Table(_("Each took the place of the one before it"), headers, rows, columns(3), shares=(4, 4, 6, 4, 5))
    return [Heading(_("Proposals that were put before the meeting")), table]


def _weights_at(versions: Sequence[PolicyVersion], at: datetime) -> Mapping[str, Decimal]:
    """What the pool's rules of that moment let each criterion count; ``versions`` have the newest first."""
    return next((one for one in versions if one.made_at <= at), versions[-1]).policy.weights


def _asked(asked: Mapping[str, Sequence[str]], by_rules: Mapping[str, Decimal]) -> str:
    """Aim, money, floor and weights as they were written, weights where they count otherwise than ``by_rules``; else as the rules say."""
    told = {name: said[0] for name, said in asked.items() if said}
    parts = [_(AIMS[Aim(told["aim"])])] if told.get("aim") in list(Aim) else []
    parts += [f"{_('Money')}: {told['money']}"] if told.get("money") else []
    parts += [f"{_('Floor')}: {told['floor']}"] if told.get("keeps_floor") and told.get("floor") else []
    if not _count_alike(told, by_rules):
        parts += [f"{_(one.name)}: {told[key]}" for one in CRITERIA if (key := f"weight_{one.code}") in told]
    return "; ".join(parts) or _("As the pool's rules say")


def _count_alike(told: Mapping[str, str], by_rules: Mapping[str, Decimal]) -> bool:
    """Do the weights count as by the rules? They count by their proportion; one that was left out is as the rules say."""
    asked = {code: told.get(f"weight_{code}") for code in by_rules}
    read = {code: 100 * by_rules[code] if text is None else read_share(text) or Decimal(0) for code, text in asked.items()}
    whole, of_rules = sum(read.values(), Decimal(0)), sum(by_rules.values(), Decimal(0))
    return all(of * of_rules == by_rules[code] * whole for code, of in read.items())
