"""Departments and people of another municipality have no place in a pool, whoever names them: the operations refuse it (domain.md §2)."""

from decimal import Decimal

import pytest
from flask import Flask

from fundbank.applications.models import Application
from fundbank.applications.operations import edit_application
from fundbank.applications.rules.content import Content, GainArea, PlannedGain
from fundbank.awards.queries import award_of
from fundbank.awards.rules import Terms
from fundbank.errors import NotAllowed
from fundbank.extensions import db
from fundbank.meetings.operations.calendar import open_meeting
from fundbank.meetings.operations.revisions import revise_case
from fundbank.people.models import User
from tests.builders import a_user
from tests.integration.scoring.forum import TODAY, Forum, decide_openly

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def forum(app: Flask) -> Forum:
    return Forum(minimum_scores=1)


@pytest.fixture
def stranger(forum: Forum) -> User:
    return a_user()


def naming(what: str, stranger: User) -> dict[str, object]:
    minutes = (Decimal(1), Decimal(1), Decimal(1))
    return {
        "gains": {"gains": (PlannedGain(1, stranger.department_id, 1_00),)},
        "gain_areas": {
            "gain_areas": (
                GainArea("Sager", stranger.department_id, minutes, minutes, 1, Decimal(1), 100, (Decimal(1),), 1),
            )
        },
        "gain_owner_id": {"gain_owner_id": stranger.id},
        "system_owner_id": {"system_owner_id": stranger.id},
    }[what]  # fmt: skip


WHATS = ("gains", "gain_areas", "gain_owner_id", "system_owner_id")


@pytest.mark.parametrize("what", WHATS)
def test_an_application_names_its_own_municipality_alone(forum: Forum, stranger: User, what: str) -> None:
    with pytest.raises(NotAllowed):
        forum.application(grant_ore=1_00, **naming(what, stranger))
    application = forum.application(grant_ore=1_00)
    application.state = "returned"
    with pytest.raises(NotAllowed):
        edit_application(
            actor=forum.applicant, at=TODAY, application=application, content=application.content.replace(**naming(what, stranger))
        )
    assert _said(application) == Content.from_json(application.versions[0].content_json)


def test_a_revision_names_its_own_municipality_alone(forum: Forum, stranger: User) -> None:
    application = forum.scored(3, grant_ore=1_00)
    decide_openly(
        actor=forum.chair, at=TODAY, meeting=forum.open_meeting(application), application=application, outcome="approve", grant_ore=1_00
    )
    with pytest.raises(NotAllowed):
        revise_case(
            actor=forum.applicant,
            at=TODAY,
            award=award_of(application),
            content=application.content.replace(**naming("gains", stranger)),
            reason="Nyt",
        )
    assert len(application.versions) == 1


def test_a_department_of_another_municipality_shares_in_no_loan(forum: Forum, stranger: User) -> None:
    application = forum.scored(3)
    terms = Terms("realised", Decimal("0.5"), 3, 2027, [forum.unit.id, stranger.department_id], "forum_decides")
    meeting = forum.open_meeting(application)
    with pytest.raises(NotAllowed):
        decide_openly(
            actor=forum.chair, at=TODAY, meeting=meeting, application=application, outcome="approve", loan_ore=1_00, terms=terms
        )  # fmt: skip
    assert (application.state, meeting.decisions) == ("ready", [])


def test_nobody_of_another_municipality_is_present(forum: Forum, stranger: User) -> None:
    meeting = forum.meeting()
    with pytest.raises(NotAllowed):
        open_meeting(actor=forum.chair, at=TODAY, meeting=meeting, present=[forum.chair, stranger])
    assert (meeting.state, meeting.attendances) == ("planned", [])


def _said(application: Application) -> Content:
    db.session.refresh(application)
    return application.content
