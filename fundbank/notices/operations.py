"""Telling people: of an event, within its transaction; of a decision, once its meeting is over; and once a day of what waited for that."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from fundbank.applications.models import Application
from fundbank.applications.permissions import can_see_application
from fundbank.awards.models import Award
from fundbank.awards.queries import award_of
from fundbank.extensions import db
from fundbank.history.models import HistoryEntry
from fundbank.ideas.models import Call
from fundbank.kit.clock import beginning
from fundbank.kit.formats import day, kroner
from fundbank.kit.language import gettext as _
from fundbank.kit.language import speaking
from fundbank.kit.transaction import is_replay
from fundbank.kit.web.addresses import absolute
from fundbank.meetings.models import Meeting
from fundbank.meetings.states import OUTCOME_EVENTS
from fundbank.notices import audiences
from fundbank.notices.models import CalendarAddress, MailChoice
from fundbank.notices.queries import calendar_address, choices_of, newest_decision
from fundbank.notices.rules import Choice, is_told, next_day_mail
from fundbank.notices.table import ADVICE, AWARD, ENDED, LABELS, OUTBOX, TABLE, Notice
from fundbank.outbox import queries as outbox
from fundbank.outbox.operations import ask_for, gather, let_go, withdraw, withdraw_topic, write_mail
from fundbank.overviews.waiting import PLACES
from fundbank.people.models import Confirmation, User
from fundbank.people.operations import hash_token
from fundbank.pools import words
from fundbank.pools.models import Pool
from fundbank.repayments.models import Claim
from fundbank.repayments.queries import claim_of_year

SUBJECTS: dict[str, type] = {"applications": Application, "awards": Award, "calls": Call, "meetings": Meeting, "pools": Pool, "users": User}
ENDS_CALENDAR = frozenset({"password_set", "password_voided", "deactivated"})
DECIDED = frozenset(OUTCOME_EVENTS.values())


def tell(lines: Sequence[HistoryEntry]) -> None:
    """Write to whoever is told of these lines of the history: its follower."""
    for line in () if is_replay() else lines:
        if line.subject_type == "meetings" and line.event in ("closed", "recommendations_decided"):
            _let_decisions_go(db.session.get_one(Meeting, line.subject_id), line.at)
        if topic := ENDED.get((line.subject_type, line.event)):
            asked = audiences.all_leaders(db.session.get_one(Application, line.subject_id))
            withdraw_topic(_topic(topic, line), user_ids=[person.id for person in asked])
        if (line.subject_type, line.event) in TABLE:
            subject: Any = db.session.get_one(SUBJECTS[line.subject_type], line.subject_id)
            if line.event in DECIDED:
                _tell_later(subject, line)
            elif _is_news(subject, line):
                _tell_of(subject, line)


def _tell_later(application: Application, line: HistoryEntry) -> None:
    """What the forum decides is known when its meeting is over: closed by its chair, or by the end of the day."""
    decision = newest_decision(application)
    if decision is not None:
        after = beginning(decision.meeting.held_on, days=1)
        owner = application.municipality_id
        ask_for("decision", f"decision:{decision.id}", run_at=after, municipality_id=owner, line_id=line.id)


def _let_decisions_go(meeting: Meeting, at: datetime) -> None:
    for decision in meeting.decisions:
        let_go(f"decision:{decision.id}", at=at)


def tell_decision(*, at: datetime, line_id: int) -> None:
    """Write to whoever is told of a decision: a job."""
    line = db.session.get_one(HistoryEntry, line_id)
    _tell_of(db.session.get_one(Application, line.subject_id), line)


def _is_news(subject: Any, line: HistoryEntry) -> bool:
    """Does the line tell more than that something was edited?"""
    return not (line.subject_type == "meetings" and line.event == "changed") or line.details["held_on"] != line.details["former"]


def _tell_of(subject: Any, line: HistoryEntry) -> None:
    told: dict[int, tuple[User, Notice]] = {}
    for notice in TABLE[line.subject_type, line.event]:
        for person in notice.whom(subject, line):
            if person.id != line.actor_id:
                told.setdefault(person.id, (person, notice))
    choices = choices_of(told)
    for person, notice in told.values():
        with speaking(person.language):
            values = _values(subject, line)
            items = (_(notice.subject) % values, _(notice.sentence) % values)
            label, link = _way(notice.page, subject, line, person)
        write_to(
            person, choices[person.id], f"event:{line.id}:{person.id}", *items, label, link, at=line.at, is_duty=notice.is_duty,
            topic=_topic(notice.topic, line),
        )  # fmt: skip


def _topic(topic: str, line: HistoryEntry) -> str:
    return f"{topic}:{line.subject_id}" if topic else ""


def write_to(
    person: User, choice: str, key: str, subject: str, sentence: str, label: str, link: str, *, at: datetime, is_duty: bool = True,
    topic: str = "",
) -> None:  # fmt: skip
    """Write to a person, in the way that they have chosen."""
    if person.email is not None and person.is_active and is_told(choice, is_duty):
        write_mail(**letter_to(person, choice, key, subject, sentence, label, link, at=at, topic=topic))


def letter_to(
    person: User, choice: str, key: str, subject: str, sentence: str, label: str, link: str, *, at: datetime, topic: str = ""
) -> dict[str, Any]:
    """What is written to a person who is told, as ``write_mail`` takes it: plain values, of which no row need be there any more."""
    return {
        "key": key, "at": at, "municipality_id": person.municipality_id, "user_id": person.id, "address": person.email,
        "language": person.language, "subject": subject, "items": [(sentence, label, link)], "topic": topic,
        "day_mail_at": next_day_mail(at) if choice == Choice.DAILY else None,
    }  # fmt: skip


def _values(subject: Any, line: HistoryEntry) -> dict[str, Any]:
    """What the messages of the table may name, in the language that is being written."""
    of = line.details
    if isinstance(subject, Meeting):
        return {"day": day(subject.held_on), "place": subject.place or "–", "forum": subject.pool.policy.forum_name, "reason": line.reason}
    if isinstance(subject, Call):
        last = date.fromisoformat(of["until"]) if "until" in of else subject.due_on
        return {"title": subject.title, "day": day(last), "reason": line.reason}
    if isinstance(subject, Pool | User):
        return _values_of_confirmation(of) if "confirmation_id" in of else {"amount": kroner(of.get("amount_ore", 0))}
    application = subject.application if isinstance(subject, Award) else subject
    claim = _claim(subject, line) if line.event in CLAIMED else None
    award = award_of(application) if line.event == "approved" else None
    return {
        "title": application.title or _("Application no. %(number)s", number=application.number),
        "department": application.department.name,
        "forum": application.pool.policy.forum_name,
        "amount": kroner(of.get("amount_ore") or of.get("loan_ore", 0) + of.get("grant_ore", 0)),
        "year": of.get("year", ""),
        "who": db.session.get_one(User, of["user_id"]).name if line.event == "file_infected" else "",
        "pay_on": day(date.fromisoformat(of["pay_on"])) if of.get("pay_on") else "",
        "next_meeting": _next_meeting(of.get("goes_to")) if line.event == "postponed" else "",
        "day": day(claim.due_on) if claim else day(award.accept_by) if award else "",
    }


def _next_meeting(held_on: str | None) -> str:
    """Where an application goes whose meeting was cancelled."""
    if held_on is None:
        return _("It goes to the next ordinary meeting, which is not planned yet.")
    return _("It goes to the meeting on %(day)s.", day=day(date.fromisoformat(held_on)))


def _values_of_confirmation(of: dict[str, Any]) -> dict[str, Any]:
    wanted = db.session.get_one(Confirmation, of["confirmation_id"])
    return {"name": wanted.user.name, "what": _(words.wanted(wanted.kind, wanted.role))}


CLAIMED = ("claimed", "claim_corrected")


def _claim(award: Award, line: HistoryEntry) -> Claim | None:
    return claim_of_year(award, line.details["year"])


def _way(page: str, subject: Any, line: HistoryEntry, person: User) -> tuple[str, str]:
    """What the link is called and where it leads: to the page, or to the first screen for whoever may not see that one yet."""
    if page == OUTBOX:
        return _(LABELS[page]), absolute(page)
    if page not in (AWARD, ADVICE) and isinstance(subject, Application) and not can_see_application(person, subject):
        return _("To the first page"), absolute("overviews.home")
    claim = _claim(subject, line) if page == "repayments.show" else None
    award = award_of(subject) if page == AWARD and isinstance(subject, Application) else None
    known = {
        "pool_id": line.pool_id,
        "claim_id": claim.id if claim else None,
        "confirmation_id": line.details.get("confirmation_id"),
        "request_id": line.details.get("request_id"),
        "award_id": award.id if award else line.subject_id,
    }
    number = known.get(PLACES[page], line.subject_id)
    return _(LABELS[page]), absolute(page, **{PLACES[page]: number})


def write_day_mail(*, at: datetime, user_id: int) -> None:
    """Put what waits for somebody's mail of the day into one: a job."""
    parts, person = outbox.for_the_day(user_id), db.session.get_one(User, user_id)
    if not parts:
        return
    if person.email is None or not person.is_active:
        withdraw(parts)
        return
    items = [(sentence, label, link) for part in parts for sentence, label, link in part.items]
    with speaking(person.language):
        subject = _("Today from the digitalisation bank")
    mail_id = write_mail(
        f"day:{parts[0].id}", at=at, municipality_id=person.municipality_id, user_id=user_id, address=person.email,
        language=person.language, subject=subject, items=items,
    )  # fmt: skip
    if mail_id is not None:
        gather(parts, in_mail_id=mail_id)


