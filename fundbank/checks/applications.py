"""Applications, their versions, screenings and scores, held against the history and each other."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, Text, and_, case, cast, exists, false, func, or_, select, true
from sqlalchemy.engine import Connection
from sqlalchemy.orm import aliased

from fundbank.applications.models import Application, ApplicationVersion, Comment, Gainer, Screening
from fundbank.applications.models.advice import Advice, AdviceRequest
from fundbank.applications.models.questions import Question, QuestionAnswer
from fundbank.applications.rules.content import Content, fingerprint
from fundbank.applications.rules.gainers import gainers
from fundbank.applications.states import State
from fundbank.awards.models import Award
from fundbank.awards.states import IN_THE_ROOM, OVER
from fundbank.checks.records import HISTORY, about, line, named, number, state_after, told, word
from fundbank.checks.same import DIFFERS, LACKS, Same
from fundbank.history.models import HistoryEntry
from fundbank.kit.seals.checks import Fault
from fundbank.meetings.models import Decision, Meeting
from fundbank.meetings.states import Outcome
from fundbank.scoring.models import Consensus, Interest, InterestTurn, Score

APPLICATIONS, VERSIONS, GAINERS = Application.__tablename__, ApplicationVersion.__tablename__, Gainer.__tablename__
AS_SUBMITTED = (State.SUBMITTED, State.READY, State.DEFERRED, State.AWARDED, State.REJECTED)
IS_SIGNED = Application.signed_by_id.is_not(None) | Application.signed_at.is_not(None)
SIGNED = or_(IS_SIGNED, Application.state.in_([State.SIGNED, *AS_SUBMITTED]))


def _states() -> Same:
    moved, state = state_after(APPLICATIONS, State.DRAFT)
    return Same(Application, moved, moved.c.subject_id == Application.id, {"state": state}, HISTORY, optional=True)


def _beginnings() -> Same:
    of = line()
    return Same(
        Application,
        of,
        about(of, APPLICATIONS, Application.id, "started"),
        {"created_by_id": of.actor_id, "created_at": of.at, "pool_id": of.pool_id},
        HISTORY,
        ("id",),
        rest=told(of, APPLICATIONS, "started"),
    )


def _signatures() -> Same:
    of = line()
    return Same(
        Application,
        of,
        about(of, APPLICATIONS, Application.id, "signed"),
        {"signed_by_id": of.actor_id, "signed_at": of.at},
        HISTORY,
        ("signed_by_id", "signed_at"),
        where=SIGNED,
    )


def _sendings() -> Same:
    of = line()
    return Same(
        Application,
        of,
        about(of, APPLICATIONS, Application.id, "sent_to_signature"),
        {"sent_to_signature_by_id": of.actor_id, "sent_to_signature_at": of.at},
        HISTORY,
        ("sent_to_signature_by_id", "sent_to_signature_at"),
        where=or_(Application.sent_to_signature_by_id.is_not(None), Application.sent_to_signature_at.is_not(None)),
    )


def _first_submissions() -> Same:
    entry = aliased(HistoryEntry)
    first = select(func.min(entry.id)).where(told(entry, APPLICATIONS, "submitted")).group_by(entry.subject_id)
    of = select(HistoryEntry.id, HistoryEntry.subject_id, HistoryEntry.at).where(HistoryEntry.id.in_(first)).subquery()
    return Same(Application, of, of.c.subject_id == Application.id, {"submitted_at": of.c.at}, HISTORY, optional=True)


def _rules_decided_under() -> Same:
    by = and_(Decision.application_id == Application.id, Decision.outcome.in_([Outcome.APPROVE, Outcome.REJECT]))
    pool_id = select(Meeting.pool_id).where(Meeting.id == Decision.meeting_id).scalar_subquery()
    return Same(
        Application,
        Decision,
        by,
        {"policy_version_id": Decision.policy_version_id, "pool_id": pool_id},
        Decision.__tablename__,
        ("policy_version_id",),
        where=or_(Application.policy_version_id.is_not(None), Application.state.in_([State.AWARDED, State.REJECTED])),
    )


def _endings() -> Same:
    """Whether it is over is what its award says; one that was taken back came to nobody's knowledge."""
    ended = exists().where(Award.application_id == Application.id, Award.state.in_([str(state) for state in sorted(OVER - IN_THE_ROOM)]))
    said = select(Application.id, case((ended, true()), else_=false()).label("is_over")).subquery()
    return Same(Application, said, said.c.id == Application.id, {"is_over": said.c.is_over}, Award.__tablename__)


