"""A follow-up whose owner can no longer see to it: the chair and the coordinator learn of it, and name somebody else."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest

from fundbank.applications.models import Consulted, Gainer
from fundbank.awards.models import Award, FollowUp, Participant
from fundbank.awards.operations.follow_ups import change_follow_up, finish_follow_up, make_follow_up
from fundbank.awards.operations.offers import decline_award
from fundbank.awards.permissions import can_see_award, without_owner
from fundbank.errors import NotAllowed
from fundbank.extensions import db
from fundbank.kit.clock import local_date
from fundbank.kit.transaction import commit
from fundbank.notices.reminders import letters_of
from fundbank.overviews.waiting import following, waiting_for
from fundbank.people.models import User
from fundbank.people.operations import deactivate_user
from fundbank.pools.operations import give_role, take_role
from fundbank.pools.queries import roles_of
from fundbank.pools.roles import Role
from tests.integration.scoring.forum import TODAY, Forum, decide_openly, sent
from tests.web import Client

WHAT = "Vis forummet tallene fra pilotklinikken."
SOON = local_date(TODAY) + timedelta(days=3)


@pytest.fixture
def award(forum: Forum) -> Award:
    application = forum.scored(2, title="Sagen", grant_ore=100_000_00)
    said = {"outcome": "approve", "grant_ore": 100_000_00}
    made = decide_openly(actor=forum.chair, at=TODAY, meeting=forum.open_meeting(application), application=application, **said).award
    assert made is not None
    return made


@pytest.fixture
def owner(forum: Forum) -> User:
    return forum.person("Olga Opfølger", Role.APPLICANT, department=forum.unit)


def made(forum: Forum, award: Award, owner: User, due_on: date = SOON) -> FollowUp:
    item = make_follow_up(actor=forum.chair, at=TODAY, award=award, text=WHAT, owner=owner, due_on=due_on)
    commit()
    return item


def is_deactivated(forum: Forum, owner: User) -> None:
    deactivate_user(actor=None, at=TODAY, user=owner)


def has_moved(forum: Forum, owner: User) -> None:
    owner.department = forum.citizens


def lost_the_role(forum: Forum, owner: User) -> None:
    take_role(actor=None, at=TODAY, pool=forum.pool, user=owner, role=Role.APPLICANT)


def has_another_role(forum: Forum, owner: User) -> None:
    lost_the_role(forum, owner)
    give_role(actor=None, at=TODAY, pool=forum.pool, user=owner, role=Role.ADMINISTRATOR)


GONE = [is_deactivated, has_moved, lost_the_role, has_another_role]


def on_first_screens(person: User) -> dict[str, Sequence[str]]:
    groups = waiting_for(person, roles_of(person), local_date(TODAY))
    return {group.kind: [item.note for item in group.items] for group in groups if group.kind in ("to_follow_up", "without_owner")}


def reminded(forum: Forum) -> dict[int, str]:
    letters = letters_of(at=TODAY, pool_id=forum.pool.id, on=local_date(TODAY).isoformat())
    return {letter["user_id"]: letter["subject"].replace("\xa0", " ") for letter in letters if "follow" in letter["subject"]}


@pytest.mark.parametrize("goes", GONE)
def test_the_coordinator_and_the_chair_learn_of_it_and_name_somebody_else(
    client: Client, forum: Forum, award: Award, owner: User, goes: Callable[[Forum, User], None]
) -> None:
    for person in (owner, forum.leader, forum.coordinator, forum.chair):
        person.email = f"{person.id}@kommune.dk"
    item = made(forum, award, owner)
    assert on_first_screens(owner) == {"to_follow_up": [WHAT]} and on_first_screens(forum.coordinator) == {}
    assert list(reminded(forum)) == [owner.id]
    goes(forum, owner)
    commit()
    db.session.expire_all()
    assert without_owner([item]) == [item]
    for person in (forum.coordinator, forum.chair):
        assert on_first_screens(person) == {"without_owner": [f"Olga Opfølger: {WHAT}"]}
    assert on_first_screens(forum.maja) == {}
    assert reminded(forum) == dict.fromkeys((forum.chair.id, forum.coordinator.id), f"Nobody follows up by {SOON:%-d %B %Y}: Sagen")
    if owner.is_active:
        assert on_first_screens(owner) == {}
        client.sign_in(owner)
        assert {client.get(f"/awards/{award.id}{page}").status_code for page in ("", f"/follow-ups?item={item.id}")} == {404}
        with pytest.raises(NotAllowed):
            finish_follow_up(actor=owner, at=TODAY, follow_up=item, outcome="Gjort.")
    assert "Can no longer see to it" not in client.sign_in(forum.leader).get(f"/awards/{award.id}").words
    page = client.sign_in(forum.coordinator).get(f"/awards/{award.id}")
    url = f"/follow-ups/{item.id}/change"
    assert "Can no longer see to it" in page.words and f'href="{url}"' in page.text
    form = client.get(url)
    assert "Olga Opfølger can no longer see to it." in form.words
    assert client.submit(url, sent(form.text, owner=str(forum.leader.id))).status_code == 303
    assert on_first_screens(forum.coordinator) == {} and on_first_screens(forum.leader) == {"to_follow_up": [WHAT]}
    assert list(reminded(forum)) == [forum.leader.id]


def _shares(forum: Forum, award: Award) -> None:
    db.session.add(Participant(award_id=award.id, department_id=forum.citizens.id, position=0))


def _gains(forum: Forum, award: Award) -> None:
    award.application.gainers.append(Gainer(version_id=award.application.versions[-1].id, department_id=forum.citizens.id))


def _is_heard(forum: Forum, award: Award) -> None:
    db.session.add(Consulted(application_id=award.application_id, department_id=forum.citizens.id))


@pytest.mark.parametrize("concerned", [_shares, _gains, _is_heard])
def test_whoever_moved_to_a_department_that_the_award_concerns_sees_to_it_as_before(
    forum: Forum, award: Award, owner: User, concerned: Callable[[Forum, Award], None]
) -> None:
    item = made(forum, award, owner)
    has_moved(forum, owner)
    concerned(forum, award)
    commit()
    db.session.expire_all()
    assert can_see_award(owner, award) and without_owner([item]) == []
    assert on_first_screens(owner) == {"to_follow_up": [WHAT]} and on_first_screens(forum.coordinator) == {}


def test_what_is_done_or_of_an_award_that_is_over_is_nobodys_to_name_somebody_for(forum: Forum, award: Award, owner: User) -> None:
    item = made(forum, award, owner)
    has_moved(forum, owner)
    commit()
    finish_follow_up(actor=forum.chair, at=TODAY, follow_up=item, outcome="Gjort.")
    assert on_first_screens(forum.coordinator) == {} and without_owner([item]) == []


def test_who_holds_a_role_of_the_forum_sees_to_it_wherever_they_are(forum: Forum, award: Award) -> None:
    item = made(forum, award, forum.maja)
    has_moved(forum, forum.maja)
    commit()
    assert on_first_screens(forum.maja) == {"to_follow_up": [WHAT]} and without_owner([item]) == []
    change_follow_up(actor=forum.chair, at=TODAY, follow_up=item, owner=forum.leader, due_on=SOON)


def test_what_is_left_of_an_award_that_was_given_up_hides_nobodys_follow_up(
    forum: Forum, award: Award, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list looks at the earliest; those of awards that are over would fill it for ever."""
    monkeypatch.setattr(following, "LOOKED_AT", 1)
    made(forum, award, owner, SOON - timedelta(days=1))
    decline_award(actor=forum.leader, at=TODAY, award=award, reason="Vi trækker os.")
    application = forum.scored(2, title="En anden sag", grant_ore=100_000_00)
    meeting = forum.open_meeting(application)
    said = {"outcome": "approve", "grant_ore": 100_000_00}
    other = decide_openly(actor=forum.chair, at=TODAY, meeting=meeting, application=application, **said).award
    made(forum, other, owner)
    deactivate_user(actor=None, at=TODAY, user=owner)
    commit()
    assert on_first_screens(forum.coordinator) == {"without_owner": [f"Olga Opfølger: {WHAT}"]}
