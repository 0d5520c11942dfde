"""What comes back to the forum: a loan that fell short, with three ways out, and a business case that promises less."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from fundbank.awards.operations import accept_award, approve_disbursement, register_disbursement
from fundbank.awards.queries import award_of
from fundbank.awards.rules import Terms
from fundbank.gains.operations import correct_gain, report_gain
from fundbank.jobs import HANDLERS, begin_day
from fundbank.kit.clock import noon
from fundbank.kit.transaction import commit
from fundbank.ledger.queries import award_balances, balances
from fundbank.meetings.operations.calendar import close_meeting, open_meeting
from fundbank.meetings.operations.revisions import decide_consent
from fundbank.meetings.queries.revisions import open_revision
from fundbank.outbox.worker import Worker
from fundbank.pools.models import Pool
from fundbank.pools.roles import Role
from fundbank.repayments.operations.claims import make_claim
from fundbank.repayments.operations.verification import verify_gain
from fundbank.repayments.queries import lines_of
from fundbank.repayments.queries.facts import facts_of_award
from tests.integration.outbox.conftest import all_of
from tests.integration.scoring.forum import THURSDAY, TODAY, Forum, decide_openly, sent

EARLIER = THURSDAY.replace(year=2025)
LAST_YEAR = datetime(2026, 2, 2, 12, tzinfo=UTC)


def award_a_loan(forum, *, years=1):
    """300,000 approved on a day of 2025, to be repaid from half of the gains of 2025; accepted and paid out."""
    at = noon(EARLIER)
    application = forum.application(at=noon(EARLIER.replace(day=3)))
    for member in (forum.chair, forum.maja, forum.mads):
        forum.score(application, 3, by=member, at=at)
    meeting = forum.meeting(application, day=EARLIER, at=noon(EARLIER.replace(day=3)))
    open_meeting(actor=forum.chair, at=at, meeting=meeting, present=[forum.chair])
    terms = Terms("realised", Decimal("0.5"), years, 2025, [forum.unit.id], "forum_decides")
    decide_openly(actor=forum.chair, at=at, meeting=meeting, application=application, outcome="approve", loan_ore=300_000_00, terms=terms)
    close_meeting(actor=forum.chair, at=at, meeting=meeting)
    award = award_of(application)
    accept_award(actor=forum.leader, at=at, award=award)
    payment = register_disbursement(actor=forum.finance, at=at, award=award, part="loan", amount_ore=300_000_00)
    approve_disbursement(actor=forum.person("Freja Finans", Role.FINANCE), at=at, disbursement=payment)
    return award


def fall_short(forum, award):
    """The year's gain is 200,000: 100,000 is claimed, and nothing is paid."""
    report_gain(actor=forum.leader, at=LAST_YEAR, award=award, department=forum.unit, year=2025, amount_ore=200_000_00)
    verify_gain(actor=forum.finance, at=LAST_YEAR, award=award, department=forum.unit, year=2025)
    make_claim(actor=forum.finance, at=LAST_YEAR, award=award, year=2025)


@pytest.fixture
def award(forum):
    return award_a_loan(forum)


@pytest.fixture
def short(forum, award):
    fall_short(forum, award)
    return award


def settlement_of(meeting, award):
    return f"/meetings/{meeting.id}/awards/{award.id}/settlement"


def test_the_page_shows_what_is_outstanding_and_what_each_choice_does(client, forum, short):
    meeting = forum.open_meeting()
    client.sign_in(forum.chair)
    assert "Loans that fell short" in client.get(f"/meetings/{meeting.id}").words
    words = client.get(settlement_of(meeting, short)).words
    assert "Number of years more Only for an extension." in words, "not optional: an extension needs it"
    assert "Outstanding DKK 300,000.00 of a loan of DKK 300,000.00" in words
    assert "Claimed and not paid DKK 100,000.00" in words
    assert "2025 Tandplejen" in words
    assert "The pool gives up what is outstanding, or a part of it." in words
    assert "becomes a grant to Tandplejen." in words
    assert "The term now ends with 2025." in words


