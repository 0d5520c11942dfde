"""The decision page: each refusal by its name with what was typed kept, the effect before the approval, conflicts, consensus."""

from datetime import date
from decimal import Decimal

import pytest

from fundbank.applications.rules.content import GainArea, PlannedGain
from fundbank.awards.operations import decline_award
from fundbank.awards.queries import award_of
from fundbank.awards.queries.follow_ups import follow_ups_of
from fundbank.awards.rules import Terms
from fundbank.errors import Incomplete
from fundbank.extensions import db
from fundbank.kit.transaction import commit
from fundbank.ledger.queries import balances
from fundbank.meetings.operations.calendar import close_meeting
from fundbank.meetings.operations.decisions import decide
from fundbank.meetings.operations.wanted import Wanted
from fundbank.pools.roles import Role
from fundbank.scoring.operations import declare_interest
from fundbank.scoring.queries import current_scores
from tests.integration.scoring.forum import TODAY, Forum, sent


def url_of(meeting, application, page="decision"):
    return f"/meetings/{meeting.id}/applications/{application.id}/{page}"


@pytest.fixture
def application(forum):
    return forum.scored(3, title="Digital selvbetjening")


@pytest.fixture
def meeting(forum, application):
    return forum.open_meeting(application)


@pytest.fixture
def post(client, forum):
    """Answer the decision's form as the page shows it, with ``typed`` over it; a page that shows an effect is answered once more."""

    def posted(meeting, application, *, by=None, confirm=True, **typed):
        url = url_of(meeting, application)
        client.sign_in(by or forum.chair)
        answer = client.submit(url, sent(client.get(url).text, **typed))
        if confirm and answer.status_code == 200:
            answer = client.submit(url, sent(answer.text))
        return answer

    return posted


def test_the_form_begins_with_the_request_and_terms_from_policy_and_business_case(client, forum, meeting, application):
    page = client.sign_in(forum.chair).get(url_of(meeting, application))
    form = sent(page.text)
    assert (form["loan"], form["grant"], form["share"], form["years"], form["first_year"]) == ("300.000", "", "50", "3", "2027")
    assert (form["departments"], form["basis"], form["shortfall"]) == ([str(forum.unit.id)], ["realised"], ["forum_decides"])
    assert "Scores 100.00 points from 3 members; at least 3 are needed" in page.words


def test_the_page_shows_what_an_approval_does_before_it_is_made(client, forum, meeting, application):
    words = client.sign_in(forum.chair).get(url_of(meeting, application)).words
    assert "DKK 300,000.00 is reserved: available goes from DKK 1,000,000.00 to DKK 700,000.00." in words
    for year, outstanding in (("2027", "200,000.00"), ("2028", "100,000.00"), ("2029", "0.00")):
        assert f"{year} 200,000.00 100,000.00 {outstanding}" in words


def test_the_request_is_never_lowered_to_what_is_available_and_the_page_says_what_is_missing(client, app):
    forum = Forum(funding_ore=250_000_00)
    application = forum.scored(3, loan_ore=200_000_00, grant_ore=100_000_00)
    meeting = forum.open_meeting(application)
    page = client.sign_in(forum.chair).get(url_of(meeting, application))
    assert (sent(page.text)["loan"], sent(page.text)["grant"]) == ("200.000", "100.000")
    assert "DKK 50,000.00 is missing: the form says DKK 300,000.00, and DKK 250,000.00 is available." in page.words


def test_less_than_was_applied_for_needs_a_reason_which_stands_in_the_letter(client, forum, meeting, application, post):
    answer = post(meeting, application, outcome="approve", loan="250.000")
    assert answer.status_code == 422
    assert "Write why less is given than was applied for: it stands in the letter." in answer.words
    post(meeting, application, outcome="approve", loan="250.000", reason="Puljen rækker ikke til det hele.")
    close_meeting(actor=forum.chair, at=TODAY, meeting=meeting)
    commit()
    (decision,) = meeting.decisions
    letter = client.get(f"/decisions/{decision.id}/letter").words
    assert "Applied for loan DKK 300,000.00" in letter and "Puljen rækker ikke til det hele." in letter


