"""What one person can do alone: for each role, everything that one account with that role gets done, tried on a town (domain.md §7, §11).

No such path moves money out, lowers a debt or a promise, or gives a role that two people give; except that money that came in is posted,
with its voucher, and that the forum's decision is recorded, in the minutes. A department may give back what it was promised itself (§4).

docs/alone.md tells what was found. After a deliberate change write it anew, and read the difference before it is committed:
``FUNDBANK_WRITE_TABLE=1 .venv/bin/python -m pytest -n 0 --whole tests/integration/permissions/test_alone.py``.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundbank.applications import operations as applications
from fundbank.applications.models import Application
from fundbank.applications.operations.advice import ask_for_advice
from fundbank.applications.rules.business_case import planned_gains
from fundbank.awards.models import Award
from fundbank.awards.operations.follow_ups import finish_follow_up, make_follow_up
from fundbank.extensions import db
from fundbank.history.queries import has_begun
from fundbank.ideas.operations import note_idea
from fundbank.ideas.operations.calls import close_call, open_call
from fundbank.ideas.operations.needs import write_need
from fundbank.ideas.rules import STANDARD, Answers
from fundbank.kit.clock import local_date, noon
from fundbank.ledger.models import Transfer
from fundbank.ledger.queries import award_balances_of, balances
from fundbank.meetings.models import CaseRevision, Meeting
from fundbank.meetings.operations.calendar import close_meeting, hold_meeting, plan_meeting
from fundbank.meetings.operations.decisions import decide
from fundbank.meetings.operations.recusals import recuse
from fundbank.meetings.operations.revisions import revise_case
from fundbank.meetings.operations.wanted import Wanted
from fundbank.people.models import User
from fundbank.pools.models import Pool, PoolRole
from fundbank.pools.operations import change_policy, give_role
from fundbank.pools.roles import CONFIRMED, Role
from fundbank.questions.operations import ask_question
from fundbank.repayments.models import ClaimLine
from fundbank.repayments.queries import lines_now
from tests.builders import a_department, a_user
from tests.integration.awards.bank import Bank, a_bank, at
from tests.integration.permissions.hands import Hands, Try
from tests.pictures import Pictures
from tests.sheets import SENTENCE
from tests.web import Client

PERMISSIONS = Path(__file__).parents[3] / "docs" / "permissions.md"
TABLE = Path(__file__).parents[3] / "docs" / "alone.md"
TODAY = noon(date(2026, 11, 3))
CAME_IN = frozenset({"funding", "repayment", "return"})
CLOSE = "/meetings/<meeting_id>/close"
OF_ITEMS = ("applications/", "awards/", "decisions/", "approval")
BY_THE_FORUM = (CLOSE, *(f"/meetings/<meeting_id>/{items}" for items in OF_ITEMS))
CONSENT = "/meetings/<meeting_id>/awards/<award_id>/consent"
GIVEN_UP = ("/awards/<award_id>/decline", "/awards/<award_id>/cancellation")
COLLEAGUES = "administrator and invented colleagues"
MARKS = frozenset({"●", "in", "forum", "own", "new"})
COLUMNS = (*(str(role) for role in Role), COLLEAGUES)
ENDS = ("/sign-out", "/users/<user_id>/deactivate", "/pools/<pool_id>/policy/edit")
HEADER = """# What one person can do alone

Every form of the program, sent by one account of each role to a pool in which everything has happened that one could go on with, as a test
finds it (`tests/integration/permissions/test_alone.py`). The applicant and the leader belong to the department whose awards they are; the
last column is an administrator who invents colleagues, gives them every role that one person gives, and uses the links that he is shown.

