"""The mail that brings a person the link by which they choose a password."""

from datetime import datetime

from fundbank.errors import N_
from fundbank.kit.language import gettext as _
from fundbank.kit.language import speaking
from fundbank.outbox.operations import write_mail
from fundbank.outbox.rules import SECRET
from fundbank.people.models import User
from fundbank.people.operations import hash_token
from fundbank.people.rules import LINK_TOPIC

SUBJECTS = {"invitation": N_("Welcome to the digitalisation bank"), "reset": N_("Choose a new password")}
SENTENCES = {
    "invitation": N_(
        "You can now sign in to the digitalisation bank of %(municipality)s. First choose a password. The link works once, within 7 days."
    ),
    "reset": N_(
        "An administrator of %(municipality)s has made a link by which you choose a new password for the digitalisation bank. "
        "It works once, within 1 day."
    ),
}


def mail_link(user: User, purpose: str, token: str, address: str, *, at: datetime) -> None:
    """Write the mail with the link of this token, which leads to ``address``. An older one that has not been sent is withdrawn.

    It says of which municipality it is: several may know the address, and each account has a password of its own.
    """
    with speaking(user.language):
        sentence = _(SENTENCES[purpose], municipality=user.municipality.name)
        subject, label = _(SUBJECTS[purpose]), _("Choose a password")
    write_mail(
        f"link:{hash_token(token)}", at=at, municipality_id=user.municipality_id, user_id=user.id, address=user.email or "",
        language=user.language, subject=subject, items=[(sentence, label, SECRET)], topic=LINK_TOPIC, secret=address,
    )  # fmt: skip
