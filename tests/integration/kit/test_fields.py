"""What people write in fields: understood as Danes write it, or answered with a sentence at the field, and never lost."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from time import process_time
from typing import Any

import pytest
from flask import Flask, render_template_string
from werkzeug.datastructures import MultiDict

from fundbank.app import create_app
from fundbank.errors import AlreadyPosted, InvalidAmount
from fundbank.kit.language import speaking
from fundbank.kit.web import refusals_on
from fundbank.kit.web.forms import (
    CheckboxesField,
    CheckboxField,
    DayField,
    DecimalNumberField,
    EmailField,
    Form,
    KronerField,
    LongTextField,
    PercentField,
    RadioField,
    SelectField,
    TextField,
    VersionField,
    WholeNumberField,
)
from tests.web import WITHOUT_CATALOGUE, check_html

FORM_PAGE = """{%- from "_macros/forms.html" import error_summary, field, buttons -%}
<!doctype html><html lang="da"><head><title>t</title></head><body>{{ error_summary(form) }}
<form method="post">{{ form.hidden_tag() }}{% for f in form if f.kind and f.kind != "hidden" %}{{ field(f) }}{% endfor %}
{{ buttons("Save") }}</form></body></html>"""


class Everything(Form):
    title = TextField("Title", max_length=20)
    note = LongTextField("Note", optional=True, hint="A hint")
    email = EmailField("E-mail", optional=True)
    amount = KronerField("Amount", positive=True)
    share = PercentField("Share", optional=True)
    cases = WholeNumberField("Cases", optional=True, least=1, most=1_000_000)
    minutes = DecimalNumberField("Minutes", optional=True)
    day = DayField("Day", optional=True)
    kind = RadioField("Kind", choices=[("loan", "Loan"), ("grant", "Grant")], optional=True)
    unit = SelectField("Unit", coerce=int, optional=True)
    agreed = CheckboxField("Agreed")
    marks = CheckboxesField("Marks", choices=[("a", "A"), ("b", "B")])
    revision = VersionField()


@pytest.fixture
def app() -> Iterator[Flask]:
    settings = {"SECRET_KEY": "t", "SQLALCHEMY_DATABASE_URI": "sqlite://", "TESTING": True, "WTF_CSRF_ENABLED": False}
    yield create_app({**settings, **WITHOUT_CATALOGUE})


def test_the_summary_names_the_field_where_the_sentence_does_not(app: Flask) -> None:
    with app.test_request_context("/", method="POST", data={"title": "", "amount": "x", "share": "x", "day": "x"}), speaking("en"):
        form = Everything()
        form.title.label.text = "What is it called?"
        form.validate_on_submit()
        form.cases.errors = form.share.errors = ["Write a share in per cent, for example 50 or 12,5."]
        page = render_template_string(FORM_PAGE, form=form)
    assert '<a class="function-link" href="#title">What is it called? This must be filled in.</a>' in page
    assert '<a class="function-link" href="#share">Share: Write a share' in page
    assert '<a class="function-link" href="#cases">Cases: Write a share' in page
    assert '<a class="function-link" href="#day">Write a date' in page


def sent(app: Flask, **values: Any) -> Everything:
    with app.test_request_context("/", method="POST", data={"title": "T", "amount": "1", **values}), speaking("en"):
        form = Everything()
        form.unit.choices = [("", "Choose"), (1, "One"), (2, "Two")]
        form.validate_on_submit()
        check_html(render_template_string(FORM_PAGE, form=form), "the form")
        return form


@pytest.mark.parametrize(
    "typed, ore",
    [
        ("1.250.000", 125_000_000), ("1250000,50", 125_000_050), ("kr. 500", 50_000), ("500 kr.", 50_000),
        (" 1 250 000 ", 125_000_000), ("0,01", 1), ("999.999.999.999,99", 99_999_999_999_999), ("500,-", 50_000),
    ],
)  # fmt: skip
def test_amounts_as_people_write_them(app: Flask, typed: str, ore: int) -> None:
    form = sent(app, amount=typed)
    assert (form.amount.data, form.amount.errors) == (ore, [])
    assert form.amount._value() == typed, "a form that is shown again shows what was typed"


@pytest.mark.parametrize("typed", ["1,250,000.5", "-5", "1e9", "1,234", "1.25", "10.00", "NaN", "abc", "1_000", "٣", "1" + "0" * 15, "0"])
def test_amounts_that_get_a_sentence_at_the_field(app: Flask, typed: str) -> None:
    form = sent(app, amount=typed)
    assert len(form.amount.errors) == 1
    assert "amount" in form.amount.errors[0].lower()
    assert form.amount._value() == typed


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Rute\x00plan\x07", "Ruteplan"), ("\u202eRuteplan", "Ruteplan"), ("👩\u200d🚒", "👩\u200d🚒"), ("A\u030ada\u00adlen", "Ådalen"),
        ("\ufeffA \u00a0\tB ", "A B"), ("„A“ – B‑C", "„A“ – B‑C"),
    ],
)  # fmt: skip
def test_text_is_cleaned_on_its_way_in(app: Flask, typed: str, kept: str) -> None:
    form = sent(app, title=typed, note=f"{typed}\r\n\r\n{typed}")
    assert (form.title.data, form.note.data) == (kept, f"{kept}\n\n{kept}")


def test_a_title_is_one_line(app: Flask) -> None:
    assert sent(app, title="A\r\nB\n\nC").title.data == "A B C"


def test_an_address_is_cleaned_too(app: Flask) -> None:
    assert sent(app, email="\ufeffMette@\u00adBy.dk\u00a0").email.data == "mette@by.dk"


def test_a_text_of_nothing_that_can_be_seen_is_empty(app: Flask) -> None:
    assert sent(app, title="\u200b\x1b").title.errors == ["This must be filled in."]


def test_digits_of_other_scripts_are_no_number(app: Flask) -> None:
    form = sent(app, share="٥٠", minutes="１２", cases="١٢")
    assert all(len(field.errors) == 1 for field in (form.share, form.minutes, form.cases))


@pytest.mark.parametrize(
    "typed, day", [("31-12-2026", date(2026, 12, 31)), ("1.2.2026", date(2026, 2, 1)), ("2026-12-31", date(2026, 12, 31))]
)
def test_dates_as_people_write_them(app: Flask, typed: str, day: date) -> None:
    assert sent(app, day=typed).day.data == day


@pytest.mark.parametrize(
    "typed", ["31-02-2026", "2026-13-01", "1-2.2026", "31-12-26", "tomorrow", "00-00-0000", "01-01-0001", "31-12-9999", "٣١-12-2026"]
)
def test_dates_that_get_a_sentence(app: Flask, typed: str) -> None:
    form = sent(app, day=typed)
    assert form.day.errors == ["Write a date as day-month-year, for example 31-12-2026."]


@pytest.mark.parametrize(
    "name, typed, data",
    [
        ("share", "50", Decimal("0.5")), ("share", "12,5 %", Decimal("0.125")), ("share", "0", Decimal(0)),
        *(("cases", typed, 6000) for typed in ("6.000", "6000", "6 000", "6\u00a0000", "6\u202f000", "6\u2009000", " 6.000\t")),
        ("cases", "1.000.000", 1_000_000), ("minutes", "12,5", Decimal("12.5")), ("minutes", "1.250,5", Decimal("1250.5")),
        ("minutes", "6 000", Decimal(6000)), ("minutes", "6.000", Decimal(6000)), ("share", "12,5\u00a0%", Decimal("0.125")),
        ("title", "  A title ", "A title"),
        ("note", "a\r\nb", "a\nb"), ("email", " A@B.dk", "a@b.dk"), ("unit", "2", 2), ("unit", "", None),
        ("kind", "loan", "loan"), ("marks", ["a", "b"], ["a", "b"]), ("agreed", "y", True), ("revision", "7", 7),
    ],
)  # fmt: skip
def test_what_is_understood(app: Flask, name: str, typed: Any, data: Any) -> None:
    form = sent(app, **{name: typed})
    assert (form[name].data, list(form[name].errors)) == (data, [])


@pytest.mark.parametrize(
    "name, typed, sentence",
    [
        ("title", "", "This must be filled in."), ("title", "   ", "This must be filled in."),
        ("title", "x" * 21, "Write at most 20 characters; there are 21."),
        ("amount", "", "This must be filled in."), ("amount", "0", "Write an amount above 0."),
        ("share", "150", "Write a share from 0 to 100 per cent."), ("share", "half", "Write a share in per cent"),
        ("cases", "0", "Write a whole number from 1 to 1,000,000."), ("cases", "1,5", "Write a whole number."),
        *(("cases", typed, "Write a whole number.") for typed in ("-5", "6.00", "6,000", "6.000 000", "60 00", "1.5", "0.500", "1e3")),
        *(("minutes", typed, "Write a number with") for typed in ("12.5", "1.25", "12,", ",5", "1,250.5", "1 2", "1000000")),
        ("minutes", "-1", "Write a number with a decimal comma"), ("email", "nobody", "Write an e-mail address"),
        ("unit", "3", "Choose one of the possibilities."), ("unit", "x", "Choose one of the possibilities."),
        ("kind", "gift", "Choose one of the possibilities."), ("marks", ["a", "c"], "Choose one of the possibilities."),
    ],
)  # fmt: skip
def test_what_gets_a_sentence(app: Flask, name: str, typed: Any, sentence: str) -> None:
    errors = sent(app, **{name: typed})[name].errors
    assert len(errors) == 1
    assert errors[0].startswith(sentence)


def test_a_refusal_lands_at_its_field_or_at_the_top(app: Flask) -> None:
    with app.test_request_context("/", method="POST", data={"amount": "1"}), speaking("en"):
        form = Everything()
        with refusals_on(form):
            raise InvalidAmount(field="amount")
        with refusals_on(form):
            raise AlreadyPosted(field="no_such_field")
        assert form.amount.errors == ["Write an amount in kroner, for example 1.250.000 or 1.250.000,50."]
        assert form.form_errors == ["This has already been registered."]
        page = render_template_string(FORM_PAGE, form=form)
        check_html(page, "the form")
        assert 'href="#amount"' in page and 'data-code="already_posted"' in page


def test_a_stored_row_is_shown_as_danes_write(app: Flask) -> None:
    with app.test_request_context("/"):
        form = Everything(amount=125_000_050, share=Decimal("0.125"), day=date(2026, 2, 1), minutes=Decimal("12.50"), cases=6000)
        shown = {name: form[name]._value() for name in ("amount", "share", "day", "minutes", "cases")}
    assert shown == {
        "amount": "1.250.000,50", "share": "12,5", "day": "01-02-2026", "minutes": "12,5", "cases": "6000",
    }  # fmt: skip


def test_a_number_in_groups_is_shown_again_as_it_was_typed(app: Flask) -> None:
    assert sent(app, cases="6 000").cases._value() == "6 000"


HUGE = 2_000_000


@pytest.mark.parametrize("sign", [" ", "1", "a", ",", "@", "\xad", "\u0301"], ids=ascii)
def test_no_field_reads_what_is_too_long(app: Flask, sign: str) -> None:
    """Two million of one sign in every kind of field at once take no longer than to look at each sign a few times."""
    text = f"1{sign * HUGE}x"
    names = ("title", "note", "email", "amount", "share", "cases", "minutes", "day", "kind", "unit", "marks", "revision")
    with app.test_request_context("/", method="POST", data={}), speaking("en"):
        began = process_time()
        form = Everything(formdata=MultiDict(dict.fromkeys(names, text)))
        form.unit.choices = [("", "Choose"), (1, "One")]
        assert not form.validate()
        took = process_time() - began
    assert [name for name in names if not form[name].errors] == ["revision"]
    began = process_time()
    sum(map(ord, text))
    assert took < 6 * len(names) * (process_time() - began)
