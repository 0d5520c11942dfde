"""What departments that gain answer on an application, and say of it."""

from datetime import datetime

from fundbank.applications.models import Application, ApplicationVersion, Comment
from fundbank.applications.permissions import can_comment
from fundbank.applications.rules.gainers import COMMENT_LENGTH, Answer
from fundbank.errors import N_, Incomplete, StaleVersion, WrongState, require
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.kit.said import check_said
from fundbank.kit.transaction import lock
from fundbank.people.models import User

NO_MORE_COMMENTS = N_("The application has been decided or withdrawn, or what came of it is over. Nothing more is said about it.")


def comment_on(
    *, actor: User, at: datetime, application: Application, answer: Answer, figure_ore: int | None = None, text: str,
    read_version: int | None = None,
) -> Comment:  # fmt: skip
    """Say whether a department gains what the newest version says, and what it thinks of it: until the forum has decided, and of a revised
    business case (domain.md §4). ``figure_ore`` is what it sees instead, in a full year; a no says why.

    ``read_version`` is the version that they saw.
    Raises NotAllowed, WrongState, StaleVersion, Incomplete, CprNumber.
    """
    lock(application)
    require(can_comment(actor, application))
    if not application.takes_comments:
        raise WrongState(NO_MORE_COMMENTS)
    number = newest_version(application).number
    if read_version is not None and read_version != number:
        raise StaleVersion(
            N_("A new version of the application has come since you opened this page. Read it before you send your comment.")
        )
    if answer == Answer.ANOTHER and figure_ore is None:
        raise Incomplete(N_("Write the figure that your department sees."), field="figure")
    said = check_said(text, COMMENT_LENGTH, missing=N_("Write why your department does not gain by it.") if answer == Answer.NO else "")
    seen_ore = figure_ore if answer == Answer.ANOTHER else None
    comment = Comment(
        version_number=number, department=actor.department, author=actor, answer=str(answer), figure_ore=seen_ore, text=said, made_at=at
    )  # fmt: skip
    application.comments.append(comment)
    db.session.flush()
    told = {"department_id": actor.department_id, "answer": str(answer), "figure_ore": seen_ore}
    record(application, "commented", actor_id=actor.id, at=at, reason="", **told)
    return comment


def newest_version(application: Application) -> ApplicationVersion:
    """The version that counts. Raises WrongState before the first submission."""
    if not application.versions:
        raise WrongState()
    return application.versions[-1]
