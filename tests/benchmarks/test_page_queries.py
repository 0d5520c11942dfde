"""No page asks the database more often because it has more to show: every address that can be read, in a small bank and in a large one.

Each is read in the first of its states that gives a page; with ``--whole`` in six, in a bank that is larger still.
"""

from collections import Counter
from collections.abc import Collection

import pytest
from flask import Flask

from fundbank.extensions import db
from fundbank.kit.transaction import commit, unit_of_work
from fundbank.ledger.models import Movement
from fundbank.pools.models import Pool
from fundbank.pools.operations import give_role
from fundbank.pools.roles import Role
from fundbank.reversals.operations import register_reversal
from fundbank.scenarios.world import World
from tests.annexes import handed_in_with, reported_with
from tests.benchmarks.pages import Reader, pages_of, readable
from tests.builders import AT, a_department, a_user
from tests.integration.scenarios import small

LOGGING = ("INSERT INTO access_lines", "UPDATE access_lines")
MANY, FEW = 20, 2  # of what costs little to make; of awards, with all that follows from one
WHOLE = 60, 4

# Of an award in one state, in a meeting that is open: the file's meetings are over. Each shows one award.
IN_AN_OPEN_MEETING = {
    "/meetings/<int:meeting_id>/awards/<int:award_id>/cancellation", "/meetings/<int:meeting_id>/awards/<int:award_id>/consent",
}  # fmt: skip

# Of a meeting to come, while an ordinary run reads those pages in the state that comes first.
OF_A_MEETING_TO_COME = {"/meetings/<int:meeting_id>/others", "/meetings/<int:meeting_id>/pairs"}

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


def _bank(many: int, few: int) -> Pool:
    """A pool in which everything stands ``many`` or ``few`` times; the first of each has the most below it."""
    paid, offered, agreed = ([f"{kind}{number}" for number in range(few)] for kind in "aog")
    departments = ["social", "koncern", "hjem"][: 3 if few > 1 else 1]
    terms = small.TERMS.replace('["social", "koncern"]', str(departments).replace("'", '"'))
    lines = [small.FUND.replace("3000000.00", "900000000.00")] * few
    lines += ["01-03 apply sofie application = \"a0\", title = \"Sag a0\", department = \"social\", "
              f"request = {{ loan = \"600000.00\", grant = \"0.00\" }}, {small.CASE}"]  # fmt: skip
    for _ in range(few):
        lines += [
            '01-03 sign lise application = "a0"', '01-03 submit sofie application = "a0"',
            '01-03 screen ada application = "a0", result = "returned", reason = "Skriv mere."',
        ]  # fmt: skip
    lines += [
        '01-03 sign lise application = "a0"', '01-03 submit sofie application = "a0"',
        '01-03 screen kim application = "a0", result = "eligible"', f'01-03 score maja application = "a0", {small.MIDDLE}',
    ]  # fmt: skip
    lines += [small.ready(key) for key in paid[1:] + offered + agreed]
    lines += [small.ready(f"{kind}{number}") for kind in "rw" for number in range(few)]  # on the agenda of a meeting to come, and on none
    lines += [f'01-04 score {member} application = "r0", {small.MIDDLE}' for member in ("mads", "mikkel")[:few]]
    lines += [small.applied(f"d{number}") for number in range(many)]
    for number in range(few):
        lines += [
            small.applied(f"s{number}"),
            f'01-03 sign lise application = "s{number}"',
            f'01-03 submit sofie application = "s{number}"',
        ]
    lines += [small.meeting("m", "02-01", *paid, *offered, *agreed)]
    lines += [small.approve(key, terms=terms) for key in paid + offered + agreed]
    lines += [f'02-02 accept lise application = "{key}"' for key in paid + agreed]
    for key in paid:
        for number in range(few if key == "a0" else 1):
            lines.append(small.paid(key, amount="60000.00", on=f"03-{number + 1:02}"))
        for department, leader in (("social", "lise"), ("koncern", "kurt"), ("hjem", "hanne"))[: len(departments)]:
            keys = f'application = "{key}", department = "{department}", year = 2025'
            lines += [f'2026-01-10 report_gain {leader} {keys}, amount = "20000.00"', f"2026-01-10 verify_gain freja {keys}"]
        lines.append(small.claim(2025, key=key))
    lines += [small.repay("social", 2025, "100.00", key="a0") for _ in range(few)]
    lines += [f'2027-01-13 report_gain lise application = "{key}", department = "social", year = 2026, amount = "9.00"' for key in paid]
    keys = 'application = "a0", department = "social", year = 2027'  # verified and not claimed: it can be corrected
    lines += [f'2028-01-10 report_gain lise {keys}, amount = "9.00"', f"2028-01-10 verify_gain freja {keys}"]
    world = small.playing("\n".join(sorted("\n".join(lines).splitlines(), key=_day))).played.world
    with unit_of_work():
        _let_things_wait(world, many, few)
    return world.pool