def test_the_letter_of_all_that_was_applied_for_does_not_say_it_twice(client, forum, meeting, application, post):
    post(meeting, application, outcome="approve")
    close_meeting(actor=forum.chair, at=TODAY, meeting=meeting)
    commit()
    assert "Applied for loan" not in client.get(f"/decisions/{meeting.decisions[0].id}/letter").words


def test_the_sums_of_the_choice_stand_in_the_form(client, forum, meeting, application):
    page = client.sign_in(forum.chair).get(f"{url_of(meeting, application)}?loan=20000000&grant=5000000")
    assert (sent(page.text)["loan"], sent(page.text)["grant"]) == ("200.000", "50.000")


def test_an_approval_as_proposed_needs_one_answer(client, forum, meeting, application, post):
    seen_to = {"owner": str(forum.leader.id), "due_on": "31-5-2026"}
    answer = post(meeting, application, outcome="approve", conditions="Følg op i maj.", **seen_to, confirm=False)
    assert (answer.status_code, answer.location) == (303, f"/meetings/{meeting.id}")
    award = meeting.pending[0].award
    assert (award.loan_ore, award.share, award.years, award.first_year) == (300_000_00, Decimal("0.5"), 3, 2027)
    assert award.conditions == "Følg op i maj."
    assert [(one.text, one.owner, one.due_on) for one in follow_ups_of(award)] == [("Følg op i maj.", forum.leader, date(2026, 5, 31))]
    assert balances(forum.pool.id).available_ore == 700_000_00


def test_changed_figures_are_shown_first_and_recorded_by_the_second_answer(client, forum, meeting, application, post):
    shown = post(meeting, application, outcome="approve", loan="100.000", grant="150.000", years="2", reason="Delt", confirm=False)
    assert shown.status_code == 200
    assert "Nothing has been recorded yet." in shown.words
    assert "available goes from DKK 1,000,000.00 to DKK 750,000.00" in shown.words
    assert meeting.pending == []
    answer = client.submit(url_of(meeting, application), sent(shown.text))
    assert answer.status_code == 303
    db.session.expire_all()
    award = meeting.pending[0].award
    assert (award.loan_ore, award.grant_ore, award.years) == (100_000_00, 150_000_00, 2)


def test_a_second_click_decides_once(client, forum, meeting, application):
    url = url_of(meeting, application)
    client.sign_in(forum.chair)
    form = sent(client.get(url).text, outcome="approve")
    key = "00000000-0000-4000-8000-000000000001"
    assert client.submit(url, form, once=key).status_code == 303
    assert client.submit(url, form, once=key).status_code == 303
    assert balances(forum.pool.id).reserved_ore == 300_000_00
    again = client.submit(url, form)
    assert (again.status_code, again.code) == (409, "wrong_state")


def test_a_form_that_could_only_be_refused_is_not_shown(client, forum, meeting, application, post):
    post(meeting, application, outcome="reject", reason="Vi mangler driftsudgiften.")
    shown = client.get(url_of(meeting, application))
    assert "The forum has already dealt with this application." in shown.words
    assert "Record the decision" not in shown.words and "What an approval would do" not in shown.words
    assert f"{forum.pool.name} Meetings 19 March 2026" in shown.words
    assert "Set the consensus" in client.get(url_of(meeting, application, "consensus")).words, "until the meeting is closed"
    close_meeting(actor=forum.chair, at=TODAY, meeting=meeting)
    shown = client.get(url_of(meeting, application)).words
    assert "The meeting is not open" in shown and "Record the decision" not in shown
    assert "Set the consensus" not in client.get(url_of(meeting, application, "consensus")).words


@pytest.mark.parametrize("outcome, state", [("reject", "rejected"), ("defer", "deferred"), ("return", "returned")])
def test_the_other_outcomes_need_a_reason(client, forum, meeting, application, post, outcome, state):
    answer = post(meeting, application, outcome=outcome)
    assert answer.status_code == 422
    assert 'href="#reason">Write the reason' in answer.text
    assert post(meeting, application, outcome=outcome, reason="Vi mangler driftsudgiften.").status_code == 303
    assert application.state == "ready", "until the meeting is closed"
    close_meeting(actor=forum.chair, at=TODAY, meeting=meeting)
    assert application.state == state


