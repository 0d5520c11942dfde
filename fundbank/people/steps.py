"""Asking for what a second person confirms. Who may ask is the operation's question (domain.md §11)."""

from datetime import datetime

from fundbank.errors import N_, AlreadyPosted
from fundbank.extensions import db
from fundbank.history.steps import Subject, record
from fundbank.people import queries
from fundbank.people.models import Confirmation, User
from fundbank.people.rules import Kind


class WaitsAlready(AlreadyPosted):
    """The same is asked for once."""

    message = N_("That waits for a second person already. It can be withdrawn where it waits.")


def ask(
    user: User, kind: Kind, *, actor: User, at: datetime, subject: Subject, pool_id: int | None = None, role: str | None = None,
    email: str | None = None,
) -> Confirmation:  # fmt: skip
    """Let something wait for a second person; ``subject`` is what its history belongs to. Links that others have seen work no more.

    Raises WaitsAlready.
    """
    if any((one.kind, one.pool_id, one.role) == (kind, pool_id, role) for one in queries.awaited(user)):
        raise WaitsAlready()
    wanted = Confirmation(
        municipality_id=user.municipality_id, user=user, kind=str(kind), pool_id=pool_id, role=role, email=email, asked_by=actor,
        asked_at=at,
    )  # fmt: skip
    db.session.add(wanted)
    db.session.flush()
    for link in queries.open_links(user):
        if link.was_shown:
            link.used_at = at
    record(
        subject, "confirmation_asked", actor_id=actor.id, at=at, user_id=user.id, kind=str(kind), confirmation_id=wanted.id,
        **{key: value for key, value in (("role", role), ("email", email)) if value is not None},
    )  # fmt: skip
    return wanted
