"""What tests begin with: a municipality with departments and people, a pool, who has which role. Made by the operations themselves.

Everything has a name that will do; a test names what it is about.
"""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from fundbank.extensions import db
from fundbank.people import operations as people
from fundbank.people.models import Department, Municipality, User
from fundbank.pools import operations as pools
from fundbank.pools.models import Pool
from fundbank.pools.roles import Role

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PASSWORD = "en lang og god sætning"
# Of PASSWORD, by the least work that argon2 takes: hashing it anew for each test, or checking it as carefully as the program's own, would
# take longer than the test.
PASSWORD_HASH = "$argon2id$v=19$m=8,t=1,p=1$oh/QVmVawMzwoeLC6Uy62A$jzgzkc58/dzyvcU4JhRwlMnyIUxKYEPqwcq7vdrTWUE"

numbers = count(1)


def a_municipality(name: str | None = None) -> Municipality:
    return people.create_municipality(actor=None, at=AT, name=name or f"Kommune {next(numbers)}")


def a_department(municipality: Municipality | None = None, name: str | None = None, parent: Department | None = None) -> Department:
    municipality = municipality or (parent.municipality if parent else a_municipality())
    return people.create_department(
        actor=None, at=AT, municipality=municipality, name=name or f"Forvaltning {next(numbers)}", parent=parent
    )


def a_user(department: Department | None = None, name: str | None = None, *, password: bool = False, **more: Any) -> User:
    """A person; ``password=True`` gives them PASSWORD."""
    department = department or a_department()
    number = next(numbers)
    user = people.create_user(
        actor=None, at=AT, municipality=department.municipality, department=department, name=name or f"Person {number}",
        **{"email": f"person{number}@kommune.dk", **more},
    )  # fmt: skip
    if password:
        user.password_hash = PASSWORD_HASH
        db.session.flush()
    return user


def an_administrator(department: Department | None = None, **more: Any) -> User:
    return a_user(department, is_administrator=True, **more)


def a_pool(municipality: Municipality | None = None, *, preset: str = "herning", name: str | None = None, **overrides: Any) -> Pool:
    """A pool by one of the five presets; ``overrides`` are values of its policy. Applications say as little as a file's, unless told."""
    return pools.create_pool(
        actor=None, at=AT, municipality=municipality or a_municipality(), name=name or f"Pulje {next(numbers)}",
        preset=preset, overrides={"content_required": False} | overrides,
    )  # fmt: skip


def a_person_with(pool: Pool, *roles: Role, department: Department | None = None, name: str | None = None, **more: Any) -> User:
    """A person of the pool's municipality who has ``roles`` in the pool."""
    user = a_user(department or a_department(pool.municipality), name, **more)
    for role in roles:
        pools.give_role(actor=None, at=AT, pool=pool, user=user, role=role)
    return user
