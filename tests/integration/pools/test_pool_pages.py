"""The pages of pools: the policy in words, its form, a new pool, roles; and who may open them."""

import re

import pytest

from fundbank.extensions import db
from fundbank.pools import queries
from fundbank.pools.preset import names
from fundbank.pools.roles import Role
from tests.builders import a_department, a_municipality, a_person_with, a_pool, a_user, an_administrator


def english(user):
    user.language = "en"
    return user


@pytest.fixture
def pool(app):
    return a_pool(name="Udviklingspuljen")


@pytest.fixture
def administrator(pool):
    return english(an_administrator(a_department(pool.municipality), name="Astrid Administrator"))


def form_of(page: str) -> dict[str, object]:
    """What a browser would send back of the page's form, untouched."""
    data: dict[str, object] = {}
    form = re.search(r"<form[^>]*novalidate[^>]*>(.*?)</form>", page, re.DOTALL)[1]
    for tag in re.findall(r"<input[^>]*>", form):
        given = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        if given.get("type") in ("checkbox", "radio"):
            if " checked" in tag:
                data.setdefault(given["name"], []).append(given["value"])
        else:
            data[given["name"]] = given.get("value", "").replace("&#39;", "'")
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\r?\n?(.*?)</textarea>', form, re.DOTALL):
        data[name] = text
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        data[name] = re.search(r'<option selected value="([^"]*)"', options)[1]
    return {name: value for name, value in data.items() if name not in ("csrf_token", "once")}


@pytest.mark.parametrize("preset", names())
def test_the_policy_in_words_with_a_mark_at_each_rule(app, client, preset):
    pool = a_pool(preset=preset)
    page = client.sign_in(english(a_person_with(pool, Role.AUDITOR))).get(f"/pools/{pool.id}/policy")
    assert page.status_code == 200
    assert pool.policy.forum_name in page.text
    assert "From the municipality's document" in page.words
    assert "Never paid by the pool: it pays for set-up only." in page.words
    assert "Change the rules" not in page.words
    expected = {
        "herning": "Scale 1, 2, 3, 4, 5 Default",
        "favrskov": "Per mille of service expenditure 2.5 ‰ From the municipality's document",
        "aabenraa": "An award is either a loan or a grant Adapted from the document",
        "rudersdal": "Amount a year DKK 800,000.00 From the municipality's document",
        "jammerbugt": "Time for the experts 7 days From the municipality's document",
    }
    assert expected[preset] in page.words
    assert ("Share of the gain that is repaid 50% Default" in page.words) == pool.policy.offers_loans


def test_an_untouched_form_changes_nothing_and_says_so(client, pool, administrator):
    url = f"/pools/{pool.id}/policy/edit"
    client.sign_in(administrator)
    answer = client.submit(url, {**form_of(client.get(url).text), "reason": "Ingen grund"})
    assert answer.status_code == 422
    assert "Nothing has been changed." in answer.words


@pytest.mark.parametrize("preset", names())
def test_every_presets_form_can_be_saved(app, client, preset):
    pool = a_pool(preset=preset, content_required=True)
    url = f"/pools/{pool.id}/policy/edit"
    client.sign_in(english(an_administrator(a_department(pool.municipality))))
    answer = client.submit(url, {**form_of(client.get(url).text), "minimum_scores": "2", "reason": "Vi er få."})
    assert answer.status_code == 303
    db.session.expire_all()
    assert (pool.policy_version.number, pool.policy.minimum_scores) == (2, 2)
    assert [name for name, origin in pool.policy_version.origins.items() if origin == "changed"] == ["minimum_scores"]


@pytest.mark.parametrize("field", ["reason", "forum_members"])
def test_a_cpr_number_in_the_rules_is_refused_at_its_field(client, pool, administrator, field):
    url = f"/pools/{pool.id}/policy/edit"
    client.sign_in(administrator)
    typed = form_of(client.get(url).text) | {"minimum_scores": "2", "reason": "Vi er få.", field: "Ja, 010190-1234"}
    answer = client.submit(url, typed)
    assert (answer.status_code, answer.code) == (422, "cpr_number")
    assert f'id="{field}-error"' in answer.text and "Ja, 010190-1234" in answer.text


