"""A real mail server for tests: it takes mail by SMTP and lets it be read; it can say no, or not be there."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ssl import SSLContext
from threading import Lock, Thread
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from fundbank.config import MailServer, mail_server

ADDRESS = "https://bank.kommune.dk"
NAME, PASSWORD = "bank@kommune.dk", "hem/meligt@ord"


class PostOffice:
    """What has been handed in, in order. ``answers`` are given instead of taking mail, by the addressee."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: dict[str, str] = {}
        self.names: list[bytes] = []
        self._lock = Lock()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        with self._lock:
            self.mails.append(mail)
        return "250 taken"

    def sign_in(self, server: Any, session: Any, envelope: Any, mechanism: str, said: LoginPassword) -> AuthResult:
        self.names.append(said.login)
        return AuthResult(success=(said.login.decode(), said.password.decode()) == (NAME, PASSWORD))

    @property
    def ids(self) -> list[str]:
        with self._lock:
            return [mail["Message-ID"] for mail in self.mails]

    def of(self, address: str) -> list[EmailMessage]:
        """What one person got, the earliest first."""
        return [mail for mail in self.mails if mail["To"] == address]


def plain(mail: EmailMessage) -> str:
    """What the mail says as plain text."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())


@contextmanager
def a_post_office(*, ssl_context: SSLContext | None = None, **more: Any) -> Iterator[tuple[PostOffice, int]]:
    """A server on this machine until the block ends, and its port; ``more`` is what aiosmtpd's SMTP takes."""
    office, loop = PostOffice(), asyncio.new_event_loop()

    def protocol() -> SMTP:
        return SMTP(office, hostname="localhost", loop=loop, authenticator=office.sign_in, **more)

    thread = Thread(target=loop.run_forever)  # the test's own thread may have a browser's loop already
    thread.start()
    begun = loop.create_server(protocol, "127.0.0.1", 0, ssl=ssl_context)
    server = asyncio.run_coroutine_threadsafe(begun, loop).result(10)
    try:
        yield office, server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_close(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _close(server: asyncio.Server) -> None:
    """End the server, and the connections that are left."""
    server.close()
    left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


def setting(port: int, scheme: str = "smtp", who: str = "") -> MailServer:
    """The server as the environment names it."""
    found = mail_server(
        {
            "FUNDBANK_MAIL_URL": f"{scheme}://{who}127.0.0.1:{port}",
            "FUNDBANK_MAIL_FROM": "Digitaliseringsbanken <bank@kommune.dk>",
            "FUNDBANK_ADDRESS": ADDRESS,
        }
    )
    assert found is not None
    return found
