"""Municipalities and the tree of their departments."""

from datetime import datetime

from fundbank.errors import N_, Code, Incomplete, NotAllowed, Refusal
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.kit.text import one_line
from fundbank.kit.transaction import attempt
from fundbank.people import queries
from fundbank.people.models import Department, Municipality, User
from fundbank.people.operations.holding import hold
from fundbank.people.permissions import can_administer_municipality, can_change_department
from fundbank.people.rules import PATH_MOST, is_within


class NameTaken(Refusal):
    """A name that must be unique is in use."""

    code = Code.INCOMPLETE
    message = N_("That name is already in use here. Choose another.")
    status = 422


class WrongParent(Refusal):
    """A unit cannot stand there in the tree."""

    code = Code.WRONG_STATE
    message = N_("A department cannot be placed below itself.")
    status = 422


class HasMembers(Refusal):
    """A unit with people or open units in it stays open."""

    code = Code.WRONG_STATE
    message = N_("Move the %(people)s people and close the %(units)s departments in it first.")


def create_municipality(*, actor: User | None, at: datetime, name: str) -> Municipality:
    """Found a municipality; only the system may. Raises NotAllowed, Incomplete or NameTaken."""
    if actor is not None:
        raise NotAllowed()
    name = _name(name)
    if queries.municipality_by_name(name):
        raise NameTaken(field="name")
    municipality = Municipality(name=name)
    taken = NameTaken(field="name")
    with attempt(uq_municipalities_name=taken, uq_municipalities_name_key=taken):
        db.session.add(municipality)
    record(municipality, "created", actor_id=None, at=at, name=name)
    return municipality


def create_department(
    *, actor: User | None, at: datetime, municipality: Municipality, name: str, parent: Department | None = None
) -> Department:
    """Add a unit below ``parent``, or at the top. Raises NotAllowed, Incomplete, NameTaken or WrongParent."""
    hold(municipality, actor, parent)
    if actor is not None and not can_administer_municipality(actor, municipality.id):
        raise NotAllowed()
    name = _name(name)
    _check_parent(municipality.id, parent)
    parent_id = parent.id if parent else None
    if queries.namesake(municipality_id=municipality.id, parent_id=parent_id, name=name):
        raise NameTaken(field="name")
    unit = Department(municipality=municipality, parent=parent, name=name)
    db.session.add(unit)
    db.session.flush()
    unit.path = _path(unit, parent)
    db.session.flush()
    record(unit, "created", actor_id=_id(actor), at=at, name=name, parent_id=unit.parent_id)
    return unit


def rename_department(*, actor: User | None, at: datetime, department: Department, name: str) -> None:
    """Give the unit another name. Raises NotAllowed, StaleVersion, Incomplete or NameTaken."""
    hold(department.municipality, actor, changed=department)
    _check_may_change(actor, department)
    name = _name(name)
    if name == department.name:
        return
    if queries.namesake(municipality_id=department.municipality_id, parent_id=department.parent_id, name=name, other_than=department.id):
        raise NameTaken(field="name")
    former, department.name = department.name, name
    db.session.flush()
    record(department, "renamed", actor_id=_id(actor), at=at, former=former, name=name)


def move_department(*, actor: User | None, at: datetime, department: Department, parent: Department | None) -> None:
    """Move the unit, and all below it, under ``parent``. Raises NotAllowed, StaleVersion, NameTaken or WrongParent."""
    hold(department.municipality, actor, parent, changed=department)
    _check_may_change(actor, department)
    parent_id = parent.id if parent else None
    if parent_id == department.parent_id:
        return
    _check_parent(department.municipality_id, parent)
    if parent is not None and is_within(parent.path, department.path):
        raise WrongParent(field="parent")
    if queries.namesake(municipality_id=department.municipality_id, parent_id=parent_id, name=department.name):
        raise NameTaken(field="parent")
    former, former_id = department.path, department.parent_id
    fresh = _path(department, parent)
    for unit in queries.units_within(department):
        moved = fresh + unit.path[len(former) :]
        if len(moved) > PATH_MOST:
            raise WrongParent(N_("The tree of departments would be too deep."), field="parent")
        unit.path = moved
    department.parent = parent
    db.session.flush()
    record(department, "moved", actor_id=_id(actor), at=at, former_parent_id=former_id, parent_id=parent_id)


def close_department(*, actor: User | None, at: datetime, department: Department) -> None:
    """Close the unit to new people and applications. Raises NotAllowed, StaleVersion or HasMembers."""
    hold(department.municipality, actor, changed=department)
    _check_may_change(actor, department)
    if not department.is_active:
        return
    people, units = queries.active_people_in(department), queries.open_units_in(department)
    if people or units:
        raise HasMembers(people=people, units=units)
    department.is_active = False
    db.session.flush()
    record(department, "closed", actor_id=_id(actor), at=at)


def reopen_department(*, actor: User | None, at: datetime, department: Department) -> None:
    """Open a closed unit again. Raises NotAllowed, StaleVersion, or WrongParent if the unit above is closed."""
    hold(department.municipality, actor, department.parent, changed=department)
    _check_may_change(actor, department)
    if department.is_active:
        return
    _check_parent(department.municipality_id, department.parent)
    department.is_active = True
    db.session.flush()
    record(department, "reopened", actor_id=_id(actor), at=at)


def _check_may_change(actor: User | None, department: Department) -> None:
    if actor is not None and not can_change_department(actor, department):
        raise NotAllowed()


def _check_parent(municipality_id: int, parent: Department | None) -> None:
    if parent is None:
        return
    if parent.municipality_id != municipality_id:
        raise NotAllowed()
    if not parent.is_active:
        raise WrongParent(N_("The department above it is closed."), field="parent")


def _name(name: str) -> str:
    name = one_line(name)
    if not name:
        raise Incomplete(N_("Write a name."), field="name")
    if len(name) > 120:
        raise Incomplete(N_("The name is too long: at most 120 characters."), field="name")
    return name


def _path(unit: Department, parent: Department | None) -> str:
    path = f"{parent.path if parent else '/'}{unit.id}/"
    if len(path) > PATH_MOST:
        raise WrongParent(N_("The tree of departments would be too deep."), field="parent")
    return path


def _id(actor: User | None) -> int | None:
    return actor.id if actor else None
