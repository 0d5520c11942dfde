"""The papers as pages and as PDF at the same address with ``.pdf``, and the ledger, the payments and the claims as CSV."""

import io

from flask import Blueprint, send_file, url_for
from flask.typing import ResponseReturnValue

from fundbank.applications.models import Application
from fundbank.kit.language import gettext as _
from fundbank.kit.web import ensure, found, me
from fundbank.ledger.permissions import can_see_ledger
from fundbank.pools import queries as pools
from fundbank.pools.models import Pool

blueprint = Blueprint("reports", __name__)

Way = list[tuple[str, str]]  # from the pool to the paper: names and addresses, for the breadcrumb

APPLICATION_READERS = "the department's people and auditors; once it has been submitted the forum, finance, and departments that gain"
LEDGER_READERS = "finance, auditors, and the forum with its coordinator"


def a_file(content: bytes, mimetype: str, name: str) -> ResponseReturnValue:
    """Something to be kept, under a name of its own."""
    return send_file(io.BytesIO(content), mimetype=mimetype, as_attachment=True, download_name=name)


def pool_here(pool_id: int) -> Pool:
    """The municipality's pool with this id; answers 404 if there is none, and refuses whoever may not see its ledger."""
    pool = found(pools.pool(pool_id, municipality_id=me().municipality_id))
    ensure(can_see_ledger(me(), pool))
    return pool


def to_pool(pool: Pool) -> Way:
    """The way to papers of the pool."""
    return [(pool.name, url_for("overviews.pool", pool_id=pool.id))]


def to_application(application: Application) -> Way:
    """The way to papers of the application."""
    return [
        *to_pool(application.pool),
        (_("Applications"), url_for("applications.index", pool_id=application.pool_id)),
        (application.title or _("The application"), url_for("overviews.application", application_id=application.id)),
    ]


from fundbank.reports.views import letters, papers, spreadsheets  # noqa: E402  (they add their views to the blueprint)

__all__ = ["blueprint", "letters", "papers", "spreadsheets"]