def choose(*, actor: User, at: datetime, choice: str) -> None:
    """Let a person say how they want to be told, from now on. Not an event of the history."""
    row = db.session.get(MailChoice, actor.id) or MailChoice(user_id=actor.id)
    row.choice = Choice(choice)
    db.session.add(row)
    db.session.flush()


def renew_calendar_address(*, actor: User, at: datetime) -> str:
    """Give a person's calendar a new secret address, whose token is returned; the old one leads nowhere from now on."""
    token = secrets.token_urlsafe(32)
    row = calendar_address(actor.id) or CalendarAddress(user_id=actor.id)
    row.token_hash, row.made_at = hash_token(token), at
    db.session.add(row)
    db.session.flush()
    return token


def end_calendars(lines: Sequence[HistoryEntry]) -> None:
    """Let a calendar's address lead nowhere once its person has another password or no account: a follower of the history.

    Whoever changes a password fears that somebody else has come in; what that one may have taken along ends too.
    """
    for line in lines:
        if line.subject_type == "users" and line.event in ENDS_CALENDAR and (row := calendar_address(line.subject_id)):
            db.session.delete(row)
    db.session.flush()


def give_up_calendar_address(*, actor: User, at: datetime) -> None:
    """Let a person's calendar be read at no address any more."""
    row = calendar_address(actor.id)
    if row is not None:
        db.session.delete(row)
        db.session.flush()
