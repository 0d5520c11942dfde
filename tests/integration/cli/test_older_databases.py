"""A database that an earlier version filled comes up to this one: its money and its hashes stay, and the check says that all is well.

Also when the upgrade was killed in the middle, and started again.
"""

import signal
import subprocess
import sys
from typing import Any

import pytest
from alembic import command
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select, text

from fundbank import migrations
from fundbank.awards.models import Award
from fundbank.cli import main
from fundbank.extensions import db
from fundbank.history.models import HistoryEntry
from fundbank.kit.transaction import commit
from fundbank.ledger.queries import balances
from fundbank.repayments.operations.ending import return_unspent
from fundbank.repayments.queries import lines_of
from fundbank.reversals.operations import approve_reversal, register_reversal
from tests.integration.awards.bank import LATER, a_bank
from tests.integration.scenarios.conftest import app
from tests.integration.scoring.forum import settle_openly

pytestmark = pytest.mark.each_database

__all__ = ["app"]
TOLD_SINCE = (
    "basis", "share", "years", "first_year", "shortfall", "department_ids", "conditions", "cashable", "cap_ore", "due_on", "values",
    "content",
    "outstanding_ore",
    "parent_id", "email", "held_on", "is_ordinary", "scale_size",
)  # fmt: skip
HALF_WAY = """
import sys, time
from contextlib import contextmanager
from sqlalchemy import create_engine
from fundbank import migrations, schema
@contextmanager
def until_killed(connection):
    yield
    print("all but the commit is done", flush=True)
    time.sleep(600)
migrations.upgrade(create_engine(sys.argv[1]), until_killed)
"""
TRANSFERS = text("SELECT pool_id, number, event, amount_ore, value_date, hash FROM transfers ORDER BY id")


def money(pool_id: int, awards: list[int]) -> Any:
    """What the ledger holds and what its claims come to."""
    lines = {award: [(line.due_ore, line.paid_ore) for line in lines_of(db.session.get_one(Award, award))] for award in awards}
    found = db.session.execute(TRANSFERS).all(), balances(pool_id), lines
    db.session.remove()
    return found


@pytest.mark.parametrize("revision", ["0029", "0033"])
def test_a_database_of_an_earlier_version_keeps_its_money(
    app: Flask, database_url: str, revision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = a_bank()
    first, second = bank.award(loan=250_000), bank.award(loan=100_000, grant=50_000, basis="planned", years=2)
    bank.pay_out(first, 250_000)
    for department in (bank.own, bank.others):
        bank.gain(first, department, 2025, 100_000_00)
    for line in bank.claim(first, 2025).lines:
        wrong = bank.repay(line, 30_000_00)
    reversal = register_reversal(actor=bank.finance, at=LATER, transfer=wrong, reason="Forkert konto")
    approve_reversal(actor=bank.finance_2, at=LATER, reversal=reversal)
    bank.pay_out(second, 100_000)
    bank.pay_out(second, 50_000, "grant")
    bank.claim(second, 2025)
    return_unspent(actor=bank.finance, at=LATER, award=second, part="grant", amount_ore=1_000_00)
    meeting = bank.meeting(second.application, LATER)
    settle_openly(actor=bank.chair, at=LATER, meeting=meeting, award=second, action="write_off", amount_ore=20_000_00)
    commit()
    pool_id, awards = bank.pool.id, [first.id, second.id]
    before = money(pool_id, awards)
    _go_back(revision)
    halted = subprocess.Popen([sys.executable, "-c", HALF_WAY, database_url], stdout=subprocess.PIPE)
    assert halted.stdout is not None and b"all but the commit" in halted.stdout.readline()
    halted.send_signal(signal.SIGKILL)
    halted.wait()
    halted.stdout.close()
    assert migrations.current_revision(db.engine) == revision
    monkeypatch.setenv("FUNDBANK_DATABASE_URL", database_url)
    for said in ("upgrade", "check"):
        answer = CliRunner().invoke(main, [said])
        assert answer.exit_code == 0 or not faults(answer.output), answer.output
    assert money(pool_id, awards) == before


def faults(said: str) -> list[str]:
    """What the check names, but for what today's program alone leaves behind: rows of decisions that waited for their meeting's end, with
    their lines in history and chain, and when that meeting opened. No earlier version wrote them, and the chain lets none be taken out.
    """
    named = [line.strip() for line in said.splitlines() if line.startswith("  ") and not line.strip().startswith("funding")]
    return [line for line in named if not line.startswith(("pending_decisions", "scoring_pauses"))]


def _go_back(revision: str) -> None:
    """Let the database be as that version would have left it: and before there were seals with a history that tells less."""
    config = migrations.configuration()
    with db.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        for number, details in connection.execute(select(HistoryEntry.id, HistoryEntry.details)).all() if revision < "0033" else ():
            told = {key: value for key, value in details.items() if key not in TOLD_SINCE}
            connection.execute(HistoryEntry.__table__.update().where(HistoryEntry.id == number).values(details=told))
