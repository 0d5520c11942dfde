"""The pool's coming months: what will be available, on which assumptions, and the rows behind every figure."""

import io
from datetime import date
from typing import Any, NamedTuple

from flask import render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from fundbank.awards.models import Award
from fundbank.errors import Incomplete
from fundbank.forecast.queries import awards_named, commitments_of, forecast_of
from fundbank.forecast.rules import Forecast
from fundbank.kit.clock import local_date
from fundbank.kit.formats import month as month_in_words
from fundbank.kit.language import gettext as _
from fundbank.kit.web import ensure, found, me, moment, requires
from fundbank.ledger.permissions import can_see_ledger
from fundbank.overviews.forms import AssumptionsForm
from fundbank.overviews.views import blueprint
from fundbank.people import queries as people
from fundbank.pools import queries as pools
from fundbank.pools.models import Pool
from fundbank.reports import pdf, spreadsheets
from fundbank.reports.blocks import Document
from fundbank.reports.papers.forecast import Link, forecast_paper, rows
from fundbank.reports.papers.letterhead import file_name

READERS = "finance, auditors, and the forum with its coordinator"


class Looked(NamedTuple):
    """A pool's forecast on the assumptions of the address, with the awards and departments that it speaks of."""

    pool: Pool
    form: AssumptionsForm
    forecast: Forecast
    awards: dict[int, Award]
    departments: dict[int, str]

    def paper(self, link: Link | None = None) -> Document:
        """The forecast as a paper."""
        return forecast_paper(self.pool, self.forecast, self.form.assumed, self.awards, self.departments, moment(), link)


@blueprint.get("/pools/<int:pool_id>/forecast")
@requires(READERS)
def forecast(pool_id: int) -> ResponseReturnValue:
    looked = _look(pool_id)
    asked: dict[str, Any] = looked.form.asked

    def link(number: int) -> str:
        return url_for("overviews.forecast_month", pool_id=pool_id, number=number, **asked)

    return render_template("overviews/forecast.html", pool=looked.pool, form=looked.form, document=looked.paper(link), asked=asked)


@blueprint.get("/pools/<int:pool_id>/forecast/months/<int:number>")
@requires(READERS)
def forecast_month(pool_id: int, number: int) -> ResponseReturnValue:
    """The month that comes so many after the one of today."""
    looked = _look(pool_id)
    months = looked.forecast.months
    one = months[number] if number < len(months) else found(None)
    name, block = month_in_words(one.first), rows(one.flows, looked.awards, looked.departments)
    return render_template("overviews/forecast_month.html", pool=looked.pool, month=one, name=name, block=block, asked=looked.form.asked)


@blueprint.get("/pools/<int:pool_id>/forecast.pdf")
@requires(READERS)
def forecast_pdf(pool_id: int) -> ResponseReturnValue:
    document = _look_at_sense(pool_id).paper()
    return _file(pdf.render(document, at=moment()), "application/pdf", f"{document.name}.pdf")


@blueprint.get("/pools/<int:pool_id>/forecast.csv")
@requires(READERS)
def forecast_csv(pool_id: int) -> ResponseReturnValue:
    looked = _look_at_sense(pool_id)
    name = file_name(_("Forecast"), looked.pool.name, local_date(moment()))
    return _file(spreadsheets.forecast_csv(looked.forecast), "text/csv", f"{name}.csv")


def _look(pool_id: int) -> Looked:
    pool = found(pools.pool(pool_id, municipality_id=me().municipality_id))
    ensure(can_see_ledger(me(), pool))
    today: date = local_date(moment())
    expected = commitments_of(pool, today)
    awards = awards_named([commitment.award_id for commitment in expected])
    form = AssumptionsForm((one.award_id, awards[one.award_id].application.title) for one in expected if one.loan is not None)
    form.validate()
    names = {unit.id: unit.name for unit in people.departments(municipality_id=me().municipality_id)}
    return Looked(pool, form, forecast_of(pool, today, expected, form.assumed), awards, names)


def _look_at_sense(pool_id: int) -> Looked:
    """The same for a file, which has no place for the sentence at a field. Raises Incomplete."""
    looked = _look(pool_id)
    for name, sentences in looked.form.errors.items():
        raise Incomplete(sentences[0], field=name)
    return looked


def _file(content: bytes, mimetype: str, name: str) -> ResponseReturnValue:
    return send_file(io.BytesIO(content), mimetype=mimetype, as_attachment=True, download_name=name)
