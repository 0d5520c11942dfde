"""Every question about municipalities, departments and people. Asked within one municipality, so that nothing crosses."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, func, literal_column, select, tuple_
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import LoaderOption

from fundbank.extensions import db
from fundbank.kit.names import name_key
from fundbank.kit.search import with_words
from fundbank.people.models import Confirmation, Department, Municipality, SignInLink, User
from fundbank.people.rules import State, address_as_kept

PAGE_SIZE = 50


class Unit(NamedTuple):
    """A department as a choice: where it stands in the tree, and what it is called."""

    id: int
    name: str
    path: str
    sort_key: str

    @property
    def line(self) -> list[int]:
        """The ids from the top down to this one."""
        return [int(number) for number in self.path.strip("/").split("/")]


def municipality(municipality_id: int) -> Municipality | None:
    return db.session.get(Municipality, municipality_id)


def is_the_only_municipality(municipality_id: int) -> bool:
    """Is there no other in this installation?"""
    return db.session.scalar(select(Municipality.id).where(Municipality.id != municipality_id).limit(1)) is None


def municipality_by_name(name: str) -> Municipality | None:
    """The municipality of that name, however it is written."""
    return db.session.scalar(select(Municipality).where(Municipality.name_key == name_key(name)))


def person_of_session(session_name: str, *more: LoaderOption) -> User | None:
    """The active person whom a session names (``User.get_id``); None once the password or the account has changed.

    ``more`` says what else is read with them.
    """
    number, _, generation = session_name.partition(":")
    if not (number.isdecimal() and generation.isdecimal()):
        return None
    named = {"number": int(number), "generation": int(generation)}
    return db.session.scalars(_of_session(more), named).unique().one_or_none()


@cache
def _of_session(more: tuple[LoaderOption, ...]) -> Select[User]:
    """Made once: every request asks it."""
    query = select(User).where(User.id == bindparam("number"), User.session_generation == bindparam("generation"), User.is_active)
    return query.options(joinedload(User.municipality), joinedload(User.department), *more)


def person_by_email(email: str, *, municipality_id: int) -> User | None:
    return db.session.scalar(select(User).where(User.email == address_as_kept(email), User.municipality_id == municipality_id))


def people_by_email(email: str) -> Sequence[User]:
    """Who has that address, in each municipality at most one: before sign-in, and on the server's own command line."""
    query = select(User).where(User.email == address_as_kept(email)).options(joinedload(User.municipality))
    return db.session.scalars(query.join(User.municipality).order_by(Municipality.sort_key)).all()


def has_reachable_administrator(municipality_id: int) -> bool:
    """Can somebody sign in, or be sent a link, as an administrator of the municipality?"""
    query = select(User.id).where(User.municipality_id == municipality_id, User.is_administrator, User.is_active, User.email.is_not(None))
    return db.session.scalar(query.limit(1)) is not None


def reachable_administrators(municipality_id: int) -> Sequence[User]:
    """Whom a mail to the municipality's administrators reaches."""
    query = select(User).where(User.municipality_id == municipality_id, User.is_administrator, User.is_active, User.email.is_not(None))
    return db.session.scalars(query.order_by(User.id)).all()


def most_with_one_address() -> int:
    """How many people have the address that most have: one, where no two municipalities share a person."""
    holders = select(func.count().label("number")).where(User.email.is_not(None)).group_by(User.email).subquery()
    return db.session.scalar(select(func.max(holders.c.number))) or 1


def held_twice() -> list[tuple[User, User]]:
    """Who can't sign in, each with who can: their e-mail addresses are one, written in two ways before text was cleaned."""
    people = db.session.scalars(select(User).where(User.email.is_not(None)).order_by(User.id))
    holders = {(user.municipality_id, user.email): user for user in people}
    found = ((user, holders.get((owner, address_as_kept(email or "")))) for (owner, email), user in holders.items())
    return [(user, holder) for user, holder in found if holder is not None and holder is not user]


def person(user_id: int, *, municipality_id: int) -> User | None:
    statement = select(User).where(User.id == user_id, User.municipality_id == municipality_id)
    return db.session.scalar(statement.options(joinedload(User.department)))


def people(
    *, municipality_id: int, words: str = "", which: ColumnElement[bool] | None = None, after: int | None = None, size: int = PAGE_SIZE
) -> Sequence[User]:
    """List people by name, from the one after the person ``after``; ``words`` are beginnings of words of name or e-mail, and ``which``
    holds for each.
    """
    statement = select(User).where(User.municipality_id == municipality_id).options(joinedload(User.department))
    if which is not None:
        statement = statement.where(which)
    if words.strip():
        statement = statement.where(with_words(User, words))
    if after is not None:
        last = select(User.sort_key).where(User.id == after, User.municipality_id == municipality_id).scalar_subquery()
        statement = statement.where(tuple_(User.sort_key, User.id) > tuple_(last, after))
    return db.session.scalars(statement.order_by(User.sort_key, User.id).limit(size)).all()


def people_by_id(ids: Collection[int], *, municipality_id: int) -> dict[int, User]:
    """The municipality's people with these ids, in one question."""
    statement = select(User).where(User.id.in_(ids), User.municipality_id == municipality_id)
    return {user.id: user for user in db.session.scalars(statement.options(joinedload(User.department)))}


def administrators(*, municipality_id: int) -> int:
    """How many active administrators the municipality has."""
    statement = select(func.count()).select_from(User)
    return db.session.scalar(
        statement.where(User.municipality_id == municipality_id, User.is_administrator, User.is_active)
    ) or 0  # fmt: skip


