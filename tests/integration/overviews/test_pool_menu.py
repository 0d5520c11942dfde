"""The way around in a pool: four jobs, and under the one that the reader is at its pages."""

import re

import pytest

from fundbank.overviews.navigation import JOBS, SUBJECTS
from tests.integration.reports.conftest import Bank, bank

__all__ = ["bank"]

WITHOUT_A_JOB = {"overviews.pool"}


def menu(text: str) -> str:
    return text.partition('class="pool-menu ')[2].partition("</nav>")[0]


def test_every_page_about_a_pool_belongs_to_one_job(app):
    about = {rule.endpoint for rule in app.url_map.iter_rules() if rule.arguments & SUBJECTS.keys()}
    files = {endpoint for endpoint in about if endpoint.startswith("reports.") or endpoint.endswith(("_csv", "_pdf", "_export"))}
    held = {endpoint: [job.label for job in JOBS if job.holds(endpoint)] for endpoint in about - files}
    assert {endpoint for endpoint, jobs in held.items() if not jobs} == WITHOUT_A_JOB
    assert {endpoint for endpoint, jobs in held.items() if len(jobs) > 1} == set()
    single = {room for job in JOBS for room in job.rooms if "." in room}
    assert single <= about, "a room that is not there"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("role", "jobs"),
    [
        ("leder", {"Applications": 3, "Money": 4, "Rules": 1}),
        ("formand", {"Applications": 2, "Decisions": 2, "Money": 7, "Rules": 2}),
    ],
)
def test_who_sees_which_jobs_and_which_of_their_pages(client, bank: Bank, role, jobs):
    client.sign_in(bank.person(role))
    first = menu(client.get(f"/pools/{bank.pool.id}").text)
    links = dict(re.findall(r'<li>\s*<a href="([^"]+)">([^<]+)</a>', first))
    assert list(links.values()) == list(jobs)
    assert 'aria-current="page">' in first.partition("<ul")[0] and "pool-menu-pages" not in first
    for address, label in links.items():
        there = menu(client.get(address).text)
        assert f'aria-current="true">{label}</a>' in there
        pages = there.partition("pool-menu-pages")[2]
        assert pages.count("<li>") == (jobs[label] if jobs[label] > 1 else 0)
        for page in re.findall(r'<li><a href="([^"]+)"', pages):
            assert f'href="{page}" aria-current="page"' in menu(client.get(page).text)
