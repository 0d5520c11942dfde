"""What the advisers found of an application, on paper."""

from collections.abc import Sequence

from fundbank.applications.models import Application
from fundbank.applications.models.advice import Advice
from fundbank.applications.queries.advice import advice_given_on
from fundbank.applications.rules.advice import FOUND, Found
from fundbank.kit.formats import day
from fundbank.kit.language import gettext as _
from fundbank.pools.words import SCREENING_CHECKS
from fundbank.reports.blocks import Block, Facts, Heading


def advice_on_paper(application: Application) -> list[Block]:
    """All that was advised; nothing if nothing was."""
    given = advice_given_on([application.id])[application.id]
    return [Heading(_("Advice")), *advised(given)] if given else []


def advised(given: Sequence[Advice]) -> list[Block]:
    """The same without a heading: of each what the adviser says, and what was found of each of the six checks."""
    return [Facts([(_("Advice of %(name)s, %(day)s", name=one.adviser.name, day=day(one.given_at)), said(one))]) for one in given]


def said(advice: Advice) -> str:
    """The advice in lines."""
    checks = [
        f"{_(SCREENING_CHECKS[code])}: {_(FOUND[Found(found)])}" + (f". {advice.comments[code]}" if code in advice.comments else "")
        for code, found in advice.results.items()
    ]
    return "\n".join([*([advice.text] if advice.text else []), *checks])
