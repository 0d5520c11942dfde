"""The web edge on a small application of its own: permission, transaction, one-time tokens, refusals, headers."""

import html
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Barrier
from uuid import uuid4

import pytest
from flask import Blueprint, Flask, redirect
from sqlalchemy import func, select, text

from fundbank import config
from fundbank.errors import FourEyes, Refusal
from fundbank.extensions import db
from fundbank.kit.once import AnsweredRequest
from fundbank.kit.transaction import commit
from fundbank.kit.web import ensure, me, permission, public, requires, sent_on, signed_in, succeed
from fundbank.kit.web.addresses import absolute
from fundbank.kit.web.headers import CONTENT_SECURITY_POLICY
from fundbank.people.models import Department, User
from fundbank.pools.roles import Role
from tests.builders import a_person_with, a_pool, a_user
from tests.web import Client, Response, declared_rules

TOKEN = "0b1f7d1e-7f62-4d5c-9d2e-1f5a3c8d9e00"


class OverBudget(Refusal):
    code = "over_available"
    message = "Only %(left_ore)s is left."


@pytest.fixture
def program(new_app: Callable[[], Flask]) -> Flask:
    app, trial = new_app(), Blueprint("trial", __name__, url_prefix="/trial")

    @trial.get("/undeclared")
    def undeclared() -> str:
        return "secret"

    @trial.get("/forgotten")
    @requires("nobody in particular")
    def forgotten() -> str:
        return "secret"

    @trial.get("/refused")
    @requires("nobody")
    def refused() -> str:
        ensure(False)
        return "secret"

    @trial.post("/add/<name>")
    @signed_in
    def add(name: str):
        """Like any view that adds something; how often it did is what is counted, so that the name may stand twice."""
        db.session.add(Department(municipality_id=me().municipality_id, name=name, name_key=uuid4().hex))
        db.session.flush()
        return sent_on(f"/trial/{name}")

    @trial.post("/shown/<name>")
    @signed_in
    def shown(name: str):
        db.session.add(Department(municipality_id=me().municipality_id, name=name))
        succeed("/account")
        return {"token": name}

    @trial.post("/astray/<name>")
    @signed_in
    def astray(name: str):
        db.session.add(Department(municipality_id=me().municipality_id, name=name))
        db.session.flush()
        return redirect("/account", 303)

    @trial.post("/fail/<name>")
    @signed_in
    def fail(name: str):
        db.session.add(Department(municipality_id=me().municipality_id, name=name))
        db.session.flush()
        raise OverBudget(left_ore=123_456_789)

    @trial.post("/four-eyes")
    @signed_in
    def four_eyes():
        raise FourEyes()

    @trial.post("/open")
    @public
    def open_to_all():
        return sent_on("/")

    @trial.get("/broken")
    @public
    def broken():
        raise ZeroDivisionError

    app.register_blueprint(trial)
    return app


@pytest.fixture
def user(app: Flask) -> User:
    return a_user()


def departments_named(name: str) -> int:
    return db.session.scalar(select(func.count()).select_from(Department).where(Department.name == name)) or 0


def test_a_view_without_a_rule_is_refused(client: Client, user: User) -> None:
    answer = client.sign_in(user).get("/trial/undeclared")
    assert (answer.status_code, answer.code) == (403, "not_allowed")
    assert "secret" not in answer.text


def test_a_view_that_never_asks_is_a_fault(client: Client, user: User) -> None:
    with pytest.raises(permission.PermissionNotAsked):
        client.sign_in(user).get("/trial/forgotten")


def test_rules_can_be_read(app: Flask) -> None:
    rules = declared_rules(app)
    assert rules["trial.undeclared"] is None
    assert rules["trial.forgotten"] == "nobody in particular"
    assert rules["trial.add"] == permission.SIGNED_IN
    assert rules["health"] == rules["static"] == permission.EVERYBODY


def test_a_guest_is_asked_to_sign_in(client: Client) -> None:
    assert client.get("/trial/refused").location == "/sign-in?next=/trial/refused"
    assert client.submit("/trial/add/Ny").status_code == 401


def test_a_refused_person_gets_403(client: Client, user: User) -> None:
    assert client.sign_in(user).get("/trial/refused").status_code == 403


def test_whoever_only_came_to_see_is_not_told_that_nothing_changed(client: Client, user: User) -> None:
    client.sign_in(user).submit("/language", {"language": "en"})
    page = client.get("/trial/refused")
    assert "You do not have access" in page.words and "To the first page" in page.words
    assert "Nothing has been changed" not in page.words
    assert "Nothing has been changed" in client.submit("/trial/four-eyes").words


