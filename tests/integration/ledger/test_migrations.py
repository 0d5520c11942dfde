"""The migrations make the database that the models describe, on both databases, and say no to another version."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from threading import Barrier

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, text

import fundbank
from fundbank import migrations
from fundbank.extensions import Base
from fundbank.ledger.checks import IN_PLACE, TRIGGERS

for package in iter_modules(fundbank.__path__, "fundbank."):
    if package.ispkg and (Path(fundbank.__file__).parent / package.name.split(".")[1] / "models.py").exists():
        import_module(f"{package.name}.models")
import_module("fundbank.kit.once")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A database that has no tables."""
    engine = create_engine(database_url)
    downgrade(engine)
    yield engine
    with engine.begin() as connection:  # marks it as no longer like the others, so that no other test is given it
        connection.execute(text("DROP TABLE alembic_version"))
    engine.dispose()


def downgrade(engine: Engine) -> None:
    config = migrations._config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")


def test_an_upgraded_database_has_the_models_tables_and_the_ledgers_triggers(engine: Engine) -> None:
    assert migrations.current_revision(engine) is None
    migrations.upgrade(engine)
    assert migrations.current_revision(engine) == migrations.head_revision()
    migrations.require_current(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        assert set(connection.scalars(text(IN_PLACE[engine.dialect.name]))) == TRIGGERS[engine.dialect.name]
    migrations.upgrade(engine)  # again: nothing to do


def test_a_downgrade_leaves_nothing_behind(engine: Engine) -> None:
    migrations.upgrade(engine)
    downgrade(engine)
    assert inspect(engine).get_table_names() == ["alembic_version"]


def test_an_older_database_is_refused_with_what_to_do(engine: Engine) -> None:
    with pytest.raises(migrations.EmptyDatabase, match="fundbank init"):
        migrations.require_current(engine)
    migrations.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with pytest.raises(migrations.OlderDatabase, match="at version 0001, but this program needs .*fundbank upgrade"):
        migrations.require_current(engine)


def test_a_newer_database_is_refused_with_what_to_do(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO alembic_version VALUES ('9999')"))
    for refuses in (migrations.require_current, migrations.upgrade):
        with pytest.raises(migrations.NewerDatabase, match="version 9999, which this program does not know"):
            refuses(engine)


def test_two_upgrades_at_once_are_one(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    start = Barrier(4)

    def upgrade(_number: int) -> None:
        start.wait()
        migrations.upgrade(engine)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(upgrade, range(4))) == [None] * 4
    migrations.require_current(engine)


def test_a_broken_upgrade_leaves_the_database_as_it_was(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE transfers (id INTEGER)"))  # in the way of revision 0001
    with pytest.raises(Exception, match="already exists"):
        migrations.upgrade(engine)
    assert inspect(engine).get_table_names() == ["alembic_version", "transfers"]
