"""What was done, the newest first, and searched: in a pool, and with a municipality's people, departments and roles."""

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from fundbank.errors import N_
from fundbank.history.events import SENTENCES
from fundbank.history.models import HistoryEntry
from fundbank.history.queries import PAGE_SIZE, Narrowed, page_of_people
from fundbank.kit.language import gettext as _
from fundbank.kit.searching import Found
from fundbank.kit.web import asked_number, ensure, found, me, menu, requires
from fundbank.kit.web.codes import says
from fundbank.ledger.permissions import can_see_ledger
from fundbank.overviews.chronicle import cells, told
from fundbank.overviews.forms import ChangesForm, SearchForm
from fundbank.overviews.queries.searches import search_history
from fundbank.overviews.views import blueprint
from fundbank.overviews.views.narrowing import EXPORTED_MOST, chosen_department, csv_file, department_choices, must_be_valid
from fundbank.pools import queries as pools
from fundbank.pools.models import Pool
from fundbank.pools.permissions import can_read_people
from fundbank.reports.spreadsheets import history_csv

says(blueprint, event=SENTENCES)

HISTORY_READERS = "finance, auditors, and the forum with its coordinator"
PEOPLE_HISTORY_READERS = "the municipality's administrators, and the auditors of its pools"

menu.add(N_("Changes"), "overviews.people_history", order=82, when=can_read_people)


@blueprint.get("/pools/<int:pool_id>/history")
@requires(HISTORY_READERS)
def history(pool_id: int) -> ResponseReturnValue:
    pool = _pool(pool_id)
    form, before_id = SearchForm(pool, department_choices()), asked_number("before")
    lines = _of_pool(pool, form, before_id, PAGE_SIZE) if form.validate() else Found[HistoryEntry]()
    asked: dict[str, Any] = form.asked
    return render_template(
        "overviews/history.html", pool=pool, form=form, lines=told(lines.rows, me(), [pool]), is_cut=lines.is_cut, most=EXPORTED_MOST,
        older=url_for("overviews.history", pool_id=pool.id, **asked, before=lines.before) if lines.before else None,
        newest=url_for("overviews.history", pool_id=pool.id, **asked) if before_id else None,
        csv=url_for("overviews.history_export", pool_id=pool.id, **asked),
    )  # fmt: skip


@blueprint.get("/pools/<int:pool_id>/history.csv")
@requires(HISTORY_READERS)
def history_export(pool_id: int) -> ResponseReturnValue:
    """The newest of the lines that are asked for; the export leaves a line in the access log."""
    pool = _pool(pool_id)
    form = SearchForm(pool, department_choices())
    must_be_valid(form)
    lines = _of_pool(pool, form, None, EXPORTED_MOST, is_whole=True)
    return csv_file(history_csv(map(cells, told(lines.rows, me(), [pool]))), f"{_('History')} {pool.name}")


@blueprint.get("/history")
@requires(PEOPLE_HISTORY_READERS)
def people_history() -> ResponseReturnValue:
    ensure(can_read_people(me()))
    municipality_id = me().municipality_id
    form, before_id = ChangesForm(department_choices()), asked_number("before")
    lines = page_of_people(municipality_id, _narrowed(form), before_id) if form.validate() else Found[HistoryEntry]()
    asked: dict[str, Any] = form.asked
    return render_template(
        "overviews/changes.html", form=form, lines=told(lines.rows, me(), pools.pools_of(municipality_id)), is_cut=lines.is_cut,
        older=url_for("overviews.people_history", **asked, before=lines.before) if lines.before else None,
        newest=url_for("overviews.people_history", **asked) if before_id else None, most=EXPORTED_MOST,
        csv=url_for("overviews.people_history_export", **asked),
    )  # fmt: skip


@blueprint.get("/history.csv")
@requires(PEOPLE_HISTORY_READERS)
def people_history_export() -> ResponseReturnValue:
    """The newest of the lines that are asked for; the export leaves a line in the access log."""
    ensure(can_read_people(me()))
    form = ChangesForm(department_choices())
    must_be_valid(form)
    municipality_id = me().municipality_id
    lines = page_of_people(municipality_id, _narrowed(form), size=EXPORTED_MOST, is_whole=True)
    return csv_file(history_csv(map(cells, told(lines.rows, me(), pools.pools_of(municipality_id)))), _("Changes"))


def _of_pool(pool: Pool, form: SearchForm, before_id: int | None, size: int, *, is_whole: bool = False) -> Found[HistoryEntry]:
    since, until = form.period()
    wanted = form.wanted(chosen_department(form))
    return search_history(pool.id, wanted, since=since, until=until, before=before_id, size=size, is_whole=is_whole)


def _narrowed(form: ChangesForm) -> Narrowed:
    since, until = form.period()
    unit = chosen_department(form)
    return Narrowed(form.people, unit.id if unit else None, form.event.data or "", since, until)


def _pool(pool_id: int) -> Pool:
    pool = found(pools.pool(pool_id, municipality_id=me().municipality_id))
    ensure(can_see_ledger(me(), pool))
    return pool
