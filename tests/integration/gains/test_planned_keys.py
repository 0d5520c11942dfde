"""A gain report points to the rows of the business case that it measures, and a database of the version before learns to."""

import json
from collections.abc import Iterator

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, create_engine, select, text

from fundbank import migrations
from fundbank.cli.databases import bare_app, engine_of
from fundbank.extensions import db
from fundbank.gains.models import GainReport
from fundbank.kit.transaction import unit_of_work
from fundbank.scenarios.player import play
from fundbank.scenarios.reader import read
from tests.integration.scenarios.small import awarded, gain, paid, playing, written

AREA = (
    'gain_areas = [ { name = "Breve", department = "koncern", before = [20, 20, 20], after = [10, 10, 10], cases = 100, rate = "350.00", '
    "years = 2 } ]"
)
GAINS = """gains = [
    { year = 1, department = "social", amount = "200000.00" }, { year = 1, department = "koncern", amount = "200000.00" },
    { year = 2, department = "social", amount = "200000.00" }, { year = 2, department = "koncern", amount = "200000.00" },
    { year = 3, department = "social", amount = "200000.00" }, { year = 3, department = "koncern", amount = "200000.00" } ]""".replace(
    "\n", " "
)
# The case is revised between the two reports: year 1 of social goes, and comes again; year 2 is said first, and is worth more.
REVISED = (
    '2026-02-01 revise lise application = "a", reason = "Bedre", gains = [ { year = 2, department = "social", amount = "900000.00" }, '
    '{ year = 1, department = "social", amount = "200000.00" }, { year = 1, department = "koncern", amount = "200000.00" }, '
    '{ year = 2, department = "koncern", amount = "200000.00" }, { year = 3, department = "koncern", amount = "200000.00" }, '
    '{ year = 3, department = "social", amount = "200000.00" }, { year = 1, department = "social", amount = "5.00" } ], ' + AREA
)
STORY = f"""
    {awarded("a", more=AREA)}
    {paid("a")}
    {gain("social", 2025, "100000.00")}
    {gain("koncern", 2025, "100000.00")}
    {REVISED}
    {gain("social", 2026, "100000.00", on="2027-01-10")}
    {gain("koncern", 2027, "100000.00", on="2028-01-10")}
"""
POINTED = [["g2"], ["g3", "a8"], ["g4"], ["g7"]]
CASE_KEYS = {"costs": ["c1"], "gains": ["g4", "g2", "g3", "g5", "g7", "g6", "g9"], "gain_areas": ["a8"]}


@pytest.mark.usefixtures("app")
def test_a_report_points_to_the_rows_of_its_department_and_year():
    played = playing(STORY).played
    assert played.differences == []
    assert db.session.scalars(select(GainReport.planned_keys).order_by(GainReport.id)).all() == POINTED
    content = played.world.applications["a"].content
    assert {name: [row.key for row in getattr(content, name)] for name in CASE_KEYS} == CASE_KEYS


def test_finance_sees_what_a_report_measures(app, client):
    played = playing(STORY.partition(REVISED)[0])
    finance = played.played.world.people["finn"]
    reports = db.session.scalars(select(GainReport).order_by(GainReport.id)).all()
    shown = [client.sign_in(finance).get(f"/gains/{report.id}/verification").words for report in reports]
    assert ["Breve" in words for words in shown] == [False, True]


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url)
    yield engine
    with engine.begin() as connection:  # marks it as no longer like the others, so that no other test is given it
        connection.execute(text("DROP TABLE alembic_version"))
    engine.dispose()


def contents(connection: Connection) -> list[dict]:
    """What applications and their versions say, as the database holds it."""
    found = []
    for table in ("applications", "application_versions"):
        for said in connection.scalars(text(f"SELECT content FROM {table} ORDER BY id")):  # noqa: S608
            found.append(json.loads(said) if isinstance(said, str) else said)
    return found


def pointed(connection: Connection) -> list[list[str]]:
    keys = connection.scalars(text("SELECT planned_keys FROM gain_reports ORDER BY id"))
    return [json.loads(one) if isinstance(one, str) else one for one in keys]


@pytest.mark.each_database
def test_a_database_of_the_version_before_gets_the_keys_that_it_would_have_had(database_url: str, engine: Engine):
    scenario = read(written(STORY))
    with bare_app(engine_of(database_url)).app_context():
        with unit_of_work():
            assert play(scenario).differences == []
        db.engine.dispose()
    config = migrations.configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        before = contents(connection)
        assert any("key" in row for row in before[0]["gains"])
        hashes = connection.scalars(text("SELECT hash FROM transfers ORDER BY id")).all()
        command.downgrade(config, "0008")
        bare = contents(connection)
        assert not any("key" in row for said in bare for name in CASE_KEYS for row in said[name])
        assert not any("keys_made" in said for said in bare)
        command.upgrade(config, "head")
        assert contents(connection) == before
        assert pointed(connection) == POINTED
        assert connection.scalars(text("SELECT hash FROM transfers ORDER BY id")).all() == hashes
