"""The outbox: what has been, will be or would have been sent to the municipality's people, and the work that failed."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from fundbank.errors import N_
from fundbank.files.models import File
from fundbank.files.queries import infected
from fundbank.kit.language import gettext as _
from fundbank.kit.web import asked_number, done, ensure, found, me, menu, moment, requires
from fundbank.kit.web.codes import says
from fundbank.kit.web.language import for_each_reader
from fundbank.outbox import operations, queries, server
from fundbank.outbox.message import shown
from fundbank.outbox.models import Job
from fundbank.outbox.words import STATES, TONES, WORK, what_failed
from fundbank.overviews.forms import OutboxForm
from fundbank.overviews.queries.work import things_of
from fundbank.overviews.views import blueprint
from fundbank.people.permissions import can_administer
from fundbank.people.views.links import ADMINISTRATORS
from fundbank.reports.queries import names_of

says(blueprint, mail_state=STATES)

blueprint.add_app_template_filter(for_each_reader(lambda error: _(what_failed(error), said=error)), "mail_fault")

menu.add(N_("Outbox"), "overviews.outbox", order=84, when=can_administer)


@blueprint.get("/outbox")
@requires(ADMINISTRATORS)
def outbox() -> ResponseReturnValue:
    ensure(can_administer(me()))
    form, before_id = OutboxForm(), asked_number("before")
    state = form.state.data if form.validate() else ""
    mails = queries.page_of_mails(me().municipality_id, before_id, state=state or "")
    page, size = mails[: queries.PAGE_SIZE], queries.PAGE_SIZE
    return render_template(
        "overviews/outbox.html", form=form, mails=[(mail, shown(mail)) for mail in page], names=names_of(mail.user_id for mail in page),
        jobs=_failed_work(), infected=_infected(), is_sent=server.is_set(), tones=TONES,
        older=url_for("overviews.outbox", state=state or None, before=page[-1].id) if len(mails) > size else None,
        newest=url_for("overviews.outbox", state=state or None) if before_id else None,
    )  # fmt: skip


def _failed_work() -> list[tuple[Job, str]]:
    """Each with what it was."""
    jobs = queries.given_up_jobs(me().municipality_id)
    things = things_of(jobs)
    return [(job, _(WORK.get(job.kind, job.kind), what=things.get(job.id, "–"))) for job in jobs]


def _infected() -> list[tuple[File, str]]:
    """The files in which the virus scan has found something, each with who attached it."""
    files = infected(me().municipality_id)
    names = names_of(file.added_by_id for file in files)
    return [(file, names.get(file.added_by_id, "")) for file in files]


@blueprint.post("/outbox/<int:mail_id>/again")
@requires(ADMINISTRATORS)
def try_mail_again(mail_id: int) -> ResponseReturnValue:
    mail = found(queries.mail(mail_id, municipality_id=me().municipality_id))
    ensure(can_administer(me()))
    operations.try_mail_again(mail, at=moment())
    return done(_("The mail will be sent once more."), "overviews.outbox")


@blueprint.post("/outbox/jobs/<int:job_id>/again")
@requires(ADMINISTRATORS)
def try_job_again(job_id: int) -> ResponseReturnValue:
    job = found(queries.job(job_id, municipality_id=me().municipality_id))
    ensure(can_administer(me()))
    operations.try_job_again(job, at=moment())
    return done(_("The work will be tried once more."), "overviews.outbox")
