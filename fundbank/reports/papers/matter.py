"""An application on one page of the agenda: need and goal, money, what each area gains, payback, who, what those who gain
say, and what was asked.
"""

from collections.abc import Mapping, Sequence

from fundbank.applications.models import Comment
from fundbank.applications.queries.advice import advice_given_on
from fundbank.applications.queries.annexes import annexes_of_versions
from fundbank.applications.queries.gainers import Answered, Said, answers_on, comments_on
from fundbank.applications.queries.questions import questions_on
from fundbank.applications.rules.business_case import ENDS, annual_gain, payback_months
from fundbank.applications.rules.case_tables import payback_limit
from fundbank.applications.rules.content import Content
from fundbank.applications.rules.spans import GainSpan, gain_spans
from fundbank.errors import N_
from fundbank.files.models import File
from fundbank.kit.formats import day, filesize, kroner, whole
from fundbank.kit.language import gettext as _
from fundbank.kit.language import ngettext
from fundbank.meetings.queries.candidates import Candidate
from fundbank.pools.criteria import NAMES
from fundbank.pools.policy import Policy
from fundbank.reports.blocks import Block, Bullets, Facts, Heading, NewPage, Pair, Table, Text, columns, joined
from fundbank.reports.papers.advice import advised
from fundbank.reports.papers.annexes import what
from fundbank.reports.papers.asked import thread
from fundbank.reports.papers.business_case import stated_payback
from fundbank.reports.papers.comments import answers, by
from fundbank.reports.papers.matrix import key_of, payback
from fundbank.reports.queries import department_names, names_of

CASHABLE, NOT_CASHABLE = N_("Cashable"), N_("Not cashable")


def matters(items: Sequence[Candidate], policy: Policy) -> list[Block]:
    """A page for each, in their order."""
    ids = [one.id for one in items]
    given, said, asked, advice = answers_on(ids), comments_on(ids), questions_on(ids), advice_given_on(ids)
    annexes = annexes_of_versions([one.version.id for one in items])
    units = department_names({id_ for one in items for id_ in one.content.department_ids})
    people = names_of({id_ for one in items for id_ in one.content.owner_ids})
    blocks: list[Block] = []
    for place, one in enumerate(items, start=1):
        begins = [Heading(_("The applications"), key="applications")] if place == 1 else []
        title = Heading(_("%(place)s. %(title)s", place=place, title=one.title), 3, key_of(one))
        blocks += [NewPage(), *begins, title, *_matter(one, policy, units, people)]
        blocks += _annexes(annexes[one.version.id])
        blocks += [*_gainers(given[one.id], said[one.id]), *thread(asked[one.id]), *advised(advice[one.id])]
    return blocks


def _matter(one: Candidate, policy: Policy, units: Mapping[int, str], people: Mapping[int, str]) -> list[Block]:
    content = one.content
    return [
        Facts(_head(one, policy)),
        *([Text(content.summary)] if content.summary else []),
        Facts([(_("The need"), content.need), (_("What is bought"), content.bought)]),
        *_gains(content, units),
        Facts([*_money(content), *_payback(content, policy)]),
        Facts(_who(content, people)),
    ]


def _head(one: Candidate, policy: Policy) -> list[Pair]:
    content, frame = one.content, policy.frame(one.frame) if one.frame else None
    both = one.loan_ore and one.grant_ore
    version = _("Version %(number)s of %(moment)s", number=one.version.number, moment=day(one.version.made_at))
    return [
        (_("Application"), joined((_("No. %(number)s", number=one.application.number), version), ", ")),
        (_("Department"), one.application.department.name),
        (_("Loan asked for"), kroner(one.loan_ore) if one.loan_ore else None),
        (_("Grant asked for"), kroner(one.grant_ore) if one.grant_ore else None),
        (_("Asked for in all"), kroner(one.asked_ore) if both else None),
        (_("Could make do with"), kroner(content.lower_ore) if content.lower_ore else None),
        (_("Must, may or prerequisite"), _(one.initiative) if one.initiative else None),
        (_("Budget frame"), frame.name if frame else None),
    ]