def test_the_view_says_that_it_succeeded(client: Client, user: User) -> None:
    """The status of the answer says nothing: a redirect alone keeps nothing, a page may."""
    client.sign_in(user)
    assert client.submit("/trial/add/Ny").status_code == 303
    assert client.submit("/trial/astray/Væk").status_code == 303
    assert client.submit("/trial/shown/Vist", once=TOKEN).get_json() == {"token": "Vist"}
    assert [departments_named(name) for name in ("Ny", "Væk", "Vist")] == [1, 0, 1]
    assert client.submit("/trial/shown/Vist", once=TOKEN).location == "/account"
    assert departments_named("Vist") == 1


@pytest.mark.parametrize(
    "second, is_the_same",
    [(("a.txt", b"et"), True), (("b.txt", b"et"), False), (("a.txt", b"to"), False), (("a.txt", b"etto"), False), (None, False)],
)
def test_what_a_file_holds_is_part_of_what_is_said(client: Client, user: User, second: tuple[str, bytes] | None, is_the_same: bool) -> None:
    client.sign_in(user)
    for name, content in filter(None, [("a.txt", b"et"), second]):
        answer = client.submit("/trial/add/Ny", {"file": (BytesIO(content), name)}, once=TOKEN)
    if second is None:
        answer = client.submit("/trial/add/Ny", once=TOKEN)
    assert (answer.status_code == 303) is is_the_same
    assert departments_named("Ny") == 1


JSON = {"Accept": "application/json"}


def test_a_program_is_told_in_json(client: Client, user: User, clients) -> None:
    guest = clients().get("/trial/refused", headers=JSON)
    assert (guest.status_code, guest.mimetype, guest.get_json()["status"]) == (401, "application/problem+json", 401)
    client.sign_in(user)
    assert client.get("/trial/refused", headers=JSON).get_json()["code"] == "not_allowed"
    assert client.get("/no-such-page", headers=JSON).get_json() == {
        "type": "about:blank",
        "status": 404,
        "title": "The page does not exist",
    }
    refused = client.submit("/trial/fail/Ny", headers=JSON)
    assert refused.status_code == 409
    assert refused.get_json() | {"title": ""} == {"type": "about:blank", "status": 409, "code": "over_available", "title": ""}
    assert "1.234.567,89" in refused.get_json()["title"]
    assert departments_named("Ny") == 0
    unsigned = client.post("/trial/add/Ny", json={"name": "Ny"})
    assert (unsigned.status_code, unsigned.mimetype) == (400, "application/problem+json")


def test_a_program_sends_json_once(client: Client, user: User) -> None:
    client.sign_in(user)
    sure = {"X-CSRFToken": client.csrf_token(), "Idempotency-Key": TOKEN, **JSON}
    assert client.post("/trial/add/Ny", json={"note": "før"}, headers=sure).location == "/trial/Ny"
    assert client.post("/trial/add/Ny", json={"note": "før"}, headers=sure).location == "/trial/Ny"
    changed = client.post("/trial/add/Ny", json={"note": "efter"}, headers=sure)
    assert (changed.status_code, changed.get_json()["code"]) == (409, "already_posted")
    assert departments_named("Ny") == 1


def test_a_browser_gets_pages_and_a_view_that_shows_its_form_tells_a_program(client: Client, user: User) -> None:
    user.is_administrator = True
    client.sign_in(user)
    assert "text/html" in client.get("/no-such-page", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}).content_type
    assert "text/html" in client.get("/no-such-page", headers={"Accept": "*/*"}).content_type
    taken = {"name": "Ny", "email": user.email, "department": str(user.department_id)}
    answer = client.submit("/users/new", taken, headers=JSON)
    assert answer.get_json()["field"] == "email"
    assert answer.get_json()["code"] == client.submit("/users/new", taken).code