def test_a_loan_is_settled_from_its_page_while_its_term_lasts(client, forum):
    """domain.md §8: at any time while something is outstanding; the list of the meeting holds only what fell short."""
    award = award_a_loan(forum, years=3)
    fall_short(forum, award)
    raised = {"award": award, "department": forum.unit, "year": 2025}
    before_it_is_overdue = noon(THURSDAY - timedelta(days=16))
    correct_gain(
        actor=forum.leader, at=before_it_is_overdue, **raised, amount_ore=300_000_00, cashable=True, reason="Talt for lavt."
    )  # fmt: skip
    verify_gain(actor=forum.finance, at=before_it_is_overdue, **raised)
    page, way = f"/awards/{award.id}", "Settle the loan"
    client.sign_in(forum.chair)
    assert way not in client.get(page).words, "no meeting is open"
    meeting = forum.open_meeting()
    assert way in client.get(page).words and f'href="{settlement_of(meeting, award)}"' in client.get(page).text
    assert "Loans that fell short" not in client.get(f"/meetings/{meeting.id}").words
    (line,) = lines_of(award)
    assert line.due_on is not None and line.due_on > facts_of_award(award, THURSDAY).today
    words = client.get(settlement_of(meeting, award)).words
    assert f"2025 Tandplejen {line.due_on.day} {line.due_on:%b %Y} 150,000.00" in words, "to be paid by the day that the correction gave"
    client.sign_in(forum.finance)
    assert way not in client.get(page).words


@pytest.mark.parametrize("action", ["extend", "write_off", "convert"])
def test_each_way_out(client, forum, short, action):
    meeting = forum.open_meeting()
    url = settlement_of(meeting, short)
    client.sign_in(forum.chair)
    asked = client.submit(url, sent(client.get(url).text, action=action, years="2", reason="Systemet kom for sent."))
    assert asked.status_code == 200 and "This will happen" in asked.words
    assert ("Tandplejen, 2025: DKK 100,000.00 less" in asked.words) == (action != "extend")
    answer = client.submit(url, sent(asked.text))
    assert (answer.status_code, answer.location) == (303, f"/meetings/{meeting.id}")
    again = client.submit(url, {"action": action, "years": "2", "reason": "Igen"})
    assert again.code == "wrong_state", "the meeting has decided that already"
    assert (award_balances(short.id).loan_ore, short.last_year) == (300_000_00, 2025), "until the meeting is closed"
    close_meeting(actor=forum.chair, at=TODAY, meeting=meeting)
    commit()
    money = award_balances(short.id)
    left = {"extend": (300_000_00, 0, 0), "write_off": (0, 300_000_00, 0), "convert": (0, 0, 300_000_00)}[action]
    assert (money.loan_ore, money.written_off_ore, money.grant_ore) == left
    assert facts_of_award(short, THURSDAY).unpaid_ore == (100_000_00 if action == "extend" else 0)
    assert short.last_year == (2027 if action == "extend" else 2025)
    assert balances(forum.pool.id).is_whole
    page = client.get(f"/meetings/{meeting.id}")
    assert "Loans settled in this meeting" in page.words
    said = {"extend": "Outstanding", "write_off": "Amount", "convert": "Amount"}[action]
    minutes = client.get(f"/meetings/{meeting.id}/minutes").words
    assert f"{said} DKK 300,000.00 Reason Systemet kom for sent. Stayed out for a conflict of interest Nobody" in minutes


def test_an_extension_needs_years_and_every_choice_a_reason(client, forum, short):
    meeting = forum.open_meeting()
    url = settlement_of(meeting, short)
    client.sign_in(forum.chair)
    answer = client.submit(url, sent(client.get(url).text, action="extend", years="", reason="Systemet kom for sent."))
    assert (answer.status_code, answer.code) == (422, "incomplete")
    assert 'href="#years"' in answer.text
    assert sent(answer.text)["reason"].strip() == "Systemet kom for sent."
    answer = client.submit(url, sent(answer.text, action="convert", reason=""))
    assert answer.status_code == 422 and "Write the reason." in answer.words


def test_a_part_of_a_loan_is_given_up_at_any_time(client, forum, award):
    meeting = forum.open_meeting()
    url = settlement_of(meeting, award)
    assert "Loans that fell short" not in client.sign_in(forum.chair).get(f"/meetings/{meeting.id}").words
    assert f'href="{url}"' in client.get(f"/awards/{award.id}").text, "the award's page leads to it while a meeting is open"
    too_much = client.submit(url, sent(client.get(url).text, action="write_off", amount="300.000,01", reason="En del"))
    assert (too_much.status_code, too_much.code) == (409, "over_outstanding")
    asked = client.submit(url, sent(too_much.text, amount="100.000,00"))
    assert "Outstanding loan DKK 300,000.00 DKK 200,000.00" in asked.words
    assert client.submit(url, sent(asked.text)).status_code == 303
    close_meeting(actor=forum.chair, at=TODAY, meeting=meeting)
    assert (award_balances(award.id).loan_ore, award_balances(award.id).written_off_ore) == (200_000_00, 100_000_00)


