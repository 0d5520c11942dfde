"""Two administrators at the same instant: one after the other, or one is told why not; no rule is broken between them."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundbank.extensions import db
from fundbank.people import operations, queries
from fundbank.people.models import Department, Municipality, User
from tests.at_once import Act, at_once, doing
from tests.builders import AT, PASSWORD, a_department, a_municipality, a_user, an_administrator
from tests.pictures import Pictures

pytestmark = pytest.mark.each_database

ROUNDS = range(3)


class Town:
    """A municipality with two administrators and some departments."""

    def __init__(self) -> None:
        self.top = a_department(a_municipality(), "Digitalisering")
        self.home = self.top.municipality
        self.ane, self.bo = (an_administrator(self.top, name=name) for name in ("Ane", "Bo"))
        self.schools, self.care = (a_department(self.home, name) for name in ("Skoler", "Ældre"))

    def new(self, name: str, parent: Department | None = None, by: User | None = None) -> Act:
        return doing(operations.create_department, at=AT, actor=by or self.ane, municipality=self.home, name=name, parent=parent)

    def put(self, user: User, department: Department, by: User | None = None, **more: object) -> Act:
        given = {"name": user.name, "email": user.email, "is_administrator": user.is_administrator, **more}
        return doing(operations.change_user, at=AT, actor=by or self.bo, user=user, department=department, **given)

    def close(self, department: Department) -> Act:
        return doing(operations.close_department, at=AT, actor=self.ane, department=department)


@pytest.fixture
def town(app: Flask, pictures: Pictures) -> Town:
    return pictures.of("town", Town)


def deactivating(town: Town, actor: User, other: User) -> Act:
    return doing(operations.deactivate_user, at=AT, actor=actor, user=other)


def demoting(town: Town, actor: User, other: User) -> Act:
    return town.put(other, town.top, by=actor, is_administrator=False)


@pytest.mark.parametrize("of_ane, of_bo", [(deactivating, deactivating), (demoting, demoting), (deactivating, demoting)])
def test_a_municipality_keeps_an_administrator(app: Flask, town: Town, of_ane: Callable[..., Act], of_bo: Callable[..., Act]) -> None:
    answers = at_once(app, of_ane(town, town.ane, town.bo), of_bo(town, town.bo, town.ane))
    assert answers == ["done", "not_allowed"]
    assert queries.administrators(municipality_id=town.home.id) == 1


def test_each_gives_up_their_own_mark_but_the_last(app: Flask, town: Town) -> None:
    assert at_once(app, demoting(town, town.ane, town.ane), demoting(town, town.bo, town.bo)) == ["done", "wrong_state"]
    assert queries.administrators(municipality_id=town.home.id) == 1


@pytest.mark.parametrize("elsewhere", [False, True], ids=["one municipality", "two municipalities"])
@pytest.mark.parametrize("_round", ROUNDS)
def test_an_email_address_is_taken_once_in_a_municipality(app: Flask, town: Town, elsewhere: bool, _round: int) -> None:
    other = an_administrator() if elsewhere else town.bo
    acts = [
        doing(
            operations.create_user, at=AT, actor=actor, municipality=actor.municipality, department=actor.department, name="Ny",
            email="ny@lindby.dk",
        )
        for actor in (town.ane, other)
    ]  # fmt: skip
    assert at_once(app, *acts) == ["done", "done" if elsewhere else "incomplete"]
    assert db.session.scalar(select(func.count()).select_from(User).where(User.email == "ny@lindby.dk")) == (2 if elsewhere else 1)


def test_the_refusal_of_a_taken_address_stands_at_its_field_and_nothing_is_left_of_it(app: Flask, town: Town) -> None:
    answers: list[str | None] = []

    def changing(actor: User) -> Act:
        act = doing(
            operations.change_user, at=AT, actor=actor, user=actor, name="Andet navn", email="samme@lindby.dk",
            department=actor.department, is_administrator=True,
        )  # fmt: skip

        def read() -> Callable[[], object]:
            do = act()

            def attempt() -> None:
                try:
                    do()
                except operations.EmailTaken as refusal:
                    answers.append(refusal.field)
                    raise

            return attempt

        return read

    names = {town.ane.name, town.bo.name}
    assert at_once(app, changing(town.ane), changing(town.bo)) == ["done", "incomplete"]
    assert answers == ["email"]
    assert len(names & {town.ane.name, town.bo.name}) == 1, "the one who was refused keeps the name too"


@pytest.mark.parametrize("below", [False, True], ids=["at the top", "below another"])
@pytest.mark.parametrize("_round", ROUNDS)
def test_a_name_is_given_once(app: Flask, town: Town, below: bool, _round: int) -> None:
    parent = town.top if below else None
    assert at_once(app, town.new("Økonomi", parent), town.new("økonomi", parent, by=town.bo)) == ["done", "incomplete"]


def test_a_name_is_taken_once_by_whatever_way(app: Flask, town: Town) -> None:
    renaming = doing(operations.rename_department, at=AT, actor=town.bo, department=town.schools, name="Økonomi")
    lower = a_department(parent=town.care, name="Økonomi")
    moving = doing(operations.move_department, at=AT, actor=town.bo, department=lower, parent=None)
    assert at_once(app, town.new("Økonomi"), renaming, moving) == ["done", "incomplete", "incomplete"]


def test_a_municipality_is_founded_once(app: Flask) -> None:
    founding = [doing(operations.create_municipality, at=AT, actor=None, name=name) for name in ("Nyby Kommune", "NYBY  KOMMUNE")]
    assert at_once(app, *founding) == ["done", "incomplete"]
    assert db.session.scalar(select(func.count()).select_from(Municipality)) == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_units_never_stand_below_each_other(app: Flask, town: Town, _round: int) -> None:
    under_care = doing(operations.move_department, at=AT, actor=town.ane, department=town.schools, parent=town.care)
    under_schools = doing(operations.move_department, at=AT, actor=town.bo, department=town.care, parent=town.schools)
    answers = at_once(app, under_care, under_schools)
    assert answers in (["done", "stale_version"], ["done", "wrong_state"])
    check_tree(town.home)


def test_a_unit_that_is_moved_takes_those_along_that_are_moved_below_it(app: Flask, town: Town) -> None:
    class_ = a_department(parent=town.top, name="Klasse")
    under_care = doing(operations.move_department, at=AT, actor=town.ane, department=town.schools, parent=town.care)
    under_schools = doing(operations.move_department, at=AT, actor=town.bo, department=class_, parent=town.schools)
    assert at_once(app, under_care, under_schools) == ["done", "done"]
    check_tree(town.home)


def check_tree(home: Municipality) -> None:
    """Every unit's path is the ids of those above it, and none stands below itself."""
    for unit in db.session.scalars(select(Department).where(Department.municipality_id == home.id)):
        line, above = [unit.id], unit.parent
        while above is not None:
            assert above.id not in line
            line.insert(0, above.id)
            above = above.parent
        assert unit.path == f"/{'/'.join(map(str, line))}/"