● gets it done, and no money leaves a pool, no debt or promise falls, and nobody holds a role that two people give ·
**in** posts money that came in, with its voucher ·
**forum** records what the forum decided, or a decider of what it recommended, and the minutes say it ·
**own** gives up what was promised to the own department, or what was offered and not answered in time ·
**new** gives roles in a pool without money, where nobody else can yet · – gets nothing done
"""


@dataclass
class Town:
    """A pool in which everything has happened that one person could go on with, and one person of each role who had no hand in it."""

    bank: Bank
    people: dict[str, User]


@pytest.fixture
def app_settings() -> dict[str, object]:
    return {"CLOCK": lambda: TODAY}


def _town() -> Town:
    bank, when = a_bank(forum_recommends=True), at(2026, 10, 1)
    planned = {(year, unit.id): 30_000 for year in (1, 2, 3) for unit in (bank.own, bank.others)}
    bank.award(loan=30_000, planned=planned, when=when, accepted=False, title="Tilbudt")
    bank.award(loan=20_000, planned=planned, when=at(2026, 3), accepted=False, title="Svarer ikke")
    bank.award(loan=40_000, grant=10_000, planned=planned, title="Aftalt")
    bank.award(loan=40_000, planned=planned, title="Aftalt, for formanden")
    running = bank.award(loan=200_000, grant=50_000, title="I gang")
    bank.pay_out(running, 180_000)
    bank.pay_out(running, 50_000, "grant")
    _claimed(bank, running, 8_000_000, 4_000_000)
    too_much = bank.award(loan=100_000, title="For meget betalt")
    bank.pay_out(too_much, 100_000)
    for line in _claimed(bank, too_much, 6_000_000, 6_000_000):
        bank.repay(line)
    bank.correct(too_much, bank.own, 2025, 1_000_000)
    reported = bank.award(loan=80_000, title="Indberettet")
    bank.pay_out(reported, 80_000)
    for department in (bank.own, bank.others):
        bank.gain(reported, department, 2025, 5_000_000, verified=False)
    measured = bank.award(loan=80_000, title="Kan opkræves")
    bank.pay_out(measured, 80_000)
    for department in (bank.own, bank.others):
        bank.gain(measured, department, 2025, 5_000_000)
    for number in range(6):
        wanted = {"actor": bank.chair, "at": when, "owner": bank.leader, "due_on": date(2026, 12, 1)}
        follow_up = make_follow_up(**wanted, award=running, text=f"Vis tallene {number}")
        if number % 2:
            finish_follow_up(actor=bank.leader, at=when, follow_up=follow_up, outcome="Vist")
    spent = bank.award(grant=10_000, title="Kan afsluttes")
    bank.pay_out(spent, 10_000, "grant")
    asked: dict[str, Any] = {"loan": 10_000, "planned": planned}
    for title in ("Kladde", "En anden kladde", "En tredje kladde"):
        bank.draft(when=when, title=title, **asked)
    for title in ("Til underskrift", "Også til underskrift"):
        applications.send_to_signature(actor=bank.applicant, at=when, application=bank.draft(when=when, title=title, **asked))
    applications.withdraw_application(actor=bank.applicant, at=when, application=bank.draft(when=when, title="Opgivet", **asked))
    answers = [bank.ready(when=when, title=f"Til beslutning {number}", **asked) for number in range(8)]
    _recommend(bank, [bank.ready(when=when, title=f"Indstillet {number}", **asked) for number in range(2)])
    held = hold_meeting(actor=bank.chair, at=TODAY, pool=bank.pool, applications=answers, present=[bank.chair])
    for title, when_planned in (("I dag", TODAY), ("Senere", at(2026, 11, 24))):
        plan_meeting(actor=bank.coordinator, at=TODAY, pool=bank.pool, held_on=local_date(when_planned), place=title, is_ordinary=False)
    bank.ready(when=when, title="Til dagsordenen", **asked)
    meeting = db.session.scalars(select(Meeting).where(Meeting.state == "open", Meeting.held_on == local_date(TODAY))).one()
    for award in (running, too_much):  # the forum says yes to one of them, and no to the other
        lowered = award.application.content.replace(gains=())
        revise_case(actor=bank.leader, at=TODAY, award=award, content=lowered, reason="Mindre end ventet.", meeting=meeting)
    for title in ("En idé", "En anden idé", "En tredje idé"):
        note_idea(actor=bank.applicant, at=when, pool=bank.pool, department=bank.own, title=title, text="Det ville være bedre.")
    call = {"title": "Behov", "introduction": "", "questions": dict(STANDARD)}
    for due_on in (local_date(TODAY), date(2199, 1, 1)):
        asked_for = open_call(actor=bank.coordinator, at=TODAY, pool=bank.pool, due_on=due_on, **call)
        need = {"answers": Answers(need="Mere ro"), "title": "Skærme"}
        write_need(actor=bank.applicant, at=TODAY, call=asked_for, department=bank.own, **need)
        if due_on == local_date(TODAY):  # and over: somebody can be let in late
            close_call(actor=bank.coordinator, at=TODAY, call=asked_for)
    waiting = bank.draft(when=when, title="Til screening", **asked)
    applications.sign_application(actor=bank.leader, at=when, application=waiting)
    applications.submit_application(actor=bank.applicant, at=when, application=waiting)
    ask_for_advice(actor=bank.applicant, at=when, application=waiting, text="Hvad med aftalen?")
    for asked in ("Hvad koster driften?", "Hvem ejer systemet?"):
        ask_question(actor=bank.chair, at=when, application=waiting, text=asked)
    elsewhere = a_department(bank.pool.municipality, "Et helt andet sted")
    people = {}
    for role in Role:
        home = bank.own if role in (Role.APPLICANT, Role.LEADER) else elsewhere
        people[str(role)] = a_user(home, f"Kun {role}", is_administrator=role == Role.ADMINISTRATOR, language="en")
        give_role(actor=None, at=when, pool=bank.pool, user=people[str(role)], role=role)
    recuse(actor=bank.chair, at=TODAY, meeting=held, application=answers[-1], person=people["member"], reason="Hendes bror.")
    return Town(bank, people)


def _recommend(bank: Bank, applications: list[Application]) -> None:
    """What meetings recommend, of an application each; afterwards the forum decides by itself again."""
    for application in applications:
        meeting = hold_meeting(actor=bank.chair, at=TODAY, pool=bank.pool, applications=[application], present=[bank.chair])
        decide(actor=bank.chair, at=TODAY, meeting=meeting, wanted=Wanted(application, "approve", grant_ore=100_00))
        close_meeting(actor=bank.chair, at=TODAY, meeting=meeting)
    rules = bank.pool.policy_version
    values = {**rules.values, "forum_recommends": False}
    change_policy(actor=None, at=TODAY, pool=bank.pool, values=values, reason="Forummet beslutter", based_on=rules.number)


def _claimed(bank: Bank, award: Award, own_ore: int, others_ore: int) -> list[ClaimLine]:
    bank.gain(award, bank.own, 2025, own_ore)
    bank.gain(award, bank.others, 2025, others_ore)
    return bank.claim(award, 2025).lines


@dataclass(frozen=True)
class Figures:
    """What nobody may move alone: money in the pools, what is owed, what was promised either way, who holds a role that two people give,
    and where the mail of these goes.
    """

    cash: Mapping[int, int]
    debt: Mapping[Any, int]
    gains: Mapping[Any, int]
    reserved: Mapping[int, int]
    roles: frozenset[tuple[Any, ...]]
    mail: Mapping[int, str | None]

    def moved(self, after: "Figures") -> list[str]:
        """Which of them one act made worse: less of anything, one more who holds such a role, another address."""
        fell = [
            name
            for name in ("cash", "debt", "gains", "reserved")
            if any(getattr(after, name).get(key, 0) < ore for key, ore in getattr(self, name).items())
        ]
        changed = any(after.mail.get(key, email) != email for key, email in self.mail.items())
        return fell + (["roles"] if after.roles - self.roles else []) + (["mail"] if changed else [])


def figures() -> Figures:
    awards = db.session.scalars(select(Award)).all()
    held = award_balances_of([award.id for award in awards])
    lines = db.session.scalars(select(ClaimLine)).all()
    pools = [(pool.id, balances(pool.id)) for pool in db.session.scalars(select(Pool))]
    promised: dict[Any, int] = {}
    for award in awards:
        for key, ore in planned_gains(award.application.content).items():
            promised[award.id, *key] = ore
    entries = db.session.scalars(select(PoolRole).where(PoolRole.role.in_([str(role) for role in CONFIRMED])))
    users = db.session.scalars(select(User)).all()
    return Figures(
        cash={id_: now.available_ore + now.reserved_ore for id_, now in pools},
        debt={id_: of.loan_ore for id_, of in held.items()} | {("line", id_): line.unpaid_ore for id_, line in lines_now(lines).items()},
        gains=promised,
        reserved={id_: of.reserved_ore for id_, of in held.items()},
        roles=frozenset((entry.user_id, entry.pool_id, entry.role) for entry in entries)
        | {(one.id, None, "administrator") for one in users if one.is_administrator},
        mail={one.id: one.email for one in users if one.holds_confirmed},
    )


class Watch:
    """Looks at the figures after each act, and says of what kind it was, or what is wrong with it."""

    def __init__(self, reader: Client, chair: User) -> None:
        self.reader, self.chair = reader, chair
        self.before, self.last = figures(), self._posted()

    def kind(self, tried: Try) -> str:
        before, self.before = self.before, figures()
        first, self.last = self.last, self._posted()
        moved = before.moved(self.before)
        came = db.session.scalars(select(Transfer).where(Transfer.id > first)).all()
        if came and {transfer.event for transfer in came} <= CAME_IN:
            return "in" if all(tried.word in transfer.text for transfer in came) else "money without its voucher"
        if not moved and not came:
            return "●"
        if tried.act.startswith(BY_THE_FORUM) and "cash" not in moved and "roles" not in moved:
            meeting_id = tried.things["meeting_id"]
            granted = select(CaseRevision.decision_reason).where(CaseRevision.meeting_id == meeting_id, CaseRevision.state == "granted")
            said = db.session.scalars(granted).all() if tried.act == CLOSE else [tried.word]
            minutes = self.reader.sign_in(self.chair).get(f"/meetings/{meeting_id}/minutes").words
            return "forum" if said and all(word in minutes for word in said) else "not in the minutes"
        if tried.act in GIVEN_UP and moved == ["reserved"]:
            return "own"
        new = self.before.roles - before.roles
        if moved == ["roles"] and all(pool_id and not has_begun(self.chair.municipality_id, pool_id) for _who, pool_id, _role in new):
            return "new"
        return "moves " + ", ".join(moved)

    def _posted(self) -> int:
        return db.session.scalar(select(func.max(Transfer.id))) or 0


def _may(*roles: str) -> set[str]:
    """The addresses that the table of permissions does not refuse to all of these roles, but those that end what is tried."""
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in PERMISSIONS.read_text("utf-8").splitlines() if "|" in line]
    heads, rows = rows[0], [row for row in rows[2:] if row[0].startswith("POST")]
    columns = [heads.index(role) + 1 for role in roles]
    found = {row[0].split("`")[1] for row in rows if any(row[column] == "●" for column in columns)} - set(ENDS)
    return found | {CONSENT} if "chair" in roles else found


def _invented(client: Client, administrator: User, bank: Bank, name: str, roles: list[Role]) -> User:
    """A colleague whom the administrator adds in the program, gives these roles, and signs in as by the link that he is shown."""
    client.sign_in(administrator)
    home = bank.own if Role.LEADER in roles else bank.others
    client.submit("/users/new", {"name": name, "email": f"{name}@kommune.dk", "department": str(home.id)})
    made = db.session.scalars(select(User).where(User.name == name)).one()
    assert client.submit(f"/pools/{bank.pool.id}/roles/{made.id}", {"roles": [str(role) for role in roles]}).status_code == 303
    token = re.search(r"/link/([\w-]+)", client.submit(f"/users/{made.id}/link").text)
    assert token, "the link is shown"
    assert client.sign_out().submit(f"/link/{token[1]}", {"password": SENTENCE, "again": SENTENCE}).status_code == 303
    return made


def _hands(app: Flask, clients: Callable[[], Client], town: Town, column: str) -> list[Hands]:
    if column != COLLEAGUES:
        return [Hands(app, clients(), town.people[column], _may(column))]
    administrator = town.people["administrator"]
    teams = ("ene", [Role.APPLICANT, Role.LEADER]), ("anden", [Role.ADVISER, Role.MEMBER, Role.COORDINATOR])
    made = [(_invented(clients(), administrator, town.bank, name, roles), roles) for name, roles in teams]
    return [
        *(Hands(app, clients(), one, _may(*map(str, roles))) for one, roles in made),
        Hands(app, clients(), administrator, _may("administrator")),
    ]


def _marks(hands: list[Hands], watch: Watch) -> dict[str, str]:
    """What became of each act: the mark of HEADER, or in words what is wrong."""
    found: dict[str, str] = {}
    for one in hands:
        for tried in one.everything():
            mark = found.setdefault(tried.act, "–")
            if tried.done:
                kind = watch.kind(tried)
                found[tried.act] = kind if mark in "–●" or kind not in MARKS else mark
    return {act: mark for act, mark in found.items() if mark != "–"}


def _table() -> dict[str, dict[str, str]]:
    """The table as it is written down: the marks of each act by column."""
    lines = TABLE.read_text("utf-8").splitlines() if TABLE.exists() else []
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")]
    return {row[0].strip("`"): dict(zip(COLUMNS, row[1:], strict=True)) for row in rows}


def _write(column: str, marks: Mapping[str, str]) -> None:
    rows = _table()
    for act in {*rows, *marks}:
        rows.setdefault(act, dict.fromkeys(COLUMNS, "–"))[column] = marks.get(act, "–")
    lines = [HEADER, f"| | {' | '.join(COLUMNS)} |", f"| --- |{' :-: |' * len(COLUMNS)}"]
    lines += [f"| `{act}` | {' | '.join(rows[act].values())} |" for act in sorted(rows) if set(rows[act].values()) != {"–"}]
    TABLE.write_text("\n".join(lines) + "\n", "utf-8")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.timeout(900)
def test_what_one_person_can_do_alone(app: Flask, clients: Callable[[], Client], pictures: Pictures, whole: bool) -> None:
    """Of everybody with ``--whole``; else of finance, who move the money."""
    for column in COLUMNS if whole else (str(Role.FINANCE),):
        db.session.remove()
        town = pictures.of("a town for one person alone", _town)
        marks = _marks(_hands(app, clients, town, column), Watch(clients(), town.bank.chair))
        assert set(marks.values()) <= MARKS, {act: mark for act, mark in marks.items() if mark not in MARKS}
        if os.environ.get("FUNDBANK_WRITE_TABLE"):
            _write(column, marks)
        assert marks == {act: row[column] for act, row in _table().items() if row[column] != "–"}, column
