"""Deciders who say something at the same instant, and meetings that end while a department acts: what counts came last (§6, §11)."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask

from fundbank.awards.models import Award
from fundbank.awards.operations import accept_award
from fundbank.kit.web import check_version
from fundbank.meetings.models import Meeting
from fundbank.meetings.operations.approvals import give_words
from fundbank.meetings.operations.calendar import close_meeting, plan_meeting
from fundbank.meetings.operations.revisions import decide_consent, revise_case
from fundbank.meetings.queries.approvals import matters_of
from fundbank.meetings.queries.revisions import open_revision
from fundbank.meetings.rules.approvals import Word
from fundbank.people.models import User
from tests.at_once import an, doing, overtaken
from tests.integration.awards.bank import LATER, a_bank
from tests.integration.meetings.recommending import NEXT_WEEK, Town, say

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite lets only one begin


@pytest.fixture
def town(app, pictures):
    return pictures.of("a forum that recommends", Town)


def saying(meeting: Meeting, person: User, *words: Word):
    """A request that reads the meeting's matters, as the page does, and then says the words."""
    meeting_id, person_id = meeting.id, person.id

    def read():
        of, actor = an(Meeting, meeting_id), an(User, person_id)
        seen = matters_of(of)

        def act():
            assert seen
            return give_words(actor=actor, at=NEXT_WEEK, meeting=of, words=words)

        return act

    return read


def test_a_word_that_is_changed_while_another_waits_counts_as_changed(app: Flask, town: Town) -> None:
    meeting, (first, second) = town.closed("approve", "approve")
    one, two = (matter.key for matter in matters_of(meeting))
    say(meeting, town.director, True, None)
    last, changed = saying(meeting, town.other, Word(two, True)), saying(meeting, town.director, Word(one, False, "Ikke i år."))
    assert overtaken(app, last, changed) == "done"
    assert (first.state, second.state) == ("ready", "awarded")
    assert [matter.of.state for matter in matters_of(meeting)] == ["refused", "released"]


def test_who_waits_while_all_is_released_is_told_so(app: Flask, town: Town) -> None:
    meeting, (first, _second) = town.closed("approve", "approve")
    one, two = (matter.key for matter in matters_of(meeting))
    say(meeting, town.director, True, None)
    late, last = saying(meeting, town.director, Word(one, False, "Ikke i år.")), saying(meeting, town.other, Word(two, True))
    assert overtaken(app, late, last) == "wrong_state"
    assert first.state == "awarded"


def test_a_revised_case_that_its_leader_replaces_at_this_instant_is_not_carried_out(app: Flask, pictures) -> None:
    bank = pictures.of("a bank", a_bank)
    award = bank.award(loan=100_000)
    application, meeting = award.application, bank.meeting(award.application, LATER)
    before = application.content
    less, least = (before.replace(gains=before.gains[:-number]) for number in (1, 2))
    put = {"at": LATER, "award": award, "meeting": meeting, "reason": "Mindre"}
    revise_case(actor=bank.leader, content=less, **put)
    decide_consent(actor=bank.chair, at=LATER, meeting=meeting, award=award, outcome="granted", reason="I orden")
    following = plan_meeting(actor=bank.coordinator, at=LATER, pool=bank.pool, held_on=meeting.held_on + timedelta(days=7))
    closing = doing(close_meeting, at=LATER, actor=bank.chair, meeting=meeting)
    replacing = doing(revise_case, actor=bank.leader, content=least, **{**put, "meeting": following})
    assert overtaken(app, closing, replacing) == "done"
    assert application.content == before and open_revision(application.id).content == least


def test_of_two_who_put_a_revised_case_at_the_same_instant_the_second_is_told(app: Flask, pictures) -> None:
    bank = pictures.of("a bank", a_bank)
    award = bank.award(loan=100_000)
    application, meeting = award.application, bank.meeting(award.application, LATER)
    content = application.content
    less, least = (content.replace(gains=content.gains[:-number]) for number in (1, 2))
    put = {"at": LATER, "actor": bank.leader, "award": award, "meeting": meeting, "reason": "Mindre", "seen": 0}
    assert overtaken(app, doing(revise_case, content=less, **put), doing(revise_case, content=least, **put)) == "stale_version"
    assert open_revision(application.id).content == least


def test_a_revised_case_that_its_leader_replaces_at_this_instant_is_not_consented_to_unseen(app: Flask, pictures) -> None:
    bank = pictures.of("a bank", a_bank)
    award = bank.award(loan=100_000)
    content, meeting = award.application.content, bank.meeting(award.application, LATER)
    less, least = (content.replace(gains=content.gains[:-number]) for number in (1, 2))
    put = {"at": LATER, "actor": bank.leader, "award": award, "meeting": meeting, "reason": "Mindre"}
    seen = revise_case(content=less, **put).id
    said = {"at": LATER, "actor": bank.chair, "award": award, "meeting": meeting, "outcome": "granted", "reason": "I orden"}
    assert overtaken(app, doing(decide_consent, **said, seen=seen), doing(revise_case, content=least, **put)) == "stale_version"
    assert open_revision(award.application_id).state == "waiting"


def test_who_accepts_while_the_business_case_is_revised_is_told(app: Flask, pictures) -> None:
    bank = pictures.of("a bank", a_bank)
    award = bank.award(loan=100_000, accepted=False)
    number, leader, content = award.id, bank.leader.id, award.application.content
    own = {gain for gain in content.gains if gain.department_id == bank.own.id}
    more = content.replace(gains=tuple(replace(gain, amount_ore=gain.amount_ore * (2 if gain in own else 1)) for gain in content.gains))

    def accepting():
        mine, actor = an(Award, number), an(User, leader)
        check_version(SimpleNamespace(data=mine.application.revision), mine.application)
        return lambda: accept_award(actor=actor, at=LATER, award=mine)

    revising = doing(revise_case, at=LATER, actor=bank.leader, award=award, content=more, reason="Mere")
    assert overtaken(app, accepting, revising) == "stale_version"
    assert award.state == "offered"