def _contents() -> Same:
    """What was submitted is what the application says, until it is returned to be changed."""
    newest, said = aliased(ApplicationVersion), ApplicationVersion.content_json
    last = select(func.max(newest.number)).where(newest.application_id == Application.id).scalar_subquery()
    return Same(
        Application,
        ApplicationVersion,
        and_(ApplicationVersion.application_id == Application.id, ApplicationVersion.number == last),
        {"content": cast(said, Text)},
        VERSIONS,
        ("state",),
        where=Application.state.in_(AS_SUBMITTED),
    )


def _shown() -> Same:
    """What lists show is what was handed in last, whatever has been written since."""
    newest, said = aliased(ApplicationVersion), ApplicationVersion.content_json
    last = select(func.max(newest.number)).where(newest.application_id == Application.id).scalar_subquery()
    return Same(
        Application,
        ApplicationVersion,
        and_(ApplicationVersion.application_id == Application.id, ApplicationVersion.number == last),
        {
            "title": func.substr(said["title"].as_string(), 1, 200),
            "requested_loan_ore": func.coalesce(cast(said["loan_ore"].as_string(), BigInteger), 0),
            "requested_grant_ore": func.coalesce(cast(said["grant_ore"].as_string(), BigInteger), 0),
        },
        VERSIONS,
        ("submitted_at",),
        where=Application.submitted_at.is_not(None),
    )


def _departments() -> Same:
    """The department that a version was submitted for applies until the application is returned to be changed."""
    of, entry = line(), aliased(HistoryEntry)
    newest = select(func.max(entry.id)).where(about(entry, APPLICATIONS, Application.id, "submitted")).correlate(Application)
    department_id = func.coalesce(number(of, "department_id"), Application.department_id)
    return Same(
        Application,
        of,
        of.id == newest.scalar_subquery(),
        {"department_id": department_id},
        HISTORY,
        ("state",),
        where=Application.state.in_(AS_SUBMITTED),
    )


def _versions() -> Same:
    of = line()
    events = {"submission": "submitted", "revision": "revised"}
    return Same(
        ApplicationVersion,
        of,
        about(of, APPLICATIONS, ApplicationVersion.application_id, *events.values()),
        {
            "occasion": named(of.event, {event: occasion for occasion, event in events.items()}),
            "made_by_id": of.actor_id,
            "made_at": of.at,
            "reason": of.reason,
            "meeting_id": number(of, "meeting_id"),
        },
        HISTORY,
        ("application_id",),
        rest=told(of, APPLICATIONS, *events.values()),
    )


def _numbers_of_versions() -> Same:
    place = func.row_number().over(partition_by=ApplicationVersion.application_id, order_by=ApplicationVersion.id)
    counted = select(ApplicationVersion.id, place.label("number")).subquery()
    return Same(ApplicationVersion, counted, counted.c.id == ApplicationVersion.id, {"number": counted.c.number}, VERSIONS)


def _screenings() -> Same:
    of, results = line(), {"found_eligible": "eligible", "returned_by_screening": "returned"}
    return Same(
        Screening,
        of,
        about(of, APPLICATIONS, Screening.application_id, *results),
        {"result": named(of.event, results), "reason": of.reason, "screened_by_id": of.actor_id, "screened_at": of.at},
        HISTORY,
        ("application_id",),
        rest=told(of, APPLICATIONS, *results),
    )


