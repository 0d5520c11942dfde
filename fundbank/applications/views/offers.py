"""What a writer can choose among: units and leaders."""

from collections.abc import Sequence

from fundbank.applications.forms.writing.topic import Offers, Pairs
from fundbank.applications.models import Application
from fundbank.applications.permissions import writes_for
from fundbank.kit.web import me
from fundbank.people import queries as people
from fundbank.people.models import Department
from fundbank.pools import queries as pools
from fundbank.pools.models import Pool
from fundbank.pools.rights import Right


def units_of(pool: Pool) -> Sequence[Department]:
    """All units of the pool's municipality."""
    return people.departments(municipality_id=pool.municipality_id)


def own_units(pool: Pool, units: Sequence[Department]) -> Pairs:
    """Those of the active units that the reader may apply for."""
    return [(unit.id, unit.name) for unit in units if unit.is_active and writes_for(me(), pool, unit)]


def offers(application: Application, units: Sequence[Department]) -> Offers:
    """What the form of an application offers: an inactive unit only where it already stands."""
    pool, content = application.pool, application.content
    standing = {application.department_id} | content.department_ids
    shown = [unit for unit in units if unit.is_active or unit.id in standing]
    return Offers(
        units=[(unit.id, _indented(unit)) for unit in shown],
        own_units=[(unit.id, unit.name) for unit in shown if writes_for(me(), pool, unit)],
        leaders=_leaders(application),
    )


def _leaders(application: Application) -> Pairs:
    """The pool's leaders, and whoever was chosen before and is none any more."""
    pool = application.pool
    leaders = {person.id: person.name for person in pools.people_with(pool, Right.DEPARTMENT_LEAD)}
    former = application.content.owner_ids - leaders.keys()
    people_then = people.people_by_id(former, municipality_id=pool.municipality_id) if former else {}
    return [*leaders.items(), *((person.id, person.name) for person in people_then.values())]


def _indented(unit: Department) -> str:
    depth = unit.path.count("/") - 2
    return "\xa0\xa0\xa0" * depth + unit.name
