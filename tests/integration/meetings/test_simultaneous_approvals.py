"""Two chairs approve at the same instant, together above what is available: exactly one wins (domain.md §7)."""

from threading import Barrier, Thread

import pytest
from flask import Flask

from fundbank.applications.models import Application
from fundbank.errors import Refusal, WrongState
from fundbank.extensions import db
from fundbank.kit.transaction import commit, unit_of_work
from fundbank.ledger.checks import check
from fundbank.ledger.queries import balances
from fundbank.meetings.models import Meeting
from fundbank.meetings.operations.calendar import close_meeting
from fundbank.meetings.operations.decisions import decide
from fundbank.meetings.operations.wanted import Wanted
from fundbank.people.models import User
from fundbank.pools.roles import Role
from tests.integration.scoring.forum import TODAY, Forum

pytestmark = pytest.mark.each_database


def test_exactly_one_of_two_approvals_wins(app: Flask) -> None:
    forum = Forum()
    chairs = [forum.chair, forum.person("Clara Formand", Role.CHAIR)]
    matters = [forum.scored(3, title=title, grant_ore=600_000_00) for title in ("Den ene", "Den anden")]
    meeting_id = forum.open_meeting(*matters).id
    pairs = [(chair.id, application.id) for chair, application in zip(chairs, matters, strict=True)]
    pool_id = forum.pool.id
    commit()
    together, answers = Barrier(2), []

    def approve(chair_id: int, application_id: int) -> None:
        with app.app_context():
            together.wait()
            try:
                with unit_of_work():
                    decide(
                        actor=db.session.get_one(User, chair_id),
                        at=TODAY,
                        meeting=db.session.get_one(Meeting, meeting_id),
                        wanted=Wanted(db.session.get_one(Application, application_id), "approve", grant_ore=600_000_00),
                    )
                answers.append("approved")
            except Refusal as refusal:
                answers.append(refusal.code)

    threads = [Thread(target=approve, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    assert sorted(answers) == ["approved", "over_available"]
    after = balances(pool_id)
    assert (after.available_ore, after.reserved_ore) == (400_000_00, 600_000_00)
    assert sorted(db.session.get_one(Application, application_id).state for _chair, application_id in pairs) == ["ready", "ready"]
    with unit_of_work():
        meeting = db.session.get_one(Meeting, meeting_id)
        close_meeting(actor=db.session.get_one(User, pairs[0][0]), at=TODAY, meeting=meeting)
    assert sorted(db.session.get_one(Application, application_id).state for _chair, application_id in pairs) == ["awarded", "ready"]
    assert check(pool_id) == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite lets only one begin
def test_a_decision_that_another_has_overtaken_is_refused(app: Flask) -> None:
    forum = Forum()
    application = forum.scored(3, grant_ore=600_000_00)
    meeting_id, application_id, chair_id = forum.open_meeting(application).id, application.id, forum.chair.id
    commit()

    def defer(meeting: Meeting, application: Application) -> None:
        chair = db.session.get_one(User, chair_id)
        decide(actor=chair, at=TODAY, meeting=meeting, wanted=Wanted(application, "defer", "Næste gang."))

    with app.app_context():
        meeting, mine = db.session.get_one(Meeting, meeting_id), db.session.get_one(Application, application_id)
        assert (meeting.decisions, mine.state) == ([], "ready")
        with app.app_context(), unit_of_work():
            defer(db.session.get_one(Meeting, meeting_id), db.session.get_one(Application, application_id))
        with pytest.raises(WrongState), unit_of_work():
            defer(meeting, mine)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_nothing_is_decided_in_a_meeting_that_has_just_been_closed(app: Flask) -> None:
    forum = Forum()
    application = forum.scored(3, grant_ore=600_000_00)
    meeting_id, application_id, chair_id = forum.open_meeting(application).id, application.id, forum.chair.id
    commit()
    with app.app_context():
        meeting, mine = db.session.get_one(Meeting, meeting_id), db.session.get_one(Application, application_id)
        assert (meeting.state, mine.state) == ("open", "ready")
        with app.app_context(), unit_of_work():
            close_meeting(actor=db.session.get_one(User, chair_id), at=TODAY, meeting=db.session.get_one(Meeting, meeting_id))
        with pytest.raises(WrongState), unit_of_work():
            decide(actor=db.session.get_one(User, chair_id), at=TODAY, meeting=meeting, wanted=Wanted(mine, "reject"))