@pytest.mark.parametrize("left_out, told", [("owner", "Choose who sees to the conditions."), ("due_on", "Write by when the conditions")])
def test_conditions_need_somebody_who_sees_to_them_and_a_day(forum, meeting, application, post, left_out, told):
    seen_to = {"owner": str(forum.leader.id), "due_on": "31-5-2026"} | {left_out: ""}
    answer = post(meeting, application, outcome="approve", conditions="Følg op.", **seen_to)
    assert answer.status_code == 422 and told in answer.words and f'href="#{left_out}"' in answer.text
    assert not meeting.pending
    assert post(meeting, application, outcome="reject", conditions="Følg op.", reason="Nej.").status_code == 303, "nothing to see to"


def test_without_an_outcome_nothing_is_decided(client, forum, meeting, application, post):
    answer = post(meeting, application, conditions="Husk dette.")
    assert answer.status_code == 422 and "Choose what the forum decides." in answer.words
    assert sent(answer.text)["conditions"].strip() == "Husk dette."


@pytest.mark.parametrize(
    "typed, field, code",
    [
        ({"loan": "", "grant": ""}, "loan", "invalid_amount"),
        ({"loan": "200.000", "grant": "100.000,01"}, "loan", "over_requested"),
        ({"share": "0"}, "share", "incomplete"),
        ({"years": ""}, "years", "incomplete"),
        ({"first_year": ""}, "first_year", "incomplete"),
        ({"departments": []}, "departments-0", "incomplete"),
    ],
)
def test_a_refusal_stands_at_its_field_and_what_was_typed_stays(forum, meeting, application, post, typed, field, code):
    seen_to = {"owner": str(forum.leader.id), "due_on": "31-5-2026"}
    answer = post(meeting, application, outcome="approve", conditions="Følg op.", **seen_to, **typed)
    assert answer.code == code
    assert answer.status_code in (409, 422)
    assert f'href="#{field}"' in answer.text
    form = sent(answer.text)
    assert form["conditions"].strip() == "Følg op."
    assert form["outcome"] == ["approve"]
    for name, value in typed.items():
        assert form.get(name, []) == value, name
    assert balances(forum.pool.id).reserved_ore == 0


def test_a_loan_is_not_repaid_out_of_gains_before_the_meeting(meeting, application, post):
    year = meeting.held_on.year
    answer = post(meeting, application, outcome="approve", first_year=str(year - 1))
    assert answer.status_code == 422 and 'href="#first_year"' in answer.text
    assert f"The first year of gains is {year}, the year of the meeting, or later." in answer.words
    assert post(meeting, application, outcome="approve", first_year=str(year)).status_code == 303


@pytest.mark.parametrize("typed", ["1,250,000.5", "-5", "1e9", "1,234", "1000000000000000"])
def test_an_amount_that_cannot_be_read_is_refused_at_its_field(meeting, application, post, typed):
    answer = post(meeting, application, outcome="approve", loan=typed)
    assert answer.status_code == 422
    assert 'href="#loan"' in answer.text
    assert sent(answer.text)["loan"] == typed


def test_too_few_scores(forum, post):
    application = forum.application()
    forum.score(application, 3)
    meeting = forum.open_meeting(application)
    for outcome in ("approve", "reject"):
        answer = post(meeting, application, outcome=outcome, reason="Fordi")
        assert (answer.status_code, answer.code) == (409, "quorum_missing")
        assert 'href="#outcome-0">1 of at least 3 members have scored the application.' in answer.text
    assert post(meeting, application, outcome="defer", reason="Vi mangler vurderinger.").status_code == 303


def test_more_than_is_available(app, post):
    forum = Forum(funding_ore=250_000_00)
    application = forum.scored(3)
    answer = post(forum.open_meeting(application), application, by=forum.chair, outcome="approve", loan="300.000")
    assert (answer.status_code, answer.code) == (409, "over_available")
    assert "The pool has DKK 250,000.00 available, which is less than DKK 300,000.00." in answer.words


def test_a_principle_that_is_not_offered(app, post):
    forum = Forum("rudersdal")
    application = forum.scored(3, grant_ore=100_000_00, kind="innovation")
    answer = post(forum.open_meeting(application), application, by=forum.chair, outcome="approve", loan="100.000", grant="")
    assert (answer.status_code, answer.code) == (422, "principle_not_offered")
    assert 'href="#loan">This pool does not offer loans.' in answer.text


