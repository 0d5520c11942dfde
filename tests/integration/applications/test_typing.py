"""What is typed in a step is kept beside the application until it is part of it, and of two who write in one field no text is lost."""

from uuid import uuid4

import pytest
from sqlalchemy import func, select

from fundbank.applications import operations
from fundbank.applications.models import TypedText
from fundbank.applications.rules.content import Cost, PlannedGain
from fundbank.extensions import db
from fundbank.history import queries as history
from fundbank.kit.clock import now
from fundbank.pools.operations import change_policy
from tests.integration.applications.office import Office, an_office, field_error, form_of
from tests.integration.applications.writing import save, started, step
from tests.pictures import Pictures
from tests.web import statements

UNTIL = "is not part of the application yet"


@pytest.fixture
def office(app, pictures: Pictures) -> Office:
    return pictures.of("office", an_office)


def kept(application) -> int:
    return db.session.scalar(select(func.count()).select_from(TypedText).where(TypedText.application_id == application.id))


def events(application) -> list[str]:
    return [entry.event for entry in history.entries("applications", application.id)]


@pytest.mark.parametrize(("other", "verb", "left"), [("leader", "take", "Det ene vindue"), ("applicant", "drop", "Det andet vindue")])
def test_two_who_write_in_one_field_see_both_texts_until_one_is_chosen(office, client, other, verb, left):
    """The other one may be the same person in another window."""
    application = office.application("draft", summary="Fra før")
    page = step(application, "project")
    opened = form_of(client.sign_in(office.person("applicant")).get(page).text)
    client.sign_in(office.person(other))
    started(office, client.submit(page, opened | {"summary": "Det ene vindue", "pen": "en"}))
    client.sign_in(office.person("applicant"))
    after = started(office, client.submit(page, opened | {"summary": "Det andet vindue"}))
    assert after.content.summary == "Det andet vindue"
    for place in (step(application, "check"), f"/applications/{application.id}"):
        assert UNTIL in client.get(place).words
    shown = client.get(page)
    assert f"{office.person(other).name} has written something else here:" in shown.words
    assert form_of(shown.text)["summary"] == "Det andet vindue" and "Det ene vindue" in shown.words
    (chosen,) = {part.partition('"')[0] for part in shown.text.split(f'value="{verb}:')[1:]}
    settled = client.submit(page, form_of(shown.text) | {"row": f"{verb}:{chosen}"})
    assert settled.status_code == 200
    assert "has written something else here" not in settled.words
    assert started(office, client.submit(page, form_of(settled.text))).content.summary == left
    assert kept(application) == 0


def test_whoever_writes_in_a_row_that_was_removed_gets_it_back_and_is_told(office, client):
    application = office.application("draft")
    page = step(application, "money")
    opened = form_of(client.sign_in(office.person("applicant")).get(page).text)
    client.sign_in(office.person("leader"))
    started(office, client.submit(page, form_of(client.submit(page, opened | {"row": "remove:costs-0"}).text)))
    assert application.content.costs == ()
    client.sign_in(office.person("applicant"))
    (cost,) = started(office, client.submit(page, opened | {"costs-0-text": "Nyt"})).content.costs
    assert (cost.text, cost.amount_ore) == ("Nyt", 600_000_00)
    shown = client.get(page)
    assert f"{office.person('leader').name} has removed this row while something was written in it." in shown.words
    (chosen,) = {part.partition('"')[0] for part in shown.text.split('value="take:')[1:]}
    settled = client.submit(page, form_of(shown.text) | {"row": f"take:{chosen}"})
    assert started(office, client.submit(page, form_of(settled.text))).content.costs == ()


def test_a_row_that_somebody_has_changed_is_not_removed_unseen(office, client):
    application = office.application("draft")
    page = step(application, "money")
    client.sign_in(office.person("applicant"))
    opened = form_of(client.get(page).text)
    started(office, client.submit(page, opened | {"costs-0-text": "Nyt"}))
    answer = client.submit(page, opened | {"row": "remove:costs-0"})
    assert (answer.status_code, answer.code) == (409, "stale_version")
    assert form_of(answer.text)["costs-0-text"] == "Nyt"
    gone = client.submit(page, form_of(answer.text) | {"row": "remove:costs-0"})
    assert started(office, client.submit(page, form_of(gone.text))).content.costs == ()