def _day(line: str) -> str:
    on = line.partition(" ")[0]
    return on if len(on) > 5 else f"2024-{on}"


def _let_things_wait(world: World, many: int, few: int) -> None:
    """What events don't say: units, people, a payment and reversals that wait, a meeting to come."""
    from fundbank.applications.operations.advice import ask_for_advice
    from fundbank.awards.operations import approve_disbursement, register_disbursement
    from fundbank.awards.operations.follow_ups import finish_follow_up, make_follow_up
    from fundbank.gains.queries import current_reports
    from fundbank.ideas.operations import note_idea
    from fundbank.ideas.operations.calls import change_call, close_call, open_call
    from fundbank.ideas.operations.needs import write_need
    from fundbank.ideas.rules import STANDARD, Answers
    from fundbank.meetings.operations.calendar import plan_meeting, put_on_agenda
    from fundbank.questions.operations import ask_question
    from fundbank.repayments.models import Refund
    from fundbank.repayments.queries import claims_of

    pool, people = world.pool, world.people
    for number in range(many):
        unit = a_department(parent=world.departments["stab"], name=f"Team {number}")
        give_role(actor=None, at=AT, pool=pool, user=a_user(unit, f"Medlem {number}"), role=Role.MEMBER)
    for number in range(few):
        give_role(actor=people["adam"], at=AT, pool=pool, user=a_user(people["kim"].department, f"Ny {number}"), role=Role.FINANCE)
        meeting = plan_meeting(actor=people["kim"], at=AT, pool=pool, held_on=AT.date().replace(month=5, day=4 + number), place="Rådhuset")
        put_on_agenda(actor=people["kim"], at=AT, meeting=meeting, application=world.application(f"r{number}"))
        award = world.award(f"a{number}")
        rate = {"actor": people["freja"], "at": AT, "award": award, "part": "loan", "amount_ore": 100_00, "text": "Rate"}
        register_disbursement(**rate)
        wanted = {"actor": people["kim"], "at": AT, "award": world.award("a0"), "owner": people["lise"], "due_on": AT.date()}
        make_follow_up(**wanted, text="Vis tallene")
        finish_follow_up(actor=people["lise"], at=AT, follow_up=make_follow_up(**wanted, text="Fortæl om det"), outcome="Fortalt")
        approve_disbursement(actor=people["finn"], at=AT, disbursement=register_disbursement(**rate, pay_on=AT.date().replace(year=2199)))
    sofie, asked = people["sofie"], world.application("r0")
    for number in range(many):
        note_idea(actor=sofie, at=AT, pool=pool, department=sofie.department, title=f"Idé {number}", text="Den kan spare tid.")
        ask_question(actor=people["kim"], at=AT, application=asked, text="Hvem høster gevinsten?")
    call = {"actor": people["kim"], "pool": pool, "introduction": "", "questions": dict(STANDARD), "due_on": AT.date()}
    later = {"actor": people["kim"], "title": "Behov", "introduction": "", "due_on": AT.date().replace(year=2199)}
    running = open_call(at=AT, title="Behov", **call)
    for number in range(many):
        write_need(actor=sofie, at=AT, call=running, department=sofie.department, title=f"Skærm {number}", answers=Answers(need="Ro"))
    close_call(actor=people["kim"], at=AT, call=running)  # a pool has one that is open: it is again when the others are closed
    for number in range(few):
        closed = open_call(at=AT, title=f"Behov {number}", **call)
        said = {"answers": Answers(need="Mere ro", development_ore=100), "department": sofie.department, "is_sent": True}
        for number_of_need in range(many):
            write_need(actor=sofie, at=AT, call=closed, title=f"Behov {number_of_need}", **said)
        close_call(actor=people["kim"], at=AT, call=closed)
    change_call(at=AT, call=running, **later)
    for number in range(few):
        ask_for_advice(actor=sofie, at=AT, application=world.application(f"r{number}"), text="Er det sikkert?")
    report = next(iter(current_reports(world.award("a0"))))
    line = claims_of(world.award("a0"))[0].lines[0]
    for _ in range(many):
        handed_in_with(world.application("a0"))
        reported_with(report)
    for _ in range(few):
        db.session.add(Refund(line=line, pool_id=pool.id, amount_ore=100, registered_by=people["freja"], registered_at=AT))
        handed_back = {"event": "funding_return", "source": "IT", "amount_ore": 100, "reason": "Tilbage"}
        db.session.add(Movement(pool_id=pool.id, registered_by_id=people["freja"].id, registered_at=AT, **handed_back))
    for transfer in [world.transfers[event] for event in sorted(world.transfers)][:few]:
        register_reversal(actor=people["freja"], at=AT, transfer=transfer, reason="Forkert kilde")


