"""The pages of pools: which there are, their rules and the versions of them, who has which role, and what waits for a second person."""

from flask import Blueprint

from fundbank.errors import N_
from fundbank.kit.web import menu
from fundbank.kit.web.codes import says
from fundbank.people.words import KINDS
from fundbank.pools import words
from fundbank.pools.criteria import NAMES, of_codes
from fundbank.pools.permissions import can_see_pools

blueprint = Blueprint("pools", __name__)
says(
    blueprint, policy_field=words.FIELDS, origin=words.ORIGINS, role=words.ROLES, criterion=NAMES, level=words.LEVELS,
    bottom_line=words.BOTTOM_LINES, project_kind=words.PROJECT_KINDS, screening_check=words.SCREENING_CHECKS,
    funding_kind=words.FUNDING, business_case=words.BUSINESS_CASE, it_consultation=words.IT_CONSULTATION,
    meetings_rule=words.MEETINGS, shortfall_rule=words.SHORTFALL, follow_up=words.FOLLOW_UP, knowledge_report=words.KNOWLEDGE_REPORT,
    confirmed=KINDS,
)  # fmt: skip
blueprint.add_app_template_filter(of_codes, "criteria")

menu.add(N_("Pools and rules"), "pools.index", order=70, when=can_see_pools)

from fundbank.pools.views import confirming, roles, rules  # noqa: E402  (they add their routes to the blueprint above)

__all__ = ["blueprint", "confirming", "roles", "rules"]
