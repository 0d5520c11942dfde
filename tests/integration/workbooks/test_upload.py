"""A workbook that comes back: what it says is typed in the steps, what does not fit is told by its cell, and nothing goes unseen."""

import re
from decimal import Decimal

import pytest
from openpyxl.chart import BarChart, Reference
from sqlalchemy import func, select

from fundbank.applications import operations
from fundbank.applications.models import TypedText
from fundbank.applications.rules.content import Content, Cost, GainArea, OwnFinancing, PlannedGain, QualitativeGain, StatedPayback
from fundbank.extensions import db
from fundbank.history import queries as history
from fundbank.workbooks.signs import TOLD
from tests.builders import AT
from tests.integration.applications.office import Office, an_office, form_of
from tests.integration.applications.writing import save, step
from tests.integration.workbooks.books import answer, changed, column, export, page, sheet, template, upload, write
from tests.web import Client

AREA = {
    "name": "Tidsbestilling", "before_low": 20, "before": 25, "before_high": 30, "after_low": 10, "after": 12, "after_high": 15,
    "cases": 6000, "affected": 0.8, "rate": 350, "phase_in_1": 1, "years": 4, "cashable": "Yes",
}  # fmt: skip


@pytest.fixture
def office(app) -> Office:
    return an_office()


def full(office: Office) -> Content:
    """An application that says something everywhere, and not as plainly as could be."""
    area = GainArea(
        "Område", office.own.id, (Decimal("1.5"), Decimal("2.25"), Decimal(3)), (Decimal(0), Decimal("0.333333"), Decimal(1)), 7,
        Decimal("0.12345678"), 333_33, (Decimal("0.125"), Decimal("0.3333"), Decimal("0.7"), Decimal(1)), 9, cashable=False,
    )  # fmt: skip
    return office.content(
        title="=1+1", summary="To linjer,\nog “anførsel” + æøå", need="-2+3", bought="@SUM(A1)", operation_money="Fra eget budget",
        facts=("legal_requirement", "over_300_hours"), lower_ore=450_000_50, grant_ore=0,
        costs=(
            Cost(0, "establishment", 600_000_00, "+Software"), *(Cost(year, "operation", 12_345_67, "Licens") for year in (1, 2)),
            Cost(0, "establishment", 17_500_00, "Timer", hours=Decimal("50"), rate_ore=350_00),
        ),
        gains=(PlannedGain(1, office.other.id, 1, False, "En øre"), *(PlannedGain(year, office.own.id, 400_000_00) for year in (1, 2, 3))),
        gain_areas=(area,), own_financing=(OwnFinancing("Møbler", 60_000_00, 1),),
        qualitative_gains=(QualitativeGain("quality", "Svar\nsamme dag"),), stated_payback=StatedPayback(2, 3, "Fordi"),
        gain_owner_id=office.person("leader").id,
    )  # fmt: skip


def test_an_export_that_comes_back_as_it_is_changes_nothing(office, client):
    application = office.application()
    operations.edit_application(actor=office.person("applicant"), at=AT, application=application, content=full(office))
    operations.sign_application(actor=office.person("leader"), at=AT, application=application)
    before, lines = application.content_json, history.newest_id("applications", application.id)
    client.sign_in(office.person("applicant"))
    answered = upload(client, application, export(client, application))
    assert answered.status_code == 200
    assert "It says nothing that the steps do not say already." in answered.words
    assert "do not fit" not in answered.words and "no longer" not in answered.words
    db.session.expire_all()
    assert (application.content_json, application.state) == (before, "signed")
    assert history.newest_id("applications", application.id) == lines
    assert db.session.scalar(select(func.count()).select_from(TypedText)) == 0
    for code in ("project", "need", "money", "gains", "who"):
        saved = save(client, step(application, code))
        assert saved.status_code == 303
    db.session.expire_all()
    assert application.state == "signed"


def test_what_openpyxl_saves_anew_is_the_same(office, client):
    application = office.application()
    operations.edit_application(actor=office.person("applicant"), at=AT, application=application, content=full(office))
    client.sign_in(office.person("applicant"))
    answered = upload(client, application, changed(export(client, application), lambda book: None))
    assert "It says nothing that the steps do not say already." in answered.words
    assert "do not fit" not in answered.words


