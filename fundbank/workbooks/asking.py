"""The forms that a workbook is made from, and what it says of itself: of an application, and of a pool before anything is begun."""

from collections.abc import Mapping
from dataclasses import replace
from secrets import token_hex

from fundbank.applications.forms.writing import FORMS
from fundbank.applications.forms.writing.topic import Offers, TopicForm
from fundbank.applications.models import Application
from fundbank.applications.rules.completeness import has_small_case
from fundbank.applications.rules.content import Content
from fundbank.applications.rules.row_names import named
from fundbank.applications.rules.topics import TOPICS, Topic
from fundbank.applications.views.offers import offers, units_of
from fundbank.errors import N_
from fundbank.files.rules import UnfitFile
from fundbank.pools import queries as pools
from fundbank.pools.models import Pool
from fundbank.pools.policy import Policy
from fundbank.pools.rights import Right
from fundbank.workbooks.layout import Layout, layout_of
from fundbank.workbooks.signs import FORMAT

OTHER_FORMAT = N_("“%(name)s” was made by another version of the program. Download a new one, and move your figures to it.")
OTHER_POOL = N_(
    "“%(name)s” was made for another pool, which may ask other things. Download the template of this one, and move your figures."
)
OTHER_APPLICATION = N_(
    "“%(name)s” is the export of another application. Download the template or the export of this one, and move your figures to it."
)


def layout_of_application(application: Application, content: Content, policy: Policy) -> Layout:
    """What an application is asked, with what ``content`` says."""
    offered = offers(application, units_of(application.pool))
    return layout_of(_forms(policy, offered, content, application.department_id))


def layout_of_pool(pool: Pool, content: Content) -> Layout:
    """What every application to the pool is asked; nothing is answered yet."""
    units = [(unit.id, unit.name) for unit in units_of(pool) if unit.is_active]
    leaders = [(person.id, person.name) for person in pools.people_with(pool, Right.DEPARTMENT_LEAD)]
    asked = layout_of(_forms(pool.policy, Offers(units, (), leaders), content, 0))
    return Layout([replace(question, value=None) for question in asked.questions], asked.tables)


def blank_content(policy: Policy) -> Content:
    """An application that says nothing, of a kind of which everything is asked, if the pool has one."""
    kinds = policy.project_kinds
    return Content(kind=next((kind for kind in kinds if not has_small_case(kind, policy)), kinds[0]))


def told(pool: Pool, application: Application | None = None) -> dict[str, str]:
    """What a workbook says of itself; a token tells its rows from those of other workbooks."""
    return {
        "format": str(FORMAT), "pool": _named(pool.id, pool.municipality.name),
        "application": "" if application is None else _named(application.id, application.number), "token": token_hex(4),
    }  # fmt: skip


def check_told(name: str, said: Mapping[str, str], application: Application) -> None:
    """Raises UnfitFile for a workbook that was not made for this application."""
    wanted = told(application.pool, application)
    if said.get("format") != wanted["format"]:
        raise UnfitFile(OTHER_FORMAT, name=name)
    if said.get("pool") != wanted["pool"]:
        raise UnfitFile(OTHER_POOL, name=name)
    if said.get("application") not in ("", None, wanted["application"]):
        raise UnfitFile(OTHER_APPLICATION, name=name)


def _named(number: int, name: object) -> str:
    return f"{number} {name}"


def _forms(policy: Policy, offered: Offers, content: Content, department_id: int) -> dict[Topic, TopicForm]:
    said = named(content)
    return {topic: FORMS[topic](policy, offered, said, department_id=department_id, revision=0, sent=None) for topic in TOPICS}
