"""Who acts for a unit reads what it and the units below it apply for, were promised and gain: nothing of the units above (domain.md §4)."""

from decimal import Decimal

import pytest

from fundbank.applications.permissions import can_see_application
from fundbank.applications.rules.content import PlannedGain
from fundbank.awards.permissions import can_see_award
from fundbank.awards.rules import Terms
from fundbank.kit.transaction import commit
from fundbank.pools.roles import Role
from tests.integration.scoring.forum import TODAY, Forum, decide_openly


@pytest.fixture
def forum(app) -> Forum:
    return Forum()


def test_a_unit_below_reads_neither_application_nor_award_of_one_above(forum, client):
    """Tandplejen applies and Borgerservice gains too. Klinik Nord lies below Tandplejen, Børn og Unge above it."""
    below = forum.person("Bo Klinik", Role.APPLICANT, Role.LEADER, department=forum.below)
    above = forum.person("Bente Børn", Role.LEADER, department=forum.top)
    gaining = forum.person("Gerda Gevinst", Role.LEADER, department=forum.citizens)
    gains = tuple(PlannedGain(year, unit.id, 200_000_00) for year in (1, 2) for unit in (forum.unit, forum.citizens))
    application = forum.application("3D-tandskanning", loan_ore=300_000_00, gains=gains)
    for member in (forum.maja, forum.mads, forum.chair):
        forum.score(application, 2, by=member)
    meeting = forum.open_meeting(application)
    terms = Terms("realised", Decimal("0.5"), 2, 2027, [forum.unit.id, forum.citizens.id], "forum_decides")
    decide_openly(
        actor=forum.chair, at=TODAY, meeting=meeting, application=application, outcome="approve", loan_ore=300_000_00, terms=terms
    )
    commit()
    award = meeting.decisions[-1].award
    for person, reads in ((forum.applicant, True), (above, True), (gaining, True), (below, False)):
        assert can_see_application(person, application) is reads, person.name
        assert can_see_award(person, award) is reads, person.name
        client.sign_in(person)
        for page in (f"/applications/{application.id}", f"/applications/{application.id}/versions/1", f"/awards/{award.id}"):
            assert client.get(page).status_code == (200 if reads else 404), (person.name, page)
        for page in ("/", f"/pools/{forum.pool.id}/applications", f"/pools/{forum.pool.id}/awards", f"/pools/{forum.pool.id}/claims"):
            found = client.get(page)
            if page == f"/pools/{forum.pool.id}/awards" or (page.endswith("applications") and person is not gaining):
                assert ("3D-tandskanning" in found.text) is reads, (person.name, page)
            elif not reads:
                assert "3D-tandskanning" not in found.text, (person.name, page)
