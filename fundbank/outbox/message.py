"""A mail as it travels: plain text and HTML, in the addressee's language, from what the outbox keeps of it."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from flask import current_app

from fundbank.kit.language import speaking
from fundbank.outbox.models import Mail
from fundbank.outbox.rules import SECRET, UNUSABLE

MASK = "••••••••"


def shown(mail: Mail, *, with_secret: bool = False) -> list[tuple[str, str, str]]:
    """What the mail tells: sentence, what the link is called, and the link. A secret is masked, but in what is sent."""
    secret = mail.secret or "" if with_secret else MASK
    return [(sentence, label, secret if link == SECRET else link) for sentence, label, link in mail.items]


def message_of(mail: Mail, sender: Address, *, at: datetime) -> EmailMessage:
    """Build what is handed to the mail server. Raises ValueError for an address that no mail can be sent to.

    Each sentence has its link; there are no pictures, nothing is fetched, and nothing tells whether it was read.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = _address(mail.address)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{mail.message_id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice comes back
    message["X-Auto-Response-Suppress"] = "All"
    with speaking(mail.language):
        values = {"subject": mail.subject, "items": shown(mail, with_secret=True)}
        text, html = (current_app.jinja_env.get_template(f"outbox/mail.{kind}").render(values) for kind in ("txt", "html"))
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    return message


def _address(address: str) -> Address:
    try:
        return Address(addr_spec=address)
    except Exception as error:  # the library's parser says it in several ways
        raise ValueError(f"{UNUSABLE} {address!r}") from error
