"""Passwords, and the links by which a person chooses one. Only hashes are kept, of either."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from hashlib import sha256
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, update

from fundbank.errors import N_, Code, Incomplete, NotAllowed, Refusal, WrongState
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.outbox.operations import withdraw_topic
from fundbank.people import queries
from fundbank.people.models import SignInLink, User
from fundbank.people.operations.holding import hold
from fundbank.people.permissions import can_change_person
from fundbank.people.rules import LINK_KEPT, LINK_LIFE, LINK_TOPIC, PASSWORD_LEAST, PASSWORD_MOST, is_common, is_mostly

# OWASP's first choice for argon2id: 19 MiB, two rounds, one lane.
hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class PasswordTooShort(Refusal):
    """A password that would be guessed."""

    code = Code.INCOMPLETE
    message = N_("Choose a password of at least %(least)s characters. A sentence is easy to remember.")
    status = 422


class PasswordGuessed(Refusal):
    """A password that whoever knows the person would try first."""

    code = Code.INCOMPLETE
    message = N_("Choose a password that is not made of your name or e-mail address.")
    status = 422


class PasswordCommon(Refusal):
    """A password that is tried first wherever somebody guesses."""

    code = Code.INCOMPLETE
    message = N_("That password is one of the first that are guessed. Choose another: a sentence of your own is easy to remember.")
    status = 422


class WrongPassword(Refusal):
    """The password that was to prove who is at the keyboard is wrong."""

    code = Code.NOT_ALLOWED
    message = N_("The current password is not right.")
    status = 422


class LinkNotShown(NotAllowed):
    """The link of somebody who could misuse much, in hands that are not theirs."""

    message = N_(
        "The link of a person with this role is shown to nobody. Set up a mail server, or make the link on the server: "
        "fundbank link --email"
    )


class LinkUsed(Refusal):
    """A link works once, and not for long."""

    code = Code.WRONG_STATE
    message = N_("The link has been used or has expired. Ask your administrator for a new one.")
    status = 410


def hash_password(password: str, *known: str | None) -> str:
    """Check and hash the password of a person of whom everybody knows ``known``: name and e-mail address.

    Raises PasswordTooShort, PasswordGuessed, PasswordCommon or Incomplete.
    """
    if len(password) < PASSWORD_LEAST:
        raise PasswordTooShort(field="password", least=PASSWORD_LEAST)
    if len(password) > PASSWORD_MOST:
        raise Incomplete(N_("The password is too long."), field="password")
    if is_mostly(_spelled(password), *known):
        raise PasswordGuessed(field="password")
    if is_common(_spelled(password)):
        raise PasswordCommon(field="password")
    return hasher.hash(_spelled(password))


def _spelled(password: str) -> str:
    """One spelling for what looks the same: keyboards differ in how they send æ, ø and å."""
    return normalize("NFC", password)


@cache
def nobodys_hash() -> str:
    """What is checked where there is no password to check: it takes as long."""
    return hasher.hash(secrets.token_hex(16))


def whose_password(people: Sequence[User], *, password: str) -> list[User]:
    """The active ones among ``people``, who have one address, whose password this is: mostly one or nobody.

    It takes as long for an unknown name, a closed account and one without a password as for a wrong password; and as long for each address
    as for the one that most municipalities know.
    """
    able = [user for user in people if user.is_active and user.password_hash is not None]
    nobody = queries.most_with_one_address() - len(able)
    for _ in range(nobody):
        _is_right(nobodys_hash(), password)
    return [user for user in able if _is_right(user.password_hash or "", password)]


def _is_right(password_hash: str, password: str) -> bool:
    try:
        return hasher.verify(password_hash, _spelled(password[:PASSWORD_MOST]))
    except (VerificationError, InvalidHashError):
        return False


def invite(*, actor: User | None, at: datetime, user: User, is_shown: bool = False) -> str:
    """Make the token by which a new person chooses a password within 7 days; older links stop working.

    ``is_shown``: somebody else than the person will see it. Raises LinkNotShown where nobody may.
    """
    return _make_link("invitation", actor, at, user, is_shown)


def reset(*, actor: User | None, at: datetime, user: User, is_shown: bool = False) -> str:
    """Make the token by which a person chooses a new password within a day; older links stop working. Otherwise like ``invite``."""
    return _make_link("reset", actor, at, user, is_shown)


def _make_link(purpose: str, actor: User | None, at: datetime, user: User, is_shown: bool) -> str:
    hold(user.municipality, actor, user)
    if actor is not None and not can_change_person(actor, user):
        raise NotAllowed()
    if is_shown and queries.is_guarded(user):
        raise LinkNotShown()
    if not user.is_active or user.email is None:
        raise WrongState(N_("The person needs an open account with an e-mail address before there can be a link."))
    withdraw_links(user, at=at)
    token = secrets.token_urlsafe(32)
    link = SignInLink(
        user=user, purpose=purpose, token_hash=hash_token(token), made_by_id=actor.id if actor else None,
        expires_at=at + LINK_LIFE[purpose], was_shown=is_shown,
    )  # fmt: skip
    db.session.add(link)
    db.session.flush()
    record(user, f"{purpose}_made", actor_id=actor.id if actor else None, at=at, is_shown=is_shown)
    return token


def hash_token(token: str) -> str:
    """What is kept of a link's token; it is long and random, so that a plain hash is enough."""
    return sha256(token.encode("utf-8")).hexdigest()


