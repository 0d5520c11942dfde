"""A database in which everything has happened once that two records tell of: a story, and what it leaves out."""

from datetime import date, timedelta
from importlib.resources import files as files_of
from io import BytesIO

from sqlalchemy import select

from fundbank.applications import operations as applications
from fundbank.applications.models import Application
from fundbank.applications.operations.advice import ask_for_advice, give_advice
from fundbank.applications.operations.annexes import attach_annexes, take_annex_away
from fundbank.applications.rules.content import Content, Cost, PlannedGain
from fundbank.applications.rules.gainers import Answer
from fundbank.awards import operations as awards
from fundbank.awards.operations.follow_ups import change_follow_up, finish_follow_up, make_follow_up, reopen_follow_up
from fundbank.extensions import db
from fundbank.files.operations import Sent, note_scan
from fundbank.gains.operations import return_gain
from fundbank.gains.queries import current_report
from fundbank.ideas.operations import apply_with_idea, change_idea, note_idea, take_withdrawal_back, withdraw_idea
from fundbank.ideas.operations.calls import change_call, close_after_its_day, close_call, end_let_in, let_in, open_call, withdraw_call
from fundbank.ideas.operations.needs import change_need, rate_need, say_no_needs, take_back_no_needs, write_need
from fundbank.ideas.rules import STANDARD, Answers
from fundbank.kit.transaction import commit, unit_of_work
from fundbank.ledger.operations import (
    ask_first_day,
    confirm_first_day,
    fund_pool,
    fund_pool_per_mille,
    refuse_first_day,
    refuse_movement,
    register_return_funding,
)
from fundbank.ledger.queries import first_day_wanted
from fundbank.meetings.operations.approvals import give_words
from fundbank.meetings.operations.calendar import close_meeting, hold_meeting, sign_minutes
from fundbank.meetings.operations.decisions import decide
from fundbank.meetings.operations.others import add_item, write_item
from fundbank.meetings.operations.pairs import set_pair
from fundbank.meetings.operations.proposals import put_proposal
from fundbank.meetings.operations.recusals import readmit, recuse
from fundbank.meetings.operations.revisions import decide_consent, revise_case
from fundbank.meetings.operations.wanted import Wanted
from fundbank.meetings.operations.year import plan_year
from fundbank.meetings.queries.approvals import matters_of
from fundbank.meetings.rules import Rhythm
from fundbank.meetings.rules.approvals import Word
from fundbank.people import operations as people
from fundbank.people.models import Confirmation
from fundbank.pools import operations as pools
from fundbank.pools.policy import SCREENING_CHECKS
from fundbank.pools.roles import Role
from fundbank.questions.operations import answer_question, ask_question
from fundbank.repayments.operations.ending import return_unspent
from fundbank.repayments.operations.refunds import approve_refund, refuse_refund, register_refund
from fundbank.reports.letters import write_earlier_letters
from fundbank.reversals.operations import approve_reversal, refuse_reversal, register_reversal
from fundbank.scenarios.player import play
from fundbank.scenarios.reader import read
from fundbank.wording.operations import word_letter
from fundbank.wording.rules import Kind
from tests.annexes import PDF
from tests.builders import a_person_with, an_administrator
from tests.integration.awards.bank import LATER, START, Bank, a_bank, at
from tests.integration.scenarios.small import CASE, MIDDLE, awarded, meeting, written
from tests.integration.scenarios.test_law_of_money import lower
from tests.integration.scoring.forum import settle_openly

