"""The coordinator's hand on an agenda: put on, take off, move, and put in the order of the ranking."""

from flask.typing import ResponseReturnValue

from fundbank.applications import queries as applications
from fundbank.applications.models import Application
from fundbank.kit.clock import local_date
from fundbank.kit.language import gettext as _
from fundbank.kit.language import ngettext
from fundbank.kit.web import done, ensure, found, me, moment, requires
from fundbank.meetings.models import Meeting
from fundbank.meetings.operations import calendar as operations
from fundbank.meetings.permissions import can_plan_meetings
from fundbank.meetings.queries.agenda import wishes
from fundbank.meetings.views import COORDINATOR, blueprint, meeting_or_404


@blueprint.route("/meetings/<int:meeting_id>/agenda/all", methods=["POST"])
@requires(COORDINATOR)
def put_all(meeting_id: int) -> ResponseReturnValue:
    """Put everything that is ready, met the deadline and has no other meeting on the agenda, in the order of the ranking."""
    meeting = _meeting(meeting_id)
    ready = wishes(meeting, local_date(moment())).proposals
    for application in ready:
        operations.put_on_agenda(actor=me(), at=moment(), meeting=meeting, application=application)
    if ready:
        operations.rank_agenda(actor=me(), at=moment(), meeting=meeting)
    told = ngettext("%(num)s application has been put on the agenda.", "%(num)s applications have been put on the agenda.", len(ready))
    return done(told, "meetings.show", meeting_id=meeting.id)


@blueprint.route("/meetings/<int:meeting_id>/agenda/ranking", methods=["POST"])
@requires(COORDINATOR)
def rank(meeting_id: int) -> ResponseReturnValue:
    meeting = _meeting(meeting_id)
    operations.rank_agenda(actor=me(), at=moment(), meeting=meeting)
    return done(_("The agenda follows the ranking."), "meetings.show", meeting_id=meeting.id)


@blueprint.route("/meetings/<int:meeting_id>/agenda/<int:application_id>/put", methods=["POST"])
@requires(COORDINATOR)
def put(meeting_id: int, application_id: int) -> ResponseReturnValue:
    meeting, application = _meeting(meeting_id), _application(application_id)
    operations.put_on_agenda(actor=me(), at=moment(), meeting=meeting, application=application)
    return done(_("“%(title)s” is on the agenda.", title=application.title), "meetings.show", meeting_id=meeting.id)


@blueprint.route("/meetings/<int:meeting_id>/agenda/<int:application_id>/take-off", methods=["POST"])
@requires(COORDINATOR)
def take_off(meeting_id: int, application_id: int) -> ResponseReturnValue:
    meeting, application = _meeting(meeting_id), _application(application_id)
    operations.take_off_agenda(actor=me(), at=moment(), meeting=meeting, application=application)
    return done(_("“%(title)s” is off the agenda.", title=application.title), "meetings.show", meeting_id=meeting.id)


@blueprint.route("/meetings/<int:meeting_id>/agenda/<int:application_id>/up", methods=["POST"])
@requires(COORDINATOR)
def move_up(meeting_id: int, application_id: int) -> ResponseReturnValue:
    return _move(meeting_id, application_id, up=True)


@blueprint.route("/meetings/<int:meeting_id>/agenda/<int:application_id>/down", methods=["POST"])
@requires(COORDINATOR)
def move_down(meeting_id: int, application_id: int) -> ResponseReturnValue:
    return _move(meeting_id, application_id, up=False)


def _move(meeting_id: int, application_id: int, *, up: bool) -> ResponseReturnValue:
    meeting, application = _meeting(meeting_id), _application(application_id)
    operations.move_on_agenda(actor=me(), at=moment(), meeting=meeting, application=application, up=up)
    return done(_("“%(title)s” has been moved.", title=application.title), "meetings.show", meeting_id=meeting.id)


def _meeting(meeting_id: int) -> Meeting:
    meeting = meeting_or_404(meeting_id)
    ensure(can_plan_meetings(me(), meeting.pool))
    return meeting


def _application(application_id: int) -> Application:
    return found(applications.application(application_id, municipality_id=me().municipality_id))
