"""Who there is, for whoever audits: accounts, departments, and each role with who gave and who confirmed it. As pages and as CSV."""

from collections.abc import Sequence
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from fundbank.errors import N_
from fundbank.history.queries import Narrowed, page_of_people
from fundbank.kit.language import gettext as _
from fundbank.kit.web import asked_number, ensure, found, me, menu, requires
from fundbank.overviews.chronicle import told
from fundbank.overviews.forms import PeopleForm
from fundbank.overviews.views import blueprint
from fundbank.overviews.views.access import ACCESS_READERS
from fundbank.overviews.views.narrowing import EXPORTED_MOST, csv_file, must_be_valid
from fundbank.people import queries
from fundbank.people.models import User
from fundbank.people.permissions import can_change_person
from fundbank.people.queries import PAGE_SIZE
from fundbank.pools.permissions import can_read_people, can_see_confirmation
from fundbank.pools.queries import entries_of, pools_of, roles_of_people
from fundbank.reports.queries import names_of
from fundbank.reports.spreadsheets import departments_csv, people_csv

menu.add(N_("People and roles"), "overviews.people", order=84, when=can_read_people)


@blueprint.get("/people")
@requires(ACCESS_READERS)
def people() -> ResponseReturnValue:
    ensure(can_read_people(me()))
    form, after = PeopleForm(), asked_number("after")
    rows = _people(form, after, PAGE_SIZE + 1) if form.validate() else []
    shown, asked = rows[:PAGE_SIZE], dict[str, Any](form.asked)
    roles_of_people(shown)  # read at once
    return render_template(
        "overviews/people.html", people=shown, form=form, names=_names(shown),
        pools={pool.id: pool.name for pool in pools_of(me().municipality_id)},
        after=url_for("overviews.people", **asked, after=shown[-1].id) if len(rows) > PAGE_SIZE else None,
        first=url_for("overviews.people", **asked) if after else None,
        csv=url_for("overviews.people_export", **asked),
    )  # fmt: skip


@blueprint.get("/people.csv")
@requires(ACCESS_READERS)
def people_export() -> ResponseReturnValue:
    """Everybody who is asked for; the export leaves a line in the access log."""
    ensure(can_read_people(me()))
    form = PeopleForm()
    must_be_valid(form)
    everybody = _people(form, None, EXPORTED_MOST)
    roles_of_people(everybody)
    content = people_csv(everybody, {pool.id: pool.name for pool in pools_of(me().municipality_id)}, _names(everybody))
    return csv_file(content, _("People and roles"))


@blueprint.get("/people/<int:user_id>")
@requires(ACCESS_READERS)
def person(user_id: int) -> ResponseReturnValue:
    """One of them, with what was done with the account, its links and its roles, and by whom."""
    user = found(queries.person(user_id, municipality_id=me().municipality_id))
    ensure(can_read_people(me()))
    pools = pools_of(user.municipality_id)
    lines = told(page_of_people(user.municipality_id, Narrowed(people=[user.id])).rows, me(), pools)
    return render_template(
        "overviews/person.html", user=user, names=_names([user]), pools={pool.id: pool.name for pool in pools}, lines=lines,
        awaited=[one for one in queries.awaited(user) if can_see_confirmation(me(), one)], wanted=user.email or user.name,
        can_change=can_change_person(me(), user),
    )  # fmt: skip


@blueprint.get("/people/departments")
@requires(ACCESS_READERS)
def departments() -> ResponseReturnValue:
    ensure(can_read_people(me()))
    municipality_id = me().municipality_id
    units = queries.departments(municipality_id=municipality_id)
    return render_template("overviews/departments.html", departments=units, people=queries.people_by_department(municipality_id))


@blueprint.get("/people/departments.csv")
@requires(ACCESS_READERS)
def departments_export() -> ResponseReturnValue:
    """All of them; the export leaves a line in the access log."""
    ensure(can_read_people(me()))
    municipality_id = me().municipality_id
    units, people = queries.departments(municipality_id=municipality_id), queries.people_by_department(municipality_id)
    return csv_file(departments_csv(units, people), _("Departments"))


def _people(form: PeopleForm, after: int | None, size: int) -> Sequence[User]:
    return queries.people(municipality_id=me().municipality_id, words=form.words.data or "", which=form.which, after=after, size=size)


def _names(shown: Sequence[User]) -> dict[int, str]:
    """Who gave and who confirmed their roles."""
    entries = [entry for person in shown for entry in entries_of(person)]
    return names_of(number for entry in entries for number in (entry.given_by_id, entry.confirmed_by_id))
