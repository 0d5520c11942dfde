"""What the tests of backup, restore and move share: a bank with something in every corner, and the commands."""

from pathlib import Path

import pytest
from alembic import command
from click.testing import CliRunner, Result
from sqlalchemy import MetaData, Table, create_engine, inspect, true

from fundbank import migrations
from fundbank.applications.models import TypedText
from fundbank.backup.archive import Archive, Manifest, Writer, written_whole
from fundbank.backup.filling import fill
from fundbank.backup.rows import Rows
from fundbank.cli import main
from fundbank.extensions import db
from fundbank.kit.transaction import commit
from fundbank.ledger.operations import fund_pool
from fundbank.people import operations as people
from tests.builders import a_department
from tests.integration.awards.bank import LATER, Bank, a_bank
from tests.pictures import Pictures

MOST = 99_999_999_999_99  # øre
NASTY = "Ærø \N{GRINNING FACE} \"'\\ \t </x>"


def a_full_bank(pictures: Pictures) -> Bank:
    """A bank with something in every corner, in an empty database."""
    return pictures.of("a full bank", fill_a_bank)


def fill_a_bank() -> Bank:
    """An award with a letter, money out and back, a department whose parent is younger than it, and signs that some would trip over."""
    bank = a_bank()
    award = bank.award(loan=400_000, title=NASTY)
    bank.pay_out(award, 400_000)
    bank.gain(award, bank.own, 2025, 80_000_00)
    bank.gain(award, bank.others, 2025, 0)
    for line in bank.claim(award, 2025).lines:
        if line.due_ore:
            bank.repay(line)
    fund_pool(actor=bank.finance, at=LATER, pool=bank.pool, source=NASTY, amount_ore=MOST)
    younger = a_department(bank.own.municipality, "Yngre forvaltning")
    below = a_department(parent=bank.others, name="Skoler")
    a_department(parent=younger, name="Skoler")
    people.rename_department(actor=None, at=LATER, department=below, name="Andre skoler")
    people.move_department(actor=None, at=LATER, department=below, parent=younger)
    half = {"writer_id": bank.finance.id, "typed_at": LATER, "pen": "n1", "turn": 3}
    for stands, written in ((True, NASTY), (False, "")):
        db.session.add(TypedText(application_id=award.application_id, topic="need", name="need", text=written, stands=stands, **half))
    commit()
    return bank


def told(monkeypatch: pytest.MonkeyPatch, url: str, *arguments: str) -> Result:
    """What a command says and how it ends, working on the database at ``url``."""
    monkeypatch.setenv("FUNDBANK_DATABASE_URL", url)
    return CliRunner(catch_exceptions=False).invoke(main, arguments)


def kind_of(url: str) -> str:
    """Of which kind the database at ``url`` is."""
    return "sqlite" if url.startswith("sqlite") else "postgresql"


def rows_of(manifest: Manifest) -> dict[str, str]:
    """The hash of each table's rows."""
    return {member.table: member.sha256 for member in manifest.members}


def taken(monkeypatch: pytest.MonkeyPatch, url: str, file: Path) -> Archive:
    """An archive of the database at ``url``."""
    said = told(monkeypatch, url, "backup", str(file))
    assert said.exit_code == 0, said.output
    return Archive(file)


GONE = ("repayments",)
"""Tables that earlier versions had and this one has no longer."""


RECORDED = "decision_recorded"
"""A line of the history that a program wrote only once decisions waited for the end of their meeting."""


def as_of(archive: Archive, revision: str, scratch: str, file: Path) -> Path:
    """The archive that the program of an earlier revision would have written of the same happenings. ``scratch`` is an empty database."""
    engine = create_engine(scratch)
    assert fill(engine, archive, lambda table, done, whole: None) == []
    config = migrations.configuration()
    with engine.begin() as connection:
        migrations.finish(connection, archive.manifest.revision)
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
    there = set(inspect(engine).get_table_names())
    with engine.connect() as connection, written_whole(file) as out, Writer(out, archive.manifest.made_at) as writer:
        for name in (*(member.table for member in archive.manifest.members), *GONE):
            if name in there:
                shape = Rows.of(Table(name, MetaData(), autoload_with=connection))
                rows = shape.clause
                known_then = rows.c.event != RECORDED if name == "history_entries" else true()
                writer.table(shape, shape.lines(connection, rows, known_then))
        writer.finish(program="0", revision=revision, municipality=None, heads=[head for head in archive.manifest.heads if head.pool])
    engine.dispose()
    return file
