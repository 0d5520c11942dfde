"""Reminders: once a day, of what waits in a pool, by the table. A job in two steps (outbox.worker): nobody waits while it is read."""

from datetime import datetime
from typing import Any, NamedTuple

from fundbank.extensions import db
from fundbank.kit.clock import local_date
from fundbank.kit.formats import day, kroner
from fundbank.kit.language import gettext as _
from fundbank.kit.language import speaking
from fundbank.kit.web.addresses import absolute
from fundbank.notices.operations import letter_to
from fundbank.notices.queries import choices_of
from fundbank.notices.reminder_table import REMINDERS, Reminder
from fundbank.notices.rules import is_told
from fundbank.notices.table import LABELS
from fundbank.notices.waiting import Due, Waiting
from fundbank.outbox.operations import ask_for, write_mail
from fundbank.outbox.queries import known_keys
from fundbank.overviews.waiting import PLACES
from fundbank.people.models import User
from fundbank.pools.models import Pool
from fundbank.pools.permissions import role_givers
from fundbank.pools.queries import people_with
from fundbank.pools.rights import Right

AT_ONCE = 100  # letters in one transaction: others wait for it, on SQLite all who write

Letters = list[dict[str, Any]]


class Told(NamedTuple):
    """One person's reminder of one thing; what several of their units owe of one claim is one sum."""

    person: User
    reminder: Reminder
    due: Due


def letters_of(*, at: datetime, pool_id: int, on: str, part: int = 1) -> Letters:
    """What is still to be written on the day ``on`` to people of a pool, or the first of it. On a later day nothing: that has its own."""
    if on != local_date(at).isoformat():
        return []
    told = _told(db.session.get_one(Pool, pool_id), at)
    choices = choices_of({one.person.id for one in told.values()})
    known = known_keys(told)
    fresh = [(key, one) for key, one in told.items() if key not in known and is_told(choices[one.person.id], True)]
    return [_letter(key, one, choices[one.person.id], at) for key, one in fresh[:AT_ONCE]]


def write_letters(letters: Letters, *, at: datetime, pool_id: int, on: str, part: int = 1) -> None:
    """Write them, and ask for the rest."""
    for letter in letters:
        write_mail(**letter)
    if len(letters) == AT_ONCE:
        owner = db.session.get_one(Pool, pool_id).municipality_id
        ask_for("remind", f"remind:{pool_id}:{on}:{part + 1}", run_at=at, municipality_id=owner, pool_id=pool_id, on=on, part=part + 1)


def _told(pool: Pool, at: datetime) -> dict[str, Told]:
    """By the mail's key. Of several reminders of one thing a person gets the first of the table."""
    waiting = Waiting(pool.id, today := local_date(at))
    people = {right: [one for one in _people(pool, right) if one.email] for right in {reminder.right for reminder in REMINDERS}}
    told: dict[str, Told] = {}
    for reminder in REMINDERS:
        for due in reminder.find(waiting):
            step = reminder.step(due.day, today)
            for person in people[reminder.right] if step is not None else ():
                if person.id not in due.not_for and reminder.is_for(person, due):
                    key = f"{due.fact}:step{step}:{person.id}"
                    first = told.setdefault(key, Told(person, reminder, due._replace(amount_ore=0)))
                    if first.reminder is reminder:
                        told[key] = first._replace(due=first.due._replace(amount_ore=first.due.amount_ore + due.amount_ore))
    return told


def _people(pool: Pool, right: Right) -> list[User]:
    """Who holds the right in the pool; who gives its roles may hold it in the whole municipality."""
    return role_givers(pool) if right == Right.ROLE_GIVE else people_with(pool, right)


def _letter(key: str, told: Told, choice: str, at: datetime) -> dict[str, Any]:
    person, reminder, due = told
    with speaking(person.language):
        values = {"title": due.title, "amount": kroner(due.amount_ore), "day": day(due.day), "department": due.unit.name, "year": due.year}
        link = absolute(reminder.page, **{PLACES[reminder.page]: due.subject_id})
        words = (_(reminder.subject) % values, _(reminder.sentence) % values, _(LABELS[reminder.page]))
    return letter_to(person, choice, key, *words, link, at=at, topic=due.fact)
