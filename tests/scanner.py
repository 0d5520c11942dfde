"""A virus scanner for tests: it listens where clamd would and speaks as clamd does (INSTREAM); what it finds is the word EICAR."""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from fundbank.config import VirusScanner

VIRUS = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Scanner(socketserver.ThreadingTCPServer):
    """``seen`` is what it was sent; ``says``, if it is set, is its answer to everything ("": none at all)."""

    daemon_threads = True
    seen: list[bytes]
    says: str | None = None

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.seen = []

    @property
    def setting(self) -> VirusScanner:
        return VirusScanner("", "127.0.0.1", self.server_address[1])


class _Talk(socketserver.StreamRequestHandler):
    server: Scanner

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        held = b""
        while length := int.from_bytes(self.rfile.read(4), "big"):
            held += self.rfile.read(length)
        self.server.seen.append(held)
        found = "stream: Eicar-Test-Signature FOUND" if b"EICAR" in held else "stream: OK"
        said = found if self.server.says is None else self.server.says
        if said:
            self.wfile.write(said.encode() + b"\0")


@contextmanager
def a_scanner(settings: dict[str, Any]) -> Iterator[Scanner]:
    """A scanner that the program with these settings asks."""
    with Scanner() as scanner:
        Thread(target=scanner.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        settings["VIRUS_SCANNER"] = scanner.setting
        try:
            yield scanner
        finally:
            settings["VIRUS_SCANNER"] = None
            scanner.shutdown()
