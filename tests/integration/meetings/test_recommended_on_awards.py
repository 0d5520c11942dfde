"""What the forum recommends of an award that there is already binds nobody before a decider has approved it (domain.md §11)."""

from datetime import timedelta

import pytest

from fundbank.awards.operations import cancel_award
from fundbank.errors import FourEyes
from fundbank.history.queries import entries
from fundbank.kit.transaction import commit
from fundbank.ledger.queries import balances
from fundbank.meetings.operations.approvals import give_words
from fundbank.meetings.operations.calendar import close_meeting
from fundbank.meetings.operations.cancellations import cancel_in_meeting
from fundbank.meetings.operations.revisions import decide_consent, revise_case
from fundbank.meetings.operations.settlements import settle_shortfall
from fundbank.meetings.permissions import unsaid
from fundbank.meetings.queries.approvals import matters_of
from fundbank.meetings.queries.decisions import settlements_of
from fundbank.meetings.queries.revisions import open_revision
from fundbank.meetings.rules.approvals import Word
from fundbank.pools.operations import take_role
from fundbank.pools.roles import Role
from fundbank.reports.papers.minutes import minutes
from tests.builders import a_person_with
from tests.integration.awards.bank import KRONE, LATER, a_bank

NEXT_WEEK = LATER + timedelta(days=7)


@pytest.fixture
def bank(app, pictures):
    return pictures.of("bank whose forum recommends", lambda: a_bank(forum_recommends=True))


@pytest.fixture
def director(bank):
    return a_person_with(bank.pool, Role.DECIDER, department=bank.chair.department, name="Dorte Direktør", language="en")


def say(meeting, director, is_approved):
    """The same word on everything."""
    words = [Word(matter.key, is_approved, "" if is_approved else "Ikke i år.") for matter in matters_of(meeting)]
    assert give_words(actor=director, at=NEXT_WEEK, meeting=meeting, words=words)


@pytest.mark.parametrize("is_approved", [True, False])
def test_a_settlement_is_carried_out_once_it_is_approved(bank, director, is_approved):
    loan = bank.award(loan=100_000, basis="planned")
    bank.pay_out(loan, 100_000)
    meeting = bank.meeting(loan.application, LATER)
    wanted = {"actor": bank.chair, "at": LATER, "meeting": meeting, "award": loan, "reason": "Besluttet."}
    settle_shortfall(**wanted, action="write_off", amount_ore=30_000 * KRONE)
    settle_shortfall(**wanted, action="extend", years=2)
    close_meeting(actor=bank.chair, at=LATER, meeting=meeting)
    assert (bank.held(loan).written_off_ore, loan.years) == (0, 3)
    bank.check_all()
    say(meeting, director, is_approved)
    assert (bank.held(loan).written_off_ore, loan.years) == ((30_000_00, 5) if is_approved else (0, 3))
    assert len(settlements_of(loan)) == (2 if is_approved else 0)
    assert "Dorte Direktør" in str(minutes(meeting, bank.chair, NEXT_WEEK).to_json())
    bank.check_all()


@pytest.mark.parametrize("is_approved", [True, False])
def test_an_award_is_given_up_once_that_is_approved(bank, director, is_approved):
    award = bank.award(grant=50_000)
    meeting, before = bank.meeting(award.application, LATER), balances(bank.pool.id)
    cancel_in_meeting(actor=bank.chair, at=LATER, meeting=meeting, award=award, reason="Projektet er opgivet.")
    close_meeting(actor=bank.chair, at=LATER, meeting=meeting)
    assert (award.state, balances(bank.pool.id)) == ("agreed", before)
    say(meeting, director, is_approved)
    assert award.state == ("cancelled" if is_approved else "agreed")
    bank.check_all()


@pytest.mark.parametrize("is_approved", [True, False])
def test_consent_takes_effect_once_it_is_approved(bank, director, is_approved):
    award = bank.award(loan=100_000)
    application, meeting = award.application, bank.meeting(award.application, LATER)
    less = application.content.replace(gains=application.content.gains[:-1])
    revise_case(actor=bank.leader, at=LATER, award=award, content=less, reason="Mindre", meeting=meeting)
    decide_consent(actor=bank.chair, at=LATER, meeting=meeting, award=award, outcome="granted", reason="I orden")
    close_meeting(actor=bank.chair, at=LATER, meeting=meeting)
    assert application.content != less and open_revision(application.id) is not None
    bank.check_all()
    say(meeting, director, is_approved)
    assert (application.content == less) is is_approved and open_revision(application.id) is None
    event = entries("applications", application.id)[-2 if is_approved else -1]
    assert event.event == ("revision_granted" if is_approved else "revision_refused")
    assert is_approved or (event.actor_id, event.reason) == (director.id, "Ikke i år.")
    bank.check_all()
    if not is_approved:  # the department can put another
        revise_case(actor=bank.leader, at=NEXT_WEEK, award=award, content=less, reason="Igen", meeting=bank.meeting(application, NEXT_WEEK))


