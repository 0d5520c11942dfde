"""Sending an application to signature: a leader is asked when a writer sends it, and only for what could be handed in as it is."""

from io import BytesIO

import pytest

from fundbank.applications import operations
from fundbank.applications.operations.annexes import attach_annexes, take_annex_away
from fundbank.applications.queries.annexes import annexes_of
from fundbank.applications.rules.annexes import PURPOSES
from fundbank.applications.rules.completeness import OperationNotCovered
from fundbank.applications.rules.content import PlannedGain
from fundbank.errors import Incomplete, NotAllowed, StaleVersion, WrongState
from fundbank.extensions import db
from fundbank.files.operations import Sent
from fundbank.history import queries as history
from fundbank.history.events import SENTENCES
from fundbank.kit.clock import local_date
from fundbank.overviews.chronicle import told
from fundbank.overviews.waiting import waiting_for
from fundbank.pools.queries import roles_of
from tests.answers import answer_all
from tests.at_once import doing, overtaken
from tests.builders import AT, a_department
from tests.integration.applications.office import Office, an_office, form_of
from tests.integration.applications.writing import save, step
from tests.pictures import Pictures
from tests.web import sent_along


@pytest.fixture
def office(app, pictures: Pictures) -> Office:
    return pictures.of("office", an_office)


def events(application):
    return [entry.event for entry in history.entries("applications", application.id)]


def send(office, application, role="applicant"):
    operations.send_to_signature(actor=office.person(role), at=AT, application=application)


def attach(office, application, name="tilbud.csv"):
    sent = [Sent(name, BytesIO(b"Pris;Antal\n1;2\n"))]
    attach_annexes(actor=office.person("applicant"), at=AT, application=application, sent=sent, purpose=next(iter(PURPOSES)))


def write_another_sum(office, application):
    content = application.content.replace(loan_ore=500_000_00)
    operations.edit_application(actor=office.person("applicant"), at=AT, application=application, content=content)


def take_the_annex_away(office, application):
    take_annex_away(actor=office.person("applicant"), at=AT, application=application, file=annexes_of(application)[0])


def waits(person):
    groups = waiting_for(person, roles_of(person), local_date(AT))
    return {group.kind: [item.subject_id for item in group.items] for group in groups}


def test_a_draft_goes_to_the_leader_when_a_writer_sends_it(office):
    whole, lacking = office.application(), office.application(loan_ore=700_000_00)
    leader, applicant = office.person("leader"), office.person("applicant")
    assert waits(leader) == waits(applicant) == {"to_finish": [whole.id, lacking.id]}, "not when it happens to be complete"
    send(office, whole)
    assert (whole.is_sent, whole.sent_to_signature_by, whole.sent_to_signature_at, whole.state) == (True, applicant, AT, "draft")
    assert waits(leader) == {"to_finish": [lacking.id], "to_sign": [whole.id]}
    assert waits(applicant) == {"to_finish": [lacking.id]}
    assert events(whole)[-1] == "sent_to_signature"
    operations.sign_application(actor=leader, at=AT, application=whole)
    assert (whole.is_sent, whole.state, waits(leader).get("to_sign")) == (False, "signed", None)


@pytest.mark.parametrize(
    ("lacks", "refusal"), [({"loan_ore": 0}, Incomplete), ({"it_consulted": False}, Incomplete), ({"costs": ()}, OperationNotCovered)]
)
def test_what_could_not_be_handed_in_is_not_sent(office, lacks, refusal):
    application = office.application(**lacks)
    with pytest.raises(refusal):
        send(office, application)
    assert (application.is_sent, events(application)) == (False, ["started"])


def test_who_may_not_write_it_may_not_send_it(office):
    application = office.application()
    for role in ("member", "coordinator", "finance", "auditor", "administrator"):
        with pytest.raises(NotAllowed):
            send(office, application, role)
        with pytest.raises(NotAllowed):
            operations.recall_from_signature(actor=office.person(role), at=AT, application=application)
    assert not application.is_sent