def _scores() -> Same:
    of = line()
    return Same(
        Score,
        of,
        about(of, APPLICATIONS, Score.application_id, "scored", "score_revised"),
        {"member_id": of.actor_id, "handed_in_at": of.at},
        HISTORY,
        ("application_id",),
        rest=told(of, APPLICATIONS, "scored", "score_revised"),
    )


def _interests() -> Same:
    of = line()
    return Same(
        Interest,
        of,
        about(of, APPLICATIONS, Interest.application_id, "interest_declared", "recused"),
        {
            "user_id": func.coalesce(number(of, "user_id"), of.actor_id),
            "found_by_id": case((of.event == "recused", of.actor_id)),
            "declared_at": of.at,
        },
        HISTORY,
        ("application_id",),
        rest=told(of, APPLICATIONS, "interest_declared", "recused"),
    )


def _interest_turns() -> Same:
    of = line()
    application = select(Interest.application_id).where(Interest.id == InterestTurn.interest_id).scalar_subquery()
    person = select(Interest.user_id).where(Interest.id == InterestTurn.interest_id).scalar_subquery()
    return Same(
        InterestTurn,
        of,
        and_(about(of, APPLICATIONS, application, "readmitted", "out_again"), number(of, "user_id") == person),
        {"is_out": of.event == "out_again", "made_by_id": of.actor_id, "made_at": of.at},
        HISTORY,
        ("interest_id",),
        rest=told(of, APPLICATIONS, "readmitted", "out_again"),
    )


def _consensus() -> Same:
    of = line()
    return Same(
        Consensus,
        of,
        about(of, APPLICATIONS, Consensus.application_id, "consensus_set"),
        {
            "scale_size": func.coalesce(number(of, "scale_size"), Consensus.scale_size),
            "meeting_id": func.coalesce(number(of, "meeting_id"), Consensus.meeting_id),
            "criterion": word(of, "criterion"),
            "level": number(of, "level"),
            "reason": of.reason,
            "set_by_id": of.actor_id,
            "set_at": of.at,
        },
        HISTORY,
        ("application_id",),
        rest=told(of, APPLICATIONS, "consensus_set"),
    )


def newest_then(of: Any, at: Any) -> Same:
    """Who screens, scores, agrees or decides does so on the version that is the newest then."""
    read = aliased(ApplicationVersion)
    newest = select(func.max(read.number)).where(read.application_id == of.application_id, read.made_at <= at).scalar_subquery()
    by = Application.id == of.application_id
    return Same(of, Application, by, {"version_number": newest}, VERSIONS, ("application_id",), shared=True)


def _readers() -> Same:
    of = ApplicationVersion
    return Same(Gainer, of, of.id == Gainer.version_id, {"application_id": of.application_id}, VERSIONS, ("version_id",), shared=True)


def _comments() -> Same:
    of = line()
    return Same(
        Comment,
        of,
        about(of, APPLICATIONS, Comment.application_id, "commented"),
        {
            "department_id": number(of, "department_id"),
            "author_id": of.actor_id,
            "made_at": of.at,
            "answer": word(of, "answer"),
            "figure_ore": number(of, "figure_ore"),
        },
        HISTORY,
        ("application_id",),
        rest=told(of, APPLICATIONS, "commented"),
    )


def _questions() -> Same:
    """Each was asked by itself, or with what returned the application; lines of returns from before asked for no answer."""
    of, returns = line(), ("returned_by_screening", "returned_by_forum")
    asks = or_(of.event == "asked", number(of, "asks") == 1)
    return Same(
        Question,
        of,
        and_(about(of, APPLICATIONS, Question.application_id, "asked", *returns), asks),
        {"asker_id": of.actor_id, "is_return": of.event.in_(returns), "text": of.reason, "asked_at": of.at},
        HISTORY,
        ("application_id",),
        rest=and_(told(of, APPLICATIONS, "asked", *returns), asks),
    )