def test_a_mix_that_is_not_offered(app, post):
    forum = Forum("aabenraa")
    application = forum.scored(3)
    answer = post(forum.open_meeting(application), application, by=forum.chair, outcome="approve", loan="200.000", grant="100.000")
    assert (answer.status_code, answer.code) == (422, "mix_not_offered")
    assert 'href="#grant"' in answer.text


def test_more_than_the_frame_has_left(client, app, post):
    frames = [{"code": "citizen", "name": "Borgerservice", "amount_ore": 350_000_00}]
    forum = Forum(frames=frames)
    first, second = (forum.scored(3, title=title, frame="citizen") for title in ("Første", "Anden"))
    meeting = forum.open_meeting(first, second)
    assert post(meeting, first, by=forum.chair, outcome="approve").status_code == 303
    assert "Left this year in Borgerservice DKK 50,000.00" in client.get(url_of(meeting, second)).words
    answer = post(meeting, second, by=forum.chair, outcome="approve")
    assert (answer.status_code, answer.code) == (409, "over_frame")
    assert "The frame Borgerservice has DKK 50,000.00 left this year." in answer.words


def test_a_frame_gets_back_what_a_department_declines(app, post):
    forum = Forum(frames=[{"code": "citizen", "name": "Borgerservice", "amount_ore": 350_000_00}])
    first, second = (forum.scored(3, title=title, frame="citizen") for title in ("Første", "Anden"))
    meeting, other = forum.open_meeting(first), forum.open_meeting(second)
    assert post(meeting, first, by=forum.chair, outcome="approve").status_code == 303
    close_meeting(actor=forum.chair, at=TODAY, meeting=meeting)
    commit()
    leader = forum.person("Lea Leder", Role.LEADER, department=first.department)
    decline_award(actor=leader, at=TODAY, award=award_of(first), reason="Vi har fundet en anden vej")
    assert post(other, second, by=forum.chair, outcome="approve").status_code == 303


def test_a_cpr_number_in_the_reason(meeting, application, post):
    answer = post(meeting, application, outcome="reject", reason="Se borger 010203-1234")
    assert (answer.status_code, answer.code) == (422, "cpr_number")


def test_only_the_chair_decides(client, forum, meeting, application):
    for person in (forum.maja, forum.coordinator, forum.finance, forum.applicant, forum.person("Aud", Role.AUDITOR)):
        client.sign_in(person)
        status = 404 if person is forum.applicant else 403  # the departments know nothing of meetings
        for page in ("decision", "consensus"):
            assert client.get(url_of(meeting, application, page)).status_code == status
            assert client.submit(url_of(meeting, application, page), {"outcome": "reject", "reason": "Nej"}).status_code == status
    other = forum.application("Ikke på dagsordenen")
    assert client.sign_in(forum.chair).get(url_of(meeting, other)).status_code == 404


@pytest.mark.parametrize("where", ["top", "unit", "below"])
def test_a_chair_of_the_department_or_a_unit_above_or_below_leaves_it_to_another(client, forum, meeting, application, post, where):
    inline = forum.person("Conny Formand", Role.CHAIR, department=getattr(forum, where))
    client.sign_in(inline)
    for page in ("decision", "consensus"):
        for answer in (
            client.get(url_of(meeting, application, page)),
            client.submit(url_of(meeting, application, page), {"outcome": "defer"}),
        ):
            assert (answer.status_code, answer.code) == (403, "conflict_of_interest")
            assert "The decision can be recorded by: Carl Formand" in answer.words
            assert "100.00" not in answer.text
    assert "Another chair records this decision." in client.get(f"/meetings/{meeting.id}").words
    assert post(meeting, application, outcome="approve").status_code == 303


def test_a_chair_who_declared_an_interest_leaves_it_to_another(client, forum, post):
    application = forum.scored(3)
    other = forum.person("Clara Formand", Role.CHAIR)
    declare_interest(actor=forum.chair, at=TODAY, application=application)
    forum.score(application, 3, by=forum.person("Mikkel", Role.MEMBER))
    meeting = forum.open_meeting(application, present=(forum.chair, other))
    page = client.sign_in(forum.chair).get(url_of(meeting, application))
    assert (page.status_code, page.code) == (403, "conflict_of_interest")
    assert post(meeting, application, by=other, outcome="approve").status_code == 303
    assert meeting.pending[0].recused_ids == [forum.chair.id]