def test_an_administrator_changes_weights_scale_frames_and_amounts(client, pool, administrator):
    url = f"/pools/{pool.id}/policy/edit"
    client.sign_in(administrator)
    typed = form_of(client.get(url).text) | {
        "weight_wellbeing": "10", "weight_efficiency": "32,5", "weight_quality": "17,5", "repayment_share": "60",
        "scale": "low,medium,high", "yearly_amount_ore": "kr. 1.250.000,50", "small_case_kinds": ["pilot"],
        "frame_0_amount": "500.000", "frame_1_name": "", "frame_3_name": "Ældre og sundhed", "frame_3_amount": "",
        "reason": "Budget 2026",
    }  # fmt: skip
    answer = client.submit(url, typed)
    assert answer.status_code == 303
    db.session.expire_all()
    policy = pool.policy
    assert [str(weight) for weight in policy.weights.values()] == ["0.1", "0.325", "0.175", "0.20", "0.20"] or [
        round(weight * 1000) for weight in policy.weights.values()
    ] == [100, 325, 175, 200, 200]
    assert policy.scale == ("low", "medium", "high")
    assert policy.yearly_amount_ore == 125_000_050
    assert policy.small_case_kinds == ("pilot",)
    assert [(frame.code, frame.name, frame.amount_ore) for frame in policy.frames] == [
        ("citizen_service", "Borger- og virksomhedsservice", 50_000_000),
        ("systems_architecture", "Systemer og arkitektur", None),
        ("aeldre_og_sundhed", "Ældre og sundhed", None),
    ]
    page = client.get(answer.location)
    assert "The rules have been changed: version 2." in page.words
    assert "Astrid Administrator" in page.words
    assert "Budget 2026" in page.words
    assert "Share of the gain that is repaid 60% Changed here" in page.words
    old = client.get(f"/pools/{pool.id}/policy/1")
    assert "It is no longer in force" in old.words
    assert "Share of the gain that is repaid 50% Default" in old.words
    assert client.get(f"/pools/{pool.id}/policy/3").status_code == 404


def test_senseless_rules_are_refused_field_by_field_and_nothing_typed_is_lost(client, pool, administrator):
    url = f"/pools/{pool.id}/policy/edit"
    client.sign_in(administrator)
    typed = form_of(client.get(url).text) | {
        "weight_quality": "10", "repayment_share": "0", "per_mille": "0", "per_mille_to_pool": "101",
        "discount_rate": "125", "payback_limit_years": "nul", "forum_name": "",
        "offers_loans": [], "offers_grants": [], "mix_offered": [], "project_kinds": [], "yearly_amount_ore": "1,250,000.5",
        "frame_4_amount": "100", "reason": "Hårdere regler",
    }  # fmt: skip
    answer = client.submit(url, typed)
    assert answer.status_code == 422
    assert answer.code == "policy_invalid"
    for field, sentence in {
        "weight_wellbeing": "The weights sum to 90%; they must sum to 100 %.",
        "repayment_share": "Write a share above 0 and at most 100 per cent.",
        "per_mille_to_pool": "Write a share above 0 and at most 100 per cent.",
        "per_mille": "Write a number above 0 and at most 1,000 per mille.",
        "discount_rate": "Write a share from 0 to 100 per cent.",
        "payback_limit_years": "Write a whole number.",
        "forum_name": "This must be filled in.",
        "offers_loans": "Offer at least one principle: loan or grant.",
        "project_kinds": "Choose at least one.",
        "yearly_amount_ore": "Write an amount in kroner, for example 1.250.000 or 1.250.000,50.",
        "frame_4_name": "A budget frame needs a name.",
    }.items():
        assert re.search(rf'id="{field}-error">.*?{re.escape(sentence)}', answer.text), field
    kept = form_of(answer.text)
    assert {name: kept.get(name) for name in ("weight_quality", "payback_limit_years", "yearly_amount_ore", "reason")} == {
        "weight_quality": "10", "payback_limit_years": "nul", "yearly_amount_ore": "1,250,000.5", "reason": "Hårdere regler",
    }  # fmt: skip
    assert pool.policy_version.number == 1


def test_a_share_of_150_per_cent_is_refused_at_its_field(client, pool, administrator):
    url = f"/pools/{pool.id}/policy/edit"
    client.sign_in(administrator)
    answer = client.submit(url, {**form_of(client.get(url).text), "repayment_share": "150", "reason": "Mere"})
    assert answer.status_code == 422
    assert re.search(r'id="repayment_share-error">.*?Write a share above 0 and at most 100 per cent\.', answer.text)
    assert "Share of the gain that is repaid: Write a share above 0 and at most 100 per cent." in answer.words


def test_two_administrators_at_once(client, clients, pool, administrator):
    url = f"/pools/{pool.id}/policy/edit"
    other = clients().sign_in(english(an_administrator(a_department(pool.municipality))))
    mine = form_of(client.sign_in(administrator).get(url).text) | {"minimum_scores": "4", "reason": "Fire"}
    theirs = form_of(other.get(url).text) | {"claim_due_days": "14", "reason": "Hurtigere"}
    assert other.submit(url, theirs).status_code == 303
    answer = client.submit(url, mine)
    assert (answer.status_code, answer.code) == (409, "stale_version")
    assert "Time to pay a claim: 14 days" in answer.words
    again = form_of(answer.text)
    assert (again["minimum_scores"], again["reason"], again["based_on"]) == ("4", "Fire", "2")
    assert client.submit(url, again | {"claim_due_days": "14"}).status_code == 303
    db.session.expire_all()
    assert (pool.policy_version.number, pool.policy.minimum_scores, pool.policy.claim_due_days) == (3, 4, 14)