def test_a_program_is_told_what_a_form_lacks(client: Client, user: User) -> None:
    pool = a_pool(user.municipality)
    client.sign_in(a_person_with(pool, Role.FINANCE))
    url = f"/pools/{pool.id}/funding/new"
    for typed, code, field in (
        ({"way": "amount", "source": "A"}, "incomplete", "amount"),
        ({"way": "amount", "source": "A", "amount": "mange"}, "invalid_amount", "amount"),
        ({"way": "amount", "amount": "5", "source": "A", "value_on": "i går"}, "invalid_date", "value_on"),
        ({"way": "amount", "amount": "5", "source": "010190-1234"}, "cpr_number", "source"),
    ):
        told = client.submit(url, typed, headers=JSON)
        assert (told.status_code, told.mimetype) == (422, "application/problem+json")
        assert (told.get_json()["code"], told.get_json()["field"]) == (code, field)
        assert told.get_json()["title"] in html.unescape(client.submit(url, typed).text), "the sentence that stands at the field"


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("/access?from=x", "from"),
        ("/access?kind=x", "kind"),
        ("/history?to=x", "to"),
        ("/history?department=x", "department"),
        ("/pools/{pool}/statement?from=x&to=31-12-2026", "from"),
        ("/pools/{pool}/statement?from=31-12-2026&to=1-1-2026", "to"),
    ],
)
def test_a_program_is_told_what_a_form_lacks_that_only_asks(client: Client, user: User, asked: str, field: str) -> None:
    pool = a_pool(user.municipality)
    url = asked.format(pool=pool.id)
    client.sign_in(a_person_with(pool, Role.AUDITOR))
    told = client.get(url, headers=JSON)
    assert (told.status_code, told.mimetype, told.get_json()["field"]) == (422, "application/problem+json", field)
    page = client.get(url)
    assert (page.status_code, page.mimetype) == (422, "text/html")
    assert told.get_json()["title"] in html.unescape(page.text)


def test_a_program_is_told_that_a_form_was_sent_before(client: Client, user: User) -> None:
    user.is_administrator = True
    person = {"name": "Ny", "email": "ny@lindby.dk", "department": str(user.department_id)}
    client.sign_in(user).submit("/users/new", person, once=TOKEN)
    told = client.submit("/users/new", person | {"name": "En anden"}, headers=JSON, once=TOKEN)
    assert (told.status_code, told.get_json()["code"]) == (409, "already_posted")


def test_a_refusal_changes_nothing_and_has_a_page(client: Client, user: User) -> None:
    client.sign_in(user).submit("/language", {"language": "da"})
    answer = client.submit("/trial/fail/Ny", headers={"Referer": "http://localhost/trial/form?x=1"})
    assert (answer.status_code, answer.code) == (409, "over_available")
    assert "1.234.567,89 kr." in answer.words
    assert 'href="/trial/form?x=1"' in answer.text
    assert departments_named("Ny") == 0


def test_the_way_back_never_leads_away(client: Client, user: User) -> None:
    answer = client.sign_in(user).submit("/trial/four-eyes", headers={"Referer": "https://evil.example/x"})
    assert "evil" not in answer.text


def test_the_choice_of_language_leads_to_a_page_that_can_be_opened(client: Client, user: User) -> None:
    client.sign_in(user)
    came_from = {"Referer": "http://localhost/trial/form?x=1"}
    for page, there in (
        (client.get("/account?x=1"), "/account?x=1"),
        (client.submit("/users/new", headers=came_from), "/users/new"),
        (client.submit("/trial/four-eyes", headers=came_from), "/trial/form?x=1"),
        (client.submit("/trial/four-eyes"), "/"),
    ):
        assert f'name="next" value="{there}"' in page.text


def test_a_second_click_does_nothing_and_goes_where_the_first_one_went(client: Client, user: User) -> None:
    client.sign_in(user)
    first = client.submit("/trial/add/Ny", once=TOKEN)
    second = client.submit("/trial/add/Ny", once=TOKEN)
    assert first.location == second.location == "/trial/Ny"
    assert departments_named("Ny") == 1
    assert "You had already sent this." in client.get("/account").words


def test_a_second_sending_that_says_something_else_is_not_taken_for_the_same(client: Client, user: User) -> None:
    client.sign_in(user)
    client.submit("/trial/add/Ny", {"note": "før"}, once=TOKEN)
    for url, note in (("/trial/add/Ny", "efter"), ("/trial/add/Andet", "før")):
        answer = client.submit(url, {"note": note}, once=TOKEN)
        assert (answer.status_code, answer.code) == (409, "already_posted")
    assert departments_named("Ny") == 1
    assert departments_named("Andet") == 0
    assert client.submit("/trial/add/Ny", {"note": "før", "then": "stay"}, once=TOKEN).location == "/trial/Ny"


