"""A PostgreSQL that has amcheck: ``fundbank check`` names the index that is damaged and its table, and says where it could not ask.

The tests' own server has no amcheck; this one is started where the machine has a whole PostgreSQL, and ends with the tests of this file.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result

from fundbank.cli import main

HAVING_IT = sorted(Path("/usr/share/postgresql").glob("*/extension/amcheck.control"))
PROGRAMS = Path("/usr/lib/postgresql") / HAVING_IT[-1].parts[-3] / "bin" if HAVING_IT else Path()
INDEX, TABLE = "ix_history_entries_subject_type_subject_id_id", "history_entries"
PAGE, ENTRY = 8192, 4  # bytes: a page, and what names the place of an entry in it

pytestmark = pytest.mark.skipif(not (PROGRAMS / "initdb").exists(), reason="no PostgreSQL with amcheck is installed on this machine")


@dataclass
class Server:
    """A cluster of its own, reached by a socket in its folder alone."""

    folder: Path
    owner: dict[str, Any]

    def run(self, program: str, *arguments: str) -> None:
        subprocess.run([PROGRAMS / program, *arguments], check=True, stdout=subprocess.DEVNULL, timeout=60, cwd="/", **self.owner)

    def start(self) -> None:
        self.run("pg_ctl", "-D", f"{self.folder}/data", "-l", f"{self.folder}/log", "-w", "start")

    def stop(self) -> None:
        self.run("pg_ctl", "-D", f"{self.folder}/data", "-m", "fast", "-w", "stop")

    def ask(self, statement: str, database: str = "bank") -> Any:
        with psycopg.connect(host=str(self.folder), user="postgres", dbname=database, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchone() if cursor.description else None

    def damage(self, change: Callable[[bytearray], None]) -> None:
        """Change the first page of the index's entries in its file, as a bad disk would."""
        (path,) = self.ask(f"SELECT pg_relation_filepath('{INDEX}')")
        self.ask("CHECKPOINT")
        self.stop()
        with (self.folder / "data" / path).open("r+b") as file:
            file.seek(PAGE)
            page = bytearray(file.read(PAGE))
            change(page)
            file.seek(PAGE)
            file.write(page)
        self.start()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A cluster with the program's database, in which a municipality has been set up."""
    folder = Path(mkdtemp(prefix="fundbank-amcheck-"))
    owner: dict[str, Any] = {}
    if os.geteuid() == 0:  # PostgreSQL does not run as root
        shutil.chown(folder, "postgres")
        owner = {"user": "postgres"}
    server = Server(folder, owner)
    server.run("initdb", "-D", f"{folder}/data", "-A", "trust", "-U", "postgres", "--locale=C", "-E", "UTF8", "--no-sync")
    with (folder / "data" / "postgresql.conf").open("a") as settings:
        settings.write(f"listen_addresses = ''\nunix_socket_directories = '{folder}'\nfsync = off\n")
    server.start()
    try:
        server.ask("CREATE ROLE fundbank LOGIN", "postgres")
        server.ask("CREATE DATABASE bank OWNER fundbank", "postgres")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("FUNDBANK_DATABASE_URL", f"postgresql://fundbank@/bank?host={folder}")
            assert told("init", "--municipality", "Lindby Kommune", "--name", "Anna", "--email", "anna@lindby.example").exit_code == 0
            yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


def told(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def lose_one(page: bytearray) -> None:
    """Let the last entry be gone: the table has a row that the index does not find."""
    page[12:14] = (int.from_bytes(page[12:14], "little") - ENTRY).to_bytes(2, "little")


def be_noise(page: bytearray) -> None:
    page[:] = bytes(range(256)) * 32


def test_what_could_not_be_checked_is_not_called_well(server: Server) -> None:
    said = told("check")
    assert (said.exit_code, "were not checked: PostgreSQL's extension amcheck is not installed" in said.output) == (0, True)
    server.ask("CREATE EXTENSION amcheck")
    said = told("check")
    assert (said.exit_code, "were not checked: the program's role may not call" in said.output) == (0, True)
    assert "permission denied" not in said.output and "indexes and keys: well" not in said.output
    server.ask("GRANT EXECUTE ON FUNCTION bt_index_check(regclass, boolean) TO fundbank")
    said = told("check")
    assert (said.exit_code, said.output.splitlines()[0]) == (0, "The database's own files, indexes and keys: well")
    server.ask("DROP EXTENSION amcheck")


@pytest.mark.parametrize("damage", [lose_one, be_noise])
def test_a_damaged_index_is_named_with_its_table(server: Server, damage: Callable[[bytearray], None]) -> None:
    """Also where the extension stands in a schema of its own, and where the damage ends whatever else reads the page."""
    server.ask("CREATE SCHEMA IF NOT EXISTS tools")
    server.ask("CREATE EXTENSION IF NOT EXISTS amcheck SCHEMA tools")
    server.ask("GRANT USAGE ON SCHEMA tools TO fundbank")
    server.ask("GRANT EXECUTE ON FUNCTION tools.bt_index_check(regclass, boolean) TO fundbank")
    server.damage(damage)
    said = told("check")
    server.ask(f"REINDEX INDEX {INDEX}")
    assert said.exit_code == 1
    assert said.output.startswith("The database's own files, indexes and keys: 1 faults\n")
    assert f"The database says of the index {INDEX} of {TABLE}: " in said.output