def test_what_is_kept_takes_no_signature_away_until_it_is_saved(office, client):
    application = office.application("signed")
    client.sign_in(office.person("applicant"))
    page = step(application, "money")
    shown = client.submit(page, form_of(client.get(page).text) | {"loan": "ti", "grant": "1.000", "row": "add:costs"})
    assert shown.status_code == 200
    db.session.expire_all()
    assert (application.state, events(application)[-1], kept(application)) == ("signed", "signed", 2)
    answer = client.submit(f"/applications/{application.id}/submit")
    assert (answer.status_code, answer.code) == (422, "incomplete")
    assert "in the step “Money”" in answer.words
    after = started(office, save(client, page))
    assert (after.state, after.content.grant_ore, after.content.loan_ore, kept(application)) == ("draft", 1_000_00, 600_000_00, 1)
    again = client.get(page)
    assert (form_of(again.text)["loan"], "Not included yet" in again.words) == ("ti", True)
    assert "Write an amount" in field_error(again.text, "loan")


def test_a_step_keeps_no_end_of_rows_and_says_so(office, client, monkeypatch):
    monkeypatch.setattr("fundbank.applications.operations.typing.MOST_TEXTS", 20)
    application = office.application("draft")
    page = step(application, "money")
    client.sign_in(office.person("applicant"))
    opened = form_of(client.get(page).text)

    def typed(row: str) -> dict[str, str]:
        return opened | {f"costs-9-{name}": text for name, text in (("row", row), ("amount", "x"), ("text", "Uden ende"))}

    answers = [client.submit(page, typed(f"n{number}abc")) for number in range(12)]
    assert answers[-1].status_code == 422 and "More is typed in this step than it can keep" in answers[-1].words
    assert 0 < kept(application) <= 20
    assert client.submit(page, form_of(client.get(page).text) | {"row": "forget"}).status_code == 303
    assert kept(application) == 0


def test_what_is_kept_can_be_discarded(office, client):
    application = office.application("signed")
    client.sign_in(office.person("applicant"))
    page = step(application, "money")
    client.submit(page, form_of(client.get(page).text) | {"loan": "ti", "row": "add:costs"})
    shown = client.get(page)
    assert "Discard what is not included" in shown.words
    answer = client.submit(page, form_of(shown.text) | {"row": "forget"})
    assert answer.status_code == 303
    assert (kept(application), form_of(client.get(page).text)["loan"]) == (0, "600.000")
    assert client.submit(f"/applications/{application.id}/submit").status_code == 303


def test_a_text_with_a_cpr_number_stays_in_the_browser_and_the_rest_is_kept(office, client):
    application = office.application("draft")
    client.sign_in(office.person("applicant"))
    page = step(application, "project")
    answer = client.submit(page, form_of(client.get(page).text) | {"title": "Bil", "summary": "Anna 010203-1234", "row": "add:x"})
    assert (answer.status_code, answer.code) == (422, "cpr_number")
    assert "CPR number" in field_error(answer.text, "summary")
    assert form_of(answer.text)["summary"] == "Anna 010203-1234"
    assert [one.text for one in db.session.scalars(select(TypedText))] == ["Bil"]
    refused = client.submit(page, form_of(answer.text))
    assert (refused.status_code, refused.code) == (422, "cpr_number")
    assert form_of(refused.text)["summary"] == "Anna 010203-1234"
    shown = form_of(client.get(page).text)
    assert (shown["title"], shown["summary"]) == ("Bil", "Borgerne bestiller selv tid.")


def test_what_is_kept_goes_along_to_another_department_and_ends_with_the_application(office, client):
    application = office.application("draft")
    client.sign_in(office.person("leader", office.top))
    page = step(application, "money")
    client.submit(page, form_of(client.get(page).text) | {"loan": "ti", "row": "add:costs"})
    moved = started(office, save(client, step(application, "project"), department=str(office.top.id)))
    assert (moved.department, form_of(client.get(page).text)["loan"]) == (office.top, "ti")
    assert client.sign_in(office.person("applicant")).get(page).status_code == 404
    operations.withdraw_application(actor=office.person("leader", office.top), at=now(), application=application)
    assert kept(application) == 0
    copy = operations.copy_application(actor=office.person("leader", office.top), at=now(), application=application)
    client.sign_in(office.person("leader", office.top))
    assert form_of(client.get(step(copy, "money")).text)["loan"] == "600.000"