FORUM = f"""{awarded("a")}
02-03 apply sofie application = "b", title = "En anden", department = "social", request = {{ loan = "0.00", grant = "1000.00" }}, {CASE}
02-03 sign lise application = "b"
02-03 submit sofie application = "b"
02-03 screen kim application = "b", result = "returned", reason = "Hvad koster drift?"
02-03 sign lise application = "b"
02-03 submit sofie application = "b"
02-03 screen kim application = "b", result = "eligible"
02-03 score maja application = "b", {MIDDLE}
02-04 score maja application = "b", {MIDDLE}
02-04 declare_interest mads application = "b"
{meeting("n", "02-04", "b")}
02-04 consensus carl meeting = "n", application = "b", criterion = "quality", level = 1, reason = "Kun lidt"
02-04 decide carl meeting = "n", application = "b", outcome = "reject", reason = "For dyrt"
{meeting("c", "02-05")}
{lower("100000.00", more=', meeting = "c"')}
02-05 consent carl meeting = "c", application = "a", outcome = "granted", reason = "Ja"
{meeting("d", "02-06")}
{lower("90000.00", more=', meeting = "d"', on="02-06", reason="Endnu lavere")}
02-06 consent carl meeting = "d", application = "a", outcome = "refused", reason = "Nej"
{meeting("e", "02-07")}
{lower("80000.00", more=', meeting = "e"', on="02-07", reason="En sidste gang")}
"""


def a_year() -> None:
    """Let it happen."""
    for story in (files_of("fundbank.scenarios").joinpath("stories", "saltoft.toml").read_text("utf-8"), written(FORUM)):
        with unit_of_work():
            assert not play(read(story)).differences
    bank = a_bank(participants_accept=True)
    _offers(bank)
    _opinions(bank)
    _ideas(bank)
    _calls(bank)
    _refusals(bank)
    _loans(bank)
    _too_much(bank)
    _rights(bank)
    _recommended(a_bank(forum_recommends=True))
    write_earlier_letters(at=at(2029))
    commit()


def _rights(bank: Bank) -> None:
    one, two = (an_administrator(bank.own, name=name) for name in ("Ane", "Bo"))
    boss = a_person_with(bank.pool, Role.ADMINISTRATOR, department=bank.own)
    pools.give_role(actor=one, at=LATER, pool=bank.pool, user=bank.leader, role=Role.ADVISER)
    pools.take_role(actor=one, at=LATER, pool=bank.pool, user=bank.leader, role=Role.ADVISER)
    for role, answer in ((Role.FINANCE, "confirm"), (Role.CHAIR, "refuse"), (Role.AUDITOR, "withdraw")):
        wanted = pools.give_role(actor=one, at=LATER, pool=bank.pool, user=bank.applicant, role=role)
        assert isinstance(wanted, Confirmation)
        if answer == "confirm":
            pools.confirm(actor=two, at=LATER, confirmation=wanted)
        elif answer == "refuse":
            pools.refuse(actor=two, at=LATER, confirmation=wanted, reason="Nej")
        else:
            pools.withdraw(actor=one, at=LATER, confirmation=wanted, reason="Alligevel ikke")
    pools.give_role(actor=one, at=LATER, pool=bank.pool, user=bank.applicant, role=Role.AUDITOR)
    particulars = {"name": "Anna", "department": bank.others, "is_administrator": False}
    people.change_user(actor=one, at=LATER, user=bank.leader_of_others, email="lone@by.dk", **particulars)
    people.change_user(actor=one, at=LATER, user=bank.applicant, email="anna@by.dk", **particulars)  # waits
    people.deactivate_user(actor=one, at=LATER, user=boss)
    values = bank.pool.policy.to_values()
    pools.change_policy(actor=one, at=LATER, pool=bank.pool, values=values | {"minimum_scores": 2}, reason="Flere", based_on=1)
    pools.change_policy(actor=one, at=LATER, pool=bank.pool, values=values | {"claim_due_days": 20}, reason="Før", based_on=2)
    for day, answered in ((date(2021, 1, 1), confirm_first_day), (date(2020, 1, 1), refuse_first_day)):
        ask_first_day(actor=one, at=LATER, pool=bank.pool, day=day, reason="Fra regnearket")
        wanted_day = first_day_wanted(bank.pool.id)
        assert wanted_day is not None
        answered(actor=bank.finance, at=LATER, wanted=wanted_day)


