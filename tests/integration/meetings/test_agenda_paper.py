"""The agenda with its annexes: the matrix as far as the reader may know it, the money and what waits, and a page for each application."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from fundbank.applications.operations import comment_on, edit_application
from fundbank.applications.operations.advice import ask_for_advice, give_advice
from fundbank.applications.rules.content import PlannedGain, QualitativeGain, StatedPayback
from fundbank.applications.rules.gainers import Answer
from fundbank.kit.language import speaking
from fundbank.meetings.operations.others import add_item
from fundbank.pools.frames import Frame
from fundbank.pools.policy import SCREENING_CHECKS
from fundbank.pools.roles import Role
from fundbank.questions.operations import answer_question, ask_question
from fundbank.reports.blocks import Facts, Heading, Table
from fundbank.reports.papers.agenda import agenda
from tests.integration.scoring.forum import TODAY, Forum, decide_openly


def paper_of(meeting, reader):
    with speaking("en"):
        return agenda(meeting, reader, TODAY)


def table_of(document, caption):
    (found,) = [block for block in document.blocks if isinstance(block, Table) and caption in block.caption]
    return [tuple(cell.replace("\n", " / ") for cell in row) for row in found.rows]


def headings(document):
    return [block.text for block in document.blocks if isinstance(block, Heading)]


@pytest.fixture
def items(forum):
    """A loan of 300,000 with a spread on one criterion, and 400,000 of both that scores higher."""
    loan = forum.application(title="Digital selvbetjening", initiative="must")
    for member, levels in ((forum.chair, (3, 3, 3, 3, 1)), (forum.maja, (1, 3, 3, 3, 2)), (forum.mads, (1, 3, 3, 3, 3))):
        forum.score(loan, *levels, by=member)
    both = forum.scored(3, title="Fælles kort", loan_ore=300_000_00, grant_ore=100_000_00, department=forum.citizens)
    return loan, both


def test_the_matrix_shows_each_item_to_whom_scores_may_show(forum, items):
    meeting = forum.meeting(*items)
    rows = table_of(paper_of(meeting, forum.coordinator), "matrix")
    assert rows == [
        ("Digital selvbetjening / No. 1 · Tandplejen / Must", "300,000 / loan", "Medium / discuss", "High", "High", "High",
         "Medium / discuss", "76.67", "200,000", "18 months"),
        ("Fælles kort / No. 2 · Borgerservice", "400,000 / loan 300,000 / grant 100,000", "High", "High", "High", "High", "High", "100.00",
         "200,000", "18 months"),
    ]  # fmt: skip


def test_who_has_not_scored_or_is_in_conflict_finds_dashes_and_the_order_of_the_numbers(forum, items):
    meeting = forum.meeting(*reversed(items))
    new = forum.person("Nina Nyeste", Role.MEMBER)
    own = forum.person("Ole Egen", Role.CHAIR, department=forum.citizens)
    for reader, seen in ((new, [False, False]), (forum.finance, [False, False]), (own, [True, False])):
        document = paper_of(meeting, reader)
        rows = table_of(document, "matrix")
        assert [row[0].split(" /")[0] for row in rows] == ["Digital selvbetjening", "Fælles kort"], "as they are numbered, not ranked"
        assert [row[2:8] != ("–",) * 6 for row in rows] == seen, reader.name
        assert headings(document)[-2:] == ["1. Digital selvbetjening", "2. Fælles kort"]


def test_what_there_is_what_waits_and_what_each_frame_has_left(app):
    forum = Forum(frames=(Frame("borger", "Borgerservice", 500_000_00), Frame("it", "Systemer", None)))
    meeting = forum.meeting(forum.application("Alfa", grant_ore=400_000_00, frame="borger"))
    forum.application("Beta", grant_ore=250_000_00, frame="it")
    document = paper_of(meeting, forum.coordinator)
    assert table_of(document, "What there is") == [
        ("Available", "1,000,000.00"), ("Applied for on this agenda", "400,000.00"), ("Applied for by what waits besides", "250,000.00"),
    ]  # fmt: skip
    assert table_of(document, "budget frames") == [("Borgerservice", "500,000.00", "400,000.00")]
    assert [row[0] for row in table_of(document, "Ready or deferred")] == ["Beta / Tandplejen"]


def test_the_coming_months_are_for_who_may_see_the_ledger(forum, items):
    meeting = forum.meeting(*items)
    adviser = forum.person("Rasmus Rådgiver", Role.ADVISER)
    assert "The pool's coming months" in headings(paper_of(meeting, forum.coordinator))
    assert "The pool's coming months" not in headings(paper_of(meeting, adviser))


def test_the_agenda_of_a_meeting_that_was_held_shows_what_it_had_before_it(forum, items):
    """Sent back and submitted anew with another title and sum: the next agenda has those."""
    loan, _both = items
    meeting = forum.open_meeting(*items)
    decide_openly(actor=forum.chair, at=TODAY, meeting=meeting, application=loan, outcome="return", reason="Hvor mange?")
    content = loan.content.replace(title="Selvbetjening for alle", loan_ore=120_000_00)
    edit_application(actor=forum.applicant, at=TODAY, application=loan, content=content)
    forum.submit(loan, at=TODAY)
    rows = table_of(paper_of(meeting, forum.coordinator), "Prioritised wishes")
    assert [row[1:5] for row in rows][0] == ("Digital selvbetjening / Tandplejen", "300,000.00", "0.00", "300,000.00")
    assert table_of(paper_of(meeting, forum.coordinator), "matrix")[0][1] == "300,000 / loan"


def test_each_application_has_a_page_that_the_contents_and_the_matrix_lead_to(client, forum):
    gains = tuple(PlannedGain(year, forum.citizens.id, 400_000_00, text="Færre henvendelser") for year in (1, 2))
    words = (QualitativeGain("quality", "Svar samme dag."),)
    one = forum.application("Alfa", need="Tre systemer taler ikke sammen.", gains=gains, qualitative_gains=words, lower_ore=200_000_00,
                            gain_owner_id=forum.leader.id, project_leader="Pia Projekt")  # fmt: skip
    question = ask_question(actor=forum.maja, at=TODAY, application=one, text="Hvem svarer på mail?")
    answer_question(actor=forum.applicant, at=TODAY, question=question, text="Vagten svarer.")
    request = ask_for_advice(actor=forum.applicant, at=TODAY, application=one, text="Hvad med aftalen?")
    found = dict.fromkeys(SCREENING_CHECKS, "in_order")
    give_advice(actor=forum.coordinator, at=TODAY, request=request, results=found, comments={"contract": "Fra 2024."}, text="Kør på.")
    meeting = forum.meeting(one, forum.application("Beta"))
    gaining = forum.person("Bo Leder", Role.LEADER, department=forum.citizens)
    comment_on(actor=gaining, at=TODAY, application=one, answer=Answer.YES, text="Først til sommer.")
    add_item(actor=forum.coordinator, at=TODAY, meeting=meeting, kind="information", title="Ny politik", text="Læs den.")
    client.sign_in(forum.coordinator)
    file = PdfReader(BytesIO(client.get(f"/meetings/{meeting.id}/agenda.pdf").data))
    pages = [" ".join(page.extract_text().replace("\xa0", " ").split()) for page in file.pages]
    (alfa,) = [page for page in pages if "1. Alfa Application No. 1" in page]
    (beta,) = [page for page in pages if "2. Beta Application No. 2" in page]
    said = (
        "Could make do with DKK 200,000.00",
        "The need Tre systemer taler ikke sammen.", "Færre henvendelser Borgerservice Cashable 1–2 400,000",
        "Quality for citizens: Svar samme dag.", "Set-up DKK 300,000.00", "Payback, all gains 9 months",
        "Gain owner Lone Leder", "Project manager Pia Projekt", "Departments that gain Borgerservice", "Først til sommer.",
        "Hvem svarer på mail?", "Vagten svarer.", "Contract: In order. Fra 2024.",
    )  # fmt: skip
    page = client.get(f"/meetings/{meeting.id}/agenda")
    for sentence in said:
        assert sentence in alfa, sentence
        assert sentence in page.words, sentence
    assert "Ny politik (for information)" in " ".join(pages)
    flat = [one for one in file.outline if not isinstance(one, list)]
    assert [one.title for one in flat][-2:] == ["The decision matrix", "The applications"]
    assert [one.title for one in file.outline[-1]] == ["1. Alfa", "2. Beta"]
    assert [file.get_destination_page_number(one) for one in file.outline[-1]] == [pages.index(alfa), pages.index(beta)]
    assert page.text.count('href="#application-1"') == 2 and page.text.count('id="application-1"') == 1
    assert [one.mediabox.width > one.mediabox.height for one in file.pages].count(True) == 1


def test_a_meeting_with_nothing_before_it_has_an_agenda(forum):
    document = paper_of(forum.meeting(), forum.coordinator)
    assert "The decision matrix" not in headings(document)


def test_no_agenda_asks_more_as_its_items_grow(client, forum, query_counter):
    client.sign_in(forum.coordinator)
    counts = []
    for number in (1, 5):
        meeting = forum.meeting(*(forum.scored(2, title=f"Projekt {place}", grant_ore=100) for place in range(number)), is_ordinary=False)
        with query_counter() as queries:
            assert client.get(f"/meetings/{meeting.id}/agenda").status_code == 200
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 1, counts


def test_a_payback_that_the_department_states_stands_beside_the_computed_one(forum):
    stated = StatedPayback(3, reason="Første år er uden gevinst.")
    document = paper_of(forum.meeting(forum.application(stated_payback=stated)), forum.coordinator)
    said = dict(pair for block in document.blocks if isinstance(block, Facts) for pair in block.said)
    assert said["Payback stated by the department"] == "3 years. Første år er uden gevinst."
    assert said["Payback, all gains"] == "18 months"
