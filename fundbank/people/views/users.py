"""The administrator's pages of people: who they are, and where they belong."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundbank.kit.language import gettext as _
from fundbank.kit.web import asked_number, check_version, done, ensure, found, me, moment, refusals_on, requires, titles
from fundbank.outbox import server
from fundbank.people import operations, queries
from fundbank.people.forms import PersonForm
from fundbank.people.models import User
from fundbank.people.permissions import can_administer, can_change_person
from fundbank.people.views import blueprint, leaving
from fundbank.people.views.links import ADMINISTRATORS


@blueprint.get("/users")
@requires(ADMINISTRATORS)
def users() -> ResponseReturnValue:
    ensure(can_administer(me()))
    words = request.args.get("words", "").strip()[:100]
    after = asked_number("after")
    rows = queries.people(municipality_id=me().municipality_id, words=words, after=after, size=queries.PAGE_SIZE + 1)
    shown, last = rows[: queries.PAGE_SIZE], None
    if len(rows) > queries.PAGE_SIZE:
        last = url_for("people.users", words=words or None, after=shown[-1].id)
    return render_template(
        "people/users.html",
        people=shown,
        words=words,
        after=last,
        continued=after is not None,
        person_titles=titles.of(shown),
        is_alone=queries.administrators(municipality_id=me().municipality_id) == 1,
        awaited=queries.to_confirm(me().municipality_id),
    )


@blueprint.route("/users/new", methods=["GET", "POST"])
@requires(ADMINISTRATORS)
def new_user() -> ResponseReturnValue:
    ensure(can_administer(me()))
    form = PersonForm()
    form.offer(queries.departments(municipality_id=me().municipality_id, active_only=True))
    if form.validate_on_submit():
        with refusals_on(form):
            user = operations.create_user(
                actor=me(), at=moment(), municipality=me().municipality, name=form.name.data, email=form.email.data,
                department=queries.department(form.department.data, municipality_id=me().municipality_id),
                is_administrator=form.is_administrator.data,
            )  # fmt: skip
            return done(_told(user, _("%(name)s has been added.", name=user.name)), "people.show_user", user_id=user.id)
    return render_template("people/new_user.html", form=form)


@blueprint.get("/users/<int:user_id>")
@requires(ADMINISTRATORS)
def show_user(user_id: int) -> ResponseReturnValue:
    user = _person(user_id)
    return render_template(
        "people/show_user.html", user=user, person_titles=titles.of([user])[user.id], is_mailed=server.is_set(),
        is_hidden=queries.is_guarded(user), awaited=queries.awaited(user), left=leaving.warnings(user) if user.is_active else [],
    )  # fmt: skip


@blueprint.route("/users/<int:user_id>/edit", methods=["GET", "POST"])
@requires(ADMINISTRATORS)
def edit_user(user_id: int) -> ResponseReturnValue:
    user = _person(user_id)
    form = PersonForm(
        name=user.name, email=user.email, department=user.department_id, is_administrator=user.is_administrator,
        revision=user.revision,
    )  # fmt: skip
    open_units = queries.departments(municipality_id=me().municipality_id, active_only=True)
    form.offer(open_units if user.department.is_active else [*open_units, user.department])
    if form.validate_on_submit():
        with refusals_on(form):
            check_version(form.revision, user)
            operations.change_user(
                actor=me(), at=moment(), user=user, name=form.name.data, email=form.email.data,
                department=queries.department(form.department.data, municipality_id=me().municipality_id),
                is_administrator=form.is_administrator.data,
            )  # fmt: skip
            return done(_told(user, _("The changes have been saved.")), "people.show_user", user_id=user.id)
    return render_template("people/edit_user.html", form=form, user=user)


@blueprint.post("/users/<int:user_id>/deactivate")
@requires(ADMINISTRATORS)
def deactivate_user(user_id: int) -> ResponseReturnValue:
    user = _person(user_id)
    operations.deactivate_user(actor=me(), at=moment(), user=user)
    return done(_("%(name)s can no longer sign in.", name=user.name), "people.show_user", user_id=user.id)


@blueprint.post("/users/<int:user_id>/reactivate")
@requires(ADMINISTRATORS)
def reactivate_user(user_id: int) -> ResponseReturnValue:
    user = _person(user_id)
    operations.reactivate_user(actor=me(), at=moment(), user=user)
    told = _("%(name)s can sign in again.", name=user.name) if user.is_active else ""
    return done(_told(user, told), "people.show_user", user_id=user.id)


def _told(user: User, told: str) -> str:
    """What is said of a change; of who holds or awaits certain roles a second person confirms it."""
    waits = _("What a second person must confirm works once they have.") if queries.awaited(user) else ""
    return " ".join(filter(None, (told, waits)))


def _person(user_id: int) -> User:
    user = found(queries.person(user_id, municipality_id=me().municipality_id))
    ensure(can_change_person(me(), user))
    return user