def test_nobody_saves_what_they_have_not_seen(office, client):
    application = office.application("draft")
    page = step(application, "money")
    applicant, leader = office.person("applicant"), office.person("leader")
    opened = form_of(client.sign_in(leader).get(page).text)
    client.sign_in(applicant)
    client.submit(page, opened | {"loan": "599.999", "costs-0-amount": "7", "operation_money": "Driften", "row": "recount", "pen": "en"})
    client.sign_in(leader)
    answer = client.submit(page, opened | {"costs-0-text": "Nyt", "operation_money": "Driften"})
    said = started(office, answer).content
    (cost,) = said.costs
    assert (cost.text, cost.amount_ore, said.loan_ore, said.operation_money) == ("Nyt", 600_000_00, 600_000_00, "Driften")
    assert "Somebody else has typed in the step “Money” since you opened it." in client.get(answer.location).words
    shown = client.get(page)
    assert (form_of(shown.text)["loan"], form_of(shown.text)["costs-0-amount"]) == ("599.999", "7")
    said = started(office, client.submit(page, form_of(shown.text))).content
    assert (said.loan_ore, said.costs[0].amount_ore, kept(application)) == (599_999_00, 7_00, 0)


def test_nobody_removes_a_row_that_somebody_else_has_removed_unseen(office, client):
    application = office.application("draft")
    page = step(application, "money")
    opened = form_of(client.sign_in(office.person("leader")).get(page).text)
    client.sign_in(office.person("applicant"))
    client.submit(page, opened | {"row": "remove:costs-0", "pen": "en"})
    client.sign_in(office.person("leader"))
    assert len(started(office, client.submit(page, opened | {"loan": "1"})).content.costs) == 1
    assert started(office, save(client, page)).content.costs == ()
    assert kept(application) == 0


def many_costs(count: int) -> tuple[Cost, ...]:
    return tuple(Cost(0, "establishment", 1_000_00 + number, f"Vare {number}") for number in range(count))


def test_of_two_new_rows_where_one_has_room_the_other_stays_as_it_was_typed(office, client):
    application = office.application("draft", costs=many_costs(59))
    page = step(application, "money")
    pages = {}
    for role in ("applicant", "leader"):
        client.sign_in(office.person(role))
        pages[role] = form_of(client.submit(page, form_of(client.get(page).text) | {"row": "add:costs"}).text)
    for role in pages:
        client.sign_in(office.person(role))
        after = started(office, client.submit(page, pages[role] | {"costs-59-text": role, "costs-59-amount": "7"}))
    assert [cost.text for cost in after.content.costs[58:]] == ["Vare 58", "applicant"]
    shown = client.get(page)
    assert form_of(shown.text)["costs-60-text"] == "leader"
    assert "There can be 60 rows" in field_error(shown.text, "costs-60-text")
    assert "There can be 60 rows" in client.submit(page, form_of(shown.text) | {"row": "add:costs"}).words
    fewer = client.submit(page, form_of(shown.text) | {"row": "remove:costs-0"})
    assert [cost.text for cost in started(office, client.submit(page, form_of(fewer.text))).content.costs[58:]] == ["applicant", "leader"]


def test_an_untouched_step_with_more_rows_than_can_be_written_keeps_them_and_the_signature(office, client):
    application = office.application("signed", costs=many_costs(62))
    client.sign_in(office.person("applicant"))
    after = started(office, save(client, step(application, "money")))
    assert (len(after.content.costs), after.state) == (62, "signed")


def test_a_gain_is_not_split_over_more_rows_than_there_is_room_for(office, client):
    application = office.application("draft", gains=tuple(PlannedGain(1, office.own.id, 1_000_00 + n, True, f"g{n}") for n in range(59)))
    client.sign_in(office.person("applicant"))
    page = step(application, "gains")
    split = {"split-amount": "90.000", "split-text": "Delt"}
    for number, unit in enumerate((office.other, office.own)):
        split |= {f"split_shares-{number}-share": "50", f"split_shares-{number}-department": str(unit.id)}
    pressed = client.submit(page, form_of(client.get(page).text) | split | {"row": "split"})
    assert "There can be 60 rows" in field_error(pressed.text, "split-amount")
    after = started(office, client.submit(page, form_of(pressed.text)))
    assert len(after.content.gains) == 59
    assert form_of(client.get(page).text)["split-amount"] == "90.000"


