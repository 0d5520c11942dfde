"""What is attached to an application, and taken away again, while it can be written."""

from collections.abc import Sequence
from datetime import datetime

from fundbank.applications.models import Application
from fundbank.applications.operations.signature import end_signature
from fundbank.applications.permissions import can_write_application
from fundbank.applications.rules.annexes import PURPOSES
from fundbank.applications.states import EDITABLE
from fundbank.errors import N_, Incomplete, WrongState, require
from fundbank.files.models import File
from fundbank.files.operations import Sent, attach_files, take_file_away
from fundbank.files.rules import WORDS_LENGTH, name_of
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.said import check_said
from fundbank.kit.transaction import lock
from fundbank.people.models import User


def attach_annexes(
    *, actor: User, at: datetime, application: Application, sent: Sequence[Sent], purpose: str, words: str = ""
) -> list[File]:
    """Attach files that are of one purpose: all of them, or none. A leader's signature on what was there before holds no longer.

    Raises NotAllowed, WrongState where the application cannot be written, Incomplete without a file, CprNumber for a number in a name or
    in the words (what files hold is not looked into), UnfitFile.
    """
    _begin(actor, application)
    if not sent:
        raise Incomplete(N_("Choose one or more files."), field="files")
    if purpose not in PURPOSES:
        raise Incomplete(N_("Choose what the files are."), field="purpose")
    words = check_said(words, WORDS_LENGTH, field="words")
    for one in sent:
        check_no_cpr_number(files=name_of(one.name))
    attached = attach_files(actor_id=actor.id, at=at, subject=application, sent=sent, purpose=purpose, words=words)
    end_signature(application, actor=actor, at=at)
    return attached


def take_annex_away(*, actor: User, at: datetime, application: Application, file: File) -> None:
    """Take a file away from what is to be handed in; versions that had it keep it. Raises NotAllowed, WrongState."""
    require((file.subject_type, file.subject_id) == (application.__tablename__, application.id))
    _begin(actor, application)
    take_file_away(actor_id=actor.id, at=at, subject=application, file=file)
    end_signature(application, actor=actor, at=at)


def _begin(actor: User, application: Application) -> None:
    lock(application)
    require(can_write_application(actor, application))
    if application.state not in EDITABLE:
        raise WrongState(N_("Annexes can be attached and taken away only while the application can be written."))
