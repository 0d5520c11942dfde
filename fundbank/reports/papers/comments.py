"""What the departments that gain by applications say about these, on paper as on the pages."""

from collections.abc import Sequence

from fundbank.applications.models import Application, Comment
from fundbank.applications.queries.gainers import comments_on
from fundbank.kit.formats import day
from fundbank.kit.language import gettext as _
from fundbank.reports.blocks import Block, Facts, Heading, Text


def comments(applications: Sequence[Application]) -> list[Block]:
    """Each comment with who wrote it, when and on which version; of several applications under their titles. Nothing if none was made."""
    said = comments_on([application.id for application in applications])
    if not said:
        return []
    blocks: list[Block] = [Heading(_("What departments that gain say"))]
    for application in applications:
        if application.id in said:
            if len(applications) > 1:
                blocks.append(Heading(application.title, 3))
            if said[application.id].has_earlier:
                blocks.append(Text(_("These are the newest. The others stand on the application's page.")))
            blocks.append(Facts([(by(comment), comment.text) for comment in said[application.id].comments]))
    return blocks


def by(comment: Comment) -> str:
    """Who says it, of which department, when and on which version."""
    return _(
        "%(name)s, %(department)s, %(day)s, on version %(number)s",
        name=comment.author.name, department=comment.department.name, day=day(comment.made_at), number=comment.version_number,
    )  # fmt: skip
