"""Whatever stands in the cells of a workbook, and however the file is damaged: it is read or refused, and never a fault of the program."""

from datetime import date, datetime, time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.integration.applications.office import an_office
from tests.integration.workbooks.books import changed, export, template, upload

ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # no SQL of its own behind it
# What XML cannot hold no spreadsheet writes; openpyxl refuses it.
TEXT = some.text(some.characters(exclude_categories=["Cs", "Cc"]), max_size=60)
VALUE = some.one_of(
    TEXT, some.integers(), some.floats(allow_nan=False, allow_infinity=False), some.booleans(), some.none(),
    some.dates(date(1950, 1, 1)), some.datetimes(datetime(1950, 1, 1)), some.just(time(1, 2)),
    some.sampled_from(["", "Ja", "Yes", "x", "100 %", "50; 100", "1e9", "-", "#codes:costs", "#example", "=1+1", "∞", "٣", "n1"]),
)  # fmt: skip
CELL = some.tuples(some.integers(1, 7), some.integers(1, 12), some.integers(1, 20), VALUE)


@ON_ONE
def test_any_cells(app, client):
    office = an_office()
    application = office.application()
    client.sign_in(office.person("applicant"))
    books = [template(client, office.pool), export(client, application)]

    @settings(suppress_health_check=list(HealthCheck))
    @given(some.sampled_from(books), some.lists(CELL, max_size=25))
    def holds(book, cells):
        def put(opened):
            for sheet, row, column, value in cells:
                opened.worksheets[sheet].cell(row, column).value = value

        answered = upload(client, application, changed(book, put))
        assert answered.status_code in (200, 422)
        for code in ("project", "need", "money", "gains", "who"):
            assert client.get(f"/applications/{application.id}/write/{code}").status_code == 200

    holds()


@ON_ONE
def test_any_damage(app, client):
    office = an_office()
    application = office.application()
    client.sign_in(office.person("applicant"))
    book = template(client, office.pool)

    @settings(suppress_health_check=list(HealthCheck))
    @given(some.integers(0, len(book) - 1), some.binary(max_size=12), some.integers(0, 60))
    def holds(place, put, cut):
        damaged = book[:place] + put + book[place + cut :]
        assert upload(client, application, damaged).status_code in (200, 422)

    holds()