def test_a_settlement_needs_an_open_meeting_and_a_chair_without_conflict(client, forum, short):
    planned = forum.meeting()
    url = settlement_of(planned, short)
    assert "This needs a meeting that is open today." in client.sign_in(forum.chair).get(url).words
    answer = client.submit(url, {"action": "write_off", "reason": "Fordi"})
    assert (answer.status_code, answer.code) == (409, "wrong_state")
    for person in (forum.coordinator, forum.maja, forum.finance):
        assert client.sign_in(person).get(url).status_code == 403
    inline = forum.person("Conny Formand", Role.CHAIR, department=forum.below)
    opened = forum.open_meeting()
    client.sign_in(inline)
    for answer in (client.get(settlement_of(opened, short)), client.submit(settlement_of(opened, short), {"action": "write_off"})):
        assert (answer.status_code, answer.code) == (403, "conflict_of_interest")
    other = Forum()
    assert client.sign_in(other.chair).get(url).status_code == 404


def revision_of(award):
    return f"/awards/{award.id}/revision"


def test_a_gain_is_raised_without_the_forum(client, forum, award):
    client.sign_in(forum.applicant)
    page = client.get(revision_of(award))
    form = sent(page.text, reason="Flere børn end ventet.", **{"gains-0-amount": "250.000"})
    answer = client.submit(revision_of(award), form)
    assert (answer.status_code, answer.location) == (303, f"/awards/{award.id}")
    version = award.application.versions[-1]
    assert (version.number, version.occasion, version.reason) == (2, "revision", "Flere børn end ventet.")
    assert {gain.amount_ore for gain in version.content.gains} == {250_000_00}


def test_a_gain_that_is_renamed_and_raised_is_still_the_same_gain(client, forum, award):
    client.sign_in(forum.applicant)
    form = sent(client.get(revision_of(award)).text, reason="Flere børn.", **{"gains-0-amount": "250.000", "gains-0-text": "Bedre tænder"})
    assert client.submit(revision_of(award), form).status_code == 303
    before, after = (version.content.gains for version in award.application.versions)
    assert [gain.key for gain in after] == [gain.key for gain in before] and all(gain.key for gain in after)
    assert {gain.text for gain in after} == {"Bedre tænder"}


def test_a_lower_gain_is_refused_at_the_meeting_and_shows_what_falls(client, forum, award):
    client.sign_in(forum.leader)
    form = sent(client.get(revision_of(award)).text, reason="Færre børn.", **{"gains-0-amount": "150.000"})
    answer = client.submit(revision_of(award), form)
    assert (answer.status_code, answer.code) == (409, "consent_missing")
    assert 'href="#meeting"' in answer.text
    assert "1 Tandplejen 200,000.00 150,000.00" in answer.words
    assert "No meeting of the forum is planned." in answer.words
    kept = sent(answer.text)
    assert (kept["gains-0-amount"], kept["reason"].strip()) == ("150.000", "Færre børn.")
    assert len(award.application.versions) == 1


def put_to(client, forum, award, meeting, *, amount="150.000", reason="Færre børn."):
    """The leader puts a revision to the meeting: what it changes is shown first."""
    client.sign_in(forum.leader)
    typed = {"reason": reason, "gains-0-amount": amount, "meeting": str(meeting.id)}
    shown = client.submit(revision_of(award), sent(client.get(revision_of(award)).text, **typed))
    assert shown.status_code == 200
    assert f"1 Tandplejen 200,000.00 {amount.replace('.', ',')}.00" in shown.words and "Save again if it is right." in shown.words
    assert client.submit(revision_of(award), sent(shown.text)).status_code == 303


def consent_of(meeting, award):
    return f"/meetings/{meeting.id}/awards/{award.id}/consent"


