"""Writing an application: only a title is needed, rows come and go without saving, and nothing that was typed is lost."""

import pytest

from fundbank.applications import queries
from fundbank.applications.operations import edit_application
from fundbank.applications.rules.content import Cost, GainArea, OwnFinancing, PlannedGain, QualitativeGain
from fundbank.extensions import db
from tests.builders import AT
from tests.integration.applications.office import Office, an_office, field_error, form_of
from tests.pictures import Pictures

TYPED = {"title": "Ny blanket", "summary": "Borgerne kan selv."}


ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what the form alone decides


@pytest.fixture
def office(app, pictures: Pictures) -> Office:
    return pictures.of("office", an_office)


def new(office):
    return f"/pools/{office.pool.id}/applications/new"


def edit(application):
    return f"/applications/{application.id}/edit"


def saved(office, answer):
    assert answer.status_code == 303, answer.words[:1500]
    db.session.expire_all()
    number = int(answer.location.rstrip("/edit").rpartition("/")[2])
    return queries.application(number, municipality_id=office.pool.municipality_id)


def write(office, client, **typed):
    client.sign_in(office.person("applicant"))
    return client.submit(new(office), {**form_of(client.get(new(office)).text), **TYPED, **typed})


def test_a_title_is_all_that_is_needed(office, client):
    application = saved(office, write(office, client))
    assert (application.title, application.state, application.department, application.number) == ("Ny blanket", "draft", office.own, 1)
    content = application.content
    assert (content.costs, content.gains, content.requested_ore, content.own_scores) == ((), (), 0, None)


def test_without_a_title_the_field_says_so_and_the_rest_stays(office, client):
    page = write(office, client, title="  ", **{"costs-0-text": "Software"})
    assert page.status_code == 422
    assert "Write a title" in field_error(page.text, "title")
    assert (form_of(page.text)["summary"], form_of(page.text)["costs-0-text"]) == ("Borgerne kan selv.", "Software")
    assert office.applications() == []


@ON_ONE
def test_one_lower_sum_can_be_named(office, client):
    application = saved(office, write(office, client, loan="600.000", lower="400.000"))
    assert application.content.lower_ore == 400_000_00
    assert "Could do with DKK 400,000.00" in client.get(f"/applications/{application.id}").words
    assert saved(office, write(office, client, loan="600.000")).content.lower_ore is None
    assert "Write an amount above 0" in field_error(write(office, client, lower="0").text, "lower")


def test_who_may_write(office, client):
    for role in ("adviser", "member", "chair", "coordinator", "finance", "auditor", "administrator"):
        assert client.sign_in(office.person(role)).get(new(office)).status_code == 403
    application = office.application("draft")
    for role, status in (("applicant", 200), ("leader", 200), ("member", 404), ("auditor", 403)):
        assert client.sign_in(office.person(role)).get(edit(application)).status_code == status
    assert client.sign_in(office.person("leader", office.top)).get(edit(application)).status_code == 200
    assert client.sign_in(office.person("applicant", office.other)).get(edit(application)).status_code == 404
    assert client.sign_in(office.person("applicant", office.top)).get(edit(application)).status_code == 200
    stranger = an_office().person("applicant")
    assert client.sign_in(stranger).get(edit(application)).status_code == 404


def test_a_leader_applies_for_the_units_below_and_for_no_other(office, client):
    client.sign_in(office.person("leader", office.top))
    typed = form_of(client.get(new(office)).text) | TYPED
    assert saved(office, client.submit(new(office), typed | {"department": str(office.own.id)})).department == office.own
    refused = client.submit(new(office), typed | {"department": str(office.other.id)})
    assert refused.status_code == 422
    assert field_error(refused.text, "department") == "Choose one of the possibilities."


