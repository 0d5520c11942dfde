"""The leader's signature: asked for by a writer, given, and gone when what was signed is no longer what is there (domain.md §4)."""

from datetime import datetime
from typing import Any

from fundbank.applications.models import Application
from fundbank.applications.operations.typing import check_saved, not_saved
from fundbank.applications.permissions import can_sign_application, can_write_application
from fundbank.applications.queries.questions import has_unanswered_return
from fundbank.applications.rules.completeness import check_submission, submission_faults
from fundbank.applications.rules.questions import Unanswered
from fundbank.applications.states import SIGNABLE, TRANSITIONS, State
from fundbank.errors import N_, Refusal, StaleVersion, WrongState, require
from fundbank.history import queries as history
from fundbank.history.steps import move, record
from fundbank.kit.transaction import lock
from fundbank.people.models import User

CHANGES = frozenset({"edited", "answered", "sending_lapsed", "signature_lapsed", "file_attached", "file_taken_away"})
"""What the lines of the history call a change of what is signed: of what the application says, of what it answers, or of its annexes."""


def send_to_signature(*, actor: User, at: datetime, application: Application) -> None:
    """Ask a leader to sign the application as it is now. What could not be submitted is not sent: nobody signs what cannot be handed in.

    Raises NotAllowed, WrongState, also for what has been sent already, NotSaved, then the first of the refusals of ``check_submission``,
    Unanswered.
    """
    lock(application)
    require(can_write_application(actor, application))
    if application.state not in SIGNABLE or application.is_sent:
        raise WrongState()
    check_saved(application)
    check_submission(application.content, application.pool.policy)
    check_answered(application)
    application.sent_to_signature_by_id, application.sent_to_signature_at = actor.id, at
    record(application, "sent_to_signature", actor_id=actor.id, at=at)


def recall_from_signature(*, actor: User, at: datetime, application: Application) -> None:
    """Take back what was sent to signature and has not been signed. Raises NotAllowed, WrongState."""
    lock(application)
    require(can_write_application(actor, application))
    if not end_sending(application):
        raise WrongState()
    record(application, "recalled_from_signature", actor_id=actor.id, at=at)


def sign_application(
    *, actor: User, at: datetime, application: Application, seen: int | None = None, asks_answers: bool = True
) -> None:  # fmt: skip
    """The leader stands behind the application as it is now, whether or not it was sent.

    ``seen`` is the id of the newest line of its history when the leader was shown it; None asks for no such thing. Not ``asks_answers`` is
    for a scenario file, which holds none. Raises NotAllowed, WrongState, StaleVersion if what it says, or an annex, has been changed since,
    NotSaved, Unanswered.
    """
    lock(application)
    require(can_sign_application(actor, application))
    if State.SIGNED not in TRANSITIONS.get(application.state, ()):
        raise WrongState()
    if seen is not None and history.has_happened_since(Application.__tablename__, application.id, CHANGES, seen):
        raise StaleVersion(N_("The application has been changed since you opened it. Go back, read it again, and then sign."))
    check_saved(application)
    if asks_answers:
        check_answered(application)
    end_sending(application)
    application.signed_by_id, application.signed_at = actor.id, at
    move(application, State.SIGNED, TRANSITIONS, "signed", actor_id=actor.id, at=at)


def check_answered(application: Application) -> None:
    """Raises Unanswered for what was returned with a question that has no answer."""
    if has_unanswered_return(application):
        raise Unanswered()


def faults_of(application: Application) -> list[Refusal]:
    """All that stands in the way of handing it in: what is not saved, what it lacks, and what was asked when it was returned."""
    faults = [*not_saved(application), *submission_faults(application.content, application.pool.policy)]
    return [*faults, Unanswered()] if has_unanswered_return(application) else faults


def check_unsigned(application: Application) -> None:
    """Raises StaleVersion for what waits for a signature or has one: who writes without having seen it learns what a change takes away."""
    if application.state == State.SIGNED:
        raise StaleVersion(N_("A leader has signed the application since you opened this step. If you save now, it must be signed again."))
    if application.is_sent:
        raise StaleVersion(N_("The application was sent for signature after you opened this step. If you save now, it must be sent again."))


def end_sending(application: Application) -> bool:
    """Let no leader be asked to sign it any more; was one?"""
    was_sent = application.is_sent
    application.sent_to_signature_by_id = application.sent_to_signature_at = None
    return was_sent


def end_signature(application: Application, *, actor: User, at: datetime, **details: Any) -> bool:
    """After a change: what a leader signed, or was asked to sign, is not what is there now. Was there one to end?

    A line tells it then, and names who had signed it or sent it.
    """
    if application.state == State.SIGNED:
        signer = application.signed_by_id
        application.signed_by_id = application.signed_at = None
        move(application, State.DRAFT, TRANSITIONS, "signature_lapsed", actor_id=actor.id, at=at, user_id=signer, **details)
        return True
    sender = application.sent_to_signature_by_id
    if was_sent := end_sending(application):
        record(application, "sending_lapsed", actor_id=actor.id, at=at, user_id=sender, **details)
    return was_sent
