"""Writing an application step by step: only a title is needed, rows come and go without saving, and nothing that was typed is lost."""

import pytest

from fundbank.applications.operations import edit_application
from fundbank.applications.rules.content import Cost, GainArea, OwnFinancing, PlannedGain, QualitativeGain
from fundbank.applications.rules.topics import STEPS, TOPICS
from fundbank.extensions import db
from fundbank.history import queries as history
from fundbank.pools.criteria import CODES
from tests.builders import AT
from tests.integration.applications.office import Office, an_office, field_error, form_of
from tests.integration.applications.writing import new, save, started, step, step_of, write
from tests.pictures import Pictures

ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what the form alone decides


@pytest.fixture
def office(app, pictures: Pictures) -> Office:
    return pictures.of("office", an_office)


def edit(application):
    return f"/applications/{application.id}/edit"


def kept(office, client, code, **typed):
    """The page of a step that has been left with something in it that could not be saved."""
    application = started(office, write(office, client, **typed))
    return client.get(step(application, code))


def events(application):
    return [entry.event for entry in history.entries("applications", application.id)]


def test_a_title_is_all_that_is_needed(office, client):
    client.sign_in(office.person("applicant"))
    answer = save(client, new(office), title="Ny blanket")
    application = started(office, answer)
    assert answer.location.endswith(step(application, "project")), "it goes on to the first step"
    assert (application.title, application.state, application.department, application.number) == ("Ny blanket", "draft", office.own, 1)
    content = application.content
    assert (content.costs, content.gains, content.requested_ore, content.own_scores) == ((), (), 0, None)


def test_without_a_title_the_field_says_so_and_the_rest_stays(office, client):
    client.sign_in(office.person("applicant"))
    page = save(client, new(office), title="  ")
    assert page.status_code == 422
    assert "Write a title" in field_error(page.text, "title")
    assert office.applications() == []
    application = office.application()
    written = started(office, save(client, step(application, "project"), title="  ", summary="Borgerne kan selv."))
    assert (written.content.title, written.content.summary) == (application.content.title, "Borgerne kan selv.")
    page = client.get(step(application, "project")).text
    assert "Write a title" in field_error(page, "title")
    assert form_of(page)["title"] == ""


@ON_ONE
def test_one_lower_sum_can_be_named(office, client):
    application = started(office, write(office, client, loan="600.000", lower="400.000"))
    assert application.content.lower_ore == 400_000_00
    assert "Could make do with DKK 400,000.00" in client.get(f"/applications/{application.id}").words
    assert started(office, write(office, client, loan="600.000")).content.lower_ore is None
    assert "Write an amount above 0" in field_error(kept(office, client, "money", lower="0").text, "lower")


def test_who_may_write(office, client):
    for role in ("adviser", "member", "chair", "coordinator", "finance", "auditor", "administrator"):
        assert client.sign_in(office.person(role)).get(new(office)).status_code == 403
    application = office.application("draft")
    stranger = an_office().person("applicant")
    for page in (edit(application), *(step(application, one.code) for one in STEPS)):
        written = 302 if page == edit(application) else 200
        for role, status in (("applicant", written), ("leader", written), ("member", 404), ("auditor", 403)):
            assert client.sign_in(office.person(role)).get(page).status_code == status
        assert client.sign_in(office.person("leader", office.top)).get(page).status_code == written
        assert client.sign_in(office.person("applicant", office.other)).get(page).status_code == 404
        assert client.sign_in(office.person("applicant", office.top)).get(page).status_code == written
        assert client.sign_in(stranger).get(page).status_code == 404
    assert client.sign_in(office.person("applicant")).get(step(application, "nothing")).status_code == 404


