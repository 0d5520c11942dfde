"""The virus scanner: whether one is set, and asking it about a file (clamd's INSTREAM: the length of each part before it, 0 at the end)."""

import socket
from collections.abc import Iterable

from flask import current_app

from fundbank.config import VirusScanner

SECONDS = 60  # for connecting, and for each answer
FOUND, CLEAN = " FOUND", "OK"
ANSWER_MOST = 4_096  # bytes


class NotScanned(Exception):
    """The scanner could not be asked, or did not look: it is asked again later."""


def setting() -> VirusScanner | None:
    """The virus scanner that the program was started with."""
    found: VirusScanner | None = current_app.config.get("VIRUS_SCANNER")
    return found


def is_set() -> bool:
    """Is there a virus scanner? Else files are read as they came."""
    return setting() is not None


def scan(scanner: VirusScanner, parts: Iterable[bytes]) -> str:
    """Ask the scanner about a file; returns the name of what it found, or "". Raises NotScanned."""
    try:
        with _connected(scanner) as connection:
            connection.sendall(b"zINSTREAM\0")
            for part in parts:
                connection.sendall(len(part).to_bytes(4, "big") + part)
            connection.sendall(bytes(4))
            said = _answer(connection)
    except OSError as error:
        raise NotScanned(f"{type(error).__name__}: {error}") from error
    found = said.removeprefix("stream:").strip()
    if found == CLEAN:
        return ""
    if found.endswith(FOUND):
        return found.removesuffix(FOUND)[:200]
    raise NotScanned(f"the virus scanner said: {found[:200] or 'nothing'}")


def _connected(scanner: VirusScanner) -> socket.socket:
    if not scanner.path:
        return socket.create_connection((scanner.host, scanner.port), timeout=SECONDS)
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(SECONDS)
    try:
        connection.connect(scanner.path)
    except OSError:
        connection.close()
        raise
    return connection


def _answer(connection: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < ANSWER_MOST and (more := connection.recv(ANSWER_MOST)):
        said += more
    return said.rstrip(b"\0\n").decode("utf-8", "replace")
