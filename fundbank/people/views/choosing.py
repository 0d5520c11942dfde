"""In which municipality: asked of whoever has one address and one password in several of them, after the password was right.

What is asked is kept in the browser's own session, which the program has signed. It is answered once, within a few minutes, and names only
those municipalities in which the password was right.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from fundbank.kit import once
from fundbank.kit.language import gettext as _
from fundbank.kit.web import log, moment, public, sent_on
from fundbank.kit.web.addresses import local_path
from fundbank.kit.web.session import begin
from fundbank.people import queries
from fundbank.people.forms import MunicipalityForm
from fundbank.people.models import User
from fundbank.people.views import blueprint, device

ASKED = "asked_where"
OPEN_FOR = timedelta(minutes=5)


def let_in(person: User, then: str | None) -> ResponseReturnValue:
    """Sign in, and go where the person wanted to go."""
    begin(person)
    log.note("signed_in", person)
    device.remember(person.id)
    return sent_on(local_path(then) or "/")


def ask_where(people: Sequence[User], then: str | None) -> ResponseReturnValue:
    """Ask as which of ``people`` somebody comes in, all of whom they have proved to be."""
    until = int((moment() + OPEN_FOR).timestamp())
    session[ASKED] = {"token": str(uuid4()), "people": [person.get_id() for person in people], "until": until, "then": then}
    device.remember(*(person.id for person in people))
    log.note_nothing()  # nobody is in yet, and nobody was wrong
    return sent_on(url_for("people.choose_municipality"))


@blueprint.route("/sign-in/municipality", methods=["GET", "POST"])
@public
def choose_municipality() -> ResponseReturnValue:
    asked = session.get(ASKED)
    people = _still_open(asked)
    if asked is None or not people:
        return _too_late()
    form = MunicipalityForm()
    form.person.choices = [(person.id, person.municipality.name) for person in people]
    if form.validate_on_submit():
        if once.claim(asked["token"], user_id=people[0].id, content="", at=moment()) is not None:
            return _too_late()
        session.pop(ASKED)
        return let_in(next(person for person in people if person.id == form.person.data), asked["then"])
    return render_template("people/choose_municipality.html", form=form)


def _still_open(asked: dict[str, Any] | None) -> list[User]:
    """Who was asked for, while the answer is waited for: an account or a password that has changed since is not among them."""
    left = asked["until"] - moment().timestamp() if asked else 0
    if asked is None or not 0 < left <= OPEN_FOR.total_seconds():
        return []
    return [person for name in asked["people"] if (person := queries.person_of_session(name)) is not None]


def _too_late() -> ResponseReturnValue:
    session.pop(ASKED, None)
    flash(_("That took too long. Sign in again."), "info")
    return redirect(url_for("people.sign_in"), 303)