def test_the_whole_case_is_saved_and_shown_again(office, client):
    unit, leader = str(office.own.id), office.person("leader")
    typed = {
        "loan": "kr. 600.000", "grant": "50.000,50", "kind": "pilot", "initiative": "must", "frame": "citizen_service", "it_consulted": "y",
        "facts": ["legal_requirement", "cross_cutting"], "gain_owner": str(leader.id), "system_owner": "",
        **{f"own_{code}": "4" for code in ("wellbeing", "efficiency", "quality", "security", "scalability")},
        "costs-0-text": "Software", "costs-0-kind": "establishment", "costs-0-amount": "650.000,50",
        "costs-0-first": "0", "costs-0-last": "",
        "costs-1-text": "Licens", "costs-1-kind": "operation", "costs-1-amount": "40 000", "costs-1-first": "1", "costs-1-last": "3",
        "gains-0-department": unit, "gains-0-text": "", "gains-0-amount": "400000", "gains-0-first": "1",
        "gains-0-last": "2", "gains-0-cashable": "y",
        "gain_areas-0-name": "Skranken", "gain_areas-0-department": unit, "gain_areas-0-before": "25", "gain_areas-0-before_low": "20",
        "gain_areas-0-before_high": "30", "gain_areas-0-after": "12,5", "gain_areas-0-after_low": "", "gain_areas-0-after_high": "",
        "gain_areas-0-cases": "6.000", "gain_areas-0-affected": "80", "gain_areas-0-rate": "350", "gain_areas-0-phase_in": "50; 100",
        "gain_areas-0-years": "4", "own_financing-0-text": "Skærme", "own_financing-0-amount": "1.000.000", "own_financing-0-year": "0",
        "qualitative_gains-0-criterion": "quality", "qualitative_gains-0-text": "Kortere ventetid",
    }  # fmt: skip
    application = saved(office, write(office, client, **typed))
    content = application.content
    assert (content.loan_ore, content.grant_ore, content.kind, content.frame) == (600_000_00, 50_000_50, "pilot", "citizen_service")
    assert (content.initiative, content.facts, content.it_consulted) == ("must", ("legal_requirement", "cross_cutting"), True)
    assert content.costs == (
        Cost(0, "establishment", 650_000_50, "Software"), *(Cost(year, "operation", 40_000_00, "Licens") for year in (1, 2, 3)),
    )  # fmt: skip
    assert content.gains == tuple(PlannedGain(year, office.own.id, 400_000_00) for year in (1, 2))
    assert content.own_financing == (OwnFinancing("Skærme", 1_000_000_00, 0),)
    assert content.qualitative_gains == (QualitativeGain("quality", "Kortere ventetid"),)
    (area,) = content.gain_areas
    assert isinstance(area, GainArea)
    assert [str(number) for number in (*area.before, *area.after)] == ["20", "25", "30", "12.5", "12.5", "12.5"]
    assert (area.cases, area.rate_ore, [str(part) for part in area.phase_in], area.cashable) == (6000, 350_00, ["0.5", "1"], False)
    assert (content.gain_owner_id, content.system_owner_id, set(content.own_scores.values())) == (leader.id, None, {4})

    shown = form_of(client.get(edit(application)).text)
    again = saved(office, client.submit(edit(application), shown))
    assert again.content == content


@ON_ONE
def test_a_cost_needs_no_text_and_is_then_called_by_its_kind(office, client):
    """So a draft that a scenario file has written can be saved again as it stands."""
    typed = {"costs-0-text": "", "costs-0-amount": "100", "own_financing-0-amount": "50", "own_financing-0-year": "0"}
    application = saved(office, write(office, client, **typed))
    assert application.content.costs == (Cost(0, "establishment", 100_00, ""),)
    assert application.content.own_financing == (OwnFinancing("", 50_00, 0),)
    assert saved(office, client.submit(edit(application), form_of(client.get(edit(application)).text))).content == application.content
    page = client.get(f"/applications/{application.id}").words
    assert "Costs What it is When Amount a year Establishment year 0 DKK 100.00" in page
    assert "It is shown here, and not counted in the years above. DKK 50.00, year 0" in page
    paper = client.get(f"/applications/{application.id}/paper").words
    assert "Establishment 0 100.00" in paper


@ON_ONE
def test_a_last_year_that_is_left_empty_says_what_it_means(office, client):
    page = client.sign_in(office.person("applicant")).get(new(office)).text
    for row in ("gains-0", "split"):
        assert f'id="{row}-last-hint">Empty: one year.' in page


@ON_ONE
@pytest.mark.parametrize("preset", ["herning", "favrskov", "aabenraa", "rudersdal", "jammerbugt"])
def test_which_fields_show_follows_the_policy(app, client, preset):
    office = an_office(preset)
    policy = office.pool.policy
    names = form_of(client.sign_in(office.person("applicant")).get(new(office)).text)
    page = client.get(new(office)).text
    asked = {
        "loan": policy.offers_loans,
        "grant": policy.offers_grants,
        "frame": bool(policy.frames),
        "own_wellbeing": policy.own_scores_first,
        "supports": policy.supports_asked,
        "it_consulted": policy.it_consultation in ("required", "recorded"),
        "purchases": policy.it_consultation == "screened",
    }
    assert {name: f'name="{name}"' in page for name in asked} == asked
    assert ("add:gain_areas" in page) == (policy.business_case == "full")
    assert ("This pool proposes a grant first." in page) == (policy.proposes_grant_first and policy.offers_loans)
    application = saved(office, client.submit(new(office), names | TYPED))
    assert application.content.kind in policy.project_kinds


