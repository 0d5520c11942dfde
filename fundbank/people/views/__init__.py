"""The pages of signing in, the own account, and the administrator's users and departments."""

from flask import Blueprint

from fundbank.errors import N_
from fundbank.kit.web import menu
from fundbank.people.permissions import can_administer

blueprint = Blueprint("people", __name__)

menu.add(N_("Users"), "people.users", order=80, when=can_administer)
menu.add(N_("Departments"), "people.departments", order=81, when=can_administer)

from fundbank.people.views import account, choosing, departments, links, signing_in, users  # noqa: E402  (they add their routes to the blueprint above)

__all__ = ["account", "blueprint", "choosing", "departments", "links", "signing_in", "users"]
