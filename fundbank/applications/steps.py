"""Freezing what an application says, who is heard on it, and what is asked about it, for whoever has checked that it may."""

from datetime import datetime

from fundbank.applications.models import Application, ApplicationVersion, Consulted, Gainer, VersionAnnex
from fundbank.applications.models.questions import Question
from fundbank.applications.queries.annexes import annexes_of
from fundbank.applications.queries.gainers import gaining_since
from fundbank.applications.rules.content import Content, fingerprint
from fundbank.applications.rules.gainers import gainers
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.people.models import User


def freeze(
    application: Application, occasion: str, *, actor: User, at: datetime, reason: str = "", meeting_id: int | None = None
) -> ApplicationVersion:
    """Keep what the application says now, and its annexes, as its next version.

    The departments that it names as gaining may read it from now on.
    """
    version = ApplicationVersion(
        number=len(application.versions) + 1,
        occasion=occasion,
        content_json=application.content_json,
        made_by_id=actor.id,
        made_at=at,
        reason=reason,
        meeting_id=meeting_id,
    )
    application.versions.append(version)
    application.show(version.content)
    db.session.flush()
    for department_id in sorted(gainers(version.content, application.department_id)):
        application.gainers.append(Gainer(version_id=version.id, department_id=department_id))
    for file in annexes_of(application):
        db.session.add(VersionAnnex(version_id=version.id, file_id=file.id))
    db.session.flush()
    return version


def replace_case(
    *, application: Application, actor: User, at: datetime, content: Content, reason: str, meeting_id: int | None
) -> ApplicationVersion:
    """Let a revised business case take effect, as ``actor`` wrote it; ``meeting_id`` is the meeting that consented, if it had to."""
    fresh = newly_named(application, content)
    application.content = content
    application.changed_at = at
    record(
        application,
        "revised",
        actor_id=actor.id,
        at=at,
        reason=reason,
        meeting_id=meeting_id,
        content=fingerprint(application.content_json),
        annexes=[file.id for file in annexes_of(application)],
        newly_named=fresh,
    )
    return freeze(application, "revision", actor=actor, at=at, reason=reason, meeting_id=meeting_id)


def newly_named(application: Application, content: Content) -> list[int]:
    """The ids of the departments that a revised business case names as gaining, and that nothing in force has named."""
    return sorted(gainers(content, application.department_id) - gaining_since(application.id))


def consult(application: Application, content: Content) -> None:
    """Let the departments that a revised business case concerns read it and say what they think, while it waits for the forum."""
    now = gainers(application.content, application.department_id)
    for department_id in sorted(gainers(content, application.department_id) | now):
        application.consulted.append(Consulted(department_id=department_id))
    db.session.flush()


def end_consultation(application: Application) -> None:
    """No revised business case waits for the forum any more."""
    application.consulted.clear()
    db.session.flush()


def end_matter(application: Application) -> None:
    """The award that came of it is over: nobody is heard on it any more. Whoever calls it holds the application."""
    end_consultation(application)
    application.is_over = True
    db.session.flush()


def ask(application: Application, *, actor_id: int, at: datetime, text: str, is_return: bool = False) -> Question | None:
    """Keep what is asked of the newest version; nothing where it was returned without words."""
    if not text.strip():
        return None
    number = application.versions[-1].number
    question = Question(
        application_id=application.id, version_number=number, asker_id=actor_id, is_return=is_return, text=text, asked_at=at
    )  # fmt: skip
    db.session.add(question)
    db.session.flush()
    return question


def asks(text: str) -> dict[str, int]:
    """What the line of a return says of it: whether these words are a question to be answered (lines from before say nothing)."""
    return {"asks": 1} if text.strip() else {}