def test_what_is_over_meanwhile_asks_for_no_word_and_holds_nothing_up(bank, director):
    over, other = bank.award(grant=50_000), bank.award(grant=60_000)
    meeting = bank.meeting(over.application, LATER)
    for award in (over, other):
        cancel_in_meeting(actor=bank.chair, at=LATER, meeting=meeting, award=award, reason="Projektet er opgivet.")
    close_meeting(actor=bank.chair, at=LATER, meeting=meeting)
    cancel_award(actor=bank.leader, at=LATER, award=over, reason="Vi opgiver det selv.")
    (matter,) = unsaid(meeting)
    assert matter.application == other.application
    assert give_words(actor=director, at=NEXT_WEEK, meeting=meeting, words=[Word(matter.key, True)])
    assert over.state == other.state == "cancelled"
    bank.check_all()


@pytest.mark.each_database
@pytest.mark.parametrize("ends", ["in the open meeting", "with the deciders"])
def test_what_the_forum_said_stays_in_its_minutes_when_the_department_puts_another(client, bank, director, ends):
    award, other = bank.award(loan=100_000), bank.award(grant=50_000)
    application, meeting = award.application, bank.meeting(award.application, LATER)
    less = application.content.replace(gains=application.content.gains[:-1])
    put = {"actor": bank.leader, "award": award, "content": less}
    revise_case(**put, at=LATER, reason="Mindre", meeting=meeting)
    decide_consent(actor=bank.chair, at=LATER, meeting=meeting, award=award, outcome="granted", reason="Godt begrundet.")
    if ends == "with the deciders":
        cancel_in_meeting(actor=bank.chair, at=LATER, meeting=meeting, award=other, reason="Projektet er opgivet.")
        close_meeting(actor=bank.chair, at=LATER, meeting=meeting)
        give_words(
            actor=director, at=NEXT_WEEK, meeting=meeting, words=[Word(one.key, True) for one in matters_of(meeting) if one.revision]
        )
        revise_case(**put, at=NEXT_WEEK, reason="Igen", meeting=bank.meeting(application, NEXT_WEEK))
    else:
        revise_case(**put, at=LATER, reason="Igen", meeting=meeting)
        close_meeting(actor=bank.chair, at=LATER, meeting=meeting)
    commit()
    told = str(minutes(meeting, bank.chair, NEXT_WEEK).to_json())
    assert all(said in told for said in ("The forum consents", "Godt begrundet.", "Frode Formand", "nothing came of this"))
    assert ("Approved as recommended" in told) is (ends == "with the deciders")
    page = client.sign_in(bank.chair).get(f"/meetings/{meeting.id}").words
    assert "Replaced by a newer revision" in page and "Godt begrundet." in page
    assert application.content != less
    bank.check_all()


@pytest.mark.each_database
@pytest.mark.parametrize("is_approved", [True, False])
def test_the_meetings_page_says_of_a_word_on_consent_whether_it_counts(client, bank, director, is_approved):
    award, other = bank.award(loan=100_000), bank.award(grant=50_000)
    application, meeting = award.application, bank.meeting(award.application, LATER)
    less = application.content.replace(gains=application.content.gains[:-1])
    revise_case(actor=bank.leader, at=LATER, award=award, content=less, reason="Mindre", meeting=meeting)
    decide_consent(actor=bank.chair, at=LATER, meeting=meeting, award=award, outcome="granted", reason="I orden")
    cancel_in_meeting(actor=bank.chair, at=LATER, meeting=meeting, award=other, reason="Projektet er opgivet.")
    close_meeting(actor=bank.chair, at=LATER, meeting=meeting)
    (matter,) = [one for one in matters_of(meeting) if one.revision]
    give_words(actor=director, at=NEXT_WEEK, meeting=meeting, words=[Word(matter.key, is_approved, "" if is_approved else "Ikke i år.")])
    commit()
    client.sign_in(bank.chair)
    said = "Approved as recommended Dorte Direktør" if is_approved else "Not approved Dorte Direktør"
    for page in ("", "/approval"):
        words = client.get(f"/meetings/{meeting.id}{page}").words
        assert said in words and "It counts no more" not in words
    take_role(actor=None, at=NEXT_WEEK, pool=bank.pool, user=director, role=Role.DECIDER)
    commit()
    for page in ("", "/approval"):
        words = client.get(f"/meetings/{meeting.id}{page}").words
        assert said in words and "It counts no more: who said it may not decide this any more." in words
    assert "Waits for a decider" in str(minutes(meeting, bank.chair, NEXT_WEEK).to_json())


def test_who_put_the_revised_case_does_not_decide_it(bank, director):
    award = bank.award(loan=100_000)
    application, meeting = award.application, bank.meeting(award.application, LATER)
    less = application.content.replace(gains=application.content.gains[:-1])
    revision = revise_case(actor=bank.leader, at=LATER, award=award, content=less, reason="Mindre", meeting=meeting)
    revision.put_by_id = director.id
    decide_consent(actor=bank.chair, at=LATER, meeting=meeting, award=award, outcome="granted", reason="I orden")
    close_meeting(actor=bank.chair, at=LATER, meeting=meeting)
    with pytest.raises(FourEyes):
        say(meeting, director, True)