@pytest.mark.parametrize("outcome", ["granted", "refused"])
def test_the_forum_says_whether_it_consents_and_it_is_known_when_the_meeting_is_closed(client, forum, award, outcome):
    meeting = forum.open_meeting()
    put_to(client, forum, award, meeting)
    words = client.get(f"/applications/{award.application_id}").words
    assert "A revised business case waits for the forum's consent It is on the agenda of the meeting on 19 March 2026." in words
    assert len(award.application.versions) == 1
    client.sign_in(forum.maja)
    assert "1 Tandplejen 200,000.00 200,000.00 150,000.00" in client.get(consent_of(meeting, award)).words
    assert client.submit(consent_of(meeting, award), {"outcome": outcome, "reason": "Ja"}).status_code == 403
    client.sign_in(forum.chair)
    assert "Revised business cases" in client.get(f"/meetings/{meeting.id}").words
    page = client.get(consent_of(meeting, award))
    assert client.submit(consent_of(meeting, award), sent(page.text, outcome=outcome, reason="")).status_code == 422
    for said in ("granted", "refused", outcome):  # until the meeting is closed the chair may record it anew
        answer = client.submit(consent_of(meeting, award), sent(page.text, outcome=said, reason="Klinikken er flyttet."))
        assert (answer.status_code, answer.location) == (303, f"/meetings/{meeting.id}")
    client.sign_in(forum.leader)
    for hidden in (f"/applications/{award.application_id}", f"/awards/{award.id}"):
        assert "Klinikken er flyttet." not in client.get(hidden).words
    assert len(award.application.versions) == 1 and len(award.application.content.gains) == 3
    close_meeting(actor=forum.chair, at=noon(THURSDAY), meeting=meeting)
    amounts = {gain.amount_ore for gain in award.application.content.gains}
    assert amounts == ({150_000_00} if outcome == "granted" else {200_000_00})
    assert len(award.application.versions) == (2 if outcome == "granted" else 1)
    words = client.get(f"/applications/{award.application_id}").words
    assert "Klinikken er flyttet." in words and "waits for the forum's consent" not in words
    beside = {
        f"/awards/{award.id}": "DKK 200,000.00 revised: DKK 150,000.00",
        f"/applications/{award.application_id}": "200,000.00 150,000.00",
    }
    beside |= {
        f"/applications/{award.application_id}/paper": "200,000.00 150,000.00",
        f"/awards/{award.id}/gains/new": "revised: DKK 150,000.00",
    }
    for page, said in beside.items():
        assert (page, said in client.get(page).words) == (page, outcome == "granted")
    minutes = client.sign_in(forum.chair).get(f"/meetings/{meeting.id}/minutes").words
    assert f"The forum {'consents to' if outcome == 'granted' else 'refuses'} the revised business case." in minutes
    assert "1 Tandplejen 200,000.00 150,000.00" in minutes
    assert client.submit(consent_of(meeting, award), {"outcome": "granted", "reason": "Ja"}).code == "wrong_state"


def test_a_revision_is_put_to_a_meeting_to_come_and_goes_on_if_that_does_not_decide_it(app, client, forum, award):
    meeting = forum.open_meeting()
    following, later = (forum.meeting(day=THURSDAY + timedelta(days=days)) for days in (28, 56))
    put_to(client, forum, award, meeting)
    close_meeting(actor=forum.chair, at=noon(THURSDAY), meeting=meeting)
    client.sign_in(forum.chair)
    assert "did not decide on the revised business case" in client.get(f"/meetings/{meeting.id}/minutes").words
    for one, stands in ((following, True), (later, False)):
        assert ("Revised business cases" in client.get(f"/meetings/{one.id}").words) == stands
        assert ("Promised cashable gains, in kroner" in client.get(f"/meetings/{one.id}/agenda").words) == stands
    assert client.submit(consent_of(following, award), {"outcome": "granted", "reason": "Ja"}).code == "wrong_state"
    words = client.sign_in(forum.leader).get(f"/applications/{award.application_id}").words
    assert "It is on the agenda of the meeting on 16 April 2026." in words
    at = noon(following.held_on)
    open_meeting(actor=forum.chair, at=at, meeting=following, present=[forum.chair])
    decide_consent(actor=forum.chair, at=at, meeting=following, award=award, outcome="granted", reason="Ja")
    all_of(Worker(app, HANDLERS, begin_day), at)
    assert len(award.application.versions) == 1
    all_of(Worker(app, HANDLERS, begin_day), at + timedelta(days=1))
    assert award.application.versions[-1].meeting_id == following.id


