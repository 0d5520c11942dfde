"""What people read in their mail while an application goes from draft to decision: each mail from a real mail server, in both languages.

The pages are sent by the web client; the worker is the program's own.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask

from fundbank.applications.models import Application
from fundbank.applications.operations import start_application
from fundbank.extensions import db
from fundbank.jobs import HANDLERS, begin_day
from fundbank.kit.clock import noon
from fundbank.kit.transaction import commit
from fundbank.outbox.worker import Worker
from fundbank.people.models import User
from fundbank.pools.criteria import CODES
from fundbank.pools.roles import Role
from tests.builders import a_department
from tests.integration.scoring.forum import THURSDAY, TODAY, Forum, sent
from tests.post import ADDRESS, PostOffice, a_post_office, html, plain, setting
from tests.web import Client, Response, sent_along

Told = list[tuple[str, str, str]]
DAY = timedelta(days=1)


class Post:
    """The people at their pages and, after each step, their mail."""

    def __init__(self, app: Flask, client: Client, office: PostOffice) -> None:
        self.app, self.client, self.office, self.at = app, client, office, TODAY - 7 * DAY
        app.config["CLOCK"] = lambda: self.at
        self._worker, self._read = Worker(app, HANDLERS, begin_day), 0

    def posts(self, person: User, path: str, form: str | None = None, **typed: object) -> Response:
        """Let a person send a page's form."""
        self.client.sign_in(person)
        data = sent(self.client.get(form).text, **typed) if form else typed
        answer = self.client.submit(path, data)
        assert answer.status_code == 303, answer.words
        return answer

    def presses(self, person: User, page: str, path: str) -> Response:
        """Let a person press a page's button."""
        return self.posts(person, path, **sent_along(self.client.sign_in(person).get(page).text, path))

    def arrives(self) -> Told:
        """To whom something has come since the last time, about what, and where its link leads."""
        commit()
        while self._worker.step(self.at):
            pass
        db.session.expire_all()
        new, self._read = self.office.mails[self._read :], len(self.office.mails)
        return sorted((mail["To"].partition("@")[0], mail["Subject"], _link(plain(mail))) for mail in new)


def _link(text: str) -> str:
    (link,) = re.findall(r"https://\S+", text)
    return str(link.removeprefix(ADDRESS))


@pytest.fixture
def post(app: Flask, client: Client) -> Iterator[Post]:
    with a_post_office() as (office, port):
        app.config.update(MAIL_SERVER=setting(port), ADDRESS=ADDRESS, CATALOGUES=None)
        app.config.pop("CATALOGUES")
        yield Post(app, client, office)


@pytest.fixture
def forum(app: Flask) -> Forum:
    """The department's people and the chair read Danish, the members and the coordinator English."""
    forum = Forum()
    gains = a_department(forum.pool.municipality, "Sundhed")
    people = {
        "anne": forum.applicant, "lone": forum.leader, "karen": forum.coordinator, "carl": forum.chair, "maja": forum.maja,
        "mads": forum.mads, "sofie": forum.person("Sofie Sundhed", Role.LEADER, department=gains),
        "own": forum.person("Mia Medlem", Role.MEMBER, department=forum.unit),
    }  # fmt: skip
    for name, person in people.items():
        person.email = f"{name}@lindby.dk"
        person.language = "en" if name in ("karen", "maja", "mads") else "da"
    commit()
    return forum


def a_draft(forum: Forum, at: datetime) -> Application:
    made = forum.application()
    return start_application(
        actor=forum.applicant, at=at, pool=forum.pool, department=forum.unit, content=made.content.replace(title="Røntgen på klinikken")
    )