def _offers(bank: Bank) -> None:
    declined = bank.award(loan=100_000, accepted=False)
    awards.decline_award(actor=bank.leader, at=START, award=declined, reason="Vi gør det selv")
    cancelled = bank.award(loan=100_000)
    awards.accept_award(actor=bank.leader_of_others, at=START, award=cancelled)
    bank.register(cancelled, 1_000)
    awards.cancel_award(actor=bank.leader, at=START, award=cancelled, reason="Opgivet")
    bank.award(loan=50_000, accepted=False)
    either = [bank.ready(when=START, grant=10_000, planned={}, title=f"Enten eller {number}") for number in (1, 2)]
    meeting = hold_meeting(actor=bank.coordinator, at=START, pool=bank.pool, applications=either, present=[bank.chair])
    kept_out = {"at": START, "meeting": meeting, "application": either[0], "person": a_person_with(bank.pool, Role.MEMBER)}
    recuse(actor=bank.chair, reason="Hans søster leder projektet", **kept_out)
    readmit(actor=bank.coordinator, reason="Det var en navnebror", **kept_out)
    recuse(actor=bank.chair, reason="Alligevel hans søster", **kept_out)
    set_pair(actor=bank.coordinator, at=START, meeting=meeting, tie="not_both", application_id=either[0].id, other_id=either[1].id)
    put_proposal(actor=bank.chair, at=START, meeting=meeting, given={either[0].id: (0, 10_000)}, asked={})
    plan_year(actor=bank.coordinator, at=START, pool=bank.pool, days=[], rhythm=Rhythm())


def _opinions(bank: Bank) -> None:
    content = Content().replace(
        title="Til begge", loan_ore=100, it_consulted=True, frame="digital_workplace", costs=(Cost(0, "establishment", 100, ""),),
        gains=(PlannedGain(1, bank.others.id, 1_000, True, ""),), own_scores=dict.fromkeys(bank.pool.policy.weights, 1),
    )  # fmt: skip
    application = applications.start_application(actor=bank.applicant, at=START, pool=bank.pool, department=bank.own, content=content)
    _annexes(bank, application)
    for asked in ("Hvad med aftalen?", "Og driften?"):
        request = ask_for_advice(actor=bank.applicant, at=START, application=application, text=asked)
        results = dict.fromkeys(SCREENING_CHECKS, "in_order")
        give_advice(actor=bank.coordinator, at=START, request=request, results=results, comments={}, text=f"{asked} I orden.")
    applications.send_to_signature(actor=bank.applicant, at=START, application=application)
    applications.recall_from_signature(actor=bank.applicant, at=START, application=application)
    waiting = applications.start_application(actor=bank.applicant, at=START, pool=bank.pool, department=bank.own, content=content)
    applications.send_to_signature(actor=bank.applicant, at=START, application=waiting)
    applications.sign_application(actor=bank.leader, at=START, application=application)
    applications.submit_application(actor=bank.applicant, at=START, application=application)
    applications.comment_on(actor=bank.leader_of_others, at=START, application=application, answer=Answer.YES, text="Vi er med")
    for asked in ("Hvem ejer systemet?", "Hvad koster driften?"):
        question = ask_question(actor=bank.chair, at=START, application=application, text=asked)
        answer_question(actor=bank.applicant, at=START, question=question, text=f"{asked} Det står i afsnit 3.")
    answer_question(actor=bank.leader, at=START, question=question, text="Og i afsnit 4.")
    word_letter(
        actor=bank.coordinator, at=START, pool=bank.pool, kind=Kind.DEFER, language="da", opening="Kære alle", closing="Med venlig hilsen"
    )


