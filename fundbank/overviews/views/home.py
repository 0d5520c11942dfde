"""The first screen: what waits for me?"""

from flask import render_template
from flask.typing import ResponseReturnValue

from fundbank.errors import N_
from fundbank.kit.clock import local_date
from fundbank.kit.web import me, menu, moment, signed_in
from fundbank.overviews.queries.cards import pool_cards
from fundbank.overviews.queries.own import SHOWN, own_applications
from fundbank.overviews.views import blueprint
from fundbank.overviews.waiting import waiting_for
from fundbank.people.queries import administrators
from fundbank.pools.queries import roles_of

menu.add(N_("Home"), "overviews.home", order=0)


@blueprint.route("/")
@signed_in
def home() -> ResponseReturnValue:
    """Everything that waits for the person, and the person's pools."""
    person, today = me(), local_date(moment())
    roles = roles_of(person)
    cards = pool_cards(person, roles)
    groups = waiting_for(person, roles, today)
    own = own_applications(person, roles, today)
    return render_template(
        "overviews/home.html", groups=groups, cards=cards, pools={card.pool_id: card.name for card in cards},
        own=own[:SHOWN], has_more=len(own) > SHOWN,
        is_alone=person.is_administrator and administrators(municipality_id=person.municipality_id) == 1,
    )  # fmt: skip
