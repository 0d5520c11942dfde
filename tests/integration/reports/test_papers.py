"""The papers: what they say as page and as PDF, and who may read them."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from pypdf import PdfReader
from pypdf.generic import IndirectObject

from fundbank.applications.operations import start_application
from fundbank.applications.rules.spans import gain_spans
from fundbank.kit.clock import noon
from fundbank.kit.transaction import commit
from fundbank.ledger.chart import Event
from fundbank.ledger.operations import fund_pool
from fundbank.ledger.queries import award_balances, balances, chain_head, moved_of, sources
from fundbank.meetings.operations.calendar import plan_meeting
from fundbank.pools.roles import Role
from fundbank.reports.queries.movements import holdings
from fundbank.reversals.operations import approve_reversal, register_reversal
from tests.builders import AT, a_department, a_municipality, a_person_with, a_pool
from tests.integration.awards.bank import LATER, START, a_bank
from tests.integration.reports.conftest import NOW, Bank
from tests.integration.scoring.forum import Forum, decide_openly
from tests.web import Client

EVERYBODY = (
    "ansoeger", "leder", "ansoeger-b", "leder-b", "leder-skole", "koordinator", "formand", "medlem", "finans-1", "revisor", "raadgiver",
)  # fmt: skip
FORUM = {"koordinator", "formand", "medlem", "finans-1", "revisor", "raadgiver"}
LEDGER = FORUM - {"raadgiver"}
OWN = {"ansoeger", "leder"}


def urls(bank: Bank) -> dict[str, str]:
    applications = bank.world.applications
    return {
        "agenda": f"/meetings/{bank.coming.id}/agenda",
        "minutes": f"/meetings/{bank.held.id}/minutes",
        "award": f"/decisions/{bank.decision('visitation')}/letter",
        "grant": f"/decisions/{bank.decision('formue')}/letter",
        "rejection": f"/decisions/{bank.decision('tand')}/letter",
        "deferral": f"/decisions/{bank.decision('robot')}/letter",
        "claim": f"/claim-lines/{bank.line('visitation', 'social')}/letter",
        "statement": f"/pools/{bank.pool.id}/statement",
        "application": f"/applications/{applications['visitation'].id}/paper",
        "draft": f"/applications/{applications['kladde'].id}/paper",
        "area": f"/applications/{applications['tid'].id}/paper",
    }


SAYS = {
    "agenda": (
        "chair",
        ["Agenda for the meeting on 9 April 2026", "23 March 2026", "DKK 2,200,000.00", "Tidsbestilling i Borgerservice", "400,000.00",
         "90.00", "DKK 1,800,000.00 of DKK 2,200,000.00 is left", "Robot til journalnotater", "Deferred",
         "Sensorer i affaldskuber Social og Sundhed 2025 200,000.00 50,000.00 200,000.00",
         "Borgerservice Digital visitation af hjælpemidler 2025 20 Feb 2026 93,750.00"],
    ),
    "minutes": (
        "chair",
        ["Frode Formand (chair of the forum, member of the forum)", "DKK 450,000.00", "50% of the verified gains of 2025–2027",
         "Mogens Medlem",
         "Løsningen tilbydes alle fagområder", "Gevinsten for borgerne er ikke beskrevet.", "Deferred",
         "Notaterne bliver læst op for borgeren.", "Signed by Frode Formand, 2 March 2026, 10:30"],
    ),
    "award": (
        "leader",
        ["250.000,00 kr.", "For each of the years 2025–2027", "50 %", "Borgerservice",
        "the forum decides whether to give more years, write off",
         "Repayment plan, in kroner Year Department As planned If gains come in low", "Contact Karen Koordinator",
         "Udviklingspuljen, version 1 of the rules", "A leader of the department must accept the award by", "God gevinst"],
    ),
    "grant": ("chair", ["Grant", "450.000,00 kr.", "The grant is not repaid", "Løsningen tilbydes alle fagområder"]),
    "rejection": ("leader", ["Rejection: 3D-tandskanning", "has decided not to approve", "Gevinsten for borgerne", "You can apply again",
                              "How the forum scored it", "Criterion Weight Points Employee wellbeing 20 %", "Weighted total"]),
    "deferral": ("leader", ["has put off the decision", "Afventer afklaring af datasikkerheden.", "keeps its scores"]),
    "statement": (
        "finance",
        ["Available", "DKK 2,200,000.00", "Funding", "DKK 3,000,000.00", "IT-investeringspuljen", "Modul med borgerens formue",
         "450,000.00", "150,000.00", "Transfers in the ledger", "8", "Repayment", "Loan → Available"],
    ),
    "application": (
        "leader",
        ["Visitationen flyttes fra papir til skærm", "Sagsbehandlerne slipper", "250,000.00", "20,000.00", "Version 1 of 12 January 2024",
         "Lise Leder", "5 (best)", "1,000,000.00", "Cost Years of the case Kroner a year In all", "Version Occasion Day"],
    ),
    "area": (
        "chair",
        ["140,000.00", "364,000.00", "560,000.00", "13 / 60 × 6,000 × 80% × DKK 350.00 = DKK 364,000.00", "182,000.00", "50,000.00",
         "Samtaler ved skranken", "It has a start and an end"],
    ),
    "draft": ("applicant", ["Kladde om velfærdsteknologi", "Draft", "Not submitted"]),
}  # fmt: skip
READER = {"chair": "formand", "leader": "leder", "finance": "finans-1", "applicant": "ansoeger"}


def test_the_page_and_the_pdf_say_the_same(client: Client, bank: Bank, pdf_of: Callable[[str], PdfReader]) -> None:
    for paper, (role, said) in SAYS.items():
        url = urls(bank)[paper]
        page = client.sign_in(bank.person(READER[role])).get(url)
        assert page.status_code == 200, paper
        text = words_of(pdf_of(url + ".pdf"))
        for words in said:
            assert words in page.words, (paper, words)
            assert words in text, (paper, words)
        assert f'href="{url}.pdf' in page.text


def test_the_claim_letter_shows_the_capped_example_line_by_line(client: Client, bank: Bank, pdf_of: Callable[[str], PdfReader]) -> None:
    """domain.md §8: 166,666.67 + 100,000.00 above 250,000.00 is split into 156,250.00 and 93,750.00."""
    client.sign_in(bank.person("leder"))
    for department, said in (
        (
            "social",
            [
                "333.333,33 × 50 % = 166.666,67",
                "250.000,00 × 166.666,67 / 266.666,67 = 156.250,00",
                "Claimed 156.250,00",
            ],
        ),
        ("borger", ["200.000,00 × 50 % = 100.000,00", "250.000,00 × 100.000,00 / 266.666,67 = 93.750,00", "Claimed 93.750,00"]),
    ):
        url = f"/claim-lines/{bank.line('visitation', department)}/letter"
        page, text = client.get(url), words_of(pdf_of(url + ".pdf"))
        shared = [
            "shares come to 266.666,67 kr., but only 250.000,00 kr. was outstanding",
            "by 20. februar 2026, as its share of the gains",
        ]
        for words in said + shared:
            assert words in page.words, words
            assert words in text, words


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_claim_below_the_cap_has_no_split(client: Client, bank: Bank) -> None:
    page = client.sign_in(bank.person("leder")).get(f"/claim-lines/{bank.line('affald', 'social')}/letter")
    assert "100.000,00 × 50 % = 50.000,00" in page.words
    assert "After the cap" not in page.words


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_paper_is_tagged_and_embeds_its_fonts(client: Client, bank: Bank, pdf_of: Callable[[str], PdfReader]) -> None:
    for name, url in urls(bank).items():
        role = "finans-1" if name == "statement" else "ansoeger" if name == "draft" else "formand"
        client.sign_in(bank.person(role, "da"))
        file = pdf_of(url + ".pdf")
        root = file.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"] and root["/StructTreeRoot"] and root["/Lang"] == "da", name
        fonts = [font.get_object() for page in file.pages for font in page["/Resources"]["/Font"].values()]
        assert fonts and all("/FontFile2" in descriptor_of(font) for font in fonts), name


MAY_READ = {
    "agenda": FORUM,
    "minutes": FORUM,
    "award": FORUM | OWN | {"ansoeger-b", "leder-b"},  # their department gains by it
    "rejection": FORUM | OWN,
    "claim": FORUM | OWN | {"ansoeger-b", "leder-b"},
    "statement": LEDGER,
    "application": FORUM | OWN | {"ansoeger-b", "leder-b"},
    "draft": OWN | {"revisor"},
}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_may_read_it(client: Client, bank: Bank) -> None:
    for paper, allowed in MAY_READ.items():
        url = urls(bank)[paper]
        refused = 403 if url.startswith("/pools/") else 404  # everybody knows their pool; of the rest whoever may not read it knows nothing
        answers = {key: client.sign_in(bank.person(key)).get(url).status_code for key in EVERYBODY}
        assert answers == {key: 200 if key in allowed else refused for key in EVERYBODY}, paper
        for key, status in ((min(allowed), 200), ("leder-skole", refused)):
            assert client.sign_in(bank.person(key)).get(url + ".pdf").status_code == status, paper


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_another_municipality_finds_nothing(client: Client, bank: Bank) -> None:
    stranger = a_person_with(a_pool(a_municipality()), *Role)
    client.sign_in(stranger)
    for url in [
        *urls(bank).values(),
        *(f"/pools/{bank.pool.id}/{name}" for name in ("ledger.csv", "claims.csv", "payments.csv", "history")),
    ]:
        addresses = (url,) if url.endswith((".csv", "history")) else (url, url + ".pdf")
        assert {client.get(address).status_code for address in addresses} == {404}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_members_who_have_not_scored_see_neither_totals_nor_ranks(client: Client, bank: Bank) -> None:
    url = urls(bank)["agenda"]
    for key in ("medlem", "medlem-b", "finans-1", "raadgiver"):
        page = client.sign_in(bank.person(key)).get(url)
        assert "90.00" not in page.words
        assert "Scores that you may not see yet are left out" in page.words
    assert "90.00" in client.sign_in(bank.person("koordinator")).get(url).words


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_draft_is_read_by_its_department_and_the_submitted_version_by_the_forum(client: Client, bank: Bank) -> None:
    page = client.sign_in(bank.person("formand")).get(urls(bank)["area"])
    assert "Version 1 of 23 January 2026" in page.words


def test_the_statement_takes_a_period_and_witnesses_the_ledger(client: Client, bank: Bank) -> None:
    client.sign_in(bank.person("revisor"))
    url = urls(bank)["statement"]
    number, head = chain_head(bank.pool.id)
    assert number == 8
    now = client.get(url)
    assert head in now.text and "1 January 2026 to 31 December 2026" in now.words
    assert "Money in" not in now.words
    before = client.get(f"{url}?from=01-01-2024&to=2024-01-31")
    assert "Money in 1 3,000,000.00" in before.words and "Repayment" not in before.words
    assert head in before.text
    assert "from=2024-01-01&amp;to=2024-01-31" in before.text


def test_the_statement_of_a_past_year_is_of_its_end(client: Client, bank: Bank, pdf_of: Callable[[str], PdfReader]) -> None:
    """Opening and closing balances by value date, the awards as they then were, and a reversal only from its own day on."""
    client.sign_in(bank.person("finans-1"))
    url = urls(bank)["statement"]
    ends = {
        "from=2024-01-01&to=2024-01-31": [
            "Where the pool's money is on 31 January 2024", "Available 0.00 3,000,000.00 3,000,000.00",
            "Funding 0.00 3,000,000.00 3,000,000.00", "Nothing has been awarded.",
        ],
        "from=2024-01-01&to=2024-12-31": [
            "Where the pool's money is on 31 December 2024", "Outstanding loans 0.00 450,000.00 450,000.00",
            "Funding 0.00 3,000,000.00 3,000,000.00",
        ],
        "from=2026-01-01&to=2026-12-31": [
            "Where the pool's money is on 2 March 2026", "Outstanding loans 450,000.00 -100,000.00 350,000.00",
            "Funding 3,000,000.00 0.00 3,000,000.00",
            "From the beginning of 1 January 2026 to the end of 2 March 2026",
        ],
    }  # fmt: skip
    for period, said in ends.items():
        page, paper = client.get(f"{url}?{period}").words, words_of(pdf_of(f"{url}.pdf?{period}"))
        for words in said:
            assert words in page, (period, words)
            assert words in paper, (period, words)
    assert 'value="01-01-2024"' in client.get(f"{url}?from=2024-01-01&to=2024-12-31").text
    assert "Digital visitation" not in client.get(f"{url}?from=2024-01-01&to=2024-01-31").words  # decided in February


def test_what_was_recorded_after_its_period_says_so(client: Client, bank: Bank, pdf_of: Callable[[str], PdfReader]) -> None:
    fund_pool(
        actor=bank.person("finans-1"), at=NOW, pool=bank.pool, source="Efterbevilling", amount_ore=5_000_00,
        value_on=date(2026, 1, 30), text="Byrådet 29-01",
    )  # fmt: skip
    commit()
    client.sign_in(bank.person("revisor"))
    url = urls(bank)["statement"]
    january, year = f"{url}?from=2026-01-01&to=2026-01-31", f"{url}?from=2026-01-01&to=2026-12-31"
    late = "Recorded after the period had ended"
    for words in (client.get(january).words, words_of(pdf_of(january.replace("?", ".pdf?")))):
        said = words.partition(late)[2]
        assert "9 30 Jan 2026 2 Mar 2026 Efterbevilling Byrådet 29-01 5,000.00" in said, words
    assert late not in client.get(year).words


def test_a_reversal_counts_from_its_own_day(app: Flask) -> None:
    bank = a_bank()
    award = bank.award(loan=100_000)
    paid = bank.pay_out(award, 100_000, when=START)
    reversal = register_reversal(actor=bank.finance, at=LATER, transfer=paid, reason="Forkert.")
    approve_reversal(actor=bank.finance_2, at=LATER, reversal=reversal)
    days = [START.date() - timedelta(days=1), START.date(), LATER.date() - timedelta(days=1), LATER.date()]
    held = [holdings(bank.pool.id, day) for day in days]
    assert all(one.balances.is_whole for one in held)
    assert [one.balances.loans_ore for one in held] == [0, 10_000_000, 10_000_000, 0]
    assert [one.of_award(award.id).reserved_ore for one in held] == [0, 0, 0, 10_000_000]
    assert held[-1].balances == balances(bank.pool.id) and held[-1].of_award(award.id) == award_balances(award.id)
    assert held[-1].sources == sources(bank.pool.id)
    assert [moved_of([award.id], day)[award.id, Event.DISBURSEMENT, "loan"] for day in days] == [0, 10_000_000, 10_000_000, 0]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_senseless_period_is_refused_at_its_field(client: Client, bank: Bank) -> None:
    client.sign_in(bank.person("revisor"))
    url = urls(bank)["statement"]
    for period, told in (
        ("from=31-12-2026&to=01-01-2026", "The last day must not be before the first."),
        ("from=31-02-2026&to=01-03-2026", "Write a date as day-month-year"),
        ("from=&to=", "This must be filled in."),
        ("from=01-01-2026", "This must be filled in."),
    ):
        page = client.get(f"{url}?{period}")
        assert page.status_code == 422
        assert told in page.words
        assert client.get(f"{url}.pdf?{period}").status_code == 422


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_papers_are_danish_for_danes(client: Client, bank: Bank) -> None:
    page = client.sign_in(bank.person("leder", "da")).get(urls(bank)["claim"])
    assert "333.333,33 × 50 %" in page.words
    assert "20. februar 2026" in page.words


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_file_has_a_name_that_says_what_it_is(client: Client, bank: Bank) -> None:
    client.sign_in(bank.person("formand"))
    named = {name: client.get(url + ".pdf").headers["Content-Disposition"] for name, url in urls(bank).items() if name != "draft"}
    assert named["agenda"] == "attachment; filename=agenda-udviklingspuljen-2026-04-09.pdf"
    assert named["claim"] == "attachment; filename=claim-letter-2025-1-social-og-sundhed.pdf"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "paper, way",
    [
        ("agenda", "Udviklingspuljen Meetings 9 April 2026 Agenda"),
        ("award", "Udviklingspuljen Applications Digital visitation af hjælpemidler Letter"),
        ("claim", "Udviklingspuljen Claims Claim for 2025 Claim letter"),
        ("statement", "Udviklingspuljen Statement"),
        ("application", "Udviklingspuljen Applications Digital visitation af hjælpemidler Application"),
    ],
)
def test_the_way_to_a_paper_begins_at_the_pool_and_ends_with_what_it_is(client: Client, bank: Bank, paper: str, way: str) -> None:
    assert way in client.sign_in(bank.person("formand")).get(urls(bank)[paper]).words


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_meeting_to_come_has_no_minutes_and_an_empty_pool_has_papers(client: Client, bank: Bank) -> None:
    client.sign_in(bank.person("formand"))
    assert "The meeting has not been held yet." in client.get(f"/meetings/{bank.coming.id}/minutes").words
    pool = a_pool(a_municipality())
    coordinator = a_person_with(pool, Role.COORDINATOR, language="en")
    meeting = plan_meeting(actor=coordinator, at=NOW, pool=pool, held_on=NOW.date())
    client.sign_in(coordinator)
    assert "No application is up for decision." in client.get(f"/meetings/{meeting.id}/agenda").words
    assert client.get(f"/meetings/{meeting.id}/agenda.pdf").status_code == 200
    assert "Nothing has been awarded." in client.get(f"/pools/{pool.id}/statement").words
    assert client.get(f"/pools/{pool.id}/statement.pdf").status_code == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_people_write_stays_text(client: Client) -> None:
    pool = a_pool()
    writer = a_person_with(pool, Role.APPLICANT, department=a_department(pool.municipality))
    from fundbank.applications.rules.content import Content

    said = "<b>fed</b> & {{ 7*7 }}"
    application = start_application(
        actor=writer, at=AT, pool=pool, department=writer.department, content=Content(title=said, summary=said)
    )  # fmt: skip
    page = client.sign_in(writer).get(f"/applications/{application.id}/paper")
    assert page.words.count(said) >= 2
    assert "<b>fed" not in page.text
    assert client.get(f"/applications/{application.id}/paper.pdf").status_code == 200


def test_no_paper_asks_more_as_its_rows_grow(client: Client, query_counter: Callable) -> None:
    """Counted with one item and decision on the agenda, then with five."""
    forum = Forum(minimum_scores=1)
    client.sign_in(forum.chair)
    counts = []
    for number, day in ((1, date(2026, 3, 19)), (5, date(2026, 4, 16))):
        applications = [forum.scored(2, title=f"Projekt {place}", grant_ore=100) for place in range(number)]
        meeting = forum.open_meeting(*applications, day=day)
        for application in applications:
            decide_openly(actor=forum.chair, at=noon(day), meeting=meeting, application=application, outcome="defer", reason="Senere.")
        with query_counter() as queries:
            assert client.get(f"/meetings/{meeting.id}/minutes").text.count("Senere.") == number
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 1


def words_of(file: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in file.pages).replace("\xa0", " ").split())


def descriptor_of(font: dict) -> dict:
    inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
    descriptor = inner["/FontDescriptor"]
    return descriptor.get_object() if isinstance(descriptor, IndirectObject) else descriptor


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_application_lists_equal_years_as_one_row_and_says_nothing_that_nobody_was_asked(client: Client, bank: Bank) -> None:
    client.sign_in(bank.person("koordinator"))
    for application in bank.world.applications.values():
        content = application.versions[-1].content if application.versions else application.content
        spans = gain_spans(content.gains)
        if len(spans) < len(content.gains):
            break
    page = client.get(f"/applications/{application.id}/paper")
    rows = page.text.partition("Gains by year and department")[2].partition("</table>")[0]
    assert rows.count("<tr") == len(spans) + 2 < len(content.gains) + 2, "its head and the sum are rows too"
    for span in spans:
        assert f">{span.first}–{span.last}<" in rows if span.last > span.first else f">{span.first}<" in rows
    assert "It buys something" not in page.words and not application.pool.policy.asks_purchases