def withdraw_links(user: User, *, at: datetime) -> None:
    """Make the links that a person still holds useless, and send none that is on its way."""
    for link in queries.open_links(user):
        link.used_at = at
    withdraw_topic(LINK_TOPIC, user_ids=[user.id])
    db.session.flush()


def end_links(*, at: datetime) -> int:
    """Make every link useless that anybody still holds; returns how many. A restored backup does not know which have been used since."""
    ended = db.session.execute(update(SignInLink).where(SignInLink.used_at.is_(None), SignInLink.expires_at > at).values(used_at=at))
    return int(ended.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result counts


def forget_links(*, at: datetime) -> None:
    """Drop links that have not worked for a while; the history tells that they were made."""
    db.session.execute(delete(SignInLink).where(SignInLink.expires_at < at - LINK_KEPT))


def set_password_by_link(*, at: datetime, token: str, password: str) -> User:
    """Set the password of the person who holds the link, and use the link up.

    Raises LinkUsed, PasswordTooShort, PasswordGuessed, PasswordCommon or Incomplete.
    """
    user = _link(token, at).user
    password_hash = hash_password(password, user.name, user.email)
    hold(user.municipality, user)
    user.password_was_open = _link(token, at).was_shown
    user.password_hash = password_hash
    db.session.flush()
    withdraw_links(user, at=at)
    end_sessions(user)
    record(user, "password_set", actor_id=user.id, at=at)
    return user


def _link(token: str, at: datetime) -> SignInLink:
    """The open link with that token. Raises LinkUsed."""
    link = queries.open_link(hash_token(token), at=at)
    if link is None or not link.user.is_active:
        raise LinkUsed()
    return link


def distrust_password(user: User, *, at: datetime) -> None:
    """Let a password count as one that others know: one person alone has given its owner another address, and a link to choose it may have
    gone to the one before. Who holds or awaits a role in which nobody else may come in their stead needs a new one at once.
    """
    user.password_was_open = user.password_hash is not None
    db.session.flush()
    if queries.is_guarded(user):
        forget_open_password(user, at=at)


def forget_open_password(user: User, *, at: datetime) -> None:
    """Let a password be void that was chosen by a link which somebody else may have seen, and such links too.

    The person now holds a role in which nobody else may come in their stead.
    """
    for link in queries.open_links(user):
        if link.was_shown:
            link.used_at = at
    if user.password_was_open:
        user.password_hash, user.password_was_open = None, False
        db.session.flush()
        end_sessions(user)
        record(user, "password_voided", actor_id=None, at=at)


def change_own_password(*, actor: User, at: datetime, current: str, password: str) -> None:
    """Change the person's own password and end all their sessions.

    Raises WrongPassword, PasswordTooShort, PasswordGuessed, PasswordCommon or Incomplete, and StaleVersion if the account has been
    changed meanwhile.
    """
    if not _is_right(actor.password_hash or "", current):
        raise WrongPassword(field="current")
    password_hash = hash_password(password, actor.name, actor.email)
    hold(actor.municipality, changed=actor)
    actor.password_hash = password_hash
    db.session.flush()
    withdraw_links(actor, at=at)
    end_sessions(actor)
    record(actor, "password_set", actor_id=actor.id, at=at)


def end_sessions(user: User) -> None:
    """Make every session of the person void, wherever it is open."""
    db.session.execute(
        update(User).where(User.id == user.id).values(session_generation=User.session_generation + 1),
        execution_options={"synchronize_session": False},
    )
    db.session.refresh(user, ["session_generation"])
