"""A page sends what is typed in it while somebody types: it is kept field by field, and of two pages on one draft neither loses a text."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from random import Random
from typing import Any

import pytest

from fundbank.applications.models import Application
from fundbank.applications.rules.typing import mark
from fundbank.extensions import db
from tests.integration.applications.office import Office, an_office, form_of
from tests.integration.applications.writing import started, step
from tests.pictures import Pictures
from tests.web import Client, Response

JSON = {"Accept": "application/json"}
BESIDE = re.compile(r'<p class="lines"><strong>(.*?)</strong></p>\s*<button[^>]*value="take:([a-z0-9_-]+):', re.DOTALL)


@pytest.fixture
def office(app, pictures: Pictures) -> Office:
    return pictures.of("office", an_office)


@dataclass
class Page:
    """A step as one browser has it open: what it had shown, and what stands in it now."""

    client: Client
    address: str
    form: dict[str, Any] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)
    shown: dict[str, Any] = field(default_factory=dict)

    def open(self) -> Response:
        answer = self.client.get(self.address)
        self.form = form_of(answer.text)
        self.seen = dict(one.rsplit(":", 1) for one in self.form["seen"].split())
        self.shown = dict(self.form)
        return answer

    def typed(self) -> list[str]:
        return [name for name in self.seen if self.form.get(name) != self.shown.get(name)]

    def send(self, **more: str) -> Response:
        """Send what was typed since it was last sent, a row as a whole."""
        typed = self.typed()
        rows = {self._row(name) for name in typed} - {None}
        names = [name for name in self.seen if name in typed or self._row(name) in rows]
        self.form["turn"] = str(int(self.form["turn"]) + 1)
        sent = {name: self.form[name] for name in (*names, "pen", "turn") if name in self.form}
        sent |= {f"{row}-row": self.form[f"{row}-row"] for row in rows}
        seen = {"seen": " ".join(f"{name}:{self.seen[name]}" for name in names)}
        answer = self.client.submit(f"{self.address}/typed", sent | seen | more, headers=JSON)
        if answer.status_code == 200:
            self.seen |= answer.json["seen"]
            self.shown |= {name: self.form.get(name) for name in answer.json["seen"]}
        return answer

    def save(self) -> Response:
        """Save the step as its button does, and open it again."""
        sent = self.form | {"seen": " ".join(f"{name}:{seen}" for name, seen in self.seen.items())}
        answer = self.client.submit(self.address, sent)
        self.open()
        return answer

    def _row(self, name: str) -> str | None:
        match = re.fullmatch(r"([a-z_]+-\d+)-\w+", name)
        return match[1] if match else None


def page_of(clients: Callable[[], Client], office: Office, application: Application, code: str, role: str = "applicant") -> Page:
    page = Page(clients().sign_in(office.person(role)), step(application, code))
    page.open()
    return page


def test_what_is_sent_while_typing_is_there_when_the_page_is_opened_again(clients, office):
    application = office.application("signed")
    page = page_of(clients, office, application, "money")
    page.form |= {"loan": "ti", "operation_money": "Af driften.  ", "costs-1-text": "Kran"}
    answer = page.send()
    assert answer.json["said"].startswith("Saved ") and re.fullmatch(r"Saved \d\d:\d\d", answer.json["said"])
    assert answer.json["seen"]["operation_money"] == mark("Af driften.")
    assert "Write an amount" in answer.json["wrong"]["loan"]
    assert (answer.json["refused"], answer.json["others"]) == ([], {})
    assert page.typed() == []
    db.session.expire_all()
    assert (application.state, application.content.loan_ore, len(application.content.costs)) == ("signed", 600_000_00, 1)
    page.open()
    assert (page.form["loan"], page.form["operation_money"], page.form["costs-1-text"]) == ("ti", "Af driften.", "Kran")
    page.form |= {"loan": "500.000", "costs-1-amount": "7"}
    assert page.send().json["wrong"] == {}
    application = started(office, page.save())
    assert [(cost.text, cost.amount_ore) for cost in application.content.costs] == [("Software", 600_000_00), ("Kran", 7_00)]
    assert (application.content.loan_ore, application.content.operation_money, application.state) == (500_000_00, "Af driften.", "draft")


def test_a_new_row_that_was_sent_and_saved_is_one_row(clients, office):
    application = office.application("draft", costs=())
    page = page_of(clients, office, application, "money")
    page.form |= {"costs-0-text": "Kran", "costs-0-amount": "7"}
    page.send()
    other = page_of(clients, office, application, "money", "leader")
    page.client.submit(page.address, page.form | {"seen": " ".join(f"{name}:{seen}" for name, seen in page.seen.items())})
    other.form |= {"costs-0-amount": "8"}
    other.send()
    page.form |= {"costs-0-text": "Kraner"}
    page.send()
    (cost,) = started(office, page.save()).content.costs
    assert (cost.text, cost.amount_ore) == ("Kraner", 7_00), "what the other one types is not seen yet"
    (cost,) = started(office, page.save()).content.costs
    assert (cost.text, cost.amount_ore) == ("Kraner", 8_00)


def test_both_texts_come_back_at_once(clients, office):
    application = office.application("draft")
    mine, theirs = (page_of(clients, office, application, "project", role) for role in ("applicant", "leader"))
    theirs.form["summary"] = "Deres"
    assert theirs.send().json["others"] == {}
    mine.form["summary"] = "<b>Min</b>"
    (beside,) = mine.send().json["others"].values()
    assert f"{office.person('leader').name} has written something else here:" in beside and "Deres" in beside
    theirs.form["summary"] = "Deres igen"
    (beside,) = theirs.send().json["others"].values()
    assert "&lt;b&gt;Min&lt;/b&gt;" in beside and "Deres" not in beside


def test_a_text_with_a_cpr_number_is_the_one_thing_that_is_not_kept(clients, office):
    page = page_of(clients, office, office.application("draft"), "project")
    page.form |= {"title": "Bil", "summary": "Anna 010203-1234"}
    answer = page.send()
    assert answer.json["refused"] == ["summary"] and "CPR number" in answer.json["wrong"]["summary"]
    assert page.typed() == ["summary"]
    page.open()
    assert (page.form["title"], page.form["summary"]) == ("Bil", "Borgerne bestiller selv tid.")


def test_who_may_not_write_is_told_so_as_a_program_is(clients, office):
    application = office.application("draft")
    page = page_of(clients, office, application, "project")
    page.form["summary"] = "Nyt"
    page.client.sign_out()
    assert (page.send().status_code, page.typed()) == (401, ["summary"])
    for person, status in (
        (office.person("auditor"), 403),
        (office.person("applicant", office.other), 404),
        (an_office().person("leader"), 404),
    ):
        page.client.sign_in(person)
        assert page.send().status_code == status
    page.client.sign_in(office.person("applicant"))
    answer = page.client.post(f"{page.address}/typed", data={"summary": "Nyt"}, headers=JSON)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json"), "without the page's token"
    assert page.send().status_code == 200, "whoever has signed in again goes on in the page that was open"
    submitted = office.application("submitted")
    page.address = step(submitted, "project")
    page.form["summary"] = "Nyere"
    assert (page.send().status_code, page.send().json["code"]) == (409, "wrong_state")


WORDS = {
    "money": {
        "loan": ("600.000", "1", "2", "ti"), "operation_money": ("", "Driften", "Puljen", "Staten"), "costs-0-text": ("Software", "A", "B"),
        "costs-0-amount": ("600.000", "5", "fem"), "costs-0-kind": ("establishment", "operation"),
    },
    "need": {"need": ("", "A", "B", "C"), "bought": ("", "A", "B"), "own_quality": (["3"], ["1"], ["2"])},
}  # fmt: skip


@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(10))
def test_two_browsers_on_one_draft_interleaved_at_random(clients, office, whole, part):
    """However two pages write, send, save and are opened anew: each field stands as its last writer left it, each text that another had
    written there without being seen stands beside it, and nothing else moves.
    """
    pages = [Page(clients().sign_in(office.person(role)), "") for role in ("applicant", "leader")]
    reader = Page(clients().sign_in(office.person("leader")), "")
    for number in range(part, 1_000 if whole else 100, 10):
        draw, code = Random(number), ("money", "need")[number % 2]  # noqa: S311  # the same each time
        application = office.application("draft")
        for page in pages:
            page.address = reader.address = step(application, code)
            page.open()
        stands = {name: pages[0].form.get(name) for name in WORDS[code]}
        beside: dict[str, list[Any]] = {name: [] for name in WORDS[code]}
        told = []
        for _ in range(draw.randint(3, 10)):
            page, verb = draw.choice(pages), draw.choice(["type", "type", "type", "send", "send", "save", "open"])
            if verb == "type":
                name = draw.choice(list(WORDS[code]))
                page.form[name] = draw.choice(WORDS[code][name])
                told.append((pages.index(page), name, page.form[name]))
                continue
            told.append((pages.index(page), verb))
            for name in page.typed() if verb in ("send", "save") else ():
                text, known = page.form[name], (page.shown.get(name), page.form[name])
                beside[name] = [one for one in beside[name] if one not in known]
                if stands[name] not in known:
                    beside[name].append(stands[name])
                stands[name] = text
            getattr(page, verb)()
        answer = reader.open()
        found: dict[str, list[str]] = {name: [] for name in WORDS[code]}
        names = {f"costs-{reader.form['costs-0-row']}-": "costs-0-"} if code == "money" else {}
        for text, name in BESIDE.findall(answer.text):
            for long, short in names.items():
                name = name.replace(long, short)
            found[name].append(unescape(text))
        assert {name: reader.form.get(name) for name in stands} == stands, (number, told)
        wanted = {name: sorted(map(said, texts)) for name, texts in beside.items()}
        assert {name: sorted(texts) for name, texts in found.items()} == wanted, (number, told)


def said(typed: Any) -> str:
    """What stands beside the field of what was typed."""
    said = {"": "Nothing: the field was emptied.", "establishment": "Set-up", "operation": "Running costs"}
    return said.get(typed, typed) if isinstance(typed, str) else typed[0]
