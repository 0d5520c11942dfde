"""The link by which a person comes in: mailed to them, or, without a mail server, shown to the administrator who made it.

Of those who hold a role that two people give (domain.md §11) nobody ever sees the link in a page. Which roles these are is told by the
packages that give them.
"""

from collections.abc import Callable

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from fundbank.errors import N_, NotAllowed
from fundbank.kit.language import gettext as _
from fundbank.kit.web import done, ensure, found, me, moment, requires, succeed
from fundbank.kit.web.addresses import absolute
from fundbank.outbox import server
from fundbank.people import operations, queries
from fundbank.people.letters import mail_link
from fundbank.people.models import User
from fundbank.people.permissions import can_change_person
from fundbank.people.views import blueprint

ADMINISTRATORS = "the municipality's administrators"

Holds = Callable[[User], bool]

_tellers: dict[str, Holds] = {"people": lambda person: person.is_administrator}


class LinkNotShown(NotAllowed):
    """The link of somebody who could misuse much, in hands that are not theirs."""

    message = N_(
        "The link of a person with this role is shown to nobody. Set up a mail server, or make the link on the server: "
        "fundbank link --email"
    )


def tell(name: str, holds: Holds) -> None:
    """Add a source of roles whose holders' links are shown to nobody."""
    _tellers[name] = holds


def is_hidden(person: User) -> bool:
    """Does the person hold a role so heavy that nobody else may see their link?"""
    return any(holds(person) for holds in _tellers.values())


@blueprint.post("/users/<int:user_id>/link")
@requires(ADMINISTRATORS)
def make_link(user_id: int) -> ResponseReturnValue:
    user = _person(user_id)
    if not server.is_set() and is_hidden(user):
        raise LinkNotShown()
    purpose = "reset" if user.password_hash else "invitation"
    token = (operations.reset if user.password_hash else operations.invite)(actor=me(), at=moment(), user=user)
    link = absolute("people.use_link", token=token)
    if server.is_set():
        mail_link(user, purpose, token, link, at=moment())
        return done(_("A link is on its way to %(email)s.", email=user.email), "people.show_user", user_id=user.id)
    succeed(url_for("people.show_link", user_id=user.id))
    return render_template("people/show_link.html", user=user, purpose=purpose, link=link)


@blueprint.get("/users/<int:user_id>/link")
@requires(ADMINISTRATORS)
def show_link(user_id: int) -> ResponseReturnValue:
    """Where whoever asks twice for a link is sent: it was shown in the answer alone, and only its hash is left."""
    return render_template("people/show_link.html", user=_person(user_id), purpose="", link=None)


def _person(user_id: int) -> User:
    user = found(queries.person(user_id, municipality_id=me().municipality_id))
    ensure(can_change_person(me(), user))
    return user
