"""The link by which a person comes in: mailed to them, or, without a mail server, shown to the administrator who made it.

Of those who hold or await a role that two people give (domain.md §11) nobody ever sees the link in a page.
"""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

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


@blueprint.post("/users/<int:user_id>/link")
@requires(ADMINISTRATORS)
def make_link(user_id: int) -> ResponseReturnValue:
    user = _person(user_id)
    purpose = "reset" if user.password_hash else "invitation"
    token = (operations.reset if user.password_hash else operations.invite)(
        actor=me(), at=moment(), user=user, is_shown=not server.is_set()
    )
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
