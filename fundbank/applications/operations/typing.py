"""What is typed in the steps of an application, until it is part of it: kept, settled where two wrote at once, and forgotten."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete

from fundbank.applications.models import Application, TypedText
from fundbank.applications.permissions import can_write_application
from fundbank.applications.queries.typing import sheet, typed_texts, unsaved
from fundbank.applications.queries.writers import last_written, writers_since
from fundbank.applications.rules.content import Content
from fundbank.applications.rules.topics import Topic
from fundbank.applications.rules.typing import Page, Sent, Sheet, Typed, is_row
from fundbank.applications.states import EDITABLE
from fundbank.errors import N_, Incomplete, Refusal, Word, WrongState, require
from fundbank.extensions import db
from fundbank.kit.cpr import numbers_in
from fundbank.kit.text import LOOKED_THROUGH
from fundbank.kit.transaction import lock
from fundbank.people.models import User

MOST_TEXTS = 5_000
"""How much can stand typed in a step: far more than its rows hold, so that nobody fills the database alone."""

Change = Callable[[Sheet, Typed], None]


class NotSaved(Incomplete):
    """Something was typed in a step and is no part of the application."""

    message = N_("Something has been typed in the step “%(step)s” that is not part of the application yet. Open the step and save it.")


class Kept(NamedTuple):
    """The step with what is typed in it now, what of it the sender has seen, what it showed before, and the fields whose texts were not
    taken, since they hold a CPR number or are endless.
    """

    sheet: Sheet
    seen: Sheet
    before: Mapping[str, str]
    refused: frozenset[str] = frozenset()


def keep_typed(
    *, actor: User, at: datetime, application: Application, topic: Topic, stored: Callable[[], Mapping[str, str]], page: Page,
    change: Change | None = None,
) -> Kept:  # fmt: skip
    """Keep what is typed in a page of a step beside the application, field by field (rules.typing), and do one thing more with the step.

    It takes no signature away and leaves no line in the history. ``stored`` says what the application says, by the names of the fields; it
    is asked once the application is held. A text with a CPR number is the one thing that is not kept. Raises NotAllowed, WrongState,
    Incomplete for more than a step keeps.
    """
    lock(application)
    require(can_write_application(actor, application))
    if application.state not in EDITABLE:
        raise WrongState()
    texts = typed_texts(application, topic)
    kept = sheet(stored(), texts)
    kept.is_own = page.saved_on is not None and writers_since(application, topic, page.saved_on) == [actor.id]
    before = kept.shown()
    refused = refused_in(application.content, page.said)
    me = Typed("", actor.id, at, page.pen, page.turn)
    kept.merge({name: one for name, one in page.said.items() if name not in refused}, me)
    if change is not None:
        change(kept, me)
    many = len(kept.typed) + sum(map(len, kept.beside.values()))
    if many > max(MOST_TEXTS, len(texts)):
        raise Incomplete(N_("More is typed in this step than it can keep. Save the step, or remove rows first."))
    _tell_who(application, topic, kept)
    _write(application, topic, texts, kept)
    return Kept(kept, kept.seen_by(page), before, refused)


def refused_in(content: Content, sent: Mapping[str, Sent]) -> frozenset[str]:
    """The fields whose texts hold a CPR number that the application did not hold before, or that no field could take."""
    known = frozenset().union(*map(numbers_in, content.texts()))
    return frozenset(name for name, one in sent.items() if len(one.text) > LOOKED_THROUGH or numbers_in(one.text) - known)


def not_saved(application: Application) -> list[Refusal]:
    """A refusal for each step in which something was typed that is no part of the application: nobody signs less than what was written."""
    return [NotSaved(step=Word(topic.title), field=topic.asked[0]) for topic in unsaved(application)]


def check_saved(application: Application) -> None:
    """Raises the first of ``not_saved``."""
    for refusal in not_saved(application):
        raise refusal


def forget_typed(application: Application, names: Collection[str] | None = None) -> None:
    """Let what was typed go: all of it, or what stands in these fields because it is part of the application now, and what was said of
    these rows.
    """
    which = TypedText.application_id == application.id
    if names is None:
        db.session.execute(delete(TypedText).where(which))
    elif names:
        rows = [name for name in names if is_row(name)]
        db.session.execute(delete(TypedText).where(which, TypedText.name.in_(names), TypedText.stands | TypedText.name.in_(rows)))


def _tell_who(application: Application, topic: Topic, kept: Sheet) -> None:
    """What stood in the application and now stands beside is of whoever wrote last in the step."""
    if any(one.who is None for texts in kept.beside.values() for one in texts) and (line := last_written(application).get(topic.code)):
        for name, texts in kept.beside.items():
            kept.beside[name] = [one if one.who is not None else replace(one, who=line.actor_id, when=line.at) for one in texts]


def _write(application: Application, topic: Topic, before: Collection[TypedText], kept: Sheet) -> None:
    standing = {one.name: one for one in before if one.stands}
    beside = {(one.name, one.text): one for one in before if not one.stands}
    wanted = {(name, one.text): one for name, texts in kept.beside.items() for one in texts}
    for name, one in kept.typed.items():
        row = standing.pop(name, None) or TypedText(application_id=application.id, topic=topic.code, name=name, stands=True)
        row.text, row.writer_id, row.typed_at, row.pen, row.turn = one.text, one.who, one.when, one.pen, one.turn
        db.session.add(row)
    for (name, text), one in wanted.items():
        if beside.pop((name, text), None) is None:
            db.session.add(
                TypedText(
                    application_id=application.id, topic=topic.code, name=name, text=text, stands=False, writer_id=one.who,
                    typed_at=one.when, pen=one.pen, turn=one.turn,
                )
            )  # fmt: skip
    for gone in (*standing.values(), *beside.values()):
        db.session.delete(gone)
    db.session.flush()
