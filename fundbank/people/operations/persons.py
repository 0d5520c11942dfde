"""People's accounts: who they are and where they belong. What they may do in a pool is the pool's matter."""

from datetime import datetime
from typing import Any

from fundbank.errors import N_, Code, Incomplete, NotAllowed, Refusal
from fundbank.extensions import db
from fundbank.history.queries import has_begun
from fundbank.history.steps import record
from fundbank.kit.language import LANGUAGES
from fundbank.kit.text import one_line
from fundbank.outbox.operations import go_to
from fundbank.people import queries
from fundbank.people.models import Department, Municipality, User
from fundbank.people.operations.holding import hold
from fundbank.people.operations.passwords import distrust_password, end_sessions, forget_open_password, hash_password, withdraw_links
from fundbank.people.permissions import can_administer_municipality, can_change_person
from fundbank.people.rules import Kind, address_as_kept
from fundbank.people.steps import ask


class EmailTaken(Refusal):
    """An e-mail address names one person of a municipality."""

    code = Code.INCOMPLETE
    message = N_("Another person already signs in with that e-mail address.")
    status = 422


class LastAdministrator(Refusal):
    """A municipality is never left without an administrator."""

    code = Code.WRONG_STATE
    message = N_("This is the municipality's last administrator. Make somebody else administrator first.")


def create_user(
    *, actor: User | None, at: datetime, municipality: Municipality, department: Department | None, name: str,
    email: str | None = None, language: str = "da", is_administrator: bool = False, password: str | None = None,
) -> User:  # fmt: skip
    """Add a person; without ``password`` an invitation lets them choose one.

    Only the system may give a password here. Raises NotAllowed, Incomplete, EmailTaken, and what ``hash_password`` raises. Being
    administrator waits for a second person, once there is money.
    """
    hold(municipality, actor, department)
    if actor is not None and (password is not None or not can_administer_municipality(actor, municipality.id)):
        raise NotAllowed()
    is_asked = is_administrator and _is_two_peoples(actor, municipality.id)
    user = User(
        municipality=municipality, department=_department(municipality.id, department), name=_name(name),
        email=_email(email, municipality), language=language,
        is_administrator=is_administrator and not is_asked,
        password_hash=hash_password(password, name, email) if password is not None else None,
    )  # fmt: skip
    db.session.add(user)
    db.session.flush()
    record(
        user, "created", actor_id=_id(actor), at=at, name=user.name, is_administrator=user.is_administrator, email=user.email,
        department_id=user.department_id,
    )  # fmt: skip
    if is_asked and actor is not None:
        ask(user, Kind.ADMINISTRATOR, actor=actor, at=at, subject=user)
    return user


def change_user(
    *, actor: User | None, at: datetime, user: User, name: str, email: str | None, department: Department | None,
    is_administrator: bool,
) -> None:  # fmt: skip
    """Change a person's particulars. To become administrator, and the address of who holds or awaits a role that two people give, waits for
    a second person, once there is money (domain.md §11).

    Raises NotAllowed, StaleVersion, Incomplete, EmailTaken, LastAdministrator, or AlreadyPosted for what waits already.
    """
    hold(user.municipality, actor, department, changed=user)
    _check_may_change(actor, user)
    if user.is_administrator and not is_administrator:
        _check_not_last(user)
    particulars = {
        "name": _name(name),
        "email": _email(email, user.municipality, user),
        "department_id": user.department_id
        if department is not None and department.id == user.department_id
        else _department(user.municipality_id, department).id,
        "is_administrator": is_administrator,
    }
    changed = {key: value for key, value in particulars.items() if getattr(user, key) != value}
    if actor is not None and _is_two_peoples(actor, user.municipality_id):
        if "email" in changed and queries.is_guarded(user):
            ask(user, Kind.EMAIL, actor=actor, at=at, subject=user, email=str(changed.pop("email") or ""))
        if changed.get("is_administrator"):
            ask(user, Kind.ADMINISTRATOR, actor=actor, at=at, subject=user)
            del changed["is_administrator"]
    _change(user, changed, actor=actor, at=at)
    if "email" in changed and actor is not user:
        distrust_password(user, at=at)


def make_administrator(user: User, *, at: datetime, actor: User | None, **asked: Any) -> None:
    """Let somebody be administrator whom two people want to be: ``asked`` says who else, and in which confirmation."""
    _change(user, {"is_administrator": True}, actor=actor, at=at, **asked)


