"""A served program: connections that say nothing, or next to nothing, keep nobody out; what it logs; and what it leaves."""

import json
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from fundbank.cli import main
from fundbank.cli.server import IDLE_SECONDS

NEW = ["init", "--municipality", "Lindby Kommune", "--name", "Anna Administrator", "--email", "anna@lindby.example"]
SILENT, SLOW = 120, 80


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A served program of its own, and its port."""
    monkeypatch.chdir(tmp_path)
    assert CliRunner(catch_exceptions=False).invoke(main, NEW).exit_code == 0
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (tmp_path / "log").open("wb") as log:
        serving = subprocess.Popen(
            [sys.executable, "-c", "from fundbank.cli import main; main()", "run", "--port", str(port)],
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
    try:
        until = time.monotonic() + 60
        while True:
            try:
                with urlopen(f"http://127.0.0.1:{port}/health", timeout=5):  # noqa: S310  (the own program)
                    break
            except URLError:
                assert serving.poll() is None and time.monotonic() < until
                time.sleep(0.1)
        yield serving, port
    finally:
        serving.terminate()
        serving.wait(30)


@pytest.fixture
def address(served: tuple[subprocess.Popen[bytes], int]) -> tuple[str, int]:
    """Where a program of its own is served."""
    return "127.0.0.1", served[1]


def test_idle_and_slow_connections_keep_nobody_out(address: tuple[str, int]) -> None:
    held: list[socket.socket] = []
    try:
        for _ in range(SILENT + SLOW):
            held.append(socket.create_connection(address, timeout=5))
        slow = held[SILENT:]
        for connection in slow:
            connection.sendall(b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n")
        for _ in range(5):
            for connection in slow:
                connection.sendall(b"X")
            # Before the server could have closed any of them for its silence.
            with urlopen(f"http://127.0.0.1:{address[1]}/sign-in", timeout=IDLE_SECONDS / 2) as answer:  # noqa: S310  (the own program)
                assert answer.status == 200
    finally:
        for connection in held:
            connection.close()


def test_a_served_program_logs_each_request_once_and_in_json(address: tuple[str, int], tmp_path: Path) -> None:
    numbers = []
    for page in ("sign-in", "health", "sign-in"):
        with urlopen(f"http://127.0.0.1:{address[1]}/{page}", timeout=30) as answer:  # noqa: S310  (the own program)
            numbers.append(answer.headers["X-Request-ID"])
    said = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert [line["request"] for line in said if line["request"] in numbers] == numbers


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_a_program_that_was_stopped_leaves_its_database_whole_in_one_file(
    served: tuple[subprocess.Popen[bytes], int], asked: signal.Signals, tmp_path: Path
) -> None:
    serving, port = served
    file = tmp_path / "instance" / "fundbank.sqlite"
    with urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=30):  # noqa: S310  (the own program)
        pass
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE users SET name = 'Anna Afsluttet'")
    assert Path(f"{file}-wal").stat().st_size, "while it runs the change stands beside the file"
    serving.send_signal(asked)
    assert serving.wait(60) == 0
    assert not Path(f"{file}-wal").exists()
    copy = shutil.copy(file, tmp_path / "copy.sqlite")
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT name FROM users").fetchall() == [("Anna Afsluttet",)]