def test_a_leader_applies_for_the_units_below_and_for_no_other(office, client):
    client.sign_in(office.person("leader", office.top))
    application = started(office, save(client, new(office), title="Ny blanket", department=str(office.own.id)))
    assert application.department == office.own
    refused = save(client, new(office), title="Ny blanket", department=str(office.other.id))
    assert refused.status_code == 422
    assert field_error(refused.text, "department") == "Choose one of the possibilities."
    assert started(office, save(client, step(application, "project"), department=str(office.other.id))).department == office.own
    page = client.get(step(application, "project")).text
    assert field_error(page, "department") == "Choose one of the possibilities."
    started(office, save(client, step(application, "project"), department=str(office.top.id)))
    assert application.department == office.top


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
    application = started(office, write(office, client, **typed))
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

    for topic in TOPICS:
        assert started(office, save(client, step(application, topic.code))).content == content
    assert set(events(application)) == {"started", "edited"}
    assert len(events(application)) == 1 + len(TOPICS), "what is saved again as it stood leaves no line"


@ON_ONE
def test_a_cost_needs_no_text_and_is_then_called_by_its_kind(office, client):
    """So a draft that a scenario file has written can be saved again as it stands."""
    typed = {"costs-0-text": "", "costs-0-amount": "100", "own_financing-0-amount": "50", "own_financing-0-year": "0"}
    application = started(office, write(office, client, **typed))
    assert application.content.costs == (Cost(0, "establishment", 100_00, ""),)
    assert application.content.own_financing == (OwnFinancing("", 50_00, 0),)
    assert started(office, save(client, step(application, "money"))).content == application.content
    page = client.get(f"/applications/{application.id}").words
    assert "Costs What it is When Amount a year Set-up year 0 DKK 100.00" in page
    assert "It is shown here, and not counted in the years above. DKK 50.00, year 0" in page
    paper = client.get(f"/applications/{application.id}/paper").words
    assert "Set-up 0 100.00" in paper


@ON_ONE
def test_a_last_year_that_is_left_empty_says_what_it_means(office, client):
    page = client.sign_in(office.person("applicant")).get(step(office.application(), "gains")).text
    for row in ("gains-0", "split"):
        assert f'id="{row}-last-hint">Empty: one year.' in page


