"""The access log: which requests leave a line, what it says, that it is bounded, and who reads it. And the program's own log."""

import io
import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from fundbank.extensions import db
from fundbank.history import operations as history
from fundbank.history.models import AccessLine
from fundbank.kit import database
from fundbank.kit.transaction import commit, rollback
from fundbank.kit.web import log, public
from fundbank.people import operations as people
from fundbank.people.models import User
from fundbank.pools.models import Pool
from fundbank.pools.roles import Role
from tests.builders import AT, PASSWORD, a_department, a_municipality, a_person_with, a_pool, a_user, an_administrator
from tests.web import Client

ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FROM = {"REMOTE_ADDR": "10.1.2.3"}


@pytest.fixture
def pool(app: Flask) -> Pool:
    return a_pool(a_municipality("Lindby Kommune"))


@pytest.fixture
def auditor(pool: Pool) -> User:
    return a_person_with(pool, Role.AUDITOR, name="Rita Revisor", language="en")


def lines() -> list[AccessLine]:
    rollback()  # what has been written since is seen
    return list(db.session.scalars(select(AccessLine).order_by(AccessLine.id)))


def told() -> list[tuple[str, str, str, int | None]]:
    return [(line.kind, line.code, line.what, line.user_id) for line in lines()]


def test_signing_in_failing_and_out(client: Client, pool: Pool) -> None:
    person = a_user(a_department(pool.municipality), "Anna", email="anna@lindby.dk", password=True)
    for email, password in (("anna@lindby.dk", "gættet forkert"), ("ingen@lindby.dk", PASSWORD), ("anna@lindby.dk", PASSWORD)):
        client.submit("/sign-in", {"email": email, "password": password}, environ_base=FROM)
    client.submit("/sign-out", environ_base=FROM)
    assert told() == [
        ("sign_in_failed", "not_allowed", "POST /sign-in", person.id),
        ("sign_in_failed", "not_allowed", "POST /sign-in", None),
        ("signed_in", "", "POST /sign-in", person.id),
        ("signed_out", "", "POST /sign-out", person.id),
    ]
    assert [line.municipality_id for line in lines()] == [pool.municipality_id, None, pool.municipality_id, pool.municipality_id]
    assert {line.address for line in lines()} == {"10.1.2.3"}
    assert all(len(line.number) == 32 for line in lines())


def test_a_link_signs_in_and_its_secret_stands_nowhere(client: Client, pool: Pool) -> None:
    person = a_user(a_department(pool.municipality), "Anna", email="anna@lindby.dk")
    token = people.invite(actor=None, at=people_now(client), user=person)
    chosen = "En lang sætning om havnen"
    assert client.submit(f"/link/{token}", {"password": chosen, "again": chosen}).status_code == 303
    assert told() == [("signed_in", "", "POST /link/<token>", person.id)]


def people_now(client: Client) -> Any:
    with client.application.app_context(), client.application.test_request_context():
        return log.moment()


def test_refusals_exports_and_downloads(client: Client, pool: Pool, auditor: User) -> None:
    other = a_pool(a_municipality("En anden"))
    client.sign_in(auditor)
    assert client.get(f"/pools/{pool.id}/policy/edit").status_code == 403
    assert client.get(f"/pools/{other.id}").status_code == 404
    assert client.get("/pools/999999").status_code == 404
    assert client.submit(f"/pools/{pool.id}/funding/new", {"amount": "1"}).status_code == 403
    assert client.get(f"/pools/{pool.id}/ledger.csv").status_code == 200
    assert client.get(f"/pools/{pool.id}/statement.pdf?from=1-1-2026&to=31-12-2026").status_code == 200
    assert client.get(f"/pools/{pool.id}").status_code == 200, "an answer like any other"
    assert client.get("/no-such-page").status_code == 404, "no thing was asked for"
    assert told() == [
        ("refused", "not_allowed", f"GET /pools/{pool.id}/policy/edit", auditor.id),
        ("refused", "not_found", f"GET /pools/{other.id}", auditor.id),
        ("refused", "not_found", "GET /pools/999999", auditor.id),
        ("refused", "not_allowed", f"POST /pools/{pool.id}/funding/new", auditor.id),
        ("exported", "", f"GET /pools/{pool.id}/ledger.csv", auditor.id),
        ("downloaded", "", f"GET /pools/{pool.id}/statement.pdf", auditor.id),
    ]
    assert {line.municipality_id for line in lines()} == {pool.municipality_id}


