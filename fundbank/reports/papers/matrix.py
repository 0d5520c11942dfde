"""The decision matrix: every item of an agenda beside the others, as far as the reader may know what it was scored (domain.md §5)."""

from collections.abc import Mapping, Sequence

from fundbank.errors import N_
from fundbank.kit.formats import points, whole
from fundbank.kit.language import gettext as _
from fundbank.kit.language import ngettext
from fundbank.meetings.queries.candidates import Candidate
from fundbank.meetings.rules.choices import level_of
from fundbank.pools.criteria import CRITERIA
from fundbank.pools.policy import Policy
from fundbank.pools.words import LEVELS
from fundbank.reports.blocks import Table, columns, joined
from fundbank.reports.papers.wishes import HIDDEN, Ranked
from fundbank.scoring.rules import Assessment, CriterionScore


def key_of(one: Candidate) -> str:
    """Where in the paper the application has a page of its own."""
    return f"application-{one.application.number}"


def matrix(items: Sequence[Candidate], found: Ranked, policy: Policy) -> Table:
    """A row for each item, which leads to its page. Amounts in whole kroner."""
    levels = [_(LEVELS[level]) if level in LEVELS else level for level in policy.scale]
    frames = {frame.code: frame.name for frame in policy.frames}
    rows = [
        (
            _item(one, frames),
            _asked(one),
            *_scores(found.assessments.get(one.id), levels),
            _gain(one),
            _("none") if one.payback_months is None else payback(one.payback_months),
        )
        for one in items
    ]
    headers = (
        _("Item"), _("Applied for"), *(_(criterion.short) for criterion in CRITERIA), _("Points"), _("Gain a year"), _("Payback"),
    )  # fmt: skip
    links = [f"#{key_of(one)}" for one in items]
    right = columns(1, len(CRITERIA) + 2, len(CRITERIA) + 3)
    caption = _("The decision matrix: what is asked for, each criterion's level and what it gains, in whole kroner")
    return Table(caption, headers, rows, right, links=links)


def _item(one: Candidate, frames: Mapping[str, str]) -> str:
    number = _("No. %(number)s", number=one.application.number)
    marks = joined((_(one.initiative) if one.initiative else None, frames.get(one.frame or "")), " · ")
    return joined((one.title, f"{number} · {one.application.department.name}", marks))


def _asked(one: Candidate) -> str:
    if not one.loan_ore or not one.grant_ore:
        return joined((whole(one.asked_ore), _("loan") if one.loan_ore else _("grant")))
    parts = ((N_("loan %(sum)s"), one.loan_ore), (N_("grant %(sum)s"), one.grant_ore))
    return joined((whole(one.asked_ore), *(_(said, sum=whole(ore)) for said, ore in parts)))


def _scores(found: Assessment | None, levels: Sequence[str]) -> list[str]:
    """The criteria in their order and the points: dashes for what has no score, or none that the reader may know."""
    if found is None:
        return [HIDDEN] * (len(CRITERIA) + 1)
    return [*(_level(found.criteria[criterion.code], levels) for criterion in CRITERIA), points(found.total)]


def _level(score: CriterionScore, levels: Sequence[str]) -> str:
    level = score.consensus_level or level_of(score.mean, len(levels))
    agreed = _("agreed") if score.consensus_level else None
    return joined((levels[level - 1], agreed, _("discuss") if score.discuss else None))


def _gain(one: Candidate) -> str:
    annual = one.annual
    if not annual.high_ore:
        return _("none in kroner")
    if annual.low_ore == annual.high_ore:
        return whole(annual.typical_ore)
    ends = ((N_("low %(sum)s"), annual.low_ore), (N_("high %(sum)s"), annual.high_ore))
    return joined((whole(annual.typical_ore), *(_(said, sum=whole(ore)) for said, ore in ends)))


def payback(months: int | None) -> str:
    """After how long it has come home."""
    return _("Not within the case") if months is None else ngettext("%(num)s month", "%(num)s months", months)
