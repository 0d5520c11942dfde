"""Who may come: every view declares a rule in words, and what declares none is refused.

A rule is checked at the edge by the view (``ensure``) and once more by the operation. A view that says ``@requires`` and then asks
nothing is a fault of the program: its request fails.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, request
from flask.typing import ResponseReturnValue

from fundbank.errors import NotAllowed
from fundbank.kit.web.boundary import View, settle
from fundbank.kit.web.session import reader

Thing = TypeVar("Thing")
Sight = Callable[[Any, Any], bool]

NAME = "fundbank.sight"

EVERYBODY = "everybody"
SIGNED_IN = "everybody who is signed in"


class PermissionNotAsked(RuntimeError):
    """A view that promised to ask whether the person may has not done so."""


def install(app: Flask, sight: Mapping[type, Sight]) -> None:
    """Refuse views that declare no rule, and let ``sight`` say by each kind of thing who may know of it."""
    app.before_request(refuse_undeclared)
    app.extensions[NAME] = sight


def public(view: View) -> View:
    """Declare that the whole world may come: sign-in, health."""
    return _guarded(view, EVERYBODY)


def signed_in(view: View) -> View:
    """Declare that everybody who is signed in may come: what concerns only themselves."""
    return _guarded(view, SIGNED_IN)


def requires(rule: str) -> Callable[[View], View]:
    """Declare that only those whom ``rule`` describes may come; the view must call ``ensure``."""
    return lambda view: _guarded(view, rule)


def _guarded(view: View, rule: str) -> View:
    @wraps(view)
    def guarded(**arguments: Any) -> ResponseReturnValue:
        if rule != EVERYBODY and reader() is None:
            return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
        response = current_app.make_response(view(**arguments))
        if rule not in (EVERYBODY, SIGNED_IN) and not g.get("permission_asked"):
            raise PermissionNotAsked(f"{request.endpoint} never called ensure()")
        return settle(response)

    guarded.rule = rule  # type: ignore[attr-defined]
    return guarded


def refuse_undeclared() -> None:
    """Refuse views that declare no rule, before each request. Raises NotAllowed."""
    endpoint = request.endpoint
    if endpoint is not None and getattr(current_app.view_functions[endpoint], "rule", None) is None:
        raise NotAllowed()


def ensure(allowed: bool) -> None:
    """Let the request go on if ``allowed``. Raises NotAllowed."""
    g.permission_asked = True
    if not allowed:
        raise NotAllowed()


def found(thing: Thing | None) -> Thing:
    """Return ``thing``, or answer 404: for None, and for what the reader may not know of, as if it did not exist."""
    if thing is None or not knows(me(), thing):
        g.refused = "not_found"
        abort(404)
    return thing


def knows(person: Any, thing: Any) -> bool:
    """May the person know that ``thing`` exists? Each kind of thing has its rule in ``install``."""
    return current_app.extensions[NAME][type(thing)](person, thing)


def me() -> Any:
    """The signed-in person's own row; abort with 401 for a guest."""
    person = reader()
    if person is None:
        abort(401)
    return person
