"""A cost in working hours: written as hours and what one of them costs, counted as their product, and shown as it was written."""

from decimal import Decimal

import pytest

from fundbank.applications.operations import edit_application, screen_application, sign_application, submit_application
from fundbank.applications.rules.content import Cost
from tests.answers import answer_all
from tests.builders import AT
from tests.integration.applications.office import Office, an_office, field_error, form_of
from tests.integration.applications.writing import save, started, step, write
from tests.pictures import Pictures

ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what the form alone decides
HOURS = {"costs-0-text": "Projektledelse", "costs-0-hours": "120", "costs-0-rate": "450"}


@pytest.fixture
def office(app, pictures: Pictures) -> Office:
    return pictures.of("office", an_office)


@ON_ONE
def test_hours_and_a_rate_are_their_product_and_stay_as_they_were_written(office, client):
    application = started(office, write(office, client, **HOURS))
    [cost] = application.content.costs
    assert (cost.amount_ore, cost.hours, cost.rate_ore) == (54_000_00, 120, 450_00)
    form = form_of(client.get(step(application, "money")).text)
    assert [form[f"costs-0-{name}"] for name in ("hours", "rate", "amount")] == ["120", "450", ""]
    assert "DKK 54,000.00 120 hours at DKK 450.00" in client.get(f"/applications/{application.id}").words
    assert save(client, step(application, "money")).status_code == 303
    assert application.revision == 2, "nothing has changed"


@ON_ONE
def test_the_product_is_rounded_half_up_to_the_ore(office, client):
    typed = {"costs-0-hours": "1,5", "costs-0-rate": "100,33"}  # 150.495
    assert started(office, write(office, client, **typed)).content.costs[0].amount_ore == 150_50


@ON_ONE
@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"hours": "120"}, "rate", "Write what an hour of this work costs."),
        ({"rate": "450"}, "hours", "Write how many hours it takes, or an amount instead."),
        ({"hours": "120", "rate": "450", "amount": "50.000"}, "amount", "The hours come to DKK 54,000.00. Leave one of the two empty."),
        ({"hours": "0", "rate": "450"}, "hours", "Write hours that come to an amount above 0."),
        ({"hours": "900000", "rate": "900000000"}, "hours", "The amount is too large"),
        ({"text": "Kursus"}, "amount", "Write the amount of this cost."),
    ],
)
def test_half_of_it_is_asked_for_at_its_field(office, client, typed, field, sentence):
    application = started(office, write(office, client, **{f"costs-0-{name}": value for name, value in typed.items()}))
    assert sentence in field_error(client.get(step(application, "money")).text, f"costs-0-{field}")


@ON_ONE
def test_an_amount_that_says_the_same_as_the_hours_is_no_contradiction(office, client):
    application = started(office, write(office, client, **HOURS, **{"costs-0-amount": "54.000"}))
    assert application.content.costs[0].hours == 120


def test_other_hours_of_the_same_amount_are_another_cost(office, client):
    application = office.application("submitted", costs=(_project_leadership(1_000, 600_00),))
    screen_application(actor=office.person("coordinator"), at=AT, application=application, result="returned", reason="Hvor mange timer?")
    content = application.content.replace(costs=(_project_leadership(1_200, 500_00),))
    edit_application(actor=office.person("applicant"), at=AT, application=application, content=content)
    answer_all(application, at=AT)
    sign_application(actor=office.person("leader"), at=AT, application=application)
    submit_application(actor=office.person("applicant"), at=AT, application=application)
    words = client.sign_in(office.person("coordinator")).get(f"/applications/{application.id}").words
    assert "DKK 600,000.00 (1,000 hours at DKK 600.00), year 0" in words
    assert "DKK 600,000.00 (1,200 hours at DKK 500.00), year 0" in words


def _project_leadership(hours: int, rate_ore: int) -> Cost:
    return Cost(0, "establishment", hours * rate_ore, "Projektledelse", hours=Decimal(hours), rate_ore=rate_ore)