def test_a_chair_with_a_conflict_leaves_the_consent_to_another(client, forum, award):
    meeting = forum.open_meeting()
    put_to(client, forum, award, meeting)
    inline = forum.person("Conny Formand", Role.CHAIR, department=forum.below)
    client.sign_in(inline)
    for answer in (client.get(consent_of(meeting, award)), client.submit(consent_of(meeting, award), {"outcome": "granted"})):
        assert (answer.status_code, answer.code) == (403, "conflict_of_interest")


def test_a_meeting_that_is_over_cannot_be_chosen(client, forum, award):
    meeting = forum.open_meeting()
    close_meeting(actor=forum.chair, at=noon(THURSDAY), meeting=meeting)
    client.sign_in(forum.leader)
    typed = {"reason": "Færre børn.", "gains-0-amount": "150.000", "meeting": str(meeting.id)}
    answer = client.submit(revision_of(award), sent(client.get(revision_of(award)).text, **typed))
    assert answer.status_code == 422
    assert "Choose one of the possibilities." in answer.words


def test_costs_are_revised_with_the_gains(client, forum, award):
    client.sign_in(forum.applicant)
    form = sent(client.get(revision_of(award)).text, reason="Dyrere scanner.", **{"costs-0-amount": "350.000"})
    assert client.submit(revision_of(award), form).status_code == 303
    assert award.application.content.establishment_ore == 350_000_00


def test_a_stated_payback_is_revised_too_and_needs_a_reason_where_the_rules_ask_for_all(client, forum, award, monkeypatch):
    client.sign_in(forum.applicant)
    page = client.get(revision_of(award)).text
    alone = client.submit(revision_of(award), sent(page, reason="Ny pris", stated_reason="Gratis år"))
    assert alone.status_code == 422 and 'id="stated_years-error"' in alone.text
    strict = award.application.pool.policy.model_copy(update={"content_required": True})
    monkeypatch.setattr(Pool, "policy", strict)
    other = {"reason": "Ny pris", "stated_years": "7", "stated_months": "2"}
    refused = client.submit(revision_of(award), sent(page, **other))
    assert (refused.status_code, refused.code) == (422, "incomplete") and 'id="stated_reason-error"' in refused.text
    assert sent(refused.text)["stated_years"] == "7"
    assert client.submit(revision_of(award), sent(page, **other, stated_reason="Gratis år")).status_code == 303
    assert award.application.content.stated_payback.reason == "Gratis år"
    shown = sent(client.get(revision_of(award)).text)
    assert (shown["stated_years"], shown["stated_months"], shown["stated_reason"].strip()) == ("7", "2", "Gratis år")


def test_rows_come_and_go_without_saving(client, forum, award):
    client.sign_in(forum.applicant)
    page = client.get(revision_of(award))
    added = client.submit(revision_of(award), sent(page.text, row="add:gain_areas", reason="Under vejs"))
    assert 'name="gain_areas-0-name"' in added.text
    assert sent(added.text)["reason"].strip() == "Under vejs"
    removed = client.submit(revision_of(award), sent(added.text, row="remove:gains-0"))
    assert 'name="gains-0-amount"' not in removed.text
    assert len(award.application.versions) == 1


def test_a_revision_needs_a_reason_and_no_cpr_number(client, forum, award):
    client.sign_in(forum.applicant)
    page = client.get(revision_of(award)).text
    answer = client.submit(revision_of(award), sent(page, **{"gains-0-amount": "250.000"}))
    assert answer.status_code == 422 and "Write the reason for the change." in answer.words
    answer = client.submit(revision_of(award), sent(page, reason="Se 010203-1234", **{"gains-0-amount": "250.000"}))
    assert (answer.status_code, answer.code) == (422, "cpr_number")
    named = {"gains-0-amount": "250.000", "gains-0-text": "Se 010203-1234"}
    answer = client.submit(revision_of(award), sent(page, reason="Mere", **named))
    assert (answer.status_code, answer.code) == (422, "cpr_number")
    assert 'id="gains-0-text-error"' in answer.text


def test_two_people_on_one_business_case(client, clients, forum, award):
    first, second = client.sign_in(forum.applicant), clients().sign_in(forum.leader)
    pages = [one.get(revision_of(award)).text for one in (first, second)]
    assert first.submit(revision_of(award), sent(pages[0], reason="Mere", **{"gains-0-amount": "250.000"})).status_code == 303
    late = second.submit(revision_of(award), sent(pages[1], reason="Endnu mere", **{"gains-0-amount": "300.000"}))
    assert (late.status_code, late.code) == (409, "stale_version")
    assert sent(late.text)["gains-0-amount"] == "300.000"