def _gains(content: Content, units: Mapping[int, str]) -> list[Block]:
    """What a full year of each area gains at its ends, the amounts that are stated directly, and the gains in words."""
    blocks = [*_areas(content, units), *_direct(content, units)]
    if content.qualitative_gains:
        blocks.append(Bullets([f"{_(NAMES.get(gain.criterion, gain.criterion))}: {gain.text}" for gain in content.qualitative_gains]))
    return blocks or [Text(_("No gain has been stated."))]


def _areas(content: Content, units: Mapping[int, str]) -> list[Block]:
    rows = [
        (joined((area.name, units.get(area.department_id))), _(_kind(area.cashable)), *(whole(annual_gain(area, end)) for end in ENDS))
        for area in content.gain_areas
    ]
    headers = (_("Gain area"), _("Kind"), _("Low"), _("Typical"), _("High"))
    return [Table(_("What a full year gains, in whole kroner"), headers, rows, columns(2, 3, 4))] if rows else []


def _direct(content: Content, units: Mapping[int, str]) -> list[Block]:
    rows = [
        (joined((span.text, units.get(span.department_id))), _(_kind(span.cashable)), _years(span), whole(span.amount_ore or 0))
        for span in gain_spans(content.gains)
    ]
    headers = (_("Gain"), _("Kind"), _("Years of the case"), _("Kroner a year"))
    return [Table(_("Gains stated directly, in whole kroner"), headers, rows, columns(3))] if rows else []


def _kind(cashable: bool) -> str:
    return CASHABLE if cashable else NOT_CASHABLE


def _years(span: GainSpan) -> str:
    return str(span.first) if span.first == span.last else f"{span.first}–{span.last}"


def _money(content: Content) -> list[Pair]:
    """What it costs, and what the department pays itself."""
    operation = {cost.year: 0 for cost in content.costs if cost.kind == "operation"}
    for cost in content.costs:
        if cost.kind == "operation":
            operation[cost.year] += cost.amount_ore or 0
    return [
        (_("Set-up"), kroner(content.establishment_ore)),
        (_("Running costs, the dearest year"), kroner(max(operation.values())) if operation else None),
        (_("Where the money for running costs comes from"), content.operation_money),
        (_("Own financing"), kroner(content.own_ore) if content.own_ore else None),
    ]


def _payback(content: Content, policy: Policy) -> list[Pair]:
    limit, of_all, of_cashable = payback_limit(content, policy), payback_months(content), payback_months(content, cashable_only=True)
    said: list[Pair] = [(_("Payback, all gains"), payback(of_all))]
    if of_cashable != of_all:
        said.append((_("Payback, cashable gains alone"), payback(of_cashable)))
    said.append((_("Payback stated by the department"), stated_payback(content)))
    if limit is not None:
        within = _("Within the limit") if limit.is_kept else _("Beyond the limit")
        years = ngettext("%(num)s year", "%(num)s years", limit.years)
        said.append((_("Limit for loans"), f"{years}. {within}"))
    return said


def _who(content: Content, people: Mapping[int, str]) -> list[Pair]:
    return [
        (_("Gain owner"), people.get(content.gain_owner_id or 0)),
        (_("Gain owners of the other departments"), content.gain_owners),
        (_("System owner"), people.get(content.system_owner_id or 0)),
        (_("Project manager"), content.project_leader),
    ]


def _annexes(files: Sequence[File]) -> list[Block]:
    """What it was handed in with."""
    said = [f"{file.name} ({what(file)}, {filesize(file.content.size)})" for file in files]
    return [Facts([(_("Annexes"), "\n".join(said))])] if said else []


def _gainers(given: Sequence[Answered], said: Said) -> list[Block]:
    """Who else gains, whether they say so, and what they say about it."""
    blocks: list[Block] = [Facts([(_("Departments that gain"), answers(given)), *map(_comment, said.comments)])]
    if said.has_earlier:
        blocks.append(Text(_("These are the newest. The others stand on the application's page.")))
    return blocks


def _comment(comment: Comment) -> Pair:
    return by(comment), comment.text
