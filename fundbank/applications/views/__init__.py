"""The pages of applications: the list, the draft, the steps of its way, screening, and frozen versions."""

from flask import Blueprint

from fundbank.applications import queries
from fundbank.applications.answers import answered
from fundbank.applications.models import Application
from fundbank.applications.permissions import can_see_application
from fundbank.applications.rules import advice as found_by_advisers
from fundbank.applications.rules import topics, words
from fundbank.applications.rules.annexes import PURPOSES
from fundbank.kit.web import ensure, found, me
from fundbank.kit.web.codes import colours, says
from fundbank.pools import queries as pools
from fundbank.pools.models import Pool

blueprint = Blueprint("applications", __name__)
says(
    blueprint, advice_found=found_by_advisers.FOUND,
    annex_purpose=PURPOSES, application_state=words.STATES, application_field=words.FIELDS, figure_name=words.FIGURES,
    cost_kind=words.COST_KINDS, estimate=words.ENDS,
    fact=words.ALL_FACTS, initiative=words.INITIATIVES, occasion=words.OCCASIONS, screening_result=words.RESULTS,
    standing=topics.STANDINGS,
)  # fmt: skip
blueprint.add_app_template_filter(answered)
colours(blueprint, application_tone=words.TONES, standing_tone=topics.TONES, advice_tone=found_by_advisers.TONES)


def pool_here(pool_id: int) -> Pool:
    """The pool of the reader's own municipality, or 404."""
    return found(pools.pool(pool_id, municipality_id=me().municipality_id))


def application_here(application_id: int) -> Application:
    """The application that the reader may see: 404 for any other."""
    application = found(queries.application(application_id, municipality_id=me().municipality_id))
    ensure(can_see_application(me(), application))
    return application


from fundbank.applications.views import advice, annexes, comments, index, screening, short, steps, typing, versions, writing  # noqa: E402  (they add their routes to the blueprint above)

__all__ = ["advice", "annexes", "blueprint", "comments", "index", "screening", "short", "steps", "typing", "versions", "writing"]