@ON_ONE
@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"loan": "1,250,000.5"}, "loan", "Write an amount in kroner"),
        ({"loan": "-5"}, "loan", "Write an amount in kroner"),
        ({"grant": "1e9"}, "grant", "Write an amount in kroner"),
        ({"grant": "1,005"}, "grant", "Write an amount in kroner"),
        ({"loan": "1000000000000000"}, "loan", "The amount is too large"),
        ({"title": "x" * 201}, "title", "at most 200 characters"),
        ({"costs-0-text": "Software"}, "costs-0-amount", "Write the amount of this cost."),
        ({"costs-0-text": "A", "costs-0-amount": "0"}, "costs-0-amount", "above 0"),
        ({"costs-0-text": "A", "costs-0-amount": "1", "costs-0-first": "3", "costs-0-last": "2"}, "costs-0-last", "before the first"),
        ({"costs-0-text": "A", "costs-0-amount": "1", "costs-0-first": "51"}, "costs-0-first", "from 0 to 50"),
        ({"gains-0-amount": "400.000"}, "gains-0-department", "Choose the department that gains."),
        ({"gains-0-department": "999999", "gains-0-amount": "1"}, "gains-0-department", "Choose one of the possibilities."),
        ({"qualitative_gains-0-criterion": "quality"}, "qualitative_gains-0-text", "Write what gets better."),
        ({"gain_areas-0-name": "Skranken"}, "gain_areas-0-before", "Write how many minutes"),
        ({"split_shares-0-share": "50"}, "split-amount", "Write how much is gained a year."),
        ({"split-amount": "100"}, "split-amount", "which departments gain"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field_and_saves_nothing(office, client, typed, field, sentence):
    page = write(office, client, **typed)
    assert page.status_code == 422
    assert sentence in field_error(page.text, field)
    assert f'href="#{field}"' in page.text
    sent_back = form_of(page.text)
    kept = {name: value for name, value in typed.items() if value != "999999"}  # a unit that is not offered cannot be shown again
    assert {name: sent_back[name] for name in kept} == kept
    assert office.applications() == []


@ON_ONE
def test_low_typical_and_high_stand_in_order(office, client):
    area = {
        "name": "A", "department": str(office.own.id), "before": "10", "before_low": "12", "before_high": "9", "after": "5", "cases": "10",
        "affected": "100", "rate": "300", "phase_in": "100", "years": "3",
    }  # fmt: skip
    page = write(office, client, **{f"gain_areas-0-{name}": value for name, value in area.items()})
    assert field_error(page.text, "gain_areas-0-before_low") == "Low must not be above typical."
    assert field_error(page.text, "gain_areas-0-before_high") == "High must not be below typical."


@ON_ONE
@pytest.mark.parametrize("field", ["title", "summary", "costs-0-text"])
def test_a_cpr_number_is_refused_at_its_field(office, client, field):
    page = write(office, client, **{"costs-0-amount": "1", "costs-0-text": "A", field: "Anna 010203-1234"})
    assert (page.status_code, page.code) == (422, "cpr_number")
    assert "CPR number" in field_error(page.text, field)
    assert form_of(page.text)[field] == "Anna 010203-1234"


def test_rows_are_added_and_removed_without_saving(office, client):
    client.sign_in(office.person("applicant"))
    typed = form_of(client.get(new(office)).text) | {"title": "", "costs-0-text": "Første", "costs-1-text": "Anden", "loan": "ti kroner"}
    page = client.submit(new(office), typed | {"row": "add:costs"})
    assert page.status_code == 200
    shown = form_of(page.text)
    assert (shown["costs-0-text"], shown["costs-1-text"], shown["costs-2-text"], shown["loan"]) == ("Første", "Anden", "", "ti kroner")
    assert shown["costs-2-first"] == "0"
    page = client.submit(new(office), shown | {"row": "remove:costs-0"})
    shown = form_of(page.text)
    assert "costs-0-text" not in shown
    assert (shown["costs-1-text"], shown["costs-2-text"]) == ("Anden", "")
    for kind in ("gains", "gain_areas", "own_financing", "qualitative_gains", "split_shares"):
        count = sum(name.startswith(f"{kind}-") for name in shown)
        shown = form_of(client.submit(new(office), shown | {"row": f"add:{kind}"}).text)
        assert sum(name.startswith(f"{kind}-") for name in shown) > count
    for senseless in ("add:nothing", "remove:costs-99", "remove:x", "", "split:"):
        assert client.submit(new(office), shown | {"row": senseless}).status_code == 200
    assert office.applications() == []


def test_a_gain_that_cuts_across_is_split_by_shares(office, client):
    own, other = office.own.id, office.other.id
    split = {
        "split-amount": "100.000", "split-text": "Porto", "split-first": "1", "split-last": "3", "split-cashable": "y",
        "split_shares-0-department": str(own), "split_shares-0-share": "66,67",
        "split_shares-1-department": str(other), "split_shares-1-share": "33",
    }  # fmt: skip
    page = write(office, client, row="split", **split)
    assert field_error(page.text, "split_shares-0-share") == "The shares sum to 99,67%; they must sum to 100%."
    split["split_shares-1-share"] = "33,33"
    page = write(office, client, row="split", **split)
    shown = form_of(page.text)
    assert (shown["split-amount"], shown["split_shares-0-share"]) == ("", "")
    assert (shown["gains-1-department"], shown["gains-1-amount"], shown["gains-1-last"]) == (str(own), "66.670", "3")
    application = saved(office, client.submit(new(office), shown))
    expected = [(year, unit, ore) for unit, ore in ((own, 66_670_00), (other, 33_330_00)) for year in (1, 2, 3)]
    assert [(gain.year, gain.department_id, gain.amount_ore) for gain in application.content.gains] == expected
    assert {gain.text for gain in application.content.gains} == {"Porto"}

    unsplit = saved(office, write(office, client, **split))  # saved without pressing the button first
    assert unsplit.content.gains == application.content.gains


def test_two_people_on_one_draft(office, client):
    application = office.application("draft")
    client.sign_in(office.person("applicant"))
    opened = form_of(client.get(edit(application)).text)
    leader = office.person("leader")
    edit_application(
        actor=leader, at=AT, application=application, content=application.content.replace(title="Lederens titel", loan_ore=500_000_00)
    )
    page = client.submit(edit(application), opened | {"title": "Min titel"})
    assert (page.status_code, page.code) == (409, "stale_version")
    assert form_of(page.text)["title"] == "Min titel"
    assert leader.name in page.words
    assert "Title Lederens titel Min titel" in page.words
    assert "Loan DKK 500,000.00 DKK 600,000.00" in page.words
    db.session.expire_all()
    assert application.title == "Lederens titel"
    assert saved(office, client.submit(edit(application), form_of(page.text))).title == "Min titel"


def test_an_edit_takes_the_signature_away_and_says_so(office, client):
    application = office.application("signed")
    client.sign_in(office.person("applicant"))
    page = client.get(edit(application))
    assert "it must be signed again" in page.words
    assert saved(office, client.submit(edit(application), form_of(page.text))).state == "draft"


def test_what_is_submitted_cannot_be_edited(office, client):
    application = office.application("submitted")
    client.sign_in(office.person("applicant"))
    for answer in (client.get(edit(application)), client.submit(edit(application), TYPED)):
        assert (answer.status_code, answer.code) == (409, "wrong_state")


def test_what_is_missing_is_listed_with_links(office, client):
    application = office.application("draft", loan_ore=900_000_00, it_consulted=False, own_scores=None)
    page = client.sign_in(office.person("applicant")).get(edit(application))
    assert "3 things are missing before it can be submitted" in page.words
    for field in ("it_consulted", "own_scores", "loan"):
        assert f'<a href="#{field}">' in page.text
        assert f'id="{field}"' in page.text


def test_a_double_click_starts_one_application(office, client):
    client.sign_in(office.person("applicant"))
    typed, once = form_of(client.get(new(office)).text) | TYPED, "0b5ad1a4-0f0e-4a4f-9a57-3e4f1f5b7c11"
    first, second = (client.submit(new(office), typed, once=once) for _ in range(2))
    assert (first.status_code, second.status_code, first.location) == (303, 303, second.location)
    assert len(office.applications()) == 1


def test_save_and_go_on_stays_on_the_form(office, client):
    answer = write(office, client, then="stay")
    assert answer.location.endswith("/edit")
    assert saved(office, answer).title == "Ny blanket"


@ON_ONE
def test_the_summary_says_which_row_and_which_field(office, client):
    twice = {"costs-0-amount": "1e9", "costs-1-text": "Drift", "costs-1-amount": "1e9", "loan": "1e9", "grant": "1e9"}
    page = write(office, client, **{"costs-0-text": "Software", "costs-1-kind": "operation", "costs-1-first": "1", **twice}).words
    summary = page.partition("Something must be put right")[2].partition("You can save at any time")[0]
    for place in ("Cost 1, Amount a year: ", "Cost 2, Amount a year: ", "Loan: ", "Grant: "):
        assert f"{place}Write an amount" in summary, summary
