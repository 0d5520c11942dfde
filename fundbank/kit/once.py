"""Every form is answered once. A token made with the form is claimed at the start of the request that sends it.

The claim and what the request does are one transaction. A second request with the same token waits for the first one to end; if that
succeeded it learns where the first one went, if not it takes the claim itself. So a double click, a browser's repeat and a proxy's
second try do nothing twice, on either database.

What the form carried is kept as a digest: whoever goes back, changes what they wrote and sends it again has not said the same twice, and
must not be told so (kit.web.boundary says what happens then).
"""

import re
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import String, Text, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from fundbank.errors import N_, AlreadyPosted, Incomplete, NotAllowed
from fundbank.extensions import Base, db
from fundbank.kit.columns import UtcDateTime
from fundbank.kit.transaction import rollback

TOKEN = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
KEPT = timedelta(days=30)


class AnsweredRequest(Base):
    """A token that has been used, by whom, with what, and where the answer led."""

    __tablename__ = "answered_requests"

    token: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[int]
    content: Mapped[str] = mapped_column(String(64), server_default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    location: Mapped[str] = mapped_column(Text, default="")


class MissingToken(Incomplete):
    message = N_("The form was sent without its one-time key. Open the page again and send it once more.")
    status = 400


class SentBefore(AlreadyPosted):
    """The form has been answered already, and now says something else."""

    message = N_(
        "You have already sent this form, and that stands. What you have changed since has not been sent: if you send the form as it "
        "is now, it counts as one more."
    )


class FirstUse(NamedTuple):
    """What came of a token's first use: the digest of what it carried, and the place where it led."""

    content: str
    location: str


def claim(token: str, *, user_id: int, content: str, at: datetime) -> FirstUse | None:
    """Claim ``token`` for this transaction and return None, or return its first use.

    ``content`` is a digest of what comes with it.
    Raises MissingToken for what is no token, and NotAllowed if somebody else has used it.
    """
    if not TOKEN.fullmatch(token):
        raise MissingToken()
    try:
        db.session.execute(insert(AnsweredRequest).values(token=token, user_id=user_id, content=content, at=at, location=""))
    except IntegrityError:
        rollback()
    else:
        return None
    first = db.session.execute(
        select(AnsweredRequest.user_id, AnsweredRequest.content, AnsweredRequest.location).where(AnsweredRequest.token == token)
    ).one()
    if first.user_id != user_id:
        raise NotAllowed()
    return FirstUse(first.content, first.location)


def answer(token: str, location: str) -> None:
    """Write down where the request with ``token`` led."""
    db.session.execute(update(AnsweredRequest).where(AnsweredRequest.token == token).values(location=location))


def forget(*, at: datetime) -> None:
    """Drop tokens so old that no open page can still hold them."""
    db.session.execute(delete(AnsweredRequest).where(AnsweredRequest.at < at - KEPT))
