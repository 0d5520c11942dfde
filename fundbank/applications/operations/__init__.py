"""Every write to an application until the forum has it: draft, signature, submission, screening, withdrawal, revision."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from fundbank.applications.models import Application, ApplicationVersion, Screening
from fundbank.applications.operations.advice import ask_of_purchase, check_advised
from fundbank.applications.operations.comments import NO_MORE_COMMENTS as NO_MORE_COMMENTS
from fundbank.applications.operations.comments import comment_on as comment_on
from fundbank.applications.operations.comments import newest_version as newest_version
from fundbank.applications.operations.signature import check_answered, check_unsigned, end_sending, end_signature
from fundbank.applications.operations.signature import faults_of as faults_of
from fundbank.applications.operations.signature import recall_from_signature as recall_from_signature
from fundbank.applications.operations.signature import send_to_signature as send_to_signature
from fundbank.applications.operations.signature import sign_application as sign_application
from fundbank.applications.operations.typing import check_saved, forget_typed
from fundbank.applications.operations.typing import keep_typed as keep_typed
from fundbank.applications.permissions import can_end_unanswered, can_screen_application, can_write_application, writes_for
from fundbank.applications.queries.annexes import annexes_of
from fundbank.applications.queries.writers import written_marks
from fundbank.applications.rules import topics
from fundbank.applications.rules.business_case import ChangedPromise, asks_consent
from fundbank.applications.rules.completeness import check_case, check_submission
from fundbank.applications.rules.content import Content, fingerprint
from fundbank.applications.rules.row_names import named
from fundbank.applications.rules.stated_payback import REASON_NEEDED, lacks_reason
from fundbank.applications.rules.topics import Topic
from fundbank.applications.states import EDITABLE, ENDED, TRANSITIONS, WITHDRAWABLE, State
from fundbank.applications.steps import ask, asks, freeze
from fundbank.errors import N_, Incomplete, WrongState, require
from fundbank.extensions import db
from fundbank.history.queries import newest_entry
from fundbank.history.steps import move, record
from fundbank.kit.clock import local_date
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.transaction import lock
from fundbank.people import queries as people
from fundbank.people.models import Department, User
from fundbank.pools.models import Pool


def start_application(
    *, actor: User, at: datetime, pool: Pool, department: Department, content: Content, known: Iterable[str] = ()
) -> Application:
    """Make a draft for ``department``. ``known`` are texts that have been looked at for numbers already.

    Raises NotAllowed, also for what names another municipality's departments or people, WrongState for a closed department, CprNumber.
    """
    return _start(actor, at, pool, department, content, known)


def copy_application(*, actor: User, at: datetime, application: Application) -> Application:
    """Begin a new draft of the department with what an application said that has come to its end.

    What holds of that one alone is asked anew: whether IT was consulted, the department's own score, and a kind or frame that the rules no
    longer have. Raises NotAllowed, WrongState while it is on its way, or for a closed department.
    """
    require(can_write_application(actor, application))
    if application.state not in ENDED:
        raise WrongState(N_("The application is still on its way. It can be copied when it has been decided or withdrawn."))
    said, policy = application.content, application.pool.policy
    content = said.replace(
        it_consulted=False,
        own_scores=None,
        kind=said.kind if said.kind in policy.project_kinds else policy.project_kinds[0],
        frame=said.frame if said.frame and policy.frame(said.frame) else None,
    )
    return _start(actor, at, application.pool, application.department, content, known=said.texts(), copy_of=application.number)


def _start(
    actor: User, at: datetime, pool: Pool, department: Department, content: Content, known: Iterable[str] = (), **told: Any
) -> Application:
    """``known`` are texts that have been looked at for numbers already."""
    require(writes_for(actor, pool, department))
    if not department.is_active:
        raise WrongState(N_("The department has been closed. It can no longer apply."))
    _require_same_municipality(pool, content)
    check_no_cpr_number(content.texts(), known=known)
    application = Application(
        pool_id=pool.id,
        pool=pool,
        department_id=department.id,
        department=department,
        number=_next_number(pool),
        created_by_id=actor.id,
        created_at=at,
        changed_at=at,
        state=State.DRAFT,
    )
    application.content = content
    db.session.add(application)
    db.session.flush()
    begun = [topics.PROJECT.code, *(topic.code for topic in topics.touched(Content(), content))]
    record(application, "started", actor_id=actor.id, at=at, **told, **written_marks(application, begun))
    return application


def edit_application(
    *,
    actor: User,
    at: datetime,
    application: Application,
    content: Content,
    topic: Topic | None = None,
    department: Department | None = None,
    typed: Collection[str] = (),
    based_on: int | None = None,
) -> None:
    """Change a draft: all of it, or of a ``topic`` only what belongs to that, whatever else ``content`` says.

    A change after the leader's signature takes the signature away (domain.md §4), and one after it was sent there takes it back from the
    leader; what changes nothing leaves no trace.
    Whoever writes for its department may hand it to another one, whose leader then signs. What was ``typed`` in these fields is part of it
    from now on, and kept beside it no longer. ``based_on`` is the revision that the person saw. Raises NotAllowed, WrongState, StaleVersion
    if it has been signed or sent since, CprNumber.
    """
    lock(application)
    require(can_write_application(actor, application))
    require(department is None or department.municipality_id == application.municipality_id)
    before = named(application.content)
    said = topic.taken(content, before) if topic else content
    _require_same_municipality(application.pool, said)
    if application.state not in EDITABLE:
        raise WrongState()
    forget_typed(application, typed)
    check_no_cpr_number(said.texts(), known=before.texts())
    written = [one.code for one in topics.touched(before, said)]
    if department is not None and department.id != application.department_id:
        application.department_id, application.department = department.id, department
        written = sorted({*written, topics.PROJECT.code})
    if not written:
        return
    if based_on is not None and based_on != application.revision:
        check_unsigned(application)
    application.content = said
    application.changed_at = at
    db.session.flush()
    marks = written_marks(application, written)
    if not end_signature(application, actor=actor, at=at, **marks):
        record(application, "edited", actor_id=actor.id, at=at, **marks)


def submit_application(*, actor: User, at: datetime, application: Application, asks_answers: bool = True) -> ApplicationVersion:
    """Hand the signed application in: the rules of completeness apply, and a version is frozen.

    Not ``asks_answers`` is for a scenario file, which holds none. Raises NotAllowed, WrongState, then the first of the refusals of
    ``check_submission``, Unanswered.
    """
    lock(application)
    require(can_write_application(actor, application))
    if application.state != State.SIGNED:
        raise WrongState(N_("The leader has to sign the application before it can be submitted."))
    check_saved(application)
    check_submission(application.content, application.pool.policy)
    if asks_answers:
        check_answered(application)
    application.submitted_at = application.submitted_at or at
    said: dict[str, Any] = {
        "department_id": application.department_id,
        "content": fingerprint(application.content_json),
        "annexes": [file.id for file in annexes_of(application)],
    }
    move(application, State.SUBMITTED, TRANSITIONS, "submitted", actor_id=actor.id, at=at, **said)
    version = freeze(application, "submission", actor=actor, at=at)
    ask_of_purchase(actor=actor, at=at, application=application)
    return version


def withdraw_application(*, actor: User, at: datetime, application: Application, reason: str = "") -> None:
    """Take the application back; the coordinator may do so with what was returned and never answered.

    Raises NotAllowed, WrongState, CprNumber.
    """
    lock(application)
    is_writer = can_write_application(actor, application)
    require(is_writer or can_end_unanswered(actor, application))
    if not is_writer and not is_unanswered(application, local_date(at)):
        raise WrongState(N_("The department still has time to answer."))
    if application.state in WITHDRAWABLE:
        check_no_cpr_number(reason=reason)
        end_sending(application)
        forget_typed(application)
    move(application, State.WITHDRAWN, TRANSITIONS, "withdrawn", actor_id=actor.id, at=at, reason=reason)


def is_unanswered(application: Application, today: date) -> bool:
    """Was it returned, and are more days gone since than the pool gives to answer?"""
    return application.state == State.RETURNED and today > answer_by(application)


def answer_by(application: Application) -> date:
    """The last day on which a returned application can be answered before the coordinator may end it."""
    returned = newest_entry("applications", application.id, to_state=State.RETURNED)
    since = local_date(returned.at if returned else application.changed_at)
    return since + timedelta(days=application.pool.policy.answer_days)


def screen_application(
    *,
    actor: User,
    at: datetime,
    application: Application,
    result: str,
    reason: str = "",
    checks: Mapping[str, bool] | None = None,
) -> Screening:
    """Find the application ``eligible`` (it becomes ready for the forum) or ``returned`` with reasons: a question to be answered.

    Raises NotAllowed, WrongState, CprNumber, Incomplete for a purchase that waits for the advisers.
    """
    require(can_screen_application(actor, application))
    lock(application)
    if application.state != State.SUBMITTED:
        raise WrongState()
    check_no_cpr_number(reason=reason)
    eligible = result == "eligible"
    if eligible:
        check_advised(application)
    event = "found_eligible" if eligible else "returned_by_screening"
    move(
        application,
        State.READY if eligible else State.RETURNED,
        TRANSITIONS,
        event,
        actor_id=actor.id,
        at=at,
        reason=reason,
        **({} if eligible else asks(reason)),
    )
    screening = Screening(
        application_id=application.id,
        version_number=newest_version(application).number,
        result=result,
        reason=reason,
        checks=dict(checks or {}),
        screened_by_id=actor.id,
        screened_at=at,
    )
    if not eligible:
        application.signed_by_id = application.signed_at = None
        ask(application, actor_id=actor.id, at=at, text=reason, is_return=True)
    db.session.add(screening)
    db.session.flush()
    return screening


def check_revision(*, actor: User, application: Application, content: Content, reason: str) -> list[ChangedPromise]:
    """Ask every rule of a revised business case, and change nothing (domain.md §6). Returns what needs the forum's consent.

    Raises NotAllowed, WrongState, InvalidAmount, Incomplete for what no case can hold and without a reason, CprNumber.
    """
    require(can_write_application(actor, application))
    _require_same_municipality(application.pool, content)
    if application.state != State.AWARDED:
        raise WrongState()
    check_case(content)
    check_no_cpr_number(content.texts(), known=application.content.texts(), reason=reason)
    if not reason.strip():
        raise Incomplete(N_("Write the reason for the change."), field="reason")
    if application.pool.policy.content_required and lacks_reason(content):
        raise Incomplete(REASON_NEEDED, field="stated_reason")
    units = people.units_by_id(content.department_ids | application.content.department_ids, municipality_id=application.municipality_id)
    own = {unit.id for unit in units if writes_for(actor, application.pool, unit)}
    return asks_consent(application.content, content, own)


def _next_number(pool: Pool) -> int:
    lock(pool)
    return (db.session.scalar(select(func.max(Application.number)).where(Application.pool_id == pool.id)) or 0) + 1


def _require_same_municipality(pool: Pool, content: Content) -> None:
    require(people.are_departments_of(pool.municipality_id, content.department_ids))
    if owners := content.owner_ids:
        require(people.people_by_id(owners, municipality_id=pool.municipality_id).keys() == owners)