def _counted(app: Flask, pool_id: int, once: bool, rather: Collection[str] = ()) -> dict[tuple[str, str], list[str]]:
    """The statements of each page, by its kind and its reader; the log of files that were taken writes no more than so many lines."""
    pool, reader = db.session.get_one(Pool, pool_id), Reader(app)
    return {
        (page.kind, page.reader.name): [statement for statement in reader.asked if not statement.startswith(LOGGING)]
        for page in pages_of(app, pool, reader, once=once, rather=rather)
    }


def test_no_page_asks_more_because_it_has_more_to_show(app: Flask, whole: bool) -> None:
    pools = [_bank(1, 1).id, _bank(*WHOLE if whole else (MANY, FEW)).id]
    commit()
    db.session.remove()
    one = _counted(app, pools[0], once=not whole)
    many = _counted(app, pools[1], once=not whole, rather=() if whole else {kind for kind, _ in one})
    lines, grown = [], []
    for kind, reader in sorted(one.keys() | many.keys()):
        few, more = one.get((kind, reader)), many.get((kind, reader))
        lines.append(f"{_size(few):>4} {_size(more):>4}  {kind} ({reader})")
        if few is not None and more is not None and len(more) > len(few):
            grown += [lines[-1], f"           {_added(few, more)}"]
    print("\n one many\n" + "\n".join(lines))
    assert not grown, "\n one many\n" + "\n".join(grown)
    read = {kind.partition(" ")[0] for kind, _ in many}
    assert {rule.rule for rule in readable(app)} - read == IN_AN_OPEN_MEETING | (set() if whole else OF_A_MEETING_TO_COME)


def _size(run: list[str] | None) -> str:
    return "–" if run is None else str(len(run))


def _added(few: list[str], more: list[str]) -> str:
    """What is asked more often than in the small bank."""
    ((statement, times),) = (Counter(more) - Counter(few)).most_common(1)
    return f"{times} more of … {' '.join(statement.split())[-240:]}"
