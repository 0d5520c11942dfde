"""An application that has come to its end is copied to a new draft (domain.md §4): what it said, and nothing that became of it."""

from datetime import timedelta

import pytest

from fundbank.applications import operations
from fundbank.applications.states import State
from fundbank.errors import NotAllowed, WrongState
from fundbank.extensions import db
from fundbank.kit.cpr import denied, numbers_in
from fundbank.kit.transaction import commit
from fundbank.people.operations import close_department, deactivate_user
from fundbank.pools.operations import change_policy
from tests.builders import AT
from tests.integration.applications.office import Office, an_office
from tests.pictures import Pictures

LATER = AT + timedelta(days=1)


@pytest.fixture
def office(app, pictures: Pictures) -> Office:
    return pictures.of("office", an_office)


def withdrawn(office, **more):
    application = office.application("submitted", **more)
    operations.withdraw_application(actor=office.person("applicant"), at=LATER, application=application)
    return application


def test_the_copy_says_the_same_and_begins_anew(office, client):
    old = withdrawn(office, need="Køen er lang.")
    commit()
    client.sign_in(office.person("applicant"))
    assert "Copy to a new draft" in client.get(f"/applications/{old.id}").text
    answer = client.submit(f"/applications/{old.id}/copy")
    made = office.applications()[-1]
    assert answer.headers["Location"].endswith(f"/applications/{made.id}")
    assert (made.state, made.number, made.submitted_at, made.versions) == (State.DRAFT, old.number + 1, None, [])
    assert made.department_id == old.department_id and old.state == State.WITHDRAWN
    assert made.content == old.content.replace(it_consulted=False, own_scores=None), "both are asked anew"
    told = client.sign_in(office.person("auditor")).get(f"/pools/{office.pool.id}/history").words
    assert f"copied from no. {old.number}" in told


@pytest.mark.parametrize("state", ["draft", "signed", "submitted", "ready"])
def test_what_is_on_its_way_is_not_copied(office, client, state):
    application = office.application(state)
    commit()
    with pytest.raises(WrongState):
        operations.copy_application(actor=office.person("applicant"), at=LATER, application=application)
    page = client.sign_in(office.person("applicant")).get(f"/applications/{application.id}")
    assert "Copy to a new draft" not in page.text
    assert client.submit(f"/applications/{application.id}/copy").status_code == 409
    db.session.expire_all()
    assert len(office.applications()) == 1


def test_who_does_not_write_for_the_department_does_not_copy(office, client):
    old = withdrawn(office)
    commit()
    for role in ("member", "coordinator", "finance", "auditor"):
        with pytest.raises(NotAllowed):
            operations.copy_application(actor=office.person(role), at=LATER, application=old)
        client.sign_in(office.person(role))
        assert client.submit(f"/applications/{old.id}/copy").status_code == 403
    stranger = office.person("applicant", office.other)
    assert client.sign_in(stranger).submit(f"/applications/{old.id}/copy").status_code == 404


def test_a_closed_department_applies_for_nothing_more(office, client):
    old = withdrawn(office)
    for role in ("applicant", "leader"):
        deactivate_user(actor=None, at=LATER, user=office.person(role))
    close_department(actor=None, at=LATER, department=office.own)
    commit()
    above = office.person("leader", office.top)
    with pytest.raises(WrongState):
        operations.copy_application(actor=above, at=LATER, application=old)
    assert "Copy to a new draft" not in client.sign_in(above).get(f"/applications/{old.id}").text


def test_what_the_rules_no_longer_have_is_left_out(office):
    old = withdrawn(office, kind="pilot")
    values = {**office.pool.policy.to_values(), "project_kinds": ["standard"]}
    said = {"reason": "Kun én slags", "based_on": office.pool.policy_version.number}
    change_policy(actor=office.person("administrator"), at=LATER, pool=office.pool, values=values, **said)
    made = operations.copy_application(actor=office.person("leader"), at=LATER, application=old)
    assert (old.content.kind, made.content.kind) == ("pilot", "standard")


def test_a_number_that_is_no_cpr_number_is_not_asked_about_again(office):
    text = "Sag 010190-1234 er en journal."
    with denied(numbers_in(text), ["summary"]):
        old = withdrawn(office, summary=text)
    made = operations.copy_application(actor=office.person("applicant"), at=LATER, application=old)
    assert made.content.summary == text
