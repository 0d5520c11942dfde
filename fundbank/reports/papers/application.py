"""The application itself on paper: everything it says, with the business case and its arithmetic."""

from datetime import datetime

from fundbank.applications.forms.levels import level_choices
from fundbank.applications.models import Application
from fundbank.applications.permissions import annexes_for, works_on_it
from fundbank.applications.queries import rules_of
from fundbank.applications.rules.business_case import promises
from fundbank.applications.rules.content import Content, importance_reasons, project_reasons
from fundbank.applications.rules.words import ALL_FACTS, INITIATIVES, OCCASIONS, STATES
from fundbank.applications.states import EDITABLE, State
from fundbank.kit.formats import amount, day, kroner, moment
from fundbank.kit.language import gettext as _
from fundbank.people.models import User
from fundbank.pools.criteria import CRITERIA
from fundbank.pools.policy import Policy
from fundbank.pools.words import PROJECT_KINDS
from fundbank.reports.blocks import Block, Bullets, Document, Facts, Heading, Table, Text, columns, joined
from fundbank.reports.papers.advice import advice_on_paper
from fundbank.reports.papers.annexes import annexes
from fundbank.reports.papers.asked import asked_about
from fundbank.reports.papers.business_case import business_case
from fundbank.reports.papers.comments import comments
from fundbank.reports.papers.letterhead import document
from fundbank.reports.queries import department_names, names_of

CRITERION_NAMES = {criterion.code: criterion.name for criterion in CRITERIA}


def application_paper(application: Application, reader: User, at: datetime) -> Document:
    """Build the paper: what the department has written for its people, the newest version for everybody else."""
    pool = application.pool
    content, source = _content_for(application, reader)
    policy = rules_of(application)
    units = department_names({gain.department_id for gain in content.gains} | {area.department_id for area in content.gain_areas})
    blocks: list[Block] = [
        Facts(_head(application, content, source)),
        Heading(_("What it is about")),
        Text(content.summary or _("Nothing has been written yet.")),
        Heading(_("About the project")),
        Facts(_about(content, policy)),
        *_reasons(content),
        *business_case(content, policy, units),
        *_promises(application),
        *_own_scores(content, policy),
        *annexes(annexes_for(reader, application)),
        *comments([application]),
        *asked_about(application),
        *advice_on_paper(application),
        *_course(application),
    ]
    title = content.title or _("Application no. %(number)s", number=application.number)
    return document(pool, at, title, blocks, _("Application"), application.number, content.title)


def _promises(application: Application) -> list[Block]:
    """The first promise beside the business case as revised; nothing where they are the same."""
    rows = promises(application.promised, application.content, application.content) if application.state == State.AWARDED else []
    if all(row.first_ore == row.old_ore for row in rows):
        return []
    names = department_names({row.department_id for row in rows})
    lines = [(str(row.year), names.get(row.department_id, ""), amount(row.first_ore), amount(row.old_ore)) for row in rows]
    sums = (_("In all"), "", amount(sum(row.first_ore for row in rows)), amount(sum(row.old_ore for row in rows)))
    headers = (_("Year of the case"), _("Department"), _("Promised originally"), _("Revised"))
    return [Table(_("Promised cashable gains, original and revised"), headers, lines, columns(2, 3), sums)]


def _content_for(application: Application, reader: User) -> tuple[Content, str]:
    """What the page shows to this reader too, and where it comes from: a version, or what is written and in none of them."""
    version = application.versions[-1] if application.versions else None
    if version is None or (works_on_it(reader, application) and (application.state in EDITABLE or application.content != version.content)):
        return application.content, _("Not submitted, as it was on %(moment)s", moment=moment(application.changed_at))
    return version.content, _("Version %(number)s of %(moment)s", number=version.number, moment=moment(version.made_at))


def _head(application: Application, content: Content, source: str) -> list[tuple[str, str | None]]:
    both = content.loan_ore and content.grant_ore
    return [
        (_("Application"), _("No. %(number)s", number=application.number)),
        (_("Department"), application.department.name),
        (_("State"), _(STATES[State(application.state)])),
        (_("Version shown"), source),
        (_("Loan asked for"), kroner(content.loan_ore) if content.loan_ore else None),
        (_("Grant asked for"), kroner(content.grant_ore) if content.grant_ore else None),
        (_("Could make do with"), kroner(content.lower_ore) if content.lower_ore else None),
        (_("Asked for in all"), kroner(content.requested_ore) if both or not content.requested_ore else None),
    ]


def _about(content: Content, policy: Policy) -> list[tuple[str, str | None]]:
    frame = policy.frame(content.frame) if content.frame else None
    names = names_of((content.gain_owner_id, content.system_owner_id))
    yes, no = _("Yes"), _("No")
    return [
        (_("Kind of project"), _(PROJECT_KINDS[content.kind]) if content.kind in PROJECT_KINDS else content.kind),
        (_("Budget frame"), frame.name if frame else content.frame),
        (_("Must, may or prerequisite"), _(INITIATIVES[content.initiative]) if content.initiative in INITIATIVES else None),
        (_("IT has been consulted"), (yes if content.it_consulted else no) if policy.asks_it_consulted else None),
        (_("It buys something"), (yes if content.purchases else no) if policy.asks_purchases else None),
        (_("Especially supports"), ", ".join(_(CRITERION_NAMES.get(code, code)) for code in content.supports)),
        (_("The need"), content.need),
        (_("What is bought"), content.bought),
        (_("Gain owner"), names.get(content.gain_owner_id or 0)),
        (_("Gain owners of the other departments"), content.gain_owners),
        (_("System owner"), names.get(content.system_owner_id or 0)),
        (_("Project manager"), content.project_leader),
        (_("Where the money for running costs comes from"), content.operation_money),
    ]


def _reasons(content: Content) -> list[Block]:
    """Why it is a project and why it is important, from the applicant's ticks and the figures (herning ch. 4)."""
    said = ((_("It is a project because"), project_reasons(content)), (_("It is important because"), importance_reasons(content)))
    return [block for text, codes in said if codes for block in (Text(text), Bullets([_(ALL_FACTS[code]) for code in codes]))]


def _own_scores(content: Content, policy: Policy) -> list[Block]:
    if not content.own_scores:
        return []
    words = dict(level_choices(policy.scale))
    rows = [
        (_(criterion.name), words.get(content.own_scores[criterion.code], str(content.own_scores[criterion.code])))
        for criterion in CRITERIA
        if criterion.code in content.own_scores
    ]
    return [
        Heading(_("The department's own score")),
        Table(_("Levels on the pool's scale"), (_("Criterion"), _("Level")), rows),
    ]


def _course(application: Application) -> list[Block]:
    rows = [
        (str(version.number), joined((_(OCCASIONS[version.occasion]), version.reason)), day(version.made_at))
        for version in application.versions
    ]
    signed = None
    if application.signed_by and application.signed_at:
        signed = _("%(name)s, %(day)s", name=application.signed_by.name, day=day(application.signed_at))
    facts = Facts([(_("Started by"), application.created_by.name), (_("Signed by"), signed)])
    blocks: list[Block] = [Heading(_("Signature and versions")), facts]
    if rows:
        blocks.append(Table(_("Versions"), (_("Version"), _("Occasion"), _("Day")), rows, columns(0), shares=(1, 6, 3)))
    return blocks