@ON_ONE
@pytest.mark.parametrize("preset", ["herning", "favrskov", "aabenraa", "rudersdal", "jammerbugt"])
def test_which_fields_show_follows_the_policy(app, client, preset):
    office = an_office(preset)
    policy = office.pool.policy
    answer = write(office, client)
    application = started(office, answer)
    page = "".join(client.get(step(application, topic.code)).text for topic in TOPICS)
    asked = {
        "loan": policy.offers_loans,
        "grant": policy.offers_grants,
        "frame": bool(policy.frames),
        "own_wellbeing": policy.own_scores_first,
        "supports": policy.supports_asked,
        "it_consulted": policy.it_consultation in ("required", "recorded"),
        "purchases": policy.it_consultation == "screened",
        "kind": len(policy.project_kinds) > 1,
    }
    assert {name: f'name="{name}"' in page for name in asked} == asked
    assert ("add:gain_areas" in page) == (policy.business_case == "full")
    assert ("This pool proposes a grant first." in page) == (policy.proposes_grant_first and policy.offers_loans)
    assert ('name="kind"' in client.get(new(office)).text) == asked["kind"]
    before = application.content
    assert before.kind in policy.project_kinds
    for topic in TOPICS:
        started(office, save(client, step(application, topic.code)))
    assert application.content == before


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
        ({"gains-0-department": "", "gains-0-amount": "400.000"}, "gains-0-department", "Choose the department that gains."),
        ({"gains-0-department": "999999", "gains-0-amount": "1"}, "gains-0-department", "Choose one of the possibilities."),
        ({"qualitative_gains-0-criterion": "quality"}, "qualitative_gains-0-text", "Write what gets better."),
        ({"gain_areas-0-name": "Skranken"}, "gain_areas-0-before", "Write how many minutes"),
        ({"split_shares-0-share": "50"}, "split-amount", "Write how much is gained a year."),
        ({"split-amount": "100"}, "split-amount", "which departments gain"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field_and_kept_as_it_was_typed(office, client, typed, field, sentence):
    page = kept(office, client, step_of(field), **typed)
    assert sentence in field_error(page.text, field)
    assert f'href="#{field}"' in page.text
    sent_back = form_of(page.text)
    shown = {name: value for name, value in typed.items() if value != "999999"}  # a unit that is not offered cannot be shown again
    assert {name: sent_back[name] for name in shown} == shown
    (application,) = office.applications()
    assert events(application) == ["started"]
    assert client.get(step(application, "check")).words.count("is not part of the application yet") == 1
    for name in ("send", "sign"):
        answer = client.sign_in(office.person("leader")).submit(f"/applications/{application.id}/{name}", {"seen": "999"})
        assert (answer.status_code, answer.code) == (422, "incomplete")


@ON_ONE
def test_low_typical_and_high_stand_in_order(office, client):
    area = {
        "name": "A", "department": str(office.own.id), "before": "10", "before_low": "12", "before_high": "9", "after": "5", "cases": "10",
        "affected": "100", "rate": "300", "phase_in": "100", "years": "3",
    }  # fmt: skip
    page = kept(office, client, "gains", **{f"gain_areas-0-{name}": value for name, value in area.items()})
    assert field_error(page.text, "gain_areas-0-before_low") == "Low must not be above typical."
    assert field_error(page.text, "gain_areas-0-before_high") == "High must not be below typical."


@ON_ONE
@pytest.mark.parametrize("field", ["title", "summary", "costs-0-text"])
def test_a_cpr_number_is_refused_at_its_field(office, client, field):
    cost = {"costs-0-amount": "1"} if field == "costs-0-text" else {}
    page = write(office, client, **cost, **{field: "Anna 010203-1234"})
    assert (page.status_code, page.code) == (422, "cpr_number")
    assert "CPR number" in field_error(page.text, field)
    assert form_of(page.text)[field] == "Anna 010203-1234"
    if field == "title":
        assert save(client, new(office), title="Anna 010203-1234").code == "cpr_number"


def test_rows_are_added_and_removed_and_kept_as_they_are(office, client):
    client.sign_in(office.person("applicant"))
    application = office.application(costs=(), gains=())
    money, gains = step(application, "money"), step(application, "gains")
    typed = form_of(client.get(money).text) | {"costs-0-text": "Første", "costs-1-text": "Anden", "loan": "ti kroner"}
    page = client.submit(money, typed | {"row": "add:costs"})
    assert page.status_code == 200
    shown = form_of(page.text)
    assert (shown["costs-0-text"], shown["costs-1-text"], shown["costs-2-text"], shown["loan"]) == ("Første", "Anden", "", "ti kroner")
    assert shown["costs-2-first"] == "0"
    page = client.submit(money, shown | {"row": "remove:costs-0"})
    shown = form_of(page.text)
    assert "costs-0-text" not in shown
    assert (shown["costs-1-text"], shown["costs-2-text"]) == ("Anden", "")
    again = form_of(client.get(money).text)
    assert (again["costs-0-text"], again["loan"]) == ("Anden", "ti kroner"), "they are there when the page is opened again"
    more = {money: ("own_financing",), gains: ("gains", "gain_areas", "qualitative_gains", "split_shares")}
    for page, kind in ((page, kind) for page, kinds in more.items() for kind in kinds):
        shown = form_of(client.get(page).text)
        count = sum(name.startswith(f"{kind}-") for name in shown)
        shown = form_of(client.submit(page, shown | {"row": f"add:{kind}"}).text)
        assert sum(name.startswith(f"{kind}-") for name in shown) > count
    for senseless in ("add:nothing", "remove:costs-99", "remove:x", "", "split:", "split"):
        assert client.submit(money, form_of(client.get(money).text) | {"row": senseless}).status_code == 200
    db.session.expire_all()
    assert events(application) == ["started"]


def test_a_gain_that_cuts_across_is_split_by_shares(office, client):
    own, other = office.own.id, office.other.id
    split = {
        "split-amount": "100.000", "split-text": "Porto", "split-first": "1", "split-last": "3", "split-cashable": "y",
        "split_shares-0-department": str(own), "split_shares-0-share": "66,67",
        "split_shares-1-department": str(other), "split_shares-1-share": "33",
    }  # fmt: skip
    page = step(started(office, write(office, client)), "gains")

    def press(**typed):
        return client.submit(page, form_of(client.get(page).text) | typed | {"row": "split"})

    shown = press(**split)
    assert field_error(shown.text, "split_shares-0-share") == "The shares sum to 99,67%; they must sum to 100%."
    split["split_shares-1-share"] = "33,33"
    shown = form_of(press(**split).text)
    assert (shown["split-amount"], shown["split_shares-0-share"]) == ("", "")
    assert (shown["gains-1-department"], shown["gains-1-amount"], shown["gains-1-last"]) == (str(own), "66.670", "3")
    application = started(office, client.submit(page, shown))
    expected = [(year, unit, ore) for unit, ore in ((own, 66_670_00), (other, 33_330_00)) for year in (1, 2, 3)]
    assert [(gain.year, gain.department_id, gain.amount_ore) for gain in application.content.gains] == expected
    assert {gain.text for gain in application.content.gains} == {"Porto"}

    unsplit = started(office, write(office, client, **split))  # saved without pressing the button first
    assert unsplit.content.gains == application.content.gains


def test_two_people_on_one_step_move_only_what_they_touch(office, client):
    application = office.application("draft")
    page = step(application, "money")
    mine = form_of(client.sign_in(office.person("applicant")).get(page).text)
    theirs = form_of(client.sign_in(office.person("leader")).get(page).text)
    started(
        office, client.submit(page, theirs | {"loan": "500.000", "costs-0-text": "Lager", "costs-1-text": "Kran", "costs-1-amount": "7"})
    )
    client.sign_in(office.person("applicant"))
    content = started(office, client.submit(page, mine | {"grant": "1.000", "costs-0-amount": "600.001", "costs-1-amount": "5"})).content
    assert (content.loan_ore, content.grant_ore) == (500_000_00, 1_000_00)
    assert content.costs == (
        Cost(0, "establishment", 600_001_00, "Lager"), Cost(0, "establishment", 7_00, "Kran"), Cost(0, "establishment", 5_00),
    )  # fmt: skip


@pytest.mark.parametrize("mine", [topic.code for topic in TOPICS])
def test_two_people_on_two_steps_both_save_and_neither_touches_the_others(office, client, mine):
    """Whoever has a step open while everything else is written anew loses nothing of it, and overwrites nothing."""
    unit = office.own.id
    whole = {
        "project": {"title": "Ny", "summary": "Nyt", "initiative": "must", "facts": ("cross_cutting",), "frame": "citizen_service"},
        "need": {"need": "Ny", "bought": "Nyt", "own_scores": dict.fromkeys(CODES, 4)},
        "money": {
            "loan_ore": 1_00, "grant_ore": 2_00, "lower_ore": 1_00, "operation_money": "Ny",
            "costs": (Cost(1, "operation", 5_00, "Ny"),), "own_financing": (OwnFinancing("Ny", 7_00, 0),),
        },
        "gains": {"gains": (PlannedGain(2, unit, 9_00, True, "Ny"),), "qualitative_gains": (QualitativeGain("quality", "Ny"),)},
        "who": {"gain_owner_id": office.person("leader").id, "gain_owners": "Ny", "project_leader": "Ny", "it_consulted": False},
    }  # fmt: skip
    application = office.application("draft")
    client.sign_in(office.person("applicant"))
    opened = {topic.code: form_of(client.get(step(application, topic.code)).text) for topic in TOPICS}
    before = application.content
    others = {name: value for code, parts in whole.items() if code != mine for name, value in parts.items()}
    edit_application(actor=office.person("leader"), at=AT, application=application, content=before.replace(**others))
    typed = {
        "project": {"summary": "Mit"}, "need": {"need": "Mit"}, "money": {"costs-0-text": "Mit"},
        "gains": {"gains-0-text": "Mit", "gains-5-department": str(unit), "gains-5-amount": "1", "gains-5-first": "9", "gains-5-last": ""},
        "who": {"project_leader": "Mit"},
    }[mine]  # fmt: skip
    after = started(office, client.submit(step(application, mine), opened[mine] | typed)).content
    untouched = [name for topic in TOPICS if topic.code != mine for name in topic.fields]
    assert {name: getattr(after, name) for name in untouched} == {name: getattr(before.replace(**others), name) for name in untouched}
    assert "Mit" in after.texts()
    keys = [row.key for row in (*after.costs, *after.gains, *after.gain_areas)]
    assert all(keys) and len(set(keys)) == len(keys)


def test_a_step_takes_nothing_of_another_steps_fields_whatever_is_sent(office, client):
    application = office.application("draft")
    client.sign_in(office.person("applicant"))
    sent = {"title": "Falsk", "loan": "1", "costs-0-amount": "1", "project_leader": "Mette"}
    after = started(office, save(client, step(application, "who"), **sent)).content
    assert after == office.content(project_leader="Mette", it_consulted=True)


def test_an_edit_takes_the_signature_away_and_says_so(office, client):
    application = office.application("signed")
    client.sign_in(office.person("applicant"))
    page = client.get(step(application, "project"))
    assert "it must be signed again" in page.words
    assert started(office, save(client, step(application, "project"), summary="Nyt")).state == "draft"
    assert events(application)[-1] == "signature_lapsed"


def test_a_save_that_changes_nothing_takes_no_signature_away(office, client):
    application = office.application("signed")
    before, at, revision = events(application), application.changed_at, application.revision
    client.sign_in(office.person("applicant"))
    for topic in TOPICS:
        assert started(office, save(client, step(application, topic.code))).state == "signed"
    edit_application(actor=office.person("applicant"), at=AT, application=application, content=application.content, department=office.own)
    assert (events(application), application.changed_at, application.revision) == (before, at, revision)


def test_the_list_of_steps_says_who_wrote_last_in_each(office, client):
    application = office.application("draft")
    applicant, leader = office.person("applicant"), office.person("leader")
    page = client.sign_in(leader).get(step(application, "who"))
    assert page.words.count(f"{applicant.name}, ") == 2 * 5, "once beside the step, once above it on a phone"
    save(client, step(application, "who"), project_leader="Mette")
    page = client.get(step(application, "who"))
    assert page.words.count(f"{applicant.name}, ") == 2 * 4
    assert f"Finished {leader.name}, " not in page.words, "they know what they wrote themselves"
    others = client.sign_in(applicant).get(step(application, "who"))
    assert others.words.count(f"Who is responsible Finished {leader.name}, ") == 2 and f"{applicant.name}, " not in others.words
    page = client.sign_in(leader).get(step(application, "who"))
    assert "All steps: 5 finished" in page.words


def test_every_step_goes_where_its_button_leads(office, client):
    application = office.application("draft")
    client.sign_in(office.person("applicant"))
    page = step(application, "need")
    for then, place in (("", "money"), ("money", "money"), ("project", "project"), ("check", "check"), ("nothing", "money")):
        assert save(client, page, then=then, need=f"Vi vil: {then}.").location.endswith(step(application, place))
        db.session.expire_all()
        assert application.content.need == f"Vi vil: {then}."
    assert save(client, page, then="leave").location.endswith(f"/applications/{application.id}")
    assert save(client, page, then="project", need="Anna 010203-1234").status_code == 422, "what cannot be saved is not left"


def test_the_old_address_leads_to_the_first_step_that_lacks_something(office, client):
    client.sign_in(office.person("applicant"))
    begun = started(office, save(client, new(office), title="Ny blanket"))
    assert client.get(edit(begun)).location.endswith(step(begun, "project"))
    started(office, save(client, step(begun, "project"), summary="Borgerne kan selv."))
    assert client.get(edit(begun)).location.endswith(step(begun, "need"))
    for lacking, place in (({"loan_ore": 0}, "money"), ({"it_consulted": False}, "who"), ({}, "check")):
        application = office.application(need="Køen er lang.", **lacking)
        assert client.get(edit(application)).location.endswith(step(application, place))
    closed = client.get(edit(office.application("submitted")))
    assert closed.status_code == 409 and "The application has been submitted, or it has ended. It cannot be changed now." in closed.words


def test_what_is_submitted_cannot_be_edited(office, client):
    application = office.application("submitted")
    client.sign_in(office.person("applicant"))
    for topic in STEPS:
        assert client.get(step(application, topic.code)).code == "wrong_state"
        answer = client.submit(step(application, topic.code), {"title": "Nyt"})
        assert (answer.status_code, answer.code) == (409, "wrong_state")


def test_what_is_missing_is_listed_with_links(office, client):
    application = office.application("draft", loan_ore=900_000_00, it_consulted=False, own_scores=None, need="Kø", project_leader="Mette")
    client.sign_in(office.person("applicant"))
    places = {"who": "it_consulted", "need": "own_scores", "money": "loan"}
    for page in (client.get(step(application, "check")), client.get(f"/applications/{application.id}")):
        assert "3 things are missing before it can be submitted" in page.words
        for code, field in places.items():
            assert f'<a href="{step(application, code)}#{field}">' in page.text
    for code, field in places.items():
        page = client.get(step(application, code))
        assert f'id="{field}"' in page.text
        assert "Still missing here" in page.words
    assert "Still missing here" not in client.get(step(application, "project")).words


def test_a_new_gain_is_the_departments_own_until_it_says_otherwise(office, client):
    client.sign_in(office.person("applicant"))
    application = started(office, save(client, new(office), title="Ny blanket"))
    form = form_of(client.get(step(application, "gains")).text)
    assert form["gains-0-department"] == str(office.own.id)
    assert started(office, client.submit(step(application, "gains"), form)).content.gains == (), "nothing was typed"
    save(client, step(application, "gains"), **{"gains-0-amount": "1000"})
    (gain,) = started(office, client.submit(step(application, "gains"), form_of(client.get(step(application, "gains")).text))).content.gains
    assert (gain.department_id, gain.amount_ore) == (office.own.id, 1_000_00)


def test_a_step_that_nobody_has_begun_lacks_nothing_yet(office, client):
    client.sign_in(office.person("applicant"))
    application = started(office, save(client, new(office), title="Ny blanket"))
    assert "Ask for a loan, a grant or both" in client.get(step(application, "check")).words
    assert "Still missing here" not in client.get(step(application, "money")).words
    save(client, step(application, "money"), operation_money="Vores budget")
    assert "Still missing here Ask for a loan, a grant or both" in client.get(step(application, "money")).words


def test_the_last_step_shows_the_others_on_a_phone_too_once_nothing_is_missing(office, client):
    client.sign_in(office.person("applicant"))
    for loan, is_open in ((100_000_00, True), (900_000_00, False)):
        page = client.get(step(office.application("draft", loan_ore=loan), "check")).text
        assert ('<details class="tasks-folded" open>' in page) is is_open


def test_a_step_does_not_ask_to_be_opened(office, client):
    application, told = office.application("draft"), "Open the step and save it."
    client.sign_in(office.person("applicant"))
    save(client, step(application, "money"), loan="ti")
    assert told in client.get(step(application, "check")).words
    page = client.get(step(application, "money")).words
    assert "Kept as it was typed" in page and told not in page


def test_a_double_click_starts_one_application(office, client):
    client.sign_in(office.person("applicant"))
    typed, once = form_of(client.get(new(office)).text) | {"title": "Ny blanket"}, "0b5ad1a4-0f0e-4a4f-9a57-3e4f1f5b7c11"
    first, second = (client.submit(new(office), typed, once=once) for _ in range(2))
    assert (first.status_code, second.status_code, first.location) == (303, 303, second.location)
    assert len(office.applications()) == 1


@ON_ONE
def test_the_summary_says_which_row_and_which_field(office, client):
    twice = {"costs-0-amount": "1e9", "costs-1-text": "Drift", "costs-1-amount": "1e9", "loan": "1e9", "grant": "1e9"}
    page = kept(office, client, "money", **{"costs-0-text": "Software", "costs-1-kind": "operation", "costs-1-first": "1", **twice}).words
    summary = page.partition("Kept as it was typed, and not part of the application yet")[2].partition("Still missing here")[0]
    for place in ("Cost 1, Amount a year: ", "Cost 2, Amount a year: ", "Loan: ", "Grant: "):
        assert f"{place}Write an amount" in summary, summary
