"""What a scenario makes: its municipality, pool, departments and people, and the things that its events add, by the file's keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from fundbank.applications.models import Application
from fundbank.awards.models import Award
from fundbank.awards.queries import award_of
from fundbank.errors import WrongState
from fundbank.kit.clock import local_date, noon, now
from fundbank.ledger.models import Transfer
from fundbank.meetings.models import Meeting
from fundbank.people.models import Department, Municipality, User
from fundbank.people.operations.departments import create_department, create_municipality
from fundbank.people.operations.persons import create_user
from fundbank.people.queries import municipality_by_name, namesake, person_by_email
from fundbank.pools.models import Pool
from fundbank.pools.operations import create_pool, give_role
from fundbank.pools.policy import with_overrides
from fundbank.pools.preset import load
from fundbank.pools.roles import Role
from fundbank.scenarios.reader import Scenario
from fundbank.scenarios.tables import DepartmentRow, PersonRow
from fundbank.scoring.rules import moved_level

UNLESS_SAID = {"participants_accept": False, "content_required": False}
"""What pools made in the interface begin with, and files do only if they say so."""


@dataclass
class World:
    """What a scenario has made so far, by the file's keys, in the file's order."""

    pool: Pool
    departments: dict[str, Department] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    applications: dict[str, Application] = field(default_factory=dict)
    meetings: dict[str, Meeting] = field(default_factory=dict)
    transfers: dict[int, Transfer] = field(default_factory=dict)
    scale_of_file: int = 0

    @property
    def has_other_scale(self) -> bool:
        """Is the file played with rules whose scale has more or fewer levels than its own?"""
        return self.scale_of_file != len(self.pool.policy.scale)

    def level(self, level: int) -> int:
        """A level of the file on the scale of the pool, by its place."""
        return moved_level(level, self.scale_of_file, len(self.pool.policy.scale)) if self.has_other_scale else level

    def levels(self, levels: Mapping[str, int]) -> dict[str, int]:
        """The same of a level for each criterion."""
        return {criterion: self.level(level) for criterion, level in levels.items()}

    def application(self, key: str) -> Application:
        """The application of this key. Raises WrongState if its ``apply`` was refused or has not come yet."""
        if key not in self.applications:
            raise WrongState()
        return self.applications[key]

    def award(self, key: str) -> Award:
        """The award of this application. Raises WrongState if there is none."""
        found = award_of(self.application(key))
        if found is None:
            raise WrongState()
        return found

    def meeting(self, key: str) -> Meeting:
        """The meeting of this key. Raises WrongState if it was refused or has not come yet."""
        if key not in self.meetings:
            raise WrongState()
        return self.meetings[key]

    def department_key(self, department_id: int) -> str:
        """The file's key of a department."""
        return next(key for key, department in self.departments.items() if department.id == department_id)


def build(scenario: Scenario, *, policy: str | None = None) -> World:
    """Make the municipality and its departments (where they are new), the pool and its people; nobody has a password yet."""
    at = noon(scenario.events[0].on if scenario.events else local_date(now()))
    name = scenario.pool.municipality or scenario.pool.name
    municipality = municipality_by_name(name) or create_municipality(actor=None, at=at, name=name)
    pool = create_pool(
        actor=None,
        at=at,
        municipality=municipality,
        name=scenario.pool.name,
        preset=policy or scenario.pool.policy,
        overrides=UNLESS_SAID | scenario.pool.override,
    )
    own = load(scenario.pool.policy)
    world = World(pool, scale_of_file=len(with_overrides(own.values, scenario.pool.override)["scale"]))
    for row in _parents_first(scenario.departments):
        parent = world.departments[row.parent] if row.parent else None
        world.departments[row.key] = _department(world, municipality, row, parent, at)
    for somebody in scenario.people:
        person = _person(world, municipality, somebody, at)
        for role in dict.fromkeys(somebody.roles):
            give_role(actor=None, at=at, pool=pool, user=person, role=Role(role))
        world.people[somebody.key] = person
    return world


def _person(world: World, municipality: Municipality, row: PersonRow, at: datetime) -> User:
    """The person of this row: the municipality's own who has the address already, as they are, or a new one."""
    known = person_by_email(row.email, municipality_id=municipality.id) if row.email else None
    return known or create_user(
        actor=None,
        at=at,
        municipality=municipality,
        department=world.departments[row.department],
        name=row.name,
        email=row.email,
        is_administrator=Role.ADMINISTRATOR in row.roles,
    )


def _department(world: World, municipality: Municipality, row: DepartmentRow, parent: Department | None, at: datetime) -> Department:
    """The unit of this row: the one that an earlier file of the municipality made, or a new one; keys, not names, tell two units apart."""
    for name in (row.name, f"{row.name} ({row.key})"):
        known = namesake(municipality_id=municipality.id, parent_id=parent.id if parent else None, name=name)
        if known is None:
            break
        if known not in world.departments.values():
            return known
    return create_department(actor=None, at=at, municipality=municipality, name=name, parent=parent)


def _parents_first(rows: Sequence[DepartmentRow]) -> list[DepartmentRow]:
    by_key = {row.key: row for row in rows}

    def depth(row: DepartmentRow) -> int:
        return 1 + depth(by_key[row.parent]) if row.parent else 0

    return sorted(rows, key=depth)
