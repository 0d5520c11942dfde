"""A frozen version: what the application said at a submission or a revision, and what had changed since the one before."""

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from fundbank.applications.models import Application
from fundbank.applications.queries import rules_of
from fundbank.applications.queries.annexes import annexes_of_versions
from fundbank.applications.rules.case_tables import case_tables
from fundbank.applications.rules.changes import MovedAnnexes, changed_figures, changes, moved_annexes
from fundbank.applications.rules.content import Content
from fundbank.applications.views import application_here, blueprint
from fundbank.applications.views.annexes import shown, shown_moves
from fundbank.kit.web import found, requires
from fundbank.people import queries as people


@blueprint.route("/applications/<int:application_id>/versions/<int:number>")
@requires("whoever may see the application, once it has been submitted")
def version(application_id: int, number: int) -> ResponseReturnValue:
    application = application_here(application_id)
    chosen = found(next((one for one in application.versions if one.number == number), None))
    before = next((one for one in application.versions if one.number == number - 1), None)
    rules, had = rules_of(application), annexes_of_versions([one.id for one in (before, chosen) if one])
    return render_template(
        "applications/version.html", application=application, pool=application.pool, version=chosen, content=chosen.content,
        changes=changes(before.content, chosen.content) if before else None,
        figures=changed_figures(before.content, chosen.content, rules.discount_rate) if before else (),
        rules=rules, case=case_tables(chosen.content, rules), annexes=shown(application, had[chosen.id]),
        moved=shown_moves(application, moved_annexes(had[before.id], had[chosen.id]) if before else MovedAnnexes()),
        **names_in(application),
    )  # fmt: skip


def names_in(application: Application, *more: Content) -> dict[str, Any]:
    """The names of the units and people that any version of the application, or ``more`` of what it said, names by id."""
    municipality_id = application.pool.municipality_id
    said = [*more, application.content, *(one.content for one in application.versions)]
    owners = set[int]().union(*(content.owner_ids for content in said))
    persons = people.people_by_id(owners, municipality_id=municipality_id) if owners else {}
    return {
        "units": {unit.id: unit.name for unit in people.departments(municipality_id=municipality_id)},
        "leaders": {person.id: person.name for person in persons.values()},
    }
