"""What an application comes to, beside the form while it is written, before it is signed, and before an offer is accepted."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flask import render_template
from flask.sansio.app import App
from flask.typing import ResponseReturnValue

from fundbank.applications.forms.writing.counted import Counted, counted
from fundbank.applications.forms.writing.topic import TopicForm
from fundbank.applications.models import Application
from fundbank.applications.views.desk import Desk
from fundbank.applications.views.offers import units_of
from fundbank.applications.views.writing import WRITERS, topic_here, written_here
from fundbank.awards.models import Award
from fundbank.kit.clock import local_date
from fundbank.kit.web import moment, only_reads, requires
from fundbank.overviews.rules import Results, as_decided, home_in, if_granted
from fundbank.overviews.views import blueprint
from fundbank.people.models import Department


class Shown(NamedTuple):
    """The results with what is not in them yet, and what the departments are called, by id."""

    results: Results
    left_out: list[str]
    units: Mapping[int, str]


@blueprint.route("/applications/<int:application_id>/write/<topic>/results", methods=["POST"])
@requires(WRITERS)
@only_reads
def recount(application_id: int, topic: str) -> ResponseReturnValue:
    """The results of what stands in the form now, for the page to put in place of those that it shows. Nothing is saved."""
    application, here = written_here(application_id), topic_here(topic)
    desk = Desk(application, here)
    shown = shown_beside(application, desk.form(), _names(desk.units))
    return render_template("applications/write/_recounted.html", shown=shown, here=here)


def shown_beside(application: Application, form: TopicForm | None = None, units: Mapping[int, str] | None = None) -> Shown:
    """What the application comes to with what stands in the form now; without a form, as it is saved.

    ``units`` says what the departments are called, where that is at hand.
    """
    said = counted(form, application.content) if form is not None and form.source is not None else Counted(application.content, [])
    found = if_granted(
        said.content, application.pool.policy, department_id=application.department_id, first_year=local_date(moment()).year + 1
    )  # fmt: skip
    return Shown(found, said.left_out, _names(units_of(application.pool)) if units is None else units)


def shown_of_award(award: Award) -> Shown:
    """What the application comes to with what it was awarded, on the terms that were decided, by its business case as it stands."""
    content, units = award.application.content, units_of(award.application.pool)
    found = as_decided(content, award.policy, loan_ore=award.loan_ore, grant_ore=award.grant_ore, terms=award.terms)
    return Shown(found, [], _names(units))


def _names(units: Sequence[Department]) -> dict[int, str]:
    return {unit.id: unit.name for unit in units}


def install(app: App) -> None:
    """Give templates what is worked out across packages: the pages of writing and of awards show it, and may not know how."""
    app.jinja_env.globals.update(results_of=shown_beside, results_of_award=shown_of_award, home_in=home_in)


blueprint.record_once(lambda state: install(state.app))
