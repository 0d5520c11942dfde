"""Scores of those who may no longer score, and a consensus on an earlier version: on record, and counted nowhere (domain.md §5)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from fundbank.applications.operations import edit_application
from fundbank.extensions import db
from fundbank.meetings.operations.calendar import close_meeting
from fundbank.meetings.operations.decisions import set_consensus
from fundbank.meetings.rules import QuorumMissing
from fundbank.people.operations.departments import move_department
from fundbank.people.operations.persons import change_user
from fundbank.pools.roles import Role
from fundbank.scoring.models import Score
from fundbank.scoring.queries import assessment, contenders, places
from tests.integration.scoring.forum import TODAY, decide_openly


def moved_into(unit, person):
    change_user(actor=None, at=TODAY, user=person, name=person.name, email=person.email, department=unit, is_administrator=False)


def test_whoever_moves_into_the_unit_no_longer_counts_on_any_page(client, forum):
    application = forum.application()
    forum.score(application, 3, by=forum.maja)
    forum.score(application, 1, by=forum.mads)
    moved_into(forum.below, forum.mads)
    assert (assessment(application).members, assessment(application).total) == (1, 100)
    assert [matter.total for matter in places(contenders(forum.pool))] == [100]
    client.sign_in(forum.coordinator)
    assert "100.00 1 score" in client.get(f"/pools/{forum.pool.id}/ranking").words
    sheet = client.get(f"/applications/{application.id}/score").words
    assert "Mads Medlem does not count" in sheet and "has come into conflict" in sheet


@pytest.mark.parametrize("moves", ["person", "unit"])
def test_the_fewest_scores_before_a_decision_are_those_that_count(forum, moves):
    application = forum.scored(3)
    elsewhere = forum.person("Clara Formand", Role.CHAIR, department=forum.citizens)
    if moves == "person":
        moved_into(forum.top, forum.mads)
    else:
        move_department(actor=None, at=TODAY, department=forum.unit, parent=forum.staff)
    meeting = forum.open_meeting(application)
    with pytest.raises(QuorumMissing):
        decide_openly(actor=elsewhere, at=TODAY, meeting=meeting, application=application, outcome="reject", reason="Nej")


def test_what_has_been_decided_keeps_the_scores_that_it_was_decided_on(forum):
    application = forum.scored(3)
    late = forum.person("Mona Medlem", Role.MEMBER)
    forum.score(application, 1, by=late)
    moved_into(forum.unit, late)
    meeting = forum.open_meeting(application)
    decide_openly(actor=forum.chair, at=TODAY, meeting=meeting, application=application, outcome="reject", reason="Nej")
    assert (assessment(application).members, assessment(application).total) == (3, 100)
    moved_into(forum.unit, forum.mads)
    moved_into(forum.staff, late)
    assert (assessment(application).members, assessment(application).total) == (3, 100)
    assert len(db.session.scalars(select(Score).where(Score.application_id == application.id)).all()) == 4


def test_a_consensus_belongs_to_the_version_that_it_was_agreed_on(client, forum):
    application = forum.scored(2)
    meeting = forum.open_meeting(application)
    agreed = {"criterion": "security", "level": 3, "reason": "Ny risikovurdering"}
    set_consensus(actor=forum.chair, at=TODAY, meeting=meeting, application=application, **agreed)
    assert assessment(application).total == 60
    decide_openly(actor=forum.chair, at=TODAY, meeting=meeting, application=application, outcome="return", reason="Hvem har ansvaret?")
    close_meeting(actor=forum.chair, at=TODAY, meeting=meeting)
    assert assessment(application).total == 60
    later = TODAY + timedelta(days=1)
    edit_application(actor=forum.applicant, at=later, application=application, content=application.content.replace(summary="Svar"))
    forum.submit(application, at=later)
    assert assessment(application).total == 50
    assert [matter.total for matter in places(contenders(forum.pool))] == [50]
    words = client.sign_in(forum.maja).get(f"/applications/{application.id}/score").words
    assert "Information security: High, agreed on 19 March 2026 of version 1 Ny risikovurdering" in words
