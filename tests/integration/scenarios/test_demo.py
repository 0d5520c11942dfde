"""Whom the demo lets in."""

from flask import Flask

from fundbank.history.steps import record
from fundbank.pools import operations as pools
from fundbank.pools.roles import Role
from fundbank.scenarios import demo
from tests.builders import AT, a_department, a_municipality, a_person_with, a_pool


def test_those_who_can_take_an_application_all_the_way_are_named(app: Flask) -> None:
    pool = a_pool(preset="favrskov", minimum_scores=3)
    for number in range(5):
        a_person_with(pool, Role.MEMBER, name=f"Medlem {number}", email=f"medlem{number}@travl.example")
        a_person_with(pool, Role.FINANCE, name=f"Økonomi {number}", email=f"økonomi{number}@travl.example")
    chair = a_person_with(pool, Role.CHAIR, name="Anne Formand", email="formand@travl.example")
    pools.give_role(actor=None, at=AT, pool=pool, user=chair, role=Role.MEMBER)
    record(pool, demo.FILLED, actor_id=None, at=AT)
    lines = [line for line in demo.how_to_sign_in().splitlines() if "@" in line]
    assert lines == [
        "    member               medlem0@travl.example",
        "                         medlem1@travl.example",
        "                         medlem2@travl.example",
        "    chair                formand@travl.example",
        "    finance              økonomi0@travl.example",
        "                         økonomi1@travl.example",
    ]


def test_a_municipality_that_the_demo_did_not_make_is_a_stranger(app: Flask) -> None:
    pool = a_pool()
    record(pool, demo.FILLED, actor_id=None, at=AT)
    assert demo.is_demo()
    assert demo.strangers() == []
    a_department(a_municipality("Vesterby Kommune"))
    assert demo.strangers() == ["Vesterby Kommune"]