def create_person(town: Town) -> Act:
    return doing(
        operations.create_user, at=AT, actor=town.bo, municipality=town.home, department=town.schools, name="Ny", email="ny@lindby.dk"
    )


def put_person(town: Town) -> Act:
    return town.put(a_user(town.top), town.schools)


def create_unit(town: Town) -> Act:
    return town.new("Ny skole", town.schools, by=town.bo)


def move_unit(town: Town) -> Act:
    return doing(operations.move_department, at=AT, actor=town.bo, department=town.care, parent=town.schools)


def reopen_unit(town: Town) -> Act:
    below = a_department(parent=town.schools, name="Skole")
    operations.close_department(actor=None, at=AT, department=below)
    return doing(operations.reopen_department, at=AT, actor=town.bo, department=below)


@pytest.mark.parametrize("filling", [create_person, put_person, create_unit, move_unit, reopen_unit])
@pytest.mark.parametrize("_round", ROUNDS)
def test_a_closed_unit_has_nobody_in_it(app: Flask, town: Town, filling: Callable[[Town], Act], _round: int) -> None:
    act = filling(town)
    first, second = at_once(app, town.close(town.schools), act)
    assert first == "done"
    assert second in ("wrong_state", "incomplete")
    people, units = queries.active_people_in(town.schools), queries.open_units_in(town.schools)
    assert (people + units > 0) is town.schools.is_active


def test_of_two_new_links_one_works(app: Flask, town: Town) -> None:
    person = a_user(town.top)
    inviting = [doing(operations.invite, at=AT, actor=actor, user=person) for actor in (town.ane, town.bo)]
    assert at_once(app, *inviting) == ["done", "done"]
    assert len(queries.open_links(person)) == 1


def test_a_link_works_once(app: Flask, town: Town) -> None:
    token = operations.invite(actor=town.ane, at=AT, user=a_user(town.top))
    using = [doing(operations.set_password_by_link, at=AT, token=token, password=password) for password in (PASSWORD, PASSWORD[::-1])]
    assert at_once(app, *using) == ["done", "wrong_state"]


def test_no_link_outlives_an_account_that_is_closed(app: Flask, town: Town) -> None:
    person, other = a_user(town.top), a_user(town.top)
    token = operations.invite(actor=town.ane, at=AT, user=person)
    at_once(
        app,
        doing(operations.deactivate_user, at=AT, actor=town.ane, user=person),
        doing(operations.set_password_by_link, at=AT, token=token, password=PASSWORD),
    )
    at_once(
        app,
        doing(operations.deactivate_user, at=AT, actor=town.ane, user=other),
        doing(operations.invite, at=AT, actor=town.bo, user=other),
    )
    for one in (person, other):
        assert one.is_active or queries.open_links(one) == []


def test_what_two_change_in_one_person_or_unit_is_told_to_the_second(app: Flask, town: Town) -> None:
    person = a_user(town.top)
    changing = [town.put(person, unit, by=actor) for actor, unit in ((town.ane, town.schools), (town.bo, town.care))]
    assert at_once(app, *changing) == (["done", "stale_version"] if both_read() else ["done", "done"])
    renaming = [
        doing(operations.rename_department, at=AT, actor=actor, department=town.schools, name=name)
        for actor, name in ((town.ane, "Skoler og fritid"), (town.bo, "Skoler og klubber"))
    ]
    assert at_once(app, *renaming) == (["done", "stale_version"] if both_read() else ["done", "done"])


def both_read() -> bool:
    """Does the database let both read before either writes?"""
    return db.engine.dialect.name == "postgresql"