def take_email(user: User, email: str | None, *, at: datetime, actor: User | None, **asked: Any) -> None:
    """Let a person have the address that two people want them to have. Raises EmailTaken if somebody else has got it by now."""
    _change(user, {"email": _email(email, user.municipality, user)}, actor=actor, at=at, **asked)


def reopen_account(user: User, *, at: datetime, actor: User | None, **asked: Any) -> None:
    """Open a closed account again."""
    user.is_active = True
    db.session.flush()
    forget_open_password(user, at=at)
    record(user, "reactivated", actor_id=_id(actor), at=at, **asked)


def _change(user: User, changed: dict[str, Any], *, actor: User | None, at: datetime, **asked: Any) -> None:
    if not changed:
        return
    former = {key: getattr(user, key) for key in changed}
    for key, value in changed.items():
        setattr(user, key, value)
    db.session.flush()
    db.session.refresh(user)
    if "email" in changed:  # what was on its way to the old one may be somebody else's to read
        withdraw_links(user, at=at)
        go_to(user.email, user_id=user.id)
    if changed.get("is_administrator"):
        forget_open_password(user, at=at)
    record(user, "changed", actor_id=_id(actor), at=at, former=former, now=changed, **asked)


def _is_two_peoples(actor: User | None, municipality_id: int) -> bool:
    """Does what could be misused take a second person: after the first set-up, before money has come into any pool (domain.md §11)?"""
    return actor is not None and has_begun(municipality_id)


def deactivate_user(*, actor: User | None, at: datetime, user: User) -> None:
    """Close an account: its sessions and links end at once. Raises NotAllowed, StaleVersion or LastAdministrator."""
    hold(user.municipality, actor, changed=user)
    _check_may_change(actor, user)
    if not user.is_active:
        return
    if user.is_administrator:
        _check_not_last(user)
    user.is_active = False
    db.session.flush()
    end_sessions(user)
    withdraw_links(user, at=at)
    record(user, "deactivated", actor_id=_id(actor), at=at)


def reactivate_user(*, actor: User | None, at: datetime, user: User) -> None:
    """Open a closed account again; that of who holds a role that two people give waits for a second person.

    Raises NotAllowed, StaleVersion, or AlreadyPosted for what waits already.
    """
    hold(user.municipality, actor, changed=user)
    _check_may_change(actor, user)
    if user.is_active:
        return
    if actor is not None and _is_two_peoples(actor, user.municipality_id) and queries.is_guarded(user):
        ask(user, Kind.REOPENING, actor=actor, at=at, subject=user)
    else:
        reopen_account(user, at=at, actor=actor)


def change_language(*, actor: User, at: datetime, language: str) -> None:
    """Set the language in which ``actor`` reads the program. Not an event of the history."""
    if language not in LANGUAGES:
        raise Incomplete(N_("Choose one of the languages."), field="language")
    actor.language = language
    db.session.flush()


def _check_may_change(actor: User | None, user: User) -> None:
    if actor is not None and not can_change_person(actor, user):
        raise NotAllowed()


def _check_not_last(user: User) -> None:
    if user.is_active and queries.administrators(municipality_id=user.municipality_id) <= 1:
        raise LastAdministrator()


def _name(name: str) -> str:
    name = one_line(name)
    if not name:
        raise Incomplete(N_("Write the person's name."), field="name")
    if len(name) > 120:
        raise Incomplete(N_("The name is too long: at most 120 characters."), field="name")
    return name


def _email(email: str | None, municipality: Municipality, user: User | None = None) -> str | None:
    """The address as it is kept. Nobody else takes it meanwhile: the municipality is held."""
    email = address_as_kept(email or "")
    if not email:
        return None
    if len(email) > 254 or "@" not in email:
        raise Incomplete(N_("Write an e-mail address, for example name@municipality.dk."), field="email")
    holder = queries.person_by_email(email, municipality_id=municipality.id)
    if holder is not None and holder is not user:
        raise EmailTaken(field="email")
    return email


def _department(municipality_id: int, department: Department | None) -> Department:
    """A person always belongs somewhere: the conflict of interest asks for it (domain.md §4)."""
    if department is None:
        raise Incomplete(N_("Choose the department that the person belongs to."), field="department")
    if department.municipality_id != municipality_id:
        raise NotAllowed()
    if not department.is_active:
        raise Incomplete(N_("That department is closed. Choose another."), field="department")
    return department


def _id(actor: User | None) -> int | None:
    return actor.id if actor else None
