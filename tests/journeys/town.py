"""Herning as the journeys need it: the departments, the people, and what each does as a rule."""

from dataclasses import dataclass
from typing import TypeVar

from fundbank.extensions import db
from fundbank.kit.transaction import commit
from fundbank.people.models import Department, Municipality, User
from fundbank.pools.operations import give_role
from fundbank.pools.roles import Role
from tests.builders import AT, a_department, a_municipality, a_pool, a_user, an_administrator

Place = TypeVar("Place")


@dataclass
class Town:
    """People by what they do. ``leader`` leads the department that applies, ``other_leader`` the others."""

    municipality: Municipality
    department: Department
    others: Department
    staff: Department
    administrator: User
    applicant: User
    leader: User
    other_leader: User
    coordinator: User
    chair: User
    members: list[User]
    finance: list[User]

    @property
    def roles(self) -> list[tuple[User, Role]]:
        """Who has which role in the pool."""
        return [
            (self.applicant, Role.APPLICANT), (self.leader, Role.LEADER), (self.other_leader, Role.LEADER),
            (self.coordinator, Role.COORDINATOR), (self.chair, Role.CHAIR), (self.chair, Role.MEMBER),
            *((member, Role.MEMBER) for member in self.members), *((person, Role.FINANCE) for person in self.finance),
        ]  # fmt: skip


def a_town() -> Town:
    """Make the municipality and its people; nobody has a role yet."""
    return at_rest(_a_town())


def at_rest(town: Place) -> Place:
    """Let go of the database: what is read of these people later must not begin a transaction beside the server's."""
    commit()
    rows = [one for part in vars(town).values() for one in (part if isinstance(part, list) else [part])]
    for row in rows:
        db.session.refresh(row)
    db.session.expunge_all()
    commit()
    return town


def _a_town() -> Town:
    municipality = a_municipality("Herning Kommune")
    department = a_department(municipality, "Forvaltning X")
    others = a_department(municipality, "Øvrige forvaltninger")
    staff = a_department(municipality, "Økonomi og stab")
    return Town(
        municipality, department, others, staff,
        administrator=an_administrator(staff, name="Maja Holm"),
        applicant=a_user(department, "Anna Ansøger"),
        leader=a_user(department, "Lars Leder", password=True),
        other_leader=a_user(others, "Lone Leder"),
        coordinator=a_user(staff, "Karen Koordinator"),
        chair=a_user(staff, "Frede Formand"),
        members=[a_user(staff, "Mette Medlem"), a_user(staff, "Mads Medlem")],
        finance=[a_user(staff, "Pia Penge"), a_user(staff, "Per Penge")],
    )  # fmt: skip


def a_town_with_pool(**overrides: object) -> tuple[Town, int]:
    """Make the town, a pool by Herning's preset, and give everybody their role in it; the number is the pool's."""
    town = _a_town()
    pool = a_pool(town.municipality, name="Udviklingspuljen", **{"participants_accept": False, **overrides})
    for person, role in town.roles:
        give_role(actor=None, at=AT, pool=pool, user=person, role=role)
    pool_id = pool.id
    return at_rest(town), pool_id
