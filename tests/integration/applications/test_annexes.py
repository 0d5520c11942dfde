"""Annexes: attached and taken away while the application can be written, and the department's own until they are handed in."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from fundbank.applications import operations
from fundbank.applications.models import Application, VersionAnnex
from fundbank.applications.operations.annexes import attach_annexes, take_annex_away
from fundbank.applications.queries.annexes import annexes_of, annexes_of_versions
from fundbank.applications.rules.content import PlannedGain
from fundbank.errors import Code, NotAllowed, WrongState
from fundbank.extensions import db
from fundbank.files.models import File, FileContent
from fundbank.files.operations import Sent
from fundbank.files.rules import LARGEST, UnfitFile
from fundbank.history import queries as history
from fundbank.history.models import AccessLine
from fundbank.kit.cpr import CprNumber
from fundbank.kit.language import speaking
from fundbank.meetings.operations.calendar import hold_meeting
from fundbank.people.models import User
from fundbank.pools.roles import Role
from fundbank.reports.blocks import Facts, Table
from fundbank.reports.papers.agenda import agenda
from fundbank.reports.papers.application import application_paper
from tests.annexes import GOOD, PDF, an_office_file, swollen
from tests.answers import answer_all
from tests.at_once import doing, overtaken
from tests.builders import AT, a_municipality, a_person_with, a_pool, a_user
from tests.integration.applications.office import Office, an_office, field_error
from tests.pictures import Pictures
from tests.web import Client, Response

LATER = AT + timedelta(days=1)
NUMBER = "010190-1234"
MOVED = ("New annexes", "Annexes that were taken away")


@pytest.fixture
def office(app, pictures: Pictures) -> Office:
    return pictures.of("office", an_office)


def attach(person: User, application: Application, name: str = "Tilbud.pdf", content: bytes = PDF, **more: Any) -> File:
    values: dict[str, Any] = {"at": LATER, "purpose": "offer", "words": "", **more}
    (file,) = attach_annexes(actor=person, application=application, sent=[Sent(name, BytesIO(content))], **values)
    return file


def return_it(office: Office, application: Application) -> None:
    operations.screen_application(actor=office.person("coordinator"), at=LATER, application=application, result="returned", reason="Tal?")
    answer_all(application, at=LATER)


def hand_in(office: Office, application: Application) -> None:
    operations.sign_application(actor=office.person("leader"), at=LATER, application=application)
    operations.submit_application(actor=office.person("applicant"), at=LATER, application=application)


def page_of(application: Application) -> str:
    return f"/applications/{application.id}/annexes"


def step_of(application: Application) -> str:
    return f"/applications/{application.id}/write/annexes"


def send(client: Client, application: Application, *files: tuple[str, bytes], once: str | None = None, **more: Any) -> Response:
    """Send the form with these files, as a browser does."""
    data = {"files": [(BytesIO(content), name) for name, content in files], "purpose": "offer", "words": "Fra leverandøren", **more}
    answer = client.submit(step_of(application), data, once=once, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()  # what is large lies in a file of the browser's
    return answer


def test_each_type_is_attached_listed_and_read_back_sign_for_sign(office, client):
    application = office.application()
    client.sign_in(office.person("applicant"))
    assert send(client, application, *GOOD.items()).status_code == 303
    page = client.get(page_of(application))
    for file in annexes_of(application):
        assert file.name in page.words and page.words.count("Fra leverandøren") == len(GOOD)
        answer = client.get(f"{page_of(application)}/{file.id}")
        assert answer.status_code == 200 and answer.data == GOOD[file.name]
    assert "Quote: Fra leverandøren" in client.get(f"/applications/{application.id}").words


def test_a_file_is_handed_over_to_be_kept_and_not_to_be_opened(office, client):
    application = office.application()
    file = attach(office.person("applicant"), application, "Tilbud på skærme.pdf")
    answer = client.sign_in(office.person("leader")).get(f"{page_of(application)}/{file.id}")
    said = answer.headers
    assert said["Content-Disposition"].startswith("attachment; filename") and "sk%C3%A6rme.pdf" in said["Content-Disposition"]
    assert (said["Content-Type"], said["X-Content-Type-Options"], said["Cache-Control"]) == ("application/pdf", "nosniff", "no-store")
    assert said["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    line = db.session.scalars(select(AccessLine).order_by(AccessLine.id.desc())).first()
    assert (line.kind, line.user_id) == ("downloaded", office.person("leader").id)
    assert line.what == f"GET /applications/{application.id}/annexes/{file.id}"
    text = attach(office.person("applicant"), application, "side.txt", b"<script>alert(1)</script>")
    assert client.get(f"{page_of(application)}/{text.id}").content_type == "text/plain; charset=utf-8"


REFUSED = {
    "empty": ("Tilbud.pdf", b"", "is empty"),
    "too large": ("Tilbud.pdf", PDF + bytes(LARGEST), "larger than 20 MB"),
    "of no kind": ("spil.exe", b"MZ", "of a kind that cannot be attached"),
    "another than its name": ("Tilbud.pdf", b"MZ", "does not hold what its name says"),
    "with macros": ("budget.xlsm", an_office_file("xlsx"), "has macros"),
    "a bomb": ("notat.docx", swollen(), "unpack to far more"),
    "not UTF-8": ("priser.csv", "skærm".encode("latin-1"), "not text in UTF-8"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_refusal_stands_at_the_field_with_its_code_and_what_was_typed_stays(office, client, why):
    application, (name, content, sentence) = office.application(), REFUSED[why]
    client.sign_in(office.person("applicant"))
    answer = send(client, application, ("referat.txt", b"Godt"), (name, content), purpose="minutes", words="Fra mødet")
    assert (answer.status_code, answer.code) == (422, Code.INCOMPLETE)
    assert sentence in field_error(answer.text, "files") and field_error(answer.text, "files").endswith("Choose the files again.")
    assert 'value="Fra mødet"' in answer.text and re.search(r'checked[^>]*value="minutes"|value="minutes"[^>]*checked', answer.text)
    assert not annexes_of(application), "one that cannot be taken lets none of them in"


def test_every_file_that_cannot_be_taken_is_named_at_once(office, client):
    application = office.application()
    answer = send(client.sign_in(office.person("applicant")), application, ("a.exe", b"MZ"), ("b.pdf", b""), ("c.pdf", PDF))
    assert "“a.exe”" in field_error(answer.text, "files") and "“b.pdf” is empty" in field_error(answer.text, "files")


def test_without_a_file_or_a_purpose_the_field_says_so(office, client):
    application = office.application()
    client.sign_in(office.person("applicant"))
    assert "Choose one or more files." in field_error(send(client, application).text, "files")
    assert "Choose what the files are." in send(client, application, ("a.pdf", PDF), purpose="").text
    assert send(client, application, ("a.pdf", PDF), words="x" * 201).status_code == 422


def test_no_cpr_number_stands_in_a_name_or_in_the_words_and_what_files_hold_is_not_looked_into(office, client):
    application, writer = office.application(), office.person("applicant")
    client.sign_in(writer)
    for answer in (
        send(client, application, (f"Sag {NUMBER}.pdf", PDF)),
        send(client, application, ("a.pdf", PDF), words=f"Om {NUMBER}"),
    ):
        assert (answer.status_code, answer.code) == (422, Code.CPR_NUMBER)
    assert "There is a CPR number" in field_error(send(client, application, (f"{NUMBER}.pdf", PDF)).text, "files")
    for values in ({"name": f"{NUMBER}.pdf"}, {"words": NUMBER}):
        with pytest.raises(CprNumber):
            attach(writer, application, **values)
    assert "Without CPR numbers: nobody checks that for you." in client.get(step_of(application)).words
    assert send(client, application, ("a.txt", NUMBER.encode())).status_code == 303


def test_an_application_takes_100_megabytes_and_says_so_at_the_field(office, client, monkeypatch):
    monkeypatch.setattr("fundbank.files.rules.LARGEST_TOGETHER", 100)
    application = office.application()
    client.sign_in(office.person("applicant"))
    assert send(client, application, ("a.txt", b"x" * 60)).status_code == 303
    answer = send(client, application, ("b.txt", b"y" * 41))
    assert answer.status_code == 422 and "With “b.txt” the files would come to more than" in field_error(answer.text, "files")
    assert 'value="Fra leverandøren"' in answer.text
    take_annex_away(actor=office.person("applicant"), at=LATER, application=application, file=annexes_of(application)[0])
    assert send(client, application, ("b.txt", b"y" * 41)).status_code == 422, "what is taken away stays stored: it makes no room"
    assert send(client, application, ("b.txt", b"y" * 20), ("c.txt", b"z" * 21)).status_code == 422, "nor do several make any"
    assert send(client, application, ("b.txt", b"y" * 40)).status_code == 303


def test_an_application_takes_100_files_and_says_so_at_the_field(office, client, monkeypatch):
    monkeypatch.setattr("fundbank.files.rules.MOST_FILES", 2)
    application = office.application()
    answer = send(client.sign_in(office.person("applicant")), application, ("a.txt", b"a"), ("b.txt", b"b"), ("c.txt", b"c"))
    assert answer.status_code == 422 and "With “c.txt” there would be more than 2 files" in field_error(answer.text, "files")
    assert not annexes_of(application)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite lets only one begin
@pytest.mark.parametrize("act", ["attach", "take away"])
def test_who_no_longer_writes_for_the_department_when_it_is_held_neither_attaches_nor_takes_away(app, office, act):
    application, writer = office.application(), office.person("applicant")
    file = attach(writer, application)
    moving = doing(
        operations.edit_application, at=LATER, actor=office.person("leader"), application=application, content=application.content,
        department=office.other,
    )  # fmt: skip
    sent = [Sent("b.pdf", BytesIO(PDF))]
    late = {
        "attach": doing(attach_annexes, at=LATER, actor=writer, application=application, sent=sent, purpose="offer"),
        "take away": doing(take_annex_away, at=LATER, actor=writer, application=application, file=file),
    }
    assert overtaken(app, late[act], moving) == "not_allowed"


def test_a_request_for_files_may_be_large_and_no_other(office, client):
    application = office.application()
    client.sign_in(office.person("applicant"))
    assert send(client, application, ("a.pdf", PDF + bytes(3 * 1024 * 1024))).status_code == 303
    assert client.submit(f"/pools/{office.pool.id}/applications/new", {"title": "x" * 3 * 1024 * 1024}).status_code == 413
    assert send(client, application, ("a.pdf", bytes(53 * 1024 * 1024))).status_code == 413


def test_what_does_not_come_as_files_do_may_not_be_large_there_either_whoever_sends_it(office, client):
    address = step_of(office.application())
    for _who in ("nobody", "an applicant"):
        for kind in ("application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-8"):
            assert client.post(address, data=b"x=" + b"y" * 3 * 1024 * 1024, content_type=kind).status_code == 413
        client.sign_in(office.person("applicant"))


def test_the_same_form_sent_twice_attaches_once_and_one_with_another_file_says_so(office, client):
    application, once = office.application(), str(uuid4())
    client.sign_in(office.person("applicant"))
    assert send(client, application, ("a.pdf", PDF), once=once).status_code == 303
    assert send(client, application, ("a.pdf", PDF), once=once).status_code == 303
    assert len(annexes_of(application)) == 1
    other = send(client, application, ("a.pdf", PDF + b" "), once=once)
    assert (other.status_code, other.code) == (409, Code.ALREADY_POSTED)
    assert len(annexes_of(application)) == 1


def test_who_writes_the_application_attaches_and_takes_away_and_nobody_else(office, client):
    application, writer = office.application("submitted"), office.person("applicant")
    return_it(office, application)
    file = attach(writer, application)
    take = f"{page_of(application)}/{file.id}/remove"
    for person, status in (
        (office.person("member"), 403), (office.person("coordinator"), 403), (office.person("auditor"), 403),
        (office.person("leader", office.other), 404),
    ):  # fmt: skip
        assert send(client.sign_in(person), application, ("b.pdf", PDF)).status_code == status, person.name
        assert client.submit(take).status_code == 404, "what has not been handed in is not known of"
        with pytest.raises(NotAllowed):
            attach(person, application)
        with pytest.raises(NotAllowed):
            take_annex_away(actor=person, at=LATER, application=application, file=file)
    assert 'type="file"' not in client.sign_in(office.person("member")).get(page_of(application)).text
    assert client.sign_in(office.person("leader")).submit(take).status_code == 303
    assert client.submit(take).status_code == 404
    assert not annexes_of(application)


def test_a_file_of_another_application_is_not_taken_away_by_its_writer(office):
    one, two, writer = office.application(), office.application(), office.person("applicant")
    with pytest.raises(NotAllowed):
        take_annex_away(actor=writer, at=LATER, application=two, file=attach(writer, one))


@pytest.mark.parametrize("state", ["submitted", "ready"])
def test_what_has_been_handed_in_stays_as_it_is(office, client, state):
    application, writer = office.application(), office.person("applicant")
    file = attach(writer, application)
    hand_in(office, application)
    if state == "ready":
        operations.screen_application(actor=office.person("coordinator"), at=LATER, application=application, result="eligible")
    for act in (lambda: attach(writer, application), lambda: take_annex_away(actor=writer, at=LATER, application=application, file=file)):
        with pytest.raises(WrongState):
            act()
    client.sign_in(writer)
    assert 'type="file"' not in client.get(page_of(application)).text
    assert (answer := send(client, application, ("b.pdf", PDF))).status_code == 409 and answer.code == Code.WRONG_STATE


def test_a_change_of_annexes_takes_the_leaders_signature_away(office, client):
    application, writer = office.application("signed"), office.person("applicant")
    assert "If you change it, it must be signed again" in client.sign_in(writer).get(step_of(application)).words
    file = attach(writer, application)
    assert (application.state, application.signed_by_id) == ("draft", None)
    operations.sign_application(actor=office.person("leader"), at=LATER, application=application)
    take_annex_away(actor=writer, at=LATER, application=application, file=file)
    assert (application.state, application.signed_by_id) == ("draft", None)


def test_nobody_who_types_at_the_same_time_is_told_that_the_application_has_changed(office):
    application, writer = office.application(), office.person("applicant")
    seen = application.revision
    attach(writer, application)
    operations.edit_application(actor=writer, at=LATER, application=application, content=office.content(title="Nyt"), based_on=seen)
    assert application.content.title == "Nyt"


def handed_in_and_returned(office: Office) -> tuple[Application, File, File, File]:
    """One that was handed in with two files and returned; one of them is taken away since, and a third is new."""
    application, writer = office.application(), office.person("applicant")
    kept, gone = attach(writer, application, "Tilbud.pdf"), attach(writer, application, "Referat.txt", b"Referat", purpose="minutes")
    hand_in(office, application)
    return_it(office, application)
    take_annex_away(actor=writer, at=LATER, application=application, file=gone)
    new = attach(writer, application, "Hemmeligt.txt", b"Nyt", words="Til senere")
    return application, kept, gone, new


def test_what_is_attached_after_a_return_is_the_departments_own_until_it_is_handed_in(office, client):
    application, kept, gone, new = handed_in_and_returned(office)
    pages = [f"/applications/{application.id}{page}" for page in ("", "/annexes", "/paper", "/versions/1")]
    outside = [office.person(role) for role in ("member", "coordinator", "finance", "adviser", "chair", "auditor")]
    for person in outside:
        client.sign_in(person)
        for page in pages:
            said = client.get(page).words
            assert "Tilbud.pdf" in said and "Referat.txt" in said, (person.name, page)
            assert "Hemmeligt" not in said and "Til senere" not in said, (person.name, page)
        assert [client.get(f"{page_of(application)}/{file.id}").status_code for file in (kept, gone, new)] == [200, 200, 404]
    for person in (office.person("applicant"), office.person("leader")):
        client.sign_in(person)
        assert "Hemmeligt.txt" in client.get(page_of(application)).words and "Referat.txt" not in client.get(page_of(application)).words
        assert "Referat.txt" in client.get(pages[-1]).words, "the version keeps what it had"
        assert [client.get(f"{page_of(application)}/{file.id}").status_code for file in (kept, gone, new)] == [200, 200, 200]
    for person in (office.person("leader", office.other), a_user(), office.person("administrator")):
        client.sign_in(person)
        answers = {client.get(page).status_code for page in (*pages, *(f"{page_of(application)}/{file.id}" for file in (kept, gone, new)))}
        assert answers == {404}, person.name
    hand_in(office, application)
    said = client.sign_in(outside[0]).get(f"/applications/{application.id}").words
    assert "Hemmeligt.txt" in said and client.get(f"{page_of(application)}/{new.id}").status_code == 200
    assert client.get(f"{page_of(application)}/{gone.id}").status_code == 200, "nothing that the forum saw vanishes"


def test_whoever_screens_scores_or_answers_for_a_gain_finds_the_annexes_where_they_read_the_application(office, client):
    application = office.application(
        gains=tuple(PlannedGain(year, unit.id, 400_000_00) for year in (1, 2, 3) for unit in (office.own, office.other))
    )
    attach(office.person("applicant"), application)
    hand_in(office, application)
    client.sign_in(office.person("coordinator"))
    assert "Tilbud.pdf" in client.get(f"/applications/{application.id}/screening").words
    client.sign_in(office.person("leader", office.other))
    assert "Tilbud.pdf" in client.get(f"/applications/{application.id}/comment").words
    operations.screen_application(actor=office.person("coordinator"), at=LATER, application=application, result="eligible")
    client.sign_in(office.person("member"))
    assert "Tilbud.pdf" in client.get(f"/applications/{application.id}/score").words


def test_that_something_was_attached_stands_in_the_history_of_those_who_see_what_is_written(office, client):
    application, *_files = handed_in_and_returned(office)
    for person, sees in ((office.person("applicant"), True), (office.person("auditor"), True), (office.person("member"), False)):
        told = client.sign_in(person).get(f"/applications/{application.id}").words
        assert ("Attached a file" in told, "Took a file away" in told) == (sees, sees), person.name
    for person, sees in ((office.person("auditor"), True), (office.person("finance"), False)):
        for page in ("history", "history.csv"):
            assert ("Attached a file" in client.sign_in(person).get(f"/pools/{office.pool.id}/{page}").text) == sees, person.name


def test_a_draft_that_nobody_has_handed_in_shows_its_annexes_to_whoever_sees_the_draft(office, client):
    application = office.application()
    file = attach(office.person("applicant"), application)
    assert client.sign_in(office.person("auditor")).get(f"{page_of(application)}/{file.id}").status_code == 200
    assert client.sign_in(office.person("member")).get(f"{page_of(application)}/{file.id}").status_code == 404
    take_annex_away(actor=office.person("leader"), at=LATER, application=application, file=file)
    for role in ("applicant", "auditor"):
        assert client.sign_in(office.person(role)).get(f"{page_of(application)}/{file.id}").status_code == 404


def test_each_version_has_what_it_was_handed_in_with(office):
    application, kept, gone, new = handed_in_and_returned(office)
    hand_in(office, application)
    had = annexes_of_versions([version.id for version in application.versions])
    assert [[file.id for file in had[version.id]] for version in application.versions] == [[kept.id, gone.id], [kept.id, new.id]]
    lines = [line.details["annexes"] for line in history.entries("applications", application.id) if line.event == "submitted"]
    assert lines == [[kept.id, gone.id], [kept.id, new.id]]
    assert db.session.scalar(select(func.count()).select_from(VersionAnnex)) == 4


def test_an_annex_that_replaces_another_of_the_same_name_is_among_what_changed(office, client):
    application, writer = office.application(), office.person("applicant")
    first = attach(writer, application, words="Første udgave")
    hand_in(office, application)
    return_it(office, application)
    take_annex_away(actor=writer, at=LATER, application=application, file=first)
    second = attach(writer, application, content=PDF + b" ", words="Anden udgave")
    hand_in(office, application)
    client.sign_in(office.person("member"))
    pages = [client.get(f"/applications/{application.id}{page}") for page in ("/versions/2", "")]
    for page in pages:
        assert "Nothing: it says the same." not in page.words
        come, gone = (re.search(rf"<caption>{caption}</caption>.*?</table>", page.text, re.DOTALL)[0] for caption in MOVED)
        assert f"/annexes/{second.id}" in come and "Anden udgave" in come and f"/annexes/{first.id}" not in come
        assert f"/annexes/{first.id}" in gone and "Første udgave" in gone and f"/annexes/{second.id}" not in gone
    assert re.search(r'data-title="What changed">\s*Annexes\s*<', pages[1].text)
    return_it(office, application)
    hand_in(office, application)
    for page in ("/versions/3", ""):
        said = client.get(f"/applications/{application.id}{page}")
        assert "Nothing: it says the same." in said.words and "<caption>New annexes" not in said.text


def test_another_municipality_finds_nothing(office, client):
    application = office.application()
    file = attach(office.person("applicant"), application)
    theirs = a_pool(a_municipality())
    client.sign_in(a_person_with(theirs, Role.AUDITOR))
    assert client.get(page_of(application)).status_code == client.get(f"{page_of(application)}/{file.id}").status_code == 404


def test_the_same_content_is_kept_once_in_a_municipality(office):
    writer = office.person("applicant")
    for name in ("a.pdf", "b.pdf"):
        attach(writer, office.application(), name)
    (content,) = db.session.scalars(select(FileContent)).all()
    assert content.size == len(PDF)


def test_the_agenda_and_the_paper_list_the_annexes_that_were_handed_in(office, client):
    application = office.application()
    attach(office.person("applicant"), application, words="Fra leverandøren")
    hand_in(office, application)
    operations.screen_application(actor=office.person("coordinator"), at=LATER, application=application, result="eligible")
    with speaking("en"):
        (table,) = [block for block in application_paper(application, office.person("member"), LATER).blocks if block_of(block, "Annexes")]
        meeting = hold_meeting(
            actor=office.person("coordinator"), at=LATER, pool=office.pool, applications=[application], present=[office.person("chair")]
        )
        facts = [pair for block in agenda(meeting, office.person("chair"), LATER).blocks if isinstance(block, Facts) for pair in block.said]
    assert list(table.rows) == [("Tilbud.pdf", "Quote: Fra leverandøren", "1\xa0kB", "3 Mar 2026")]
    assert ("Annexes", "Tilbud.pdf (Quote: Fra leverandøren, 1\xa0kB)") in facts
    client.sign_in(office.person("member"))
    for paper in (f"/applications/{application.id}/paper.pdf", f"/meetings/{meeting.id}/agenda.pdf"):
        text = "".join(page.extract_text() for page in PdfReader(BytesIO(client.get(paper).data)).pages)
        assert "Tilbud.pdf" in text


def test_annexes_are_a_step_that_keeps_nobody_from_going_on(office, client):
    application = office.application()
    client.sign_in(office.person("applicant"))
    check = f"/applications/{application.id}/write/check"
    assert "Optional" in client.get(step_of(application)).words and "Optional" in client.get(check).words
    assert client.submit(step_of(application), {"then": "check"}).location == check, "who has none goes on"
    answer = send(client, application, ("a.pdf", PDF), then="check", purpose="")
    assert answer.status_code == 422 and not annexes_of(application), "what was chosen is not lost on the way"
    assert send(client, application, ("a.pdf", PDF), then="who").location == f"/applications/{application.id}/write/who"
    page = client.get(check)
    assert "Optional" not in page.words and "1 file has been attached." in page.words
    client.get(step_of(application))
    assert client.submit(step_of(application), {"then": "leave"}).location == f"/applications/{application.id}"


def block_of(block: Any, caption: str) -> bool:
    return isinstance(block, Table) and block.caption == caption


def test_a_file_is_refused_by_the_operation_too(office):
    application = office.application()
    with pytest.raises(UnfitFile):
        attach(office.person("applicant"), application, "spil.exe", b"MZ")
    assert not annexes_of(application)


def test_pages_ask_as_many_questions_for_many_annexes_as_for_one(office, client, query_counter: Callable[..., Any]):
    application = office.application()
    client.sign_in(office.person("applicant"))
    asked = []
    for _round in range(2):
        attach(office.person("applicant"), application)
        for _more in range(_round * 5):
            attach(office.person("applicant"), application)
        pages = (page_of(application), step_of(application))
        for page in pages:
            client.get(page)
        with query_counter() as queries:
            for page in pages:
                client.get(page)
        asked.append(len(queries))
    assert asked[0] == asked[1]