def test_what_was_typed_wrongly_is_no_refusal_and_a_rule_that_says_no_is(client: Client, pool: Pool) -> None:
    finance = a_person_with(pool, Role.FINANCE)
    client.sign_in(finance)
    assert client.submit(f"/pools/{pool.id}/funding/new", {"amount": "mange"}).status_code == 422
    assert told() == []
    admin = an_administrator(a_department(pool.municipality, "Digitalisering"))
    answer = client.sign_in(admin).submit(f"/users/{admin.id}/deactivate")
    assert (answer.status_code, answer.code) == (409, "wrong_state")
    assert told() == [("refused", "wrong_state", f"POST /users/{admin.id}/deactivate", admin.id)]


def test_guests_at_one_address_leave_some_a_minute_and_the_rest_in_one_line(app: Flask, client: Client, pool: Pool, auditor: User) -> None:
    for number in range(40):
        client.submit("/sign-in", {"email": f"{number}@lindby.dk", "password": PASSWORD}, environ_base=FROM)
    assert len(lines()) == 31
    (more,) = lines()[30:]
    assert (more.kind, more.more, more.address, more.user_id) == ("more", 1, "10.1.2.3", None)
    client.sign_in(auditor).get("/pools/999999", environ_base=FROM)
    assert (lines()[30].more, lines()[-1].user_id) == (1, auditor.id), "the minute is not over, and who is signed in is not among guests"
    app.config["CLOCK"] = lambda: AT + timedelta(days=400)
    client.sign_in(auditor).get("/pools/999999", environ_base={"REMOTE_ADDR": "10.9.9.9"})
    assert [(line.kind, line.more) for line in lines()[30:]] == [("more", 10), ("refused", 0), ("refused", 0)]
    assert "And 10 more from the same address" in client.get("/access?address=10.1.2.3").words


def test_one_person_leaves_some_of_each_kind_a_minute_and_hides_no_line_of_a_colleague(
    app: Flask, client: Client, pool: Pool, auditor: User
) -> None:
    loud = a_person_with(pool, Role.CHAIR, name="Lars Larm")
    client.sign_in(loud)
    for number in range(40):
        client.get(f"/pools/{900_000 + number}", environ_base=FROM)
        client.submit("/sign-in", {"email": auditor.email, "password": "gættet forkert"}, environ_base=FROM)
    more = [line for line in lines() if line.kind == "more"]
    assert len(lines()) == 62
    assert [(line.code, line.user_id, line.municipality_id) for line in more] == [
        (kind, loud.id, pool.municipality_id) for kind in ("refused", "sign_in_failed")
    ]
    client.get(f"/pools/{pool.id}/ledger.csv", environ_base=FROM)
    assert [(line.kind, line.user_id) for line in lines()[62:]] == [("exported", loud.id)], "what was refused before hides nothing"
    client.sign_in(auditor).get(f"/pools/{pool.id}/ledger.csv", environ_base=FROM)
    assert [(line.kind, line.user_id) for line in lines()[63:]] == [("exported", auditor.id)], "whom the other pretended to be"
    app.config["CLOCK"] = lambda: AT + timedelta(days=400)
    client.sign_in(auditor).get(f"/pools/{pool.id}/ledger.csv")
    assert [line.more for line in lines() if line.kind == "more"] == [10, 10]
    words = client.get("/access?from=1-1-2020").words
    assert "Lars Larm And 10 more of the same person Was refused" in words
    assert "Lars Larm And 10 more of the same person Tried to sign in" in words


@pytest.mark.parametrize("time", [1, 2])  # the second time in a program that has counted before, of a test that it knows nothing of
def test_guesses_at_names_that_nobody_has_hide_none_at_a_name_that_somebody_has(
    client: Client, pool: Pool, auditor: User, time: int
) -> None:
    for number in range(40):
        client.submit("/sign-in", {"email": f"{number}@lindby.dk", "password": PASSWORD}, environ_base=FROM)
    assert len(lines()) == 31
    for _ in range(2):
        client.submit("/sign-in", {"email": auditor.email, "password": "gættet forkert"}, environ_base=FROM)
    assert [(line.kind, line.user_id, line.municipality_id) for line in lines()[31:]] == [
        ("sign_in_failed", auditor.id, pool.municipality_id)
    ] * 2