def _annexes(bank: Bank, application: Application) -> None:
    """Three are handed in, one of which holds the same as another; a fourth has been taken away, for a virus."""
    sent = [Sent(name, BytesIO(content)) for name, content in (("a.pdf", PDF), ("b.txt", b"Referat"), ("c.pdf", PDF), ("d.txt", b"Virus"))]
    files = attach_annexes(actor=bank.applicant, at=START, application=application, sent=sent, purpose="offer", words="Fra to")
    for file, found in zip(files, ("", "", "", "Eicar"), strict=True):
        note_scan(found, at=START, content_id=file.content_id)
    take_annex_away(actor=bank.leader, at=LATER, application=application, file=files[-1])
    other = applications.start_application(
        actor=bank.leader, at=START, pool=bank.pool, department=bank.own, content=application.content.replace(title="En til")
    )
    sent = [Sent("e.txt", BytesIO(b"Tegning"))]
    attach_annexes(actor=bank.leader, at=LATER, application=other, sent=[*sent, Sent("f.pdf", BytesIO(PDF))], purpose="drawing")
    applications.sign_application(actor=bank.leader, at=LATER, application=other)
    applications.submit_application(actor=bank.leader, at=LATER, application=other)
    last = attach_annexes(actor=bank.leader, at=LATER, application=_draft(bank), sent=[Sent("g.txt", BytesIO(b"Virus"))], purpose="other")
    take_annex_away(actor=bank.leader, at=at(2028), application=_draft(bank), file=last[0])


def _draft(bank: Bank) -> Application:
    drafts = select(Application).where(Application.pool_id == bank.pool.id, Application.state == "draft")
    return db.session.scalars(drafts.order_by(Application.id)).first() or applications.start_application(
        actor=bank.leader, at=START, pool=bank.pool, department=bank.own, content=Content().replace(title="En kladde")
    )


def _ideas(bank: Bank) -> None:
    """Of two departments: one given up, two that became applications, and one that waits."""
    writers = (bank.leader, bank.applicant, bank.leader_of_others, bank.leader)
    given_up, own, theirs, _waits = (
        note_idea(actor=one, at=at(2024, 3, day), pool=bank.pool, department=one.department, title="Skærme", text="Mere ro")
        for day, one in enumerate(writers, start=1)
    )
    change_idea(actor=bank.leader, at=LATER, idea=given_up, title="Flere skærme", text="Mere ro")
    withdraw_idea(actor=bank.leader, at=LATER, idea=given_up)
    apply_with_idea(actor=bank.applicant, at=LATER, idea=own)
    apply_with_idea(actor=bank.leader_of_others, at=LATER, idea=theirs)