def confirmation(confirmation_id: int, *, municipality_id: int) -> Confirmation | None:
    return db.session.scalar(
        select(Confirmation).where(Confirmation.id == confirmation_id, Confirmation.municipality_id == municipality_id)
    )  # fmt: skip


def awaited(user: User) -> Sequence[Confirmation]:
    """What waits for a second person's word about this one."""
    query = select(Confirmation).where(Confirmation.user_id == user.id, Confirmation.state == State.WAITING)
    return db.session.scalars(query.order_by(Confirmation.id)).all()


def to_confirm(municipality_id: int | None = None) -> Sequence[Confirmation]:
    """What waits for a second person in a municipality, or in all of them, the oldest first."""
    query = select(Confirmation).where(Confirmation.state == literal_column(f"'{State.WAITING}'"))
    if municipality_id is not None:
        query = query.where(Confirmation.municipality_id == municipality_id)
    return db.session.scalars(
        query.options(joinedload(Confirmation.user), joinedload(Confirmation.asked_by)).order_by(Confirmation.id)
    ).all()


def is_guarded(user: User) -> bool:
    """Does the person hold, or await, a role that two people give? Nobody else sees their link then, or changes their address alone."""
    return user.holds_confirmed or bool(awaited(user))


def department(department_id: int, *, municipality_id: int) -> Department | None:
    return db.session.scalar(select(Department).where(Department.id == department_id, Department.municipality_id == municipality_id))


def are_departments_of(municipality_id: int, ids: Collection[int]) -> bool:
    """Are these all departments of the municipality?"""
    statement = select(func.count()).where(Department.id.in_(ids), Department.municipality_id == municipality_id)
    return not ids or db.session.scalar(statement) == len(set(ids))


def department_ids(municipality_id: int) -> set[int]:
    """The ids of the municipality's departments."""
    return set(db.session.scalars(select(Department.id).where(Department.municipality_id == municipality_id)))


def departments(*, municipality_id: int, active_only: bool = False) -> Sequence[Department]:
    """List the tree from the top down, each unit followed by those below it, siblings by name."""
    statement = select(Department).where(Department.municipality_id == municipality_id)
    if active_only:
        statement = statement.where(Department.is_active)
    units = db.session.scalars(statement.order_by(Department.sort_key, Department.id)).all()
    below: dict[int | None, list[Department]] = {}
    for unit in units:
        below.setdefault(unit.parent_id, []).append(unit)
    shown = {unit.id for unit in units}
    tree: list[Department] = []

    def walk(unit: Department) -> None:
        tree.append(unit)
        for child in below.get(unit.id, ()):
            walk(child)

    for unit in units:
        if unit.parent_id not in shown:
            walk(unit)
    return tree


def units_by_id(ids: Collection[int], *, municipality_id: int) -> Sequence[Department]:
    """The municipality's departments with these ids."""
    statement = select(Department).where(Department.id.in_(ids), Department.municipality_id == municipality_id)
    return db.session.scalars(statement.order_by(Department.id)).all() if ids else []


def unit_tree(*, municipality_id: int) -> tuple[Unit, ...]:
    """The same tree in few words, for a page that only lets choose among the units."""
    named = (Department.id, Department.name, Department.path, Department.sort_key)
    found = [Unit(*row) for row in db.session.execute(select(*named).where(Department.municipality_id == municipality_id))]
    keys = {unit.id: unit.sort_key for unit in found}
    return tuple(sorted(found, key=lambda unit: [(keys[number], number) for number in unit.line]))


def open_units_in(unit: Department) -> int:
    """How many open departments stand directly below this one."""
    statement = select(func.count()).select_from(Department).where(Department.parent_id == unit.id, Department.is_active)
    return db.session.scalar(statement) or 0


def units_within(unit: Department) -> Sequence[Department]:
    """The unit and all below it, as they are now."""
    statement = select(Department).where(Department.path.startswith(unit.path, autoescape=True))
    return db.session.scalars(statement.execution_options(populate_existing=True)).all()


def people_by_department(municipality_id: int) -> dict[int, int]:
    """How many active people each of the municipality's departments has; those with none are left out."""
    counted = select(User.department_id, func.count()).where(User.municipality_id == municipality_id, User.is_active)
    return {unit_id: number for unit_id, number in db.session.execute(counted.group_by(User.department_id))}


def active_people_in(unit: Department) -> int:
    statement = select(func.count()).select_from(User).where(User.department_id == unit.id, User.is_active)
    return db.session.scalar(statement) or 0


def namesake(*, municipality_id: int, parent_id: int | None, name: str, other_than: int | None = None) -> Department | None:
    """Another unit under the same parent whose name is that one, however it is written."""
    statement = select(Department).where(
        Department.municipality_id == municipality_id,
        Department.parent_id.is_(None) if parent_id is None else Department.parent_id == parent_id,
        Department.name_key == name_key(name),
    )
    if other_than is not None:
        statement = statement.where(Department.id != other_than)
    return db.session.scalar(statement.limit(1))


def open_link(token_hash: str, *, at: datetime) -> SignInLink | None:
    """The link with that hash if it can still be used."""
    return db.session.scalar(
        select(SignInLink).where(SignInLink.token_hash == token_hash, SignInLink.used_at.is_(None), SignInLink.expires_at > at)
    )


def open_links(user: User) -> Sequence[SignInLink]:
    return db.session.scalars(select(SignInLink).where(SignInLink.user_id == user.id, SignInLink.used_at.is_(None))).all()