def test_a_consensus_replaces_the_mean_and_both_show(client, forum):
    application = forum.application()
    for member, level in ((forum.chair, 1), (forum.maja, 3), (forum.mads, 1)):
        forum.score(application, level, by=member)
    meeting = forum.open_meeting(application)
    url = url_of(meeting, application, "consensus")
    page = client.sign_in(forum.chair).get(url)
    gave = "Carl Formand: Low Maja Medlem: High Mads Medlem: Low"
    assert f"Information security {gave} 33.33 – 2 Discuss" in page.words
    newcomer = forum.person("Nina Ny", Role.CHAIR, Role.MEMBER)
    assert "Maja Medlem" not in client.sign_in(newcomer).get(url).words, "who has not scored sees nobody's levels"
    client.sign_in(forum.chair)
    answer = client.submit(url, sent(page.text, criterion="security", level="3", reason=""))
    assert answer.status_code == 422 and "Write why the forum chose this level." in answer.words
    answer = client.submit(url, sent(answer.text, reason="Ny risikovurdering"))
    assert answer.status_code == 303
    page = client.get(url)
    assert f"Information security {gave} 33.33 100.00 2 Discuss" in page.words
    assert "Total 46.67" in page.words


def test_a_consensus_needs_an_open_meeting(client, forum):
    application = forum.scored(3)
    meeting = forum.meeting(application)
    url = url_of(meeting, application, "consensus")
    page = client.sign_in(forum.chair).get(url)
    assert "The meeting is not open" in page.words
    answer = client.submit(url, {"criterion": "security", "level": "3", "reason": "Ny"})
    assert (answer.status_code, answer.code) == (409, "wrong_state")


def an_area_of(forum):
    return GainArea(
        name="Sagsbehandling",
        department_id=forum.unit.id,
        before=(Decimal(20), Decimal(25), Decimal(30)),
        after=(Decimal(10), Decimal(12), Decimal(15)),
        cases=6000,
        affected=Decimal("0.80"),
        rate_ore=350_00,
        phase_in=(Decimal(1),),
        years=3,
    )


def test_gains_that_come_in_low_show_beside_the_plan(client, forum):
    application = forum.scored(3, gains=(), gain_areas=(an_area_of(forum),))
    meeting = forum.open_meeting(application)
    words = client.sign_in(forum.chair).get(url_of(meeting, application)).words
    assert "2027 364,000.00 182,000.00 118,000.00 140,000.00 70,000.00 230,000.00" in words
    assert "If the gains come in low, DKK 160,000.00 is left when the years are over." in words
    assert "Repayment plan" not in words, "one department repays all of it"


def test_what_each_department_would_repay_each_year_shows_where_several_do(client, forum):
    gains = tuple(PlannedGain(year, forum.citizens.id, 100_000_00) for year in (1, 2, 3))
    application = forum.scored(3, gains=gains, gain_areas=(an_area_of(forum),))
    meeting = forum.open_meeting(application)
    words = client.sign_in(forum.chair).get(url_of(meeting, application)).words
    assert "Repayment plan, in kroner Year Department As planned If gains come in low" in words
    assert "2027 Borgerservice 50,000.00 50,000.00 2027 Tandplejen 182,000.00 70,000.00 2028 Borgerservice" in words


def test_a_score_on_another_scale_does_not_count_toward_the_minimum(forum, post):
    application = forum.scored(3)
    for score in current_scores(application)[:1]:
        score.scale_size = 5
    answer = post(forum.open_meeting(application), application, outcome="approve")
    assert answer.code == "quorum_missing"


def test_the_operation_refuses_terms_that_no_loan_can_have(forum, meeting, application):
    terms = Terms("realised", Decimal("0.5"), 0, 2027, [forum.unit.id], "forum_decides")
    with pytest.raises(Incomplete):
        decide(actor=forum.chair, at=TODAY, meeting=meeting, wanted=Wanted(application, "approve", loan_ore=100_000_00, terms=terms))
