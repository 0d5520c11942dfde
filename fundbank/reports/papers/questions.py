"""Everything that an application is asked, to be read before one begins: step by step, as the forms of this pool ask it."""

from collections.abc import Iterator
from datetime import datetime

from wtforms import Field, Form

from fundbank.applications.forms.rows import RowForm
from fundbank.applications.forms.stated import STATED
from fundbank.applications.forms.writing import FORMS
from fundbank.applications.forms.writing.topic import Offers, TopicForm
from fundbank.applications.rules.completeness import left_unsaid, submission_faults
from fundbank.applications.rules.content import Content
from fundbank.applications.rules.topics import TOPICS, faults_in
from fundbank.kit.language import gettext as _
from fundbank.kit.web.sentences import sentence
from fundbank.pools.models import Pool
from fundbank.reports.blocks import Block, Bullets, Document, Heading, Text
from fundbank.reports.papers.letterhead import document

NOBODY = Offers(units=(), own_units=(), leaders=())
CHOICES = ("radio", "checkboxes")


def questions(pool: Pool, at: datetime) -> Document:
    """Each step with its questions, their help, what must be answered before the application is handed in, and what will be missed."""
    blank, policy = Content(), pool.policy
    groups = (
        (_("Needed before it can be submitted:"), submission_faults(blank, policy)),
        (_("Not required, but %(forum)s will ask for it:", forum=policy.forum_name), left_unsaid(blank, policy)),
    )
    blocks: list[Block] = [Text(_("Only the title is needed to begin. You write the rest step by step, over as many days as you like."))]
    for number, topic in enumerate(TOPICS, start=1):
        form = FORMS[topic](policy, NOBODY, blank, department_id=0, revision=0)
        blocks += [Heading(_("%(number)s. %(title)s", number=number, title=_(topic.title))), Bullets(list(_asked(form)))]
        for title, faults in groups:
            needed = list(dict.fromkeys(sentence(fault) for fault in faults_in(topic, faults)))
            blocks += [Text(title), Bullets(needed)] if needed else []
    blocks += [Heading(_("%(number)s. %(title)s", number=len(TOPICS) + 1, title=_("Annexes"))), Text(_("Quotes, drawings and minutes."))]
    return document(pool, at, _("The questions in an application"), blocks, _("Questions"))


def _asked(form: TopicForm) -> Iterator[str]:
    fields = [field for field in Form.__iter__(form) if getattr(field, "kind", "hidden") != "hidden"]  # those of rows are said below
    yield from (_question(field) for field in fields if field.name not in STATED)
    for rows in form.rows.values():
        yield f"{_one_of(rows.kind)}: {'; '.join(str(field.label.text) for field in _blank(rows.kind) if field.kind != 'hidden')}"
    yield from (_question(field) for field in fields if field.name in STATED)  # what few fill in comes last, as in the step


def _question(field: Field) -> str:
    said = f"{field.label.text}{'' if str(field.label.text).endswith('?') else '.'}"
    if field.kind in CHOICES and field.choices:
        said += " " + "; ".join(str(text) for _code, text in field.choices) + "."
    return f"{said} {field.hint}" if field.hint else said


def _blank(kind: type[RowForm]) -> RowForm:
    return kind(None, {}, "row", {})


def _one_of(kind: type[RowForm]) -> str:
    return str(kind.title).replace("#", "").strip()