def _answers() -> Same:
    of = line()
    return Same(
        QuestionAnswer,
        of,
        and_(told(of, APPLICATIONS, "answered"), number(of, "question_id") == QuestionAnswer.question_id),
        {"author_id": of.actor_id, "department_id": number(of, "department_id"), "text": of.reason, "answered_at": of.at},
        HISTORY,
        ("question_id",),
        rest=told(of, APPLICATIONS, "answered"),
    )


def _advice_asked() -> Same:
    of = line()
    return Same(
        AdviceRequest,
        of,
        about(of, APPLICATIONS, AdviceRequest.application_id, "advice_asked"),
        {
            "pool_id": of.pool_id, "text": of.reason, "asked_by_id": of.actor_id, "asked_at": of.at, "due_on": word(of, "due_on"),
            "id": number(of, "request_id"),
        },
        HISTORY,
        ("application_id",),
        rest=told(of, APPLICATIONS, "advice_asked"),
    )  # fmt: skip


def _advice_given() -> Same:
    of = line()
    return Same(
        Advice,
        of,
        and_(told(of, APPLICATIONS, "advice_given"), number(of, "request_id") == Advice.request_id),
        {"adviser_id": of.actor_id, "text": of.reason, "given_at": of.at},
        HISTORY,
        ("request_id",),
        rest=told(of, APPLICATIONS, "advice_given"),
    )


HELD = (
    _advice_asked(),
    _advice_given(),
    _readers(),
    _comments(),
    _questions(),
    newest_then(Question, Question.asked_at),
    _answers(),
    newest_then(Comment, Comment.made_at),
    _states(),
    _beginnings(),
    _signatures(),
    _sendings(),
    _first_submissions(),
    _rules_decided_under(),
    _endings(),
    _contents(),
    _shown(),
    _departments(),
    _versions(),
    _numbers_of_versions(),
    _screenings(),
    newest_then(Screening, Screening.screened_at),
    _scores(),
    newest_then(Score, Score.handed_in_at),
    _interests(),
    _interest_turns(),
    _consensus(),
    newest_then(Consensus, Consensus.set_at),
)


def differences(connection: Connection) -> Iterator[Fault]:
    """Each version says what it said when it was made, and those may read it whom it names. Lines from before tell less."""
    of, read_by = aliased(HistoryEntry), defaultdict[int, dict[int, int]](dict)
    for gainer in connection.execute(select(Gainer.id, Gainer.version_id, Gainer.department_id)):
        read_by[gainer.version_id][gainer.department_id] = gainer.id
    by = and_(about(of, APPLICATIONS, ApplicationVersion.application_id, "submitted", "revised"), of.at == ApplicationVersion.made_at)
    applied = func.coalesce(number(of, "department_id"), Application.department_id).label("applied")
    query = select(ApplicationVersion.id, ApplicationVersion.content_json, of.id.label("line"), word(of, "content").label("said"), applied)
    query = query.join(of, by).join(Application, Application.id == ApplicationVersion.application_id)
    for version in connection.execute(query, execution_options={"yield_per": 100, "stream_results": True}):
        if version.said is not None and version.said != fingerprint(version.content):
            yield Fault(DIFFERS, {"table": VERSIONS, "key": version.id, "other": HISTORY, "row": version.line, "columns": "content"})
        named_in, known = gainers(Content.from_json(version.content), version.applied), read_by.pop(version.id, {})
        values = {"table": GAINERS, "other": VERSIONS, "row": version.id, "columns": "department_id"}
        yield from (Fault(DIFFERS, values | {"key": known[one]}) for one in sorted(set(known) - set(named_in)))
        yield from (Fault(LACKS, values) for _one in set(named_in) - set(known))