def _calls(bank: Bank) -> None:
    """One that two departments answer, late too, and that is opened again; and two by mistake, of which one is opened again."""
    when, asked = at(2025), {"title": "Behov", "introduction": "", "questions": dict(STANDARD)}
    others = bank.leader_of_others
    call = open_call(actor=bank.coordinator, at=when, pool=bank.pool, due_on=date(2025, 3, 1), **asked)
    write = {"call": call, "answers": Answers(need="Mere ro", users="Borgerne", development_ore=100, operation_ore=20)}
    sent = write_need(actor=bank.leader, at=when, department=bank.own, title="Skærme", is_sent=True, **write)
    half = write_need(actor=bank.leader, at=when, department=bank.own, title="Halvt", **write)
    change_need(actor=bank.applicant, at=when, idea=half, title="Helt", answers=Answers(need="Ro"), is_sent=True)
    for importance in (5, 3):
        rate_need(actor=bank.leader, at=when, idea=sent, importance=importance)
    change_call(actor=bank.coordinator, at=when, call=call, title="Behov 2026", introduction="Skriv kort.", due_on=date(2025, 4, 1))
    close_call(actor=bank.coordinator, at=when, call=call)
    let_in(actor=bank.coordinator, at=when, call=call, department=others.department, until=date(2025, 5, 1))
    say_no_needs(actor=others, at=when, call=call, department=others.department)
    let_in(actor=bank.coordinator, at=when + timedelta(hours=2), call=call, department=bank.own, until=date(2025, 5, 1))
    end_let_in(actor=bank.coordinator, at=when + timedelta(hours=3), call=call, department=bank.own)
    change_call(actor=bank.coordinator, at=when, call=call, title="Behov 2026", introduction="Skriv kort.", due_on=date(2025, 6, 1))
    take_back_no_needs(actor=others, at=when + timedelta(hours=1), call=call, department=others.department)
    say_no_needs(actor=others, at=when + timedelta(hours=2), call=call, department=others.department)
    withdraw_idea(actor=bank.leader, at=when, idea=half, reason="Vi har det i forvejen.")
    take_withdrawal_back(actor=bank.applicant, at=when, idea=half)
    withdraw_idea(actor=bank.leader, at=when, idea=half, reason="Vi har det nu.")
    close_after_its_day(at=LATER, call_id=call.id)
    for due_on in (date(2199, 2, 1), date(2199, 3, 1)):
        mistaken = open_call(actor=bank.coordinator, at=LATER, pool=bank.pool, due_on=due_on, **asked)
        withdraw_call(actor=bank.coordinator, at=LATER, call=mistaken, reason="Åbnet i den forkerte pulje.")
    again = {"title": "Behov 2027", "introduction": "", "due_on": date(2199, 3, 1)}
    change_call(actor=bank.coordinator, at=LATER, call=mistaken, **again, reopens=True)


def _refusals(bank: Bank) -> None:
    back = register_return_funding(actor=bank.finance, at=START, pool=bank.pool, source="Budget 2024", amount_ore=100, reason="Besluttet")
    refuse_movement(actor=bank.finance_2, at=START, movement=back, reason="Nej")
    bank.hand_back(500)
    fund_pool_per_mille(actor=bank.finance, at=START, pool=bank.pool, source="Drift", service_expenditure_ore=1_000_000)
    wrong = fund_pool(actor=bank.finance, at=START, pool=bank.pool, source="Andet", amount_ore=700)
    reversal = register_reversal(actor=bank.finance, at=START, transfer=wrong, reason="Forkert")
    refuse_reversal(actor=bank.finance_2, at=START, reversal=reversal, reason="Den stod rigtigt")
    again = register_reversal(actor=bank.finance, at=LATER, transfer=wrong, reason="Forkert igen")
    approve_reversal(actor=bank.finance_2, at=LATER, reversal=again)


