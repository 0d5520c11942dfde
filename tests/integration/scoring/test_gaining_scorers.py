"""That a scorer's own department gains stands beside their scores and in the minutes, and blocks nothing. Who scores blind is not told."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from fundbank.applications.rules.content import PlannedGain
from fundbank.meetings.operations.calendar import close_meeting
from fundbank.pools.roles import Role
from fundbank.scoring.permissions import can_score
from fundbank.scoring.queries import gaining_scorers
from tests.builders import a_department
from tests.integration.scoring.forum import TODAY, decide_openly

MARK, NAME = "own department gains", "Cilla Borger"


@pytest.fixture
def cilla(forum):
    return forum.person(NAME, Role.MEMBER, department=forum.citizens)


@pytest.fixture
def application(forum, cilla):
    """One by which a unit below Cilla's gains; she, Mads and the chair have scored it, Maja has not."""
    below = a_department(name="Kørekort og pas", parent=forum.citizens)
    gains = tuple(PlannedGain(1, unit.id, 200_000_00) for unit in (forum.unit, below))
    application = forum.application(loan_ore=100_000_00, gains=gains)
    assert can_score(cilla, application), "it blocks nothing"
    for member in (cilla, forum.mads, forum.chair):
        forum.score(application, 3, by=member)
    return application


def in_pdf(client, url):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(client.get(url).get_data())).pages).split())


def test_it_stands_beside_the_scores_and_in_the_minutes(client, forum, application, cilla):
    assert gaining_scorers([application.id]) == {application.id: [cilla]}
    meeting = forum.open_meeting(application)
    pages = [
        f"/applications/{application.id}",
        f"/applications/{application.id}/score",
        f"/pools/{forum.pool.id}/ranking",
        f"/meetings/{meeting.id}",
        f"/meetings/{meeting.id}/agenda",
        f"/meetings/{meeting.id}/applications/{application.id}/decision",
    ]
    for reader, seen in ((forum.chair, True), (forum.maja, False)):
        client.sign_in(reader)
        for url in pages:
            text = client.get(url).words
            assert (MARK in text and NAME in text) is seen, f"{url} as {reader.name}"
            assert seen or MARK not in text, f"{url} tells who scored"
    assert MARK not in in_pdf(client, f"/meetings/{meeting.id}/agenda.pdf")
    assert f"{NAME} (Borgerservice)" in in_pdf(client.sign_in(forum.chair), f"/meetings/{meeting.id}/agenda.pdf")
    decide_openly(actor=forum.chair, at=TODAY, meeting=meeting, application=application, outcome="reject", reason="For dyrt")
    close_meeting(actor=forum.chair, at=TODAY, meeting=meeting)
    minutes = f"/meetings/{meeting.id}/minutes"
    for reader in (forum.maja, forum.finance):
        assert f"Scored it, and {MARK} {NAME} (Borgerservice)" in client.sign_in(reader).get(minutes).words
    assert f"{NAME} (Borgerservice)" in in_pdf(client, f"{minutes}.pdf")
    assert MARK in client.get(f"/applications/{application.id}").words


def test_nobody_is_marked_by_what_does_not_name_their_department(forum, application, cilla):
    other = forum.application("Robot")
    forum.score(other, 3, by=cilla)
    assert gaining_scorers([application.id, other.id]) == {application.id: [cilla]}
    assert gaining_scorers([other.id]) == gaining_scorers([]) == {}