@pytest.mark.parametrize("state", ["signed", "submitted", "ready"])
def test_only_what_is_written_is_sent(office, state):
    with pytest.raises(WrongState):
        send(office, office.application(state))


def test_what_has_been_sent_is_not_sent_again(office):
    application = office.application()
    send(office, application)
    with pytest.raises(WrongState):
        send(office, application)
    assert events(application).count("sent_to_signature") == 1


def test_the_writer_takes_it_back(office):
    application = office.application()
    with pytest.raises(WrongState):
        operations.recall_from_signature(actor=office.person("applicant"), at=AT, application=application)
    send(office, application)
    operations.recall_from_signature(actor=office.person("applicant"), at=AT, application=application)
    assert not application.is_sent and "to_sign" not in waits(office.person("leader"))
    assert events(application) == ["started", "sent_to_signature", "recalled_from_signature"]


def test_a_change_takes_it_back_and_what_changes_nothing_does_not(office):
    application, applicant = office.application(), office.person("applicant")
    send(office, application)
    operations.edit_application(actor=applicant, at=AT, application=application, content=application.content)
    assert application.is_sent
    changed = application.content.replace(summary="Nyt")
    operations.edit_application(actor=applicant, at=AT, application=application, content=changed)
    assert not application.is_sent
    assert events(application) == ["started", "sent_to_signature", "sending_lapsed"]


def test_an_annex_takes_it_back_too(office):
    application = office.application()
    send(office, application)
    attach(office, application)
    assert not application.is_sent
    assert events(application)[-1] == "sending_lapsed"


def test_what_is_withdrawn_waits_for_nobody(office):
    application = office.application()
    send(office, application)
    operations.withdraw_application(actor=office.person("applicant"), at=AT, application=application)
    assert not application.is_sent and "to_sign" not in waits(office.person("leader"))


def test_what_was_returned_is_sent_to_signature_too(office):
    application = office.application("submitted")
    operations.screen_application(actor=office.person("coordinator"), at=AT, application=application, result="returned", reason="Uklart")
    answer_all(application, at=AT)
    assert waits(office.person("leader"))["to_finish"] == [application.id]
    send(office, application)
    assert (application.state, waits(office.person("leader"))) == ("returned", {"to_sign": [application.id]})
    operations.sign_application(actor=office.person("leader"), at=AT, application=application)
    assert application.state == "signed"


def test_a_leader_signs_what_nobody_has_sent(office):
    application = office.application()
    operations.sign_application(actor=office.person("leader"), at=AT, application=application)
    assert application.state == "signed"


def test_the_last_step_sends_it_and_takes_it_back(office, client):
    application = office.application()
    check, page = step(application, "check"), f"/applications/{application.id}"
    shown = client.sign_in(office.person("applicant")).get(check)
    assert f'action="{page}/send"' in shown.text and f'action="{page}/sign"' not in shown.text
    assert client.submit(f"{page}/send").location.endswith(page)
    db.session.expire_all()
    assert application.is_sent
    shown = client.get(check)
    assert f'action="{page}/recall"' in shown.text and f'action="{page}/send"' not in shown.text
    assert "The application must be signed." in client.get(page).words
    assert "If you change the application, it must be sent again." in client.get(step(application, "who")).words
    leaders = client.sign_in(office.person("leader")).get(check)
    assert f'action="{page}/sign"' in leaders.text
    client.sign_in(office.person("applicant"))
    assert client.submit(f"{page}/recall").location.endswith(check)
    db.session.expire_all()
    assert not application.is_sent
    assert client.submit(f"{page}/recall").code == "wrong_state"


def test_a_leader_who_writes_signs_on_the_last_step_at_once(office, client):
    application = office.application()
    page = f"/applications/{application.id}"
    shown = client.sign_in(office.person("leader")).get(step(application, "check"))
    assert f'action="{page}/sign"' in shown.text and f'action="{page}/send"' not in shown.text
    assert client.submit(f"{page}/sign").status_code == 303
    db.session.expire_all()
    assert application.state == "signed"


