"""The access log: who signed in, failed to, or out; what was refused; which file was taken away. As a page and as CSV."""

import io
from typing import Any

from flask import render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from fundbank.errors import N_, InvalidDate
from fundbank.history.events import ACCESS
from fundbank.history.queries import PAGE_SIZE, AccessAsked, page_of_access
from fundbank.kit.clock import local_date
from fundbank.kit.language import gettext as _
from fundbank.kit.web import asked_number, ensure, me, menu, moment, requires
from fundbank.overviews.forms import AccessForm
from fundbank.overviews.views import blueprint
from fundbank.people import queries as people
from fundbank.pools.permissions import can_read_people
from fundbank.reports.queries import names_of
from fundbank.reports.spreadsheets import access_csv

ACCESS_READERS = "the municipality's administrators, and the auditors of its pools"
EXPORTED_MOST = 10_000

menu.add(N_("Access log"), "overviews.access", order=83, when=can_read_people)


@blueprint.get("/access")
@requires(ACCESS_READERS)
def access() -> ResponseReturnValue:
    ensure(can_read_people(me()))
    form, before_id = AccessForm(), asked_number("before")
    is_read, asked = form.validate(), dict[str, Any](form.asked)
    lines = _lines(form, before_id, PAGE_SIZE) if is_read else []
    shown = lines[:PAGE_SIZE]
    return render_template(
        "overviews/access.html", form=form, lines=shown, names=names_of(line.user_id for line in shown), kinds=ACCESS, most=EXPORTED_MOST,
        older=url_for("overviews.access", **asked, before=shown[-1].id) if len(lines) > PAGE_SIZE else None,
        newest=url_for("overviews.access", **asked) if before_id else None, csv=url_for("overviews.access_export", **asked),
    )  # fmt: skip


@blueprint.get("/access.csv")
@requires(ACCESS_READERS)
def access_export() -> ResponseReturnValue:
    """The newest of the lines that are asked for; the export leaves a line itself."""
    ensure(can_read_people(me()))
    form = AccessForm()
    if not form.validate():
        raise InvalidDate(next(iter(form.errors.values()))[0])
    content = access_csv(_lines(form, None, EXPORTED_MOST)[:EXPORTED_MOST])
    name = f"{_('Access log')} {local_date(moment()).isoformat()}.csv"
    return send_file(io.BytesIO(content), mimetype="text/csv", as_attachment=True, download_name=name)


def _lines(form: AccessForm, before_id: int | None, limit: int) -> Any:
    municipality_id = me().municipality_id
    named = people.people(municipality_id=municipality_id, words=form.person.data) if form.person.data else None
    asked = AccessAsked(None if named is None else [one.id for one in named], form.kind.data or "", form.address.data or "", *form.period())
    alone = people.is_the_only_municipality(municipality_id)
    return page_of_access(municipality_id, asked, before_id, with_nobodys=alone, limit=limit)
