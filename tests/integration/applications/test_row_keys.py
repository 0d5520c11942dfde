"""The keys of rows through the pages: they live through edits, and nobody can choose one."""

import pytest

from fundbank.applications import queries
from fundbank.applications.rules.content import Cost, PlannedGain
from fundbank.extensions import db
from tests.integration.applications.office import Office, an_office, form_of
from tests.integration.applications.writing import step, step_of
from tests.pictures import Pictures

AREA = {
    "gain_areas-0-name": "Skranken", "gain_areas-0-before": "25", "gain_areas-0-after": "12", "gain_areas-0-cases": "6000",
    "gain_areas-0-affected": "80", "gain_areas-0-rate": "350", "gain_areas-0-phase_in": "100", "gain_areas-0-years": "4",
}  # fmt: skip


@pytest.fixture
def office(app, pictures: Pictures) -> Office:
    return pictures.of("office", an_office)


class Page:
    """The pages on which money and gains are written, of one that holds a cost, two gains and an area."""

    def __init__(self, office: Office, client) -> None:
        self.office, self.client = office, client
        own, other = office.own.id, office.other.id
        gains = (*(PlannedGain(year, own, 400_00) for year in (1, 2, 3)), PlannedGain(1, other, 100_00))
        application = office.application("draft", costs=(Cost(0, "establishment", 600_00),), gains=gains, gain_areas=())
        self.id = application.id
        self.money, self.gains = step(application, "money"), step(application, "gains")
        client.sign_in(office.person("applicant"))
        self.save(**AREA, **{"gain_areas-0-department": str(own)})

    def form(self, page: str) -> dict[str, str]:
        return form_of(self.client.get(page).text)

    def save(self, without: str = "never", **typed: str) -> None:
        for page in (self.money, self.gains):
            here = {name: value for name, value in typed.items() if step_of(name) == page.rpartition("/")[2]}
            sent = {name: value for name, value in (self.form(page) | here).items() if not name.startswith(without)}
            answer = self.client.submit(page, sent)
            assert answer.status_code == 303, answer.words[:1500]

    def keys(self) -> dict[tuple, str]:
        db.session.expire_all()
        content = queries.application(self.id, municipality_id=self.office.pool.municipality_id).content
        rows = [*content.costs, *content.gains, *content.gain_areas]
        return {(getattr(row, "year", "area"), getattr(row, "department_id", "cost")): row.key for row in rows}


@pytest.fixture
def page(office, client) -> Page:
    return Page(office, client)


def test_each_row_gets_its_key_and_the_page_knows_it_by_its_name(page):
    form, own, other = page.form(page.money) | page.form(page.gains), page.office.own.id, page.office.other.id
    assert page.keys() == {
        (0, "cost"): "c1", (1, own): "g2", (2, own): "g3", (3, own): "g4", (1, other): "g5", ("area", own): "a6",
    }  # fmt: skip
    assert [form[f"{row}-row"] for row in ("costs-0", "gains-0", "gains-1")] == ["c1", "g2", "g5"]
    assert form["gain_areas-0-row"].startswith("n"), "a row that was first a row of the form keeps the name that it had there"


def test_a_row_keeps_its_key_whatever_is_written_into_it(page):
    own, other = page.office.own.id, page.office.other.id
    page.save(**{"gains-0-department": str(other), "gains-0-amount": "1", "gains-0-last": "4", "gain_areas-0-name": "Breve",
                 "gains-1-department": str(own), "costs-0-kind": "operation"})  # fmt: skip
    assert page.keys() == {
        (0, "cost"): "c1", (1, other): "g2", (2, other): "g3", (3, other): "g4", (4, other): "g7", (1, own): "g5", ("area", own): "a6",
    }  # fmt: skip


def test_a_row_that_is_taken_away_takes_its_key_with_it(page):
    own = page.office.own.id
    page.client.submit(page.gains, page.form(page.gains) | {"row": "remove:gains-1"})
    page.save(**{"gains-7-department": str(own), "gains-7-amount": "5", "gains-7-first": "9", "gains-7-last": "", "gains-7-text": ""})
    assert page.keys()[9, own] == "g7" and "g5" not in page.keys().values()


def test_rows_keep_their_keys_when_others_come_and_go(page):
    own, other = page.office.own.id, page.office.other.id
    page.client.submit(page.gains, page.form(page.gains) | {"row": "remove:gains-0"})
    shown = form_of(page.client.submit(page.gains, page.form(page.gains) | {"row": "add:gains", "gains-0-amount": ""}).text)
    answer = page.client.submit(page.gains, shown | {"gains-0-amount": "7", "gains-1-department": str(own), "gains-1-amount": "1"})
    assert answer.status_code == 303
    assert page.keys() == {(0, "cost"): "c1", (1, other): "g5", (1, own): "g2", ("area", own): "a6"}, "it is plainly the first of them"


@pytest.mark.parametrize(
    "sent", ["1:g99", "1:c1", "1:a6", "1:g2 1:g2", "g2", "1:g0", "1:G2", "x" * 100_000, "1:g" + "9" * 5000, "\x00", "1:g٣", "<b>", ""]
)
def test_nobody_chooses_a_key(page, sent):
    """A row claims a key: another row's, one that never was, or none at all."""
    before = page.keys()
    page.save(**{"gains-1-key": sent, "gain_areas-0-key": sent})
    assert page.keys() == before


@pytest.mark.parametrize("sent", ["g2", "c1", "x" * 100, "\x00", "N1", "<b>", "", "n1"])
def test_a_row_under_another_name_is_another_row(page, sent):
    """Also under the name of one that stands in the form already: no row is lost, and no key is there twice."""
    page.client.submit(page.gains, page.form(page.gains) | {"gains-1-row": sent, "gains-1-amount": "8"})
    keys = page.keys()
    assert len(set(keys.values())) == len(keys)
    assert (keys[1, page.office.own.id], keys["area", page.office.own.id]) == ("g2", "a6")
