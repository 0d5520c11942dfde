"""An application with its story: what happens next, its arithmetic, what changed, what was done, and what each person may do."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from fundbank.applications import operations
from fundbank.applications.rules.content import Cost, GainArea, OwnFinancing, PlannedGain
from fundbank.extensions import db
from fundbank.history.queries import PAGE_SIZE
from fundbank.history.steps import record
from fundbank.kit.clock import local_date, now
from fundbank.meetings.operations.calendar import plan_meeting, put_on_agenda
from fundbank.meetings.rules import submission_deadline
from fundbank.reports.blocks import Text
from fundbank.reports.papers.application import application_paper
from fundbank.scoring.operations import hand_in_score
from tests.answers import answer_all
from tests.builders import AT
from tests.integration.applications.office import Office, an_office
from tests.pictures import Pictures

ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # no SQL of its own behind it


@pytest.fixture
def office(app, pictures: Pictures) -> Office:
    return pictures.of("office", an_office)


def url(application):
    return f"/applications/{application.id}"


def a_day(office, held_on):
    return plan_meeting(actor=office.person("coordinator"), at=now(), pool=office.pool, held_on=held_on)


def test_who_sees_it(office, client):
    seen = {
        "draft": {"applicant", "leader", "auditor"},
        "submitted": {"applicant", "leader", "auditor", "adviser", "member", "chair", "coordinator", "finance"},
    }  # fmt: skip
    for state, roles in seen.items():
        application = office.application(state)
        for role in ("applicant", "leader", "auditor", "adviser", "member", "chair", "coordinator", "finance", "administrator"):
            answer = client.sign_in(office.person(role)).get(url(application))
            assert (state, role, answer.status_code) == (
                state,
                role,
                200 if role in roles else 404,
            )  # whoever may not see it is not told of it
        assert client.sign_in(an_office().person("auditor")).get(url(application)).status_code == 404
    assert client.sign_in(office.person("applicant")).get("/applications/999999").status_code == 404


@ON_ONE
def test_each_person_is_offered_what_they_may_do(office, client):
    def offered(role, application):
        page = client.sign_in(office.person(role)).get(url(application)).words
        names = (
            "Edit", "Sign the application", "Submit the application", "Withdraw the application", "Screen the application",
            "Score the application", "See the score sheet",
        )  # fmt: skip
        return {name for name in names if f" {name} " in f" {page} "}

    draft, signed, submitted, ready = (office.application(state) for state in ("draft", "signed", "submitted", "ready"))
    assert offered("applicant", draft) == {"Edit", "Withdraw the application"}
    assert offered("leader", draft) == {"Edit", "Withdraw the application", "Sign the application"}
    assert offered("applicant", signed) == {"Edit", "Withdraw the application", "Submit the application"}
    assert offered("auditor", signed) == set()
    assert offered("auditor", ready) == {"See the score sheet"}
    assert offered("applicant", submitted) == {"Withdraw the application"}
    assert offered("coordinator", submitted) == offered("adviser", submitted) == {"Screen the application"}
    assert offered("member", submitted) == offered("finance", submitted) == set()
    assert offered("member", ready) == {"Score the application"}
    assert offered("coordinator", ready) == {"See the score sheet"}
    assert offered("leader", office.application("draft", loan_ore=700_000_00)) == {"Edit", "Withdraw the application"}, (
        "more than the set-up costs"
    )


def test_what_happens_next_who_has_it_and_by_when(office, client):
    client.sign_in(office.person("leader"))
    application = office.application("ready")
    told = "A meeting must be planned, and the application put on its agenda. Who The coordinator"
    page = client.get(url(application)).words
    assert told in page and "Deadline" not in page, "no rule gives a day"
    held_on = local_date(now()) + timedelta(days=40)
    meeting = a_day(office, held_on)
    page = client.get(url(application)).words
    assert (
        "The members are to score the application, and the forum is to decide. Who Styregruppen for Digital Forvaltning When the meeting on"
        in page
    )
    put_on_agenda(actor=office.person("coordinator"), at=now(), meeting=meeting, application=application)
    assert "The application is on the agenda." in client.get(url(application)).words
    deadline = submission_deadline(held_on, 10)
    draft = office.application("draft")
    said = f"The application must be sent for signature. Who The applicant or a leader Deadline {deadline.day} "
    assert said in client.get(url(draft)).words
    operations.send_to_signature(actor=office.person("applicant"), at=now(), application=draft)
    assert f"The application must be signed. Who A leader of the department Deadline {deadline.day} " in client.get(url(draft)).words


def test_a_submission_after_the_deadline_goes_to_the_next_meeting_and_says_so(office, client):
    today = local_date(now())
    application = office.application("signed")
    writer = office.person("applicant")
    operations.submit_application(actor=writer, at=now(), application=application)
    a_day(office, today + timedelta(days=2))
    later = a_day(office, today + timedelta(days=40))
    page = client.sign_in(writer).get(url(application)).words
    assert f"It reaches the meeting on {later.held_on.day} " in page
    assert "It came after the deadline of the meeting on" in page
    operations.screen_application(actor=office.person("coordinator"), at=now(), application=application, result="eligible")
    page = client.sign_in(writer).get(url(application)).words
    assert f"When the meeting on {later.held_on.day} " in page
    assert "It came after the deadline of the meeting on" in page


@ON_ONE
def test_the_arithmetic_is_shown(office, client):
    area = GainArea(
        "Skranken", office.own.id, (Decimal(20), Decimal(25), Decimal(30)), (Decimal(10), Decimal(12), Decimal(15)),
        6000, Decimal("0.80"), 350_00, (Decimal("0.5"), Decimal(1)), 2,
    )  # fmt: skip
    application = office.application("draft", gains=(), gain_areas=(area,))
    page = client.sign_in(office.person("applicant")).get(url(application)).words
    for line in (
        "Typical 25 before, 12 after 13/60 × 6,000 × 0.80 × 350 = DKK 364,000.00",
        "Low end 20 before, 15 after 5/60 × 6,000 × 0.80 × 350 = DKK 140,000.00",
        "High end 30 before, 10 after 20/60 × 6,000 × 0.80 × 350 = DKK 560,000.00",
        "year 1: 50% is DKK 182,000.00; year 2: 100% is DKK 364,000.00",
    ):
        assert line in page
    danish = office.person("applicant")
    danish.language = "da"
    assert "13/60 × 6.000 × 0,80 × 350 = 364.000,00 kr." in client.get(url(application)).words


@ON_ONE
def test_payback_and_net_present_value_in_four_readings(office, client):
    gains = tuple(PlannedGain(year, office.own.id, 200_000_00, cashable) for year in (1, 2, 3) for cashable in (True, False))
    application = office.application("draft", gains=gains, own_financing=(OwnFinancing("System", 200_000_00),))
    page = client.sign_in(office.person("applicant")).get(url(application)).words
    assert "All gains 18 months DKK 520,654.79 The investment is paid back 18 months after the start of year 1." in page
    assert "Cashable gains only 36 months" in page
    assert "All gains, with own financing 24 months DKK 320,654.79" in page
    assert "Cashable gains only, with own financing Not within the case" in page
    assert "1 0.00" not in page.split("Running sum")[0]
    assert "2 400,000.00 0.00 0.00 400,000.00 200,000.00" in page


@ON_ONE
def test_project_and_important_are_derived_with_their_reasons(office, client):
    application = office.application("draft", facts=("aimed_at_citizens",), initiative="must")
    page = client.sign_in(office.person("applicant")).get(url(application)).words
    assert "Counts as a project Yes: It costs more than 500,000 kroner to set up, own financing included" in page
    assert "Counts as important Yes: It is aimed at citizens or businesses; It is expected to give an economic gain" in page
    assert "Must, may or prerequisite Must" in page
    plain = office.application("draft", costs=(), gains=(), loan_ore=0, grant_ore=1_00)
    assert "Counts as a project No: none of the facts" in client.get(url(plain)).words


def returned_and_written_anew(office):
    application = office.application("submitted")
    writer, leader, coordinator = (office.person(role) for role in ("applicant", "leader", "coordinator"))
    operations.screen_application(actor=coordinator, at=AT, application=application, result="returned", reason="Hvad koster det?")
    answer_all(application, at=AT)
    operations.edit_application(
        actor=writer, at=AT, application=application,
        content=application.content.replace(title="Ny titel", costs=(Cost(0, "establishment", 700_000_00, "Software"),)),
    )  # fmt: skip
    return application, writer, leader


def test_the_forum_reads_the_newest_version_and_what_changed_since_the_last(office, client):
    application, writer, leader = returned_and_written_anew(office)
    member = office.person("member")
    assert "Tidsbestilling" in client.sign_in(member).get(url(application)).words
    assert "Ny titel" not in client.get(url(application)).words.partition("What happens next")[2]
    assert "Ny titel" in client.sign_in(writer).get(url(application)).words
    operations.sign_application(actor=leader, at=AT, application=application)
    operations.submit_application(actor=writer, at=AT, application=application)
    page = client.sign_in(member).get(url(application)).words
    assert "What changed since the last version" in page
    assert "Title Tidsbestilling Ny titel" in page
    assert "Software (Set-up): DKK 600,000.00, year 0 Software (Set-up): DKK 700,000.00, year 0" in page


def test_a_version_is_frozen(office, client):
    application, writer, _leader = returned_and_written_anew(office)
    client.sign_in(office.person("member"))
    page = client.get(f"{url(application)}/versions/1").words
    assert "Tidsbestilling, version 1" in page
    assert "DKK 700,000.00" not in page
    assert client.get(f"{url(application)}/versions/2").status_code == 404
    draft = office.application("draft")
    assert client.get(f"{url(draft)}/versions/1").status_code == 404
    assert client.sign_in(an_office().person("member")).get(f"{url(application)}/versions/1").status_code == 404


def test_scores_show_to_those_who_may_see_them(office, client):
    application = office.application("ready")
    levels = {"wellbeing": 3, "efficiency": 5, "quality": 3, "security": 1, "scalability": 3}
    first, second = office.person("member"), office.person("chair")
    assert "The forum's scores" not in client.sign_in(office.person("auditor")).get(url(application)).words
    hand_in_score(actor=first, at=AT, application=application, levels=levels)
    shown = {
        role: "Total: 50.00 of 100 points." in client.sign_in(office.person(role)).get(url(application)).words
        for role in ("member", "auditor", "coordinator", "applicant", "leader", "finance", "adviser")
    }
    assert shown == {
        "member": True, "auditor": True, "coordinator": True, "applicant": False, "leader": False, "finance": False, "adviser": False,
    }  # fmt: skip
    assert "Handed in a score" in client.sign_in(second).get(url(application)).words
    assert "Handed in a score" not in client.sign_in(office.person("applicant")).get(url(application)).words


def test_the_history_tells_who_when_from_to_and_why(office, client):
    application, writer, _leader = returned_and_written_anew(office)
    page = client.sign_in(writer).get(url(application)).words
    coordinator = office.person("coordinator")
    told = f"{coordinator.name}, {coordinator.department.name} Screened: returned with reasons Submitted → Returned Hvad koster det?"
    assert told in page
    assert "Started the application" in page
    history = page.partition("History")[2]
    assert history.index("Changed the application") < history.index("Started the application")


def test_of_a_long_history_the_newest_shows_and_leads_to_the_rest(office, client):
    application = office.application("submitted")
    for number in range(PAGE_SIZE):
        record(application, "screened", actor_id=office.person("adviser").id, at=AT, reason=f"Linje {number:02}")
    db.session.flush()
    client.sign_in(office.person("coordinator"))
    page = client.get(url(application))
    assert page.words.index("Linje 49") < page.words.index("Linje 00") and "Started the application" not in page.words
    older = re.search(rf'href="({url(application)}\?before=\d+)#history"', page.text)
    assert older is not None
    rest = client.get(older[1])
    assert "Linje" not in rest.words and f'href="{url(application)}#history"' in rest.text
    assert not re.search(r"before=\d+#history", rest.text), "that is all of it"


def test_a_longer_story_takes_no_more_queries(office, client, query_counter):
    client.sign_in(office.person("auditor"))
    application = office.application("draft")
    address = url(application)

    def count():
        with query_counter() as run:
            assert client.get(address).status_code == 200
        return len(run)

    before = count()
    for number in range(40):
        gains = tuple(PlannedGain(year, office.own.id, 400_000_00 + number) for year in (1, 2, 3))
        operations.edit_application(
            actor=office.person("applicant" if number % 2 else "leader"), at=AT, application=application,
            content=application.content.replace(gains=gains, title=f"Nr. {number}"),
        )  # fmt: skip
    assert count() == before


@pytest.mark.parametrize("is_taken_back", [False, True])
def test_paper_and_page_show_a_reader_the_same_text_of_what_was_returned(office, client, is_taken_back):
    application, coordinator = office.application("submitted", summary="Det gamle"), office.person("coordinator")
    operations.screen_application(actor=coordinator, at=AT, application=application, result="returned", reason="Tal?")
    answer_all(application, at=AT)
    content = application.content.replace(summary="Det nye")
    operations.edit_application(actor=office.person("applicant"), at=AT, application=application, content=content)
    if is_taken_back:
        operations.withdraw_application(actor=office.person("applicant"), at=AT, application=application)
    for role, shown in (("applicant", "Det nye"), ("leader", "Det nye"), ("coordinator", "Det gamle"), ("auditor", "Det gamle")):
        paper = application_paper(application, office.person(role), AT)
        texts = [block.text for block in paper.blocks if isinstance(block, Text)]
        page = client.sign_in(office.person(role)).get(f"/applications/{application.id}").words
        project = page.partition("The project")[2].partition("The business case")[0]
        assert shown in texts and shown in project, role