def test_the_worked_example_comes_through_the_template_and_is_saved(office, client):
    """domain.md §6: 364,000 a year."""
    application = office.application(gains=())
    client.sign_in(office.person("applicant"))

    def fill_in(book):
        write(book, "gain_areas", 7, department="Borgerservice", **AREA)
        write(book, "costs", 7, text="Licens", kind="running costs", amount="1.250,50", first=1, last=4)
        answer(book, "operation_money", "Fra eget budget")

    answered = upload(client, application, changed(template(client, office.pool), fill_in))
    assert "do not fit" not in answered.words, answered.words
    assert application.content.gain_areas == (), "nothing is part of the application before it is saved"
    gains = client.get(step(application, "gains"))
    assert "DKK 364,000.00 low DKK 140,000.00, high DKK 560,000.00" in gains.words
    assert save(client, step(application, "gains")).status_code == save(client, step(application, "money")).status_code == 303
    db.session.expire_all()
    area = application.content.gain_areas[0]
    assert (area.before, area.cases, area.affected, area.rate_ore) == ((20, 25, 30), 6_000, Decimal("0.8"), 350_00)
    licence = [cost for cost in application.content.costs if cost.text == "Licens"]
    assert [(cost.year, cost.kind, cost.amount_ore) for cost in licence] == [(year, "operation", 1_250_50) for year in (1, 2, 3, 4)]
    assert application.content.operation_money == "Fra eget budget"


def test_what_does_not_fit_is_told_by_sheet_and_cell_and_stands_at_its_field(office, client):
    application = office.application(gains=())
    client.sign_in(office.person("applicant"))

    def fill_in(book):
        write(book, "gains", 7, department="Borgerservice", amount="mange", first=2)
        write(book, "gains", 9, department="Månen", amount=-5, cashable="måske")
        write(book, "gain_areas", 8, **{**AREA, "cases": 12.5, "department": "Borgerservice"})
        answer(book, "loan", "1,250.50")

    answered = upload(client, application, changed(template(client, office.pool), fill_in))
    told = dict(re.findall(r'<th scope="row">(?:<a[^>]*>)?(.*?)(?:</a>)?</th>\s*<td[^>]*>(.*?)</td>', answered.text))
    assert "Planned gains D7: mange" in told and "Write an amount in kroner" in told["Planned gains D7: mange"]
    assert told["Planned gains C9: Månen"] == "This is not one of the possibilities."
    assert told["Planned gains G9: måske"] == "Write Yes or No."
    assert "Planned gains D9: -5" in told
    assert told["Gain areas J8: 12,5"] == "Write a whole number."
    assert "Answers C" in next(place for place in told if "1,250.50" in place)
    places = [place.partition(":")[0] for place in told]
    assert places[0].startswith("Answers C") and places[-1] == "Gain areas J8", "in the order of the workbook"
    assert places[1:-1] == sorted(places[1:-1], key=lambda place: (place[-1], place)) and "Planned gains C9" in places
    form = form_of(client.get(step(application, "gains")).text)
    assert "mange" in form.values() and "12,5" in form.values(), "it is kept as it was typed"
    assert application.content.gains == ()


@pytest.mark.parametrize(("written", "stands"), [(0.25, "25"), (25, "25"), ("25 %", "25 %"), ("12,5", "12,5"), (1, "100"), (0.125, "12,5")])
def test_shares_are_understood_as_people_write_them(office, client, written, stands):
    application = office.application(gains=())
    client.sign_in(office.person("applicant"))

    def fill_in(book):
        write(book, "gain_areas", 7, **{**AREA, "affected": written, "phase_in_1": 0.5, "phase_in_2": 1, "department": "Borgerservice"})

    upload(client, application, changed(template(client, office.pool), fill_in))
    form = form_of(client.get(step(application, "gains")).text)
    assert form["gain_areas-0-affected"].replace(" %", "") == stands.replace(" %", "")
    assert form["gain_areas-0-phase_in"] == "50; 100"


