"""The statement of a played scenario: the figures of its pool, applications and awards (scenario.md, a contract)."""

from typing import Any

from fundbank.applications.models import Application
from fundbank.applications.rules.business_case import annual_gains, npv_ore, payback_months
from fundbank.awards.models import Award
from fundbank.awards.queries import award_of, disbursed_ore
from fundbank.kit.money import plain
from fundbank.ledger.chart import Event
from fundbank.ledger.checks import check
from fundbank.ledger.queries import award_balances, balances, count, moved
from fundbank.repayments.queries import claims_of, lines_now
from fundbank.scenarios.player import Played
from fundbank.scenarios.world import World
from fundbank.scoring.queries import Ranked, ranking
from fundbank.scoring.rules import shown


def statement(played: Played) -> dict[str, Any]:
    """The whole statement, as plain values with amounts and points as text."""
    world = played.world
    return {
        "pool": _pool(world),
        "applications": _applications(world),
        "awards": {key: _award(world, award) for key, award in _awards(world).items()},
        "refusals": [{"event": number, "code": code} for number, code in played.refusals],
        "ledger": {"transfers": count(world.pool.id), "verified": not check(world.pool.id)},
    }


def _pool(world: World) -> dict[str, str]:
    found = balances(world.pool.id)
    return {
        "funding": plain(found.funding_ore),
        "available": plain(found.available_ore),
        "reserved": plain(found.reserved_ore),
        "loans": plain(found.loans_ore),
        "grants": plain(found.grants_ore),
        "written_off": plain(found.written_off_ore),
    }


def _applications(world: World) -> dict[str, Any]:
    places = {place.application.id: place for place in ranking(list(world.applications.values()))}
    return {key: _application(world, application, places.get(application.id)) for key, application in world.applications.items()}


def _application(world: World, application: Application, place: Ranked | None) -> dict[str, Any]:
    content = application.content
    gains = annual_gains(content)
    return {
        "state": str(application.state),
        "versions": len(application.versions),
        "total": str(shown(place.assessment.total)) if place else None,
        "rank": place.rank if place else None,
        "criteria": {code: str(shown(score.points)) for code, score in place.assessment.criteria.items()} if place else None,
        "payback_months": payback_months(content),
        "npv": plain(npv_ore(content, world.pool.policy.discount_rate)),
        "annual_gain": {
            "low": plain(gains.low_ore),
            "typical": plain(gains.typical_ore),
            "high": plain(gains.high_ore),
        },
    }


def _awards(world: World) -> dict[str, Award]:
    found = {key: award_of(application) for key, application in world.applications.items()}
    return {key: award for key, award in found.items() if award is not None}


def _award(world: World, award: Award) -> dict[str, Any]:
    left = award_balances(award.id)
    claims = sorted(claims_of(award), key=lambda claim: claim.id)  # in the order of the file
    stands = lines_now([line for claim in claims for line in claim.lines])
    return {
        "state": str(award.state),
        "loan": plain(award.loan_ore),
        "grant": plain(award.grant_ore),
        "disbursed": plain(disbursed_ore(award)),
        "repaid": plain(moved(award.id, Event.REPAYMENT) - moved(award.id, Event.REFUND)),
        "outstanding": plain(left.loan_ore),
        "written_off": plain(left.written_off_ore),
        "claims": [
            {
                "year": claim.year,
                "department": world.department_key(line.department_id),
                "due": plain(stands[line.id].due_ore),
                "paid": plain(stands[line.id].paid_ore),
            }
            for claim in claims
            for line in claim.lines
        ],
    }
