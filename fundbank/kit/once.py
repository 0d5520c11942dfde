"""Every form is answered once. A token made with the form is claimed at the start of the request that sends it.

The claim and what the request does are one transaction. A second request with the same token waits for the first one to end; if that
succeeded it learns where the first one went, if not it takes the claim itself. So a double click, a browser's repeat and a proxy's
second try do nothing twice, on either database.
"""

import re
from datetime import datetime, timedelta

from sqlalchemy import String, Text, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from fundbank.errors import N_, Incomplete, NotAllowed
from fundbank.extensions import Base, db
from fundbank.kit.columns import UtcDateTime
from fundbank.kit.transaction import rollback

TOKEN = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
KEPT = timedelta(days=30)


class AnsweredRequest(Base):
    """A token that has been used, by whom, and where the answer led."""

    __tablename__ = "answered_requests"

    token: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    location: Mapped[str] = mapped_column(Text, default="")


class MissingToken(Incomplete):
    message = N_("The form was sent without its one-time key. Open the page again and send it once more.")
    status = 400


def claim(token: str, *, user_id: int, at: datetime) -> str | None:
    """This function claims ``token`` for this transaction and returns None, or returns the place where its first use led.

    Raises MissingToken for what is no token, and NotAllowed if somebody else has used it.
    """
    if not TOKEN.fullmatch(token):
        raise MissingToken()
    try:
        db.session.execute(insert(AnsweredRequest).values(token=token, user_id=user_id, at=at, location=""))
    except IntegrityError:
        rollback()
    else:
        return None
    owner, location = db.session.execute(
        select(AnsweredRequest.user_id, AnsweredRequest.location).where(AnsweredRequest.token == token)
    ).one()
    if owner != user_id:
        raise NotAllowed()
    return location


def answer(token: str, location: str) -> None:
    """This function writes down where the request with ``token`` led."""
    db.session.execute(update(AnsweredRequest).where(AnsweredRequest.token == token).values(location=location))


def forget(*, at: datetime) -> None:
    """This function drops tokens so old that no open page can still hold them."""
    db.session.execute(delete(AnsweredRequest).where(AnsweredRequest.at < at - KEPT))
