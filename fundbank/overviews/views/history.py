"""What was done, the newest first: in a pool, and with a municipality's people, departments and roles."""

import io
from typing import Any

from flask import render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from fundbank.errors import N_, InvalidDate
from fundbank.history.events import SENTENCES
from fundbank.history.queries import PAGE_SIZE, Narrowed, page_of_people, page_of_pool
from fundbank.kit.clock import local_date
from fundbank.kit.language import gettext as _
from fundbank.kit.web import asked_number, ensure, found, me, menu, moment, requires
from fundbank.kit.web.codes import says
from fundbank.ledger.permissions import can_see_ledger
from fundbank.overviews.chronicle import cells, told
from fundbank.overviews.forms import ChangesForm
from fundbank.overviews.views import blueprint
from fundbank.people import queries as people
from fundbank.pools import queries as pools
from fundbank.pools.permissions import can_read_people
from fundbank.reports.spreadsheets import history_csv

says(blueprint, event=SENTENCES)

PEOPLE_HISTORY_READERS = "the municipality's administrators, and the auditors of its pools"
EXPORTED_MOST = 10_000

menu.add(N_("Changes"), "overviews.people_history", order=82, when=can_read_people)


@blueprint.get("/pools/<int:pool_id>/history")
@requires("finance, auditors, and the forum with its coordinator")
def history(pool_id: int) -> ResponseReturnValue:
    pool = found(pools.pool(pool_id, municipality_id=me().municipality_id))
    ensure(can_see_ledger(me(), pool))
    before_id = asked_number("before")
    entries = page_of_pool(pool.id, before_id)
    older = url_for("overviews.history", pool_id=pool.id, before=entries[PAGE_SIZE - 1].id) if len(entries) > PAGE_SIZE else None
    newest = url_for("overviews.history", pool_id=pool.id) if before_id else None
    lines = told(entries[:PAGE_SIZE], me(), [pool])
    return render_template("overviews/history.html", pool=pool, lines=lines, older=older, newest=newest)


@blueprint.get("/history")
@requires(PEOPLE_HISTORY_READERS)
def people_history() -> ResponseReturnValue:
    ensure(can_read_people(me()))
    municipality_id = me().municipality_id
    form = _changes_form()
    is_read, before_id = form.validate(), asked_number("before")
    asked: dict[str, Any] = form.asked
    entries = page_of_people(municipality_id, _narrowed(form), before_id) if is_read else []
    older = url_for("overviews.people_history", **asked, before=entries[PAGE_SIZE - 1].id) if len(entries) > PAGE_SIZE else None
    return render_template(
        "overviews/changes.html", form=form, lines=told(entries[:PAGE_SIZE], me(), pools.pools_of(municipality_id)), older=older,
        newest=url_for("overviews.people_history", **asked) if before_id else None, most=EXPORTED_MOST,
        csv=url_for("overviews.people_history_export", **asked),
    )  # fmt: skip


@blueprint.get("/history.csv")
@requires(PEOPLE_HISTORY_READERS)
def people_history_export() -> ResponseReturnValue:
    """The newest of the lines that are asked for; the export leaves a line in the access log."""
    ensure(can_read_people(me()))
    form = _changes_form()
    if not form.validate():
        raise InvalidDate(next(iter(form.errors.values()))[0])
    municipality_id = me().municipality_id
    entries = page_of_people(municipality_id, _narrowed(form), limit=EXPORTED_MOST)[:EXPORTED_MOST]
    content = history_csv(map(cells, told(entries, me(), pools.pools_of(municipality_id))))
    name = f"{_('Changes')} {local_date(moment()).isoformat()}.csv"
    return send_file(io.BytesIO(content), mimetype="text/csv", as_attachment=True, download_name=name)


def _changes_form() -> ChangesForm:
    return ChangesForm((str(unit.id), unit.name) for unit in people.departments(municipality_id=me().municipality_id))


def _narrowed(form: ChangesForm) -> Narrowed:
    named = people.people(municipality_id=me().municipality_id, words=form.person.data) if form.person.data else None
    since, until = form.period()
    return Narrowed(
        people=None if named is None else [person.id for person in named],
        department_id=int(form.department.data) if form.department.data else None,
        event=form.event.data or "",
        since=since,
        until=until,
    )