@ON_ONE
def test_while_one_line_waits_for_the_database_no_other_waits_for_it(app: Flask) -> None:
    both, written = Barrier(2, timeout=10), []

    def write(line: log.Access) -> int:
        both.wait()  # each waits until the other is here too
        written.append(line.what)
        return len(written)

    kept = history.AccessLog(write, lambda _line_id, _more: None)

    def keep(what: str) -> None:
        with app.app_context():
            kept.keep(log.Access("refused", "not_found", what, AT, what, "", None, None))

    with ThreadPoolExecutor() as people:
        list(people.map(keep, ["10.0.0.1", "10.0.0.2"]))
    assert sorted(written) == ["10.0.0.1", "10.0.0.2"]


@ON_ONE
def test_a_count_that_could_not_be_written_is_begun_again(app: Flask, pool: Pool) -> None:
    said: list[log.Access] = []

    def write(line: log.Access) -> int:
        said.append(line)
        if len(said) == 31:
            raise OSError("the disk is full")
        return len(said)

    kept = history.AccessLog(write, lambda _line_id, _more: None)
    for number in range(33):
        with suppress(OSError):
            kept.keep(log.Access("refused", "not_found", str(number), AT, "10.7.7.7", "", None, None))
    assert [line.kind for line in said[30:]] == ["more", "more"], "once more, and then it is counted"


