"""The first screen: what waits for me?"""

from collections.abc import Iterable

from flask import render_template
from flask.typing import ResponseReturnValue

from fundbank.errors import N_
from fundbank.kit.clock import local_date
from fundbank.kit.web import me, menu, moment, signed_in
from fundbank.overviews.queries.cards import pool_cards
from fundbank.overviews.queries.own import SHOWN, OwnApplication, own_applications
from fundbank.overviews.views import blueprint
from fundbank.overviews.waiting import waiting_for
from fundbank.people.queries import administrators
from fundbank.pools.queries import roles_of

menu.add(N_("Home"), "overviews.home", order=0)


@blueprint.route("/")
@signed_in
def home() -> ResponseReturnValue:
    """Everything that waits for the person, what is ahead, the department's applications, each in one place, and the person's pools."""
    person, today = me(), local_date(moment())
    roles = roles_of(person)
    cards = pool_cards(person, roles)
    groups = waiting_for(person, roles, today)
    own = own_applications(person, roles, today)
    waiting = [group for group in groups if not group.is_ahead]
    listed = {(group.argument, item.subject_id) for group in waiting for item in group.first}
    others = [one for one in own if not listed & _by_page([one]).keys()]
    return render_template(
        "overviews/home.html", waiting=waiting, ahead=[group for group in groups if group.is_ahead],
        cards=cards, pools={card.pool_id: card.name for card in cards},
        own=own, own_ones=_by_page(own), others=others[:SHOWN], has_more=len(own) > SHOWN,
        is_alone=person.is_administrator and administrators(municipality_id=person.municipality_id) == 1,
    )  # fmt: skip


def _by_page(own: Iterable[OwnApplication]) -> dict[tuple[str, int], OwnApplication]:
    """The applications by the pages on which something of theirs may wait: the argument of the page's address, and its number."""
    found = {("application_id", one.id): one for one in own}
    return found | {("award_id", one.award_id): one for one in found.values() if one.award_id is not None}
