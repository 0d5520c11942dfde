"""What a department writes anew after it was returned is its own until it is handed in: lists and searches show what was handed in last."""

from datetime import timedelta

import pytest

from fundbank.applications import operations
from fundbank.checks import check
from fundbank.extensions import db
from fundbank.kit.transaction import commit
from tests.answers import answer_all
from tests.builders import AT
from tests.integration.applications.office import Office, an_office
from tests.pictures import Pictures

LATER = AT + timedelta(days=1)


@pytest.fixture
def office(app, pictures: Pictures) -> Office:
    return pictures.of("office", an_office)


def test_others_see_what_was_handed_in_until_it_is_handed_in_anew(office, client):
    application = office.application("submitted", title="Robotter på lageret")
    coordinator, applicant, leader = (office.person(role) for role in ("coordinator", "applicant", "leader"))
    operations.screen_application(actor=coordinator, at=LATER, application=application, result="returned", reason="Tal?")
    answer_all(application, at=LATER)
    anew = application.content.replace(title="Kraner i havnen", loan_ore=450_000_00)
    operations.edit_application(actor=applicant, at=LATER, application=application, content=anew)
    commit()

    def listed(words: str) -> list[bool]:
        page = client.get(f"/pools/{office.pool.id}/applications?words={words}").text.split("<main")[1]
        return [said in page for said in ("Robotter på lageret", "600,000.00", "Kraner i havnen", "450,000.00")]

    was, nothing, now = [True, True, False, False], [False] * 4, [False, False, True, True]
    for person in (coordinator, office.person("member"), office.person("finance"), office.person("auditor"), applicant, leader):
        client.sign_in(person)
        assert (listed("robotter"), listed("kraner")) == (was, nothing)
    assert "Kraner i havnen" in client.sign_in(applicant).get(f"/applications/{application.id}").text
    assert "Kraner i havnen" not in client.sign_in(coordinator).get(f"/applications/{application.id}").text
    assert [str(fault) for fault in check(db.session.connection())] == []
    operations.sign_application(actor=leader, at=LATER, application=application)
    operations.submit_application(actor=applicant, at=LATER + timedelta(hours=1), application=application)
    commit()
    assert (listed("robotter"), listed("kraner")) == (nothing, now)
    assert [str(fault) for fault in check(db.session.connection())] == []


def test_a_draft_that_was_never_handed_in_is_known_by_what_it_says(office):
    draft = office.application("draft", title="Robotter på lageret")
    operations.edit_application(
        actor=office.person("applicant"), at=LATER, application=draft, content=draft.content.replace(title="Kraner", loan_ore=5_00)
    )
    assert (draft.title, draft.search_text, draft.requested_loan_ore) == ("Kraner", "kraner", 5_00)