def test_a_new_pool_from_a_preset(client, pool, administrator):
    client.sign_in(administrator)
    assert "Favrskov Kommune: Digitaliseringsbanken" in client.get("/pools/new").words
    answer = client.submit("/pools/new", {"name": "Banken", "preset": "favrskov"})
    assert answer.status_code == 303
    made = queries.pool_named(pool.municipality_id, "Banken")
    assert made is not None
    assert made.policy.funding == "per_mille"
    assert made.policy.content_required and made.policy_version.origins["content_required"] == "default"
    assert "Now give people their roles" in client.get(answer.location).words
    taken = client.submit("/pools/new", {"name": "Banken", "preset": "herning"})
    assert (taken.status_code, taken.code) == (409, "already_posted")
    assert "There is already a pool of this name." in taken.words
    empty = client.submit("/pools/new", {"name": " "})
    assert empty.status_code == 422
    assert empty.text.count("form-error-message") == 2
    assert "Give the pool a name. Choose a set of rules to start from." in empty.words


def test_roles_are_given_and_taken(client, pool, administrator):
    person = a_user(a_department(pool.municipality), name="Mette Medlem")
    url = f"/pools/{pool.id}/roles/{person.id}"
    client.sign_in(administrator)
    assert "Nobody has a role in this pool yet." in client.get(f"/pools/{pool.id}/roles").words
    assert "Mette Medlem" in client.get(f"/pools/{pool.id}/roles?words=mette").words
    assert "Nobody was found." in client.get(f"/pools/{pool.id}/roles?words=zz").words
    answer = client.submit(url, {**form_of(client.get(url).text), "roles": ["member", "chair"]})
    assert answer.status_code == 303
    assert "Member of the forum, Chair of the forum" in client.get(answer.location).words
    opened = form_of(client.get(url).text)
    assert opened["roles"] == ["member", "chair"]
    assert client.submit(url, {**opened, "roles": ["chair", "finance"]}).status_code == 303
    assert queries.roles_of(person) == {pool.id: {Role.CHAIR, Role.FINANCE}}
    stale = client.submit(url, {**opened, "roles": []})
    assert (stale.status_code, stale.code) == (409, "stale_version")
    nonsense = client.submit(url, {**form_of(client.get(url).text), "roles": ["king"]})
    assert nonsense.status_code == 422


def test_the_list_of_pools(client, pool, administrator):
    second = a_pool(pool.municipality, name="Teknologipuljen")
    elsewhere = a_pool(name="Den anden kommunes")
    page = client.sign_in(administrator).get("/pools/rules")
    assert "Udviklingspuljen" in page.words and "Teknologipuljen" in page.words
    assert elsewhere.name not in page.words
    assert "New pool" in page.words
    assert f'<a href="/pools/{pool.id}">Udviklingspuljen</a>' in page.text
    page = client.sign_in(english(a_person_with(second, Role.APPLICANT))).get("/pools/rules")
    assert "Udviklingspuljen" not in page.words and "Teknologipuljen" in page.words
    assert "New pool" not in page.words


def test_the_list_asks_no_more_questions_as_it_grows(client, app, query_counter):
    home = a_municipality()
    client.sign_in(english(an_administrator(a_department(home))))
    counted = []
    for _ in range(2):
        for _ in range(3):
            a_pool(home)
        with query_counter() as asked:
            client.get("/pools/rules")
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_who_may_open_the_pages(client, pool, administrator):
    person = a_person_with(pool, Role.MEMBER)
    reading = ("/pools/rules", f"/pools/{pool.id}/policy", f"/pools/{pool.id}/policy/1", f"/pools/{pool.id}/roles")
    changing = ("/pools/new", f"/pools/{pool.id}/policy/edit", f"/pools/{pool.id}/roles/{person.id}")
    own = changing[1:]

    def statuses(user, urls):
        client.sign_in(user)
        return [client.get(url).status_code for url in urls]

    assert statuses(administrator, reading + changing) == [200] * 7
    assert statuses(a_person_with(pool, Role.ADMINISTRATOR), reading + changing) == [200] * 4 + [403, 200, 200]
    for role in Role:
        if role is not Role.ADMINISTRATOR:
            assert statuses(a_person_with(pool, role), reading + changing) == [200] * 4 + [403] * 3, role
    assert statuses(a_user(a_department(pool.municipality)), reading + changing) == [403, 404, 404, 404, 403, 404, 404]
    assert statuses(an_administrator(), reading[1:] + own) == [404] * 5
    assert client.submit(own[0], {}).status_code == 404
    member = clients_post(client, person, own)
    assert member == [403, 403]


def clients_post(client, user, urls):
    client.sign_in(user)
    return [client.submit(url, {}).status_code for url in urls]
