"""The access log: who signed in, failed to, or out; what was refused; which file was taken away. As a page and as CSV."""

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from fundbank.errors import N_
from fundbank.history.events import ACCESS
from fundbank.history.models import AccessLine
from fundbank.history.queries import PAGE_SIZE, AccessAsked, page_of_access
from fundbank.kit.language import gettext as _
from fundbank.kit.searching import Found
from fundbank.kit.web import asked_number, ensure, me, menu, requires
from fundbank.overviews.forms import AccessForm
from fundbank.overviews.views import blueprint
from fundbank.overviews.views.narrowing import EXPORTED_MOST, csv_file, must_be_valid
from fundbank.people import queries as people
from fundbank.pools.permissions import can_read_people
from fundbank.reports.queries import names_of
from fundbank.reports.spreadsheets import access_csv

ACCESS_READERS = "the municipality's administrators, and the auditors of its pools"

menu.add(N_("Access log"), "overviews.access", order=83, when=can_read_people)


@blueprint.get("/access")
@requires(ACCESS_READERS)
def access() -> ResponseReturnValue:
    ensure(can_read_people(me()))
    form, before_id = AccessForm(), asked_number("before")
    lines = _lines(form, before_id, PAGE_SIZE) if form.validate() else Found[AccessLine]()
    asked: dict[str, Any] = form.asked
    return render_template(
        "overviews/access.html", form=form, lines=lines.rows, names=names_of(line.user_id for line in lines.rows), kinds=ACCESS,
        most=EXPORTED_MOST, is_cut=lines.is_cut,
        older=url_for("overviews.access", **asked, before=lines.before) if lines.before else None,
        newest=url_for("overviews.access", **asked) if before_id else None, csv=url_for("overviews.access_export", **asked),
    )  # fmt: skip


@blueprint.get("/access.csv")
@requires(ACCESS_READERS)
def access_export() -> ResponseReturnValue:
    """The newest of the lines that are asked for; the export leaves a line itself."""
    ensure(can_read_people(me()))
    form = AccessForm()
    must_be_valid(form)
    return csv_file(access_csv(_lines(form, None, EXPORTED_MOST, is_whole=True).rows), _("Access log"))


def _lines(form: AccessForm, before_id: int | None, size: int, *, is_whole: bool = False) -> Found[AccessLine]:
    municipality_id = me().municipality_id
    asked = AccessAsked(form.people, form.kind.data or "", form.address.data or "", *form.period())
    alone = people.is_the_only_municipality(municipality_id)
    return page_of_access(municipality_id, asked, before_id, with_nobodys=alone, size=size, is_whole=is_whole)