def test_a_gain_that_has_been_split_is_there_with_each_departments_share_whoever_leaves_the_step_before_saving_it(office, client):
    application = office.application("draft", gains=())
    client.sign_in(office.person("applicant"))
    page = step(application, "gains")
    split = {"split-amount": "90.000", "split-first": "1", "split-last": "3", "split-text": "Delt"}
    for number, (unit, share) in enumerate(((office.other, "40"), (office.own, "60"))):
        split |= {f"split_shares-{number}-share": share, f"split_shares-{number}-department": str(unit.id)}
    pressed = client.submit(page, form_of(client.get(page).text) | split | {"row": "split"})
    assert "Gain in a full year DKK 90,000.00" in pressed.words and "not counted yet" not in pressed.words
    opened = form_of(client.get(page).text)
    for shown in (form_of(pressed.text), opened):
        rows = [name.removesuffix("-text") for name, text in shown.items() if name.startswith("gains-") and text == "Delt"]
        assert {(shown[f"{row}-amount"], shown[f"{row}-department"]) for row in rows} == {
            ("36.000", str(office.other.id)), ("54.000", str(office.own.id))
        }  # fmt: skip
        assert len({shown[f"{row}-row"] for row in rows} - {""}) == 2, "each row has a name of its own"
    assert opened["split-amount"] == ""
    after = started(office, client.submit(page, opened))
    assert sum(gain.amount_ore for gain in after.content.gains) == 3 * 90_000_00


def test_what_others_have_typed_since_the_page_was_opened_is_not_discarded(office, client):
    application = office.application("draft")
    page = step(application, "money")
    client.sign_in(office.person("leader"))
    opened = form_of(client.submit(page, form_of(client.get(page).text) | {"loan": "ti", "row": "recount"}).text)
    client.sign_in(office.person("applicant"))
    client.submit(page, form_of(client.get(page).text) | {"operation_money": "Driften", "row": "add:costs"})
    client.sign_in(office.person("leader"))
    assert client.submit(page, opened | {"row": "forget"}).status_code == 303
    shown = form_of(client.get(page).text)
    assert (shown["loan"], shown["operation_money"], kept(application)) == ("600.000", "Driften", 1)
    client.submit(page, shown | {"row": "forget"})
    assert kept(application) == 0


def test_a_row_that_one_removes_and_another_empties_is_gone_and_leaves_nothing_to_settle(office, client):
    application = office.application("draft")
    page = step(application, "money")
    opened = form_of(client.sign_in(office.person("applicant")).get(page).text)
    client.sign_in(office.person("leader"))
    started(office, client.submit(page, form_of(client.submit(page, opened | {"row": "remove:costs-0"}).text)))
    client.sign_in(office.person("applicant"))
    client.submit(page, opened | {"costs-0-text": "", "costs-0-amount": "", "pen": "en"})
    assert (started(office, save(client, page)).content.costs, kept(application)) == ((), 0)


def test_a_text_beside_a_row_that_is_gone_can_be_settled(office, client):
    application = office.application("draft")
    page = step(application, "money")
    applicant, leader = office.person("applicant"), office.person("leader")
    opened = form_of(client.sign_in(applicant).get(page).text)
    client.sign_in(leader)
    client.submit(page, opened | {"costs-0-text": "Lederens", "row": "recount", "pen": "en"})
    client.sign_in(applicant)
    beside = form_of(client.submit(page, opened | {"costs-0-text": "Nyt", "row": "recount"}).text)
    after = started(office, client.submit(page, beside | {"costs-0-text": "", "costs-0-amount": ""}))
    assert (after.content.costs, kept(application)) == ((), 1)
    shown = client.get(page)
    assert f"Written in a row that is no longer here {leader.name}" in shown.words and "Lederens" in shown.words
    (chosen,) = {part.partition('"')[0] for part in shown.text.split('value="take:')[1:]}
    settled = client.submit(page, form_of(shown.text) | {"row": f"take:{chosen}"})
    assert form_of(settled.text)["costs-0-text"] == "Lederens" and "no longer here" not in settled.words
    client.submit(page, form_of(settled.text) | {"row": "forget"})
    assert kept(application) == 0