@ON_ONE
def test_a_locked_database_costs_the_line_and_not_the_answer(
    app: Flask, client: Client, pool: Pool, auditor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.sign_in(auditor)
    url = f"/pools/{pool.id}/ledger.csv"
    commit()
    db.session.remove()
    db.engine.dispose()
    monkeypatch.setattr(database, "WAIT_SECONDS", 1)  # for each new connection
    with db.engine.connect() as writer, writer.begin(), logged() as said:
        assert client.get(url).status_code == 200
    assert told() == []
    assert "a line of the access log was lost: OperationalError" in [one["message"] for one in said()]


def test_the_page_is_narrowed_and_exported(client: Client, pool: Pool, auditor: User) -> None:
    anna = a_person_with(pool, Role.CHAIR, name="Anna Ager", email="anna@lindby.dk")
    client.sign_in(anna).get(f"/pools/{pool.id}/policy/edit", environ_base=FROM)
    client.get(f"/pools/{pool.id}/ledger.csv")
    client.sign_in(auditor)
    words = client.get("/access").words
    assert f"Anna Ager Was refused not_allowed GET /pools/{pool.id}/policy/edit" in words
    assert f"Anna Ager Took a spreadsheet GET /pools/{pool.id}/ledger.csv" in words
    cases = {
        "kind=exported": ("ledger.csv", "policy/edit"),
        "address=10.1.2.3": ("policy/edit", "ledger.csv"),
        "person=anna": ("policy/edit", "Nothing fits."),
        "person=rita": ("Nothing fits.", "policy/edit"),
        "to=1-1-2020": ("Nothing fits.", "policy/edit"),
        "from=1-1-2020": ("policy/edit", "Nothing fits."),
    }
    for query, (there, missing) in cases.items():
        words = client.get(f"/access?{query}").words
        assert there in words and missing not in words, query
    assert client.get("/access?from=x").status_code == 422
    assert client.get("/access.csv?from=x").status_code == 422
    rows = client.get("/access.csv?kind=refused").text.splitlines()
    assert len(rows) == 2 and rows[1].split(";")[1:5] == ["Anna Ager", "Was refused", f"GET /pools/{pool.id}/policy/edit", "not_allowed"]
    last = lines()[-1]
    assert (last.kind, last.what, last.user_id) == ("exported", "GET /access.csv", auditor.id)


def test_lines_of_another_municipality_are_not_shown(client: Client, pool: Pool, auditor: User) -> None:
    client.submit("/sign-in", {"email": "ingen@lindby.dk", "password": PASSWORD})
    assert "Nobody that is known Tried to sign in" in client.sign_in(auditor).get("/access").words, "in an installation of one municipality"
    other = a_pool(a_municipality("En anden"))
    stranger = a_person_with(other, Role.AUDITOR, name="Fremmed Revisor")
    client.sign_in(stranger).get("/pools/999999")
    words = client.sign_in(auditor).get("/access").words
    assert "Fremmed" not in words and "Nobody that is known" not in words


@ON_ONE
def test_who_may_read_it(client: Client, pool: Pool, auditor: User) -> None:
    for role in Role:
        person = a_person_with(pool, role, language="en")
        client.sign_in(person)
        allowed = role is Role.AUDITOR
        assert [client.get(path).status_code for path in ("/access", "/access.csv")] == [200 if allowed else 403] * 2, role
        assert (">Access log<" in client.get("/account").text) == allowed
    assert client.sign_in(an_administrator(a_department(pool.municipality, "It"))).get("/access").status_code == 200


@ON_ONE
def test_older_lines_follow_page_by_page(client: Client, pool: Pool, auditor: User) -> None:
    owner = pool.municipality_id
    commit()
    for number in range(60):
        history.remember(log.Access("refused", "", f"GET /pools/{900_000 + number}", AT, "", "", None, owner))
    client.sign_in(auditor)
    url, seen = "/access", ""
    while url:
        page = client.get(url)
        seen += page.words
        url = page.text.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert [number for number in range(60) if seen.count(f"/pools/{900_000 + number} ") != 1] == []


class logged:
    """Within it the program's log is kept; called, it gives the lines."""

    def __enter__(self) -> "logged":
        self._text = io.StringIO()
        self._handler = logging.StreamHandler(self._text)
        self._handler.setFormatter(log.Lines())
        log.requests.addHandler(self._handler)
        return self

    def __exit__(self, *_: object) -> None:
        log.requests.removeHandler(self._handler)

    def __call__(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._text.getvalue().splitlines()]


@ON_ONE
def test_a_line_of_the_log_says_nothing_about_anybody(client: Client, pool: Pool) -> None:
    person = a_user(a_department(pool.municipality), "Anna Ager", email="anna@lindby.dk", password=True)
    with logged() as said:
        answer = client.submit("/sign-in?next=/users", {"email": "anna@lindby.dk", "password": PASSWORD}, environ_base=FROM)
        client.get(f"/pools/{pool.id}?words=hemmeligt")
        client.get("/no-such-page")
    first, second, third = said()
    assert answer.headers["X-Request-ID"] == first["request"]
    assert {name: first[name] for name in ("message", "method", "endpoint", "status")} == {
        "message": "answered", "method": "POST", "endpoint": "people.sign_in", "status": 303
    }  # fmt: skip
    assert (second["endpoint"], second["status"], third["endpoint"], third["status"]) == ("overviews.pool", 404, None, 404)
    assert set(first) == {"at", "level", "logger", "message", "request", "method", "endpoint", "status", "ms"}
    whole = json.dumps(said())
    for personal in (person.name, "anna@", "10.1.2.3", "hemmeligt", PASSWORD):
        assert personal not in whole


@ON_ONE
@pytest.mark.parametrize(("given", "kept"), [("abc-12345678", True), ("kort", False), ("x" * 65, False), ("<b>12345678</b>", False)])
def test_a_request_keeps_its_number_if_a_proxy_gives_one(app: Flask, client: Client, given: str, kept: bool) -> None:
    app.config["PROXIES"] = 1
    number = client.get("/sign-in", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert (number == given) == kept
    assert log.NUMBER.fullmatch(number)
    app.config["PROXIES"] = 0
    assert client.get("/sign-in", headers={"X-Request-ID": given}).headers["X-Request-ID"] != given, "anybody could give another's"


@pytest.fixture
def faulty(app: Flask) -> Iterator[Flask]:
    def fail() -> str:
        raise RuntimeError("broken")

    sound = app.view_functions["people.sign_in"]
    app.view_functions["people.sign_in"] = public(fail)
    app.testing = False
    yield app
    app.view_functions["people.sign_in"] = sound  # the program is used again
    app.testing, app.config["PROXIES"] = True, 0


@ON_ONE
def test_the_fault_page_shows_the_number(faulty: Flask, client: Client) -> None:
    faulty.config["PROXIES"] = 1
    answer = client.get("/sign-in", headers={"X-Request-ID": "sag-2026-0001"})
    assert answer.status_code == 500
    assert "Mention this number: sag-2026-0001" in answer.words
