"""A database moves to the other kind and back, whole or a municipality of it: the same rows, ends of ledgers and statements."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from flask import Flask

from fundbank.cli.databases import bare_app, engine_of
from fundbank.cli.keeping import archive_of
from fundbank.extensions import db
from fundbank.kit.clock import now
from fundbank.kit.transaction import commit, unit_of_work
from fundbank.ledger import steps
from fundbank.ledger.chart import Event
from fundbank.outbox.operations import ask_for
from fundbank.pools.models import Pool
from fundbank.reports.papers.statement import Period, statement
from tests.builders import a_pool, a_user
from tests.databases import KINDS
from tests.integration.awards.bank import LATER
from tests.integration.backup.bank_kept import a_full_bank, fill_a_bank, kind_of, rows_of, taken, told
from tests.pictures import Pictures

OTHER = dict(zip(KINDS, reversed(KINDS), strict=True))


def statement_of(url: str, pool_id: int) -> dict[str, Any]:
    """What the pool's statement says, to the øre."""
    with bare_app(engine_of(url)).app_context():
        try:
            pool = db.session.get_one(Pool, pool_id)
            return statement(pool, Period(date(2024, 1, 1), date(2026, 6, 30)), at=LATER).to_json()
        finally:
            db.session.remove()
            db.engine.dispose()


def test_there_and_back_all_is_the_same(
    app: Flask, pictures: Pictures, database_url: str, bare: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool_id = a_full_bank(pictures).pool.id
    ask_for("clean", "clean:of old", run_at=LATER)
    commit()
    before, said_before = taken(monkeypatch, database_url, tmp_path / "before.zip").manifest, statement_of(database_url, pool_id)
    there = bare(OTHER[kind_of(database_url)])
    back = bare(kind_of(database_url))
    for source, target in ((database_url, there), (there, back)):
        said = told(monkeypatch, source, "move", target)
        assert said.exit_code == 0, said.output
        after = taken(monkeypatch, target, tmp_path / f"{kind_of(target)}.zip").manifest
        assert rows_of(after) == rows_of(before)
        assert after.heads == before.heads
        assert statement_of(target, pool_id) == said_before
    said = told(monkeypatch, there, "move", back)
    assert (said.exit_code, "is not empty" in said.output) == (1, True)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_municipality_moves_with_what_is_its_own_and_nothing_else(
    app: Flask, database_url: str, bare: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    banks = fill_a_bank(), fill_a_bank()
    homes = [bank.own.municipality.name for bank in banks]
    pool_id = banks[1].pool.id
    commit()
    whole = taken(monkeypatch, database_url, tmp_path / "whole.zip").manifest
    parts = [archive_of(engine_of(database_url), tmp_path / f"{name}.zip", name, with_secrets=True) for name in homes]
    for of_whole, *of_parts in zip(whole.members, *(part.members for part in parts), strict=True):
        assert of_whole.rows == sum(part.rows for part in of_parts), f"each row of {of_whole.table} belongs to one of the two"
    target = bare("postgresql")
    said = told(monkeypatch, database_url, "move", target, "--municipality", homes[1])
    assert said.exit_code == 0, said.output
    assert (f"{homes[0]}, " in said.output, f"{homes[1]}, " in said.output) == (False, True)
    moved = taken(monkeypatch, target, tmp_path / "moved.zip").manifest
    assert rows_of(moved) == rows_of(parts[1])
    assert moved.heads == parts[1].heads != []
    assert statement_of(target, pool_id) == statement_of(database_url, pool_id)
    said = told(monkeypatch, database_url, "move", bare("sqlite"), "--municipality", "Ingen Kommune")
    assert (said.exit_code, "there is no municipality Ingen Kommune" in said.output) == (1, True)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_database_moves_into_a_schema(
    app: Flask, pictures: Pictures, database_url: str, bare: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_full_bank(pictures)
    before = taken(monkeypatch, database_url, tmp_path / "before.zip").manifest
    target = bare("postgresql")
    said = told(monkeypatch, database_url, "move", target, "--schema", "lindby")
    assert said.exit_code == 0, said.output
    monkeypatch.setenv("FUNDBANK_SCHEMA", "lindby")
    assert rows_of(taken(monkeypatch, target, tmp_path / "after.zip").manifest) == rows_of(before)
    monkeypatch.delenv("FUNDBANK_SCHEMA")
    said = told(monkeypatch, target, "check", "--all-schemas")
    assert (said.exit_code, said.output.count("transfers, well")) == (0, 1)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_large_ledger_moves_in_minutes(
    app: Flask, database_url: str, bare: Callable[[str], str], whole: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There and back; how long it took is printed (``-s``)."""
    number = 100_000 if whole else 1_000
    pool_id, actor_id = a_pool().id, a_user().id
    commit()
    for _ in range(0, number, 1_000):
        with unit_of_work():
            for _ in range(1_000):
                steps.post(pool_id=pool_id, event=Event.FUNDING, amount_ore=1, actor_id=actor_id, at=now(), source="Budget")
    db.session.remove()
    source = database_url
    for kind in ("postgresql", "sqlite"):
        target, begun = bare(kind), monotonic()
        said = told(monkeypatch, source, "move", target)
        print(f"\n{number:,} transfers to {kind}: {(monotonic() - begun) / 60:.1f} minutes")
        assert said.exit_code == 0, said.output
        assert f"{number} transfers, well" in said.output
        assert not whole or f"of {number:,} rows" in said.stderr, "whoever waits is told how far it has come"
        source = target
