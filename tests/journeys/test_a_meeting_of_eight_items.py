"""A meeting of eight items from its opening to the letters in the mail, while the applicant's browser stays open beside it.

Six applications and two other items; one member is kept out of one of them, the forum chooses against the proposal once, funds one in part,
takes one decision back and decides it anew. Until the meeting is closed nothing that the applicant can open changes by one byte, and nobody
is written to (domain.md §4).
"""

import re
from collections.abc import Callable, Iterator
from itertools import product

import pytest
from flask import Flask
from playwright.sync_api import expect

from fundbank.applications.models import Application
from fundbank.jobs import HANDLERS, begin_day
from fundbank.kit.clock import noon
from fundbank.kit.transaction import commit
from fundbank.meetings.models import Meeting
from fundbank.outbox.worker import Worker
from tests.integration.scoring.forum import THURSDAY, TODAY, Forum
from tests.journeys.conftest import Window
from tests.journeys.desk import Desk
from tests.journeys.steps import closes_the_meeting, opens_the_meeting
from tests.journeys.town import at_rest
from tests.lasting import lasting
from tests.post import ADDRESS, PostOffice, a_post_office, plain, setting

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NUMBERS = range(1, 8)
"""Of every kind there are no more: applications, meetings, awards, decisions, letters and postings."""


@pytest.fixture
def office(app: Flask) -> Iterator[PostOffice]:
    with a_post_office() as (office, port):
        app.config.update(MAIL_SERVER=setting(port), ADDRESS=ADDRESS)
        yield office


@pytest.fixture
def forum(app: Flask, office: PostOffice) -> Forum:
    app.config["CLOCK"] = lambda: TODAY
    forum = Forum(minimum_scores=2)
    for person, name in ((forum.applicant, "anne"), (forum.leader, "lone")):
        person.email = f"{name}@lindby.dk"
    return forum


@pytest.fixture
def matters(forum: Forum) -> list[Application]:
    """1,000,000 is available: the most points for it are those of the first, the second and the last."""
    asked = (
        ("Digital selvbetjening", 300_000_00, 0, 3), ("Borgernes overblik", 0, 500_000_00, 3), ("Fælles kort", 400_000_00, 0, 2),
        ("Chat på hjemmesiden", 0, 250_000_00, 1), ("Nyt intranet", 600_000_00, 0, 2), ("Sensorer i broer", 0, 150_000_00, 2),
    )  # fmt: skip
    return [forum.scored(level, title=title, loan_ore=loan, grant_ore=grant) for title, loan, grant, level in asked]


@pytest.fixture
def meeting(forum: Forum, matters: list[Application]) -> Meeting:
    return forum.meeting(*matters)


class Applicant:
    """Somebody who waits for the outcome, with a session of their own, and opens whatever the program has an address for."""

    def __init__(self, desk: Desk, forum: Forum) -> None:
        self.desk = desk.on(THURSDAY).sit_down(forum.applicant, "/account/calendar")
        desk.press("Make an address")
        feed = desk.page.locator("#link").inner_text().removeprefix(ADDRESS)
        self.paths = [*_paths(desk.window.live.app), feed]

    def reads_everything(self) -> dict[str, tuple[int, bytes | str]]:
        """The answer to each address: its status and its bytes, without what is new in every answer."""
        return {path: self._reads(path) for path in self.paths}

    def _reads(self, path: str) -> tuple[int, bytes | str]:
        answer = self.desk.page.request.get(self.desk.window.live.url(path), max_redirects=0)
        return answer.status, lasting(answer.headers.get("content-type", "").partition(";")[0], answer.body())


def _paths(app: Flask) -> Iterator[str]:
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        names = sorted(rule.arguments)
        if "GET" in (rule.methods or ()) and not rule.arguments & {"filename", "token"}:
            numbers = NUMBERS if len(names) == 1 else range(1, 3)
            for values in product(numbers, repeat=len(names)):
                yield adapter.build(rule.endpoint, dict(zip(names, values, strict=True)))