def test_nothing_is_sent_from_the_page_while_something_is_missing(office, client):
    application = office.application(loan_ore=0)
    page = f"/applications/{application.id}"
    client.sign_in(office.person("applicant"))
    for shown in (client.get(step(application, "check")), client.get(page)):
        assert f'action="{page}/send"' not in shown.text
    assert client.submit(f"{page}/send").code == "incomplete"
    save(client, step(application, "money"), loan="600.000")
    assert f'action="{page}/send"' in client.get(step(application, "check")).text
    assert f'action="{page}/send"' in client.get(page).text


# What a leader signs is what the page showed.

CHANGES = pytest.mark.parametrize("change", [write_another_sum, attach, take_the_annex_away])


@pytest.mark.each_database
@CHANGES
@pytest.mark.parametrize("is_sent", [False, True])
def test_a_leader_does_not_sign_what_was_changed_after_it_was_shown(office, change, is_sent):
    application, leader = office.application(), office.person("leader")
    attach(office, application)
    if is_sent:
        send(office, application)
    seen = history.newest_id("applications", application.id)
    change(office, application)
    with pytest.raises(StaleVersion):
        operations.sign_application(actor=leader, at=AT, application=application, seen=seen)
    assert (application.state, application.signed_by) == ("draft", None)
    operations.sign_application(
        actor=leader, at=AT, application=application, seen=history.newest_id("applications", application.id)
    )  # fmt: skip
    assert application.state == "signed"


def test_what_is_sent_or_taken_back_meanwhile_can_be_signed_as_it_was_shown(office):
    application = office.application()
    seen = history.newest_id("applications", application.id)
    send(office, application)
    operations.recall_from_signature(actor=office.person("applicant"), at=AT, application=application)
    operations.sign_application(actor=office.person("leader"), at=AT, application=application, seen=seen)
    assert application.state == "signed"


@pytest.mark.each_database
@CHANGES
@pytest.mark.parametrize("where", ["the application", "its last step"])
def test_the_page_that_a_leader_signs_from_says_what_it_showed(office, client, change, where):
    application = office.application()
    attach(office, application)
    page = f"/applications/{application.id}"
    shown = client.sign_in(office.person("leader")).get(page if where == "the application" else step(application, "check"))
    form = sent_along(shown.text, f"{page}/sign")
    change(office, application)
    answer = client.submit(f"{page}/sign", form)
    assert answer.code == "stale_version" and "Go back, read it again, and then sign." in answer.words
    assert client.submit(f"{page}/sign").code == "stale_version", "who says nothing of what was shown was shown nothing"
    db.session.expire_all()
    assert (application.state, application.signed_by) == ("draft", None)
    assert client.submit(f"{page}/sign", sent_along(client.get(page).text, f"{page}/sign")).status_code == 303
    db.session.expire_all()
    assert application.state == "signed"


# Between the page and the lock an application changes hands, and a person their department.

ONLY_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite lets only one begin
STEPS = {
    "send": (operations.send_to_signature, "applicant", None),
    "recall": (operations.recall_from_signature, "applicant", send),
    "sign": (operations.sign_application, "leader", None),
    "edit": (operations.edit_application, "applicant", None),
    "withdraw": (operations.withdraw_application, "applicant", None),
}


@pytest.mark.each_database
@ONLY_POSTGRESQL
@pytest.mark.parametrize("name", STEPS)
def test_nobody_goes_on_with_what_another_department_has_got_meanwhile(app, office, name):
    operation, role, before = STEPS[name]
    application = office.application()
    if before:
        before(office, application)
    more = {"content": application.content.replace(title="Nyt")} if name == "edit" else {}
    acting = doing(operation, at=AT, actor=office.person(role), application=application, **more)
    above = office.person("leader", office.top)
    handed = doing(hand_over, at=AT, actor=above, application=application, department=a_department(parent=office.top, name="Arkivet"))
    assert overtaken(app, acting, handed) == "not_allowed"


