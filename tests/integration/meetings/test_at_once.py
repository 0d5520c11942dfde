"""The forum's people at the same instant: scores, agendas, meetings and decisions keep their rules between them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundbank.applications import operations as applications
from fundbank.applications.models import Application
from fundbank.applications.rules.topics import PROJECT
from fundbank.awards.operations.follow_ups import change_follow_up, finish_follow_up, make_follow_up
from fundbank.extensions import db
from fundbank.kit.clock import noon
from fundbank.meetings.models import Meeting
from fundbank.meetings.operations import calendar, decisions
from fundbank.meetings.operations.wanted import Wanted
from fundbank.people.models import User
from fundbank.pools import operations as pools
from fundbank.pools.criteria import CODES
from fundbank.pools.models import PolicyVersion, Pool, PoolRole
from fundbank.pools.roles import Role
from fundbank.scoring import operations as scoring
from fundbank.scoring.models import Interest, Score, ScoringPause
from tests.at_once import Act, at_once, doing, overtaken
from tests.builders import AT, a_department, a_user, an_administrator
from tests.integration.scoring.forum import THURSDAY, TODAY, Forum, decide_openly

pytestmark = pytest.mark.each_database

LEVELS = dict.fromkeys(CODES, 2)
ONLY_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite lets only one begin


def count(model: type, *where: object) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def a_draft(forum: Forum) -> Application:
    content = forum.application().content
    return applications.start_application(actor=forum.applicant, at=AT, pool=forum.pool, department=forum.unit, content=content)


# What is asked for twice: the operation with what it is given, and the answers. Each row is counted afterwards by the test itself.


def starting(forum: Forum) -> Act:
    content = forum.application().content
    return doing(
        applications.start_application, at=AT, actor=forum.applicant, pool=forum.pool, department=forum.unit, content=content
    )  # fmt: skip


def signing(forum: Forum) -> Act:
    return doing(applications.sign_application, at=AT, actor=forum.leader, application=a_draft(forum))


def submitting(forum: Forum) -> Act:
    application = a_draft(forum)
    applications.sign_application(actor=forum.leader, at=AT, application=application)
    return doing(applications.submit_application, at=AT, actor=forum.applicant, application=application)


def screening(forum: Forum) -> Act:
    application = a_draft(forum)
    applications.sign_application(actor=forum.leader, at=AT, application=application)
    applications.submit_application(actor=forum.applicant, at=AT, application=application)
    return doing(applications.screen_application, at=AT, actor=forum.coordinator, application=application, result="eligible")


def withdrawing(forum: Forum) -> Act:
    return doing(applications.withdraw_application, at=AT, actor=forum.applicant, application=forum.application())


def scoring_first(forum: Forum) -> Act:
    return doing(scoring.hand_in_score, at=AT, actor=forum.maja, application=forum.application(), levels=LEVELS)


def declaring(forum: Forum) -> Act:
    return doing(scoring.declare_interest, at=AT, actor=forum.maja, application=forum.application())


def putting_on_agenda(forum: Forum) -> Act:
    return doing(
        calendar.put_on_agenda, at=AT, actor=forum.coordinator, meeting=forum.meeting(), application=forum.application()
    )  # fmt: skip


def taking_off_agenda(forum: Forum) -> Act:
    application = forum.application()
    meeting = forum.meeting(application)
    return doing(calendar.take_off_agenda, at=AT, actor=forum.coordinator, meeting=meeting, application=application)


def opening(forum: Forum) -> Act:
    return doing(calendar.open_meeting, at=noon(THURSDAY), actor=forum.chair, meeting=forum.meeting(forum.application()), present=[])


def closing(forum: Forum) -> Act:
    return doing(calendar.close_meeting, at=TODAY, actor=forum.chair, meeting=forum.open_meeting())


def signing_minutes(forum: Forum) -> Act:
    meeting = forum.open_meeting()
    calendar.close_meeting(actor=forum.chair, at=TODAY, meeting=meeting)
    return doing(calendar.sign_minutes, at=TODAY, actor=forum.chair, meeting=meeting)


def deciding(chair: User, meeting: Meeting, application: Application, outcome: str, reason: str = "") -> Act:
    """The chair decides on an application, which is read in the request."""

    def decide(*, application: Application, **said: Any) -> object:
        return decisions.decide(**said, wanted=Wanted(application, outcome, reason))

    return doing(decide, at=TODAY, actor=chair, meeting=meeting, application=application)


def rejecting(forum: Forum) -> Act:
    application = forum.scored(2)
    meeting = forum.open_meeting(application)
    return deciding(forum.chair, meeting, application, "reject")


def making_a_pool(forum: Forum) -> Act:
    administrator = an_administrator(forum.staff)
    return doing(
        pools.create_pool, at=AT, actor=administrator, municipality=forum.pool.municipality, name="Ny pulje", preset="herning"
    )  # fmt: skip


def giving_a_role(forum: Forum) -> Act:
    return doing(pools.give_role, at=AT, actor=None, pool=forum.pool, user=a_user(forum.staff), role=Role.FINANCE)


def taking_a_role(forum: Forum) -> Act:
    return doing(pools.take_role, at=AT, actor=None, pool=forum.pool, user=forum.finance, role=Role.FINANCE)


def changing_the_policy(forum: Forum) -> Act:
    values = {**forum.pool.policy.to_values(), "claim_due_days": 17}
    return doing(pools.change_policy, at=AT, actor=None, pool=forum.pool, values=values, reason="Ny frist", based_on=1)


@pytest.mark.parametrize(
    "making, second",
    [
        (starting, "done"),
        (signing, "wrong_state"),
        (submitting, "wrong_state"),
        (screening, "wrong_state"),
        (withdrawing, "wrong_state"),
        (scoring_first, "done"),
        (declaring, "already_posted"),
        (putting_on_agenda, "already_posted"),
        (taking_off_agenda, "wrong_state"),
        (opening, "wrong_state"),
        (closing, "wrong_state"),
        (signing_minutes, "already_posted"),
        (rejecting, "wrong_state"),
        (making_a_pool, "already_posted"),
        (giving_a_role, "already_posted"),
        (taking_a_role, "wrong_state"),
        (changing_the_policy, "stale_version"),
    ],
)
def test_what_is_asked_for_twice(app: Flask, forum: Forum, making: Callable[[Forum], Act], second: str) -> None:
    act = making(forum)
    assert at_once(app, act, act) == sorted(["done", second])
    numbers = list(db.session.scalars(select(Application.number).order_by(Application.number)))
    assert numbers == list(range(1, len(numbers) + 1))
    for model, columns in (
        (Score, (Score.application_id, Score.member_id)), (Interest, (Interest.application_id, Interest.user_id)),
        (PoolRole, (PoolRole.pool_id, PoolRole.user_id, PoolRole.role)), (Pool, (Pool.municipality_id, Pool.name)),
        (PolicyVersion, (PolicyVersion.pool_id, PolicyVersion.number)),
    ):  # fmt: skip
        current = [Score.ended_at.is_(None)] if model is Score else []
        assert db.session.execute(select(*columns).where(*current).group_by(*columns).having(func.count() > 1)).all() == []


def test_two_meetings_that_open_with_one_application_both_open(app: Flask, forum: Forum) -> None:
    first, second = forum.application(), forum.application(title="Den anden")
    meetings = [forum.meeting(first, second), forum.meeting(second, first)]
    acts = [doing(calendar.open_meeting, at=noon(THURSDAY), actor=forum.chair, meeting=meeting, present=[]) for meeting in meetings]
    assert at_once(app, *acts) == ["done", "done"]
    assert count(ScoringPause) == 2


@ONLY_POSTGRESQL
def test_scores_rest_from_the_opening_on(app: Flask, forum: Forum) -> None:
    application = forum.scored(2)
    meeting = forum.meeting(application)
    opening = doing(calendar.open_meeting, at=noon(THURSDAY), actor=forum.chair, meeting=meeting, present=[])
    revising = doing(scoring.hand_in_score, at=noon(THURSDAY), actor=forum.maja, application=application, levels=LEVELS)
    assert overtaken(app, revising, opening) == "wrong_state"


@ONLY_POSTGRESQL
def test_what_has_just_been_withdrawn_comes_on_no_agenda(app: Flask, forum: Forum) -> None:
    application, meeting = forum.application(), forum.meeting()
    withdrawing = doing(applications.withdraw_application, at=AT, actor=forum.applicant, application=application)
    putting = doing(calendar.put_on_agenda, at=AT, actor=forum.coordinator, meeting=meeting, application=application)
    assert overtaken(app, putting, withdrawing) == "wrong_state"


@ONLY_POSTGRESQL
@pytest.mark.parametrize("outcome", ["reject", "defer"])
def test_who_has_just_declared_an_interest_decides_nothing(app: Flask, forum: Forum, outcome: str) -> None:
    application = forum.scored(2)
    meeting = forum.open_meeting(application)
    declaring = doing(scoring.declare_interest, at=TODAY, actor=forum.chair, application=application)
    decision = deciding(forum.chair, meeting, application, outcome)
    assert overtaken(app, decision, declaring) == "conflict_of_interest"


@ONLY_POSTGRESQL
def test_who_has_just_declared_an_interest_scores_nothing(app: Flask, forum: Forum) -> None:
    application = forum.application()
    declaring = doing(scoring.declare_interest, at=AT, actor=forum.maja, application=application)
    handing_in = doing(scoring.hand_in_score, at=AT, actor=forum.maja, application=application, levels=LEVELS)
    assert overtaken(app, handing_in, declaring) == "conflict_of_interest"


@ONLY_POSTGRESQL
def test_a_score_that_has_just_gone_does_not_count(app: Flask, forum: Forum) -> None:
    application = forum.application()
    for member in (forum.chair, forum.maja, forum.mads)[: forum.pool.policy.minimum_scores]:
        forum.score(application, 2, by=member)
    meeting = forum.open_meeting(application)
    declaring = doing(scoring.declare_interest, at=TODAY, actor=forum.maja, application=application)
    decision = deciding(forum.chair, meeting, application, "reject")
    assert overtaken(app, decision, declaring) == "quorum_missing"


@ONLY_POSTGRESQL
def test_a_decision_follows_the_rules_that_it_names(app: Flask, forum: Forum) -> None:
    application = forum.application()
    forum.score(application, 2)
    meeting = forum.open_meeting(application)
    pools.change_policy(
        actor=None, at=AT, pool=forum.pool, values={**forum.pool.policy.to_values(), "minimum_scores": 1}, reason="Færre", based_on=1
    )
    stricter = {**forum.pool.policy.to_values(), "minimum_scores": 2}
    changing = doing(pools.change_policy, at=AT, actor=None, pool=forum.pool, values=stricter, reason="Flere", based_on=2)
    decision = deciding(forum.chair, meeting, application, "reject")
    assert overtaken(app, decision, changing) == "quorum_missing"


@ONLY_POSTGRESQL
def test_an_edit_that_a_signature_has_overtaken_is_told(app: Flask, forum: Forum) -> None:
    application = a_draft(forum)
    signing = doing(applications.sign_application, at=AT, actor=forum.leader, application=application)
    content = application.content.replace(title="Et andet projekt")
    editing = doing(
        applications.edit_application, at=AT, actor=forum.applicant, application=application, content=content, topic=PROJECT,
        based_on=application.revision,
    )  # fmt: skip
    assert overtaken(app, editing, signing) == "stale_version"
    assert application.state == "signed"


@ONLY_POSTGRESQL
def test_a_meeting_that_has_just_been_opened_is_not_moved(app: Flask, forum: Forum) -> None:
    meeting = forum.meeting(forum.application())
    opening = doing(calendar.open_meeting, at=noon(THURSDAY), actor=forum.chair, meeting=meeting, present=[])
    moving = doing(
        calendar.change_meeting, at=noon(THURSDAY), actor=forum.coordinator, meeting=meeting, held_on=date(2026, 4, 16), place=""
    )  # fmt: skip
    assert overtaken(app, moving, opening) == "wrong_state"


@ONLY_POSTGRESQL
def test_a_follow_up_that_has_just_gone_to_somebody_else_is_not_done_by_the_former(app: Flask, forum: Forum) -> None:
    application = forum.scored(2, grant_ore=100_000_00)
    award = decide_openly(
        actor=forum.chair, at=TODAY, meeting=forum.open_meeting(application), application=application, outcome="approve",
        grant_ore=100_000_00,
    ).award  # fmt: skip
    day = date(2026, 4, 9)
    item = make_follow_up(actor=forum.chair, at=TODAY, award=award, text="Tal", owner=forum.leader, due_on=day)
    finishing = doing(finish_follow_up, at=TODAY, actor=forum.leader, follow_up=item, outcome="Set.")
    handing = doing(change_follow_up, at=TODAY, actor=forum.coordinator, follow_up=item, owner=forum.maja, due_on=day)
    assert overtaken(app, finishing, handing) == "not_allowed"
    assert item.done_at is None


def test_who_waits_for_whom_makes_no_circle(app: Flask, forum: Forum) -> None:
    """Everybody at once, each with several locks: whatever the rules say, nobody waits for somebody who waits for them."""
    matters = [forum.scored(2, title=title) for title in ("A", "B", "C")]
    meetings = [forum.open_meeting(*matters), forum.meeting(*reversed(matters))]
    values = {**forum.pool.policy.to_values(), "claim_due_days": 17}
    acts = [
        *(deciding(forum.chair, meetings[0], one, "defer", reason="Senere") for one in matters),
        doing(calendar.open_meeting, at=noon(THURSDAY), actor=forum.chair, meeting=meetings[1], present=[]),
        *(doing(scoring.hand_in_score, at=AT, actor=forum.mads, application=one, levels=LEVELS) for one in reversed(matters)),
        doing(pools.change_policy, at=AT, actor=None, pool=forum.pool, values=values, reason="Ny frist", based_on=1),
        doing(pools.give_role, at=AT, actor=None, pool=forum.pool, user=a_user(a_department(forum.pool.municipality)), role=Role.MEMBER),
    ]
    for answer in at_once(app, *acts):
        assert answer.isidentifier(), answer
