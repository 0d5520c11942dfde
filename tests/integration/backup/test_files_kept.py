"""A backup holds what people have attached, and comes back with it, on either database."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask

from fundbank.files.operations import Sent, attach_files
from fundbank.kit.transaction import commit
from tests.annexes import PDF
from tests.builders import AT
from tests.integration.applications.office import Office, an_office
from tests.integration.backup.bank_kept import told
from tests.pictures import Pictures


@pytest.fixture
def office(app: Flask, pictures: Pictures) -> Office:
    return pictures.of("office", an_office)


def test_a_backup_of_files_comes_back_as_it_was(
    office: Office, database_url: str, bare: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Into a database of either kind, byte for byte."""
    file = BytesIO(PDF + bytes(range(256)) * 8_000)  # eight pieces
    sent = [Sent("a.pdf", file)]
    attach_files(actor_id=office.person("applicant").id, at=AT, subject=office.application(), sent=sent, purpose="offer")
    commit()
    for number, kind in enumerate(("sqlite", "postgresql")):
        archive = tmp_path / f"{number}.zip"
        assert told(monkeypatch, database_url, "backup", str(archive)).exit_code == 0
        url = bare(kind)
        restored = told(monkeypatch, url, "restore", str(archive))
        assert restored.exit_code == 0, restored.output
        said = told(monkeypatch, url, "check")
        assert said.exit_code == 0 and "Files: 1 contents, well" in said.output, said.output
