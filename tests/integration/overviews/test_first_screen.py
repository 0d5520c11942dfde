"""The first screen answers "what waits for me?": each kind of work for the role that does it, and for nobody else."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from fundbank.applications.operations import send_to_signature
from fundbank.awards.operations import register_disbursement, register_release
from fundbank.awards.permissions import can_approve_disbursement, can_register_disbursement
from fundbank.awards.queries import award_of, bound_people
from fundbank.extensions import db
from fundbank.kit.clock import local_date
from fundbank.ledger.operations import ask_first_day, register_return_funding
from fundbank.ledger.permissions import may_be_second
from fundbank.ledger.queries import sources
from fundbank.meetings.operations.calendar import plan_meeting
from fundbank.overviews import waiting
from fundbank.overviews.waiting import KINDS, Group, waiting_for
from fundbank.people.models import User
from fundbank.pools.queries import entries_of, has_role, roles_of
from fundbank.pools.rights import rights_of
from fundbank.pools.roles import Role
from fundbank.repayments.operations.refunds import register_refund
from fundbank.repayments.queries import line_of
from fundbank.reversals.operations import register_reversal
from fundbank.reversals.permissions import can_approve_movement, can_approve_reversal
from fundbank.scenarios import demo
from fundbank.scenarios.player import World, play
from fundbank.scenarios.reader import read
from fundbank.scoring.permissions import has_conflict
from tests.builders import AT, a_department, a_municipality, a_person_with, a_pool, a_user, an_administrator
from tests.integration.applications.office import an_office
from tests.integration.scenarios import small
from tests.pictures import Pictures
from tests.web import Client, statements

NOW = AT.replace(month=11, day=23)


@pytest.fixture
def app_settings() -> dict[str, Any]:
    return {"CLOCK": lambda: NOW}


@pytest.fixture
def world(app: Flask, pictures: Pictures) -> World:
    return pictures.of("busy pool in which things wait", a_world_that_waits)


def a_world_that_waits() -> World:
    """The busy pool, with meetings to come, payments, a reversal, money handed back and a first day to approve."""
    world = play(read(demo.story(demo.BUSY))).world
    demo.let_things_wait(world, NOW)
    finance = next(person for person in world.people.values() if has_role(person, world.pool.id, Role.FINANCE))
    funding = world.transfers[min(world.transfers)]
    register_reversal(actor=finance, at=NOW, transfer=funding, reason="Forkert kilde")
    register_return_funding(actor=finance, at=NOW, pool=world.pool, source=sources(world.pool.id)[0][0], amount_ore=100, reason="For meget")
    administrator, day = a_person_with(world.pool, Role.ADMINISTRATOR), world.pool.begins_on - timedelta(days=1)
    ask_first_day(actor=administrator, at=NOW, pool=world.pool, day=day, reason="Kom fra et regneark")
    return world


def waits(person: User) -> dict[str, Group]:
    return {group.kind: group for group in waiting_for(person, roles_of(person), local_date(NOW))}


def test_what_waits_is_for_the_role_that_does_it_and_for_nobody_else(world: World) -> None:
    by_code = {kind.code: kind for kind in KINDS}
    applications = {application.id: application for application in world.applications.values()}
    seen: set[str] = set()
    approvers = set()
    for person in world.people.values():
        held = roles_of(person).get(world.pool.id, frozenset())
        for code, group in waits(person).items():
            assert by_code[code].right in rights_of(held), f"{code} waits for {person.name}, who is {set(held)}"
            seen.add(code)
            days = [item.day for item in group.items if item.day is not None]
            assert days == sorted(days), "the most urgent stands first"
        if "to_score" in waits(person):
            assert not any(has_conflict(person, applications[item.subject_id]) for item in waits(person)["to_score"].items)
        if "to_approve" in waits(person):
            approvers.add(person.id)
    left = {"refunds", "held_up", "to_close", "claims_to_make", "gains_to_report", "to_submit", "minutes", "to_decide"}
    left |= {"to_follow_up", "without_owner", "of_the_meeting"}
    left |= {"to_sign", "answered", "to_advise", "late_advice"}  # a scenario file sends nothing to signature, and answers nothing
    assert set(by_code) - seen <= left
    finance = {person.id for person in world.people.values() if has_role(person, world.pool.id, Role.FINANCE)}
    assert approvers, "somebody approves the registered payments"
    assert finance - approvers, "and not the one who registered them"


def test_the_page_shows_it_to_those_whom_it_concerns(world: World, client: Client) -> None:
    """A stranger sees nothing of it, and whoever only administers the pool is not led to its applications."""
    coordinator = next(person for person in world.people.values() if has_role(person, world.pool.id, Role.COORDINATOR))
    page = client.sign_in(coordinator).get("/")
    assert page.status_code == 200
    assert 'data-kind="to_screen"' in page.text
    assert world.pool.name in page.text
    stranger = a_user(a_department(a_pool(a_municipality()).municipality))
    page = client.sign_in(stranger).get("/")
    assert world.pool.name not in page.text
    assert "data-kind" not in page.text
    link = f'href="/pools/{world.pool.id}/applications"'
    administrator = a_person_with(world.pool, Role.ADMINISTRATOR)
    assert link not in client.sign_in(administrator).get("/").text
    assert link in client.sign_in(a_person_with(world.pool, Role.AUDITOR)).get("/").text


def test_what_is_late_stands_first_and_what_there_is_no_room_for_can_be_found(world: World, client: Client) -> None:
    coordinator = next(person for person in world.people.values() if has_role(person, world.pool.id, Role.COORDINATOR))
    for weeks in range(20, 30):
        plan_meeting(actor=coordinator, at=NOW, pool=world.pool, held_on=local_date(NOW) + timedelta(weeks=weeks))
    page = client.sign_in(coordinator).get("/").text
    kinds = re.findall(r'data-kind="(\w+)"', page)
    assert kinds[0] == "to_settle" and "meetings" in kinds
    assert re.search(rf'<a href="/pools/{world.pool.id}/meetings">[^<]*{waits(coordinator)["meetings"].size - 6}[^<]*</a>', page)


@pytest.mark.parametrize("hand", ["signed", "accepted", "gave a role"])
def test_no_second_person_is_asked_who_may_not_be_it(app: Flask, hand: str) -> None:
    """What the screen asks of the database is what the permissions say, of each movement that takes two (domain.md §7)."""
    signed, accepted = ("lars", "lise") if hand == "signed" else ("lise", "lars")
    events = small.awarded(loan="100000.00", terms=small.TERMS.replace("koncern", "hjem"))
    events = (
        events.replace("sign lise", f"sign {signed}").replace("accept lise", f"accept {accepted}").replace("decide carl", "decide dorthe")
    )
    line = 'application = "a", department = "social", year = 2025'
    events += f"""
{small.paid(amount="60000.00")}
{small.gain("social", 2025, "40000.00")}
2026-01-10 report_gain hanne application = "a", department = "hjem", year = 2025, amount = "0.00"
2026-01-10 verify_gain freja application = "a", department = "hjem", year = 2025
{small.claim(2025)}
{small.repay("social", 2025, "20000.00")}
2026-01-13 correct_gain lise {line}, amount = "0.00", reason = "Talt forkert"
2026-01-13 verify_gain freja {line}"""
    world = small.playing(events).played.world
    freja, award = world.people["freja"], award_of(world.applications["a"])
    assert award is not None
    if hand == "gave a role":
        entries_of(world.people["finn"])[0].given_by_id = freja.id
        db.session.flush()
    disbursement = register_disbursement(actor=freja, at=NOW, award=award, part="loan", amount_ore=100)
    release = register_release(actor=freja, at=NOW, award=award, amount_ore=100, reason="Ikke brug for det")
    funding_return = register_return_funding(actor=freja, at=NOW, pool=world.pool, source="IT", amount_ore=100, reason="For meget")
    overpaid = line_of(award, world.departments["social"].id, 2025)
    assert overpaid is not None
    refund = register_refund(actor=freja, at=NOW, line=overpaid, amount_ore=100)
    reversal = register_reversal(actor=freja, at=NOW, transfer=world.transfers[1], reason="Forkert kilde")
    bound = bound_people(award)
    for key in ("freja", "finn", "dorthe", "lars"):
        person = world.people[key]
        found = {code: group.size for code, group in waits(person).items()}
        movements = sum(can_approve_movement(person, movement) for movement in (release, funding_return))
        assert found.get("movements", 0) == movements, key
        assert found.get("to_approve", 0) == can_approve_disbursement(person, disbursement), key
        assert found.get("refunds", 0) == may_be_second(person, world.pool, refund.registered_by, bound), key
        assert found.get("reversals", 0) == can_approve_reversal(person, reversal), key
        assert ("to_pay_out" in found) == can_register_disbursement(person, award), key
    asked = {"dorthe": 1, "lars": 1, "finn": 0 if hand == "gave a role" else 2}
    assert {key: waits(world.people[key])["movements"].size if "movements" in waits(world.people[key]) else 0 for key in asked} == asked


def own_list(page: str) -> str:
    return page.partition('id="own-applications"')[2].partition("</section>")[0]


def test_the_department_sees_where_each_of_its_open_applications_is_and_each_once(app: Flask, client: Client) -> None:
    office = an_office()
    states = ("draft", "signed", "submitted", "ready")
    made = [office.application(state, title=f"Sag {state}") for state in states]
    office.application("submitted", department=office.other, title="De andres")
    for role in ("applicant", "leader"):
        page = client.sign_in(office.person(role)).get("/").text
        own = own_list(page)
        assert sorted(re.findall(r'href="/applications/(\d+)"', page)) == [str(application.id) for application in made]
        assert re.findall(r'href="/applications/(\d+)"', own) == [str(application.id) for application in (made[3], made[2])]
        assert "Your other applications" in own
        assert "The application must be screened. The coordinator or an adviser" in " ".join(own.split())
    assert not own_list(client.sign_in(office.person("coordinator")).get("/").text)
    for number in range(6):
        office.application("draft", title=f"Ny {number}")
    page = client.sign_in(office.person("leader")).get("/").text
    listed = re.findall(r'href="/applications/(\d+)"', page)
    assert len(listed) == len(set(listed)) == 10, "six to finish, one to submit, two that others have, and one more draft"
    assert f'href="/pools/{office.pool.id}/applications"' in own_list(page)


def test_what_is_only_ahead_waits_for_nobody(app: Flask, client: Client) -> None:
    """A meeting to come is something to know of, not to do: it is told below, and not counted."""
    office = an_office()
    chair = office.person("chair")
    plan_meeting(actor=office.person("coordinator"), at=NOW, pool=office.pool, held_on=local_date(NOW) + timedelta(weeks=2))
    page = client.sign_in(chair).get("/")
    assert "Nothing is waiting for you right now." in page.words
    assert 'data-kind="meetings"' in page.text.partition("Nothing is waiting for you right now.")[2]


def awarded(*keys: str) -> World:
    events = [small.FUND, *(small.ready(key, loan="100000.00") for key in keys), small.meeting("m", "02-01", *keys)]
    events += [small.approve(key, loan="100000.00") for key in keys]
    return small.playing("\n".join(events)).played.world


def test_the_application_says_what_its_award_waits_for(app: Flask, client: Client) -> None:
    world = awarded("a")
    leader = world.people["lise"]
    leader.language = "en"
    application = world.applications["a"]
    told = "The department must accept the award and its terms."
    client.sign_in(leader)
    pages = ["/", f"/applications/{application.id}", f"/awards/{award_of(application).id}"]
    assert all(told in client.get(page).words for page in pages)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_more_applications_ask_no_more_questions(app: Flask, client: Client) -> None:
    def asked(*keys: str) -> int:
        client.sign_in(awarded(*keys).people["sofie"]).get("/")
        with statements() as run:
            client.get("/")
        return len(run)

    assert asked("a") == asked("a", "b", "c")


def test_finance_is_told_that_an_accepted_award_must_be_paid_out(app: Flask, client: Client) -> None:
    events = f"{small.awarded()}\n{small.paid(amount='200000.00')}"
    world = small.playing(events).played.world
    freja, award = world.people["freja"], award_of(world.applications["a"])
    (item,) = waits(freja)["to_pay_out"].items
    assert award and (item.subject_id, item.amount_ore) == (award.id, 400_000_00)
    freja.language = "en"
    assert "Awards to be paid out 1" in client.sign_in(freja).get(f"/pools/{world.pool.id}").words
    register_disbursement(actor=freja, at=NOW, award=award, part="loan", amount_ore=400_000_00, text="2. rate")
    assert "to_pay_out" not in waits(freja), "it waits for somebody else in finance"


def test_a_leader_signs_what_is_sent_and_finishes_the_rest(app: Flask) -> None:
    office = an_office()
    whole, lacking = office.application("draft"), office.application("draft", loan_ore=700_000_00)
    send_to_signature(actor=office.person("applicant"), at=NOW, application=whole)
    applicant, leader = (
        {kind: [item.subject_id for item in group.items] for kind, group in waits(office.person(role)).items()}
        for role in ("applicant", "leader")
    )
    assert leader == {"to_finish": [lacking.id], "to_sign": [whole.id]}
    assert applicant == {"to_finish": [lacking.id]}


def test_a_leader_sees_every_missing_gain_and_first_what_is_overdue(app: Flask) -> None:
    before = local_date(NOW).year - 1
    terms = small.TERMS.replace("2025", str(before - 1))
    events = f"{small.awarded(terms=terms)}\n{small.paid()}"
    for department in ("social", "koncern"):
        events += f"\n{small.gain(department, before - 1, '200000.00', on=f'{before}-01-10')}"
    events += f"\n{small.claim(before - 1, on=f'{before}-01-11')}"
    world = small.playing(events).played.world
    groups = waiting_for(world.people["lise"], roles_of(world.people["lise"]), local_date(NOW))
    assert [group.kind for group in groups] == ["overdue_of_own", "gains_to_report"] and groups[0].is_urgent
    assert [item.note for item in groups[1].items] == [f"Social og Sundhed · {before}"]


def test_a_gain_of_years_ago_is_still_asked_for(app: Flask) -> None:
    world = small.playing(f"{small.awarded(terms=small.TERMS.replace('2025', '2024'))}\n{small.paid()}").played.world
    notes = {item.note for item in waits(world.people["lise"])["gains_to_report"].items}
    assert notes == {f"Social og Sundhed · {year}" for year in (2024, 2025)}, "2026 is not over"


def test_of_very_much_that_waits_the_first_is_shown_and_that_there_is_more(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "MOST", 8)
    monkeypatch.setattr(waiting.money, "FEW", 2)
    office = an_office()
    for number in range(8):
        office.application("submitted", title=f"Sag {number}")
    page = client.sign_in(office.person("coordinator")).get("/")
    assert "At least 8 things are waiting for you." in page.words and "Applications to screen 8+ Sag 0" in page.words
    assert "and 2+ more" in page.words and "Sag 6" not in page.words
    events = [small.FUND, *(small.ready(key, loan="100000.00") for key in "abc"), small.meeting("m", "02-01", *"abc")]
    events += [small.approve(key, loan="100000.00") for key in "abc"]
    world = small.playing("\n".join([*events, *(f'02-02 accept lise application = "{key}"' for key in "abc")])).played.world
    group = {group.kind: group for group in waiting_for(world.people["freja"], roles_of(world.people["freja"]), local_date(NOW))}[
        "to_pay_out"
    ]
    assert (group.size, group.are_all) == (2, False)


def test_a_new_administrator_is_shown_where_to_begin(app: Flask, client: Client) -> None:
    administrator = an_administrator()
    main = client.sign_in(administrator).get("/").text.partition("<main")[2]
    links = re.findall(r'href="(/[^"]*)"', main)
    assert [link for link in links if link in ("/departments", "/users", "/pools/new")] == ["/departments", "/users", "/pools/new"]
    assert "/pools/new" not in client.sign_in(a_user(administrator.department)).get("/").text
    a_pool(administrator.municipality)
    assert "/pools/new" not in client.sign_in(administrator).get("/").text.partition("<main")[2]