def test_what_was_sent_is_kept_as_nothing_that_can_be_guessed(app: Flask, client: Client, user: User) -> None:
    client.sign_in(user).submit("/trial/add/Ny", {"password": "hemmelig"}, once=TOKEN)
    kept = db.session.scalar(select(AnsweredRequest.content))
    app.config["SECRET_KEY"] = "another"
    client.sign_in(user).submit("/trial/add/Ny", {"password": "hemmelig"}, once=TOKEN[:-1] + "1")
    assert kept is not None
    assert db.session.scalars(select(AnsweredRequest.content)).all().count(kept) == 1


def test_a_refused_form_can_be_sent_again(client: Client, user: User) -> None:
    client.sign_in(user)
    assert client.submit("/trial/fail/Ny", once=TOKEN).status_code == 409
    assert client.submit("/trial/add/Ny", once=TOKEN).status_code == 303
    assert departments_named("Ny") == 1


@pytest.mark.parametrize("once", ["x", "' OR 1=1 --", "0B1F7D1E-7F62-4D5C-9D2E-1F5A3C8D9E00"])
def test_a_form_without_a_proper_token_is_refused(client: Client, user: User, once: str) -> None:
    client.sign_in(user)
    assert client.submit("/trial/add/Ny", once=once).status_code == 400
    assert departments_named("Ny") == 0


def test_another_persons_token_is_refused(app: Flask, client: Client, clients, user: User) -> None:
    client.sign_in(user).submit("/trial/add/Ny", once=TOKEN)
    other = clients().sign_in(a_user(user.department))
    assert other.submit("/trial/add/Andet", once=TOKEN).status_code == 403


def test_eight_clicks_at_once_post_once(app: Flask, clients, user: User) -> None:
    senders = [clients().sign_in(user) for _ in range(8)]
    tokens = [sender.csrf_token() for sender in senders]
    commit()
    start = Barrier(len(senders))

    def send(number: int) -> Response:
        with app.app_context():
            start.wait()
            data = {"csrf_token": tokens[number], "once": TOKEN}
            return senders[number].post("/trial/add/Ny", data=data)

    with ThreadPoolExecutor(len(senders)) as pool:
        answers = list(pool.map(send, range(len(senders))))
    assert [(answer.status_code, answer.location) for answer in answers] == [(303, "/trial/Ny")] * 8
    assert departments_named("Ny") == 1


def test_every_answer_carries_the_headers(client: Client, user: User) -> None:
    for url in ("/sign-in", "/health", "/no-such-page", "/static/css/fundbank.css"):
        headers = client.get(url).headers
        assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_the_way_back_finds_the_page_as_it_was_left(client: Client, user: User) -> None:
    """Only in the reader's own browser, and no longer than they are signed in."""
    assert client.get("/sign-in").headers["Cache-Control"] == "no-store"
    assert client.sign_in(user).get("/account").headers["Cache-Control"] == "private, no-cache"
    assert client.get("/health").headers["Cache-Control"] == "no-store"
    assert client.submit("/sign-out").headers["Clear-Site-Data"] == '"cache"'


@pytest.mark.parametrize(
    "url, name, secure",
    [
        ("http://localhost:8000", "fundbank", False),
        ("http://127.0.0.1:8000", "fundbank", False),
        ("http://bank.lindby.dk", "__Host-fundbank", True),
        ("https://bank.lindby.dk", "__Host-fundbank", True),
    ],
)
def test_the_cookie_is_for_tls_alone_except_on_this_machine(client: Client, app: Flask, url: str, name: str, secure: bool) -> None:
    app.config.update(config.of_address("https://bank.lindby.dk"))
    cookie = client.get("/sign-in", base_url=url).headers["Set-Cookie"]
    assert cookie.startswith(f"{name}=") and "Path=/" in cookie and "Domain" not in cookie
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert ("Secure" in cookie) is secure


@pytest.mark.parametrize("address, mine", [(None, "localhost"), ("https://bank.lindby.dk", "bank.lindby.dk")])
def test_only_the_programs_own_host_is_answered(client: Client, app: Flask, user: User, address: str | None, mine: str) -> None:
    """A Host header that somebody made up steers no link and no redirect."""
    app.config.update(config.of_address(address))
    client.sign_in(user)
    for host in (mine, "localhost:5000", "127.0.0.1"):
        assert client.get("/sign-in", base_url=f"http://{host}").status_code in (200, 302)
    for host in ("evil.example", f"{mine}.evil.example", f"evil.example:80@{mine}", "bank.lindby.example"):
        for answer in (client.get("/account", headers={"Host": host}), client.submit("/sign-out", headers={"Host": host})):
            assert answer.status_code == 400
            assert "evil" not in answer.text and "Location" not in answer.headers