def _loans(bank: Bank) -> None:
    award = bank.award(loan=250_000, years=2)
    awards.accept_award(actor=bank.leader_of_others, at=START, award=award)
    bank.pay_out(award, 240_000)
    wanted = {"actor": bank.chair, "at": START, "award": award, "owner": bank.leader, "due_on": date(2025, 6, 1)}
    make_follow_up(**wanted, text="Mål igen om et halvt år")
    told, again = (make_follow_up(**wanted, text=text) for text in ("Fortæl forummet om det", "Vis tallene"))
    finish_follow_up(actor=bank.leader, at=LATER, follow_up=told, outcome="Fortalt")
    change_follow_up(actor=bank.chair, at=LATER, follow_up=again, owner=bank.coordinator, due_on=date(2199, 1, 1))
    finish_follow_up(actor=bank.coordinator, at=LATER, follow_up=again, outcome="Vist")
    reopen_follow_up(actor=bank.coordinator, at=LATER, follow_up=again, reason="Kun det halve")
    bank.approve_for(award, 5, date(2199, 1, 1))
    awards.withdraw_disbursement(
        actor=bank.finance, at=START, disbursement=bank.approve_for(award, 5, date(2199, 1, 1)), reason="Kun én regning"
    )
    awards.refuse_disbursement(actor=bank.finance_2, at=START, disbursement=bank.register(award, 10), reason="Nej")
    bank.release(award, 100)
    for department in (bank.own, bank.others):
        bank.gain(award, department, 2025, 100_000_00)
    for line in bank.claim(award, 2025).lines:
        bank.repay(line)
    for department in (bank.own, bank.others):
        bank.gain(award, department, 2026, 200_000_00)
    bank.claim(award, 2026)
    bank.correct(award, bank.own, 2025, 20_000_00)
    bank.gain(award, bank.others, 2027, 1_000_00, verified=False)
    report = current_report(award, bank.others.id, 2027)
    assert report is not None
    return_gain(actor=bank.finance, at=at(2028), report=report, reason="Tæl igen")
    return_unspent(actor=bank.finance, at=at(2028), award=award, part="loan", amount_ore=120_000_00)
    meeting = hold_meeting(actor=bank.coordinator, at=at(2028, 2), pool=bank.pool, applications=[], present=[bank.chair])
    item = add_item(actor=bank.chair, at=at(2028, 2), meeting=meeting, kind="information", title="Nyt fra KL")
    write_item(actor=bank.chair, at=at(2028, 2), meeting=meeting, item=item, kind=item.kind, title=item.title, outcome="Noteret")
    for action, more in (("extend", {"years": 2}), ("convert", {"amount_ore": 100}), ("write_off", {"amount_ore": 50})):
        settle_openly(actor=bank.chair, at=at(2028, 2), meeting=meeting, award=award, action=action, reason="Besluttet", **more)
    close_meeting(actor=bank.chair, at=at(2028, 2), meeting=meeting)
    sign_minutes(actor=bank.chair, at=at(2028, 2), meeting=meeting)


def _recommended(bank: Bank) -> None:
    """Two meetings whose recommendations deciders approve or not; one of them changes a word, and one meeting still waits."""
    directors = [a_person_with(bank.pool, Role.DECIDER, department=bank.chair.department, name=name) for name in ("Dorte", "Dan")]
    for words in ((True, False, True), (True,)):
        award = bank.award(loan=100_000)
        matters = [bank.ready(when=START, grant=10_000, planned={}, title=f"Indstillet {number}") for number in (1, 2)]
        meeting = hold_meeting(actor=bank.chair, at=START, pool=bank.pool, applications=matters, present=[bank.chair])
        for matter in matters:
            decide(actor=bank.chair, at=START, meeting=meeting, wanted=Wanted(matter, "approve", grant_ore=10_000_00))
        less = award.application.content.replace(gains=award.application.content.gains[:-1])
        revise_case(actor=bank.leader, at=START, award=award, content=less, reason="Mindre", meeting=meeting)
        decide_consent(actor=bank.chair, at=START, meeting=meeting, award=award, outcome="granted", reason="I orden")
        close_meeting(actor=bank.chair, at=START, meeting=meeting)
        keys = [matter.key for matter in matters_of(meeting)]
        first = [Word(keys[0], not words[0], "Ikke i år")]
        give_words(actor=directors[0], at=START, meeting=meeting, words=first)
        for key, is_approved, director in zip(keys, words, directors * 2, strict=False):
            said = [Word(key, is_approved, "" if is_approved else "For dyrt")]
            give_words(actor=director, at=LATER, meeting=meeting, words=said)


def _too_much(bank: Bank) -> None:
    award = bank.award(loan=100_000, years=1, departments=[bank.own])
    bank.pay_out(award, 100_000)
    bank.gain(award, bank.own, 2025, 100_000_00)
    (line,) = bank.claim(award, 2025).lines
    bank.repay(line)
    bank.correct(award, bank.own, 2025, 20_000_00)
    refused, approved = (register_refund(actor=bank.finance, at=at(2028), line=line, amount_ore=ore) for ore in (100, 200))
    refuse_refund(actor=bank.finance_2, at=at(2028), refund=refused, reason="Modregnes")
    approve_refund(actor=bank.finance_2, at=at(2028), refund=approved)