def test_what_somebody_else_has_written_meanwhile_is_not_lost(office, client):
    application = office.application()
    client.sign_in(office.person("applicant"))
    book = export(client, application)
    other = office.person("leader")
    costs = (Cost(0, "establishment", 600_000_00, "Lederens udgift", row=application.content.costs[0].row),)
    said = application.content.replace(operation_money="Lederens ord", loan_ore=1_00, title="Lederens titel", costs=costs)
    operations.edit_application(actor=other, at=AT, application=application, content=said)
    upload(client, application, changed(book, lambda book: answer(book, "operation_money", "Mine ord")))
    words = client.get(step(application, "money")).words
    form = form_of(client.get(step(application, "money")).text)
    assert form["operation_money"] == "Mine ord"
    assert form["loan"] == "1", "what the workbook did not change stays as the other one left it"
    assert "Lederens udgift" in form.values() and "Software" not in form.values()
    assert "Lederens ord" in words and words.count("has written something else here") == 1
    project = client.get(step(application, "project"))
    assert form_of(project.text)["title"] == "Lederens titel" and "has written something else here" not in project.words


def test_a_row_that_is_gone_from_the_workbook_is_shown_before_it_goes(office, client):
    application = office.application(
        costs=(Cost(0, "establishment", 500_000_00, "Software"), Cost(0, "establishment", 100_000_00, "Kurser"))
    )
    client.sign_in(office.person("applicant"))

    def fill_in(book):
        costs = sheet(book, "costs")
        row = next(cell.row for cell in costs["B"] if cell.value == "Kurser")
        costs.delete_rows(row)

    answered = upload(client, application, changed(export(client, application), fill_in))
    assert "Rows that are no longer in the workbook" in answered.words and "Cost 2: Kurser" in answered.words
    assert "Kurser" in client.get(step(application, "money")).text, "it has not gone yet"
    chosen = re.findall(r'name="row" value="([^"]+)"', answered.text)
    removed = client.submit(f"{page(application)}/remove", {"row": chosen})
    assert removed.status_code == 303 and removed.location.endswith("/write/money")
    assert save(client, step(application, "money")).status_code == 303
    db.session.expire_all()
    assert [cost.text for cost in application.content.costs] == ["Software"]


def test_a_row_that_somebody_has_changed_meanwhile_stays(office, client):
    application = office.application(costs=(Cost(0, "establishment", 500_000_00, "Software"), Cost(0, "establishment", 1_00, "Kurser")))
    client.sign_in(office.person("applicant"))
    answered = upload(client, application, changed(export(client, application), lambda book: sheet(book, "costs").delete_rows(8)))
    chosen = re.findall(r'name="row" value="([^"]+)"', answered.text)
    assert len(chosen) == 1
    costs = (application.content.costs[0], Cost(0, "establishment", 2_00, "Kurser", row=application.content.costs[1].row))
    operations.edit_application(
        actor=office.person("leader"), at=AT, application=application, content=application.content.replace(costs=costs)
    )
    client.submit(f"{page(application)}/remove", {"row": chosen})
    assert "Kurser" in client.get(step(application, "money")).text


def test_the_same_workbook_twice_is_the_same_rows(office, client):
    application = office.application(gains=())
    client.sign_in(office.person("applicant"))

    def fill_in(book):
        write(book, "gains", 7, department="Borgerservice", amount=100)
        gains = sheet(book, "gains")
        gains.insert_rows(8)
        write(book, "gains", 8, department="Økonomi", amount=200)

    book = changed(template(client, office.pool), fill_in)
    upload(client, application, book)
    assert "It says nothing that the steps do not say already." in upload(client, application, book).words
    save(client, step(application, "gains"))
    db.session.expire_all()
    assert sorted(gain.amount_ore for gain in application.content.gains) == [100_00, 200_00]
    assert "It says nothing that the steps do not say already." in upload(client, application, book).words


def test_a_cpr_number_is_not_taken_in_and_not_repeated(office, client):
    application = office.application()
    client.sign_in(office.person("applicant"))
    book = changed(template(client, office.pool), lambda book: answer(book, "need", "Borgeren 010203-1234 ringer"))
    answered = upload(client, application, book)
    assert "There is a CPR number in the text" in answered.words
    assert "010203" not in answered.text and "010203" not in client.get(step(application, "need")).text


def test_text_that_looks_like_a_formula_stays_text(office, client):
    application = office.application(title="=HYPERLINK(1)", costs=(Cost(0, "establishment", 1_00, "@SUM(A1)"),))
    client.sign_in(office.person("applicant"))
    seen = []

    def look(book):
        seen.extend((cell.value, cell.data_type) for of in ("questions", "costs") for row in sheet(book, of).iter_rows() for cell in row)

    changed(export(client, application), look)
    assert ("=HYPERLINK(1)", "s") in seen and ("@SUM(A1)", "s") in seen