def test_eight_items_are_decided_and_nobody_outside_learns_of_it_before_the_meeting_is_closed(
    window: Callable[..., Window], axe: Callable[..., None], app: Flask, office: PostOffice, forum: Forum,
    meeting: Meeting,
) -> None:  # fmt: skip
    here = f"/meetings/{meeting.id}"
    at_rest(forum)
    worker = Worker(app, HANDLERS, begin_day)
    desk = Desk(window()).on(THURSDAY)

    # Two items that are no applications
    for kind, title in (("For decision", "Nyt ESDH"), ("For information", "Budget 2027")):
        desk.sit_down(forum.coordinator, here)
        desk.follow("Add an item")
        desk.choose("What is it for?", desk.say(kind))
        desk.fill("Title", title)
        desk.press("Put on the agenda")
    opens_the_meeting(desk, forum.chair, [forum.chair, forum.maja, forum.mads])
    _mail_arrives(worker, app)

    applicant = Applicant(Desk(window()), forum)
    before, letters = applicant.reads_everything(), len(office.mails)
    assert sum(status == 200 for status, _body in before.values()) > 30, "there is much to read"

    # A member is kept out of one item, the two members and the chair read the same numbers in the same order
    desk.sit_down(forum.chair, here)
    desk.follow("Conflict of interest : Borgernes overblik")
    desk.page.get_by_role("radio", name="Mads Medlem").check()
    desk.fill("Why?", "Hans søster leder projektet.")
    desk.press("Keep out of it")
    orders = []
    for person in (forum.chair, forum.maja):
        desk.sit_down(person, f"{here}/choice")
        orders.append(desk.page.locator(".matrix tbody th").all_inner_texts())
    assert orders[0] == orders[1] and len(orders[0]) == 6
    desk.sit_down(forum.mads, f"{here}/choice")
    desk.sees("You have a conflict of interest")

    # From the proposal to the forum's own choice: one in part, one against the proposal
    desk.sit_down(forum.chair, f"{here}/choice")
    desk.follow("See a proposal")
    desk.sees("3 of 6 applications")
    axe(desk.page)
    desk.press("Put it before the meeting")
    desk.picture("eight-items-proposal")
    desk.sit_down(forum.chair, f"{here}/proposal")
    desk.follow("Start the choice from this proposal")
    left = desk.page.locator(".money-left")
    expect(left).to_contain_text("50,000")
    desk.page.get_by_label("Choose: Sensorer i broer").uncheck()
    expect(left).to_contain_text("200,000")
    desk.page.get_by_label("Choose: Chat på hjemmesiden").check()
    expect(left).to_contain_text("Missing")
    grant = desk.page.get_by_label("Grant: Borgernes overblik")
    grant.fill("400.000")
    grant.press("Tab")
    expect(desk.page.get_by_text("400,000 in all: 100,000 less than applied for")).to_be_visible()
    expect(left).to_contain_text("50,000")
    axe(desk.page)
    desk.page.get_by_role("button", name="Record …").click()
    said = {
        "Borgernes overblik": "Puljen skal række til flere.", "Chat på hjemmesiden": "Borgerne har ventet længst på den.",
        "Fælles kort": "Vent på budgettet.", "Nyt intranet": "Hvad koster driften?", "Sensorer i broer": "For lille effekt.",
    }  # fmt: skip
    for title, outcome in (("Fælles kort", "defer"), ("Nyt intranet", "return"), ("Sensorer i broer", "reject")):
        desk.group(title).get_by_label("What does the forum decide?").select_option(outcome)
    desk.press("Show what will happen")
    desk.sees("Chat på hjemmesiden, Reason: Write why the forum decides otherwise than the proposal that lies before the meeting.")
    desk.sees("Borgernes overblik, Reason: Write why less is given than was applied for: it stands in the letter.")
    for title, reason in said.items():
        desk.group(title).get_by_label("Reason").fill(reason)
    desk.press("Show what will happen")
    axe(desk.page)
    desk.page.get_by_role("button", name="Record 6 decisions").click()
    desk.sees("6 decisions have been recorded.")

    # One is taken back and decided anew, and the two other items get their words
    desk.sit_down(forum.chair, here)
    desk.follow("Take it back : Digital selvbetjening")
    desk.fill("Why is the decision taken back?", "Vi overså driften.")
    desk.press("Take the decision back")
    desk.follow("Decide : Digital selvbetjening")
    desk.choose("What does the forum decide?", desk.say("Approve: the pool promises the money"))
    desk.fill("Loan", "200.000")
    desk.fill("Reason", "Driften betaler afdelingen selv.")
    desk.press("Record the decision")
    desk.sees("Nothing has been recorded yet.")
    desk.press("Record the decision")
    for title, outcome in (("Nyt ESDH", "Forummet bakker op."), ("Budget 2027", "Taget til efterretning.")):
        desk.sit_down(forum.chair, here)
        desk.follow(f"Record what came of it : {title}")
        desk.fill("What was decided or noted", outcome)
        desk.press("Save")
    desk.sit_down(forum.chair, here)
    axe(desk.page)
    desk.picture("eight-items-decided")

    # Until now the applicant has learnt nothing
    _mail_arrives(worker, app)
    after = applicant.reads_everything()
    assert [path for path in before if before[path] != after[path]] == []
    assert [mail["To"] for mail in office.mails[letters:]] == [forum.mads.email], "who was kept out has been told"

    # Closing lets all of it go
    closes_the_meeting(desk)
    _mail_arrives(worker, app)
    told = {mail["Subject"].partition(": ")[::2] for mail in office.mails[letters:] if mail["To"] == "anne@lindby.dk"}
    assert told == {
        ("Approved", "Digital selvbetjening"), ("Approved", "Borgernes overblik"), ("Approved", "Chat på hjemmesiden"),
        ("Deferred", "Fælles kort"), ("Returned with questions", "Nyt intranet"), ("Rejected", "Sensorer i broer"),
    }  # fmt: skip
    mail = next(mail for mail in office.of("anne@lindby.dk") if mail["Subject"] == "Approved: Borgernes overblik")
    (address,) = re.findall(r"https://\S+", plain(mail))
    desk.sit_down(forum.applicant, address.removeprefix(ADDRESS))
    desk.follow("The letter")
    desk.sees("DKK 500,000.00", "DKK 400,000.00", said["Borgernes overblik"])
    axe(desk.page)
    desk.picture("eight-items-letter")

    # The minutes tell the whole of it
    desk.sit_down(forum.chair, f"{here}/minutes")
    desk.sees(
        "Against the proposal",
        *said.values(),
        "Vi overså driften.",
        "Hans søster leder projektet.",
        "Forummet bakker op.",
        "Taget til efterretning.",
    )
    axe(desk.page)
    desk.picture("eight-items-minutes")


def _mail_arrives(worker: Worker, app: Flask) -> None:
    commit()
    while worker.step(noon(THURSDAY)):
        pass
    commit()
