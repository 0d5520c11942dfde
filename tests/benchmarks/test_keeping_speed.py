"""What it costs to keep what somebody types, in a large business case of 40 gain areas: the whole request, and the questions that it asks.

Measured is processor time, against the job of test_recount_speed. On the machine on which this was written the job takes 5 ms and the
request about 20; the aim is 60.
"""

from statistics import median
from time import process_time

import pytest
from flask.testing import FlaskClient

from tests.benchmarks.test_recount_speed import AREAS, ROUNDS, job
from tests.integration.applications.office import an_office, form_of
from tests.integration.applications.test_results import area
from tests.integration.applications.writing import save, started, step
from tests.web import statements

LIMIT = 12.0
QUESTIONS = 8


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the work is the same on both
def test_what_is_typed_is_kept_before_somebody_notices(app, client):
    office = an_office()
    application = office.application()
    client.sign_in(office.person("applicant"))
    page = step(application, "gains")
    typed = {name: value for number in range(AREAS) for name, value in area(office, number, name=f"Arbejdsgang {number}").items()}
    started(office, save(client, page, **typed))
    form = form_of(client.get(page).text)
    row = [name for name in form if name.startswith("gain_areas-0-")]
    seen = " ".join(one for one in form["seen"].split() if one.startswith("gain_areas-0-"))
    sent = {name: form[name] for name in (*row, "pen")} | {"seen": seen, "csrf_token": client.csrf_token()}
    browser = FlaskClient(app)  # looks at nothing but the answer
    browser.set_cookie("fundbank", client.get_cookie("fundbank").value)
    ratios, seconds = [], []
    for number in range(ROUNDS + 1):
        sent |= {"gain_areas-0-name": f"Navn {number}", "turn": str(number + 1)}
        begun = process_time()
        job()
        of_job = process_time() - begun
        with statements() as asked:
            begun = process_time()
            answer = browser.post(f"{page}/typed", data=sent, headers={"Accept": "application/json"}, buffered=True)
            seconds.append(process_time() - begun)
        ratios.append(seconds[-1] / of_job)
        assert answer.json["wrong"] == {}, answer.text
    print(f"keeping what is typed: {median(seconds) * 1000:.0f} ms, {median(ratios):.1f} of the job")  # noqa: T201
    assert len([one for one in asked if one.startswith("SELECT")]) <= QUESTIONS, asked
    assert median(ratios) < LIMIT, (seconds, ratios)