@pytest.mark.parametrize("outcome", ["approve", "reject"])
def test_each_mail_from_draft_to_decision(post: Post, forum: Forum, outcome: str) -> None:
    application = a_draft(forum, post.at)
    here = f"/applications/{application.id}"
    post.arrives()  # of what the forum was built with

    post.posts(forum.applicant, f"{here}/write/project", f"{here}/write/project", summary="Billeder med det samme.")
    assert post.arrives() == [], "it lacks nothing, and nobody has sent it"
    post.posts(forum.applicant, f"{here}/send")
    assert post.arrives() == [("lone", "Skal underskrives: Røntgen på klinikken", here)]
    post.posts(forum.applicant, f"{here}/write/project", f"{here}/write/project", summary="Billeder straks.")
    assert post.arrives() == [], "it is no longer sent"
    post.posts(forum.applicant, f"{here}/send")
    assert post.arrives() == [("lone", "Skal underskrives: Røntgen på klinikken", here)]

    post.presses(forum.leader, here, f"{here}/sign")
    assert post.arrives() == [("anne", "Underskrevet: Røntgen på klinikken", here)]

    post.posts(forum.applicant, f"{here}/submit")
    assert post.arrives() == [("karen", "To screen: Røntgen på klinikken", f"{here}/screening")]

    post.posts(forum.coordinator, f"{here}/screening", f"{here}/screening", result="eligible")
    assert post.arrives() == [
        ("anne", "Screenet: Røntgen på klinikken", here),
        ("carl", "Skal vurderes: Røntgen på klinikken", f"{here}/score"),
        ("lone", "Screenet: Røntgen på klinikken", here),
        ("mads", "To score: Røntgen på klinikken", f"{here}/score"),
        ("maja", "To score: Røntgen på klinikken", f"{here}/score"),
    ], "but not the member who has a conflict of interest"

    for member in (forum.chair, forum.maja, forum.mads):
        post.posts(member, f"{here}/score", f"{here}/score", **dict.fromkeys(CODES, "2"))
    assert post.arrives() == []

    meeting = forum.meeting(application, at=post.at, is_ordinary=False)
    held = f"/meetings/{meeting.id}"
    assert post.arrives() == [
        ("carl", "Møde 19. marts 2026", held), ("mads", "Meeting on 19 March 2026", held), ("maja", "Meeting on 19 March 2026", held),
        ("own", "Møde 19. marts 2026", held),
    ]  # fmt: skip

    post.at = noon(THURSDAY)
    post.posts(forum.chair, f"{held}/open", present=[str(forum.chair.id), str(forum.maja.id)])
    decide = f"{held}/applications/{application.id}/decision"
    post.posts(forum.chair, decide, decide, outcome=outcome, reason="Efter drøftelse.")
    assert post.arrives() == [], "what is decided is known when the meeting is over"
    post.posts(forum.chair, f"{held}/close")
    subject = {"approve": "Imødekommet: Røntgen på klinikken", "reject": "Afslag: Røntgen på klinikken"}[outcome]
    assert post.arrives() == [("anne", subject, here), ("lone", subject, here)]
    last = post.office.of("lone@lindby.dk")[-1]
    assert "Digitaliseringsforum har" in plain(last) and "Digitaliseringsforum har" in html(last) and 'lang="da"' in html(last)
    assert ("300.000,00" in plain(last).replace("\xa0", " ")) is (outcome == "approve")
    post.at += DAY
    assert post.arrives() == []
    assert len(post.office.ids) == len(set(post.office.ids))


def test_a_meeting_that_nobody_closes_lets_its_decisions_go_when_the_day_is_over(post: Post, forum: Forum) -> None:
    application = forum.scored(2)
    meeting = forum.meeting(application, at=post.at, is_ordinary=False)
    post.at = noon(THURSDAY)
    post.posts(forum.chair, f"/meetings/{meeting.id}/open", present=[str(forum.chair.id)])
    decide = f"/meetings/{meeting.id}/applications/{application.id}/decision"
    post.posts(forum.chair, decide, decide, outcome="defer", reason="Vi venter på tal.")
    assert "Udsat" not in repr(post.arrives())
    post.at += timedelta(hours=13)
    assert [subject.partition(":")[0] for _to, subject, _link_ in post.arrives()] == ["Udsat", "Udsat"]