def test_only_the_departments_people_revise(client, forum, award):
    stranger = forum.person("Bo", Role.APPLICANT, department=forum.citizens)
    for person in (forum.chair, forum.coordinator, forum.finance, stranger):
        client.sign_in(person)
        status = 404 if person is stranger else 403
        assert client.get(revision_of(award)).status_code == status
        assert client.submit(revision_of(award), {"reason": "Nej"}).status_code == status


def test_a_cost_that_is_renamed_is_still_the_same_cost(client, forum, award):
    client.sign_in(forum.applicant)
    form = sent(
        client.get(revision_of(award)).text, reason="Ny leverandør.", **{"costs-0-amount": "350.000", "costs-0-text": "Anden scanner"}
    )
    assert client.submit(revision_of(award), form).status_code == 303
    before, after = (version.content.costs for version in award.application.versions)
    assert [cost.key for cost in after] == [cost.key for cost in before] and after[0].text == "Anden scanner"


@pytest.mark.parametrize("start", ["", "?waiting=1"])
def test_whoever_puts_another_revision_starts_from_what_waits_or_from_what_stands(client, forum, award, start):
    meeting = forum.open_meeting()
    put_to(client, forum, award, meeting)
    page = client.get(revision_of(award) + start)
    assert "A revised business case waits already" in page.words
    form = sent(page.text, reason="Vi regnede forkert.", meeting=str(meeting.id))
    assert form["gains-0-amount"] == ("150.000" if start else "200.000")
    answer = client.submit(revision_of(award) + start, form)
    if start:
        assert "Save again if it is right." in answer.words
        assert client.submit(revision_of(award) + start, sent(answer.text)).status_code == 303
    else:
        assert answer.status_code == 303, "nothing is lowered: what waited is taken back"
    page = client.get(revision_of(award))
    assert ("A revised business case waits already" in page.words) == bool(start)
    assert len(award.application.versions) == (1 if start else 2)
    assert {gain.amount_ore for gain in award.application.content.gains} == {200_000_00}


@pytest.mark.parametrize("start", ["", "?waiting=1"])
def test_nobody_takes_the_place_of_a_revision_that_they_have_not_seen(client, forum, award, start):
    meeting = forum.open_meeting()
    if start:
        put_to(client, forum, award, meeting)
    typed = {"reason": "Min.", "gains-0-amount": "140.000", "meeting": str(meeting.id)}
    client.sign_in(forum.applicant)
    mine = sent(client.submit(revision_of(award) + start, sent(client.get(revision_of(award) + start).text, **typed)).text)
    put_to(client, forum, award, meeting, amount="120.000", reason="Lederens.")
    client.sign_in(forum.applicant)
    refused = client.submit(revision_of(award) + start, mine)
    assert (refused.status_code, refused.code) == (409, "stale_version")
    assert open_revision(award.application_id).reason == "Lederens."
    kept = sent(refused.text)
    assert (kept["gains-0-amount"], kept["reason"].strip()) == ("140.000", "Min.")
    assert "A revised business case waits already" in refused.words and "These are its figures" not in refused.words
    assert client.submit(revision_of(award) + start, kept).status_code == 303
    assert open_revision(award.application_id).reason == "Min."


def test_the_forum_consents_to_no_revision_that_its_chair_has_not_seen(client, forum, award):
    meeting = forum.open_meeting()
    put_to(client, forum, award, meeting)
    mine = sent(client.sign_in(forum.chair).get(consent_of(meeting, award)).text, outcome="granted", reason="Klinikken er flyttet.")
    put_to(client, forum, award, meeting, amount="50.000", reason="Næsten ingen børn.")
    client.sign_in(forum.chair)
    refused = client.submit(consent_of(meeting, award), mine)
    assert (refused.status_code, refused.code) == (409, "stale_version")
    assert open_revision(award.application_id).state == "waiting"
    assert "Næsten ingen børn." in refused.words and sent(refused.text)["reason"].strip() == "Klinikken er flyttet."
    assert client.submit(consent_of(meeting, award), sent(refused.text)).status_code == 303
    assert open_revision(award.application_id).state == "granted"
