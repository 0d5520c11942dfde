"""All that an application is asked, in advance: page and PDF, as the pool asks it."""

import pytest

from fundbank.applications.forms.writing import FORMS
from fundbank.applications.rules.topics import TOPICS
from tests.integration.applications.office import Office, an_office
from tests.pictures import Pictures


@pytest.fixture
def office(app, pictures: Pictures) -> Office:
    return pictures.of("office", an_office)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_question_of_every_step_is_there_with_its_help(office, client):
    page = client.sign_in(office.person("applicant")).get(f"/pools/{office.pool.id}/questions").words
    for topic in TOPICS:
        form = FORMS[topic]
        for name, field in form.__dict__.items():
            label = getattr(field, "args", ("",))[0]
            if name in ("purchases", "supports") or name.startswith("own_"):
                continue  # this pool does not ask it
            assert str(label) in page, name
            assert str(getattr(field, "kwargs", {}).get("hint") or "") in page, name
    assert page.index("Gain area: Name") < page.index("Payback you expect: years") < page.index("5. Who is responsible")
    assert "Gain area: Name" in page and "Cost: What it is" in page
    assert "Which criteria does the project especially support?" not in page
    assert client.get(f"/pools/{office.pool.id}/questions.pdf").mimetype == "application/pdf"
    assert f"/pools/{office.pool.id}/questions" in client.get(f"/pools/{office.pool.id}/applications/new").text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("is_required", [True, False])
def test_what_must_be_answered_is_told_apart_from_what_the_forum_will_miss(app, client, is_required):
    office = an_office(content_required=is_required)
    page = client.sign_in(office.person("applicant")).get(f"/pools/{office.pool.id}/questions").words
    need = page.partition("2. Need and goal")[2].partition("3. Money")[0]
    asked, missed = "Needed before it can be submitted:", f"Not required, but {office.pool.policy.forum_name} will ask for it:"
    must, _title, may = need.partition(missed)
    assert ("Write what the need is." in must.partition(asked)[2], "Write what the need is." in may) == (is_required, not is_required)
    assert asked in page.partition("3. Money")[2].partition("4. Gains")[0], "an application for nothing is none"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nobody_reads_them_without_signing_in_nor_of_a_pool_that_is_not_there(office, client):
    stranger = office.person("applicant")
    assert client.get(f"/pools/{office.pool.id}/questions").status_code == 302
    assert client.sign_in(stranger).get(f"/pools/{office.pool.id + 1000}/questions").status_code == 404
