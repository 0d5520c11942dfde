"""What departments need, as they answered a call: an overview, the most important first, what was withdrawn again, and each need whole."""

from collections.abc import Iterator
from datetime import datetime

from fundbank.ideas.models import Call, Need
from fundbank.ideas.queries.calls import needs_in_order, needs_withdrawn, standings
from fundbank.ideas.rules import INVESTMENT, STANDARD
from fundbank.ideas.words import LATE
from fundbank.kit.clock import local_date
from fundbank.kit.formats import amount, day, kroner
from fundbank.kit.language import gettext as _
from fundbank.reports.blocks import Block, Document, Facts, Heading, Pair, Table, Text, columns
from fundbank.reports.papers.letterhead import document


def needs(call: Call, at: datetime) -> Document:
    """The overview, then need by need; what nobody has answered is left out."""
    gone = needs_withdrawn(call)
    found = [(idea, idea.need) for idea in needs_in_order(call, "importance") if idea.need is not None]
    headers = (_("Title"), _("Department"), _("Importance"), _("To develop"), _("To run, a year"))
    rows = [
        (idea.title, idea.department.name, _rated(need), _money(need.development_ore), _money(need.operation_ore)) for idea, need in found
    ]
    blocks: list[Block] = [Text(_until(call)), *(Text(said) for said in _without_needs(call))]
    if rows:
        blocks.append(Table(_("The needs, in kroner"), headers, rows, columns(3, 4), shares=(34, 22, 14, 15, 15)))
    else:
        none = _("Every need that was sent has been withdrawn again.") if gone else _("No department has sent a need.")
        blocks.append(Text(none))
    if gone:
        columns_of_gone = (_("Title"), _("Department"), _("Withdrawn on"), _("Withdrawn by"), _("Why withdrawn"))
        lines = [(one.idea.title, one.idea.department.name, day(local_date(one.at)), one.by, one.reason or "–") for one in gone]
        blocks.append(Table(_("Sent, and withdrawn again"), columns_of_gone, lines, shares=(26, 18, 16, 16, 24)))
    for idea, need in found:
        late = f" · {_(LATE[need.late])}" if need.late else ""
        blocks += [Heading(idea.title), Text(f"{idea.department.name}{late}"), Facts(_answers(need))]
    return document(call.pool, at, call.title, blocks, _("The departments' needs"), call.title)


def _until(call: Call) -> str:
    if call.is_open:
        return _("The call is still open: departments answer until %(day)s, and rate their own needs.", day=day(call.due_on))
    return _("Departments answered until %(day)s, and rated their own needs.", day=day(call.due_on))


def _without_needs(call: Call) -> Iterator[str]:
    """Which departments have none, and which have not answered."""
    found = standings(call)
    none = [one.department.name for one in found if one.said_none and not one.sent]
    silent = [one.department.name for one in found if not one.has_answered]
    if none:
        yield _("No needs this time: %(names)s.", names=", ".join(none))
    if silent:
        yield _("Not answered: %(names)s.", names=", ".join(silent))


def _answers(need: Need) -> list[Pair]:
    said, asked = need.answers, need.call.questions
    money = [
        _("To develop it: %(amount)s", amount=kroner(said.development_ore)) if said.development_ore is not None else "",
        _("To run it: %(amount)s a year", amount=kroner(said.operation_ore)) if said.operation_ore is not None else "",
    ]
    answers = {**said.words, INVESTMENT: "\n".join(filter(None, money))}
    return [(_("Importance"), _rated(need)), *((asked[code], answers[code]) for code in STANDARD)]


def _rated(need: Need) -> str:
    return _("%(number)s of 5", number=need.importance) if need.importance else _("Not rated yet")


def _money(ore: int | None) -> str:
    return "–" if ore is None else amount(ore)