def test_a_link_begins_with_the_programs_address(app: Flask) -> None:
    app.config.update(config.of_address("https://bank.lindby.dk:8443"))
    with app.app_context():
        assert absolute("people.use_link", token="abc") == "https://bank.lindby.dk:8443/link/abc"
    with app.test_request_context("/", base_url="http://localhost:5000"):
        assert absolute("people.use_link", token="abc") == "https://bank.lindby.dk:8443/link/abc"
    app.config.update(config.of_address(None))
    with app.test_request_context("/", base_url="http://localhost:5000"):
        assert absolute("people.use_link", token="abc") == "http://localhost:5000/link/abc"


def test_outside_a_request_addresses_begin_where_the_program_listens(app: Flask) -> None:
    assert absolute("people.use_link", token="abc") == "http://127.0.0.1:8000/link/abc"
    app.config["SERVED_AT"] = "http://127.0.0.1:8917"
    assert absolute("people.use_link", token="abc") == "http://127.0.0.1:8917/link/abc"


def test_errors_have_pages(client: Client, user: User) -> None:
    assert "The page does not exist" in client.get("/no-such-page").words
    assert client.get("/trial/open").status_code == 405
    assert client.get("/trial/open").headers["Allow"]
    big = client.sign_in(user).submit("/trial/open", {"text": "x" * 3_000_000})
    assert big.status_code == 413


@pytest.fixture
def in_service(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault is answered, as in service, and not raised."""
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr(app.logger, "disabled", True)


@pytest.mark.usefixtures("in_service")
def test_the_page_of_a_fault_speaks_the_readers_language(client: Client, user: User) -> None:
    client.sign_in(user).submit("/language", {"language": "en"})
    broken = client.get("/trial/broken")
    assert broken.status_code == 500
    assert "Something went wrong" in broken.words and '<html lang="en">' in broken.text


@pytest.mark.usefixtures("in_service")
def test_the_page_of_a_fault_needs_no_database(client: Client, user: User) -> None:
    form = {"csrf_token": client.sign_in(user).csrf_token(), "once": TOKEN}
    db.session.execute(text("ALTER TABLE users RENAME COLUMN language TO elsewhere"))
    commit()
    answers = [client.get("/account"), client.post("/trial/add/Ny", data=form), client.get("/no-such-page")]
    db.session.rollback()
    db.session.execute(text("ALTER TABLE users RENAME COLUMN elsewhere TO language"))  # tables outlive a test
    commit()
    for answer in answers:
        assert answer.status_code == 500
        assert "Something went wrong" in answer.words


@pytest.mark.parametrize("number", ["99999999999999999999", "9223372036854775808", "2147483648", "-1", "1.5", "abc", "\u0662"])
def test_a_number_that_no_row_can_have_is_no_page(client: Client, user: User, number: str) -> None:
    client.sign_in(user)
    for path in (f"/pools/{number}", f"/awards/{number}/accept", f"/meetings/{number}", f"/users/{number}/edit"):
        assert client.get(path).status_code == 404
        assert client.submit(path).status_code in (404, 405)


@pytest.mark.parametrize(
    "address", ["http://[::1", "//[", "javascript:alert(1)", "/\\evil.example", "https://evil.example/", "//evil.example"]
)
def test_an_address_that_makes_no_sense_leads_nowhere(client: Client, user: User, address: str) -> None:
    assert client.sign_in(user).get("/sign-in", query_string={"next": address}).location == "/"
    assert client.get("/no-such-page", headers={"Referer": address}).status_code == 404
    assert client.submit("/language", {"language": "da", "next": address}).location == "/"


def test_a_sign_that_no_text_can_hold_is_no_question(client: Client, user: User) -> None:
    user.is_administrator = True
    assert client.sign_in(user).get("/users?words=a%00b").status_code == 400
    assert client.get("/users?words=100%2500").status_code == 200


def test_a_file_where_a_text_belongs_is_no_answer(client: Client, user: User) -> None:
    user.is_administrator = True
    answer = client.sign_in(user).submit("/users/new", {"name": (BytesIO(b"x"), "a.txt"), "email": "", "department": "1"})
    assert answer.status_code == 422
    assert "Write the person&#39;s name." in answer.text