def test_a_workbook_of_something_else_gets_a_clear_sentence(office, client):
    first, second = office.application(), office.application()
    client.sign_in(office.person("applicant"))
    answered = upload(client, second, export(client, first))
    assert answered.status_code == 422
    assert "is the export of another application" in answered.words

    def of_pool(book):
        book["fundbank"]["B2"] = "99 Andetsted"

    def of_version(book):
        book["fundbank"]["B1"] = "7"

    def of_many(book):
        for _number in range(40):
            book.create_sheet()

    def of_nothing(book):
        del book["fundbank"]

    for change, sentence in (
        (of_pool, "was made for another pool"), (of_version, "by another version of the program"), (of_nothing, "not made from a template"),
        (of_many, "more than 40 sheets"),
    ):  # fmt: skip
        answered = upload(client, first, changed(template(client, office.pool), change))
        assert answered.status_code == 422 and sentence in answered.words, sentence


def test_errors_and_formulas_without_results_are_told(office, client):
    application = office.application(gains=())
    client.sign_in(office.person("applicant"))

    def fill_in(book):
        write(book, "gains", 7, department="Borgerservice", amount="=1+1")
        gains = sheet(book, "gains")
        gains["D8"].value, gains["D8"].data_type = "#DIV/0!", "e"
        write(book, "gains", 8, department="Borgerservice", text="Fejl")

    words = upload(client, application, changed(template(client, office.pool), fill_in)).words
    assert "Planned gains D7 The formula in this cell has not been worked out" in words
    assert "Planned gains D8 The formula in this cell gives an error" in words


def test_nobody_but_the_departments_writers_uploads(office, client):
    application = office.application("ready")
    client.sign_in(office.person("coordinator"))
    assert client.get(page(application)).status_code == 403
    assert client.get(f"/applications/{application.id}/workbook.xlsx").status_code == 200
    client.sign_in(office.person("applicant"))
    assert client.get(page(application)).code == "wrong_state"
    draft = office.application()
    client.sign_in(office.person("coordinator"))
    assert client.get(f"/applications/{draft.id}/workbook.xlsx").status_code == 404


def test_a_reader_exports_what_was_handed_in_and_not_what_is_being_written(office: Office, client: Client):
    application = office.application("submitted")
    operations.screen_application(
        actor=office.person("coordinator"), at=AT, application=application, result="returned", reason="Skriv mere."
    )
    operations.edit_application(
        actor=office.person("applicant"), at=AT, application=application, content=application.content.replace(need="Hemmeligt endnu")
    )
    for role, sees in (("coordinator", False), ("applicant", True)):
        seen: list[object] = []
        client.sign_in(office.person(role))
        changed(export(client, application), lambda book, seen=seen: seen.extend(cell.value for cell in sheet(book, "questions")["C"]))
        assert ("Hemmeligt endnu" in seen) is sees, role


def test_what_this_application_is_not_asked_is_told(office, client):
    """A template that was taken home before the pool's rules changed, or for another kind of project."""
    application = office.application(gains=())
    client.sign_in(office.person("applicant"))

    def fill_in(book):
        sheet(book, "questions")["A40"], sheet(book, "questions")["C40"] = "gone", "svar"
        own = sheet(book, "own_financing")
        own["A3"] = "#codes:gone"
        own["B7"] = "Møbler"

    words = upload(client, application, changed(template(client, office.pool), fill_in)).words
    assert "Answers C40: svar This application does not ask for this." in words
    assert "Own financing B7 This application does not ask for this." in words


@pytest.mark.parametrize("preset", ["aabenraa", "favrskov", "jammerbugt", "rudersdal"])
def test_each_municipalitys_rules_make_a_workbook_that_comes_back(app, client, preset):
    office = an_office(preset)
    application = office.application()
    client.sign_in(office.person("applicant"))
    for book in (template(client, office.pool), export(client, application)):
        answered = upload(client, application, book)
        assert "It says nothing that the steps do not say already." in answered.words
        assert "do not fit" not in answered.words and "no longer" not in answered.words