def hand_over(*, actor, at, application, department):
    operations.edit_application(actor=actor, at=at, application=application, content=application.content, department=department)


# What is sent or signed is not ended by somebody who does not know of it.


def signed_meanwhile(office, application):
    operations.sign_application(actor=office.person("leader"), at=AT, application=application)


def sent_meanwhile(office, application):
    send(office, application, "leader")


MEANWHILE = {
    "signed": (signed_meanwhile, "A leader has signed the application since you opened this step.", "signature_lapsed"),
    "sent": (sent_meanwhile, "The application was sent for signature after you opened this step.", "sending_lapsed"),
}


@pytest.mark.each_database
@pytest.mark.parametrize("what", MEANWHILE)
def test_who_has_a_step_open_is_told_that_it_has_been_signed_or_sent_since(office, client, what):
    happens, sentence, line = MEANWHILE[what]
    application = office.application()
    page = step(application, "project")
    opened = form_of(client.sign_in(office.person("applicant")).get(page).text)
    happens(office, application)
    late = client.submit(page, opened | {"summary": "Nyt"})
    assert (late.status_code, late.code) == (409, "stale_version")
    assert sentence in late.words and "What has been saved" not in late.words
    db.session.expire_all()
    assert application.is_sent or application.state == "signed"
    again = form_of(late.text)
    assert again["summary"] == "Nyt"
    assert client.submit(page, again).status_code == 303, "now it is known"
    db.session.expire_all()
    assert (application.state, application.is_sent, application.content.summary) == ("draft", False, "Nyt")
    assert events(application)[-1] == line


@pytest.mark.parametrize("what", MEANWHILE)
def test_who_changes_nothing_in_a_step_goes_on_undisturbed(office, client, what):
    application = office.application()
    page = step(application, "project")
    opened = form_of(client.sign_in(office.person("applicant")).get(page).text)
    MEANWHILE[what][0](office, application)
    assert client.submit(page, opened).status_code == 303
    db.session.expire_all()
    assert application.is_sent or application.state == "signed"


def test_who_saw_that_it_was_signed_changes_it_at_once(office, client):
    application = office.application("signed")
    assert save(client.sign_in(office.person("applicant")), step(application, "project"), summary="Nyt").status_code == 303
    assert events(application)[-1] == "signature_lapsed"


# What a department does with what was returned is its own until it hands it in again.


def test_only_the_department_sees_that_what_was_returned_has_been_sent_to_signature(app, office, client):
    application = office.application("submitted", gains=(*office.content().gains, PlannedGain(1, office.other.id, 1_000_00)))
    operations.screen_application(actor=office.person("coordinator"), at=AT, application=application, result="returned", reason="Uklart")
    answer_all(application, at=AT)
    page, gainer = f"/applications/{application.id}", office.person("applicant", office.other)
    for _ in range(2):
        send(office, application)
        operations.recall_from_signature(actor=office.person("applicant"), at=AT, application=application)
    send(office, application)
    write_another_sum(office, application)
    send(office, application)
    own, sent = ("applicant", "leader", "auditor"), (SENTENCES[line] for line in ("sending_lapsed", "recalled_from_signature"))
    signs = ("Sent for signature by", "The application must be signed.", "Sent the application for signature", *sent)
    readers = [*((office.person(role), role in own) for role in (*own, "coordinator", "member", "finance")), (gainer, False)]
    for person, is_told in readers:
        words = client.sign_in(person).get(page).words
        assert {sign for sign in signs if sign in words} == (set(signs) if is_told else set()), person.name
        assert ("The questions must be answered in the application" in words) is not is_told
        with app.test_request_context():
            lines = told(history.entries("applications", application.id), person, [office.pool])
        assert ("Sent the application for signature" in {line.what for line in lines}) is is_told
