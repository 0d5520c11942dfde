"""What the departments that gain by applications say about these, on paper as on the pages."""

from collections.abc import Sequence

from fundbank.applications.answers import answered
from fundbank.applications.models import Application, Comment
from fundbank.applications.queries.gainers import Answered, answers_on, comments_on
from fundbank.kit.formats import day
from fundbank.kit.language import gettext as _
from fundbank.reports.blocks import Block, Facts, Heading, Text


def comments(applications: Sequence[Application]) -> list[Block]:
    """Each comment with who wrote it, when and on which version; of several applications under their titles. Nothing if none was made."""
    ids = [application.id for application in applications]
    said, given = comments_on(ids), answers_on(ids)
    if not said and not given:
        return []
    blocks: list[Block] = [Heading(_("What the gaining departments say"))]
    for application in applications:
        if application.id in said or application.id in given:
            if len(applications) > 1:
                blocks.append(Heading(application.title, 3))
            if said[application.id].has_earlier:
                blocks.append(Text(_("These are the newest. The others stand on the application's page.")))
            named = (_("Departments that gain"), answers(given[application.id]))
            blocks.append(Facts([named, *((by(comment), comment.text) for comment in said[application.id].comments)]))
    return blocks


def by(comment: Comment) -> str:
    """Who says it, of which department, when and on which version, and whether they gain."""
    said = _(
        "%(name)s, %(department)s, %(day)s, on version %(number)s",
        name=comment.author.name, department=comment.department.name, day=day(comment.made_at), number=comment.version_number,
    )  # fmt: skip
    return f"{said}: {answered(comment)}" if comment.answer else said


def answers(given: Sequence[Answered]) -> str | None:
    """Each department that gains, and what it has answered; None where no other gains."""
    return "; ".join(f"{one.department.name}: {answered(one.comment)}" for one in given) or None
