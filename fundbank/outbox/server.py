"""The mail server: whether one is set, and handing a message over to it by SMTP."""

import ssl
from contextlib import suppress
from email.message import EmailMessage
from smtplib import SMTP, SMTP_SSL, SMTPDataError, SMTPException, SMTPNotSupportedError, SMTPRecipientsRefused

from flask import current_app

from fundbank.config import MailServer

SECONDS = 20  # for each answer of the server


class Refused(Exception):
    """The server says no, and will say so each time: no such address, no such content."""


class NotSent(Exception):
    """Something that may be over in a while: no connection, a server that is full, a password that somebody can put right."""


def setting() -> MailServer | None:
    """The mail server that the program was started with."""
    found: MailServer | None = current_app.config.get("MAIL_SERVER")
    return found


def is_set() -> bool:
    """Is there a mail server? Else the outbox shows what would have been sent."""
    return setting() is not None


def hand_over(server: MailServer, message: EmailMessage) -> None:
    """Give a message to the mail server; when this returns the server has taken it. Raises Refused or NotSent."""
    try:
        _hand_over(server, message)
    except SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise (Refused if code >= 500 else NotSent)(_line(code, said)) from error
    except SMTPDataError as error:
        raise (Refused if error.smtp_code >= 500 else NotSent)(_line(error.smtp_code, error.smtp_error)) from error
    except (SMTPException, OSError) as error:
        raise NotSent(f"{type(error).__name__}: {error}") from error


def _hand_over(server: MailServer, message: EmailMessage) -> None:
    if server.scheme == "smtps":
        connection: SMTP = SMTP_SSL(server.host, server.port, timeout=SECONDS, context=ssl.create_default_context())
    else:
        connection = SMTP(server.host, server.port, timeout=SECONDS)
    try:
        if server.scheme == "smtp+starttls":
            connection.starttls(context=ssl.create_default_context())
        if server.user:
            connection.login(server.user, server.password)
        try:
            connection.send_message(message)
        except SMTPNotSupportedError as error:  # an address with æ, ø or å, and a server that knows none
            raise Refused(str(error)) from error
        with suppress(SMTPException, OSError):  # it has been taken: how the server says goodbye is no matter
            connection.quit()
    finally:
        connection.close()


def _line(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"[:500]
