"""Roles that could be misused: given by one administrator, confirmed by another person, and by no detour of one alone (domain.md §11)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask import Flask

from fundbank.cli import main
from fundbank.errors import AlreadyPosted, FourEyes, Incomplete, NotAllowed, WrongState
from fundbank.extensions import db
from fundbank.history.queries import entries
from fundbank.kit.clock import now
from fundbank.kit.transaction import commit
from fundbank.ledger.operations import fund_pool
from fundbank.people import operations as people
from fundbank.people.models import Confirmation, User
from fundbank.people.queries import awaited, is_guarded
from fundbank.pools import operations, queries
from fundbank.pools.models import Pool, PoolRole
from fundbank.pools.roles import CONFIRMED, Role
from tests.builders import AT, a_person_with, a_pool, a_user, an_administrator
from tests.web import Client

LINK = {"password": "et helt nyt kodeord", "again": "et helt nyt kodeord"}


@dataclass
class Town:
    """A pool with money: two administrators, an auditor, two of finance, and somebody without a role."""

    pool: Pool
    first: User
    second: User
    auditor: User
    finance: User
    other: User
    somebody: User

    def wants(self, role: Role = Role.FINANCE, by: User | None = None, for_: User | None = None) -> Confirmation:
        given = operations.give_role(actor=by or self.first, at=AT, pool=self.pool, user=for_ or self.somebody, role=role)
        assert isinstance(given, Confirmation)
        return given

    def changes(self, user: User, **wanted: object) -> None:
        said = {"name": user.name, "email": user.email, "department": user.department, "is_administrator": user.is_administrator}
        people.change_user(actor=self.first, at=AT, user=user, **{**said, **wanted})


@pytest.fixture
def town(app: Flask) -> Town:
    pool = a_pool()
    finance = a_person_with(pool, Role.FINANCE)
    unit = finance.department
    fund_pool(actor=finance, at=AT, pool=pool, source="Byrådet", amount_ore=100_000, value_on=AT.date())
    return Town(
        pool, an_administrator(unit, name="Ane"), an_administrator(unit, name="Bo"), a_person_with(pool, Role.AUDITOR, name="Rie"),
        finance, a_person_with(pool, Role.FINANCE), a_user(unit, "Nogen"),
    )  # fmt: skip


def has(user: User, pool: Pool, role: Role = Role.FINANCE) -> bool:
    return queries.has_role(user, pool.id, role)


def test_a_role_works_once_another_person_has_confirmed_it(town: Town) -> None:
    assert {Role.FINANCE, Role.CHAIR, Role.AUDITOR, Role.ADMINISTRATOR} <= CONFIRMED
    for role in Role:
        given = operations.give_role(actor=town.first, at=AT, pool=town.pool, user=town.somebody, role=role)
        assert isinstance(given, Confirmation if role in CONFIRMED else PoolRole)
        assert has(town.somebody, town.pool, role) is (role not in CONFIRMED)
    for wanted, second in zip(awaited(town.somebody), (town.second, town.auditor, town.second, town.auditor, town.second), strict=False):
        for nobody in (town.first, town.somebody, town.finance):
            with pytest.raises((FourEyes, NotAllowed)):
                operations.confirm(actor=nobody, at=AT, confirmation=wanted)
        with pytest.raises(AlreadyPosted):
            town.wants(Role(wanted.role or ""))
        operations.confirm(actor=second, at=AT, confirmation=wanted)
        entry = queries.role_entry(town.pool, town.somebody, Role(wanted.role or ""))
        assert entry and (entry.given_by_id, entry.confirmed_by_id) == (town.first.id, second.id)
        with pytest.raises(WrongState):
            operations.confirm(actor=town.auditor, at=AT, confirmation=wanted)
    assert not awaited(town.somebody) and all(has(town.somebody, town.pool, role) for role in CONFIRMED)


def test_whom_it_concerns_confirms_nothing_of_it(town: Town) -> None:
    wanted = town.wants(for_=town.second)
    with pytest.raises(FourEyes):
        operations.confirm(actor=town.second, at=AT, confirmation=wanted)
    own = town.wants(for_=town.first)
    with pytest.raises(FourEyes):
        operations.confirm(actor=town.first, at=AT, confirmation=own)
    stranger = a_person_with(a_pool(), Role.AUDITOR)
    with pytest.raises(NotAllowed):
        operations.confirm(actor=stranger, at=AT, confirmation=wanted)


def test_what_waits_can_be_ended_with_a_reason(town: Town) -> None:
    wanted = town.wants()
    with pytest.raises(Incomplete):
        operations.refuse(actor=town.auditor, at=AT, confirmation=wanted, reason=" ")
    with pytest.raises(NotAllowed):
        operations.withdraw(actor=town.second, at=AT, confirmation=wanted, reason="Fejl")
    operations.refuse(actor=town.auditor, at=AT, confirmation=wanted, reason="Kender hende ikke")
    assert not has(town.somebody, town.pool) and not is_guarded(town.somebody)
    again = town.wants()
    operations.withdraw(actor=town.first, at=AT, confirmation=again, reason="En fejl")
    told = [(line.event, line.reason) for line in entries("pools", town.pool.id) if "confirmation" in line.event]
    assert told == [
        ("confirmation_asked", ""), ("confirmation_refused", "Kender hende ikke"), ("confirmation_asked", ""),
        ("confirmation_withdrawn", "En fejl"),
    ]  # fmt: skip


def test_before_there_is_money_one_person_sets_up(app: Flask) -> None:
    pool = a_pool()
    administrator = an_administrator(a_user().department)
    administrator.municipality = pool.municipality
    somebody = a_person_with(pool, Role.APPLICANT)
    entry = operations.give_role(actor=administrator, at=AT, pool=pool, user=somebody, role=Role.FINANCE)
    assert isinstance(entry, PoolRole) and entry.given_by_id == administrator.id and has(somebody, pool)


def test_a_second_pool_makes_nobody_two(town: Town) -> None:
    """In a pool without money one gives every role; its auditor is no second person to that one for the accounts of the municipality."""
    later = AT + timedelta(days=1)
    pool = operations.create_pool(actor=town.first, at=later, municipality=town.pool.municipality, name="En ny pulje", preset="favrskov")
    invented = a_user(town.first.department, "Opfundet")
    operations.give_role(actor=town.first, at=later, pool=pool, user=invented, role=Role.AUDITOR)
    town.changes(town.finance, email="mig-selv@kommune.dk")
    (wanted,) = awaited(town.finance)
    with pytest.raises(NotAllowed):
        operations.confirm(actor=invented, at=later, confirmation=wanted)
    assert town.finance.email != "mig-selv@kommune.dk"
    by_another = a_person_with(pool, Role.AUDITOR)
    operations.confirm(actor=by_another, at=later, confirmation=wanted)
    assert town.finance.email == "mig-selv@kommune.dk"


def test_nor_does_an_old_pool_that_was_never_used_or_a_word_of_somebody_invented(town: Town) -> None:
    """Whom the asker alone made auditor, or made somebody make one, is no second person, however old the pool and whatever it holds."""
    before, later = AT - timedelta(days=2), AT + timedelta(days=1)
    old, new = (
        operations.create_pool(actor=town.first, at=at, municipality=town.pool.municipality, name=name, preset="favrskov")
        for at, name in ((before, "En gammel pulje"), (later, "En ny pulje"))
    )
    alone, helper, through, confirmed = (a_user(town.first.department, f"Opfundet {number}") for number in range(4))
    operations.give_role(actor=town.first, at=later, pool=old, user=alone, role=Role.AUDITOR)
    operations.give_role(actor=town.first, at=later, pool=new, user=helper, role=Role.ADMINISTRATOR)
    operations.give_role(actor=helper, at=later, pool=new, user=through, role=Role.AUDITOR)
    fund_pool(actor=a_person_with(new, Role.FINANCE), at=later, pool=new, source="Byrådet", amount_ore=1, value_on=later.date())
    operations.give_role(actor=town.first, at=later, pool=new, user=confirmed, role=Role.AUDITOR)
    (wanted,) = awaited(confirmed)
    operations.confirm(actor=through, at=later, confirmation=wanted)
    town.changes(town.finance, email="mig-selv@kommune.dk")
    (wanted,) = awaited(town.finance)
    for person in (alone, helper, through, confirmed):
        with pytest.raises(NotAllowed):
            operations.confirm(actor=person, at=later, confirmation=wanted)
    operations.confirm(actor=town.auditor, at=later, confirmation=wanted)
    assert town.finance.email == "mig-selv@kommune.dk", "who was auditor before money came is a second person"


def test_the_account_of_who_holds_or_awaits_one_is_changed_by_two(town: Town) -> None:
    town.changes(town.somebody, email="ny@lindby.dk")
    assert town.somebody.email == "ny@lindby.dk", "no such role yet"
    town.wants()
    for user in (town.somebody, town.finance):
        former = user.email
        town.changes(user, email=f"{user.id}@lindby.dk", name="Et nyt navn")
        assert (user.email, user.name) == (former, "Et nyt navn")
        (wanted,) = (one for one in awaited(user) if one.kind == "email")
        operations.confirm(actor=town.second, at=AT, confirmation=wanted)
        assert user.email == f"{user.id}@lindby.dk"
    town.changes(town.somebody, is_administrator=True)
    assert not town.somebody.is_administrator
    (wanted,) = (one for one in awaited(town.somebody) if one.kind == "administrator")
    operations.confirm(actor=town.auditor, at=AT, confirmation=wanted)
    assert town.somebody.is_administrator
    made = people.create_user(
        actor=town.first, at=AT, municipality=town.pool.municipality, department=town.first.department, name="To", email="to@lindby.dk",
        is_administrator=True,
    )  # fmt: skip
    assert not made.is_administrator and len(awaited(made)) == 1


def test_a_closed_account_with_such_a_role_is_opened_by_two(town: Town) -> None:
    people.deactivate_user(actor=town.first, at=AT, user=town.finance)
    people.reactivate_user(actor=town.first, at=AT, user=town.finance)
    assert not town.finance.is_active
    (wanted,) = awaited(town.finance)
    operations.confirm(actor=town.auditor, at=AT, confirmation=wanted)
    assert town.finance.is_active
    people.deactivate_user(actor=town.first, at=AT, user=town.somebody)
    people.reactivate_user(actor=town.first, at=AT, user=town.somebody)
    assert town.somebody.is_active


def test_nobody_comes_in_by_a_link_that_they_saw_before_the_role_was_given(town: Town, client: Client) -> None:
    unused = people.invite(actor=town.first, at=now(), user=town.somebody, is_shown=True)
    wanted = town.wants()
    commit()
    assert client.submit(f"/link/{unused}", LINK).status_code == 410
    with pytest.raises(people.LinkNotShown):
        people.invite(actor=town.first, at=now(), user=town.somebody, is_shown=True)
    operations.refuse(actor=town.second, at=AT, confirmation=wanted, reason="Først et link")
    used = people.invite(actor=town.first, at=now(), user=town.somebody, is_shown=True)
    people.set_password_by_link(at=now(), token=used, password=LINK["password"])
    assert town.somebody.password_hash and town.somebody.password_was_open
    operations.confirm(actor=town.second, at=AT, confirmation=town.wants())
    assert town.somebody.password_hash is None and has(town.somebody, town.pool)
    own = people.invite(actor=town.first, at=now(), user=town.somebody)
    people.set_password_by_link(at=now(), token=own, password=LINK["password"])
    assert not town.somebody.password_was_open


def test_nobody_comes_in_by_a_link_that_was_mailed_to_an_address_of_their_own(town: Town) -> None:
    """An administrator gives a person an address of theirs for a while, and chooses the password by the link that is mailed there."""
    right = town.somebody.email

    def choose(user: User) -> None:
        people.set_password_by_link(at=now(), token=people.invite(actor=town.first, at=now(), user=user), password=LINK["password"])

    town.changes(town.somebody, email="ane@privat.dk")
    choose(town.somebody)
    town.changes(town.somebody, email=right)
    assert town.somebody.password_hash, "it could be the person's own, and matters little yet"
    operations.confirm(actor=town.second, at=AT, confirmation=town.wants())
    assert town.somebody.password_hash is None and has(town.somebody, town.pool)
    choose(town.somebody)
    assert town.somebody.password_hash and not town.somebody.password_was_open


def test_nor_before_there_is_money(app: Flask) -> None:
    pool = a_pool()
    finance = a_person_with(pool, Role.FINANCE)
    administrator = an_administrator(finance.department, name="Ane")
    for person, keeps in ((finance, False), (administrator, True)):
        token = people.invite(actor=administrator, at=now(), user=person)
        people.set_password_by_link(at=now(), token=token, password=LINK["password"])
        people.change_user(
            actor=administrator, at=AT, user=person, name=person.name, email="ny@lindby.dk", department=person.department,
            is_administrator=person.is_administrator,
        )  # fmt: skip
        assert (person.password_hash is not None) is keeps, "one's own password is known to oneself alone"
        person.email = None


def test_on_the_pages(town: Town, client: Client, clients: Callable[[], Client]) -> None:
    client.sign_in(town.first)
    given = client.submit(f"/pools/{town.pool.id}/roles/{town.somebody.id}", {"roles": ["finance", "member"]})
    assert given.status_code == 303
    assert "Waits for a second person" in client.get(f"/pools/{town.pool.id}/roles").words
    assert "Waits for a second person" in client.get("/users").words
    (number,) = (one.id for one in awaited(town.somebody))
    page = f"/confirmations/{number}"
    assert "I take it back" in client.get(page).words and "I confirm it" not in client.get(page).words
    assert client.submit(page, {"answer": "confirm"}).status_code == 422
    second = clients().sign_in(town.auditor)
    assert f'href="{page}"' in second.get("/").text and town.somebody.email in second.get(page).words
    assert second.submit(page, {"answer": "refuse", "reason": ""}).status_code == 422
    assert second.submit(page, {"answer": "confirm"}).status_code == 303
    assert "has been answered already" in second.get(page).words and "Nothing waits" in second.get("/confirmations").words
    assert clients().sign_in(town.finance).get(page).status_code == 404
    listed = second.get("/people?words=Nogen")
    assert "given by Ane" in listed.words and "confirmed by Rie" in listed.words
    assert (
        f"Nogen;{town.somebody.email};" in second.get("/people.csv").text
        and clients().sign_in(town.finance).get("/people").status_code == 403
    )


def test_a_sole_administrator_is_warned_and_the_server_is_the_second_person(
    town: Town, client: Client, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    assert "only one administrator" not in client.sign_in(town.first).get("/").words
    wanted, person_id, pool_id = town.wants().id, town.somebody.id, town.pool.id
    commit()
    monkeypatch.setenv("FUNDBANK_DATABASE_URL", database_url)
    runner = CliRunner()
    refused = runner.invoke(main, ["confirm", "--number", str(wanted)])
    assert refused.exit_code and "Rie" in refused.output
    operations.take_role(actor=town.first, at=AT, pool=town.pool, user=town.auditor, role=Role.AUDITOR)
    town.changes(town.second, is_administrator=False)
    commit()
    assert all("only one administrator" in client.get(page).words for page in ("/", "/users"))
    assert f"fundbank confirm --number {wanted}" in client.get(f"/confirmations/{wanted}").words
    db.session.remove()
    assert "nobody in the program" in runner.invoke(main, ["confirm"]).output
    assert runner.invoke(main, ["confirm", "--number", str(wanted)]).exit_code == 0
    assert queries.has_role(db.session.get_one(User, person_id), pool_id, Role.FINANCE)
