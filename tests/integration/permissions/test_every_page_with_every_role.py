"""Every URL with every role, compared with a table that a person can read: docs/permissions.md.

After a deliberate change write the table anew: ``FUNDBANK_WRITE_TABLE=1 .venv/bin/python -m pytest -n 0 tests/integration/permissions``,
and read the difference before it is committed.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from fundbank.people.models import User
from fundbank.pools.roles import Role
from tests.web import Client, new_cookie

TABLE = Path(__file__).parents[3] / "docs" / "permissions.md"
COLUMNS = ("guest", "no role", *(str(role) for role in Role), "gaining leader", "other municipality")
MARKS = {"yes": "●", "no": "–", "hidden": "·", "sign in": "→"}
HEADER = """# Who may open and send what

Every address of the program with every role, as a test finds it (`tests/integration/permissions/`). The applicant and the leader belong to
the department whose application it is; the others to another one. The gaining leader's department gains by the application.
Whoever holds several roles may do what each of them may.

● may · – is refused (403) · `·` is told that there is no such thing (404): may not know of it · → is asked to sign in
"""


def _rows(app: Flask, things: dict[str, int | str]) -> Iterator[tuple[str, str, str]]:
    """Method, rule and a real address, for every address of the program."""
    with app.test_request_context():
        adapter = app.create_url_adapter(None) or app.url_map.bind("localhost")
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
            address = adapter.build(rule.endpoint, {name: things[name] for name in rule.arguments})
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield method, rule.rule.replace("int:", "").replace("path:", ""), address


def _answer(client: Client, method: str, address: str, cookie: str) -> str:
    client.set_cookie("fundbank", cookie)  # that of somebody who has just signed in: the address before may have signed them out
    response = client.get(address) if method == "GET" else client.submit(address)
    if response.status_code in (401, 302, 303) and "/sign-in" in response.headers.get("Location", "") and not cookie:
        return "sign in"
    if response.status_code == 401:
        return "sign in"
    return {403: "no", 404: "hidden"}.get(response.status_code, "yes")


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.timeout(900)
@pytest.mark.usefixtures("unwritten")
def test_every_page_with_every_role(
    app: Flask, client: Client, clients: Callable[[], Client], people: dict[str, User | None], things: dict[str, int | str]
) -> None:
    cookies = {column: new_cookie(app, person) if person else "" for column, person in people.items()}
    lines = [HEADER, _line(["", *COLUMNS]), _line(["---", *(":-:" for _ in COLUMNS)])]
    for method, rule, address in _rows(app, things):
        found = [MARKS[_answer(client, method, address, cookies[column])] for column in COLUMNS]
        lines.append(_line([f"{method} `{rule}`", *found]))
    table = "\n".join(lines) + "\n"
    if os.environ.get("FUNDBANK_WRITE_TABLE"):
        TABLE.write_text(table, "utf-8")
    assert TABLE.read_text("utf-8").splitlines() == table.splitlines()
