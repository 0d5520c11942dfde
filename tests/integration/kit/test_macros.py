"""Every macro gives well-formed HTML that the Content-Security-Policy allows, and escapes what it is given."""

from collections.abc import Iterator

import pytest
from flask import Flask, render_template_string

from fundbank.app import create_app
from fundbank.kit.language import speaking
from tests.web import check_html

PAGE = """{% extends "_layout.html" %}
{% from "_macros/fds.html" import alert, badge, breadcrumb, card, empty, facts, figure, icon, pagination, steps, table %}
{% from "_macros/forms.html" import post_button, buttons %}
{% from "_macros/money.html" import bar %}
{% from "_macros/people.html" import person %}
{% block title %}Components{% endblock %}
{% block breadcrumb %}{{ breadcrumb([("Pools", "/pools"), (evil, "/x")], "Here") }}{% endblock %}
{% block content %}
{% for variant in ("info", "success", "warning", "error") %}
{% call alert(variant, "Heading " ~ evil) %}Text {{ evil }}{% endcall %}
{% endfor %}
<p>{{ badge("Draft") }} {{ badge("Open", "success") }} {{ badge("Late", "error") }} {{ badge("Soon", "warning") }}</p>
<div class="two-columns">
<div>{{ steps([("Write", "The case", "/1"), ("Sign", "A leader", "/2"), ("Submit", None, None)], 2) }}</div>
<div>{{ facts([("Name", evil), ("Empty", ""), ("Lines", "one\ntwo"), ("Zero", 0)]) }}</div></div>
<div class="figures">{{ figure("Available", 260000000|kroner, "of 3 million") }}{{ figure(evil, 1) }}</div>
{{ bar([("available", "Available", 210000000), ("reserved", "Reserved", 20000000), ("loans", "Loans", 40000000),
  ("grants", "Grants", 25000000), ("written_off", "Written off", 5000000)], 300000000) }}
{{ bar([("available", "Available", 0)], 0, id="nothing", heading="An empty pool") }}
<div class="cards">{% call card("A card " ~ evil, subheading="Sub") %}<p>Inside</p>{% endcall %}</div>
{% call table("A table " ~ evil) %}<thead><tr><th scope="col">A</th><th scope="col" class="num">B</th></tr></thead>
<tbody><tr><td>{{ evil }}</td><td class="num">{{ 1234567|amount }}</td></tr></tbody>{% endcall %}
{{ empty("Nothing yet.", "Begin", "/begin") }}
<div class="actions">{{ post_button("/do", "Do it") }}
{{ post_button("/drop", "Withdraw", confirm="It is gone " ~ evil) }}
{{ post_button("/sure", "Main", kind="primary", label="Main thing") }}</div>
{{ pagination(before="/b", after="/a") }}{{ buttons("Save", cancel="/") }}{{ icon("menu", evil) }}<p>{{ person(None) }}</p>
{% endblock %}"""
EVIL = "<b onclick=x>\"'&"


@pytest.fixture
def app() -> Iterator[Flask]:
    yield create_app({"SECRET_KEY": "t", "SQLALCHEMY_DATABASE_URI": "sqlite://", "TESTING": True})


def render(app: Flask) -> str:
    with app.test_request_context("/"), speaking("da"):
        return render_template_string(PAGE, evil=EVIL)


def test_macros_are_well_formed_and_escape(app: Flask) -> None:
    page = render(app)
    check_html(page, "components")
    assert "<b onclick" not in page
    assert page.count("&lt;b onclick") >= 10


def test_the_bar_says_what_it_shows(app: Flask) -> None:
    page = render(app).replace("\xa0", " ")
    assert 'role="img" aria-labelledby="bar-title bar-desc"' in page
    assert "Reserved: 200.000,00 kr." in page
    assert 'data-part="funding">3.000.000,00 kr.' in page
    widths = [700, 66, 133, 83, 16]
    for width in widths:
        assert f'width="{width}"' in page
