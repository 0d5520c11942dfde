"""What changed between two versions shows in words and in figures: whatever differs reads differently (domain.md §4, §6)."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import render_template_string
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fundbank.applications import operations
from fundbank.applications.rules.content import Content, Cost, GainArea
from fundbank.kit.language import speaking
from fundbank.kit.transaction import commit
from tests.answers import answer_all
from tests.builders import AT
from tests.integration.applications.office import Office, an_office
from tests.pictures import Pictures

LATER = AT + timedelta(days=1)
SAID = '{% from "applications/_content.html" import row_said %}{{ row_said("gain_areas", area, {"units": units}) }}'
UNITS = {1: "Tandplejen", 2: "Borgerservice"}

minutes = st.decimals(0, 90, places=2)
areas = st.builds(
    GainArea,
    name=st.sampled_from(["Samtaler", "Breve"]),
    department_id=st.integers(1, 2),
    before=st.tuples(minutes, minutes, minutes),
    after=st.tuples(minutes, minutes, minutes),
    cases=st.integers(0, 3_000),
    affected=st.decimals(0, 1, places=6),
    rate_ore=st.integers(0, 900_00),
    phase_in=st.lists(st.decimals(0, 1, places=6), max_size=3).map(tuple),
    years=st.integers(1, 4),
    cashable=st.booleans(),
)


@pytest.fixture
def office(app, pictures: Pictures) -> Office:
    return pictures.of("office", an_office)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["da", "en"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    one=areas, changed=areas, fields=st.sets(st.sampled_from(["before", "after", "affected", "phase_in", "years", "cashable", "rate_ore"]))
)
def test_two_gain_areas_that_differ_never_read_alike(app, language, one, changed, fields):
    other = replace(one, **{field: getattr(changed, field) for field in fields})
    with app.test_request_context(), speaking(language):
        said = [render_template_string(SAID, area=area, units=UNITS) for area in (one, other)]
    assert (said[0] == said[1]) == (one == other)


def test_a_gain_that_sets_in_later_shows_in_words_and_in_what_it_comes_to(office, client):
    """6,000 cases, 20 to 10 minutes, 80 % affected, 350 an hour: 280,000 a year; phased in by half in year 1 it is 140,000."""
    area = GainArea("Samtaler", office.own.id, *((Decimal(value),) * 3 for value in (20, 10)), 6_000, Decimal("0.8"), 350_00, (), 4)
    case = {"costs": (Cost(0, "establishment", 600_000_00),), "gains": (), "gain_areas": (area,)}
    application = office.application("submitted", **case)
    coordinator, applicant, leader = (office.person(role) for role in ("coordinator", "applicant", "leader"))
    operations.screen_application(actor=coordinator, at=LATER, application=application, result="returned", reason="Hvornår?")
    answer_all(application, at=LATER)
    (kept,) = application.content.gain_areas
    anew = application.content.replace(gain_areas=(replace(kept, phase_in=(Decimal("0.5"), Decimal(1))),))
    operations.edit_application(actor=applicant, at=LATER, application=application, content=anew)
    operations.sign_application(actor=leader, at=LATER, application=application)
    operations.submit_application(actor=applicant, at=LATER, application=application)
    commit()
    for page in (f"/applications/{application.id}/versions/2", f"/applications/{application.id}"):
        words = client.sign_in(coordinator).get(page).words.replace("\xa0", " ")
        assert "phased in: 50%; 100%" in words
        assert "Gains of all years DKK 1,120,000.00 DKK 980,000.00" in words
        assert "Net present value, all gains DKK" in words
        assert "Gain in a full year, typical" not in words, "what is the same is not listed"


def test_what_is_said_without_a_figure_changes_none(office, client):
    application = office.application("submitted")
    coordinator, applicant, leader = (office.person(role) for role in ("coordinator", "applicant", "leader"))
    operations.screen_application(actor=coordinator, at=LATER, application=application, result="returned", reason="Hvorfor?")
    answer_all(application, at=LATER)
    anew: Content = application.content.replace(need="Køen er lang.")
    operations.edit_application(actor=applicant, at=LATER, application=application, content=anew)
    operations.sign_application(actor=leader, at=LATER, application=application)
    operations.submit_application(actor=applicant, at=LATER, application=application)
    commit()
    words = client.sign_in(coordinator).get(f"/applications/{application.id}/versions/2").words
    assert "Køen er lang." in words and "What it comes to" not in words