def test_a_field_says_who_has_typed_what_is_not_in_the_application_yet(office, client):
    application = office.application("draft")
    page = step(application, "money")
    opened = form_of(client.sign_in(office.person("applicant")).get(page).text)
    own = client.submit(page, opened | {"loan": "599.999", "costs-1-text": "Kran", "costs-1-amount": "7", "row": "recount"})
    assert "Not part of the application yet." not in own.words
    shown = client.sign_in(office.person("leader")).get(page)
    assert shown.words.count(f"Typed by {office.person('applicant').name}, ") == shown.words.count("Not part of the application yet.") == 2
    assert "loan-typed" in shown.text and "costs-1-text-typed" in shown.text
    started(office, client.submit(page, form_of(shown.text)))
    assert "Not part of the application yet." not in client.get(page).words


@pytest.mark.parametrize("text", ["To  mellemrum", "Linje\n\nto\n", "Ret\u00a0fast", "e\u0301n"])
def test_a_stored_text_that_is_not_clean_is_the_same_until_somebody_touches_it(office, client, text):
    application = office.application("signed", summary=text, costs=(Cost(0, "establishment", 600_000_00, text.strip()),))
    client.sign_in(office.person("applicant"))
    for code in ("project", "money"):
        assert started(office, save(client, step(application, code))).state == "signed"
    after = started(office, save(client, step(application, "project"), summary="Nyt"))
    assert (after.state, after.content.summary) == ("draft", "Nyt")


@pytest.mark.parametrize(("kind", "left"), [("a\x00b", "ab"), ("x" * 1_000, ""), ("\x00", "")])
def test_of_a_choice_nothing_is_kept_that_could_not_be_offered(office, client, kind, left):
    application = office.application("draft")
    page = step(application, "money")
    client.sign_in(office.person("applicant"))
    answer = client.submit(page, form_of(client.get(page).text) | {"costs-0-kind": kind, "row": "recount"})
    assert answer.status_code == 200
    assert [one.text for one in db.session.scalars(select(TypedText))] == [left]
    assert started(office, save(client, page)).content.costs[0].kind == "establishment"


def test_the_writers_of_what_stands_beside_are_asked_for_once(office, client):
    application = office.application("draft")
    page = step(application, "need")
    opened = form_of(client.sign_in(office.person("applicant")).get(page).text)
    counts = []
    for fields in (["need"], ["need", "bought", "own_quality"]):
        for pen, text in (("en", "1"), ("to", "2")):
            client.submit(page, opened | dict.fromkeys(fields, text) | {"row": "recount", "pen": pen})
        with statements() as asked:
            client.get(page)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("meanwhile", ["nothing", "signed", "sent", "another step", "this step"])
def test_whoever_goes_back_to_the_page_that_they_saved_is_no_stranger_to_it(office, client, meanwhile):
    """What somebody else has saved in the step in between still stands beside."""
    application = office.application("draft", summary="Fra før")
    page = step(application, "project")
    applicant, leader = office.person("applicant"), office.person("leader")
    opened = form_of(client.sign_in(applicant).get(page).text) | {"once": str(uuid4())}
    started(office, client.submit(page, opened | {"summary": "Et"}))
    client.sign_in(leader)
    if meanwhile == "signed":
        operations.sign_application(actor=leader, at=now(), application=application)
    elif meanwhile == "sent":
        operations.send_to_signature(actor=leader, at=now(), application=application)
    elif meanwhile == "another step":
        started(office, save(client, step(application, "money"), operation_money="Lederens"))
    elif meanwhile == "this step":
        started(office, save(client, page, summary="Lederens"))
    answer = client.sign_in(applicant).submit(page, opened | {"summary": "To"})
    if meanwhile in ("signed", "sent"):  # told once what a change takes away
        assert answer.code == "stale_version"
        assert form_of(answer.text)["summary"] == "To" and "has written something else here" not in answer.words
        answer = client.submit(page, form_of(answer.text))
    assert started(office, answer).content.summary == "To"
    assert kept(application) == (1 if meanwhile == "this step" else 0)


