"""An administrator makes a pool by one of the presets and gives the roles in it; then it can take money in."""

from collections.abc import Callable

import pytest

from fundbank.people.models import User
from fundbank.pools import words
from fundbank.pools.roles import Role
from tests.journeys import steps
from tests.journeys.conftest import Window
from tests.journeys.desk import Desk
from tests.journeys.town import a_town

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_pool_is_made_and_its_roles_are_given(window: Callable[..., Window], app: object) -> None:
    town, desk = a_town(), Desk(window())
    desk.sit_down(town.administrator, "/pools/rules")
    desk.follow("New pool")
    desk.fill("Name of the pool", "Udviklingspuljen")
    desk.page.get_by_role("radio", name="Herning").check()
    desk.press("Make the pool")
    gives_roles(desk, town.chair, Role.CHAIR, Role.MEMBER)
    gives_roles(desk, town.finance[0], Role.FINANCE)
    steps.puts_money_in(desk, town.finance[0], "3.000.000", "IT-investeringspuljen")
    desk.sees_part("available", "3.000.000,00 kr.")


def gives_roles(desk: Desk, person: User, *roles: Role) -> None:
    desk.fill("Name or e-mail", person.name)
    desk.press("Find")
    desk.follow("Change the roles of %(name)s", name=person.name)
    for role in roles:
        desk.page.get_by_role("checkbox", name=desk.say(words.ROLES[role]), exact=False).first.check()
    desk.press("Save the roles")
