"""The minutes: what was decided on as it was then, how each department repays, and where the forum chose against the proposal."""

from decimal import Decimal

from fundbank.applications.operations import edit_application
from fundbank.applications.rules.content import GainArea, PlannedGain
from fundbank.awards.rules import Terms
from fundbank.kit.clock import noon
from fundbank.kit.language import speaking
from fundbank.meetings.operations.decisions import record_decisions
from fundbank.meetings.operations.proposals import put_proposal
from fundbank.meetings.operations.wanted import Wanted
from fundbank.meetings.steps import release
from fundbank.reports.blocks import Facts, Heading, Table, Text
from fundbank.reports.papers.minutes import minutes
from tests.integration.scoring.forum import THURSDAY, TODAY, decide_openly


def paper_of(meeting, reader):
    with speaking("en"):
        return minutes(meeting, reader, TODAY)


def tables_of(document, caption):
    return [block for block in document.blocks if isinstance(block, Table) and block.caption == caption]


def said_in(document):
    return " ".join(block.text for block in document.blocks if isinstance(block, Text)).replace("\xa0", " ")


def facts_of(document, title):
    headings = [place for place, block in enumerate(document.blocks) if isinstance(block, Heading) and title in block.text]
    (facts,) = [block for block in document.blocks[headings[0] + 1 : headings[0] + 2] if isinstance(block, Facts)]
    return dict(facts.said)


def test_each_department_that_repays_is_named_by_year_as_planned_and_as_low(forum):
    """domain.md §6: an area that gains 364,000 a year typically and 140,000 at the low end; the other department 60,000. Half is repaid."""
    before, after = (Decimal(20), Decimal(25), Decimal(30)), (Decimal(10), Decimal(12), Decimal(15))
    area = GainArea("Samtaler", forum.unit.id, before, after, 6_000, Decimal("0.8"), 350_00, (Decimal(1),), 2)
    direct = tuple(PlannedGain(year, forum.citizens.id, 60_000_00) for year in (1, 2))
    loan = forum.application(loan_ore=300_000_00, gains=direct, gain_areas=(area,))
    forum.score(loan, 2)
    forum.score(loan, 2, by=forum.chair)
    forum.score(loan, 2, by=forum.mads)
    meeting = forum.open_meeting(loan)
    terms = Terms("realised", Decimal("0.5"), 2, 2027, [forum.unit.id, forum.citizens.id], "forum_decides")
    decide_openly(actor=forum.chair, at=TODAY, meeting=meeting, application=loan, outcome="approve", loan_ore=300_000_00, terms=terms)
    document = paper_of(meeting, forum.coordinator)
    (plan,) = tables_of(document, "Repayment plan, in kroner")
    assert list(plan.rows) == [
        ("2027", "Tandplejen", "182,000.00", "70,000.00"), ("2027", "Borgerservice", "30,000.00", "30,000.00"),
        ("2028", "Tandplejen", "75,547.17", "70,000.00"), ("2028", "Borgerservice", "12,452.83", "30,000.00"),
    ]  # fmt: skip
    assert plan.totals == ("In all", "", "300,000.00", "200,000.00")
    assert "and DKK 100,000.00 if they come in low" in said_in(document)


def test_what_was_decided_stands_as_it_was_then(forum):
    loan = forum.scored(3, title="Digital selvbetjening", loan_ore=300_000_00)
    meeting = forum.open_meeting(loan)
    decide_openly(actor=forum.chair, at=TODAY, meeting=meeting, application=loan, outcome="return", reason="Hvor mange?")
    before = facts_of(paper_of(meeting, forum.coordinator), "1. Digital selvbetjening")
    changed = loan.content.replace(title="Selvbetjening for alle", loan_ore=120_000_00)
    edit_application(actor=forum.applicant, at=noon(THURSDAY), application=loan, content=changed)
    forum.submit(loan, at=noon(THURSDAY))
    for member in (forum.maja, forum.mads):
        forum.score(loan, 1, by=member, at=noon(THURSDAY).replace(day=20))
    after = facts_of(paper_of(meeting, forum.coordinator), "1. Digital selvbetjening")
    assert after == before
    assert (before["Requested"].replace("\xa0", " "), before["Total score"]) == ("DKK 300,000.00", "100.00")


def a_choice(forum, *, second="reject"):
    """Two that the proposal takes in, and one that it leaves out: the forum takes the last instead of the second."""
    levels = {"Alfa": 3, "Beta": 2, "Gamma": 1}
    alfa, beta, gamma = (forum.scored(level, title=title, grant_ore=200_000_00) for title, level in levels.items())
    meeting = forum.open_meeting(alfa, beta, gamma)
    given = {alfa.id: (0, 200_000_00), beta.id: (0, 200_000_00), gamma.id: (0, 0)}
    put_proposal(actor=forum.coordinator, at=TODAY, meeting=meeting, given=given, asked={})
    wanted = [
        Wanted(alfa, "approve", grant_ore=200_000_00),
        Wanted(gamma, "approve", "Loven kræver det.", grant_ore=150_000_00),
        Wanted(beta, second, "Venter til næste år."),
    ]
    record_decisions(actor=forum.chair, at=TODAY, meeting=meeting, wanted=wanted)
    return meeting


def against(meeting, reader):
    tables = tables_of(paper_of(meeting, reader), "Where the forum decided otherwise than the proposal that lay before it")
    return [tuple(cell.replace("\xa0", " ") for cell in row) for table in tables for row in table.rows]


def test_where_the_forum_chose_against_the_proposal_it_says_so_and_why(forum):
    meeting = a_choice(forum)
    said = [
        ("Gamma", "Leaves it out", "Approved\nDKK 150,000.00", "Loven kræver det."),
        ("Beta", "DKK 200,000.00", "Rejected", "Venter til næste år."),
    ]
    assert against(meeting, forum.coordinator) == said
    assert against(meeting, forum.finance) == [], "the proposal follows from scores"
    release(at=TODAY, meeting=meeting)
    assert against(meeting, forum.coordinator) == against(meeting, forum.finance) == said


def test_who_may_not_know_each_score_is_not_told_what_the_proposal_said(forum):
    meeting = a_choice(forum, second="defer")
    release(at=TODAY, meeting=meeting)
    assert len(against(meeting, forum.coordinator)) == 2
    assert against(meeting, forum.finance) == []


def test_what_was_recorded_without_a_proposal_says_nothing_of_one(forum):
    grant = forum.scored(2, grant_ore=200_000_00)
    meeting = forum.open_meeting(grant)
    decide_openly(actor=forum.chair, at=TODAY, meeting=meeting, application=grant, outcome="approve", grant_ore=200_000_00)
    assert against(meeting, forum.coordinator) == []


def test_the_page_of_a_meeting_shows_what_it_decided_on(client, forum):
    loan = forum.scored(3, title="Digital selvbetjening", loan_ore=300_000_00)
    meeting = forum.open_meeting(loan)
    decide_openly(actor=forum.chair, at=TODAY, meeting=meeting, application=loan, outcome="return", reason="Hvor mange?")
    changed = loan.content.replace(title="Selvbetjening for alle", loan_ore=120_000_00)
    edit_application(actor=forum.applicant, at=noon(THURSDAY), application=loan, content=changed)
    forum.submit(loan, at=noon(THURSDAY))
    for member in (forum.maja, forum.mads):
        forum.score(loan, 1, by=member, at=noon(THURSDAY).replace(day=20))
    said = client.sign_in(forum.coordinator).get(f"/meetings/{meeting.id}").words
    assert "Digital selvbetjening Tandplejen · loan DKK 300,000.00 100.00 points" in said
