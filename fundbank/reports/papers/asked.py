"""What was asked about an application, and what its department answered, on paper."""

from collections.abc import Sequence

from fundbank.applications.models import Application
from fundbank.applications.models.questions import Question
from fundbank.applications.queries.questions import Asked, questions_on
from fundbank.kit.formats import day
from fundbank.kit.language import gettext as _
from fundbank.reports.blocks import Block, Facts, Heading, Pair, Text


def asked_about(application: Application) -> list[Block]:
    """Each question with its answers; nothing if none was asked."""
    asked = questions_on([application.id])[application.id]
    return [Heading(_("Questions and answers")), *thread(asked)] if asked.questions else []


def thread(asked: Asked) -> list[Block]:
    """The same without a heading, as a page of the agenda has it."""
    blocks: list[Block] = [Facts(pairs(asked.questions))] if asked.questions else []
    if asked.has_earlier:
        blocks.append(Text(_("These are the newest. The others stand on the application's page.")))
    return blocks


def pairs(asked: Sequence[Question]) -> list[Pair]:
    """Who asked, when and of which version, with the question and what was answered."""
    said: list[Pair] = []
    for question in asked:
        values = {"name": question.asker.name, "day": day(question.asked_at), "number": question.version_number}
        said.append((_("%(name)s asked, %(day)s, on version %(number)s", **values), question.text))
        for answer in question.answers:
            who = {"name": answer.author.name, "department": answer.department.name, "day": day(answer.answered_at)}
            said.append((_("%(name)s, %(department)s, answered, %(day)s", **who), answer.text))
        if not question.answers:
            said.append((_("Answer"), _("Not answered")))
    return said
