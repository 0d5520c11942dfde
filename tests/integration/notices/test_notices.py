"""Who is told what: by the table, by what people have chosen, once, and never of what is only played or was before."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from fundbank.applications.operations import (
    edit_application,
    recall_from_signature,
    send_to_signature,
    sign_application,
    start_application,
    withdraw_application,
)
from fundbank.awards.operations import accept_award
from fundbank.awards.operations.follow_ups import change_follow_up, finish_follow_up, make_follow_up, reopen_follow_up
from fundbank.extensions import db
from fundbank.gains.models import GainReport
from fundbank.history.events import SENTENCES
from fundbank.ideas.operations import withdraw_idea
from fundbank.ideas.operations.calls import change_call, close_call, let_in, open_call, withdraw_call
from fundbank.ideas.operations.needs import change_need, say_no_needs, write_need
from fundbank.ideas.rules import STANDARD, Answers
from fundbank.jobs import HANDLERS, begin_day
from fundbank.kit.database import reading_only
from fundbank.kit.transaction import commit, rollback
from fundbank.ledger.queries import transfers
from fundbank.meetings.operations.calendar import change_meeting
from fundbank.meetings.operations.year import cancel_meeting
from fundbank.notices import reminders
from fundbank.notices.operations import choose
from fundbank.notices.reminder_table import REMINDERS
from fundbank.notices.reminders import letters_of
from fundbank.notices.rules import Choice, next_day_mail, step_after, step_before
from fundbank.notices.table import LABELS, TABLE
from fundbank.outbox.models import Job, Mail
from fundbank.outbox.worker import Worker
from fundbank.people.models import User
from fundbank.pools.queries import people_with
from fundbank.pools.rights import Right
from fundbank.pools.roles import Role
from fundbank.repayments.models import Claim
from fundbank.reversals.operations import approve_reversal, register_reversal
from fundbank.scenarios import demo
from fundbank.scenarios.player import play
from fundbank.scenarios.reader import read
from fundbank.scoring.operations import declare_interest
from tests.builders import AT, a_department, a_person_with, a_user
from tests.integration.awards.bank import LATER, START, Bank, a_bank, at
from tests.integration.scoring.forum import THURSDAY, Forum
from tests.post import setting
from tests.web import Client

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def with_mail(app: Flask) -> None:
    app.config["MAIL_SERVER"] = setting(1)
    app.config["ADDRESS"] = "https://bank.kommune.dk"


@pytest.fixture
def bank(app: Flask) -> Bank:
    bank = a_bank()
    seen()
    return bank


def seen() -> None:
    """Forget what has been written so far."""
    commit()
    for table in (Job, Mail):
        db.session.execute(table.__table__.delete())  # type: ignore[attr-defined]
    commit()


def written() -> list[tuple[str, str]]:
    """To whom, about what; each once it is committed."""
    commit()
    query = select(User.name, Mail.subject).join(User, User.id == Mail.user_id).where(Mail.state != "withdrawn").order_by(Mail.id)
    return sorted((name.split()[0], subject) for name, subject in db.session.execute(query))


def newly(so_far: Counter[tuple[str, str]]) -> list[tuple[str, str]]:
    """What has been written since this was last asked; what has been is kept, as the program does."""
    new = Counter(written()) - so_far
    so_far.update(new)
    return sorted(new.elements())


def works(app: Flask, moment: datetime) -> None:
    """Let the worker do what is due at the moment, but for the mail itself."""
    commit()
    server, app.config["MAIL_SERVER"] = app.config["MAIL_SERVER"], None
    worker = Worker(app, HANDLERS, begin_day)
    while worker.step(moment):
        pass
    app.config["MAIL_SERVER"] = server
    db.session.expire_all()


def test_the_table_names_events_of_the_history_and_values_that_there_are() -> None:
    assert {event for _subject, event in TABLE} <= set(SENTENCES)
    known = {"title", "department", "forum", "amount", "year", "day", "place", "name", "what", "pay_on", "reason", "next_meeting", "who"}
    rows = [*(notice for notices in TABLE.values() for notice in notices), *REMINDERS]
    said = [(row.subject, row.sentence) for row in rows]
    assert {name for texts in said for text in texts for name in re.findall(r"%\((\w+)\)s", text)} == known
    assert {row.page for row in rows} == set(LABELS)


def test_a_cancelled_meeting_is_told_to_the_forum_and_to_who_applied(app: Flask) -> None:
    forum = Forum()
    application = forum.application("Sagen")
    meeting, _next = forum.meeting(application), forum.meeting(day=THURSDAY + 3 * 7 * DAY)
    seen()
    cancel_meeting(actor=forum.coordinator, at=AT, meeting=meeting, reason="Formanden er syg.")
    assert written() == [
        ("Anne", "To a later meeting: Sagen"),
        *((name, "Cancelled: the meeting on 19 March 2026") for name in ("Carl",)),
        ("Lone", "To a later meeting: Sagen"),
        *((name, "Cancelled: the meeting on 19 March 2026") for name in ("Mads", "Maja")),
    ]
    said = [item for mail in db.session.scalars(select(Mail).where(Mail.subject.startswith("To a later"))) for item, *_way in mail.items]
    assert set(said) == {
        "The meeting that had your application “Sagen” on its agenda has been cancelled. It goes to the meeting on 9\xa0April 2026."
    }


def test_money_goes_round(bank: Bank) -> None:
    """Each step tells who has the next one; nobody is told what they did themselves."""
    award = bank.award(loan=600_000)
    seen()
    bank.register(award, 200_000)
    assert written() == [("Pia", "To approve: " + award.application.title)]
    seen()
    bank.pay_out(award, 100_000)
    assert ("Lars", f"Paid out: {award.application.title}") in written()
    seen()
    bank.gain(award, bank.own, 2025, 100_000_00, verified=False)
    assert written() == [(name, f"To verify: {award.application.title}") for name in ("Ole", "Pia")]


def test_a_claim_is_told_to_the_leaders_of_each_department(bank: Bank, app: Flask) -> None:
    claim = a_claim(bank)
    title = claim.award.application.title
    assert [one for one in written() if "Claim" in one[1]] == [("Lars", f"Claim for 2025: {title}"), ("Lone", f"Claim for 2025: {title}")]
    mail = db.session.scalars(select(Mail).where(Mail.subject.startswith("Claim"))).first()
    assert mail is not None and mail.items[0][2] == f"https://bank.kommune.dk/claims/{claim.id}"
    seen()
    bank.repay(claim.lines[1])
    assert written() == [("Lone", f"Repayment posted: {title}")], "to the department that paid"
    seen()
    repaid = transfers(bank.pool.id, limit=1)[0]
    reversal = register_reversal(actor=bank.finance, at=at(2026, 2, 3), transfer=repaid, reason="Bogført to gange.")
    approve_reversal(actor=bank.finance_2, at=at(2026, 2, 3), reversal=reversal)
    assert [one for one in written() if "repayment" in one[1]] == [("Lone", f"A repayment taken back: {title}")]


def a_claim(bank: Bank) -> Claim:
    award = bank.award(loan=600_000)
    bank.pay_out(award, 600_000)
    for unit in (bank.own, bank.others):
        bank.gain(award, unit, 2025, 200_000_00)
    seen()
    return bank.claim(award, 2025)


def test_reminders_go_by_steps_and_after_a_stop_only_the_newest(bank: Bank, app: Flask) -> None:
    claim = a_claim(bank)
    due, title = datetime(claim.due_on.year, claim.due_on.month, claim.due_on.day, 9, tzinfo=UTC), claim.award.application.title
    seen()
    works(app, due - 10 * DAY)
    assert written() == []
    for moment in (due - 5 * DAY, due - 5 * DAY + timedelta(hours=1), due - 4 * DAY, due):
        works(app, moment)
    assert written() == [("Lars", f"Soon to be paid: {title}"), ("Lone", f"Soon to be paid: {title}")]
    seen()
    works(app, due + 40 * DAY)  # nobody worked meanwhile: a day after, a week after and a month after are one
    works(app, due + 39 * DAY)  # a clock that was set back
    works(app, due + 41 * DAY)
    late = [(name, f"Overdue: {title}") for name in ("Lars", "Lone")]
    assert written() == [*late, *((name, f"Overdue at the pool: {title}") for name in ("Ole", "Pia"))]


def test_a_reminder_that_has_not_gone_out_gives_way_to_the_next(bank: Bank, app: Flask) -> None:
    claim = a_claim(bank)
    due = datetime(claim.due_on.year, claim.due_on.month, claim.due_on.day, 9, tzinfo=UTC)
    seen()
    for days in (1, 9, 31):
        commit()
        worker = Worker(app, HANDLERS, begin_day)
        app.config["MAIL_SERVER"] = setting(1)
        for _ in range(20):
            worker.step(due + days * DAY)
    db.session.expire_all()
    states = db.session.execute(select(Mail.user_id, Mail.state).order_by(Mail.id)).all()
    waiting = [user_id for user_id, state in states if state in ("waiting", "failed")]
    assert len(waiting) == len(set(waiting)) == 4 and len(states) == 12


@pytest.mark.parametrize(
    ("late", "step"), [(-8, None), (-7, 0), (0, 0), (1, 1), (7, 1), (8, 2), (29, 2), (30, 3), (59, 3), (60, 4), (365, 14)]
)
def test_the_steps_of_reminders(late: int, step: int | None) -> None:
    today = THURSDAY
    due_on = today - timedelta(days=late)
    assert (step_before(due_on, today) if late < 1 else step_after(due_on, today)) == step


def test_gains_are_reminded_of_until_they_are_reported_and_then_until_they_are_verified(bank: Bank, app: Flask) -> None:
    award, so_far = bank.award(loan=600_000), Counter[tuple[str, str]]()
    bank.pay_out(award, 600_000)
    title, january = award.application.title, datetime(2026, 1, 1, 9, tzinfo=UTC)
    lars, lone = ((name, f"Gain not reported: {title}") for name in ("Lars", "Lone"))
    newly(so_far)
    for day, told in ((january - DAY, []), (january, [lars, lone]), (january + DAY, []), (january + 8 * DAY, [lars, lone])):
        works(app, day)
        assert newly(so_far) == told
    bank.gain(award, bank.own, 2025, 200_000_00, verified=False)
    reported = db.session.scalars(select(GainReport.reported_at)).one()
    newly(so_far)
    works(app, reported + 6 * DAY)
    assert newly(so_far) == []
    works(app, reported + 7 * DAY)
    assert newly(so_far) == [(name, f"Still to verify: {title}") for name in ("Ole", "Pia")]
    bank.gain(award, bank.own, 2025, 200_000_00)
    newly(so_far)
    works(app, reported + 20 * DAY)
    assert newly(so_far) == [lone], "the other department's alone"


def test_an_offer_that_waits_is_reminded_of_until_its_last_day_and_beyond(bank: Bank, app: Flask) -> None:
    award, so_far = bank.award(loan=600_000, accepted=False), Counter[tuple[str, str]]()
    last = award.decided_at + award.policy.acceptance_days * DAY
    newly(so_far)
    told = []
    for days in (-8, -7, -6, -1, 0, 1, 2, 8, 40):
        works(app, last + days * DAY)
        told.append([name for name, subject in newly(so_far) if subject.startswith("To accept by")])
    assert told == [[], ["Lars"], [], ["Lars"], [], ["Lars"], [], ["Lars"], ["Lars"]]
    mail = db.session.scalars(select(Mail).where(Mail.subject.startswith("To accept by"))).first()
    assert mail is not None and mail.items[0][2] == f"https://bank.kommune.dk/awards/{award.id}"
    accept_award(actor=bank.leader, at=last + 41 * DAY, award=award)
    works(app, last + 100 * DAY)
    assert not [subject for _name, subject in newly(so_far) if subject.startswith("To accept by")]


def test_what_is_to_be_followed_up_is_reminded_of_until_it_is_done(bank: Bank, app: Flask) -> None:
    """Its owner alone: a week before its day, the day before, and when it has passed."""
    award, so_far = bank.award(loan=600_000), Counter[tuple[str, str]]()
    day, told = START + 100 * DAY, []
    item = make_follow_up(actor=bank.chair, at=START, award=award, text="Vis tallene.", owner=bank.leader, due_on=day.date())
    newly(so_far)
    for days in (-8, -7, -6, -1, 0, 1, 2, 8):
        works(app, day + days * DAY)
        told.append([name for name, subject in newly(so_far) if subject.startswith("To follow up by")])
    assert told == [[], ["Lars"], [], ["Lars"], [], ["Lars"], [], ["Lars"]]
    finish_follow_up(actor=bank.leader, at=day + 9 * DAY, follow_up=item, outcome="De er vist.")
    works(app, day + 100 * DAY)
    assert not [subject for _name, subject in newly(so_far) if subject.startswith("To follow up by")]


def test_a_call_for_needs_is_told_to_who_writes_and_reminded_of_until_the_department_has_answered(bank: Bank, app: Flask) -> None:
    so_far, asked = Counter[tuple[str, str]](), {"introduction": "", "questions": dict(STANDARD)}
    day, by_coordinator = START + 100 * DAY, {"actor": bank.coordinator, "at": START}
    newly(so_far)
    call = open_call(**by_coordinator, pool=bank.pool, title="Behov", due_on=day.date() - DAY, **asked)
    writers = sorted(person.name for person in people_with(bank.pool, Right.APPLICATION_WRITE))
    assert {name for name, _subject in newly(so_far)} == {name.split()[0] for name in writers}
    change_call(**by_coordinator, call=call, title="Årets behov", introduction="", due_on=day.date() - DAY)
    assert newly(so_far) == [], "no other deadline"
    change_call(**by_coordinator, call=call, title="Årets behov", introduction="", due_on=day.date())
    assert {subject for _name, subject in newly(so_far)} == {"Another deadline: Årets behov"}
    write_need(
        actor=bank.leader, at=START, call=call, department=bank.own, title="Skærm", answers=Answers(need="Folk venter."), is_sent=True
    )
    told = []
    for days in (-8, -7, -6, -1, 0, 1):
        works(app, day + days * DAY)
        told.append([name for name, subject in newly(so_far) if subject.startswith("Answer by")])
    assert told == [[], ["Lone"], [], ["Lone"], [], []]
    assert not call.is_open, "its day has closed it"
    assert ("Frode", "The departments' needs: Årets behov") in so_far
    none = open_call(**by_coordinator, pool=bank.pool, title="Ved en fejl", due_on=day.date(), **asked)
    say_no_needs(actor=bank.leader, at=START, call=none, department=bank.own)
    newly(so_far)
    close_call(**by_coordinator, call=none)
    assert newly(so_far) == [], "nobody has sent a need: there is nothing to read"
    change_call(**by_coordinator, call=none, title="Ved en fejl", introduction="", due_on=day.date(), reopens=True)
    assert {subject for _name, subject in newly(so_far)} == {"Open again: Ved en fejl"}, "of the same day too"
    withdraw_call(**by_coordinator, call=none, reason="Den forkerte pulje.")
    assert newly(so_far) == [(name.split()[0], "Withdrawn: Ved en fejl") for name in writers]
    works(app, day - DAY)
    assert not [name for name, subject in newly(so_far) if subject.startswith("Answer by")]
    let_in(actor=bank.coordinator, at=day + DAY, call=call, department=bank.leader_of_others.department, until=day.date() + 30 * DAY)
    assert newly(so_far) == [("Lone", "You can still answer: Årets behov")]
    works(app, day + 29 * DAY)
    assert [name for name, subject in newly(so_far) if subject.startswith("Answer by")] == ["Lone"]


def test_a_need_that_is_not_sent_is_reminded_of_in_its_own_words_though_another_one_is(bank: Bank, app: Flask) -> None:
    """Who writes for the department is reminded, and of a unit for which only the one above writes whoever has written it."""
    so_far, day = Counter[tuple[str, str]](), START + 100 * DAY
    asked = {"title": "Behov", "introduction": "", "questions": dict(STANDARD)}
    call = open_call(actor=bank.coordinator, at=START, pool=bank.pool, due_on=day.date(), **asked)
    write = {"at": START, "call": call, "answers": Answers(need="Folk venter.")}
    below = a_department(bank.pool.municipality, "Skrankerne", parent=bank.own)
    write_need(actor=bank.leader, department=bank.own, title="Skærm", is_sent=True, **write)
    halves = [
        write_need(actor=actor, department=unit, title="Tavle", **write)
        for actor, unit in ((bank.applicant, bank.own), (bank.leader, below), (bank.leader_of_others, bank.leader_of_others.department))
    ]
    newly(so_far)
    told = []
    for days in (-8, -7, -6, -1, 0):
        works(app, day + days * DAY)
        told.append(sorted(name for name, subject in newly(so_far) if subject.startswith(("Send by", "Answer by"))))
        if days == -6:
            withdraw_idea(actor=bank.leader, at=START, idea=halves[1])
            change_need(actor=bank.applicant, at=START, idea=halves[0], title="Tavle", answers=Answers(need="Ro"), is_sent=True)
    ours = sorted(person.name.split()[0] for person in people_with(bank.pool, Right.APPLICATION_WRITE) if person.department == bank.own)
    assert told == [[], sorted([*ours, "Lars", "Lone"]), [], ["Lone"], []]
    mail = db.session.scalars(select(Mail).where(Mail.subject.startswith("Send by"))).first()
    assert mail is not None and mail.items[0][0].endswith(
        f"has written a need for the call “Behov” and has not sent it. The deadline is {day:%-d\xa0%B %Y}."
    )


def test_who_follows_up_and_by_when_is_told_to_whom_it_concerns(bank: Bank, app: Flask) -> None:
    """The new owner, and the former one; of another day the same one; of what is not done after all its owner."""
    award, so_far = bank.award(loan=600_000, title="Sagen"), Counter[tuple[str, str]]()
    day = (START + 100 * DAY).date()
    item = make_follow_up(actor=bank.chair, at=START, award=award, text="Vis tallene.", owner=bank.leader, due_on=day)
    newly(so_far)
    change_follow_up(actor=bank.chair, at=START, follow_up=item, owner=bank.coordinator, due_on=day)
    assert newly(so_far) == [("Karen", "To follow up: Sagen"), ("Lars", "No longer yours to follow up: Sagen")]
    works(app, START + 99 * DAY)
    assert ("Karen", f"To follow up by {day:%-d %B %Y}: Sagen") in newly(so_far)
    change_follow_up(actor=bank.chair, at=START, follow_up=item, owner=bank.coordinator, due_on=day + 9 * DAY)
    assert newly(so_far) == [("Karen", "Another day: Sagen")]
    finish_follow_up(actor=bank.coordinator, at=START, follow_up=item, outcome="De er vist.")
    reopen_follow_up(actor=bank.chair, at=START, follow_up=item, reason="Kun det halve.")
    assert newly(so_far) == [("Karen", "Not done after all: Sagen")]
    works(app, START + 110 * DAY)
    reminded = {name for name, subject in newly(so_far) if subject.startswith("To follow up by")}
    assert reminded == {"Karen"}, "whoever saw to it before no longer does"


def test_a_score_that_is_missing_before_a_meeting_is_reminded_of(app: Flask) -> None:
    """Of those who may score and have not: a week before, and the day before."""
    forum = Forum()
    application, other = forum.application(title="Scanner"), forum.application(title="Ikke på dagsordenen")
    in_conflict = forum.person("Inger Inhabil", Role.MEMBER, department=forum.top)
    stepped_back = forum.person("Sten Skridt", Role.MEMBER)
    declare_interest(actor=stepped_back, at=AT, application=application)
    forum.meeting(application)
    forum.score(application, 2, by=forum.maja)
    subject = "Score before 19 March 2026: Scanner"
    thursday, told, so_far = datetime(THURSDAY.year, THURSDAY.month, THURSDAY.day, 9, tzinfo=UTC), [], Counter[tuple[str, str]]()
    newly(so_far)
    for days in (8, 7, 6, 2, 1, 0, -1):
        works(app, thursday - days * DAY)
        fresh = newly(so_far)
        told.append([name for name, said in fresh if said == subject])
        assert not [said for _name, said in fresh if said.startswith("Score") and said != subject]
        if days == 2:
            forum.score(application, 2, by=forum.chair)
    assert told == [[], ["Carl", "Mads"], [], [], ["Mads"], [], []]
    assert in_conflict.is_active and other.id


def test_reading_writes_nothing_and_asks_as_much_for_many_as_for_few(bank: Bank, app: Flask, query_counter) -> None:
    claim = a_claim(bank)
    moment = datetime(claim.due_on.year, claim.due_on.month, claim.due_on.day, 9, tzinfo=UTC) + DAY
    given, asked = {"at": moment, "pool_id": bank.pool.id, "on": f"{moment.date()}"}, []
    for more in (0, 5):
        for _ in range(more):
            a_person_with(bank.pool, Role.LEADER, Role.FINANCE, department=bank.own)
        commit()
        db.session.rollback()
        with query_counter() as run, reading_only():
            letters = letters_of(**given)
            db.session.rollback()
        asked.append(len(run))
    assert len(letters) == 4 + 5 and asked[0] == asked[1]


def test_many_reminders_are_written_some_at_a_time(bank: Bank, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "AT_ONCE", 3)
    claim = a_claim(bank)
    seen()
    works(app, datetime(claim.due_on.year, claim.due_on.month, claim.due_on.day, 9, tzinfo=UTC) + DAY)
    parts = [payload.get("part", 1) for payload in db.session.scalars(select(Job.payload).where(Job.kind == "remind").order_by(Job.id))]
    assert (len(written()), parts) == (4, [1, 2])


def test_everything_in_one_mail_a_day(bank: Bank, app: Flask) -> None:
    choose(actor=bank.finance_2, at=START, choice=Choice.DAILY)
    award = bank.award(loan=600_000)
    seen()
    for kroner in (100_000, 200_000):
        bank.register(award, kroner, day=START.date() + 7 * DAY)
    commit()
    assert [state for (state,) in db.session.execute(select(Mail.state))] == ["for_day", "for_day"] and len(written()) == 2
    morning = next_day_mail(START)
    works(app, morning - timedelta(minutes=1))
    assert len(written()) == 2
    works(app, morning)
    works(app, morning + DAY)
    mails = db.session.scalars(select(Mail).order_by(Mail.id)).all()
    assert [mail.state for mail in mails] == ["gathered", "gathered", "held"]
    assert mails[-1].subject == "Today from the digitalisation bank" and len(mails[-1].items) == 2


def test_only_what_is_ones_duty(app: Flask) -> None:
    forum = Forum()
    meeting = forum.meeting(is_ordinary=False)
    choose(actor=forum.maja, at=START, choice=Choice.DUTY)
    seen()
    other = forum.meeting(day=THURSDAY + timedelta(days=28), is_ordinary=False)
    assert [name for name, _subject in written()] == ["Carl", "Mads"], "not who planned it, nor who wants no news"
    change_meeting(actor=forum.coordinator, at=START, meeting=other, held_on=THURSDAY, place="Rådhuset")
    assert "Maja" in [name for name, _subject in written()]
    seen()
    change_meeting(actor=forum.coordinator, at=START, meeting=meeting, held_on=meeting.held_on, place="Rådhuset")
    assert written() == [], "another room is no other day"


def test_who_began_an_application_is_told_of_it_as_long_as_they_may_see_it(app: Flask) -> None:
    forum = Forum()
    content, title = forum.application().content, "3D-tandskanning"
    for unit, told in ((forum.unit, [("Anne", f"Signed: {title}")]), (forum.citizens, [])):
        draft = start_application(actor=forum.applicant, at=START, pool=forum.pool, department=forum.unit, content=content)
        forum.applicant.department = unit
        seen()
        sign_application(actor=forum.leader, at=START, application=draft)
        assert written() == told


def test_whose_signature_or_sending_a_change_ends_is_told_unless_they_made_it(app: Flask) -> None:
    forum = Forum()
    content = forum.application().content
    draft = start_application(actor=forum.applicant, at=START, pool=forum.pool, department=forum.unit, content=content)

    def change(actor: User, summary: str) -> list[tuple[str, str]]:
        seen()
        edit_application(actor=actor, at=START, application=draft, content=content.replace(summary=summary))
        return written()

    sign_application(actor=forum.leader, at=START, application=draft)
    assert change(forum.applicant, "A") == [("Lone", f"No longer signed: {content.title}")]
    sign_application(actor=forum.leader, at=START, application=draft)
    assert change(forum.leader, "B") == []
    send_to_signature(actor=forum.applicant, at=START, application=draft)
    assert change(forum.leader, "C") == [("Anne", f"No longer sent for signature: {content.title}")]
    send_to_signature(actor=forum.applicant, at=START, application=draft)
    assert change(forum.applicant, "D") == []
    sign_application(actor=forum.leader, at=START, application=draft)
    forum.leader.department = forum.citizens
    assert change(forum.applicant, "E") == [], "who may no longer see it"


@pytest.mark.parametrize("ended", [recall_from_signature, sign_application, withdraw_application])
def test_nobody_is_asked_to_sign_what_waits_for_no_signature(app: Flask, ended: Callable[..., object]) -> None:
    forum = Forum()
    content = forum.application().content
    asked = ("Lone", f"To sign: {content.title}")
    draft, other = (
        start_application(actor=forum.applicant, at=START, pool=forum.pool, department=forum.unit, content=content) for _ in range(2)
    )
    seen()
    for one in (other, draft):
        send_to_signature(actor=forum.applicant, at=START, application=one)
    assert written() == [asked, asked]
    ended(actor=forum.leader, at=START, application=draft)
    assert [told for told in written() if told == asked] == [asked], "of the other one"
    recall_from_signature(actor=forum.applicant, at=START, application=other)
    send_to_signature(actor=forum.applicant, at=START, application=other)
    assert [told for told in written() if told == asked] == [asked], "once, however often it is sent"


def test_a_notice_and_its_event_are_one_transaction(bank: Bank) -> None:
    award = bank.award(loan=600_000)
    seen()
    bank.register(award, 100_000)
    rollback()
    assert written() == []


def test_what_is_played_is_told_to_nobody(app: Flask) -> None:
    world = play(read(demo.story(demo.BUSY))).world
    demo.let_things_wait(world, LATER.replace(month=11, day=23))
    assert written() == []
    assert db.session.scalars(select(Job)).all() == []


def test_somebody_without_an_address_or_an_account_is_not_written_to(bank: Bank) -> None:
    award = bank.award(loan=600_000)
    bank.finance_2.email = None
    seen()
    bank.register(award, 100_000)
    assert written() == []


def test_a_reversal_waits_for_a_second_person(bank: Bank) -> None:
    transfer = bank.pay_out(bank.award(loan=600_000), 100_000)
    seen()
    register_reversal(actor=bank.finance, at=at(2024, 3), transfer=transfer, reason="Forkert beløb")
    assert written() == [("Pia", "A reversal to approve")]


def test_the_page_of_the_own_mail(client: Client, app: Flask) -> None:
    person = a_user(a_department(), language="en")
    client.sign_in(person)
    assert re.search('checked[^>]*value="at_once"', client.get("/account/mail").text)
    assert client.submit("/account/mail", {"choice": "daily"}).status_code == 303
    assert re.search('checked[^>]*value="daily"', client.get("/account/mail").text)
    assert client.submit("/account/mail", {"choice": "never"}).status_code == 422
    assert "/account/mail" in client.get("/account").text
