"""Reminders: once a day, of claims that are due soon or overdue, by what the first screen says waits for whom."""

from datetime import date, datetime

from fundbank.extensions import db
from fundbank.kit.clock import local_date
from fundbank.kit.formats import day, kroner
from fundbank.kit.language import gettext as _
from fundbank.kit.language import speaking
from fundbank.kit.web.addresses import absolute
from fundbank.notices.operations import write_to
from fundbank.notices.queries import choices_of
from fundbank.notices.rules import step_after, step_before
from fundbank.notices.table import LABELS, REMINDERS
from fundbank.overviews.waiting import Group, waiting_for
from fundbank.overviews.waiting.columns import Item
from fundbank.people.models import User
from fundbank.pools.models import Pool
from fundbank.pools.queries import people_with, roles_of
from fundbank.pools.rights import Right

PAGE = "repayments.show"


def remind(*, at: datetime, pool_id: int, on: str) -> None:
    """Remind the people of a pool of what is due or late: a job of the day ``on``. On a later day it does nothing; that one has its own."""
    today = local_date(at)
    if on != today.isoformat():
        return
    pool = db.session.get_one(Pool, pool_id)
    people = people_with(pool, Right.DEPARTMENT_LEAD, Right.MONEY_MOVE)
    choices = choices_of([person.id for person in people])
    for person in people:
        groups = waiting_for(person, {pool.id: roles_of(person)[pool.id]}, today)
        reminded: set[int] = set()
        for group in sorted((group for group in groups if group.kind in REMINDERS), key=lambda group: list(REMINDERS).index(group.kind)):
            for item in group.items:
                if item.subject_id not in reminded:
                    reminded.add(item.subject_id)
                    _remind_of(group, item, person, choices[person.id], today, at)


def _remind_of(group: Group, item: Item, person: User, choice: str, today: date, at: datetime) -> None:
    if item.day is None:
        return
    step = step_before(item.day, today) if group.kind == "to_repay" else step_after(item.day, today)
    if step is None:
        return
    subject, sentence = REMINDERS[group.kind]
    with speaking(person.language):
        values = {"title": item.title, "amount": kroner(item.amount_ore or 0), "day": day(item.day)}
        words = (_(subject) % values, _(sentence) % values, _(LABELS[PAGE]))
        link = absolute(PAGE, claim_id=item.subject_id)
    key = f"claim:{item.subject_id}:step{step}:{person.id}"
    write_to(person, choice, key, *words, link, at=at, topic=f"claim:{item.subject_id}")