def test_a_workbook_cannot_say_that_rows_stand_in_it_to_bring_more_of_them(office, client):
    """Its hidden sheet names 70 rows that the application has never had."""
    application = office.application(costs=())
    client.sign_in(office.person("applicant"))

    def rows(book):
        for number in range(70):
            book["fundbank"].cell(300 + number, 4).value = f"costs-r{number}-amount"
            book["fundbank"].cell(300 + number, 5).value = "abc"
            write(book, "costs", 7 + number, amount=100)
            sheet(book, "costs")[f"A{7 + number}"] = f"r{number}"

    assert (
        "There can be 60 rows, and no more can be saved." in upload(client, application, changed(template(client, office.pool), rows)).words
    )
    named = select(func.count(func.distinct(func.substr(TypedText.name, 1, 9)))).where(TypedText.name.like("costs-%-amount"))
    assert db.session.scalar(named) <= 60


def swapped(book, code: str, first: int, second: int) -> None:
    """Sort two rows as Excel does with the columns that one sees."""
    rows = [sheet(book, code)[row][1:] for row in (first, second)]
    for one, other in zip(*rows, strict=True):
        one.value, other.value = other.value, one.value


def test_rows_that_were_sorted_without_their_hidden_names_are_the_rows_they_were(office, client):
    costs = [Cost(0, "establishment", ore, text) for ore, text in ((400_000_00, "Software"), (100_000_00, "Kurser"), (50_000_00, "Hjælp"))]
    application = office.application(costs=tuple(costs))
    client.sign_in(office.person("applicant"))
    file = export(client, application)
    answered = upload(client, application, changed(file, lambda book: swapped(book, "costs", 7, 9)))
    assert "It says nothing that the steps do not say already." in answered.words

    def change(book):
        write(book, "costs", 7, amount=300_000)
        write(book, "costs", 10, text="Nyt", kind="Set-up", amount=5, first=0)
        swapped(book, "costs", 7, 8)
        swapped(book, "costs", 9, 10)

    answered = upload(client, application, changed(file, change))
    assert "no longer in the workbook" not in answered.words
    assert save(client, step(application, "money")).status_code == 303
    db.session.expire_all()
    assert [(cost.text, cost.amount_ore) for cost in application.content.costs] == [
        ("Software", 300_000_00), ("Kurser", 100_000_00), ("Hjælp", 50_000_00), ("Nyt", 5_00),
    ]  # fmt: skip


def test_a_sheet_of_a_chart_that_was_put_in_is_not_read(office, client):
    application = office.application()
    client.sign_in(office.person("applicant"))

    def draw(book):
        chart = BarChart()
        chart.add_data(Reference(sheet(book, "costs"), min_col=2, min_row=7, max_row=9))
        book.create_chartsheet("Graf", 0).add_chart(chart)
        answer(book, "title", "Med graf")

    answered = upload(client, application, changed(export(client, application), draw))
    assert answered.status_code == 200
    assert form_of(client.get(step(application, "project")).text)["title"] == "Med graf"


@pytest.mark.parametrize("token", [None, "", "ABC-", "0" * 80])
def test_a_workbook_whose_token_is_gone_or_made_up_is_refused_in_words(office, client, token):
    """Rows get their names by it."""
    application = office.application()
    client.sign_in(office.person("applicant"))

    def tamper(book):
        (place,) = [row[1] for row in book[TOLD].iter_rows(max_col=2) if row[0].value == "token"]
        place.value = token
        write(book, "costs", 8, text="Ny", amount=1)

    answered = upload(client, application, changed(export(client, application), tamper))
    assert answered.status_code == 422 and "is not made from a template of this program" in answered.words


@pytest.mark.parametrize("code", ["costs", "questions"])
def test_a_sheet_that_was_copied_is_told_and_not_read_twice(office, client, code):
    application = office.application("draft")
    client.sign_in(office.person("applicant"))

    def copy(book):
        copied = book.copy_worksheet(sheet(book, code))
        copied.title = "Kopi"
        if code == "costs":
            write(book, "costs", 7, text="I det første")
            copied[f"{column(copied, 'text')}7"] = "I kopien"
        else:
            answer(book, "summary", "I det første")
            row = next(cell.row for cell in copied["A"] if cell.value == "summary")
            copied[f"{column(copied, 'value')}{row}"] = "I kopien"

    answered = upload(client, application, changed(export(client, application), copy))
    said = "This sheet asks for the same as another one that comes before it. It was not read."
    assert "Kopi A1" in answered.words and said in answered.words
    texts = set(db.session.scalars(select(TypedText.text)))
    assert texts == {"I det første"}