@pytest.mark.parametrize(
    ("code", "field", "typed", "called", "said", "rules"),
    [
        ("money", "grant", "ti", "Grant", "ti", {"offers_grants": False, "mix_offered": False}),
        ("project", "kind", "pilot", "Kind of project", "pilot", {"project_kinds": ["standard"], "small_case_kinds": []}),
        ("need", "own_quality", "4", "Do citizens and businesses get a better service?", "4", {"own_scores_first": False}),
    ],
)
def test_what_is_typed_where_nothing_is_asked_any_more_is_shown_and_can_be_let_go(office, client, code, field, typed, called, said, rules):
    application = office.application("draft")
    before, page = application.content, step(application, code)
    client.sign_in(office.person("applicant"))
    client.submit(page, form_of(client.get(page).text) | {field: typed, "row": "recount"})
    values = office.pool.policy.to_values() | rules
    change_policy(actor=None, at=now(), pool=office.pool, values=values, reason="Nyt", based_on=1)
    shown = client.get(page)
    assert field not in form_of(shown.text)
    left_over = shown.words.partition("no longer asked for")[2]
    assert called in left_over.partition(f"({office.person('applicant').name}, ")[0]
    assert said in left_over.partition("Discard it")[0]
    saved = client.submit(page, form_of(shown.text) | {"then": "leave"})
    assert saved.status_code == 303
    told = client.get(saved.location)
    assert "something is kept as you typed it" in told.words and "Somebody else" not in told.words
    assert f'<a href="{page}">Go back to the step' in told.text
    (chosen,) = {part.partition('"')[0] for part in shown.text.split('value="drop:')[1:]}
    settled = client.submit(page, form_of(client.get(page).text) | {"row": f"drop:{chosen}"})
    assert settled.status_code == 200 and "no longer asked for" not in settled.words
    assert (kept(application), application.content) == (0, before)


def chosen_on(text: str, verb: str) -> str:
    (chosen,) = {part.partition('"')[0] for part in text.split(f'value="{verb}:')[1:]}
    return f"{verb}:{chosen}"


def test_a_text_that_stands_beside_does_not_take_the_place_of_one_that_came_since(office, client):
    application = office.application("draft", summary="Fra før")
    page = step(application, "project")
    opened = form_of(client.sign_in(office.person("applicant")).get(page).text)
    client.sign_in(office.person("leader"))
    started(office, client.submit(page, opened | {"summary": "Lederens", "pen": "en"}))
    client.sign_in(office.person("applicant"))
    started(office, client.submit(page, opened | {"summary": "Ansøgerens"}))
    shown = client.get(page)
    client.sign_in(office.person("leader"))
    started(office, client.submit(page, form_of(client.get(page).text) | {"summary": "Lederens nyeste"}))
    client.sign_in(office.person("applicant"))
    settled = client.submit(page, form_of(shown.text) | {"row": chosen_on(shown.text, "take")})
    assert form_of(settled.text)["summary"] == "Lederens"
    assert "Lederens nyeste" in settled.words and f"{office.person('leader').name} has written something else here:" in settled.words


def test_a_row_is_not_let_go_of_that_somebody_has_changed_since(office, client):
    application = office.application("draft")
    page = step(application, "money")
    opened = form_of(client.sign_in(office.person("applicant")).get(page).text)
    client.sign_in(office.person("leader"))
    started(office, client.submit(page, form_of(client.submit(page, opened | {"row": "remove:costs-0"}).text)))
    client.sign_in(office.person("applicant"))
    started(office, client.submit(page, opened | {"costs-0-text": "Nyt"}))
    shown = client.get(page)
    client.sign_in(office.person("leader"))
    started(office, client.submit(page, form_of(client.get(page).text) | {"costs-0-text": "Nyeste"}))
    client.sign_in(office.person("applicant"))
    refused = client.submit(page, form_of(shown.text) | {"row": chosen_on(shown.text, "take")})
    assert (refused.status_code, refused.code) == (409, "stale_version")
    assert form_of(refused.text)["costs-0-text"] == "Nyeste"
    settled = client.submit(page, form_of(refused.text) | {"row": chosen_on(refused.text, "take")})
    assert started(office, client.submit(page, form_of(settled.text))).content.costs == ()
